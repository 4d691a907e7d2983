"""What the chapter on Landauer measures without a trajectory: numbers of the paper, engines, memories, quanta."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import sem

from szilard import thermodynamics as thermo
from szilard.compendium import Rows
from szilard.rounding import above_rounding
from szilard.thermodynamics.formulas.audit import universe
from szilard.validation import check_choice

ROOM = 300.0  # K

__all__ = ["Audit", "Cold", "Demon", "Engine", "Flop", "Ladder", "Memory", "Precision", "Quantum", "TwoState"]


@dataclass(frozen=True)
class Audit:
    """The numbers of the paper and its companion, by one expansion rate: stated (or NaN), compared, recomputed."""

    rate: str

    def measure(self) -> Rows:
        check_choice(self.rate, "rate", thermo.HUBBLE)
        return [{
            "name": item.name, "quantity": item.quantity, "unit": item.unit, "stated": item.stated,
            "compared": item.compared[self.rate], "recomputed": item.recomputed[self.rate],
            "factor": item.factors[self.rate], "finding": item.finding.value, "remark": item.remark,
        } for item in thermo.audit_paper()]  # fmt: skip


@dataclass(frozen=True)
class Ladder:
    """Energies in J from the Hubble quantum to an operation of a card, each a bound, a machine's, or conjectured."""

    def measure(self) -> Rows:
        h = thermo.HUBBLE["microwave background"].value
        places = {"at the horizon's temperature": thermo.formula("horizon_temperature")(h),
                  "in the cosmic microwave background": 2.72548, "at 4 K": 4.0, "at 300 K": ROOM}  # fmt: skip
        energies = (
            ("the Hubble quantum ħH", thermo.formula("hubble_energy")(h), "conjecture"),
            *((f"a bit {where}", thermo.landauer_energy(1, t), "bound") for where, t in places.items()),
            *((item.name, item.energy, "machine") for item in thermo.OPERATIONS),
        )
        rows = [{"what": what, "energy": energy, "kind": kind} for what, energy, kind in energies]
        return sorted(rows, key=lambda row: row["energy"])


@dataclass(frozen=True)
class Engine:
    """Szilard's engine with one error, its wall at the best place (1 - error, ``best``) and at others.

    Measured are work in k_B T, information in nats and the probability ``excluded`` of places that a reading excludes,
    exactly, and over ``runs`` simulated cycles the average of exp(W − ι), and that of exp(W), ``uncorrected``.
    """

    error: float
    runs: int = 20_000
    walls: tuple[float, ...] = tuple(round(0.05 * i, 2) for i in range(1, 20))

    def measure(self, rng: np.random.Generator) -> Rows:
        return [self._at(wall, rng) for wall in (None, *self.walls)]

    def _at(self, wall: float | None, rng: np.random.Generator) -> dict[str, float | bool]:
        engine = thermo.szilard_engine(self.error, wall)
        runs = engine.sample(self.runs, rng=rng)
        values = np.exp(runs.work - runs.information)
        return {
            "wall": 1 - self.error if wall is None else wall, "best": wall is None,
            "work": engine.mean_work, "information": engine.mutual_information, "excluded": engine.excluded,
            "uncorrected": np.exp(runs.work).mean(), "identity": values.mean(),
            "identity_stderr": above_rounding(values.std() / math.sqrt(self.runs)),
        }  # fmt: skip


@dataclass(frozen=True)
class Memory:
    """A bead as the memory of a fair bit, which may be misread, measured and erased in ``tau`` (L²/D) each."""

    tau: float
    lean: float
    error: float = 0.0
    barrier: float = 14.0
    step: float = 2e-2

    def measure(self) -> Rows:
        return [thermo.measure_and_erase(self.tau, self.lean, self.error, barrier=self.barrier, dt=self.step)]


