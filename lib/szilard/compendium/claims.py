"""Claims: what a paper states, what is measured here, and the verdict."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

NOT_AVAILABLE = "not available to us"

__all__ = ["NOT_AVAILABLE", "Claim", "Judgement", "Verdict", "evaluate"]


class Verdict(enum.Enum):
    """How a claim fared."""

    REPRODUCED = "reproduced"
    PARTLY = "partly"
    NOT_REPRODUCED = "not reproduced"
    OFFLINE = "not reproducible offline"
    PAPER_ERRS = "the paper errs"
    PENDING = "not recorded yet"

    @classmethod
    def of(cls, good: bool, near: bool = False) -> Verdict:
        """Reproduced where the tolerance holds, partly where a weaker one does, else not."""
        return cls.REPRODUCED if good else cls.PARTLY if near else cls.NOT_REPRODUCED


@dataclass(frozen=True)
class Judgement:
    """The reproduced value, as text, and the verdict on it."""

    value: str
    verdict: Verdict


PENDING = Judgement("—", Verdict.PENDING)


@dataclass(frozen=True)
class Claim:
    """One statement of a paper, put to the test.

    Args:
        name: its name within the chapter.
        statement: what the paper says, one sentence.
        where: where in the paper it stands.
        published: the published value as text; ``None`` where it is not available to us.
        tolerance: what counts as reproduced, in words.
        figure: id of the figure or table that shows it, for example ``"fig-minde-forward"``; ``None`` for
            none.
        experiment: the experiment whose table is judged.
        judge: ``judge(table) -> Judgement``.
        tiers: the tiers at which it can be judged.
    """

    name: str
    statement: str
    where: str
    published: str | None
    tolerance: str
    figure: str | None
    experiment: str
    judge: Callable[[pd.DataFrame], Judgement]
    tiers: tuple[str, ...] = ("quick", "full")

    def evaluate(self, tier: str, results: Mapping[str, Any]) -> Judgement | None:
        """The judgement at ``tier`` given results by experiment name; ``None`` where the tier does not apply.

        A result is a :class:`Result`, a table, or ``None`` while nothing is recorded.
        """
        if tier not in self.tiers:
            return None
        result = results.get(self.experiment)
        if result is None:
            return PENDING
        return self.judge(getattr(result, "table", result))


def evaluate(
    key: str, claims: Sequence[Claim], results: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, str]]:
    """One row of text per claim: the published and the reproduced values, the tolerance, the verdict.

    Args:
        key: chapter key.
        claims: the claims to judge.
        results: by tier (``"quick"``, ``"full"``), results by experiment name.

    The verdict is that of the most demanding tier that has been measured.
    """
    rows = []
    for claim in claims:
        judged = {tier: claim.evaluate(tier, results.get(tier, {})) for tier in ("quick", "full")}
        measured = [j for j in judged.values() if j is not None and j.verdict is not Verdict.PENDING]
        rows.append(
            {
                "claim": f"{key}/{claim.name}",
                "statement": claim.statement,
                "where": claim.where,
                "published": NOT_AVAILABLE if claim.published is None else claim.published,
                "quick": judged["quick"].value if judged["quick"] else "",
                "full": judged["full"].value if judged["full"] else "",
                "tolerance": claim.tolerance,
                "verdict": (measured[-1] if measured else PENDING).verdict.value,
                "figure": claim.figure or "",
            }
        )
    return rows
