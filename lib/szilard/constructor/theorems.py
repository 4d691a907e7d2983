"""The definitions line by line, and what follows from the last of them, put to a model with certificates.

The eight statements are those of :cite:`deutsch2015constructor` as we understand them, in terms of tasks: a statement
holds in a model if every task it forbids is impossible there, and every task it promises possible. The arguments are
outlines from the principles, for two-valued observables each of whose values is the bar of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, product

from szilard.constructor.algebra import Attribute, Task, Variable, unite
from szilard.constructor.classical import ClassicalModel
from szilard.constructor.predicates import (
    Model,
    are_disjoint,
    clone_task,
    distinguish_task,
    is_distinguishable,
    is_information_variable,
    is_observable,
    measurer,
    superinformation_witness,
)
from szilard.constructor.stabilizer import StabilizerModel
from szilard.constructor.states import BELL, part_of
from szilard.constructor.verdict import Verdict, all_of
from szilard.constructor.verifier import verify

__all__ = ["ARGUMENTS", "Consequence", "Step", "consequences", "definition_chain", "locally_inaccessible"]

ARGUMENTS = {
    "C1": "If every x were distinguishable from every y, all of X∪Y would be at once, since pairs suffice. Read which "
    "it is, prepare what is wanted: X∪Y would be permuted and copied, an information variable.",
    "C2": "A detector turns every state of every x into ‘X’ and every state of every y into ‘Y’. It would tell every x "
    "from every y, against C1.",
    "C3": "A copier of X∪Y could go on copying, and from enough copies any two disjoint attributes can be told apart. "
    "So every x would be distinguishable from every y, against C1.",
    "C4": "No state has a sharp value of both, since the attributes are disjoint. That no one measurer serves both is "
    "more; we decide it in the models and know no derivation from the principles alone.",
    "C5": "Suppose that a measurer of {x, x̄}, fed y, always writes ‘x’. Then y is distinguishable from x̄, so y lies "
    "in the bar of x̄, which is x, although x and y are disjoint. Always ‘x̄’ would put y in x̄, the other value of X.",
    "C6": "Suppose that a measurer of X leaves every y as it was. A measurer of Y after it still works, and the two "
    "together serve both variables, against C4.",
    "C6′": "Take an x and a y that cannot be told apart (C1). A measurer that left X and Y as they were could be used "
    "again and again: fed x it writes as many ‘x’ as wanted, fed y as many records that are not ‘x’ (C5). By ensembles "
    "x and y could be told apart.",
    "C7": "X can be copied, hence measured without being changed; the second measurer meets the same x as the first.",
    "C8": "Y of one system beside a blank is an information variable. Copy X onto the blank, reversibly: the joint "
    "attributes can still be told apart, by undoing it, while by C6′ some y of the one system is not what it was. "
    "That neither system alone holds any of it is more; we decide it in the models.",
}


@dataclass(frozen=True, eq=False)
class Step:
    """One line of the chain of definitions: the notion, what is asked whether it is one, and the answer."""

    notion: str
    of: str
    verdict: Verdict


def definition_chain(x: Variable, y: Variable, model: Model) -> list[Step]:
    """Every definition from information to superinformation, in terms of those before it, for two variables."""
    labels = model.labels(max(len(x), len(y)))
    steps = [Step("information variable", v.name, is_information_variable(v, model)) for v in (labels, x, y)]
    for notion, decide in (("distinguishable", is_distinguishable), ("measurable, not perturbed", measurer)):
        steps += [Step(notion, v.name, decide(v, model)) for v in (x, y)]
    for v in (x, y):
        pairs = [Variable([a, bar]) for a in v if (bar := model.bar(a)) is not None]
        steps.append(Step("told apart from its bar", v.name, all_of((is_distinguishable(p, model) for p in pairs), "")))
    steps += [Step("observable", v.name, is_observable(v, model)) for v in (x, y)]
    both = x | y
    steps.append(Step("disjoint", both.name, are_disjoint(both, model)))
    steps.append(Step("information variable", both.name, is_information_variable(both, model)))
    return [*steps, Step("superinformation medium", both.name, superinformation_witness(x, y, model))]


@dataclass(frozen=True, eq=False)
class Consequence:
    """One statement, the tasks that decide it, and what became of them.

    Args:
        label: ``"C1"`` to ``"C8"``, or ``"C6′"``; its argument is ``ARGUMENTS[label]``.
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


