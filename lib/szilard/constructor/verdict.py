"""What a model answers: possible, impossible or undecided, by how much, and why one should believe it."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from szilard.constructor.algebra import Task

Moves = Mapping[str, tuple[int, Callable[..., Sequence[Hashable]]]]

__all__ = ["Moves", "Verdict", "all_of"]

WORDS = {True: "possible", False: "impossible", None: "undecided"}


@dataclass(frozen=True, eq=False)
class Verdict:
    """The answer to "is this task possible?", with what proves it.

    Args:
        possible: ``True``, ``False``, or ``None`` where the numbers do not decide at the tolerance.
        margin: how far from the border, in the unit of the method; ≥ 0 where possible, < 0 where impossible.
        certificate: a constructor (where possible) or a witness against every constructor (where impossible);
            a tuple of verdicts where several tasks were decided; ``None`` where undecided.
        method: which rung of the decision ladder answered, for example ``"gram"``.
        tolerance: accuracy up to which the answer was checked.
        reason: one sentence.
        task: what was decided, where it is a task.
        moves: of a model that searches, its moves by name, each with the number of copies it takes.
    """

    possible: bool | None
    margin: float
    certificate: Any = None
    method: str = ""
    tolerance: float = 0.0
    reason: str = ""
    task: Task | None = None
    moves: Moves | None = None

    def __bool__(self) -> bool:
        if self.possible is None:
            raise ValueError(f"an undecided verdict is neither true nor false: {self.reason}")
        return self.possible

    @property
    def sign(self) -> str:
        """``"✓"``, ``"✗"`` or ``"?"``."""
        return {True: "✓", False: "✗", None: "?"}[self.possible]

    def __repr__(self) -> str:
        margin = "" if math.isnan(self.margin) else f" (margin {self.margin:.6g}, {self.method})"
        return f"{self.sign} {WORDS[self.possible]}{margin}: {self.reason}"


def all_of(verdicts: Iterable[Verdict], reason: str) -> Verdict:
    """The verdict on "all of these are possible": one impossible task settles it, then one undecided.

    The margin is that of the verdict which decides, the smallest; all verdicts together are the certificate.
    """
    answers = tuple(verdicts)
    if not answers:
        raise ValueError("verdicts must hold at least one verdict; got none")
    for answer in (False, None, True):
        if deciding := [verdict for verdict in answers if verdict.possible is answer]:
            worst = min(deciding, key=lambda verdict: verdict.margin)
            because = "" if answer else f": {worst.reason}"
            return Verdict(answer, worst.margin, answers, worst.method, worst.tolerance, f"{reason}{because}")
    raise AssertionError("a verdict is True, False or None")
