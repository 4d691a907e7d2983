"""What the chapter on Landauer computes without a trajectory: one cell and its measure after the other."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from szilard.compendium import Rows
from szilard.thermodynamics import (
    HUBBLE,
    Ring,
    demon_ledger,
    formula,
    gas,
    in_kt,
    landauer_energy,
    matmul_energy,
    optimal_two_state,
    ramp_two_state,
    random_state,
    random_unitary,
    reeb_wolf,
    refrigerated_erasure,
    szilard_engine,
    tur_ratio,
    walk,
)
from szilard.thermodynamics.formulas.audit import universe

ROOM = 300.0

__all__ = ["Cold", "Demon", "Engine", "Flop", "Precision", "Quantum", "TwoState"]


@dataclass(frozen=True)
class Engine:
    """Szilard's engine with one error, its wall at several places; ``runs`` cycles each are simulated."""

    error: float
    runs: int = 20_000
    walls: tuple[float, ...] = tuple(round(0.05 * i, 2) for i in range(1, 20))

    def measure(self, rng: np.random.Generator) -> Rows:
        """Work and efficacy at the best wall (``wall`` = 1 - error, ``best``) and at others, exact and simulated."""
        walls = [(None, True), *((wall, False) for wall in self.walls)]
        rows = []
        for wall, best in walls:
            made = szilard_engine(self.error, wall)
            runs = made.sample(self.runs, rng=rng)
            feedback = np.exp(runs.work - runs.information)
            root = math.sqrt(self.runs)
            rows.append(
                {
                    "wall": 1 - self.error if wall is None else wall,
                    "best": best,
                    "work": made.mean_work,
                    "information": made.mutual_information,
                    "efficacy": made.efficacy,
                    "sampled_work": runs.work.mean(),
                    "sampled_work_stderr": runs.work.std() / root,
                    "identity": feedback.mean(),
                    "identity_stderr": feedback.std() / root,
                    "sampled_efficacy": np.exp(runs.work).mean(),
                    "returned": runs.returned.mean(),
                    "returned_stderr": runs.returned.std() / root,
                }
            )
        return rows


@dataclass(frozen=True)
class TwoState:
    """Erasure of a two-level bit to an error within a duration in 1/Γ."""

    duration: float
    error: float = 1e-9

    def measure(self) -> Rows:
        """Work and excess of the best protocol and of a plain ramp, in k_B T."""
        best = optimal_two_state(self.duration, self.error)
        ramp = ramp_two_state(self.duration)
        slow = in_kt("two_level_work", rate=1.0, duration=self.duration)
        return [{"work": best.work, "excess": best.excess, "slow": slow, "ramp_excess": ramp.excess}]


@dataclass(frozen=True)
class Quantum:
    """Random states and unitaries of a system of dimension ``system`` with a reservoir of dimension ``reservoir``."""

    system: int
    reservoir: int
    trials: int = 200
    beta: float = 1.0

    def measure(self, rng: np.random.Generator) -> Rows:
        """Largest error of the equality, least value of each term, and how far the heat lies above the bound."""
        found = []
        for _ in range(self.trials):
            root = rng.standard_normal((self.reservoir,) * 2) + 1j * rng.standard_normal((self.reservoir,) * 2)
            unitary = random_unitary(self.system * self.reservoir, rng=rng)
            found.append(reeb_wolf(random_state(self.system, rng=rng), root + root.conj().T, self.beta, unitary))
        return [
            {
                "residual": max(abs(item.residual) for item in found),
                "information": min(item.mutual_information for item in found),
                "divergence": min(item.divergence for item in found),
                "excess": min(item.excess for item in found),
                "mean_excess": float(np.mean([item.excess for item in found])),
            }
        ]


@dataclass(frozen=True)
class Cold:
    """Erasing one bit at a temperature in K, its heat lifted to the room."""

    temperature: float
    efficiencies: tuple[float, ...] = (1.0, 0.3, 0.05)

    def measure(self) -> Rows:
        """Heat and total work in J per efficiency; time of a flip of an energy k_B T, and age of the universe, in s."""
        heat = landauer_energy(1, self.temperature)
        flip = formula("margolus_levitin_time")(heat / math.log(2))
        age, _ = universe(HUBBLE["microwave background"].value)
        return [
            {
                "efficiency": share,
                "heat": heat,
                "total": refrigerated_erasure(1, self.temperature, ROOM, share),
                "flip": flip,
                "age": age,
            }
            for share in self.efficiencies
        ]


@dataclass(frozen=True)
class Precision:
    """A biased walk of given ratio of rates, and rings with random rates of that spread."""

    ratio: float
    runs: int = 20_000
    rings: int = 40

    def measure(self, rng: np.random.Generator) -> Rows:
        """Entropy production times relative variance: exact, simulated, and of random rings (the least and the median)."""
        duration = 50.0
        runs = walk(self.ratio, 1.0, duration, self.runs, rng=rng)
        produced = duration * (self.ratio - 1) * math.log(self.ratio)
        rings = [
            Ring(tuple(self.ratio * rng.exponential(size=4) + 0.01), tuple(rng.exponential(size=4) + 0.01)).ratio
            for _ in range(self.rings)
        ]
        return [
            {
                "exact": formula("uncertainty_walk")(self.ratio, 1.0),
                "sampled": tur_ratio(runs, produced),
                "least_ring": min(rings),
                "median_ring": float(np.median(rings)),
            }
        ]


@dataclass(frozen=True)
class Demon:
    """A gas whose molecules a demon reads and whose record he compresses."""

    gas: str
    molecules: int = 20_000

    def measure(self, rng: np.random.Generator) -> Rows:
        """Bits of the record and net work per molecule, for two compressors."""
        places = gas(self.gas, self.molecules, rng=rng)
        rows = []
        for compressor in ("lzma", "counts"):
            ledger = demon_ledger(places, compressor)
            rows.append(
                {
                    "compressor": compressor,
                    "record": ledger.shortest / self.molecules,
                    "gained": ledger.gained / self.molecules,
                    "net": ledger.net_compressed / self.molecules,
                }
            )
        return rows


@dataclass(frozen=True)
class Flop:
    """Dense products of square matrices on a card, read off its energy counter."""

    dtype: str
    size: int = 8192
    seconds: float = 5.0
    repetitions: int = 5

    def measure(self) -> Rows:
        """Joules per floating-point operation, and times k_B T ln 2 at room temperature."""
        found = matmul_energy(self.size, self.dtype, seconds=self.seconds, repetitions=self.repetitions)
        return [
            {
                "joules": found.joules,
                "stderr": found.stderr,
                "idle": found.idle,
                "power": found.power,
                "rate": found.rate,
                "ratio": formula("hardware_ratio")(found.joules, ROOM),
            }
        ]
