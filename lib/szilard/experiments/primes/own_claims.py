"""The claims of the chapter on primes that are this book's, with their judges and controls."""

from __future__ import annotations

import numpy as np
import pandas as pd

from szilard.compendium import Finding, Kind, at_least, at_most, between, claim, claims_of, holds
from szilard.experiments.primes.claims import BOTH, TUNED
from szilard.experiments.primes.machines import VERIFIED_TO
from szilard.experiments.primes.tables import ranks

__all__ = ["OWN_CLAIMS"]

BEYOND = "beyond the paper"
COMPARED = "4 <= output.str.len() <= 8"
TWELVES = "block == 12 and wheel == 1"


@claim(
    experiment="published",
    where="the authors' stored matrices, read here",
    kind=Kind.OURS,
    published="shares TN, FP, FN, TP: .639, .273, .058, .030 (18 bits); .636, .300, .042, .022 (24 bits)",
    tolerance=(
        at_most("recall against that of calling as many of the smallest integers prime", 0.5, unit="points"),
        at_least("standard errors of precision above the share of primes", 4),
    ),
    rows=TUNED,
    controls={
        "integers called at random": lambda table: table.query(TUNED).assign(size_recall=table.predicted_rate),
        "the run before tuning": lambda table: table[table.run == "18 bits, fixed"],
    },
    shown="fig-primes-learnt",
)
def learnt(table: pd.DataFrame) -> Finding:
    """What the published trees learnt is, as far as their matrices tell, that primes thin out, and nothing else."""
    pairs = ", ".join(f"{a:.3f} against {b:.3f}" for a, b in zip(table.recall, table.size_recall, strict=True))
    text = f"recall {pairs}; z = {table.z.min():.1f} and {table.z.max():.1f}"
    return Finding(text, 100 * (table.recall - table.size_recall).abs(), table.z)


@claim(
    where=BEYOND,
    kind=Kind.OURS,
    tolerance=(
        at_most("variance against ln ln N and its known constants, at the largest N", 0.03),
        at_least("share of the covariances that is of pairs of primes with a product above N", 0.8),
    ),
    controls={"primes that divide independently": lambda table: table.assign(variance=table.alone, apart=0.0)},
    shown="fig-primes-variance",
    tiers=BOTH,
)
def variance(table: pd.DataFrame) -> Finding:
    """The number of prime factors varies less than independence would have it, by π²/6: two large primes cannot both
    divide one integer."""
    from szilard.algorithmic import omega_variance

    table = table.sort_values("n")
    last, shared = table.iloc[-1], table.variance - table.alone
    text = f"covariances {shared.iloc[-1]:.3f}, {last.apart:.3f} of them of such pairs; limit {-(np.pi**2) / 6:.3f}"
    share = table.apart / shared.where(~(shared >= 0), 1.0)  # a variance that is missing leaves its share missing
    return Finding(text, abs(last.variance - omega_variance(int(last.n))), share)


@claim(
    where=BEYOND,
    kind=Kind.OURS,
    tolerance=(
        at_least("bits saved against coins, by each compressor, of all integers", 10, unit="%"),
        at_most("bits saved or lost without multiples of 2, 3, 5, 7 and 11", 0.3, unit="%"),
    ),
    rows="wheel in (1, 2310)",
    controls={
        "multiples left in": lambda table: pd.concat(
            [table[table.wheel == 1], table[table.wheel == 1].assign(wheel=2310)]
        ),
        "coins in place of the primes": lambda table: table[table.wheel.isin((1, 2310))].assign(saved=0.0),
    },
    shown="fig-primes-compressors",
    tiers=BOTH,
)
def compression(table: pd.DataFrame) -> Finding:
    """What compressors see of the primes are the multiples of small primes."""
    saved, left = (table[table.wheel == wheel].saved for wheel in (1, 2310))
    text = (
        f"{saved.min():.0f} to {saved.max():.0f} % shorter than coins; {left.min():.2f} to {left.max():.2f} % without"
    )
    return Finding(text, saved, left.abs())


@claim(
    where="background: the coding theorem, method of Soler-Toscano et al. (2014)",
    kind=Kind.OURS,
    tolerance=(
        at_least("rank correlation with the published table, within each length from 4 to 8", 0.8, partly=0.6),
        holds("every string is compared"),
    ),
    rows=f"states == 4 and {COMPARED}",
    controls={
        "length alone": lambda table: table.query(f"states == 4 and {COMPARED}").assign(bits=1.0),
        "three states": lambda table: table.query(f"states == 3 and {COMPARED}"),
    },
    shown="fig-primes-machines",
    pooled=True,
)
def machines(table: pd.DataFrame) -> Finding:
    """What small machines write often is simple: four states order the strings of one length as five do."""
    compared = table[["bits", "published"]].notna().all(axis=1)
    if not compared.all():
        return Finding("the published table is missing, or a complexity", np.nan, compared)
    within = [ranks(table, length) for length in range(4, 9)]
    return Finding(f"rank correlation {min(within):.2f} to {max(within):.2f} within a length", within, compared)


def _shuffled(table: pd.DataFrame, source: str) -> pd.DataFrame:
    """Another sequence, which the order of its blocks does not change either, in the place of the primes."""
    rows = table.query(f"{TWELVES} and source == '{source}'")
    return pd.concat([rows.assign(source=name) for name in ("primes", "shuffled")])


@claim(
    where="background: block decomposition of Zenil et al. (2018)",
    kind=Kind.OURS,
    tolerance=(
        between("bits of the primes with their blocks shuffled, over those of the primes", 0.999999, 1.000001),
        at_least("bits that most orders of the blocks need, over those of the decomposition", 10),
    ),
    rows=f"{TWELVES} and source in ('primes', 'shuffled')",
    controls={
        "coins of the primes' density": lambda table: _shuffled(table, "cramer"),
        "fair coins": lambda table: _shuffled(table, "coins"),
    },
    shown="fig-primes-bdm-caveat",
)
def blocks(table: pd.DataFrame) -> Finding:
    """Block decomposition is no upper bound on complexity: it is the same for the primes' blocks in any order, and most
    orders need more."""
    rows = table.set_index("source")
    bits, order = rows.bits["shuffled"], rows.order_bits["shuffled"]
    text = f"shuffled {bits:,.2f} bits, as before, where most orders need {order:,.0f}"
    return Finding(text, bits / rows.bits["primes"], order / bits)


@claim(
    where=f"{BEYOND}, which holds that no formula can be found",
    kind=Kind.OURS,
    tolerance=(
        holds(f"a program for the primes is found and right up to {VERIFIED_TO:,}"),
        holds("none is found for coin flips in as many phases", soft=True),
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
    text = f"{row.program} ({row.bits} bits, {row.steps} steps), the {row.tried:,}th try" if row.bits else "nothing"
    alike = coins.phases.iloc[0] == row.phases
    return Finding(text, (primes.holds == 1) & (primes.bits > 0), (coins.bits == 0) & alike)


OWN_CLAIMS = claims_of(globals())
