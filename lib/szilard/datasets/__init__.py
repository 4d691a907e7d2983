"""Real data sets that arrive inside ordinary packages: found offline, checked by hash, never fetched."""

from szilard.datasets.ctm import CTM_D5, ctm_d5
from szilard.datasets.files import DataFile
from szilard.datasets.real import DIGITS, FMRI, TR_SECONDS, Digits, digit_halves, digits, fmri

__all__ = [
    "CTM_D5",
    "DIGITS",
    "FMRI",
    "TR_SECONDS",
    "DataFile",
    "Digits",
    "ctm_d5",
    "digit_halves",
    "digits",
    "fmri",
]
