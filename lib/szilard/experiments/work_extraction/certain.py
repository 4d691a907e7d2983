"""What the chapter on work extraction measures of work that is certain."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from szilard.compendium import Rows
from szilard.rounding import above_rounding
from szilard.thermodynamics.work import (
    Reference,
    best_success,
    classical_extractable,
    cosine_ladder,
    extractable,
    ladder_failure,
    random_kets,
    random_question,
    repeated_success,
    replay_proof,
    search_extraction,
    success_bound,
    uniform_ladder,
    verify_extraction,
)
from szilard.validation import check_choice

HALF = 2**-0.5
ZERO, ONE, PLUS, MINUS = np.array([1, 0]), np.array([0, 1]), np.array([HALF, HALF]), np.array([HALF, -HALF])
BB84 = [ZERO, ONE, PLUS, MINUS]
PAIRS: dict[str, tuple[list[Any], list[float]]] = {
    "|0⟩, |1⟩": ([ZERO, ONE], [0, 1]),
    "|+⟩, |−⟩": ([PLUS, MINUS], [0, 1]),
    "|0⟩, |+⟩": ([ZERO, PLUS], [0, 1]),
    "qutrit |1⟩, |2⟩": ([[0, 1, 0], [0, 0, 1]], [0, 1, 1]),
    "qutrit |1⟩, (|1⟩+|2⟩)/√2": ([[0, 1, 0], [0, HALF, HALF]], [0, 1, 1]),
    "|++⟩, |−+⟩": ([np.kron(PLUS, PLUS), np.kron(MINUS, PLUS)], [0, 1, 1, 2]),
}
CLASSICAL: dict[str, tuple[list[set[int]], list[int], list[int], list[int]]] = {
    "two labels of one height, one amount": ([{1}, {2}], [0, 1, 1], [1, 1], [0]),
    "the same, with a blank bit": ([{1}, {2}], [0, 1, 1], [1, 1], [0, 0]),
    "two heights, two amounts": ([{1}, {3}], [0, 1, 1, 2, 0], [1, 2], [0]),
    "overlapping sets, one amount": ([{1, 2}, {2, 3}], [0, 1, 1, 1], [1, 1], [0, 0, 0]),
    "overlapping sets, two amounts": ([{1, 2}, {2, 3}], [0, 1, 1, 1], [1, 0], [0, 0, 0]),
}
PROOFS: dict[str, tuple[list[Any], list[float], list[float], list[float] | None]] = {
    "|0⟩, |1⟩ give 0 and 1": ([ZERO, ONE], [0, 1], [0, 1], None),
    "|+⟩, |−⟩ give 0 and 1": ([PLUS, MINUS], [0, 1], [0, 1], None),
    "qutrit |1⟩, |2⟩ both give 1": ([[0, 1, 0], [0, 0, 1]], [0, 1, 1], [1, 1], [0, 0]),
}

__all__ = [
    "CLASSICAL",
    "PAIRS",
    "PROOFS",
    "Agreement",
    "Blank",
    "Classical",
    "Equal",
    "Ladder",
    "Overlap",
    "Pair",
    "Proof",
    "Repeat",
    "Universal",
]


@dataclass(frozen=True)
class Overlap:
    """|0⟩ against cosθ|0⟩ + sinθ|1⟩, an angle in degrees."""

    degrees: float
    ladder: int = 4

    def measure(self) -> Rows:
        """Best success of giving them different amounts: free, conserving energy, with a ladder; and verdicts."""
        theta = np.deg2rad(self.degrees)
        pair = [ZERO, np.array([np.cos(theta), np.sin(theta)])]
        free, conserving = (best_success(pair, [0, 1], covariant=each).value for each in (False, True))
        helped = best_success(pair, [0, 1], reference=cosine_ladder(self.ladder)).value
        return [
            {
                "overlap": above_rounding(abs(float(np.cos(theta)))),
                "free": free,
                "conserving": conserving,
                "helped": helped,
                "free_exact": (1 + abs(np.sin(theta))) / 2,
                "conserving_exact": (1 + np.sin(theta) ** 2) / 2,
                "possible": extractable(pair, [0, 1], [0, 1]).possible,
            }
        ]


@dataclass(frozen=True)
class Pair:
    """A named pair of states that should give amounts 0 and 1."""

    pair: str

    def measure(self) -> Rows:
        """The verdict, and the best success with and without energy conservation."""
        states, levels = PAIRS[self.pair]
        u, v = (np.asarray(state) for state in states)
        verdict = extractable(states, levels, [0, 1])
        return [
            {
                "overlap": above_rounding(abs(float(u @ v))),
                "possible": verdict.possible,
                "free": best_success(states, levels, covariant=False).value,
                "conserving": best_success(states, levels).value,
                "reason": verdict.reason,
            }
        ]


@dataclass(frozen=True)
class Equal:
    """Random states of one degenerate level, all to give its energy; ancilla of some degenerate levels."""

    ancilla: int
    states: int = 1000

    def measure(self, rng: np.random.Generator) -> Rows:
        """For pairs of states: overlap before, overlap of what the ancilla holds after; sharpness of the battery."""
        states = np.column_stack([np.zeros(self.states), random_kets(self.states, 2, rng)])
        question: tuple[Any, ...] = (list(states), [0, 1, 1], np.ones(self.states), np.zeros(self.ancilla))
        verdict = extractable(*question)
        if not verdict.possible:
            return [{"possible": False, "before": np.nan, "after": np.nan, "variance": np.nan, "failure": np.nan}]
        checked = verify_extraction(verdict.certificate, *question)
        V = verdict.certificate.unitary()
        start = np.zeros(self.ancilla * 2)
        start[0] = 1.0
        after = (V @ np.kron(states, start).T).T.reshape(self.states, 3, self.ancilla, 2)[:, 0, :, 1]
        rows = []
        for i in range(0, self.states, 2):
            rows.append(
                {
                    "possible": True,
                    "before": abs(np.vdot(states[i], states[i + 1])) ** 2,
                    "after": abs(np.vdot(after[i], after[i + 1])) ** 2,
                    "variance": above_rounding(checked.variance, 1e-20),
                    "failure": above_rounding(checked.failure),
                }
            )
        return rows


@dataclass(frozen=True)
class Ladder:
    """A ladder in superposition, of some number of levels and shape of amplitudes."""

    levels: int
    shape: str

    def measure(self) -> Rows:
        """Failure of telling |+⟩ from |−⟩: by optimisation with the ladder, and by the closed form."""
        L = self.levels
        made = LADDERS[check_choice(self.shape, "shape", LADDERS)](L)
        found = best_success([PLUS, MINUS], [0, 1], reference=made)
        exact = extractable([PLUS, MINUS], [0, 1], [0, 1], reference=made) if L <= 16 else None
        return [
            {
                "failure": 1 - found.value,
                "closed": ladder_failure(made),
                "exact": bool(exact.possible) if exact else False,
            }
        ]


def _bell(levels: int) -> Reference:
    """Amplitudes of a normal curve that falls to e⁻² at the ends."""
    x = np.linspace(-1, 1, levels + 2)[1:-1]
    wave = np.exp(-2 * x**2)
    return Reference(wave / np.linalg.norm(wave))


LADDERS = {"uniform": uniform_ladder, "cosine": cosine_ladder, "bell": _bell}


@dataclass(frozen=True)
class Repeat:
    """One uniform ladder of ``levels`` used again and again, with ``padding`` free levels at both ends."""

    padding: int
    levels: int = 16
    uses: int = 60

    def measure(self) -> Rows:
        """Success of each use, and of all uses up to it."""
        found = repeated_success(uniform_ladder(self.levels), self.uses, self.padding)
        return [{"use": k + 1, "success": each, "together": all_so_far} for k, (each, all_so_far) in enumerate(found)]


@dataclass(frozen=True)
class Blank:
    """A second extraction from a fresh system while a degenerate ancilla of ``ancilla`` levels is not reset."""

    ancilla: int

    def measure(self) -> Rows:
        """Verdicts for the first use, and for a second whose ancilla still holds what the first left in it."""
        levels, blanks = [0, 1, 1], np.zeros(self.ancilla)
        first = extractable([[0, 1, 0], [0, 0, 1]], levels, [1, 1], blanks)
        held = np.eye(self.ancilla)[: min(2, self.ancilla)]
        states = [np.kron(state, label) for state in np.eye(3)[1:] for label in held]
        second = extractable(states, np.add.outer(levels, blanks).ravel(), np.ones(len(states)))
        return [{"first": first.possible, "second": second.possible, "needed": len(states), "available": self.ancilla}]


@dataclass(frozen=True)
class Classical:
    """A named question about finitely many microstates."""

    case: str

    def measure(self) -> Rows:
        """The verdict by counting, beside that of the quantum criterion on the same sets."""
        sets, energies, amounts, ancilla = CLASSICAL[self.case]
        verdict = classical_extractable(sets, energies, amounts, ancilla)
        states = [np.diag([float(s in x) / len(x) for s in range(len(energies))]) for x in sets]
        quantum = extractable(states, energies, amounts, ancilla)
        return [{"possible": verdict.possible, "quantum": quantum.possible, "reason": verdict.reason}]


@dataclass(frozen=True)
class Universal:
    """Some number of random qubits, or the four of BB84, each to give an amount of its own."""

    states: int
    family: str = "random"

    def measure(self, rng: np.random.Generator) -> Rows:
        """Best success, free and conserving energy, and the limit d/n."""
        states = BB84 if self.family == "BB84" else list(random_kets(self.states, 2, rng))
        row = {"limit": min(1.0, 2 / self.states)}
        for name, covariant in (("free", False), ("conserving", True)):
            found = best_success(states, [0, 1], covariant=covariant)
            row |= {name: found.value, f"{name}_bound": found.bound}
        return [row]


@dataclass(frozen=True)
class Agreement:
    """A batch of random questions, decided in three ways."""

    batch: int
    questions: int = 25

    def measure(self, rng: np.random.Generator) -> Rows:
        """The criterion's verdict, the program's bound, the search's leakage, and the largest flaw of the process."""
        rows = []
        for _ in range(self.questions):
            states, levels, amounts, ancilla = random_question(rng)
            verdict = extractable(states, levels, amounts, ancilla)
            flaw = 0.0
            if verdict.possible:
                checked = verify_extraction(verdict.certificate, states, levels, amounts, ancilla)
                flaw = max(vars(checked).values())
            worst = max(
                (
                    float(abs(np.vdot(states[i], states[j])))
                    for i, j in combinations(range(len(states)), 2)
                    if amounts[i] != amounts[j]
                ),
                default=0.0,
            )
            rows.append(
                {
                    "criterion": verdict.possible,
                    "bound": success_bound(states, levels, amounts, ancilla).bound,
                    "leakage": search_extraction(states, levels, amounts, ancilla, starts=8, rng=rng),
                    "flaw": above_rounding(flaw),
                    "overlap": above_rounding(worst),
                }
            )
        return rows


@dataclass(frozen=True)
class Proof:
    """A named set of states and amounts for which the proof is replayed."""

    case: str

    def measure(self) -> Rows:
        """Every link of the network, whether it is possible, and what follows."""
        replay = replay_proof(*PROOFS[self.case])
        return [
            {
                "link": link.task.name,
                "possible": link.verdict.possible,
                "distinguishes": replay.distinguishes,
                "overlap": above_rounding(replay.overlap),
                "consistent": replay.consistent,
                "reason": link.verdict.reason,
            }
            for link in replay.links
        ]
