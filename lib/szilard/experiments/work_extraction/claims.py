"""The claims of the chapter on work extraction, each beside its judge and the control it must not pass."""

from __future__ import annotations

import numpy as np
import pandas as pd

from szilard.compendium import Control, Finding, Kind, at_least, at_most, between, claim, claims_of, holds
from szilard.experiments.work_extraction.tables import slope

__all__ = ["CLAIMS"]

ONE_SHOT = {0.0: 0.066298, 0.1: 0.272490, 0.3: 0.746567}  # independent computation
ACTIVATED, LIMIT = 0.0062674, 0.00828766  # independent computation
YES, LEAK = 1 - 1e-6, 1e-8  # bound and leakage from which program and search say that a task is possible
DERIVED, CONTRAST = "derived here", "for contrast"
BOTH = ("quick", "full")


def _near(error: float) -> str:
    """An error as a bound that every machine agrees on: rounding differs in its digits."""
    return "below 1e-9" if error < 1e-10 else f"{error:.0e}"


@claim(
    experiment="agreement",
    where="abstract, as published",
    tolerance=(
        at_most("success that the program allows where states overlap and amounts differ", YES),
        at_least("leakage of the best process that the search finds there", LEAK),
    ),
    rows="overlap > 1e-9",
    controls={"states that do not overlap": lambda table: table[table.criterion & (table.overlap < 1e-9)]},
    shown="tab-work_extraction-agreement",
    tiers=BOTH,
)
def theorem(table: pd.DataFrame) -> Finding:
    """If different amounts of work can be drawn deterministically, the states are distinguishable."""
    text = f"none of {len(table)} sets that overlap; success at most {table.bound.max():.4f}"
    return Finding(text, table.bound, table.leakage)


@claim(
    experiment="equal",
    where="abstract of the preprint, read literally",
    tolerance=at_most("squared overlap of states that each give work for certain", 1e-9),
    errs=(
        holds("work can be drawn from every state"),
        at_most("variance of the battery", 1e-20),
        at_least("largest squared overlap", 0.5),
    ),
    rows="ancilla == 2",
    controls={"no room in the ancilla": lambda table: table[table.ancilla == 1]},
    shown="fig-work_extraction-equal-amounts",
)
def literal(table: pd.DataFrame) -> Finding:
    """If work can be drawn deterministically from each of a set of states, they are distinguishable."""
    drawn = (table.possible == 1) & (table.variance < 1e-20)
    largest = table.before.max()
    text = f"one gap for certain from {int(drawn.sum())} of {len(table)} pairs, squared overlap up to {largest:.2f}"
    return Finding(text, table.before, table.possible == 1, table.variance, largest)


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
    experiment="pairs",
    where=DERIVED,
    kind=Kind.OURS,
    tolerance=(
        at_most("overlap of |+⟩ and |−⟩", 1e-12),
        holds("different amounts impossible"),
        at_most("distance of the best success from 1/2", 1e-6),
    ),
    rows="pair == '|+⟩, |−⟩'",
    controls={"|0⟩ and |1⟩": lambda table: table[table.pair == "|0⟩, |1⟩"]},
    shown="tab-work_extraction-pairs",
)
def converse(table: pd.DataFrame) -> Finding:
    """Distinguishable states need not give different amounts: without a phase reference, |+⟩ and |−⟩ give none better
    than a guess."""
    off = (table.conserving - 0.5).abs()
    return Finding(f"success {table.conserving.max():.6f}", table.overlap, table.possible == 0, off)


@claim(
    where=DERIVED,
    kind=Kind.OURS,
    tolerance=(at_most("deviation from the formulas", 1e-6), holds("certain at overlap 0 and nowhere else")),
    controls={
        "the formulas exchanged": lambda table: table.assign(free=table.conserving_exact, conserving=table.free_exact)
    },
    shown="fig-work_extraction-possible-vs-overlap",
)
def overlap(table: pd.DataFrame) -> Finding:
    """Success is ½(1+|sin θ|) freely and ½(1+sin²θ) if energy is conserved."""
    deviation = np.array([(table[name] - table[f"{name}_exact"]).abs() for name in ("free", "conserving")])
    certain = (table.possible == 1) == (table.overlap < 1e-9)
    return Finding(f"largest deviation {_near(deviation.max())}", deviation, certain)


@claim(
    experiment="ladders",
    where=DERIVED,
    kind=Kind.OURS,
    tolerance=(
        at_most("difference of optimised failure and closed form", 1e-6),
        between("exponent of the uniform ladder, from 64 levels on", -1.02, -0.98, soft=True),
        between("exponent of the cosine ladder", -2.04, -1.96, soft=True),
        holds("never exactly possible", soft=True),
    ),
    controls={"no ladder": lambda table: table.assign(failure=0.5)},
    shown="fig-work_extraction-reference-frame",
)
def reference(table: pd.DataFrame) -> Finding:
    """A ladder in superposition makes the task possible in the limit, never exactly."""
    off = (table.failure - table.closed).abs()
    if off.isna().any() or (table.failure <= 0).any():
        return Finding("a failure is missing or negative", np.nan, np.nan, np.nan, np.nan)
    uniform, cosine = slope(table, "uniform"), slope(table, "cosine")
    return Finding(f"exponents {uniform:.2f} and {cosine:.2f}", off, uniform, cosine, table.exact == 0)


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
    where=DERIVED,
    kind=Kind.OURS,
    tolerance=holds("the first use is possible and the second is not"),
    rows="ancilla == 2",
    controls={"an ancilla with room for both": lambda table: table[table.ancilla == 4]},
    shown="tab-work_extraction-blank",
)
def blank(table: pd.DataFrame) -> Finding:
    """An ancilla that is not reset serves once."""
    first, second = table["first"] == 1, table["second"] == 1
    text = f"first {'✓' if first.all() else '✗'}, second {'✓' if second.all() else '✗'}"
    return Finding(text, first & (table["second"] == 0))


