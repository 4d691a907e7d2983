"""What follows from superinformation, put to a model one statement at a time, each with its certificate.

The eight statements are those of :cite:`deutsch2015constructor` as we understand them, in terms of tasks: a statement
holds in a model if every task it forbids is impossible there, and every task it promises possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, product

from szilard.constructor.algebra import Task, Variable, unite
from szilard.constructor.predicates import Model, clone_task, distinguish_task
from szilard.constructor.states import BELL, part_of
from szilard.constructor.verdict import Verdict
from szilard.constructor.verifier import Moves, verify

__all__ = ["Consequence", "consequences", "locally_inaccessible"]


@dataclass(frozen=True, eq=False)
class Consequence:
    """One statement, the tasks that decide it, and what became of them.

    Args:
        label: ``"C1"`` to ``"C8"``.
        statement: one sentence.
        expected: whether the tasks have to be possible for it to hold.
        tasks: the tasks.
        verdicts: the model's verdicts on them.
        proved: whether the verifier accepts every certificate.
    """

    label: str
    statement: str
    expected: bool
    tasks: tuple[Task, ...]
    verdicts: tuple[Verdict, ...]
    proved: bool

    @property
    def holds(self) -> bool:
        """Whether every verdict is as it has to be."""
        return all(v.possible is self.expected for v in self.verdicts)

    @property
    def margin(self) -> float:
        """The smallest distance from the border among the tasks."""
        return min((v.margin for v in self.verdicts), key=abs)


def consequences(x: Variable, y: Variable, model: Model) -> list[Consequence]:
    """C1 to C7 for two variables of one medium; in a superinformation medium all hold, in a classical one C7 alone.

    Args:
        x: an information observable.
        y: another, disjoint from it.
        model: the model that decides.
    """
    labels = model.labels(max(len(x), len(y)))
    blank, any_label = labels[0], model.anything(labels[0])
    apart = [distinguish_task(Variable(pair), model) for pair in product(x, y)]
    unlike = next((task for task in apart if model.possible(task).possible is False), apart[-1])
    read_x = [(a * blank, any_label * label) for a, label in zip(x, labels, strict=False)]
    either = [(a * blank, label * any_label) for a, label in zip(x, labels, strict=False)]
    either += [(b * blank, any_label * label) for b, label in zip(y, labels, strict=False)]
    records = labels.attributes[: len(x)]
    predictors = [Task([*zip(x, labels, strict=False), (b, record)]) for b in y for record in records]
    unperturbed = Task([*read_x, *((b * blank, b * any_label) for b in y)])
    twice = Task([(a * blank * blank, a * label * label) for a, label in zip(x, labels, strict=False)])
    detector = Task({unite(*x, name=f"u{x.name}"): labels[0], unite(*y, name=f"u{y.name}"): labels[1]})
    rows = [
        ("C1", f"some value of {x} cannot be told from some value of {y}", False, [unlike]),
        ("C2", "no detector tells which of the two variables is sharp", False, [detector]),
        ("C3", "both together cannot be copied", False, [clone_task(x | y, x[0])]),
        ("C4", "no one measurer measures either", False, [Task(either)]),
        ("C5", "no predictor knows the record of a measurer fed the other variable", False, predictors),
        ("C6", "every measurer of one perturbs the other", False, [unperturbed]),
        ("C7", "a measurement made twice agrees with itself", True, [twice]),
    ]  # fmt: skip
    return [_decided(*row, model) for row in rows]


def locally_inaccessible(model: Model, values: Variable = BELL) -> list[Consequence]:
    """C8 for pure states of two qubits: together they are told apart, from one side no pair of them is."""
    joint = distinguish_task(values, model)
    labels = model.labels(2)
    pairs = ([part_of(a, (2, 2), side) for a in pair] for pair in combinations(values, 2) for side in (0, 1))
    local = [Task(zip(pair, labels, strict=True)) for pair in pairs]
    return [
        _decided("C8", "two systems together hold a variable", True, [joint], model),
        _decided("C8", "of which neither alone tells any two values apart", False, local, model),
    ]


def _decided(label: str, statement: str, expected: bool, tasks: list[Task], model: Model) -> Consequence:
    verdicts = tuple(model.possible(task) for task in tasks)
    dynamics = getattr(model, "dynamics", None)
    moves: Moves | None = dynamics if isinstance(dynamics, Mapping) else None
    pairs = zip(tasks, verdicts, strict=True)
    proved = all(v.possible is not None and verify(task, v, moves).holds for task, v in pairs)
    return Consequence(label, statement, expected, tuple(tasks), verdicts, proved)
