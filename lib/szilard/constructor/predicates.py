"""The definitions of constructor theory, each as a question that a model answers; they read as they are written.

A *computation variable* can be permuted in every way; a *clonable* one copied; an *information variable* is both
:cite:`deutsch2015constructor`. None of them is put in by hand: each is a statement about which tasks are possible.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import combinations, permutations
from typing import Protocol

from szilard.constructor.algebra import Attribute, Task, Variable
from szilard.constructor.certificates import Apart, Common, Superinformation, Unclosed
from szilard.constructor.graphs import maximal_cliques
from szilard.constructor.verdict import Verdict, all_of

__all__ = [
    "Model", "capacity", "clone_task", "distinguish_task", "is_clonable", "is_computation_variable",
    "is_distinguishable", "is_information_variable", "is_observable", "is_variable", "largest_information_variable",
    "measure_task", "measurer", "permutation_tasks", "superinformation_witness",
]  # fmt: skip


class Model(Protocol):
    """What a model has to know: which tasks are possible, which attributes exclude each other, what can label."""

    def possible(self, task: Task) -> Verdict:
        """Whether one constructor performs all of ``task``."""

    def disjoint(self, x: Attribute, y: Attribute) -> bool:
        """Whether no state has both attributes."""

    def bar(self, x: Attribute) -> Attribute | None:
        """All states that can be told apart from ``x`` for certain."""

    def same(self, x: Attribute, y: Attribute) -> bool:
        """Whether two attributes hold the same states."""

    def labels(self, n: int) -> Variable:
        """An information variable with n values."""

    def anything(self, like: Attribute) -> Attribute:
        """The attribute that every state of that system has."""


def is_variable(x: Variable, model: Model) -> bool:
    """Whether the attributes are disjoint two by two, as those of a variable are."""
    return all(model.disjoint(a, b) for a, b in combinations(x, 2))


def are_disjoint(x: Variable, model: Model) -> Verdict:
    """The verdict on :func:`is_variable`."""
    if not is_variable(x, model):
        return _not_apart(x, model, "some state has two of the values")
    apart = Apart(x.attributes, getattr(model, "fewest", 1))
    return Verdict(True, 1.0, apart, "structure", 0.0, "no state has two of the values")


def permutation_tasks(x: Variable, every: bool = False) -> list[Task]:
    """The tasks of permuting ``x``: exchanges of neighbours, from which all others are composed, or ``every`` one."""
    values = x.attributes
    swaps = ((*values[:i], values[i + 1], values[i], *values[i + 2 :]) for i in range(len(x) - 1))
    return [Task(zip(x, order, strict=True), "Π") for order in (permutations(values) if every else swaps)]


def is_computation_variable(x: Variable, model: Model) -> Verdict:
    """Whether every permutation of ``x`` is possible.

    The neighbours' exchanges are decided; possible tasks compose, so they stand for all n! permutations.
    """
    tasks = permutation_tasks(x) or [Task({x[0]: x[0]})]
    return all_of(map(model.possible, tasks), f"permutations of {x}")


def clone_task(x: Variable, blank: Attribute) -> Task:
    """The task of copying ``x`` onto a ``blank``."""
    return Task({a * blank: a * a for a in x}, "R")


def is_clonable(x: Variable, model: Model, blank: Attribute | None = None) -> Verdict:
    """Whether ``x`` can be copied onto some blank: the one given, or else any attribute of ``x``."""
    for candidate in x if blank is None else (blank,):
        verdict = model.possible(clone_task(x, candidate))
        if verdict.possible:
            break
    return all_of([verdict], f"copying {x}")


def is_information_variable(x: Variable, model: Model) -> Verdict:
    """Whether ``x`` has two values at least, can be permuted in every way, and copied."""
    if len(x) < 2 or not is_variable(x, model):
        return _not_apart(x, model, f"{x} is not a variable of two values or more")
    computes = is_computation_variable(x, model)
    return computes if computes.possible is False else all_of([computes, is_clonable(x, model)], f"{x} as information")


def _not_apart(x: Variable, model: Model, reason: str) -> Verdict:
    """The verdict on attributes of which one state has two, or on one alone, of which it has the same twice."""
    pairs = [(x[0], x[0])] if len(x) < 2 else combinations(x, 2)
    common = next(Common(a, b, getattr(model, "fewest", 1)) for a, b in pairs if not model.disjoint(a, b))
    return Verdict(False, -1.0, common, "structure", 0.0, reason)


def distinguish_task(x: Variable, model: Model) -> Task:
    """The task of turning every value of ``x`` into a value of an information variable."""
    labels = model.labels(len(x))
    blanks = len(labels[0].parts or (0,)) - len(x[0].parts or (0,))
    blank = (labels[0].parts or (labels[0],))[0]
    inputs = list(x)
    for _ in range(blanks):
        inputs = [a * blank for a in inputs]
    return Task(zip(inputs, labels, strict=True), "D")


def is_distinguishable(x: Variable, model: Model) -> Verdict:
    """Whether the values of ``x`` can be turned into those of an information variable."""
    return all_of([model.possible(distinguish_task(x, model))], f"telling {x} apart")


def measure_task(x: Variable, model: Model, perturbing: bool = False) -> Task:
    """The task of writing the value of ``x`` into a label, leaving ``x`` as it was unless ``perturbing``."""
    labels = model.labels(len(x))
    after = [model.anything(a) for a in x] if perturbing else list(x)
    pairs = ((a * labels[0], b * label) for a, b, label in zip(x, after, labels, strict=True))
    return Task(pairs, f"M({x.name})")


def measurer(x: Variable, model: Model, perturbing: bool = False) -> Verdict:
    """A constructor that measures ``x``, as the certificate of the verdict that there is one."""
    return model.possible(measure_task(x, model, perturbing))


def is_observable(x: Variable, model: Model) -> Verdict:
    r"""Whether ``x`` is an information variable whose values are closed: all states that are told apart from all
    that are told apart from the value have the value, :math:`\bar{\bar x}=x`."""
    verdict = is_information_variable(x, model)
    if verdict.possible is not True:
        return verdict
    for a in x:
        bar = model.bar(a)
        again = None if bar is None else model.bar(bar)
        if again is None or not model.same(again, a):
            wider = None if again is None else Unclosed(a, again)
            return Verdict(False, -1.0, wider, "structure", 0.0, f"more states than {a} itself behave like {a}")
    return verdict


def superinformation_witness(x: Variable, y: Variable, model: Model) -> Verdict:
    """Whether ``x`` and ``y`` make their substrate a superinformation medium.

    Both are information observables, their values are disjoint, and their union is no information variable. The
    certificate holds three verdicts, on ``x``, on ``y`` and on the union, the last of which is negative.
    """
    first, second = is_observable(x, model), is_observable(y, model)
    if not is_variable(x | y, model):
        return _not_apart(x | y, model, f"some value of {x} and of {y} can hold at once")
    both = is_information_variable(x | y, model)
    parts = Superinformation(first, second, both)
    good = (first.possible, second.possible, None if both.possible is None else not both.possible)
    answer = False if False in good else None if None in good else True
    reason = f"{x}: {first.sign}, {y}: {second.sign}, both together: {both.sign}"
    return Verdict(answer, -both.margin, parts, both.method, both.tolerance, reason)


def largest_information_variable(attributes: Iterable[Attribute], model: Model) -> Variable | None:
    """The largest information variable among ``attributes``; ``None`` if no two of them make one.

    Pairs that can be told apart are joined; the largest information variable is a clique of that graph, and each
    candidate is decided as a whole, largest first.
    """
    nodes = list(attributes)
    joined: dict[int, set[int]] = {i: set() for i in range(len(nodes))}
    for i, j in combinations(range(len(nodes)), 2):
        if is_distinguishable(Variable([nodes[i], nodes[j]]), model).possible:
            joined[i].add(j)
            joined[j].add(i)
    cliques = maximal_cliques(joined)
    for size in range(max(map(len, cliques), default=0), 1, -1):
        for clique in (c for c in cliques if len(c) >= size):
            for chosen in combinations(sorted(clique), size):
                candidate = Variable([nodes[i] for i in chosen])
                if is_information_variable(candidate, model).possible:
                    return candidate
    return None


def capacity(attributes: Iterable[Attribute], model: Model) -> float:
    """Logarithm of the size of the largest information variable among ``attributes``, in nats; 0 without one."""
    largest = largest_information_variable(attributes, model)
    return 0.0 if largest is None else math.log(len(largest))