@claim(
    where=DERIVED,
    kind=Kind.OURS,
    tolerance=holds("five verdicts as counted by hand, and equal to the quantum criterion's"),
    controls={"overlap ignored": lambda table: table.assign(possible=True)},
    shown="tab-work_extraction-classical",
)
def classical(table: pd.DataFrame) -> Finding:
    """In a world of microstates the same is a matter of counting."""
    expected = table.case.map(COUNTED)
    right = (table.possible == expected) & (table.quantum == expected)
    return Finding("".join("✓" if each else "✗" for each in table.possible), right)


COUNTED = {
    "two labels of one height, one amount": False,
    "the same, with a blank bit": True,
    "two heights, two amounts": True,
    "overlapping sets, one amount": True,
    "overlapping sets, two amounts": False,
}


@claim(
    where="consequence in the paper's abstract",
    tolerance=(
        at_most("distance of BB84's success, free and conserving, from 1/2", 1e-6),
        at_most("bound on the success of more than two random qubits", 0.999),
    ),
    rows="states > 2",
    controls={
        "states that can be told apart": Control(
            lambda table: pd.DataFrame(
                {"family": ["BB84", "random"], "free": 1.0, "conserving": table.conserving.max(), "free_bound": 1.0}
            ),
            "pairs",
        )
    },
    shown="tab-work_extraction-universal",
)
def universal(table: pd.DataFrame) -> Finding:
    """No process draws different amounts from all states of a superinformation medium."""
    bb84, rest = table[table.family == "BB84"], table[table.family == "random"]
    text = f"BB84: {bb84.free.max():.6f} and {bb84.conserving.max():.6f}; others at most {rest.free_bound.max():.2f}"
    return Finding(text, (bb84[["free", "conserving"]] - 0.5).abs(), rest.free_bound)


@claim(
    experiment="risk",
    where=f"{CONTRAST}; independent computation",
    kind=Kind.OURS,
    tolerance=(
        at_most("deviation from six digits at ε = 0, 0.1 and 0.3", 1e-6),
        at_least("work at ε = 0.3 over the mean", 1.0),
    ),
    rows=f"eps in {tuple(ONE_SHOT)}",
    controls={"mean work": lambda table: table[table.eps.isin(ONE_SHOT)].assign(work=table.average)},
    shown="fig-work_extraction-oneshot",
)
def oneshot(table: pd.DataFrame) -> Finding:
    """Work at a risk: none, a tenth, three tenths."""
    off = (table.work - table.eps.map(ONE_SHOT)).abs()
    above = (table.work / table.average)[table.eps == 0.3]
    return Finding(", ".join(f"{each:.6f}" for each in table.work), off, above)


@claim(
    where=f"{CONTRAST}; independent computation",
    kind=Kind.OURS,
    tolerance=(
        at_most("deviation at ten copies", 1e-7),
        at_most("deviation of the limit", 1e-8),
        at_most("work of one copy", 1e-12),
        at_most("work per copy over its limit", 1.0),
    ),
    controls={"each copy by itself": lambda table: table.assign(work=table.work[table.copies == 1].max())},
    shown="fig-work_extraction-activation",
    tiers=BOTH,
)
def activation(table: pd.DataFrame) -> Finding:
    """Copies of a passive state that is not thermal yield work together."""
    rows = table.set_index("copies")
    text = f"{rows.work[10]:.7f} at 10 copies, limit {rows.limit[10]:.7f}"
    off, limit = abs(rows.work[10] - ACTIVATED), (table.limit - LIMIT).abs()
    return Finding(text, off, limit, rows.work[1], table.work / table.limit)


@claim(
    where=CONTRAST,
    kind=Kind.OURS,
    tolerance=at_most("n × error over 2 + ½ ln n", 1.0),
    controls={"the mean alone": lambda table: table.assign(normal=table.average)},
    shown="fig-work_extraction-second-order",
    tiers=BOTH,
)
def second(table: pd.DataFrame) -> Finding:
    """Work of many copies at a risk follows mean plus √(V/n) times a normal quantile."""
    error = table.copies * (table.exact - table.normal).abs()
    largest = table.copies.max()
    text = f"n × error at most {error[table.copies == largest].max():.1f} at n = {largest}"
    return Finding(text, error / (2 + 0.5 * np.log(table.copies)))


@claim(
    where=f"{CONTRAST}; closed form",
    kind=Kind.OURS,
    tolerance=at_most("distance from 3/8", 4, unit="standard errors"),
    rows="d == 2",
    controls={"states of four levels": lambda table: table[table.d == 4]},
    shown="tab-work_extraction-random",
    tiers=BOTH,
)
def random(table: pd.DataFrame) -> Finding:
    """A random qubit yields 3/8 of its gap on average."""
    sigmas = (table.work - 0.375).abs() / table.stderr
    return Finding(f"qubits {table.work.iloc[0]:.4f} ± {table.stderr.iloc[0]:.4f}", sigmas)


CLAIMS = claims_of(globals())
