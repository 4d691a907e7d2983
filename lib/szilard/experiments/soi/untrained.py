"""What the chapter on SΩI measures without training: a population of neurons, brains, the authors' stored run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.compendium import Rows
from szilard.datasets import SOI_STORED, fmri
from szilard.distributions import SharedDrive
from szilard.estimators import GaussianCopula, scan_nplets
from szilard.experiments.soi.cells import QUANTITIES, system

DRIVE = {"change": (0.10, 0.45, 0.40, 0.30, 0.15), "non-change": (0.10, 0.20, 0.15, 0.12, 0.10)}

__all__ = ["Fmri", "Population", "Stored"]


@dataclass(frozen=True)
class Population:
    """Spike counts of six areas in one time window after a flash, with or without a change of image."""

    window: int
    condition: str
    events: int = 2000
    resamples: int = 60
    bins: int = 5
    units: int = 20

    def measure(self, rng: np.random.Generator) -> Rows:
        """Ω of the areas' counts under a Gaussian copula, its bootstrap interval, and Ω of the hidden drives."""
        law = SharedDrive(DRIVE[self.condition][self.window], bins=self.bins, units=self.units)
        areas = [counts + 1e-6 * rng.standard_normal(counts.shape) for counts in law.sample(self.events, rng=rng)]
        value = GaussianCopula(correct_bias=True).o_information(areas).omega.value  # noise so small only breaks ties
        drawn = (rng.integers(self.events, size=self.events) for _ in range(self.resamples))
        again = [GaussianCopula().o_information([area[rows] for area in areas]).omega.value for rows in drawn]
        half_width = 1.96 * float(np.std(again, ddof=1))
        return [{"omega": value, "half_width": half_width, "hidden": law.hidden.omega.value}]


@dataclass(frozen=True)
class Fmri:
    """All subsets of one size of the 28 brain regions."""

    size: int
    top: int = 5
    draws: int = 10

    def measure(self, rng: np.random.Generator) -> Rows:
        """The most redundant and most synergistic subsets, with the error of each and the moments of all; and the share
        of negative Ω among all subsets of independent noise, with its spread over draws of that noise."""
        signals = fmri().iloc[1:]  # the first scan, before the magnetisation settles, is four times larger
        scan = scan_nplets(signals, (self.size,), top=self.top, device="cpu")
        noise = [rng.standard_normal(signals.shape) for _ in range(self.draws)]
        nulls = [scan_nplets(each, (self.size,), top=1, device="cpu").summary.synergistic.iloc[0] for each in noise]
        summary = scan.summary.iloc[0]
        rows = []
        for extreme in scan.extremes.itertuples():
            columns = [signals[[name]].to_numpy() for name in extreme.variables]
            error = GaussianCopula().o_information(columns).omega.stderr
            rows.append(
                {name: getattr(extreme, name) for name in ("extreme", "rank", "tc", "dtc", "omega")}
                | {"regions": " – ".join(extreme.variables), "stderr": error, "subsets": int(summary["count"])}
                | {"synergistic": summary.synergistic, "synergistic_noise": float(np.mean(nulls))}
                | {"sd_noise": float(np.std(nulls, ddof=1)), "mean": summary["mean"], "sd": summary.sd}
            )
        return rows


@dataclass(frozen=True)
class Stored:
    """One strength of the authors' stored run."""

    rho: float

    def measure(self) -> Rows:
        """Their estimates beside the closed forms, which are recomputed here."""
        stored, truth = SOI_STORED[self.rho], system("red", 0, self.rho, 10).o_information
        row = {f"{name}_truth": getattr(truth, name).value for name in QUANTITIES[:3]}
        return [row | {"omega": stored.omega, "tc": stored.tc, "dtc": stored.dtc}]
