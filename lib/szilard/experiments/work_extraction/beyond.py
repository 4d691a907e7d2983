"""What the chapter on work extraction measures beside the theorem: references, other media, and work at a risk."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from szilard.compendium import Rows
from szilard.experiments.work_extraction.certain import fourier
from szilard.thermodynamics import work
from szilard.validation import check_choice

CLASSICAL: dict[str, tuple[list[set[int]], list[int], list[int], list[int]]] = {
    "two labels of one height, one amount": ([{1}, {2}], [0, 1, 1], [1, 1], [0]),
    "the same, with a blank bit": ([{1}, {2}], [0, 1, 1], [1, 1], [0, 0]),
    "two heights, two amounts": ([{1}, {3}], [0, 1, 1, 2, 0], [1, 2], [0]),
    "overlapping sets, one amount": ([{1, 2}, {2, 3}], [0, 1, 1, 1], [1, 1], [0, 0, 0]),
    "overlapping sets, two amounts": ([{1, 2}, {2, 3}], [0, 1, 1, 1], [1, 0], [0, 0, 0]),
}
FOUR, ROOM = [0, 1, 1, 2], [0, -3, -2, -1, 1, 2, 3]  # four microstates; an ancilla that never lacks a place
MEDIA: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "a weight": ((0, 1, 2, 3, 4), (1,) * 5),
    "a weight of unknown colour": ((0, 1, 2, 3, 4), (2,) * 5),
    "a heat bath of 12 units": ((1, 2, 3, 4, 5), tuple(comb(12, k) for k in range(1, 6))),
    "a heat bath of 100 units": ((20, 30, 40), tuple(comb(100, k) for k in (20, 30, 40))),
    "a heat bath of 1000 units": ((200, 300, 400), tuple(comb(1000, k) for k in (200, 300, 400))),
}
LEVELS = (0.0, 0.5, 1.0, 2.0)
HELD = (0.7, 0.2, 0.1, 0.0)
WEAK, WEAK_LEVELS = (0.538, 0.237, 0.224), (0.0, 0.579, 1.0)
IID, IID_LEVELS = (0.7, 0.2, 0.1), (0.0, 0.5, 1.0)

__all__ = ["CLASSICAL", "MEDIA", "Activation", "Blank", "Classical", "Curve", "Ladder", "Medium", "Repeat", "Risk",
    "SecondOrder", "Sets"]  # fmt: skip


@dataclass(frozen=True)
class Medium:
    """A named medium, its attributes given by energies and numbers of microstates."""

    medium: str

    def measure(self) -> Rows:
        """Its exchanges with a replica; whether it is a work medium, whether a heat medium."""
        energies, sizes = MEDIA[self.medium]
        kinds = {"work": work.is_work_medium(energies, sizes), "heat": work.is_heat_medium(energies, sizes)}
        return [
            {
                "before": " + ".join(str(energies[i]) for i in each.before),
                "after": " + ".join(str(energies[i]) for i in each.after),
                "entropy": each.entropy,
                "both_ways": each.both_ways,
                **{name: verdict.possible for name, verdict in kinds.items()},
            }
            for each in work.exchanges(energies, sizes)
        ]


@dataclass(frozen=True)
class Classical:
    """A named question about finitely many microstates."""

    case: str

    def measure(self) -> Rows:
        """The verdict by counting, beside that of the quantum criterion on the same sets."""
        sets, energies, amounts, ancilla = CLASSICAL[self.case]
        verdict = work.classical_extractable(sets, energies, amounts, ancilla)
        states = [np.diag([float(s in x) / len(x) for s in range(len(energies))]) for x in sets]
        quantum = work.extractable(states, energies, amounts, ancilla)
        return [{"possible": verdict.possible, "quantum": quantum.possible, "reason": verdict.reason}]


@dataclass(frozen=True)
class Sets:
    """All pairs of sets of four microstates at energies 0, 1, 1, 2, one to give ``first`` and one ``second``."""

    first: int
    second: int

    def measure(self) -> Rows:
        """Of each pair: whether the sets overlap, the verdict by counting, and that of the quantum criterion."""
        sets = [set(each) for size in range(1, 5) for each in combinations(range(4), size)]
        states = [np.diag([float(s in x) / len(x) for s in range(4)]) for x in sets]
        asked: tuple[Any, ...] = (FOUR, [self.first, self.second], ROOM)
        return [
            {
                "overlapping": bool(sets[i] & sets[j]),
                "possible": work.classical_extractable([sets[i], sets[j]], *asked).possible,
                "quantum": work.extractable([states[i], states[j]], *asked).possible,
            }
            for i, j in combinations(range(len(sets)), 2)
        ]


@dataclass(frozen=True)
class Ladder:
    """A ladder in superposition, of some number of levels and shape of amplitudes, for a system of ``d`` levels."""

    levels: int
    shape: str
    d: int = 2

    def measure(self) -> Rows:
        """Failure of giving d amounts to the states complementary to the levels: optimised, and in closed form."""
        made = LADDERS[check_choice(self.shape, "shape", LADDERS)](self.levels)
        question = (list(fourier(self.d)), np.arange(self.d))
        uniform = (self.d**2 - 1) / (3 * self.d * self.levels)  # all d states fail at the ends alone
        return [
            {
                "failure": 1 - work.best_success(*question, reference=made).value,
                "closed": work.ladder_failure(made) if self.d == 2 else uniform,
                "exact": work.extractable(*question, np.arange(self.d), reference=made).possible,
            }
        ]


def _bell(levels: int) -> work.Reference:
    """Amplitudes of a normal curve that falls to e⁻² at the ends."""
    x = np.linspace(-1, 1, levels + 2)[1:-1]
    wave = np.exp(-2 * x**2)
    return work.Reference(wave / np.linalg.norm(wave))


LADDERS = {"uniform": work.uniform_ladder, "cosine": work.cosine_ladder, "bell": _bell}


@dataclass(frozen=True)
class Repeat:
    """One uniform ladder of ``levels`` used again and again, with ``padding`` free levels at both ends."""

    padding: int
    levels: int = 16
    uses: int = 60

    def measure(self) -> Rows:
        """Success of each use, and of all uses up to it."""
        found = work.repeated_success(work.uniform_ladder(self.levels), self.uses, self.padding)
        return [{"use": k + 1, "success": each, "together": all_so_far} for k, (each, all_so_far) in enumerate(found)]


@dataclass(frozen=True)
class Blank:
    """A second extraction from a fresh system while a degenerate ancilla of ``ancilla`` levels is not reset."""

    ancilla: int

    def measure(self) -> Rows:
        """Verdicts for the first use, and for a second whose ancilla still holds what the first left in it."""
        levels, blanks = [0, 1, 1], np.zeros(self.ancilla)
        first = work.extractable([[0, 1, 0], [0, 0, 1]], levels, [1, 1], blanks)
        held = np.eye(self.ancilla)[: min(2, self.ancilla)]
        states = [np.kron(state, label) for state in np.eye(3)[1:] for label in held]
        second = work.extractable(states, np.add.outer(levels, blanks).ravel(), np.ones(len(states)))
        return [{"first": first.possible, "second": second.possible, "needed": len(states), "available": self.ancilla}]


@dataclass(frozen=True)
class Curve:
    """The distribution whose thermo-majorisation curve is drawn, the thermal one among them."""

    distribution: str

    def measure(self) -> Rows:
        """The corners of the curve."""
        weights = np.exp(-np.array(LEVELS))
        curves = {"state": np.array(HELD), "thermal": weights / weights.sum()}
        p = curves[check_choice(self.distribution, "distribution", curves)]
        x, y = work.thermo_majorization_curve(p, LEVELS, 1.0)
        return [{"thermal": a, "held": b} for a, b in zip(x, y, strict=True)]


@dataclass(frozen=True)
class Risk:
    """One allowed probability of failure."""

    eps: float

    def measure(self) -> Rows:
        """Work at that risk, beside mean and formation work."""
        return [
            {
                "work": work.one_shot_work(HELD, LEVELS, 1.0, self.eps),
                "average": work.thermal_divergence(HELD, LEVELS, 1.0)[0],
                "formation": work.formation_work(HELD, LEVELS, 1.0),
            }
        ]


@dataclass(frozen=True)
class Activation:
    """A number of copies of a passive state that is not thermal."""

    copies: int

    def measure(self) -> Rows:
        """Ergotropy per copy, and its limit."""
        p = np.array(WEAK) / sum(WEAK)
        limit = work.ergotropy_limit(p, WEAK_LEVELS)
        return [
            {
                "work": work.copies_ergotropy(p, WEAK_LEVELS, self.copies) / self.copies,
                "limit": limit.work,
                "beta": limit.beta,
            }
        ]


@dataclass(frozen=True)
class SecondOrder:
    """Copies of one distribution, worked on together at one risk."""

    copies: int
    eps: float

    def measure(self) -> Rows:
        """Exact work per copy; the mean, the normal approximation, and the next term of the expansion."""
        given = (IID, IID_LEVELS, 1.0, self.eps, self.copies)
        normal = work.second_order_work(*given)
        return [
            {
                "exact": work.copies_one_shot_work(*given),
                "normal": normal,
                "third": normal + 0.5 * np.log(self.copies) / self.copies,
                "average": work.thermal_divergence(IID, IID_LEVELS, 1.0)[0],
            }
        ]
