"""The claims of the chapter on primes that concern factors, sums, gaps and neighbours."""

from __future__ import annotations

import numpy as np
import pandas as pd

from szilard.compendium import Finding, Kind, at_least, at_most, between, claim, claims_of

__all__ = ["NUMBER_CLAIMS"]

BOTH = ("quick", "full")


@claim(
    experiment="factors",
    where="Erdős–Kac experiment",
    tolerance=(
        at_most("error of the mean's expansion at 10^6", 4e-4),
        at_most("distance to the normal distribution over that at the N before", 0.999),
        at_least("that distance over the expansion's, at the largest N", 20),
    ),
    rows="k == 0 and n >= 10000",
    controls={"a fitted normal curve": lambda table: table[table.k == 0].assign(far_next=table.far_fitted)},
    shown="fig-primes-erdos-kac",
    tiers=BOTH,
)
def normal(table: pd.DataFrame) -> Finding:
    """The number of prime factors becomes normal, and is not yet so in reach of experiments."""
    table = table.sort_values("n")
    last, far = table.iloc[-1], table.far_normal.to_numpy()
    off = f"the normal curve is off by {last.far_normal:.3f}, the expansion by {last.far_next:.4f}"
    text = f"at 10^{np.log10(last.n):.0f} {off}"
    million = table[table.n == 10**6].mean_error_2.abs()
    return Finding(text, million, far[1:] / far[:-1], last.far_normal / last.far_next)


@claim(
    experiment="factors",
    where="notebook in the authors' repository",
    kind=Kind.NUMBER,
    published="3.0455853370180925",
    tolerance=at_most("difference", 1e-12),
    rows="n == 16777216",
    controls={"another N": lambda table: table[table.n == 10**9]},
    shown="tab-primes-distances",
)
def notebook(table: pd.DataFrame) -> Finding:
    """The mean number of distinct prime factors from 2 to 2^24."""
    mean = float((table.k.to_numpy() * table["count"].to_numpy()).sum()) / (table.n.iloc[0] - 1)  # from 2 on
    return Finding(f"{mean:.12f}", abs(mean - 3.0455853370180925))


@claim(
    experiment="sums",
    where="background: Mertens, Chebyshev; information by Kontoyiannis (2008)",
    kind=Kind.OURS,
    tolerance=(
        at_most("distance of Σ ln p/p − ln x from its constant, at the largest x", 3e-4),
        at_most("distance of Σ 1/p − ln ln x from its constant", 2e-5),
        at_most("relative error of Legendre's identity", 1e-12),
    ),
    controls={
        "the two sums exchanged": lambda table: table.assign(log_sum=table.inverse_sum, inverse_sum=table.log_sum)
    },
    shown="tab-primes-mertens",
    tiers=BOTH,
)
def mertens(table: pd.DataFrame) -> Finding:
    """Mertens's sums reach their constants."""
    from szilard.algorithmic.zeta_sums import prime_constants

    constants, last = prime_constants(), table.iloc[-1]
    log_off, inverse_off = (abs(last.log_sum - constants.mertens_log), abs(last.inverse_sum - constants.mertens))
    identity = (table.legendre / table.factorial - 1).abs()
    text = f"at 10^{np.log10(last.n):.0f} off by {log_off:.0e} and {inverse_off:.0e}; identity below 1e-12"
    return Finding(text, log_off, inverse_off, identity)


@claim(
    where="background: Kontoyiannis (2008); the excess is measured here",
    kind=Kind.OURS,
    tolerance=(
        at_least("sum of the entropies less ln n", 0, unit="nats"),
        at_most("change of the excess less ln ln n over the last two decades", 0.01, unit="nats", soft=True),
    ),
    controls={"independent exponents": lambda table: table.assign(sum=table.log, rest=-table.log_log)},
    shown="fig-primes-total-correlation",
    tiers=BOTH,
)
def exponents(table: pd.DataFrame) -> Finding:
    """The entropies of the prime exponents of a random integer add up to more than ln n, by ln ln n and a constant."""
    rest = table.rest.to_numpy()
    text = f"ln n ≤ Σ H(X_p) throughout; the excess is ln ln n {rest[-1]:+.4f}"
    return Finding(text, table["sum"] - table.log, np.abs(rest[-9:] - rest[-1]))


@claim(
    where="beyond the paper",
    kind=Kind.OURS,
    tolerance=(
        between("largest gap up to 10^6", 114, 114),
        between("the prime before it", 492_113, 492_113),
        at_most("entropy given the gap before, over entropy", 0.95),
    ),
    rows="n == 1000000",
    controls={"gaps in random order": lambda table: table[table.n == 10**6].assign(conditional=table.entropy)},
    shown="fig-primes-gaps",
)
def gaps(table: pd.DataFrame) -> Finding:
    """Gaps carry about four bits each, fewer given the one before."""
    row = table.iloc[0]
    text = f"{row.entropy:.4f} bits, {row.conditional:.4f} given the gap before; largest {int(row.largest)}"
    return Finding(text, table.largest, table.largest_after, table.conditional / table.entropy)


@claim(
    where="background: Lemke Oliver and Soundararajan (2016)",
    kind=Kind.OURS,
    tolerance=(
        at_most("how often the same digit follows, over independence", 0.75),
        at_least("how often another follows, over how often the same does at most", 1.0),
    ),
    rows="modulus == 10",
    controls={"independence": lambda table: table[table.modulus == 10].assign(ratio=1.0)},
    shown="fig-primes-neighbours",
    tiers=BOTH,
)
def neighbours(table: pd.DataFrame) -> Finding:
    """A prime avoids the last digit of the prime before it."""
    same = table["first"] == table["second"]
    again, other = table.ratio[same], table.ratio[~same]
    text = f"same digit again {again.mean():.2f} times as often as if independent; {table.information.iloc[0]:.4f} bits"
    return Finding(text, again, other / again.max())


NUMBER_CLAIMS = claims_of(globals())
