"""Claims: what a paper states, what is measured here, what its control says, and the verdict.

A claim stands beside the function that judges it:

    @claim(
        experiment="forward",
        where="Sec. 3",
        tolerance=at_most("largest noise error (RMSE)", 0.1, partly=0.15),
        controls={"untrained": lambda table: table[table.steps == 0]},
        shown="fig-minde-forward",
    )
    def forward(table: pd.DataFrame) -> Finding:
        \"\"\"A small denoising network learns the scores of the noised distribution.\"\"\"
        largest = noise_rmse(table).max()
        return Finding(f"RMSE at most {largest:.2f}", largest)

The judge only reads numbers off a table; the limits turn them into a verdict, the same way for the measurement and
for its control.
"""

import enum
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from numpy.typing import ArrayLike

from szilard.compendium.criteria import Limit, Verdict, worst
from szilard.compendium.result import Result

# By experiment: a result, its table alone, why it could not be read, or nothing yet.
Results = Mapping[str, Result | pd.DataFrame | Exception | None]
NOT_AVAILABLE = "not available to us"
TIERS = ("quick", "full")

__all__ = ["Claim", "Control", "Errs", "Finding", "Judgement", "Kind", "claim", "claims_of", "evaluate", "headline"]


class Kind(enum.Enum):
    """What a claim is: a published value found again, a statement of the paper decided, or our own."""

    NUMBER = "number"
    STATEMENT = "statement"
    OURS = "ours"


@dataclass(frozen=True, init=False)
class Finding:
    """What a judge read off a table: a text for readers, and one number (or array, or truth value) per limit."""

    text: str
    values: tuple[ArrayLike, ...]

    def __init__(self, text: str, *values: ArrayLike) -> None:
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "values", values)


@dataclass(frozen=True)
class Control:
    """The run in which what a claim credits is absent.

    ``table`` makes what the judge reads from the table of ``experiment`` (by default the claim's own): picks the rows
    of the untrained network, shuffles pairs, puts the rival's column in the place of ours.
    """

    table: Callable[[pd.DataFrame], pd.DataFrame]
    experiment: str | None = None


@dataclass(frozen=True)
class Errs:
    """The measurement that shows an error in the paper (or in the authors' code): limits that must all hold."""

    tolerance: tuple[Limit, ...]
    verdict: Verdict = Verdict.PAPER_ERRS


@dataclass(frozen=True)
class Judgement:
    """The value found, as text, the verdict on it, and by name what the controls said."""

    value: str
    verdict: Verdict
    controls: Mapping[str, "Judgement"] = field(default_factory=dict)


