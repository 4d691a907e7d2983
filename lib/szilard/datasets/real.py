"""Two real data sets on which estimators can be compared: resting-state fMRI and handwritten digits."""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from szilard.datasets.files import DataFile

if TYPE_CHECKING:
    import pandas as pd

TR_SECONDS = 1.89
"""Repetition time of the fMRI scan, from the example that nitime ships with the data."""

_NUISANCE = ("WM", "Vent", "Brain")

FMRI = DataFile(
    package="nitime",
    path="data/fmri_timeseries.csv",
    sha256="b272a7a8e1981d1b4542e739e5244be41c1bfee8a8d3cd224b87605ec72c2ffd",
    install="pip install nitime",
    source="BOLD signals of one subject at rest, fixating a cross; contributed to nitime by Beth Mormino",
    licence="as distributed with nitime, BSD-3-Clause",
)
DIGITS = DataFile(
    package="sklearn",
    path="datasets/data/digits.csv.gz",
    sha256="09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22",
    install="pip install scikit-learn",
    source="Optical recognition of handwritten digits, test part (13 writers); Alpaydin and Kaynak, 1998",
    licence="as distributed with scikit-learn, BSD-3-Clause",
)

__all__ = ["DIGITS", "FMRI", "TR_SECONDS", "Digits", "digit_halves", "digits", "fmri"]


def fmri(nuisance: bool = False) -> pd.DataFrame:
    """Resting-state fMRI signals of 28 brain regions, 250 scans of one subject, 1.89 s apart.

    Columns carry the file's own names, left regions first: "LCau" and "RCau" are the left and right caudate
    nucleus, "LPut" and "RPut" the putamen, and so on ("APHG" stands among the left regions, opposite
    "RAntPHG"). Values fluctuate about zero in arbitrary units. Two things to know before measuring: rows are
    not independent (neighbouring scans correlate by 0.68 on average), so standard errors that assume
    independent rows are too small; and the first scan is about four times larger than the others. Nothing is
    trimmed or scaled here.

    Args:
        nuisance: whether to keep the three mean signals "WM", "Vent" and "Brain" (white matter, ventricles,
            whole brain) in front of the regions.

    Returns:
        A frame (250, 28) or (250, 31) indexed by time in seconds; ``attrs`` holds source, licence and hash.

    Raises:
        FileNotFoundError: nitime is not installed.
        ValueError: the file found is not the expected one.
    """
    import pandas as pd

    frame = pd.read_csv(io.BytesIO(FMRI.read()), dtype=np.float64)
    frame.index = pd.Index(TR_SECONDS * np.arange(len(frame)), name="seconds")
    frame.attrs = {"source": FMRI.source, "licence": FMRI.licence, "sha256": FMRI.sha256}
    return frame if nuisance else frame.drop(columns=list(_NUISANCE))


@dataclass(frozen=True)
class Digits:
    """Images (n, 8, 8) of ink between 0 and 16, float64, and the digit each shows, (n,) int64."""

    images: np.ndarray
    labels: np.ndarray


def digits() -> Digits:
    """The 1,797 handwritten digits, 8 x 8 pixels, that scikit-learn ships.

    Raises:
        FileNotFoundError: scikit-learn is not installed.
        ValueError: the file found is not the expected one.

    >>> digits().images.shape
    (1797, 8, 8)
    """
    table = np.loadtxt(io.BytesIO(gzip.decompress(DIGITS.read())), delimiter=",")
    return Digits(table[:, :-1].reshape(-1, 8, 8), table[:, -1].astype(np.int64))


def digit_halves() -> tuple[np.ndarray, np.ndarray]:
    """Left and right halves of the digits: pixels (1797, 30) and (1797, 31), float64.

    Pixels that are the same in every image are left out: they carry no information and most estimators refuse
    them. The rest are integers from 0 to 16, so they have ties.
    """
    images = digits().images
    halves = (half.reshape(len(images), -1) for half in (images[:, :, :4], images[:, :, 4:]))
    left, right = (half[:, np.ptp(half, axis=0) > 0] for half in halves)
    return left, right
