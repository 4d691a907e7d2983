"""What the chapter on SΩI measures without training: stored runs, a population of neurons, brains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.compendium import Rows
from szilard.datasets import fmri
from szilard.distributions import gaussian_o_information
from szilard.estimators import GaussianCopula, scan_nplets
from szilard.experiments.soi.cells import QUANTITIES, system

__all__ = ["AUTHORS", "Fmri", "Population", "Stored"]


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
        """Ω of the areas' counts under a Gaussian copula, its bootstrap interval, and Ω of the hidden drives.

        Every area's rate is driven by one common latent number per event and one of its own; counts are Poisson,
        averaged over units. The hidden drives are jointly normal, so that theirs is a closed form.
        """
        common = DRIVE[self.condition][self.window]
        latent = common * rng.standard_normal((self.events, 1)) + PRIVATE * rng.standard_normal((self.events, AREAS))
        rate = 0.5 * np.exp(latent)[:, :, None] * np.ones(self.bins)
        counts = rng.poisson(self.units * rate) / self.units
        estimator = GaussianCopula(correct_bias=True)
        areas = [counts[:, a] + 1e-6 * rng.standard_normal(counts[:, a].shape) for a in range(AREAS)]  # no ties
        value = estimator.o_information(areas).omega.value
        again = []
        for _ in range(self.resamples):
            rows = rng.integers(self.events, size=self.events)
            again.append(GaussianCopula().o_information([area[rows] for area in areas]).omega.value)
        rho = common**2 / (common**2 + PRIVATE**2)
        hidden = gaussian_o_information(np.full((AREAS, AREAS), rho) + (1 - rho) * np.eye(AREAS), (1,) * AREAS)
        return [{"omega": value, "half_width": 1.96 * float(np.std(again, ddof=1)), "hidden": hidden.omega.value}]


DRIVE = {"change": (0.10, 0.45, 0.40, 0.30, 0.15), "non-change": (0.10, 0.20, 0.15, 0.12, 0.10)}
PRIVATE = 0.4
AREAS = 6


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


# The authors' stored run, ten redundant variables of ten coordinates, transformer, seed 77: r, then true and estimated
# Ω, TC and DTC. From the JSON files in the history of their repository.
AUTHORS = (
    (0.1, 0.0483, -0.0052, 0.5526, 0.3751, 0.5042, 0.3803),
    (0.2, 0.3285, 0.3392, 2.0953, 1.9239, 1.7667, 1.5847),
    (0.25, 0.6008, 0.6142, 3.2161, 3.0143, 2.6153, 2.4000),
    (0.35, 1.4846, 1.3622, 6.1819, 5.8483, 4.6973, 4.4862),
    (0.375, 1.7880, 1.6423, 7.0851, 6.7287, 5.2971, 5.0864),
    (0.4, 2.1291, 2.0172, 8.0587, 7.6873, 5.9297, 5.6701),
    (0.5, 3.9304, 3.9273, 12.7472, 12.3813, 8.8168, 8.4540),
    (0.6, 6.6373, 6.6600, 19.0375, 18.4957, 12.4002, 11.8357),
    (0.65, 8.4621, 8.3695, 23.0057, 22.4196, 14.5435, 14.0501),
)


@dataclass(frozen=True)
class Stored:
    """One strength of the authors' stored run."""

    rho: float

    def measure(self) -> Rows:
        """Their estimates beside the closed forms, which are recomputed here."""
        row = next(each for each in AUTHORS if each[0] == self.rho)
        truth = system("red", 0, self.rho, 10).o_information
        return [
            {f"{name}_truth": getattr(truth, name).value for name in QUANTITIES[:3]}
            | {"omega": row[2], "tc": row[4], "dtc": row[6]}
        ]
