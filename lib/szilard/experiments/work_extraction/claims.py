"""The claims of the chapter on work extraction, each beside its judge and the control it must not pass."""

from __future__ import annotations

import numpy as np
import pandas as pd

from szilard.compendium import Finding, Kind, at_least, at_most, between, claim, claims_of, holds

__all__ = ["CLAIMS", "LEAK", "YES"]

YES, LEAK = 1 - 1e-6, 1e-10  # bound and leakage from which program and search say that a task is possible
DERIVED, CONTRAST = "derived here", "for contrast"
BOTH = ("quick", "full")
LOOK = "measure"  # the link of the proof in which the battery is looked at


@claim(
    experiment="agreement",
    where="abstract, as published",
    tolerance=(
        at_most("success that the program allows where amounts differ and states overlap", YES),
        at_least("leakage of the best process that the search finds there", LEAK),
    ),
    rows="different and overlap > 1e-9",
    controls={"different amounts, no overlap": lambda table: table[table.different & (table.overlap < 1e-9)]},
    shown="tab-work_extraction-agreement",
    tiers=BOTH,
)
def theorem(table: pd.DataFrame) -> Finding:
    """If different amounts of work can be drawn deterministically, the states are distinguishable."""
    text = f"{(table.bound >= YES).sum()} of {len(table)} possible; success at most {table.bound.max():.4f}"
    return Finding(text, table.bound, table.leakage)


@claim(
    experiment="proof",
    where="proof, as reconstructed here",
    tolerance=holds("possible together exactly where states can be copied; without a phase reference not even there"),
    controls={
        "nobody looks at the battery": lambda table: table.assign(possible=table.possible & (table.link != LOOK))
    },
    shown="fig-work_extraction-tasknet",
)
def network(table: pd.DataFrame) -> Finding:
    """An extractor of different amounts, with a look at its battery, measures the states and copies them; states that
    can be copied need not have one."""
    together = table.groupby("case").possible.transform(lambda links: links.astype(float).min(skipna=False))
    known = together.notna() & table.clonable.notna() & (table.groupby("case").link.transform("nunique") == 5)
    said = {case: "✓" if possible else "✗" for case, possible in zip(table.case, together, strict=True)}
    barred = (together == 0) & (table.clonable == 1)
    right = np.where(table.case.str.contains("phase"), barred, together == table.clonable)
    return Finding(f"all five in series: {''.join(said.values())}", np.where(known, right, np.nan))


@claim(
    where="abstract: no universal extractor for a superinformation medium",
    tolerance=(
        holds("two complementary bases are superinformation"),
        holds("an amount for every state is impossible"),
        at_most("distance of the best success from 1/2", 1e-6),
    ),
    rows="medium == 'quantum'",
    controls={"a classical medium": lambda table: table[table.medium == "classical"]},
    shown="tab-work_extraction-universal",
)
def universal(table: pd.DataFrame) -> Finding:
    """No machine draws for certain an amount of its own from every state of a superinformation medium."""
    text = f"success at most {table.success.max():.6f} for {', '.join(map(str, table.states))} states"
    return Finding(text, table.superinformation == 1, table.possible == 0, (table.success - 0.5).abs())


@claim(
    experiment="difference",
    where="abstract: exact, for any different amounts",
    tolerance=(
        holds("impossible however little the amounts differ"),
        at_most("difference between success and what discrimination of the states allows", 1e-9),
    ),
    rows="difference > 0",
    controls={"equal amounts": lambda table: table[table.difference == 0]},
    shown="fig-work_extraction-universal",
)
def scale(table: pd.DataFrame) -> Finding:
    """It does not matter by how much the amounts differ."""
    text = f"success at most {table.success.max():.6f}; differences tried: {len(table)}"
    return Finding(text, table.possible == 0, (table.success - table.discrimination).abs())


@claim(
    experiment="equal",
    where="abstract: the words that the preprint's abstract lacks",
    tolerance=(
        holds("work can be drawn from every state"),
        at_most("variance of the battery", 1e-20),
        at_most("change of the squared overlap on its way into the ancilla", 1e-9),
        at_least("largest squared overlap", 0.5),
    ),
    controls={"two amounts": lambda table: table.assign(possible=table.two_amounts >= YES)},
    shown="fig-work_extraction-equal-amounts",
)
def literal(table: pd.DataFrame) -> Finding:
    """The words "different amounts of" are needed: one amount can be drawn for certain from states that overlap."""
    drawn = (table.possible == 1) & (table.variance < 1e-20)
    text = f"one quantum from {int(drawn.sum())} of {len(table)} pairs, squared overlap up to {table.before.max():.2f}"
    return Finding(text, table.possible == 1, table.variance, (table.after - table.before).abs(), table.before.max())


@claim(
    where="abstract: work apart from heat; definition as reconstructed here",
    tolerance=(holds("the heights are a work variable"), at_most("entropy in nats that an exchange makes", 1e-12)),
    rows="medium.str.contains('weight')",
    controls={"a heat bath": lambda table: table[table.medium.str.contains("heat")]},
    shown="tab-work_extraction-media",
)
def media(table: pd.DataFrame) -> Finding:
    """A weight trades energy with its copy both ways, which makes it a medium for work."""
    ways = table.both_ways == 1
    return Finding(f"{int(ways.sum())} of {len(table)} exchanges go both ways", (table.work == 1) & ways, table.entropy)


