"""Experiments with small programs in the chapter on primes, and the claims that their tables decide."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd

from szilard.algorithmic import CodingTable
from szilard.compendium import Claim, Experiment, Judgement, Verdict
from szilard.experiments.primes import machines as cells

__all__ = ["MACHINE_CLAIMS", "MACHINE_EXPERIMENTS", "machine_totals", "ranks"]

SIMPLE_SETS = (
    "all but powers of two",
    "odd numbers",
    "no multiples of three",
    "powers of two",
    "prime to six",
)
SEQUENCES = tuple(product(("primes", "cramer", "coins"), ("all", "odd", "wheel 30")))

MACHINE_EXPERIMENTS = (
    Experiment(
        "machines",
        "what all machines of one to four states write before they halt",
        {"quick": [cells.Machines(states) for states in (1, 2, 3, 4)]},
        cells.machines,
        light=True,
    ),
    Experiment(
        "halting",
        "after how many steps machines halt",
        {
            "quick": [cells.Halting(states) for states in (2, 3, 4)],
            "full": [cells.Halting(4), cells.Halting(5, 4000)],
        },
        cells.halting,
        light=True,
    ),
    Experiment(
        "table",
        "the complexity of all strings of up to twelve symbols from machines of five states, ours and published",
        {"quick": [cells.Table(recount=False)], "full": [cells.Table(recount=True)]},
        cells.table,
        light=True,
    ),
    Experiment(
        "prediction",
        "what comes next, by algorithmic probability",
        {"quick": [cells.Prediction(prefix) for prefix in cells.PREFIXES]},
        cells.prediction,
        light=True,
    ),
    Experiment(
        "blocks",
        "block decomposition of primes, of random sets of their density and of coin flips, in three codings",
        {
            "quick": [cells.Blocks(*each) for each in SEQUENCES]
            + [cells.Blocks("primes", "all", block) for block in range(4, 12)]
        },
        cells.blocks,
        light=True,
    ),
    Experiment(
        "search",
        "programs that universal search finds for sets of numbers",
        {
            "quick": [cells.Search(name, 32) for name in (*SIMPLE_SETS, "primes")]
            + [cells.Search("coin flips", 32, phases=30)],
            "full": [cells.Search(name, 100) for name in (*SIMPLE_SETS, "primes", "coin flips")],
        },
        cells.search,
    ),
    Experiment(
        "lambda",
        "closed lambda terms by length",
        {"quick": [cells.Lambda(399)]},
        cells.lambda_terms,
        light=True,
    ),
)


def machine_totals(table: pd.DataFrame) -> pd.DataFrame:
    """One row per number of states: machines, halting ones, strings, longest run and what the census had to run."""
    columns = ["machines", "halting", "longest_run", "runs"]
    totals = table.groupby("states")[columns].first()
    totals.insert(2, "strings", table.groupby("states").output.count())
    return totals.reset_index()


def ranks(table: pd.DataFrame, states: int, shortest: int, longest: int) -> float:
    """Spearman correlation of complexity by machines of ``states`` states with the published one."""
    part = table[(table.states == states) & table.published.notna()]
    ours, published = (
        CodingTable(dict(zip(part.output, part[name], strict=True))) for name in ("bits", "published")
    )
    return ours.rank_correlation(published, shortest, longest)


def _machines(table: pd.DataFrame) -> Judgement:
    if table.published.isna().all():
        return Judgement("needs pybdm's table", Verdict.OFFLINE)
    found = {length: ranks(table, 3, 1, length) for length in (4, 6)}
    within = ranks(table, 3, 4, 4)
    text = f"rank correlation {found[4]:.3f} and {found[6]:.3f}; {within:.2f} among strings of length 4"
    return Judgement(text, Verdict.of(found[4] > 0.93 and found[6] > 0.96, min(found.values()) > 0.8))


def _table(table: pd.DataFrame) -> Judgement:
    if table.published.isna().all():
        return Judgement("needs pybdm's table", Verdict.OFFLINE)
    worst = (table.bits - table.published).abs().max()
    written = int(table.bits.notna().sum())
    how = "counted anew" if table.recount.all() else "as kept with the library"
    text = (
        f"{written:,} of {len(table):,} strings {how}, largest difference below {max(worst, 1e-14):.0e} bits"
    )
    return Judgement(text, Verdict.of(worst < 1e-9 and written >= len(table) - 2))


def _halting(table: pd.DataFrame) -> Judgement:
    five = table[table.states == 5]
    late = int(five["count"][five.steps > 500].sum())
    share = late / int(five["count"].sum())
    return Judgement(f"{late:,} machines, {share:.1e} of those that halt", Verdict.of(share < 1e-6))


def _prediction(table: pd.DataFrame) -> Judgement:
    five = table[table.states == 5].set_index("prefix").zero
    zeros, pairs = five[["00", "000", "0" * 11]], five[["0101", "010101", "0101010101"]]
    good = all((each > 0.5).all() and each.is_monotonic_increasing for each in (zeros, pairs))
    return Judgement(f"{zeros.iloc[-1]:.3f} after 0¹¹, {pairs.iloc[-1]:.3f} after (01)⁵", Verdict.of(good))


def _blocks(table: pd.DataFrame) -> Judgement:
    whole = table[table.block == 12].set_index(["source", "coding"])
    primes = whole.loc[("primes", "all")]
    apart = whole.bits[("primes", "wheel 30")] / primes.bits
    text = f"{primes.bits:.2f} bits, but {primes.order_bits:,.0f} for the order; {apart:.0f} times as many on wheel 30"
    return Judgement(
        text, Verdict.of(abs(primes.bits - 644.24) < 0.01 and primes.order_bits > 50 * primes.bits)
    )


def _search(table: pd.DataFrame) -> Judgement:
    primes = table[table.target == "primes"].iloc[0]
    coins = table[table.target == "coin flips"].iloc[0]
    if not primes.holds:
        return Judgement(f"found {primes.program or 'nothing'}", Verdict.NOT_REPRODUCED)
    text = f"{primes.program} ({primes.bits} bits, {primes.steps} steps), the {primes.tried:,}th try"
    return Judgement(text, Verdict.of(coins.program == "", True))


def _lambda(table: pd.DataFrame) -> Judgement:
    total = table.kraft.iloc[-1]
    good = bool((np.diff(table.kraft) >= 0).all()) and total < 1
    return Judgement(f"{total:.9f} up to {int(table.length.max())} bits", Verdict.of(good))


def _claim(
    name: str,
    statement: str,
    where: str,
    tolerance: str,
    figure: str,
    judge: Callable[[pd.DataFrame], Judgement],
    published: str | None = None,
    tiers: tuple[str, ...] = ("quick",),
) -> Claim:
    return Claim(name, statement, where, published, tolerance, figure, name, judge, tiers)


BEYOND = "beyond the paper"
MACHINE_CLAIMS = (
    _claim(
        "machines",
        "What small machines write often is simple: three states order strings as five do.",
        "background: the coding theorem, method of Soler-Toscano et al. (2014)",
        "rank correlation with the published table above 0.93 up to length 4, 0.96 up to length 6",
        "fig-primes-ctm-d3",
        _machines,
    ),
    _claim(
        "table",
        "The published complexities are those of all machines of five states within 500 steps.",
        "background: table of Soler-Toscano et al. (2014), as shipped by pybdm",
        "within 1e-9 bits for every string a machine writes; at most two strings unwritten",
        "fig-primes-table",
        _table,
        "K(0) = 2.514277 to K(000110100111) = 37.479236 bits",
        ("quick", "full"),
    ),
    _claim(
        "halting",
        "Hardly any machine of five states halts after 500 steps.",
        "background: the limit of Soler-Toscano et al. (2014)",
        "fewer than one halting machine in a million between 500 and 4000 steps",
        "fig-primes-table",
        _halting,
        tiers=("full",),
    ),
    _claim(
        "prediction",
        "Algorithmic probability expects a pattern to go on, and the more of it was seen the more.",
        "background: Solomonoff induction",
        "above one half and rising, for zeros and for alternation",
        "tab-primes-prediction",
        _prediction,
    ),
    _claim(
        "blocks",
        "Block decomposition is no upper bound on complexity: it forgets the order of the blocks.",
        BEYOND,
        "644.24 ± 0.01 bits for the primes below 120,000; the order needs 50 times as many",
        "fig-primes-bdm-caveat",
        _blocks,
    ),
    _claim(
        "search",
        "A program for the primes can be found by search, and it goes on being right.",
        f"{BEYOND}, which holds that no formula can be found",
        f"the program found is right up to {cells.VERIFIED_TO:,}; none is found for coin flips",
        "tab-primes-search",
        _search,
        tiers=("quick", "full"),
    ),
    _claim(
        "lambda",
        "Closed lambda terms are a prefix code.",
        "background: binary lambda calculus",
        "Kraft's sum rises and stays below one",
        "fig-primes-lambda",
        _lambda,
    ),
)
