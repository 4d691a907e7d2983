"""The claims of the chapter on primes that concern learners and the primes themselves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from szilard.compendium import Claim, Judgement, Verdict

__all__ = ["NUMBER_CLAIMS"]


def _by_features(table: pd.DataFrame) -> pd.DataFrame:
    return table[table.learner == "xgboost"].set_index("features")


def _failure(table: pd.DataFrame) -> Judgement:
    row = _by_features(table).loc["decimal"]
    called = f"{100 * row.recall:.0f} % of primes and {100 * row.predicted_rate:.0f} % of all called prime"
    text = f"AUC {row.auc:.3f}, {called}"
    return Judgement(
        text, Verdict.of(0.49 <= row.auc <= 0.53 and abs(row.recall - row.predicted_rate) < 0.05)
    )


def _encoding(table: pd.DataFrame) -> Judgement:
    row = _by_features(table).loc["bits"]
    if 0.74 <= row.auc <= 0.79 and row.recall > 0.99:
        return Judgement(f"AUC {row.auc:.3f}, recall {row.recall:.3f} with digits apart", Verdict.PAPER_ERRS)
    return Judgement(f"AUC {row.auc:.3f}, recall {row.recall:.3f}", Verdict.REPRODUCED)


def _residues(table: pd.DataFrame) -> Judgement:
    row = _by_features(table).loc["residues"]
    off = row.auc - row.oracle
    return Judgement(f"AUC {row.auc:.4f}, best rule {row.oracle:.4f}", Verdict.of(abs(off) < 0.01))


def _rate(table: pd.DataFrame) -> Judgement:
    tuned = table[table.run.str.contains("tuned")]
    low, high = (100 * float(tuned.recall.agg(f)) for f in ("min", "max"))
    apart = float((table.recall - table.predicted_rate).abs().max())
    text = f"recall {low:.0f}–{high:.0f} %, which is the rate of calling anything prime"
    wrong = low > 10 and apart < 0.05
    return Judgement(text, Verdict.PAPER_ERRS if wrong else Verdict.REPRODUCED)


def _collapse(table: pd.DataFrame) -> Judgement:
    found = table.groupby("bits").size()
    text = " and ".join(f"{found[bits]:,} of 2^{bits}" for bits in (18, 24))
    return Judgement(text, Verdict.of(found[18] == 1654 and found[24] == 2496))


def _tuning(table: pd.DataFrame) -> Judgement:
    best = table.loc[table.groupby("features").validation.idxmax()].set_index("features")
    text = f"test AUC {best.test['decimal']:.3f} of one float, {best.test['bits']:.3f} of digits apart"
    return Judgement(text, Verdict.of(best.test["decimal"] < 0.54 and best.test["bits"] > 0.74))


def _normal(table: pd.DataFrame) -> Judgement:
    first = table.groupby("n").first()
    million = abs(float(first.mean_error_2[10**6]))
    far, close = first.far_normal.iloc[-1], first.far_next.iloc[-1]
    text = f"at 10^{np.log10(first.index[-1]):.0f} the normal law is off by {far:.3f}, the expansion by {close:.4f}"
    falling = bool(first.far_normal[10**4 :].is_monotonic_decreasing)
    return Judgement(text, Verdict.of(million < 4e-4 and falling and close < far / 20))


def _notebook(table: pd.DataFrame) -> Judgement:
    part = table[table.n == 2**24]
    total = float((part.k * part["count"]).sum())
    mean = total / (2**24 - 1)  # from 2 to 2^24
    return Judgement(f"{mean:.12f}", Verdict.of(abs(mean - 3.0455853370180925) < 1e-12))


def _sieved(table: pd.DataFrame) -> Judgement:
    same = bool((table.sieved == table.counted).all())
    text = f"equal in all {len(table)} entries up to N = {table.n.max():,}"
    return Judgement(text if same else "counts differ", Verdict.of(same))


def _sums(table: pd.DataFrame) -> Judgement:
    from szilard.algorithmic.zeta_sums import prime_constants

    c, last = prime_constants(), table.iloc[-1]
    off = (abs(last.log_sum - c.mertens_log), abs(last.inverse_sum - c.mertens))
    identity = float((table.legendre / table.factorial - 1).abs().max())
    text = f"at 10^{np.log10(last.n):.0f} off by {off[0]:.0e} and {off[1]:.0e}; identity to {max(identity, 1e-16):.0e}"
    return Judgement(text, Verdict.of(off[0] < 3e-4 and off[1] < 2e-5 and identity < 1e-12))


def _exponents(table: pd.DataFrame) -> Judgement:
    rest = table.rest.iloc[-1]
    bound = bool((table["sum"] >= table.log).all())
    near = bool(np.ptp(table.rest.iloc[-9:]) < 0.01)
    text = f"ln n ≤ Σ H(X_p) throughout; the excess is ln ln n {rest:+.4f}"
    return Judgement(text, Verdict.of(bound and near, bound))


def _theorem(table: pd.DataFrame) -> Judgement:
    large = table[table.n == table.n.max()].set_index("description").per_integer
    program, entropy = large["a sieve in Python"], large["density known, N h(π(N)/N)"]
    slip = large["list of the primes, π(N) log₂ N"]
    text = f"{program:.5f} N by a sieve, {entropy:.3f} N at most entropy, {slip:.3f} N once nats are bits"
    wrong = program < 0.01 and entropy < 0.5 and slip > 1
    return Judgement(text, Verdict.PAPER_ERRS if wrong else Verdict.REPRODUCED)


def _compression(table: pd.DataFrame) -> Judgement:
    wide = table.pivot(index="method", columns="sequence", values="bits")
    over = table.assign(over=table.bits / table.entropy).pivot(
        index="method", columns="sequence", values="over"
    )
    apart = float((over["primes, wheel 30"] / over["coins, wheel 30"] - 1).abs().max())
    whole = float((1 - wide["primes"] / wide["coins"]).min())
    text = f"within {100 * apart:.1f} % of coins after wheel 30; {100 * whole:.0f} % shorter or more before"
    return Judgement(text, Verdict.of(apart < 0.02 and whole > 0.1))


def _partial(table: pd.DataFrame) -> Judgement:
    ends = table.groupby("n").last()
    falls = all(part.per_integer.is_monotonic_decreasing for _, part in table.groupby("n"))
    reaches = bool((ends.bits == 0).all() and (ends.y.astype(float) ** 2 <= ends.index).all())
    text = f"falls from {table[table.primes == 1].per_integer.max():.3f} N to 0 at √N"
    return Judgement(text if falls and reaches else "does not vanish", Verdict.of(falls and reaches))


def _gaps(table: pd.DataFrame) -> Judgement:
    million = table[table.n == 10**6].iloc[0]
    text = f"{million.entropy:.4f} bits, {million.conditional:.4f} given the gap before; largest {int(million.largest)}"
    good = int(million.largest) == 114 and int(million.largest_after) == 492_113
    return Judgement(text, Verdict.of(good and million.conditional < million.entropy))


def _neighbours(table: pd.DataFrame) -> Judgement:
    ten = table[table.modulus == 10]
    same, other = (ten[(ten["first"] == ten["second"]) == same].ratio for same in (True, False))
    text = f"same digit again {same.mean():.2f} times as often as if independent; {ten.information.iloc[0]:.4f} bits"
    return Judgement(text, Verdict.of(bool(same.max() < 0.75) and bool(same.max() < other.min())))


def _predictors(table: pd.DataFrame) -> Judgement:
    losses = table.sort_values("wheel").log_loss
    off = float((table.predicted / table.found - 1).abs().max())
    text = f"{losses.iloc[0]:.3f} bits per integer with no wheel, {losses.iloc[-1]:.3f} with 210"
    return Judgement(text, Verdict.of(bool(losses.is_monotonic_decreasing) and off < 0.1))


def _claim(
    name: str,
    statement: str,
    where: str,
    tolerance: str,
    figure: str,
    experiment: str,
    judge: Callable[[pd.DataFrame], Judgement],
    published: str | None = None,
    tiers: tuple[str, ...] = ("quick",),
) -> Claim:
    return Claim(name, statement, where, published, tolerance, figure, experiment, judge, tiers)


BOTH = ("quick", "full")
NOTEBOOK = "notebook in the authors' repository"
BEYOND = "beyond the paper"
NUMBER_CLAIMS = (
    _claim(
        "failure",
        "Boosted trees on the binary digits do not find the primes.",
        NOTEBOOK,
        "digits read as one float: AUC between 0.49 and 0.53, recall within 5 points of the rate of calling prime",
        "tab-primes-xgb",
        "learners",
        _failure,
        "AUC 0.509 falling to 0.499 in ten rounds (18 bits)",
        BOTH,
    ),
    _claim(
        "encoding",
        "That they do not is a property of the primes.",
        "abstract",
        "errs if the same trees, shown the digits in columns, reach AUC 0.74 to 0.79 and recall above 0.99",
        "tab-primes-xgb",
        "learners",
        _encoding,
        tiers=BOTH,
    ),
    _claim(
        "residues",
        "Shown residues, trees do what the best rule by residues does.",
        BEYOND,
        "AUC within 0.01",
        "tab-primes-xgb",
        "learners",
        _residues,
        tiers=BOTH,
    ),
    _claim(
        "rate",
        "The true positive rate is two to three per cent.",
        f"abstract and {NOTEBOOK}",
        "their own matrices: errs if recall exceeds 10 % and equals the rate of calling prime within 5 points",
        "tab-primes-published",
        "published",
        _rate,
        "about 0.03 (18 bits), 0.02 (24 bits)",
    ),
    _claim(
        "collapse",
        "As one number in single precision, few integers stay apart.",
        "inferred from the notebooks",
        "exactly 1,654 values of 18 digits and 2,496 of 24",
        "fig-primes-feature-collapse",
        "collapse",
        _collapse,
    ),
    _claim(
        "tuning",
        "No setting in the published search space changes the picture.",
        NOTEBOOK,
        "chosen by validation: test AUC below 0.54 for one float, above 0.74 for digits apart",
        "tab-primes-tuning",
        "tuning",
        _tuning,
        "best AUC 0.529 (18 bits), chosen by the test part",
        BOTH,
    ),
    _claim(
        "predictors",
        "Knowing small primes, one predicts better, and each wheel is calibrated.",
        BEYOND,
        "code length falls with every wheel, mean probability within 10 % of the share of primes",
        "tab-primes-predictors",
        "predictors",
        _predictors,
    ),
    _claim(
        "normal",
        "The number of prime factors becomes normal, and is not yet so in reach of experiments.",
        "Erdős–Kac experiment",
        "mean within 4e-4 of its expansion at 10^6; the normal law nears from 10^4 on, 20 times as far off",
        "fig-primes-erdos-kac",
        "factors",
        _normal,
        tiers=BOTH,
    ),
    _claim(
        "notebook",
        "The mean number of distinct prime factors from 2 to 2^24.",
        NOTEBOOK,
        "within 1e-12",
        "tab-primes-distances",
        "factors",
        _notebook,
        "3.0455853370180925",
    ),
    _claim(
        "sieved",
        "Counting without a sieve and factoring every integer agree.",
        BEYOND,
        "exactly",
        "fig-primes-erdos-kac",
        "sieved",
        _sieved,
        tiers=BOTH,
    ),
    _claim(
        "mertens",
        "Mertens's sums reach their constants.",
        "background: Mertens, Chebyshev; information by Kontoyiannis (2008)",
        "at the largest x within 3e-4 and 2e-5; Legendre's identity to 1e-12",
        "tab-primes-mertens",
        "sums",
        _sums,
        tiers=BOTH,
    ),
    _claim(
        "exponents",
        "Prime exponents are nearly independent: their entropies add up to little more than ln n.",
        "background: Kontoyiannis (2008); the excess is measured here",
        "ln n ≤ Σ H throughout; excess less ln ln n steady within 0.01 over the last two decades",
        "fig-primes-total-correlation",
        "exponents",
        _exponents,
        tiers=BOTH,
    ),
    _claim(
        "theorem",
        "The expected complexity of the primes up to N is about N bits, so that they are incompressible.",
        "Prime Coding Theorem, as the abstract and secondary sources state it",
        "errs if a sieve takes below 0.01 N, most entropy below 0.5 N, and π(N) ln N nats exceed N bits",
        "tab-primes-theorem",
        "bits",
        _theorem,
        "∼ π(N) ln N ∼ N",
    ),
    _claim(
        "compression",
        "Without the multiples of 2, 3 and 5, primes look like coins to every compressor.",
        BEYOND,
        "bits over entropy within 2 % of those of coins after wheel 30; at least 10 % shorter before",
        "fig-primes-bits",
        "compression",
        _compression,
        tiers=BOTH,
    ),
    _claim(
        "partial",
        "What is left to say of the primes vanishes with the computing allowed.",
        BEYOND,
        "falls with every prime sieved by, exactly 0 at √N",
        "fig-primes-partial-sieve",
        "partial",
        _partial,
        tiers=BOTH,
    ),
    _claim(
        "gaps",
        "Gaps carry about four bits each, fewer given the one before.",
        BEYOND,
        "largest gap up to 10^6 is 114, after 492,113; conditional entropy below entropy",
        "fig-primes-gaps",
        "gaps",
        _gaps,
    ),
    _claim(
        "neighbours",
        "A prime avoids the last digit of the prime before it.",
        "background: Lemke Oliver and Soundararajan (2016)",
        "equal digits less than 0.75 times as often as if independent, and less than any unequal pair",
        "fig-primes-neighbours",
        "neighbours",
        _neighbours,
        tiers=BOTH,
    ),
)
