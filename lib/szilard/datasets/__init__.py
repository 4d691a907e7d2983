"""Real data sets that arrive inside ordinary packages: found offline, checked by hash, never fetched."""

from szilard.datasets.files import DataFile
from szilard.datasets.real import DIGITS, FMRI, TR_SECONDS, Digits, digit_halves, digits, fmri

__all__ = ["DIGITS", "FMRI", "TR_SECONDS", "DataFile", "Digits", "digit_halves", "digits", "fmri"]
