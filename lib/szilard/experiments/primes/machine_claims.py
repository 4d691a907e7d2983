"""The claims of the chapter on primes that concern small programs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from szilard.compendium import Finding, Kind, at_least, at_most, between, claim, claims_of, holds
from szilard.experiments.primes.machines import VERIFIED_TO
from szilard.experiments.primes.tables import ranks

__all__ = ["MACHINE_CLAIMS"]

BOTH = ("quick", "full")
BEYOND = "beyond the paper"
ZEROS, PAIRS = ("00", "000", "0" * 11), ("0101", "010101", "0101010101")


@claim(
    where="background: the coding theorem, method of Soler-Toscano et al. (2014)",
    kind=Kind.OURS,
    tolerance=(
        at_least("rank correlation with the published table up to length 4", 0.93, partly=0.8),
        at_least("up to length 6", 0.96, partly=0.8),
        holds("every string that three states write up to length 6 is compared"),
    ),
    rows="states == 3",
    controls={
        "complexities of other strings": lambda table: table[table.states == 3].assign(
            bits=lambda part: np.roll(part.bits, len(part) // 2)
        )
    },
    shown="fig-primes-ctm-d3",
    pooled=True,
)
def machines(table: pd.DataFrame) -> Finding:
    """What small machines write often is simple: three states order strings as five do."""
    short = table[table.output.str.len() <= 6]
    compared = short[["bits", "published"]].notna().all(axis=1)
    if not compared.all():
        return Finding("the published table is missing, or a complexity", np.nan, np.nan, compared)
    four, six, within = (ranks(table, 3, *lengths) for lengths in ((1, 4), (1, 6), (4, 4)))
    text = f"rank correlation {four:.3f} and {six:.3f}; {within:.2f} among strings of length 4"
    return Finding(text, four, six, compared)


@claim(
    where="background: table of Soler-Toscano et al. (2014), as shipped by pybdm",
    kind=Kind.OURS,
    published="K(0) = 2.514277 to K(000110100111) = 37.479236 bits",
    tolerance=(
        at_most("difference for every string that a machine writes", 1e-9, unit="bits"),
        at_most("strings of up to twelve symbols left unwritten", 2),
    ),
    controls={"the complexity of the string before": lambda table: table.assign(bits=np.roll(table.bits, 1))},
    shown="fig-primes-table",
    tiers=BOTH,
)
def table(table: pd.DataFrame) -> Finding:
    """The published complexities are those of all machines of five states within 500 steps."""
    written = table.bits.notna()
    difference = (table.bits - table.published).abs()[written]
    how = "counted anew" if table.recount.all() else "as kept with the library"
    below = "below 1e-9" if difference.max() < 1e-9 else f"{difference.max():.1e}"
    text = f"{int(written.sum()):,} of {len(table):,} strings {how}, largest difference {below} bits"
    return Finding(text, difference, (~written).sum())


@claim(
    where="background: the limit of Soler-Toscano et al. (2014)",
    kind=Kind.OURS,
    tolerance=between("share of the halting machines that halt between 500 and 4000 steps", 0, 1e-6),
    rows="states == 5",
    controls={"halting after 25 steps": lambda table: table[table.states == 5].assign(steps=20 * table.steps)},
    shown="fig-primes-table",
    tiers=("full",),
)
def halting(table: pd.DataFrame) -> Finding:
    """Hardly any machine of five states halts after 500 steps."""
    counts = table["count"].to_numpy()
    late = counts[(table.steps > 500).to_numpy()].sum()
    share = late / counts.sum()
    return Finding(f"{late:,.0f} machines, {share:.1e} of those that halt", share)


@claim(
    where="background: Solomonoff induction",
    kind=Kind.OURS,
    tolerance=(at_least("probability that the pattern goes on", 0.5), at_least("its growth as more is seen", 0.0)),
    rows=f"states == 5 and prefix in {ZEROS + PAIRS}",
    controls={"the pattern breaks": lambda table: table[table.states == 5].assign(zero=1 - table.zero)},
    shown="tab-primes-prediction",
)
def prediction(table: pd.DataFrame) -> Finding:
    """Algorithmic probability expects a pattern to go on, and the more of it was seen the more."""
    zero = table.set_index("prefix").zero
    patterns = [zero[list(prefixes)].to_numpy() for prefixes in (ZEROS, PAIRS)]
    text = f"{patterns[0][-1]:.3f} after 0¹¹, {patterns[1][-1]:.3f} after (01)⁵"
    return Finding(text, patterns, [np.diff(each) for each in patterns])


@claim(
    where=BEYOND,
    kind=Kind.OURS,
    tolerance=(
        at_most("distance from 644.24 bits for the primes below 120,000", 0.01),
        at_least("bits for the order of the blocks, over that", 50),
    ),
    rows="block == 12 and source == 'primes' and coding == 'all'",
    controls={
        "coins of the primes' density": lambda table: table[
            (table.block == 12) & (table.source == "cramer") & (table.coding == "all")
        ]
    },
    shown="fig-primes-bdm-caveat",
)
def blocks(table: pd.DataFrame) -> Finding:
    """Block decomposition is no upper bound on complexity: it forgets the order of the blocks."""
    row = table.iloc[0]
    text = f"{row.bits:.2f} bits, but {row.order_bits:,.0f} for the order"
    return Finding(text, (table.bits - 644.24).abs(), table.order_bits / table.bits)


@claim(
    where=f"{BEYOND}, which holds that no formula can be found",
    kind=Kind.OURS,
    tolerance=(
        holds(f"a program for the primes is found and right up to {VERIFIED_TO:,}"),
        holds("none is found for coin flips", soft=True),
    ),
    rows="target in ('primes', 'coin flips')",
    controls={
        "coin flips in place of the primes": lambda table: pd.concat(
            [table[table.target == "coin flips"].assign(target=name) for name in ("primes", "coin flips")]
        )
    },
    shown="tab-primes-search",
    tiers=BOTH,
)
def search(table: pd.DataFrame) -> Finding:
    """A program for the primes can be found by search, and it goes on being right."""
    primes, coins = (table[table.target == name] for name in ("primes", "coin flips"))
    row = primes.iloc[0]
    text = f"{row.program or 'nothing'} ({row.bits} bits, {row.steps} steps), the {row.tried:,}th try"
    return Finding(text, (primes.holds == 1) & (primes.bits > 0), coins.bits == 0)


MACHINE_CLAIMS = claims_of(globals())
