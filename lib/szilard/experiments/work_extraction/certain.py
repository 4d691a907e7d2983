"""What the chapter on work extraction measures of the theorem: which states give which amounts for certain."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from szilard.compendium import Rows
from szilard.constructor import QuantumModel, Variable, state, superinformation_witness
from szilard.rounding import above_rounding
from szilard.thermodynamics import work
from szilard.validation import check_choice

HALF = 2**-0.5
ZERO, ONE, PLUS, MINUS = np.array([1, 0]), np.array([0, 1]), np.array([HALF, HALF]), np.array([HALF, -HALF])
DOUBLET, ITS_SUM = np.array([0, 1, 0]), np.array([0, HALF, HALF])  # of the two upper levels of a qutrit
PAIRS: dict[str, tuple[list[Any], list[float]]] = {
    "|0⟩, |1⟩": ([ZERO, ONE], [0, 1]),
    "|+⟩, |−⟩": ([PLUS, MINUS], [0, 1]),
    "|0⟩, |+⟩": ([ZERO, PLUS], [0, 1]),
    "qutrit |1⟩, |2⟩": ([DOUBLET, [0, 0, 1]], [0, 1, 1]),
    "qutrit |1⟩, (|1⟩+|2⟩)/√2": ([DOUBLET, ITS_SUM], [0, 1, 1]),
    "|++⟩, |−+⟩": ([np.kron(PLUS, PLUS), np.kron(MINUS, PLUS)], [0, 1, 1, 2]),
}
PROOFS: dict[str, tuple[list[Any], list[float], list[float], list[float] | None]] = {
    "|0⟩, |1⟩ to give 0 and 1": ([ZERO, ONE], [0, 1], [0, 1], None),
    "|0⟩, |+⟩ to give 0 and 1": ([ZERO, PLUS], [0, 1], [0, 1], None),
    "|1⟩, (|1⟩+|2⟩)/√2, both to give 1": ([DOUBLET, ITS_SUM], [0, 1, 1], [1, 1], [0, 0]),
    "|+⟩, |−⟩ to give 0 and 1, no phase reference": ([PLUS, MINUS], [0, 1], [0, 1], None),
}

__all__ = ["PAIRS", "PROOFS", "Agreement", "Difference", "Equal", "Many", "Overlap", "Pair", "Proof", "Universal"]


def _asked(states: list[Any], levels: list[float]) -> dict[str, Any]:
    """Two states that should give amounts 0 and 1: the verdict, and the best success without and with conservation."""
    overlap = abs(float(np.asarray(states[0]) @ np.asarray(states[1])))
    free, conserving = (work.best_success(states, levels, covariant=each).value for each in (False, True))
    possible = work.extractable(states, levels, [0, 1]).possible
    return {"overlap": above_rounding(overlap), "possible": possible, "free": free, "conserving": conserving}


def fourier(d: int) -> np.ndarray:
    """The basis complementary to the standard one (d, d), a state a row; |+⟩ and |−⟩ where d is 2."""
    return np.exp(2j * np.pi * np.outer(np.arange(d), np.arange(d)) / d) / np.sqrt(d)


@dataclass(frozen=True)
class Overlap:
    """|0⟩ against cosθ|0⟩ + sinθ|1⟩, an angle in degrees."""

    degrees: float
    ladder: int = 4

    def measure(self) -> Rows:
        """What one asks of a pair, and the best success with a ladder."""
        theta = np.deg2rad(self.degrees)
        pair = [ZERO, np.array([np.cos(theta), np.sin(theta)])]
        helped = work.best_success(pair, [0, 1], reference=work.cosine_ladder(self.ladder)).value
        return [_asked(pair, [0, 1]) | {"helped": helped}]


@dataclass(frozen=True)
class Pair:
    """A named pair of states."""

    pair: str

    def measure(self) -> Rows:
        """What one asks of a pair."""
        return [_asked(*PAIRS[self.pair])]


@dataclass(frozen=True)
class Equal:
    """Random states of one degenerate level, all to give its energy; ancilla of some degenerate levels."""

    ancilla: int = 2
    states: int = 1000

    def measure(self, rng: np.random.Generator) -> Rows:
        """Of pairs: overlap before, and after in the ancilla; sharpness of the battery; success at two amounts."""
        states = np.column_stack([np.zeros(self.states), work.random_kets(self.states, 2, rng)])
        question: tuple[Any, ...] = (list(states), [0, 1, 1], np.ones(self.states), np.zeros(self.ancilla))
        verdict = work.extractable(*question)
        checked = work.verify_extraction(verdict.certificate, *question)
        start = np.eye(self.ancilla * 2)[0]
        after = (verdict.certificate.unitary() @ np.kron(states, start).T).T
        held = after.reshape(self.states, 3, self.ancilla, 2)[:, 0, :, 1]
        return [
            {
                "possible": verdict.possible,
                "before": abs(np.vdot(states[i], states[i + 1])) ** 2,
                "after": abs(np.vdot(held[i], held[i + 1])) ** 2,
                "variance": above_rounding(checked.variance, 1e-20),
                "two_amounts": work.best_success(list(states[i : i + 2]), [0, 1, 1]).value,
            }
            for i in range(0, self.states, 2)
        ]


@dataclass(frozen=True)
class Universal:
    """All states of two complementary bases in ``d`` dimensions, or as many states of a classical medium."""

    medium: str
    d: int

    def measure(self) -> Rows:
        """Whether they are superinformation, and whether each may give an amount of its own; the best success.

        The states have one energy, and an ancilla takes whatever the battery does not.
        """
        check_choice(self.medium, "medium", ("quantum", "classical"))
        n = 2 * self.d
        states = np.concatenate([np.eye(self.d), fourier(self.d)]) if self.medium == "quantum" else np.eye(n)
        halves = zip("zx", np.split(states, 2), strict=True)
        z, x = (Variable(state(row, f"{name}{i}") for i, row in enumerate(half)) for name, half in halves)
        model = QuantumModel(states.shape[1])
        question = (list(states), np.full(states.shape[1], float(n)), np.arange(n), -np.arange(n))
        return [
            {
                "states": n,
                "superinformation": superinformation_witness(z, x, model).possible,
                "possible": work.extractable(*question).possible,
                "success": work.success_bound(*question).value,
            }
        ]


@dataclass(frozen=True)
class Many:
    """Random states in ``d`` dimensions, among which some number of different amounts is shared out."""

    d: int
    states: int
    amounts: int
    draws: int = 16

    def measure(self, rng: np.random.Generator) -> Rows:
        """Best success, energy being no obstacle: its mean and its largest over some draws, and d/m for m amounts."""
        amounts = np.arange(self.states) % self.amounts
        found = [
            work.best_success(list(work.random_kets(self.states, self.d, rng)), np.zeros(self.d), amounts=amounts).value
            for _ in range(self.draws)
        ]
        return [{"success": np.mean(found), "most": max(found), "limit": min(1.0, self.d / self.amounts)}]


@dataclass(frozen=True)
class Difference:
    """Two overlapping states of a degenerate level, one to give an amount that is smaller by ``difference``."""

    difference: float

    def measure(self) -> Rows:
        """The verdict and the best success, beside what the overlap of the states allows."""
        question = ([DOUBLET, ITS_SUM], [0, 1, 1], [1, 1 - self.difference], [0, 0, self.difference, self.difference])
        return [
            {
                "possible": work.extractable(*question).possible,
                "success": work.success_bound(*question).value,
                "discrimination": (1 + HALF) / 2,
            }
        ]


@dataclass(frozen=True)
class Agreement:
    """A batch of random questions, decided in three ways."""

    batch: int
    questions: int = 50

    def measure(self, rng: np.random.Generator) -> Rows:
        """The criterion's verdict, the program's bound, the search's leakage, and the largest flaw of the process."""
        rows = []
        for _ in range(self.questions):
            states, levels, amounts, ancilla = work.random_question(rng)
            verdict = work.extractable(states, levels, amounts, ancilla)
            flaw = 0.0
            if verdict.possible:
                checked = work.verify_extraction(verdict.certificate, states, levels, amounts, ancilla)
                flaw = max(vars(checked).values())
            unlike = [(i, j) for i, j in combinations(range(len(states)), 2) if amounts[i] != amounts[j]]
            worst = max((float(abs(np.vdot(states[i], states[j]))) for i, j in unlike), default=0.0)
            rows.append(
                {
                    "criterion": verdict.possible,
                    "bound": work.success_bound(states, levels, amounts, ancilla).bound,
                    "leakage": work.search_extraction(states, levels, amounts, ancilla, rng=rng),
                    "flaw": above_rounding(flaw),
                    "overlap": above_rounding(worst),
                    "different": bool(unlike),
                }
            )
        return rows


@dataclass(frozen=True)
class Proof:
    """A named set of states and amounts for which the proof is replayed."""

    case: str

    def measure(self) -> Rows:
        """Every link of the network, whether it is possible; and whether the states can be copied at all."""
        replay = work.replay_proof(*PROOFS[self.case])
        found = {"clonable": replay.clonable.possible, "distinguishes": replay.distinguishes}
        return [
            {"link": link.task.name, "possible": link.verdict.possible, **found, "reason": link.verdict.reason}
            for link in replay.links
        ]
