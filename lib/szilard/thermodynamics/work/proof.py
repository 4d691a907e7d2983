"""The theorem's proof as a network of tasks, each link decided: who can extract can measure, and can copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import repeat
from operator import mul

import numpy as np
from numpy.typing import ArrayLike

from szilard.constructor.algebra import Attribute, Substrate, Task, Variable
from szilard.constructor.classical import ClassicalModel
from szilard.constructor.predicates import clone_task, is_clonable
from szilard.constructor.quantum import QuantumModel
from szilard.constructor.states import subspace
from szilard.constructor.verdict import Verdict, all_of
from szilard.thermodynamics.work.extraction import Extraction, extractable
from szilard.thermodynamics.work.problem import Problem, pose
from szilard.thermodynamics.work.reference import Reference

PARTS = tuple(map(Substrate, ("system", "battery", "record", "copy")))

__all__ = ["Link", "Replay", "replay_proof"]


@dataclass(frozen=True)
class Link:
    """A task of the network, and whether it is possible."""

    task: Task
    verdict: Verdict


@dataclass(frozen=True)
class Replay:
    """The proof for one set of states and amounts.

    Args:
        links: prepare, extract, measure, restore, copy.
        network: the five in series: the task it performs on system, battery, record and a second system.
        distinguishes: whether all states end in different records.
        premise: whether all links are possible, so that the network copies the states.
        clonable: whether the states can be copied, as a model says that knows no energy and no network.
    """

    links: tuple[Link, ...]
    network: Task
    distinguishes: bool
    premise: Verdict
    clonable: Verdict

    @property
    def consistent(self) -> bool:
        """Whether the theorem holds here: where the network is possible, the states can be copied."""
        return not self.premise.possible or bool(self.clonable.possible)


def replay_proof(
    states: Sequence[ArrayLike],
    H: ArrayLike,
    amounts: Sequence[float] | np.ndarray,
    ancilla: ArrayLike | None = None,
    reference: Reference | None = None,
) -> Replay:
    """The proof that states with different amounts are distinguishable, link by link.

    Prepare battery, record and a second system in known attributes; extract; measure the work variable into the
    record; run the extractor backwards, which restores state and battery; make from the record a second copy. In
    series these tasks copy the states, so where all are possible the states are clonable. Arguments are those of
    :func:`~szilard.thermodynamics.work.extractable`.

    Source: marletto2022work.

    >>> replay = replay_proof([[1, 0], [0, 1]], [0, 1], [0, 1])
    >>> bool(replay.premise), bool(replay.clonable), replay.network.pairs[0]
    (True, True, ((x1, any, any, any), (x1, w*, ‘w0’, x1)))
    """
    problem = pose(states, H, amounts, ancilla, reference)
    tasks = _tasks([f"w{which}" for which in problem.which])
    extracted = extractable(states, H, amounts, ancilla, reference)
    prepared, measured = _on_levels(len(problem.battery))
    clonable, copied = _copying(problem)
    verdicts = (prepared, extracted, measured, _restored(problem, extracted), copied)
    premise = all_of(verdicts, "prepare, extract, measure, restore and copy in series")
    network = reduce(lambda first, second: second @ first, tasks)
    different = len(set(problem.which)) == len(problem.which)
    return Replay(tuple(map(Link, tasks, verdicts)), network, different, premise, clonable)


def _tasks(labels: list[str]) -> list[Task]:
    """The five links on system, battery, record and copy together."""
    names = ("prepare", "extract", "measure", "restore", "copy")
    rows = []
    for i, w in enumerate(labels, 1):
        x, f, noted = f"x{i}", f"f{i}", f"‘{w}’"
        early = ((x, "any", "any", "any"), (x, "w*", "blank", "blank"), (f, w, "blank", "blank"))
        late = ((f, w, noted, "blank"), (x, "w*", noted, "blank"), (x, "w*", noted, x))
        rows.append([reduce(mul, map(Attribute, stage, repeat(None), PARTS)) for stage in (*early, *late)])
    return [Task([(row[k], row[k + 1]) for row in rows], name) for k, name in enumerate(names)]


def _on_levels(count: int) -> tuple[Verdict, Verdict]:
    """Preparing and measuring the battery, by permutations of levels: neither changes the total energy."""
    world = ClassicalModel(tuple(range(count)), "permutations")
    levels = world.values()
    fresh, found = levels[0], world.possible(clone_task(levels, levels[0]))
    exchanged = world.possible(Task({level * fresh: fresh * level for level in levels}))
    return (
        replace(exchanged, reason="what is there is exchanged for a fresh one from a supply"),
        replace(found, reason="the battery's levels are copied into records of one energy"),
    )


def _restored(problem: Problem, extracted: Verdict) -> Verdict:
    """Whether the extractor backwards, after the battery was measured, gives the states back: it is run on them."""
    if not isinstance(extracted.certificate, Extraction):
        return replace(extracted, reason="there is no extractor to run backwards")
    V, battery, worst = extracted.certificate.unitary(), problem.battery, 0.0
    for support, which in zip(problem.supports, problem.which, strict=True):
        before = np.kron(support, extracted.certificate.start())
        level = np.arange(len(V)) % len(battery) == np.abs(battery - problem.amounts[which]).argmin()
        after = V.conj().T @ (level[:, None] * (V @ before))
        worst = max(worst, float(np.linalg.norm(after - before)))
    words = "the extractor runs backwards, since the battery's sharp level is not disturbed by a look at it"
    return Verdict(worst < 1e-7, 1e-7 - worst, V.conj().T, "run", 1e-7, words)


def _copying(problem: Problem) -> tuple[Verdict, Verdict]:
    """Whether the states can be copied directly, and whether their records alone allow it; energy is free in both."""
    states = [subspace(support.T, f"x{i}") for i, support in enumerate(problem.supports, 1)]
    d, count = len(problem.supports[0]), max(len(problem.amounts), 2)
    model, blank = QuantumModel((d, count)), subspace(np.eye(1, d), "blank")
    pairs = []
    for state, which in zip(states, problem.which, strict=True):
        record = subspace(np.eye(count)[[which]], f"‘w{which}’ of {state}")
        pairs.append((record * blank, record * state))
    return is_clonable(Variable(states), model, blank), model.possible(Task(pairs, "copy"))
