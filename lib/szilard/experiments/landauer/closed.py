"""What the chapter on Landauer measures without a trajectory: engines, two levels, quanta, the cold, precision."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from szilard import thermodynamics as thermo
from szilard.compendium import Rows
from szilard.rounding import above_rounding
from szilard.thermodynamics.formulas.audit import universe

ROOM = 300.0  # K

__all__ = ["ROOM", "Cold", "Demon", "Engine", "Flop", "Precision", "Quantum", "TwoState"]


@dataclass(frozen=True)
class Engine:
    """Szilard's engine with one error, its wall at the best place (1 - error, ``best``) and at others.

    Measured are work in k_B T, information in nats, the efficacy and the probability ``excluded`` of places that a
    reading excludes, exactly, and averages over ``runs`` simulated cycles.
    """

    error: float
    runs: int = 20_000
    walls: tuple[float, ...] = tuple(round(0.05 * i, 2) for i in range(1, 20))

    def measure(self, rng: np.random.Generator) -> Rows:
        return [self._at(wall, rng) for wall in (None, *self.walls)]

    def _at(self, wall: float | None, rng: np.random.Generator) -> dict[str, float | bool]:
        engine = thermo.szilard_engine(self.error, wall)
        runs = engine.sample(self.runs, rng=rng)
        row = {
            "wall": 1 - self.error if wall is None else wall, "best": wall is None,
            "work": engine.mean_work, "information": engine.mutual_information,
            "efficacy": engine.efficacy, "excluded": engine.excluded, "sampled_efficacy": np.exp(runs.work).mean(),
        }  # fmt: skip
        identity = np.exp(runs.work - runs.information)
        averages = {"sampled_work": runs.work, "identity": identity, "returned": runs.returned}
        for name, values in averages.items():
            stderr = above_rounding(values.std() / math.sqrt(self.runs))
            row |= {name: values.mean(), f"{name}_stderr": stderr}
        return row


@dataclass(frozen=True)
class TwoState:
    """Erasure of a two-level bit to an error within a duration in 1/Γ: work and excess of the best protocol and of a
    plain ramp, in k_B T."""

    duration: float
    error: float = 1e-9

    def measure(self) -> Rows:
        best = thermo.optimal_two_state(self.duration, self.error)
        ramp = thermo.ramp_two_state(self.duration)
        slow = thermo.in_kt("two_level_work", rate=1.0, duration=self.duration)
        return [{"work": best.work, "excess": best.excess, "slow": slow, "ramp_excess": ramp.excess}]


@dataclass(frozen=True)
class Quantum:
    """Random states and unitaries of a system of dimension ``system`` with a reservoir of dimension ``reservoir``.

    Measured are the largest error of the equality, the least value of each term, and how far heat lies above the bound.
    """

    system: int
    reservoir: int
    trials: int = 200
    beta: float = 1.0

    def measure(self, rng: np.random.Generator) -> Rows:
        runs = [self._process(rng) for _ in range(self.trials)]
        excess = [each.excess for each in runs]
        return [{
            "residual": above_rounding(max(abs(each.residual) for each in runs)),
            "information": min(each.mutual_information for each in runs),
            "divergence": min(each.divergence for each in runs),
            "excess": min(excess), "mean_excess": float(np.mean(excess)),
        }]  # fmt: skip

    def _process(self, rng: np.random.Generator) -> thermo.ReebWolf:
        shape = (self.reservoir, self.reservoir)
        root = rng.standard_normal(shape) + 1j * rng.standard_normal(shape)
        unitary = thermo.random_unitary(self.system * self.reservoir, rng=rng)
        state = thermo.random_state(self.system, rng=rng)
        return thermo.reeb_wolf(state, root + root.conj().T, self.beta, unitary)


@dataclass(frozen=True)
class Cold:
    """Erasing one bit at a temperature in K, its heat lifted to the room by a refrigerator of given shares of Carnot's.

    Measured are heat and total work in J; time of a flip of an energy k_B T, and age of the universe, in s.
    """

    temperature: float
    efficiencies: tuple[float, ...] = (1.0, 0.3, 0.05)

    def measure(self) -> Rows:
        heat = thermo.landauer_energy(1, self.temperature)
        flip = thermo.formula("margolus_levitin_time")(heat / math.log(2))
        age, _ = universe(thermo.HUBBLE["microwave background"].value)
        totals = {share: thermo.refrigerated_erasure(1, self.temperature, ROOM, share) for share in self.efficiencies}
        common = {"heat": heat, "flip": flip, "age": age}
        return [{"efficiency": share, "total": total} | common for share, total in totals.items()]


@dataclass(frozen=True)
class Precision:
    """A biased walk of given ratio of rates, and rings with random rates of that spread.

    Measured is entropy production times relative variance: exact, simulated, and of the rings (least and median).
    """

    ratio: float
    runs: int = 20_000
    rings: int = 40

    def measure(self, rng: np.random.Generator) -> Rows:
        duration, blocks = 50.0, 20
        runs = thermo.walk(self.ratio, 1.0, duration, self.runs, rng=rng)
        produced = duration * (self.ratio - 1) * math.log(self.ratio)
        parts = np.array([thermo.tur_ratio(part, produced) for part in np.array_split(runs, blocks)])
        rings = []
        for _ in range(self.rings):
            ahead, back = self.ratio * rng.exponential(size=4) + 0.01, rng.exponential(size=4) + 0.01
            rings.append(thermo.Ring(tuple(ahead), tuple(back)).ratio)
        return [{
            "exact": thermo.formula("uncertainty_walk")(self.ratio, 1.0),
            "sampled": thermo.tur_ratio(runs, produced),
            "sampled_stderr": float(parts.std(ddof=1) / math.sqrt(blocks)),
            "least_ring": min(rings), "median_ring": float(np.median(rings)),
        }]  # fmt: skip


@dataclass(frozen=True)
class Demon:
    """A gas whose molecules a demon reads and whose record he compresses: bits of the record and work gained and left
    (net) in k_B T, per molecule, for two compressors."""

    gas: str
    molecules: int = 20_000

    def measure(self, rng: np.random.Generator) -> Rows:
        places = thermo.gas(self.gas, self.molecules, rng=rng)
        ledgers = {name: thermo.demon_ledger(places, name) for name in ("lzma", "counts")}
        return [
            {
                "compressor": name, "record": ledger.shortest / self.molecules,
                "gained": ledger.gained / self.molecules, "net": ledger.net_compressed / self.molecules,
            }
            for name, ledger in ledgers.items()
        ]  # fmt: skip


@dataclass(frozen=True)
class Flop:
    """Dense products of square matrices on a card, read off its energy counter: joules per floating-point operation,
    and times k_B T ln 2 at room temperature."""

    dtype: str
    size: int = 8192
    seconds: float = 5.0
    repetitions: int = 5

    def measure(self) -> Rows:
        card = thermo.matmul_energy(self.size, self.dtype, seconds=self.seconds, repetitions=self.repetitions)
        names = ("joules", "stderr", "idle", "power", "rate")
        ratio = thermo.hardware_ratio(card.joules, ROOM)
        return [{name: getattr(card, name) for name in names} | {"ratio": ratio}]
