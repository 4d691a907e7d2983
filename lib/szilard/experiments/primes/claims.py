"""The claims of the chapter on primes that concern learners and descriptions, with their judges and controls."""

from __future__ import annotations

import numpy as np
import pandas as pd

from szilard.compendium import Finding, Kind, at_least, at_most, between, claim, claims_of, holds

__all__ = ["CLAIMS"]

BOTH = ("quick", "full")
NOTEBOOK = "notebook in the authors' repository"
BEYOND = "beyond the paper"
ENTROPY = "density known, N h(π(N)/N)"
SIEVE, LIST = "a sieve in Python", "list of the primes, π(N) log₂ N"


def _shown(table: pd.DataFrame, features: str) -> pd.DataFrame:
    """The boosted trees that were shown ``features``."""
    return table[(table.learner == "xgboost") & (table.features == features)]


@claim(
    experiment="learners",
    where=NOTEBOOK,
    kind=Kind.NUMBER,
    published="AUC 0.509 falling to 0.499 in ten rounds (18 bits)",
    tolerance=(
        between("AUC of the digits read as one float", 0.49, 0.53),
        at_most("recall less the rate of calling anything prime", 5, unit="points"),
    ),
    rows="learner == 'xgboost' and features == 'decimal'",
    controls={"the digits in columns": lambda table: _shown(table, "bits")},
    shown="tab-primes-xgb",
    tiers=BOTH,
)
def failure(table: pd.DataFrame) -> Finding:
    """Boosted trees on the binary digits do not find the primes."""
    row = table.iloc[0]
    called = f"{100 * row.recall:.0f} % of primes and {100 * row.predicted_rate:.0f} % of all called prime"
    text = f"AUC {row.auc:.3f}, {called}"
    return Finding(text, table.auc, 100 * (table.recall - table.predicted_rate).abs())


@claim(
    experiment="learners",
    where="abstract",
    tolerance=at_most("AUC of the same trees, shown the digits in columns", 0.53),
    errs=(at_least("that AUC", 0.74), at_least("recall", 0.99)),
    rows="learner == 'xgboost' and features == 'bits'",
    controls={"the digits as one float": lambda table: _shown(table, "decimal")},
    shown="tab-primes-xgb",
    tiers=BOTH,
)
def encoding(table: pd.DataFrame) -> Finding:
    """That they do not is a property of the primes."""
    row = table.iloc[0]
    text = f"AUC {row.auc:.3f}, recall {row.recall:.3f} with digits apart"
    return Finding(text, table.auc, table.auc, table.recall)


@claim(
    experiment="learners",
    where=BEYOND,
    kind=Kind.OURS,
    tolerance=at_most("distance of the AUC from that of the best rule by residues", 0.01),
    rows="learner == 'xgboost' and features == 'residues'",
    controls={
        "digits in their place": lambda table: _shown(table, "decimal").assign(
            oracle=_shown(table, "residues").oracle.max()
        )
    },
    shown="tab-primes-xgb",
    tiers=BOTH,
)
def residues(table: pd.DataFrame) -> Finding:
    """Shown residues, trees do what the best rule by residues does."""
    row = table.iloc[0]
    return Finding(f"AUC {row.auc:.4f}, best rule {row.oracle:.4f}", (table.auc - table.oracle).abs())


@claim(
    experiment="published",
    where=f"abstract and {NOTEBOOK}",
    kind=Kind.NUMBER,
    published="about 0.03 (18 bits), 0.02 (24 bits)",
    tolerance=between("recall", 2, 3, unit="%"),
    errs=(
        at_least("recall in their own matrices", 10, unit="%"),
        at_most("recall less the rate of calling anything prime", 5, unit="points"),
    ),
    rows="run in ('18 bits, tuned', '24 bits, tuned')",
    controls={
        "true positives as a share of everything": lambda table: table[table.run.str.contains("tuned")].assign(
            recall=table.tp
        )
    },
    shown="tab-primes-published",
)
def rate(table: pd.DataFrame) -> Finding:
    """The true positive rate is two to three per cent."""
    recall = 100 * table.recall
    text = f"recall {recall.min():.0f}–{recall.max():.0f} %, which is the rate of calling anything prime"
    return Finding(text, recall, recall, (recall - 100 * table.predicted_rate).abs())