def consequences(x: Variable, y: Variable, model: Model, supply: Task | None = None) -> list[Consequence]:
    """C1 to C7 for two variables of one medium; C6′ is C6 for measurers that leave X as it was.

    Args:
        x: an information observable.
        y: another, disjoint from it.
        model: the model that decides.
        supply: a task done beside each, such as using up a blank, for a model that brings no resources of its own.
    """
    labels = model.labels(max(len(x), len(y)))
    blank, any_label, anything = labels[0], model.anything(labels[0]), model.anything(x[0])
    apart = [distinguish_task(Variable(pair), model) for pair in product(x, y)]
    unlike = next((task for task in apart if model.possible(task).possible is False), apart[-1])
    read_x = [(a * blank, anything * label) for a, label in zip(x, labels, strict=False)]
    either = [(a * blank, label * any_label) for a, label in zip(x, labels, strict=False)]
    either += [(b * blank, any_label * label) for b, label in zip(y, labels, strict=False)]
    records = labels.attributes[: len(x)]
    predictors = [Task([*zip(x, labels, strict=False), (b, record)]) for b in y for record in records]
    kept_x = [(a * blank, a * label) for a, label in zip(x, labels, strict=False)]
    spared = [(b * blank, b * any_label) for b in y]
    twice = Task([(a * blank * blank, a * label * label) for a, label in zip(x, labels, strict=False)])
    detector = Task({unite(*x, name=f"u{x.name}"): labels[0], unite(*y, name=f"u{y.name}"): labels[1]})
    rows = [
        ("C1", "some x cannot be told from some y", False, [unlike]),
        ("C2", "no detector tells whether X or Y is sharp", False, [detector]),
        ("C3", "X and Y together cannot be copied", False, [clone_task(x | y, x[0])]),
        ("C4", "X and Y are never both sharp, and no one measurer serves both", False, [Task(either)]),
        ("C5", "a measurer of X, fed any y, leaves no sharp record", False, predictors),
        ("C6", "every measurer of X perturbs some y", False, [Task([*read_x, *spared])]),
        ("C6′", "a measurer that leaves X as it was perturbs some y", False, [Task([*kept_x, *spared])]),
        ("C7", "X can be measured twice with the same value", True, [twice]),
    ]  # fmt: skip
    return [_decided(*row[:3], [t if supply is None else t | supply for t in row[3]], model) for row in rows]


def locally_inaccessible(model: Model, values: Variable = BELL) -> list[Consequence]:
    """C8 for values of two systems: together they are told apart, from one side no pair of them is.

    Args:
        model: the model that decides.
        values: pure states of two qubits, or attributes of two copies of a classical model.
    """
    joint = Task(zip(values, model.labels(len(values)), strict=True), "D")
    labels = model.labels(2)
    pairs = ([_on_one_side(a, side, model) for a in pair] for pair in combinations(values, 2) for side in (0, 1))
    local = [Task(zip(pair, labels, strict=True)) for pair in pairs]
    return [
        _decided("C8", "two systems together hold a variable", True, [joint], model),
        _decided("C8", "of which neither alone tells any two values apart", False, local, model),
    ]


def _on_one_side(value: Attribute, side: int, model: Model) -> Attribute:
    return model.part_of(value, side) if isinstance(model, ClassicalModel) else part_of(value, (2, 2), side)


def _decided(label: str, statement: str, expected: bool, tasks: Iterable[Task], model: Model) -> Consequence:
    tasks = tuple(tasks)
    verdicts = tuple(model.possible(task) for task in tasks)
    proved = all(_proved(task, verdict, model) for task, verdict in zip(tasks, verdicts, strict=True))
    return Consequence(label, statement, expected, tasks, verdicts, proved)


def _proved(task: Task, verdict: Verdict, model: Model) -> bool:
    if isinstance(model, StabilizerModel):
        model, task = model.in_points(task)
    dynamics = getattr(model, "dynamics", None)
    moves = dynamics if isinstance(dynamics, Mapping) else None
    return verdict.possible is not None and verify(task, verdict, moves).holds
