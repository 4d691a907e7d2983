"""The chain of definitions and its consequences in several media, and all small classical media."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from szilard import constructor as ct
from szilard.compendium import Rows
from szilard.experiments.constructor_theory.cells import QUBIT

__all__ = ["CHAINS", "MEDIA", "Chain", "Media", "Partitions", "medium"]

CHAINS = (
    "qubit", "qubit, Clifford gates only", "toy bit", "qutrit, states left out", "toy bit, points as states",
    "classical, overlapping", "classical, disjoint",
)  # fmt: skip
MEDIA = (
    "qubit", "qubit, Clifford gates only", "toy bit", "classical, all maps", "classical, permutations",
    "classical, permutations and a blank", "qutrit, states left out",
)  # fmt: skip
_QUTRIT = tuple(ct.state(v, n) for v, n in zip(([1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]), "012+", strict=True))


def medium(name: str) -> tuple[ct.Variable, ct.Variable, Any]:
    """Two variables X and Y of a medium, and the model that decides it."""
    match name:
        case "qubit":
            return ct.Variable(ct.Z, "X"), ct.Variable(ct.X, "Y"), QUBIT
        case "qubit, Clifford gates only":
            return ct.Variable(ct.Z, "X"), ct.Variable(ct.X, "Y"), ct.StabilizerModel()
        case "qutrit, states left out":
            return ct.Variable(_QUTRIT[:2], "X"), ct.Variable(_QUTRIT[2:], "Y"), ct.QuantumModel(3)
        case "toy bit" | "toy bit, points as states":
            toy = ct.ToyBit(fewest=2 if name == "toy bit" else 1)
            q, p, _ = toy.observables
            return ct.Variable(q, "X"), ct.Variable(p, "Y"), toy
    model = ct.ClassicalModel(tuple(range(4)), "permutations" if "permutations" in name else "all")
    x, y = ([{0, 1}, {2, 3}], [{0, 2}, {1, 3}]) if name.endswith("overlapping") else ([{0}, {1}], [{2}, {3}])
    return _variable(x, "X", model), _variable(y, "Y", model), model


def _variable(blocks: Sequence[set[int]], name: str, model: ct.ClassicalModel) -> ct.Variable:
    return ct.Variable([model.attribute(b, "".join(map(str, sorted(b)))) for b in blocks], name)


@dataclass(frozen=True)
class Chain:
    """A medium by name, with two of its variables."""

    medium: str

    def measure(self) -> Rows:
        """Every definition from information to superinformation, decided."""
        steps = ct.definition_chain(*medium(self.medium))
        return [{"notion": s.notion, "of": s.of, "holds": s.verdict.possible, "why": s.verdict.reason} for s in steps]


@dataclass(frozen=True)
class Media:
    """A medium by name."""

    medium: str

    def measure(self) -> Rows:
        """C1 to C7, in a qubit and a toy bit also C8, each decided by tasks with certificates."""
        x, y, model = medium(self.medium)
        blank = ct.Task({model.values()[0]: model.anything()}) if self.medium.endswith("blank") else None
        decided = ct.consequences(x, y, model, blank)
        if self.medium in ("qubit", "toy bit"):
            decided += ct.locally_inaccessible(model, model.correlated if self.medium == "toy bit" else ct.BELL)
        return [
            {"label": c.label, "statement": c.statement, "tasks": len(c.tasks), "holds": c.holds}
            | {"margin": c.margin, "method": c.verdicts[0].method, "proved": c.proved}
            for c in decided
        ]


@dataclass(frozen=True)
class Partitions:
    """A classical medium of this many states, whose dynamics are ``"all"`` maps or ``"permutations"``."""

    states: int
    dynamics: str

    def measure(self) -> Rows:
        """All pairs of variables with disjoint values, and how many of them make it a superinformation medium."""
        model = ct.ClassicalModel(tuple(range(self.states)), self.dynamics)
        pairs = [(_variable(x, "X", model), _variable(y, "Y", model)) for x, y in _pairs(model.states)]
        found = [(x, y) for x, y in pairs if ct.superinformation_witness(x, y, model)]
        return [{"pairs": len(pairs), "super": len(found), "example": f"{found[0][0]} {found[0][1]}" if found else ""}]


def _pairs(states: Sequence[Any]) -> Iterator[tuple[list[set[Any]], list[set[Any]]]]:
    """All pairs of variables of two values or more, no state in two of all the values."""
    for first, *rest in filter(None, _blocks(states)):
        for size in range(1, len(rest) - 1):
            for chosen in combinations(rest, size):
                yield [first, *chosen], [b for b in rest if b not in chosen]


def _blocks(states: Sequence[Any]) -> Iterator[tuple[set[Any], ...]]:
    """All sets of disjoint non-empty sets of states."""
    if not states:
        yield ()
        return
    for blocks in _blocks(states[1:]):
        yield blocks
        yield ({states[0]}, *blocks)
        yield from ((*blocks[:i], b | {states[0]}, *blocks[i + 1 :]) for i, b in enumerate(blocks))
