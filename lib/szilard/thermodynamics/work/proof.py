"""The theorem's proof as a network of tasks, each link decided for the case at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.constructor.algebra import Attribute, Substrate, Task
from szilard.constructor.verdict import Verdict, all_of
from szilard.thermodynamics.work.extraction import extractable
from szilard.thermodynamics.work.problem import pose
from szilard.thermodynamics.work.reference import Reference

SYSTEM, BATTERY, RECORD = Substrate("system"), Substrate("battery"), Substrate("record")

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
        links: preparing, extracting, measuring, in this order.
        network: the three in series: the task it performs on system, battery and record.
        distinguishes: whether all states end in different records.
        premise: whether all links are possible.
        overlap: largest :math:`|\\langle\\psi_i|\\psi_j\\rangle|` of states with different amounts.
    """

    links: tuple[Link, ...]
    network: Task
    distinguishes: bool
    premise: Verdict
    overlap: float

    @property
    def consistent(self) -> bool:
        """Whether the theorem holds here: where the network is possible, no overlap is left."""
        return not self.premise.possible or self.overlap < 1e-6


def replay_proof(
    states: Sequence[ArrayLike],
    H: ArrayLike,
    amounts: Sequence[float] | np.ndarray,
    ancilla: ArrayLike | None = None,
    reference: Reference | None = None,
) -> Replay:
    """The proof that states with different amounts are distinguishable, link by link.

    Prepare battery and record in known attributes; extract; measure the work variable into the record. In series
    these tasks take each state to a record of its amount. Records are an information variable, so where all three
    are possible the network is a measurer of the states. Arguments are those of
    :func:`~szilard.thermodynamics.work.extractable`.

    Source: marletto2022work.

    >>> replay = replay_proof([[1, 0], [0, 1]], [0, 1], [0, 1])
    >>> bool(replay.premise), replay.distinguishes, replay.overlap
    (True, True, 0.0)
    """
    problem = pose(states, H, amounts, ancilla, reference)
    labels = [f"w{which}" for which in problem.which]
    prepare, extract, measure = _tasks(labels)
    gap = float(np.diff(problem.battery).min()) if len(problem.battery) > 1 else np.inf
    links = (
        Link(prepare, Verdict(True, np.inf, None, "generic resource", 0.0, "sharp attributes can be made")),
        Link(extract, extractable(states, H, amounts, ancilla, reference)),
        Link(measure, _measuring(problem.battery, gap)),
    )
    premise = all_of((link.verdict for link in links), "prepare, extract and measure in series")
    overlap = _overlaps(problem.supports, problem.which)
    return Replay(links, measure @ extract @ prepare, len(set(labels)) == len(labels), premise, overlap)


def _tasks(labels: list[str]) -> tuple[Task, Task, Task]:
    """The three links on system, battery and record together."""
    x, f = ([Attribute(f"{kind}{i}", substrate=SYSTEM) for i in range(1, len(labels) + 1)] for kind in "xf")
    charged = {label: Attribute(label, substrate=BATTERY) for label in labels}
    noted = {label: Attribute(f"‘{label}’", substrate=RECORD) for label in labels}
    any_battery, any_record = Attribute("any", substrate=BATTERY), Attribute("any", substrate=RECORD)
    empty, blank = Attribute("w*", substrate=BATTERY), Attribute("blank", substrate=RECORD)
    prepare = Task({one * any_battery * any_record: one * empty * blank for one in x}, "prepare")
    drawn = [final * charged[label] for final, label in zip(f, labels, strict=True)]
    extract = Task({one * empty * blank: after * blank for one, after in zip(x, drawn, strict=True)}, "extract")
    notes = {after * blank: after * noted[label] for after, label in zip(drawn, labels, strict=True)}
    return prepare, extract, Task(notes, "measure W")


def _measuring(battery: np.ndarray, gap: float) -> Verdict:
    """Copying the battery's level into a degenerate record: a permutation of product levels, which keeps energy."""
    size = len(battery)
    level, record = np.divmod(np.arange(size * size), size)
    image = level * size + (record + level) % size
    exact = len(set(image.tolist())) == size * size and np.array_equal(image // size, level)
    words = "levels of different energy are copied into the record, which costs no energy"
    return Verdict(bool(exact), gap, image, "permutation", 0.0, words)


def _overlaps(supports: tuple[np.ndarray, ...], which: tuple[int, ...]) -> float:
    """Largest cosine between supports of states with different amounts, ladder included."""
    worst = 0.0
    for i, one in enumerate(supports):
        for j in range(i):
            if which[i] != which[j]:
                u, v = (np.linalg.qr(each)[0] for each in (one, supports[j]))
                worst = max(worst, float(np.linalg.norm(u.conj().T @ v, 2)))
    return worst
