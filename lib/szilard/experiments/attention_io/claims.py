"""The claims of the paper on the I/O complexity of attention, each beside its judge and its control."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from szilard.compendium import Errs, Finding, at_least, at_most, between, claim, claims_of, holds
from szilard.experiments.attention_io import own_claims
from szilard.rounding import above_rounding

__all__ = ["CLAIMS", "slopes"]

FACTOR = 12.0  # within which "optimal up to a constant" is decided
regime = partial(claim, experiment="regimes", shown="fig-attention_io-gap")
exponent = partial(claim, experiment="exponents", shown="tab-attention_io-exponents")
compressed = partial(claim, shown="fig-attention_io-compression")


def slopes(table: pd.DataFrame) -> pd.DataFrame:
    """With which powers of M, d and N the words of each algorithm grow: columns algorithm, variable, exponent."""
    parts = table.groupby(["algorithm", "variable"], sort=False)
    fits = ((names, np.polyfit(np.log(part.value), np.log(part.io), 1)[0]) for names, part in parts)
    fitted = [(*names, above_rounding(power, 1e-9)) for names, power in fits]
    return pd.DataFrame(fitted, columns=["algorithm", "variable", "exponent"])


def _exponents(table: pd.DataFrame) -> Finding:
    """Those of one algorithm, of M, d and N."""
    found = slopes(table).set_index("variable").exponent.to_dict()
    text = ", ".join(f"{found[name]:.2f} in {name}" for name in "MdN").replace("-", "−")
    return Finding(text, *(found[name] for name in "MdN"))


def only(algorithm: str, query: str = "N > 0") -> Callable[[pd.DataFrame], pd.DataFrame]:
    """A control: the rows of another algorithm."""
    return lambda table: table[table.algorithm == algorithm].query(query).reset_index(drop=True)


@exponent(
    where="Theorem 3.2",
    published="N² d² / M",
    tolerance=(between("exponent of M", -1.06, -0.94), between("exponent of d", 1.8, 2.2), between("of N", 1.95, 2.05)),
    rows="algorithm == 'flash2'",
    controls={"standard attention": only("standard"), "square tiles": only("square_tile")},
)
def large(table: pd.DataFrame) -> Finding:
    """In a large fast memory FlashAttention moves a number of words that grows as N² d² / M."""
    return _exponents(table)


@exponent(
    where="Theorem 3.5",
    published="N² d / √M",
    tolerance=(
        between("exponent of M", -0.52, -0.48),
        between("exponent of d", 0.98, 1.02),
        between("of N", 1.98, 2.02),
    ),
    rows="algorithm == 'square_tile'",
    controls={"FlashAttention": only("flash2"), "standard attention": only("standard")},
)
def small(table: pd.DataFrame) -> Finding:
    """In a small fast memory attention by square tiles moves a number of words that grows as N² d / √M."""
    return _exponents(table)


@regime(
    where="Theorem 3.2 and Lemma 3.4",
    published="a constant factor",
    tolerance=(at_most("words over the best lower bound", FACTOR), at_least("the same", 1.0)),
    rows="algorithm == 'flash2' and M >= d ** 2",
    controls={
        "standard attention": only("standard", "M >= d ** 2"),
        "square tiles": only("square_tile", "M >= d ** 2"),
    },
)
def optimal(table: pd.DataFrame) -> Finding:
    """From M = d² on, FlashAttention is optimal up to a constant, here a factor of twelve, among schedules of
    ordinary products."""
    return Finding(f"{table.ratio.min():.1f} to {table.ratio.max():.1f} times the bound", table.ratio, table.ratio)


@regime(
    where="Theorems 3.5 and 3.7",
    published="a constant factor",
    tolerance=(at_most("words over the best lower bound", FACTOR), at_least("the same", 1.0)),
    rows="algorithm == 'square_tile' and M < d ** 2",
    controls={
        "FlashAttention as published": only("flash1", "M < d ** 2"),
        "FlashAttention 2": only("flash2", "M < d ** 2"),
    },
)
def tiles(table: pd.DataFrame) -> Finding:
    """Below M = d² square tiles are optimal up to a constant, here a factor of twelve, however small M is, and
    FlashAttention is not."""
    return Finding(f"{table.ratio.min():.1f} to {table.ratio.max():.1f} times the bound", table.ratio, table.ratio)


@regime(
    where="Theorem 4.8",
    published="a constant factor",
    tolerance=(at_most("words over the bound for every algorithm", 40), at_least("the same", 1.0)),
    rows="algorithm == 'flash2' and M >= d ** 2",
    controls={"standard attention": only("standard", "M >= d ** 2")},
)
def fast(table: pd.DataFrame) -> Finding:
    """Fast matrix products save no more than a constant there: FlashAttention is within a factor of forty of a bound
    for every algorithm that computes modulo a prime."""
    return Finding(f"{table.fast.min():.1f} to {table.fast.max():.1f} times the bound", table.fast, table.fast)


@claim(
    experiment="crossings",
    where="Theorem 3.1",
    published="d²",
    tolerance=(
        between("M over d² at the crossing, first and for good", 0.2, 1.0),
        at_most("largest of these over the smallest, of one kind of tiles", 2.0),
    ),
    rows="first == 'flash2' and second != 'standard'",
    controls={
        "the rival formula M = d": lambda table: table.assign(once=1 / table.d, always=1 / table.d),
        "the rival formula M = 4 d √d": lambda table: table.assign(once=4 / table.d**0.5, always=4 / table.d**0.5),
    },
    shown="tab-attention_io-crossover",
)
def crossover(table: pd.DataFrame) -> Finding:
    """FlashAttention 2 overtakes tiles of either kind between a fifth of d² and d², at a share that changes less than
    twofold as d grows eightfold."""
    values, kinds = table[["once", "always"]].to_numpy(), table.groupby("second")[["once", "always"]]
    spread = (kinds.max() / kinds.min()).to_numpy()
    return Finding(f"at {values.min():.2f} to {values.max():.2f} d²", values, spread)


@claim(
    experiment="limits",
    where="Theorem 3.1",
    published="min(N² d / √M, N² d² / M)",
    tolerance=at_least("order as stated over what must be moved", 0.25),
    errs=Errs((at_most("the stated order where M > N d", 0.25), at_least("order with N d added", 0.25))),
    controls={"fast memory up to N d": lambda table: table[table.M <= table.N * table.d]},
    shown="fig-attention_io-regimes",
    pooled=True,
)
def additive(table: pd.DataFrame) -> Finding:
    """The order of growth is min(N² d / √M, N² d² / M) for every M."""
    stated, mended = table.stated / table.compulsory, table.order / table.compulsory
    beyond = stated[table.M > table.N * table.d]
    text = f"falls to {stated.min():.0e} of reading the input; with N d added never below {mended.min():.2f}"
    return Finding(text.replace("-", "−"), stated, beyond, mended)


@compressed(
    experiment="blocks",
    where="Lemma 4.6",
    published="min(d √(B/2), B/4)",
    tolerance=at_least("least of all blocks over the bound", 1.0),
    controls={"keys that are all equal": lambda table: table.assign(least=table.equal)},
)
def lemma(table: pd.DataFrame) -> Finding:
    """With keys any d of which are independent, a message with a block of B entries of QKᵀ holds at least
    min(d √(B/2), B/4) field elements."""
    ratio = table.least / table.lemma
    return Finding(f"{ratio.min():.2f} to {ratio.max():.2f} times the bound", ratio)


@compressed(
    experiment="independence",
    where="Lemmas 4.7 and 4.9",
    tolerance=holds("no subset of rows is dependent"),
    rows="size < 5",
    controls={"random matrices": lambda table: table.query("size < 5").assign(dependent=lambda rows: rows.chance)},
)
def independent(table: pd.DataFrame) -> Finding:
    """Such keys exist: every three rows of a Vandermonde matrix modulo 11 are independent, and every four of a binary
    parity check."""
    return Finding(f"{table.dependent.sum():.0f} of {table.subsets.sum()} subsets dependent", table.dependent == 0)


CLAIMS = claims_of(globals()) + own_claims.CLAIMS