@claim(
    where=NOTEBOOK,
    published="best AUC 0.529 (18 bits), chosen by the test part",
    tolerance=(
        at_most("test AUC for one float, chosen by validation", 0.54),
        at_least("test AUC for digits apart", 0.74),
        at_most("difference of validation and test AUC of any draw", 0.03),
    ),
    controls={
        "the two feature sets exchanged": lambda table: table.assign(
            features=table.features.map({"decimal": "bits", "bits": "decimal"})
        )
    },
    shown="tab-primes-tuning",
    tiers=BOTH,
)
def tuning(table: pd.DataFrame) -> Finding:
    """No setting in the published search space changes the picture."""
    if table[["validation", "test"]].isna().any(axis=None):
        return Finding("a draw is missing", np.nan, np.nan, np.nan)
    best = table.loc[table.groupby("features").validation.idxmax()].set_index("features").test
    text = f"test AUC {best['decimal']:.3f} of one float, {best['bits']:.3f} of digits apart"
    return Finding(text, best["decimal"], best["bits"], (table.validation - table.test).abs())


@claim(
    where=BEYOND,
    kind=Kind.OURS,
    tolerance=(
        at_most("code length over that of the wheel before", 0.999),
        at_most("mean probability against the share of primes", 10, unit="% off"),
    ),
    controls={"wheels in the opposite order": lambda table: table.assign(log_loss=table.log_loss.to_numpy()[::-1])},
    shown="tab-primes-predictors",
)
def predictors(table: pd.DataFrame) -> Finding:
    """Knowing small primes, one predicts better, and each wheel is calibrated."""
    losses = table.sort_values("wheel").log_loss.to_numpy()
    off = 100 * (table.predicted / table.found - 1).abs()
    text = f"{losses[0]:.3f} bits per integer with no wheel, {losses[-1]:.3f} with 210"
    return Finding(text, losses[1:] / losses[:-1], off)


@claim(
    experiment="bits",
    where="Prime Coding Theorem, as the abstract and secondary sources state it",
    published="∼ π(N) ln N ∼ N",
    tolerance=at_least("bits per integer of the shortest description", 0.9),
    errs=(
        at_most("bits per integer of a sieve", 0.01),
        at_most("most entropy per integer with the density known", 0.5),
        at_least("π(N) ln N nats per integer, in bits", 1),
    ),
    rows=f"n == 10000000 and description in {(SIEVE, ENTROPY, LIST)}",
    controls={"fair coins": lambda table: table[table.n == 10**7].assign(per_integer=1.0)},
    shown="tab-primes-theorem",
)
def theorem(table: pd.DataFrame) -> Finding:
    """The expected complexity of the primes up to N is about N bits, so that they are incompressible."""
    bits = table.set_index("description").per_integer
    program, entropy, slip = bits[SIEVE], bits[ENTROPY], bits[LIST]
    text = f"{program:.5f} N by a sieve, {entropy:.3f} N at most entropy, {slip:.3f} N once nats are bits"
    return Finding(text, program, program, entropy, slip)


@claim(
    where=BEYOND,
    kind=Kind.OURS,
    tolerance=(
        at_most("bits over entropy against coins, on wheel 30", 2, unit="% apart"),
        at_least("bits saved against coins by each compressor before", 10, unit="%"),
    ),
    controls={
        "before the wheel": lambda table: pd.concat(
            [
                table[~table.sequence.str.contains("wheel")],
                table[~table.sequence.str.contains("wheel")].assign(sequence=lambda part: part.sequence + ", wheel 30"),
            ]
        )
    },
    shown="fig-primes-bits",
    tiers=BOTH,
)
def compression(table: pd.DataFrame) -> Finding:
    """Without the multiples of 2, 3 and 5, no compressor gains more than a per cent or two on coins of the primes'
    density."""
    wide = table.pivot(index="method", columns="sequence", values="bits")
    over = table.assign(over=table.bits / table.entropy).pivot(index="method", columns="sequence", values="over")
    apart = 100 * (over["primes, wheel 30"] / over["coins, wheel 30"] - 1).abs()
    saved = 100 * (1 - wide["primes"] / wide["coins"])
    text = f"within {apart.max():.1f} % of coins after wheel 30; {saved.min():.0f} % shorter or more before"
    return Finding(text, apart, saved)


@claim(
    where=BEYOND,
    kind=Kind.OURS,
    tolerance=(
        at_most("growth from one sieving prime to the next", 0),
        holds("exactly 0 once all primes up to √N are sieved by"),
    ),
    controls={"nothing more is sieved": lambda table: table.assign(bits=1.0)},
    shown="fig-primes-partial-sieve",
    tiers=BOTH,
)
def partial(table: pd.DataFrame) -> Finding:
    """What is left to say of the primes vanishes with the computing allowed."""
    growth = np.concatenate([np.diff(part.per_integer) for _, part in table.groupby("n")])
    ends = table.groupby("n").tail(1)
    reached = (ends.bits == 0) & (ends.y.astype(float) ** 2 <= ends.n)
    text = f"falls from {table[table.primes == 1].per_integer.max():.3f} N to 0 at √N"
    return Finding(text if reached.all() else "does not vanish", growth, reached)


CLAIMS = claims_of(globals())