PENDING = Judgement("—", Verdict.PENDING)
DAMAGED = Judgement("the record is damaged", Verdict.UNDECIDED)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One statement, put to the test.

    Args:
        name: its name within the chapter.
        statement: what is claimed, one sentence.
        judge: reads a table and returns a :class:`Finding` with one value per limit, those of ``errs`` last.
        experiment: the experiment whose table is judged.
        where: where in the paper it stands.
        tolerance: the limits that must all hold.
        kind: number, statement or ours.
        published: the published value as text; ``None`` where it is not available to us.
        rows: which rows of the table the claim is about, as a pandas query; all when empty.
        controls: by name, the runs in which the effect is absent.
        errs: limits that, where the claim fails, show that the paper or the code errs.
        shown: id of the figure or table that shows it, for example ``"fig-minde-forward"``.
        tiers: the tiers at which it can be judged.
        offline: why it cannot be decided offline; its verdict then says so, whatever a stand-in shows.
        pooled: whether it is about all rows together, so that a single one may be wrong (a mean over many, a count).
    """

    name: str
    statement: str
    judge: Callable[[pd.DataFrame], Finding]
    experiment: str
    where: str
    tolerance: tuple[Limit, ...]
    kind: Kind = Kind.STATEMENT
    published: str | None = None
    rows: str = ""
    controls: Mapping[str, Control] = field(default_factory=dict)
    errs: Errs | None = None
    shown: str = ""
    tiers: tuple[str, ...] = ("quick",)
    offline: str = ""
    pooled: bool = False

    def __post_init__(self) -> None:
        if not self.statement.strip() or not self.where.strip():
            raise ValueError(f"claim {self.name} must say what is claimed (docstring of its judge) and where")
        if not self.tolerance:
            raise ValueError(f"claim {self.name} must have a tolerance: at least one limit that can fail")
        if self.kind is Kind.NUMBER and not self.published:
            raise ValueError(f"claim {self.name} is of the kind 'number' and must quote the published value")
        if not self.tiers or any(tier not in TIERS for tier in self.tiers):
            raise ValueError(f"tiers of claim {self.name} must be among {', '.join(TIERS)}; got {self.tiers}")

    @property
    def reproduced_if(self) -> str:
        """The tolerance in words, with where "partly" ends."""
        return ". ".join(str(limit)[:1].upper() + str(limit)[1:] for limit in self.tolerance)

    @property
    def experiments(self) -> tuple[str, ...]:
        """The experiments whose tables it needs: its own first, then those of its controls."""
        others = (control.experiment for control in self.controls.values() if control.experiment)
        return tuple(dict.fromkeys((self.experiment, *others)))

    def picked(self, table: pd.DataFrame) -> pd.DataFrame:
        """The rows of ``table`` that the claim is about."""
        return table.query(self.rows, engine="python").reset_index(drop=True) if self.rows else table

    def read(self, table: pd.DataFrame, control: bool = False) -> Judgement:
        """The judge's reading of ``table`` and the verdict of the limits, the controls not yet asked.

        A control says no where one limit fails, whatever the others could not decide.
        """
        if table.empty:
            return Judgement("no rows", Verdict.UNDECIDED)
        finding = self.judge(table)
        refuting = self.errs.tolerance if self.errs else ()
        limits = (*self.tolerance, *refuting)
        if len(finding.values) != len(limits):
            raise ValueError(
                f"judge of claim {self.name} must return one value per limit: {len(limits)}, got {len(finding.values)}"
            )
        decided = [limit.decide(value) for limit, value in zip(limits, finding.values, strict=True)]
        held, refuted = decided[: len(self.tolerance)], decided[len(self.tolerance) :]
        verdict = Verdict.NOT_REPRODUCED if control and Verdict.NOT_REPRODUCED in held else worst(held)
        if self.errs and verdict is Verdict.NOT_REPRODUCED:
            shown = worst(refuted) is Verdict.REPRODUCED
            verdict = self.errs.verdict if shown else Verdict.UNDECIDED
        return Judgement(finding.text, verdict)

    def evaluate(self, results: Results) -> Judgement:
        """The judgement given tables (or results) by experiment name; one that is missing or ``None`` is pending, and
        on one that could not be read (its exception in its place) nothing is decided.

        Where a control fares as well as the measurement, or could not be decided, the verdict is *undecided*: a control
        that was measured has to say no.
        """
        if any(isinstance(results.get(name), Exception) for name in self.experiments):
            return DAMAGED
        table = _table(results.get(self.experiment))
        if table is None:
            return PENDING
        found = self.read(self.picked(table))
        said: dict[str, Judgement] = {}
        for name, control in self.controls.items():
            source = _table(results.get(control.experiment or self.experiment))
            said[name] = PENDING if source is None else self.read(control.table(source), control=True)
        verdict = found.verdict
        if any(_as_good(other.verdict, verdict) for other in said.values()):
            verdict = Verdict.UNDECIDED
        return Judgement(found.value, Verdict.OFFLINE if self.offline else verdict, said)


def claim(
    *,
    where: str,
    tolerance: Limit | Sequence[Limit],
    experiment: str = "",
    name: str = "",
    controls: Mapping[str, Control | Callable[[pd.DataFrame], pd.DataFrame]] | None = None,
    errs: Limit | Sequence[Limit] | Errs | None = None,
    **facts: Any,
) -> Callable[[Callable[[pd.DataFrame], Finding]], Claim]:
    """Make the decorated judge a :class:`Claim`; its docstring is the statement, its name the claim's.

    ``experiment`` is the claim's name when not given; ``tolerance`` and ``errs`` may be one limit or several, a
    control a function alone. Everything else is as in :class:`Claim`.
    """

    def made(judge: Callable[[pd.DataFrame], Finding]) -> Claim:
        called = name or judge.__name__.strip("_").replace("_", "-")
        return Claim(
            name=called,
            statement=" ".join((inspect.getdoc(judge) or "").split()),
            judge=judge,
            experiment=experiment or called,
            where=where,
            tolerance=_limits(tolerance),
            controls={
                title: each if isinstance(each, Control) else Control(each) for title, each in (controls or {}).items()
            },
            errs=errs if errs is None or isinstance(errs, Errs) else Errs(_limits(errs)),
            **facts,
        )

    return made


def claims_of(namespace: Mapping[str, object]) -> tuple[Claim, ...]:
    """All claims of a module, in the order in which they stand: ``CLAIMS = claims_of(globals())``."""
    return tuple(value for value in namespace.values() if isinstance(value, Claim))


def evaluate(
    key: str, claims: Sequence[Claim], results: Mapping[str, Results], stale: Sequence[str] = ()
) -> list[dict[str, str]]:
    """One row of text per claim of chapter ``key``: published and found values, tolerance, controls, verdict.

    The verdict is that of the most demanding tier that has been measured.

    Args:
        results: by tier (``"quick"``, ``"full"``), results by experiment name.
        stale: experiments whose full-tier result older code has measured; the rows say so.
    """
    return [_row(key, each, results, stale) for each in claims]


def headline(row: Mapping[str, str]) -> dict[str, str]:
    """What a strip of headlines keeps of a row of :func:`evaluate`: the value found at the most demanding tier."""
    tier = next((tier for tier in reversed(TIERS) if row[tier] not in ("", PENDING.value)), "")
    found = {"found": row[tier] if tier else PENDING.value, "tier": tier}
    return {name: row[name] for name in ("claim", "kind", "statement", "verdict")} | found


def _row(key: str, claim: Claim, results: Mapping[str, Results], stale: Sequence[str]) -> dict[str, str]:
    judged = {tier: claim.evaluate(results.get(tier, {})) for tier in TIERS if tier in claim.tiers}
    measured = [judgement for judgement in judged.values() if judgement.verdict is not Verdict.PENDING]
    last = measured[-1] if measured else PENDING
    older = "full" in claim.tiers and claim.experiment in stale
    return {
        "claim": f"{key}/{claim.name}",
        "kind": claim.kind.value,
        "statement": claim.statement,
        "where": claim.where,
        "published": NOT_AVAILABLE if claim.published is None else claim.published,
        "quick": judged["quick"].value if "quick" in judged else "",
        "full": (judged["full"].value if "full" in judged else "") + (" (by older code)" if older else ""),
        "tolerance": claim.reproduced_if,
        "controls": "; ".join(
            f"{name}: {said.verdict.value}" + ("" if said.verdict is Verdict.PENDING else f" ({said.value})")
            for name, said in last.controls.items()
        ),
        "verdict": (Verdict.OFFLINE if claim.offline else last.verdict).value,
        "note": claim.offline,
        "figure": claim.shown,
    }


def _as_good(control: Verdict, verdict: Verdict) -> bool:
    """Whether a control fared as well as the measurement, or decides nothing, so that the measurement shows nothing."""
    if verdict is Verdict.PARTLY:
        return control in (Verdict.PARTLY, Verdict.REPRODUCED, Verdict.UNDECIDED)
    shows = verdict in (Verdict.REPRODUCED, Verdict.PAPER_ERRS, Verdict.CODE_ERRS)
    return shows and control in (verdict, Verdict.UNDECIDED)


def _table(result: Result | pd.DataFrame | Exception | None) -> pd.DataFrame | None:
    return getattr(result, "table", result)


def _limits(tolerance: Limit | Sequence[Limit]) -> tuple[Limit, ...]:
    return (tolerance,) if isinstance(tolerance, Limit) else tuple(tolerance)
