"""The claims of the review, each beside its judge and the control it must not pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from szilard.compendium import Finding, Kind, at_least, at_most, claim, claims_of, holds
from szilard.experiments.ssl_review import own_claims
from szilard.experiments.ssl_review.own_claims import on_digits, signed

__all__ = ["CLAIMS"]

BOTH = ("quick", "full")
NEAR = at_most("distance of any encoder from the closed form", 0.03, unit="nats")


def only(query: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """A control: other rows of the same table."""
    return lambda table: table.query(query, engine="python").reset_index(drop=True)


def _gain(table: pd.DataFrame) -> float:
    """What the most retention (μ = 2) says of the label beyond none (μ = 0)."""
    none, most = table.set_index("mu").nats.reindex([0.0, 2.0])
    return float(most - none)


def _weighed(table: pd.DataFrame) -> Finding:
    """What retention gains, and how far any encoder is from the closed form."""
    gain, far = _gain(table), (table.nats - table.closed).abs()
    return Finding(f"retaining gains {signed(gain, 3)} nats; within {far.max():.3f} of the formula", gain, far)


def _trained(relevance: int) -> str:
    return f"views == 'turned' and partner == 'same' and steps > 0 and mu >= 0 and relevance == {relevance}"


@claim(
    experiment="encoders", where="Assumption 1, on views that share what matters",
    shown="fig-ssl_review-phase", tiers=BOTH,
    tolerance=(at_most("what the most retention adds to what none says of the label", -0.05, unit="nats"), NEAR),
    rows=_trained(0),
    controls={"a label that needs what views do not share": only(_trained(1))},
)  # fmt: skip
def compress(table: pd.DataFrame) -> Finding:
    """Where the label needs only what the views share, the code should drop everything else."""
    return _weighed(table)


@claim(
    experiment="encoders", where="Eq. 9, views that do not share all that matters",
    shown="fig-ssl_review-phase", tiers=BOTH,
    tolerance=(at_least("what the most retention adds to what none says of the label", 0.05, unit="nats"), NEAR),
    rows=_trained(1),
    controls={"a label that needs only what views share": only(_trained(0))},
)  # fmt: skip
def retain(table: pd.DataFrame) -> Finding:
    """Where the label needs what the views do not share, compression hurts, and adding I(X; Z) helps."""
    return _weighed(table)


@claim(
    experiment="encoders", where="on implicit compression", shown="fig-ssl_review-phase", tiers=BOTH,
    tolerance=(at_least("nats about the shared part", 0.35), at_most("nats about the private part", 0.02)),
    rows="mu == 0 and partner == 'same' and steps > 0 and relevance == 0",
    controls={
        "untrained": only("mu == 0 and steps == 0 and relevance == 0"),
        "views of different things": only("partner == 'other' and relevance == 0"),
    },
)  # fmt: skip
def implicit(table: pd.DataFrame) -> Finding:
    """Under a budget of power, maximising I(Z1; Z2) alone compresses: the code drops what the views do not share."""
    text = f"shared at least {table.shared.min():.2f} nats, private at most {table.private.max():.3f}"
    return Finding(text, table.shared, table.private)


@claim(
    experiment="bottleneck", where="on implicit compression; the digits are ours",
    shown="fig-ssl_review-bottleneck", tiers=("full",),
    tolerance=at_most("share of the untrained networks' R² for the position", 0.5, partly=0.75),
    rows=on_digits("partner == 'same' and steps > 0 and beta == 0"),
    controls={"InfoMax of one view, which has nothing to drop": only(on_digits("partner == 'self'"))},
)  # fmt: skip
def implicit_on_digits(table: pd.DataFrame) -> Finding:
    """On digits, too, maximising I(Z1; Z2) alone drops what the views do not share."""
    share = table.position / table.random_position
    return Finding(f"{share.mean():.0%} of the position kept, {share.min():.0%} at least", share)


@claim(
    where="Sec. 4.1", shown="fig-ssl_review-collapse",
    tolerance=(
        at_most("trace of the codes' covariance without a term for their spread", 1e-3),
        at_most("directions used with the variance term", 1.05),
        at_least("directions of 8 used with the covariance term too", 7.2),
    ),
    rows="step == 800",
    controls={"all terms throughout": lambda table: _all_terms(table)},
)  # fmt: skip
def collapse(table: pd.DataFrame) -> Finding:
    """Codes that are only drawn together collapse to a point; with a term for their variance alone, to a line."""
    alone, line, whole = (
        table[table.terms == name].iloc[0] for name in ("invariance", "and variance", "and covariance")
    )
    return Finding(
        f"directions used: 0, {line.ratio:.2f}, {whole.ratio:.2f} of 8", alone.trace, line.ratio, whole.ratio
    )


def _all_terms(table: pd.DataFrame) -> pd.DataFrame:
    last = table[(table.terms == "and covariance") & (table.step == 800)]
    return pd.concat([last.assign(terms=name) for name in table.terms.unique()], ignore_index=True)


@claim(
    experiment="zoo", where="Chen and He 2021; the review names the method", kind=Kind.OURS,
    shown="fig-ssl_review-zoo", tiers=BOTH,
    tolerance=at_most("spread of the projections, as a share of a filled sphere", 0.02, partly=0.1),
    rows="method == 'simsiam-no-stop' and steps > 0",
    controls={"with the gradient stopped": only("method == 'simsiam' and steps > 0")},
)  # fmt: skip
def stopped_gradient(table: pd.DataFrame) -> Finding:
    """SimSiam collapses without its stopped gradient, though nothing else changes."""
    return Finding(f"spread {table.spread.max():.3f}", table.spread)


@claim(
    experiment="bins", where="on deterministic networks", shown="fig-ssl_review-deterministic",
    tolerance=(
        at_most("distance of the binned entropy from h(Z) − ln Δ", 0.01, unit="nats"),
        at_least("rise of the binned entropy from the widest bins to the finest", 5, unit="nats"),
    ),
    rows="width <= 0.1",
    controls={"a unit with noise": lambda table: table[table.width <= 0.1].assign(exact=table.noisy)},
)  # fmt: skip
def deterministic(table: pd.DataFrame) -> Finding:
    """The information in a deterministic layer is infinite: what is measured is the width of the bins."""
    gap, rise = (table.exact - table.continuum).abs(), table.exact.max() - table.exact.min()
    return Finding(f"{table.exact.min():.2f} to {table.exact.max():.2f} nats by width", gap, rise)


@claim(
    experiment="squashed", where="on what binned and noisy estimates measure",
    shown="fig-ssl_review-deterministic",
    tolerance=(
        at_most("change as the weight grows from 1 to 8, seen through noise of 0.01", -0.5, unit="nats"),
        at_least("change seen through noise of 1", 0.1, unit="nats"),
    ),
    rows="activation == 'tanh' and weight in (1, 8) and noise in (0.01, 1)",
    controls={"a ReLU unit": only("activation == 'ReLU' and weight in (1, 8) and noise in (0.01, 1)")},
)  # fmt: skip
def geometry(table: pd.DataFrame) -> Finding:
    """Whether a saturating unit seems to compress as its weight grows is decided by the size of the noise added."""
    values = table.set_index(["noise", "weight"]).nats
    fine, coarse = (values[noise, 8] - values[noise, 1] for noise in (0.01, 1))
    return Finding(f"{signed(fine)} and {signed(coarse)} nats", fine, coarse)


@claim(
    experiment="dimension", where="on estimators in high dimension", shown="fig-ssl_review-dimension",
    tolerance=(
        at_most("share of 2 and of 10 nats that KSG reads", 0.5),
        at_least("share of its reading that cubing y takes away, though it changes no information", 0.5),
    ),
    rows="estimator == 'KSG' and d == 20",
    controls={"one dimension": only("estimator == 'KSG' and d == 1")},
)  # fmt: skip
def high_dimension(table: pd.DataFrame) -> Finding:
    """KSG, which assumes no form of distribution, fails in high dimension."""
    values = table.pivot(index="nats", columns="cubed", values="value").rename(columns={False: "plain", True: "bent"})
    named = (f"{row.plain:.2f} of {row.Index:g} nats, cubed {row.bent:.2f}" for row in values.itertuples())
    return Finding("; ".join(named), table.value / table.nats, 1 - values.bent / values.plain)


@claim(
    experiment="equation-six", where="Eq. 6", shown="tab-ssl_review-errata",
    tolerance=at_least("rate of the code for which it is least", 0.1, unit="nats"),
    controls={"with the entropy that is meant (here it must)": lambda table: table.assign(printed=table.meant)},
    errs=(
        holds("its second term is the same for every code"),
        at_least("rate of the code for which the corrected form is least", 0.1, unit="nats"),
    ),
)  # fmt: skip
def equation_six(table: pd.DataFrame) -> Finding:
    """The printed form, I(X1; Z1) + β H(Z2 | X1), is least for a code that keeps what the views share."""
    printed, meant = (table.rate[table[name].idxmin()] for name in ("printed", "meant"))
    second = table.printed - table.rate
    same = (second - second.median()).abs() < 1e-9
    text = f"least at {printed:.2f} nats kept; corrected, at {meant:.2f}"
    known = table.notna().all(axis=None)
    return Finding(text, printed if known else np.nan, np.where(second.notna(), same, np.nan), meant)


CLAIMS: tuple[Any, ...] = (*claims_of(globals()), *own_claims.CLAIMS)
