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
SETS = 105  # pairs of non-empty sets of four microstates


def _borrowed(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """The questions with different amounts and overlap, ``column`` as found for those without overlap."""
    different = table[table.different == 1]
    over, free = different[different.overlap > 1e-9], different[different.overlap < 1e-9]
    return over.assign(**{column: np.resize(free[column].to_numpy(), len(over))})


@claim(
    experiment="agreement",
    where="abstract, as published",
    tolerance=(
        at_most("success that the program allows where amounts differ and states overlap", YES),
        at_least("leakage of the best process that the search finds there", LEAK),
    ),
    rows="not (different == 0) and not (overlap <= 1e-9)",
    controls={
        "different amounts, no overlap": lambda table: table[(table.different == 1) & (table.overlap < 1e-9)],
        "only the program asked of states without overlap": lambda table: _borrowed(table, "bound"),
        "only the search asked of them": lambda table: _borrowed(table, "leakage"),
    },
    shown="tab-work_extraction-agreement",
    tiers=BOTH,
)
def theorem(table: pd.DataFrame) -> Finding:
    """If different amounts of work can be drawn deterministically, the states are distinguishable."""
    text = f"{(table.bound >= YES).sum()} of {len(table)} possible; success at most {table.bound.max():.4f}"
    known = table[["different", "overlap"]].notna().all(axis=1)
    return Finding(text, table.bound.where(known), table.leakage.where(known))


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
    where="abstract: exact, for any different amounts; judged here on one pair of states",
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
    experiment="sets",
    where="abstract: independent of the dynamics; judged here on all sets of four microstates",
    tolerance=(
        holds(
            "different amounts exactly where the sets share nothing, one amount always; the quantum criterion agrees"
        ),
        holds("all 105 pairs of sets decided for each pair of amounts"),
    ),
    controls={
        "one amount from both": lambda table: table[table["first"] == table.second].assign(first=0),
        "overlap ignored": lambda table: table.assign(possible=True, quantum=True),
    },
    shown="tab-work_extraction-sets",
)
def classical(table: pd.DataFrame) -> Finding:
    """Where dynamics permutes microstates the same holds: overlapping sets give no different amounts."""
    different = table["first"] != table.second
    expected = ~different | (table.overlapping == 0)
    right = (table.possible == expected) & (table.quantum == expected)
    overlap = different & (table.overlapping == 1)
    known = table[["overlapping", "possible", "quantum"]].notna().all(axis=1)
    text = f"{int((table.possible[overlap] == 1).sum())} of {int(overlap.sum())} possible with overlap"
    return Finding(text, np.where(known, right, np.nan), table.groupby(["first", "second"]).size() == SETS)


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
        between("exponent of the half wave, from 64 levels on", -2.04, -1.96, soft=True),
        holds("impossible with any one ladder", soft=True),
    ),
    controls={"no ladder": lambda table: table.assign(failure=0.5)},
    shown="fig-work_extraction-reference-frame",
)
def reference(table: pd.DataFrame) -> Finding:
    """With a phase reference the converse holds in the limit for levels one gap apart: a ladder of L levels gives d
    amounts to the d states complementary to them and fails with a probability that is never zero and falls as 1/L for
    equal amplitudes, for two states and a half wave as 1/L²."""
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
        at_most("distance of the success of all uses so far from ∫F(ϑ) cos²ᵏ(ϑ/2) dϑ", 1e-6),
    ),
    rows="padding > 0",
    controls={
        "no room": lambda table: table[table.padding == 0],
        "independent uses": lambda table: table[table.padding > 0].assign(together=table.success**table.use),
    },
    shown="fig-work_extraction-repeat",
)
def repeat(table: pd.DataFrame) -> Finding:
    """A ladder with room serves again and again, each time as well; how often all uses succeed together follows from
    the one phase that they share."""
    drift, last = (table.success - table.success.iloc[0]).abs(), table.iloc[-1]
    text = f"each use {last.success:.4f}, all {len(table)} together {last.together:.2f}"
    text += f"; independent ones would {last.success ** len(table):.2f}"
    return Finding(text, drift, (table.together - shared_phase(table.levels.iloc[0], table.use)).abs())


def shared_phase(levels: int, uses: pd.Series) -> np.ndarray:
    """The integral of F(ϑ) cos²ᵏ(ϑ/2) for each number k of uses: F is the density of the phase of a uniform ladder.

    The integrand is a trigonometric polynomial, which a sum over more points than its degree integrates exactly.
    """
    phase = 2 * np.pi * np.arange(512) / 512
    density = np.abs(np.exp(1j * np.outer(phase, np.arange(levels))).sum(axis=1)) ** 2 / (levels * len(phase))
    return (np.cos(phase / 2) ** (2 * np.asarray(uses, dtype=float)[:, None])) @ density


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