@dataclass(frozen=True)
class TwoState:
    """A two-level bit erased within a duration in 1/Γ: work and excess in k_B T of the best protocol and of a ramp."""

    duration: float
    error: float = 1e-9

    def measure(self) -> Rows:
        best, ramp = thermo.optimal_two_state(self.duration, self.error), thermo.ramp_two_state(self.duration)
        return [{"work": best.work, "excess": best.excess, "ramp_excess": ramp.excess}]


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
        terms = {"information": "mutual_information", "divergence": "divergence", "excess": "excess"}
        least = {name: min(getattr(each, term) for each in runs) for name, term in terms.items()}
        return [{"residual": above_rounding(max(abs(each.residual) for each in runs))} | least]

    def _process(self, rng: np.random.Generator) -> thermo.ReebWolf:
        shape = (self.reservoir, self.reservoir)
        root = rng.standard_normal(shape) + 1j * rng.standard_normal(shape)
        unitary = thermo.random_unitary(self.system * self.reservoir, rng=rng)
        state = thermo.random_state(self.system, rng=rng)
        return thermo.reeb_wolf(state, root + root.conj().T, self.beta, unitary)


@dataclass(frozen=True)
class Precision:
    """Entropy production times relative variance of a current: of a biased walk, and of rings with random rates."""

    ratio: float
    runs: int = 20_000
    rings: int = 40

    def measure(self, rng: np.random.Generator) -> Rows:
        produced = 50 * (self.ratio - 1) * math.log(self.ratio)
        steps = thermo.walk(self.ratio, 1.0, 50.0, self.runs, rng=rng)
        parts = [thermo.tur_ratio(part, produced) for part in np.array_split(steps, 20)]
        rates = rng.exponential(size=(self.rings, 2, 4)) * [[self.ratio], [1.0]] + 0.01
        rings = [thermo.Ring(*pair).ratio for pair in rates]
        return [{
            "exact": thermo.formula("uncertainty_walk")(self.ratio, 1.0), "sampled": thermo.tur_ratio(steps, produced),
            "sampled_stderr": sem(parts), "least_ring": min(rings), "median_ring": np.median(rings),
        }]  # fmt: skip


@dataclass(frozen=True)
class Demon:
    """A gas that a demon reads and whose record he compresses: bits of it and net work in k_B T, per molecule."""

    gas: str
    molecules: int = 20_000

    def measure(self, rng: np.random.Generator) -> Rows:
        places, n = thermo.gas(self.gas, self.molecules, rng=rng), self.molecules
        ledgers = [(name, thermo.demon_ledger(places, name)) for name in ("lzma", "counts")]
        return [{"compressor": c, "record": each.shortest / n, "net": each.net_compressed / n} for c, each in ledgers]


@dataclass(frozen=True)
class Cold:
    """Erasing one bit at a temperature in K, its heat left there or lifted to the room by refrigerators of given shares
    of Carnot's efficiency, and how fast a bath of that temperature takes it.

    Measured are heat and total work in J; in s, the time of a flip of an energy k_B T, the least time in which one
    channel of thermal radiation takes up a bit, and the age of the universe; in m, the wavelength and Hubble's radius.
    """

    temperature: float
    efficiencies: tuple[float, ...] = (1.0, 0.3, 0.05)

    def measure(self) -> Rows:
        expansion = thermo.HUBBLE["microwave background"].value
        heat = thermo.landauer_energy(1, self.temperature)
        common = {
            "heat": heat, "flip": thermo.margolus_levitin(heat / math.log(2)),
            "taken": 1 / thermo.formula("channel_rate")(self.temperature), "age": universe(expansion)[0],
            "wavelength": thermo.formula("thermal_wavelength")(self.temperature),
            "radius": thermo.CONSTANTS["c"].value / expansion,
        }  # fmt: skip
        totals = {share: thermo.refrigerated_erasure(1, self.temperature, ROOM, share) for share in self.efficiencies}
        return [{"efficiency": share, "total": total} | common for share, total in totals.items()]


@dataclass(frozen=True)
class Flop:
    """Dense products of square matrices on a card, read off its energy counter: joules per floating-point operation,
    and times k_B T ln 2 at room temperature."""

    dtype: str
    size: int = 8192
    seconds: float = 2.0
    repetitions: int = 5

    def measure(self) -> Rows:
        card = thermo.matmul_energy(self.size, self.dtype, seconds=self.seconds, repetitions=self.repetitions)
        names = ("joules", "stderr", "idle", "power", "rate")
        return [{name: getattr(card, name) for name in names} | {"ratio": thermo.hardware_ratio(card.joules, ROOM)}]
