"""Spike counts of several areas that one hidden drive has in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.distributions.distribution import check_sample_size
from szilard.distributions.systems import gaussian_o_information
from szilard.estimate import OInformation
from szilard.rng import RNG, generator
from szilard.validation import check_integer, check_positive

RATE = 0.5  # spikes of one unit in one bin where both drives are zero

__all__ = ["SharedDrive"]


@dataclass(frozen=True)
class SharedDrive:
    """Mean spike counts of areas whose rates follow one common drive per event and a private one for each area.

    The logarithm of an area's rate is ``common`` times a normal number that all areas share plus ``private`` times one
    of its own; in each of ``bins`` equal bins ``units`` neurons fire Poisson spikes at that rate. The O-information of
    the counts has no closed form, that of the hidden drives has: :attr:`hidden`.

    >>> round(float(SharedDrive(0.4, areas=3).hidden.omega), 6)
    0.08495
    """

    common: float
    private: float = 0.4
    areas: int = 6
    bins: int = 5
    units: int = 20

    def __post_init__(self) -> None:
        check_positive(self.common, "common")
        check_positive(self.private, "private")
        check_integer(self.areas, "areas", minimum=2)
        check_integer(self.bins, "bins", minimum=1)
        check_integer(self.units, "units", minimum=1)

    @property
    def dims(self) -> tuple[int, ...]:
        """Width of each area's counts."""
        return (self.bins,) * self.areas

    @property
    def hidden(self) -> OInformation:
        """TC, DTC, Ω and S in nats of the areas' hidden drives, which are jointly normal."""
        rho = self.common**2 / (self.common**2 + self.private**2)
        return gaussian_o_information(rho + (1 - rho) * np.eye(self.areas), (1,) * self.areas)

    def sample(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, ...]:
        """Counts at ``n`` events, averaged over units: one array (n, bins) for each area, with many ties."""
        check_sample_size(n)
        rng = generator(rng)
        drive = self.common * rng.standard_normal((n, 1)) + self.private * rng.standard_normal((n, self.areas))
        rate = RATE * np.exp(drive)[:, :, None] * np.ones(self.bins)
        counts = rng.poisson(self.units * rate) / self.units
        return tuple(counts[:, area] for area in range(self.areas))
