"""What the chapter on constructor theory measures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from szilard import constructor as ct
from szilard.compendium import Rows

__all__ = [
    "QUBIT", "VARIABLES", "Classical", "Cloning", "Copies", "Disturbance", "Erasing", "Local", "Measurers", "Phase",
    "TruthOf",
]  # fmt: skip

QUBIT = ct.QuantumModel(2)
_PAIR = ct.Variable([ct.Z[0], ct.X[0]])
VARIABLES: dict[str, ct.Variable] = {
    "{0, 1}": ct.Z,
    "{+, −}": ct.X,
    "{0, +}": _PAIR,
    "{0, 1, +, −}": ct.BB84,
    "three at 120°": ct.TRINE,
    "{0, +, i}": ct.Variable([ct.Z[0], ct.X[0], ct.Y[0]]),
}


@dataclass(frozen=True)
class TruthOf:
    """A set of states of a qubit, by name."""

    states: str

    def measure(self) -> Rows:
        """Possible permutations, whether it can be copied, by what margin, and whether each verdict is proved."""
        values = VARIABLES[self.states]
        permuted = [(task, QUBIT.possible(task)) for task in ct.permutation_tasks(values, every=True)]
        copying = ct.clone_task(values, values[0])
        copied = QUBIT.possible(copying)
        proved = all(ct.verify(task, v).holds for task, v in [*permuted, (copying, copied)])
        count = sum(bool(v) for _, v in permuted)
        row: dict[str, Any] = {"permutations": count, "of": len(permuted), "worst": min(v.margin for _, v in permuted)}
        row |= {"clonable": bool(copied), "margin": copied.margin, "method": copied.method}
        return [row | {"information": bool(ct.is_information_variable(values, QUBIT)), "proved": proved}]


@dataclass(frozen=True)
class Phase:
    """Three states with equal overlaps whose triple product has this phase."""

    phase: float
    overlap: float = 0.5

    def measure(self) -> Rows:
        """Margins of exchanging the last two states: of the joint task, and of the worst pair."""
        c = self.overlap
        gram = np.array([[1, c, c], [c, 1, c * np.exp(1j * self.phase)], [c, c * np.exp(-1j * self.phase), 1]])
        rows = np.linalg.cholesky(gram.conj())  # rows with these inner products
        a, b, d = (ct.state(row, name) for row, name in zip(rows, "abc", strict=True))
        verdict = ct.QuantumModel(3).possible(ct.Task({a: a, b: d, d: b}))
        pairs = ct.pair_margins(gram[None], gram[[0, 2, 1]][:, [0, 2, 1]][None])[0]
        return [{"joint": verdict.margin, "pair": float(pairs), "possible": bool(verdict)}]


@dataclass(frozen=True)
class Cloning:
    """Two states with this overlap, to be copied."""

    overlap: float

    def measure(self) -> Rows:
        """The best average fidelity of two copies: found, bounded, and by formula."""
        s = self.overlap
        pair = ct.Variable([ct.state([1, 0], "a"), ct.state([s, math.sqrt(1 - s * s)], "b")])
        best = ct.best_performance(ct.clone_task(pair, pair[0])) if s < 1 else None
        value, bound = (1.0, 1.0) if best is None else (best.value, best.bound)
        return [{"fidelity": value, "bound": bound, "formula": ct.clone_fidelity_of_two(s)}]


@dataclass(frozen=True)
class Copies:
    """Two states of this overlap, several copies of one of which are given."""

    overlap: float
    copies: int

    def measure(self) -> Rows:
        """The best chance to name the state, and whether the task of naming it is possible."""
        s = self.overlap**self.copies
        pair = [ct.state([1, 0], "a"), ct.state([s, math.sqrt(1 - s * s)], "b")]
        verdict = ct.is_distinguishable(ct.Variable(pair), QUBIT)
        return [{"chance": ct.helstrom(self.overlap, self.copies), "possible": bool(verdict), "margin": verdict.margin}]


@dataclass(frozen=True)
class Disturbance:
    """A measurer of Z whose environment states have this overlap."""

    overlap: float

    def measure(self) -> Rows:
        """What it learns of Z and what it leaves of + and −, and how far from the circle that is."""
        found = ct.partial_measurer(self.overlap)
        off = (2 * found.guess - 1) ** 2 + (2 * found.fidelity - 1) ** 2 - 1
        return [{"guess": found.guess, "fidelity": found.fidelity, "residual": round(off, 12)}]


@dataclass(frozen=True)
class Measurers:
    """The best of all measurers of Z at what none of them can do."""

    def measure(self) -> Rows:
        labels, either = QUBIT.labels(2), ct.everything(2)
        blank = labels[0]
        measure = ct.measure_task(ct.Z, QUBIT, perturbing=True)
        kept = ct.best_score([(0.5, y * blank, y * either) for y in ct.X], measure)
        sharp = ct.best_score([(1.0, ct.X[0] * blank, either * labels[0])], measure)
        told = [(0.25, a, labels[i]) for i, values in enumerate((ct.Z, ct.X)) for a in values]
        zero, one = labels
        pair = ct.Task([(z * blank * blank, z * label * label) for z, label in zip(ct.Z, labels, strict=True)])
        fed = ct.X[0] * blank * blank
        differ = ct.best_score([(1.0, fed, either * zero * one), (1.0, fed, either * one * zero)], pair)
        first = ct.best_score([(1.0, fed, either * zero * either)], pair)
        rows = (
            ("leave + and − as they were", "measurers of Z", kept),
            ("fed +, write a sharp 0", "measurers of Z", sharp),
            ("tell whether Z or ± is sharp", "channels", ct.best_score(told)),
            ("fed +, write 0 first", "two measurers of Z in a row", first),
            ("fed +, write different values", "two measurers of Z in a row", differ),
        )
        return [{"of": of, "goal": goal, "best": best.value, "bound": best.bound} for goal, of, best in rows]


@dataclass(frozen=True)
class Local:
    """Two qubits in the basis at this angle: 0 products, 45 the Bell states; degrees."""

    angle: float

    def measure(self) -> Rows:
        """Best chance to tell two basis states apart from one side, from both, and by formula."""
        angle = math.radians(self.angle)
        states = ct.tilted_bell_basis(angle)
        overlap = np.abs(states @ states.T - np.eye(4)).max()
        formula = (1 + abs(math.cos(2 * angle))) / 2
        one = ct.local_distinguishability(states, (2, 2))
        return [{"one side": one, "both sides": ct.helstrom(min(1.0, overlap)), "formula": formula}]


@dataclass(frozen=True)
class Classical:
    """Sets of this many of the six stabiliser states of a qubit."""

    size: int

    def measure(self) -> Rows:
        """What two models say of every such set."""
        models: tuple[tuple[str, Any], ...] = (("quantum", QUBIT), ("clifford", ct.StabilizerModel()))
        rows = []
        for chosen in map(ct.Variable, combinations(ct.Z | ct.X | ct.Y, self.size)):
            row: dict[str, Any] = {"states": repr(chosen)}
            for name, model in models:
                computes = ct.is_computation_variable(chosen, model).possible
                copied = ct.is_clonable(chosen, model).possible
                row |= {f"{name} computes": computes, f"{name} copies": copied, f"{name} informs": computes and copied}
            rows.append(row)
        return rows


@dataclass(frozen=True)
class Erasing:
    """A classical bit under ``"all"`` maps or ``"permutations"``."""

    dynamics: str

    def measure(self) -> Rows:
        """Turning 0 and 1 into 0: alone, with a blank that is used up, with a blank that comes back as it was."""
        model = ct.ClassicalModel((0, 1), self.dynamics)
        (zero, one), either = model.values(), model.anything()
        asked = {"alone": ct.Task({zero: zero, one: zero})}
        for how, after in (("a blank is used up", either), ("the blank comes back", zero)):
            asked[how] = ct.Task({x * zero: zero * after for x in (zero, one)})
        verdicts = {how: model.possible(task) for how, task in asked.items()}
        return [{"how": h, "possible": bool(v), "proved": ct.verify(asked[h], v).holds} for h, v in verdicts.items()]
