"""Real data sets that arrive inside ordinary packages: found offline, checked by hash, never fetched."""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.datasets.ctm import CTM_D5, ctm_d5
    from szilard.datasets.files import DataFile
    from szilard.datasets.real import DIGITS, FMRI, TR_SECONDS, Digits, digit_halves, digits, fmri
    from szilard.datasets.soi_stored import SOI_STORED, StoredRun

__getattr__, __dir__, __all__ = attach(__name__)