@claim(
    where="abstract: independent of the dynamics",
    tolerance=holds("each verdict is the one counted by hand, and the quantum criterion's"),
    controls={"overlap ignored": lambda table: table.assign(possible=True)},
    shown="tab-work_extraction-classical",
)
def classical(table: pd.DataFrame) -> Finding:
    """Where dynamics permutes microstates the same holds: overlapping sets give no different amounts."""
    expected = table.case.map(COUNTED)
    right = (table.possible == expected) & (table.quantum == expected)
    return Finding(f"{int(right.sum())} of {len(table)} as counted", right)


COUNTED = dict(
    zip(
        (
            "two labels of one height, one amount",
            "the same, with a blank bit",
            "two heights, two amounts",
            "overlapping sets, one amount",
            "overlapping sets, two amounts",
        ),
        (False, True, True, True, False),
        strict=True,
    )
)


@claim(
    experiment="pairs",
    where=DERIVED,
    kind=Kind.OURS,
    tolerance=(
        at_most("overlap of |+⟩ and |−⟩", 1e-12),
        holds("different amounts impossible without a reference"),
        at_most("distance of the best success from 1/2", 1e-6),
    ),
    rows="pair == '|+⟩, |−⟩'",
    controls={"|0⟩ and |1⟩": lambda table: table[table.pair == "|0⟩, |1⟩"]},
    shown="tab-work_extraction-pairs",
)
def converse(table: pd.DataFrame) -> Finding:
    """Without a phase reference the converse fails: |+⟩ and |−⟩, though distinguishable, are given different amounts
    no better than by a guess."""
    off = (table.conserving - 0.5).abs()
    return Finding(f"success {table.conserving.max():.6f}", table.overlap, table.possible == 0, off)


@claim(
    experiment="ladders",
    where=DERIVED,
    kind=Kind.OURS,
    tolerance=(
        at_most("difference of optimised failure and closed form", 1e-6),
        between("exponent of the uniform ladder, from 64 levels on", -1.02, -0.98, soft=True),
        between("exponent of the cosine ladder", -2.04, -1.96, soft=True),
        holds("impossible with any one ladder", soft=True),
    ),
    controls={"no ladder": lambda table: table.assign(failure=0.5)},
    shown="fig-work_extraction-reference-frame",
)
def reference(table: pd.DataFrame) -> Finding:
    """With a phase reference the converse holds in the limit: a ladder of L levels gives d amounts to the d states
    complementary to the levels, failing with a probability that falls as 1/L or 1/L² and is never zero."""
    off = (table.failure - table.closed).abs()
    if off.isna().any() or (table.failure <= 0).any():
        return Finding("a failure is missing or negative", np.nan, np.nan, np.nan, np.nan)
    uniform, cosine = slope(table, "uniform"), slope(table, "cosine")
    return Finding(
        f"exponents {uniform:.2f} and {cosine:.2f}".replace("-", "−"), off, uniform, cosine, table.exact == 0
    )


def slope(table: pd.DataFrame, shape: str) -> float:
    """The exponent with which the failure of a ladder falls with its number of levels, from 64 on."""
    part = table[(table["shape"] == shape) & (table.levels >= 64) & (table.d == 2)]
    return float(np.polyfit(np.log(part.levels), np.log(part.failure), 1)[0])


@claim(
    experiment="agreement",
    where=DERIVED,
    kind=Kind.OURS,
    tolerance=(
        holds("criterion, program and search say the same of every random question"),
        at_most("flaw of a process built", 1e-10),
    ),
    controls={"another question's bound": lambda table: table.assign(bound=np.roll(table.bound, 1))},
    shown="tab-work_extraction-agreement",
    tiers=BOTH,
)
def criterion(table: pd.DataFrame) -> Finding:
    """Blockwise orthogonality and enough levels decide; a program and a search say the same."""
    same = ((table.bound >= YES) == table.criterion) & ((table.leakage < LEAK) == table.criterion)
    same = np.where(table[["bound", "leakage"]].isna().any(axis=1), np.nan, same)
    return Finding(f"{int(np.nansum(same))} of {len(table)} agree", same, table.flaw)


@claim(
    where=DERIVED,
    kind=Kind.OURS,
    tolerance=(
        at_most("difference between any two of sixty uses", 1e-9),
        at_most("success of all sixty together", 0.9),
    ),
    rows="padding > 0",
    controls={"no room": lambda table: table[table.padding == 0]},
    shown="fig-work_extraction-repeat",
)
def repeat(table: pd.DataFrame) -> Finding:
    """A ladder with room serves again and again, each time as well, yet not all times together."""
    drift = (table.success - table.success.iloc[0]).abs()
    last = table.together.iloc[-1]
    text = f"each use {table.success.iloc[-1]:.4f}, all {len(table)} together {last:.2f}"
    return Finding(text, drift, last)


@claim(
    where=CONTRAST,
    kind=Kind.OURS,
    tolerance=at_most("distance from the three terms, times n", 1.0),
    controls={"without ½ ln n / n": lambda table: table.assign(third=table.normal)},
    shown="fig-work_extraction-second-order",
    tiers=BOTH,
)
def second(table: pd.DataFrame) -> Finding:
    """Work per copy at a risk is mean plus √(V/n) times a normal quantile plus ½ ln n / n, up to kT/n."""
    error = table.copies * (table.exact - table.third).abs()
    return Finding(f"n × distance at most {error.max():.2f}, up to n = {table.copies.max()}", error)


CLAIMS = claims_of(globals())
