"""What the chapter on SΩI sets beside it: sums of bounds, the cost of variables, neurons, brains, the authors' run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import cast

import numpy as np

from szilard.compendium import Rows
from szilard.datasets import SOI_STORED, fmri
from szilard.diffusion import soi_masks
from szilard.distributions import SharedDrive, redundant
from szilard.distributions.discrete import DiscreteSystem, copies, independent_bits, majority, parity, xor
from szilard.estimators import DiscretePlugIn, GaussianCopula, Variational, line_fleet, make, scan_nplets
from szilard.experiments.soi.cells import PROTOCOLS, QUANTITIES, fleet, measured, soi_estimator, system
from szilard.fleets import Training
from szilard.rng import spawn

BOUNDS = ("mine", "nwj", "infonce", "club")
SYSTEMS = (("red", 2), ("syn", 2), ("mix", 1))  # three variables, three and six
DRIVE = {"change": (0.10, 0.45, 0.40, 0.30, 0.15), "non-change": (0.10, 0.20, 0.15, 0.12, 0.10)}
BOTH = DiscreteSystem(np.multiply.outer(xor().probabilities, copies(3).probabilities), "XOR beside 3 copies")
ZOO = {law.name: law for law in (xor(), copies(3), majority(3), parity(4), independent_bits(3), BOTH)}

__all__ = ["BOUNDS", "ZOO", "Cost", "Fmri", "Line", "Population", "Stored", "Zoo"]


@dataclass(frozen=True)
class Line:
    """Redundant, synergistic and mixed systems by one bound added up along a line of variables, or by SΩI."""

    estimator: str
    d: int = 5
    samples: int = 10_000
    steps: int = 400
    batch: int = 128
    lr: float = 2e-3
    strengths: tuple[float, ...] = (0.6,)

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """TC, DTC, Ω and S of every system, with truth."""
        rows = []
        for setting, stream in zip((2, 1), spawn(rng, 2), strict=True):
            members = [(family, rho) for family, at in SYSTEMS if at == setting for rho in self.strengths]
            laws = [system(family, setting, rho, self.d) for family, rho in members]
            if self.estimator in PROTOCOLS:
                estimator = soi_estimator(self.estimator, self.steps, self.batch, self.lr, device)
                found = fleet(estimator, laws, self.samples, stream)
            else:
                data, streams = (spawn(each, len(laws)) for each in spawn(stream, 2))
                drawn = [law.sample(self.samples, rng=each) for law, each in zip(laws, data, strict=True)]
                budget = {"steps": self.steps, "training": Training(self.batch, self.lr), "device": device}
                found = line_fleet(cast(Variational, make(self.estimator, **budget)), drawn, streams)
            rows += [
                {"family": family, "rho": rho, **measured(each, law.o_information)}
                for (family, rho), law, each in zip(members, laws, found, strict=True)
            ]
        return rows


@dataclass(frozen=True)
class Cost:
    """A redundant system of this many variables, for which one network is trained and asked."""

    variables: int
    samples: int = 5_000
    steps: int = 100
    batch: int = 256

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """What Ω of N variables takes: questions to one network, networks of the line recipe, seconds for all of it."""
        n = self.variables
        variables = redundant(n, 0.5).sample(self.samples, rng=rng)
        estimator = soi_estimator("baseline", self.steps, self.batch, 1e-3, device)
        started = time.perf_counter()
        estimator.o_information(variables, rng=rng)
        return [{"questions": len(soi_masks(n)), "networks": 2 * n - 2, "seconds": time.perf_counter() - started}]


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
        of negative Ω among all subsets of independent noise, with its spread over draws of that noise, also where the
        bias of few samples is left in."""
        signals = fmri().iloc[1:]  # the first scan, before the magnetisation settles, is four times larger
        scan = scan_nplets(signals, (self.size,), top=self.top, device="cpu")
        noise = [rng.standard_normal(signals.shape) for _ in range(self.draws)]
        nulls, biased = (
            [scan_nplets(each, (self.size,), top=1, correct_bias=corrected, device="cpu").summary.synergistic.iloc[0]
             for each in noise]
            for corrected in (True, False)
        )  # fmt: skip
        summary = scan.summary.iloc[0]
        common = {"subsets": int(summary["count"]), "synergistic": summary.synergistic, "mean": summary["mean"]}
        common |= {"sd": summary.sd, "synergistic_noise": np.mean(nulls), "sd_noise": np.std(nulls, ddof=1)}
        common |= {"synergistic_noise_biased": np.mean(biased)}
        subsets = [[signals[[name]] for name in names] for names in scan.extremes.variables]
        errors = [GaussianCopula().o_information(each).omega.stderr for each in subsets]
        regions = scan.extremes.variables.map(" – ".join)
        table = scan.extremes[["extreme", "rank", "tc", "dtc", "omega"]]
        return table.assign(regions=regions, stderr=errors, **common).to_dict("records")


@dataclass(frozen=True)
class Stored:
    """One strength of the authors' stored run."""

    rho: float

    def measure(self) -> Rows:
        """Their estimates beside the closed forms, which are recomputed here."""
        stored, truth = SOI_STORED[self.rho], system("red", 0, self.rho, 10).o_information
        row = {f"{name}_truth": getattr(truth, name).value for name in QUANTITIES[:3]}
        return [row | {"omega": stored.omega, "tc": stored.tc, "dtc": stored.dtc}]


@dataclass(frozen=True)
class Zoo:
    """A system of bits."""

    name: str
    samples: int = 20_000

    def measure(self, rng: np.random.Generator) -> Rows:
        """TC, DTC and Ω in bits, summed exactly, and Ω from the frequencies of samples."""
        law = ZOO[self.name]
        found = DiscretePlugIn().o_information(law.sample(self.samples, rng=rng)).omega
        row = {name: round(getattr(law.o_information, name).bits, 12) + 0.0 for name in QUANTITIES[:3]}  # no -4e-16
        return [{"variables": len(law.dims)} | row | {"measured": found.bits}]
