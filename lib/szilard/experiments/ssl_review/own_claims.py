"""What the chapter claims beside the review: other papers' statements on bounds, and our own findings."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from szilard.compendium import Errs, Finding, Kind, Verdict, at_least, at_most, between, claim, claims_of, holds
from szilard.experiments.ssl_review.measuring import WIDE
from szilard.experiments.ssl_review.tables import perfect

__all__ = ["CLAIMS", "on_digits", "signed"]

BOTH = ("quick", "full")
POOLE, SONG = "Poole et al. 2019", "Song and Ermon 2020"
OVER = ("dv", "smile, τ = 5")
TITLES = {"nwj": "NWJ", "js": "JS", "dv": "Donsker–Varadhan", "smile, τ = ∞": "SMILE (∞)", "smile, τ = 1": "SMILE (1)",
          "smile, τ = 5": "SMILE (5)"}  # fmt: skip


def signed(value: float, digits: int = 2) -> str:
    """A number with its sign, as it is printed."""
    return f"{value:+.{digits}f}".replace("-", "−")


def on_digits(query: str) -> str:
    """The rows of a query that were measured on small digits."""
    return f"{query} and collection == 'digits'"


def _separable(query: str) -> str:
    """Normal pairs as they come, separable critics, and bounds whose perfect critic is known."""
    return f"({query}) and not cubed and critic == 'separable' and bound in {('infonce', *TITLES)}"


@claim(
    experiment="encoders", where="beyond the review: nonlinear encoders on bent views", kind=Kind.OURS,
    shown="fig-ssl_review-nonlinear", tiers=BOTH,
    tolerance=(
        at_least("nats about a shared label without retention, mean over starts", 0.3),
        at_least("share of starts with most retention that say less of it than those without", 1.0, partly=0.6),
        at_least("share that say more where half of the label is private", 1.0, partly=0.6),
        between("nats that any network keeps of its view", 0.2, 0.75),
    ),
    rows="views == 'bent' and steps > 0 and mu in (0, 20) and relevance in (0, 1)",
    controls={
        "untrained": lambda t: t.query("views == 'bent' and steps == 0 and mu in (0, 20) and relevance in (0, 1)")
    },
)  # fmt: skip
def nonlinear(table: pd.DataFrame) -> Finding:
    """The sign change survives nonlinear encoders of bent views, from every start, if retention weighs much."""
    without = [_starts(table, c, 0).mean(skipna=False) for c in (0, 1)]
    gains = [_starts(table, c, 20) - none for c, none in zip((0, 1), without, strict=True)]
    means = " and ".join(signed(each.mean(), 3) for each in gains)
    less, more = (
        (sign * each > 0).astype(float).where(each.notna()) for sign, each in zip((-1, 1), gains, strict=True)
    )
    text = f"{means} nats; {less.sum():.0f} and {more.sum():.0f} of {len(more)} starts"
    return Finding(text, without[0], less.mean(skipna=False), more.mean(skipna=False), table.kept)


def _starts(table: pd.DataFrame, relevance: int, mu: int) -> pd.Series:
    return table.nats[(table.relevance == relevance) & (table.mu == mu)]


@claim(
    experiment="optimal", where=POOLE, kind=Kind.OURS, shown="fig-ssl_review-bounds", tiers=BOTH,
    tolerance=(
        at_most("excess of any batch over ln n", 0.0, unit="nats"),
        at_least("share of ln n that batches of 64 read at 10 nats", 0.95),
    ),
    rows="bound == 'infonce'",
    controls={"Donsker–Varadhan": lambda table: table[table.bound == "dv"]},
)  # fmt: skip
def ceiling(table: pd.DataFrame) -> Finding:
    """InfoNCE never exceeds the logarithm of the batch, even with a perfect critic."""
    logs = np.log(table.n)
    top = table[(table.n == 64) & (table.nats == 10)]
    return Finding(
        f"{top.value.iloc[0]:.3f} of ln 64 = {math.log(64):.3f}", table.largest - logs, top.value / math.log(64)
    )


@claim(
    experiment="optimal", where=f"{POOLE}; {SONG}", kind=Kind.OURS, shown="fig-ssl_review-bounds", tiers=BOTH,
    tolerance=(
        at_least("mean excess over 10 nats, batches of 64", 1.0, unit="nats"),
        at_least("mean excess over 4 nats, in its standard errors", 2.0),
    ),
    rows=f"nats in (4, 10) and n == 64 and bound in {OVER}",
    controls={
        "NWJ, which is a bound": lambda table: table.query("nats in (4, 10) and n == 64 and bound == 'nwj'")
    },
)  # fmt: skip
def overestimate(table: pd.DataFrame) -> Finding:
    """With a perfect critic, Donsker–Varadhan and SMILE read too much in small batches: they are no lower bounds."""
    excess, high = table.value - table.nats, table.nats == 10
    named = zip(table.bound[high].map(TITLES), excess[high], strict=True)
    text = ", ".join(f"{name} {signed(each)} nats" for name, each in named)
    return Finding(text, excess[high], (excess / table.stderr)[table.nats == 4])


@claim(
    experiment="optimal", where="derived here from Mehler's expansion", kind=Kind.OURS,
    shown="fig-ssl_review-variance", tiers=BOTH,
    tolerance=at_most("relative distance of NWJ's spread over batches from the closed form", 0.1),
    rows="bound == 'nwj' and nats <= 1.5 and n == 8",
    controls={
        "10 nats, which no run of batches samples": lambda t: t.query("bound == 'nwj' and nats == 10 and n == 64"),
        "the same without the exponential": lambda t: _without_exponential(t),
    },
)  # fmt: skip
def variance(table: pd.DataFrame) -> Finding:
    """For normal pairs the variance of NWJ has a closed form, led by exp(2I)/n²; batches follow it up to 1.5 nats."""
    gaps = (table.spread / table.exact_spread - 1).abs()
    return Finding(f"within {gaps.max():.0%} up to {table.nats.max():g} nats", gaps)


@claim(
    experiment="optimal", where="public code of Poole et al., copied by that of Song and Ermon", kind=Kind.OURS,
    shown="tab-ssl_review-errata",
    tolerance=at_most("bias of a perfect critic evaluated as the code does", 0.05, unit="nats"),
    errs=Errs((
        at_most("distance of that bias from −1/e", 0.05, unit="nats"),
        at_most("bias with the offset put back", 0.05, unit="nats"),
    ), Verdict.CODE_ERRS),
    rows="nats == 2 and n == 64 and bound in ('js', 'js, offset forgotten')",
    controls={"the right evaluation in its place (here it must)": lambda t: _right(t)},
)  # fmt: skip
def offset(table: pd.DataFrame) -> Finding:
    """The Jensen–Shannon estimate of the public code is right for a perfect critic."""
    bias = (table.value - table.nats).to_numpy()
    right, code = (float(bias[(table.bound == name).to_numpy()][0]) for name in ("js", "js, offset forgotten"))
    return Finding(f"bias {signed(code, 3)}; {signed(right, 3)} with the offset", abs(code),
                   abs(code + 1 / math.e), abs(right))  # fmt: skip


@claim(
    experiment="learnt", where=f"{POOLE}; {SONG}", kind=Kind.OURS, shown="fig-ssl_review-learnt", tiers=BOTH,
    tolerance=(
        at_least("InfoNCE at 10 nats, over that of a perfect critic", 0.95),
        at_least("nats that each of the others reads below its perfect critic", 2.0, partly=1.0),
    ),
    rows=_separable("truth == 10 and steps > 1"),
    controls={
        "InfoNCE of a critic after one step": lambda t: t.query(
            _separable("truth == 10 and (steps == 1 or steps > 1 and bound != 'infonce')")),
        "2 nats": lambda t: t.query(_separable("truth == 2 and steps > 1")),
    },
)  # fmt: skip
def critics(table: pd.DataFrame) -> Finding:
    """Training takes InfoNCE of a separable critic to its ceiling, and leaves bounds that could see further below."""
    own, best = table.bound == "infonce", perfect(table)
    share, short = (table.value / best)[own], (best - table.value)[~own]
    named = ", ".join(f"{TITLES[name]} −{gap:.1f}" for name, gap in zip(table.bound[~own], short, strict=True))
    text = f"InfoNCE {signed(100 * share.mean(), 0).removeprefix('+')} % of the perfect critic's; {named} nats"
    return Finding(text, share, short)


@claim(
    experiment="certificate", where="McAllester and Stratos 2020; constants derived here", kind=Kind.OURS,
    shown="fig-ssl_review-certificate",
    tolerance=(
        at_most("certified nats over 2 ln n", 1.0),
        at_most("distance of the share of draws without coincidence from the formula", 0.035),
    ),
    rows="kind != 'told'",
    controls={"told that the pair is normal": lambda table: table[table.kind == "told"]},
)  # fmt: skip
def certificate(table: pd.DataFrame) -> Finding:
    """No lower bound that holds for every distribution certifies more than about 2 ln n nats from n samples."""
    ratio = table.nats / (2 * np.log(table.n))
    return Finding(f"at most {ratio.max():.2f} × 2 ln n", ratio, (table.distinct - table.exact).abs())


@claim(
    experiment="bits", where="on minimal sufficient codes; Gács and Körner 1973", kind=Kind.OURS,
    shown="fig-ssl_review-bits",
    tolerance=(
        at_least("excess of the least code that keeps all that is shared", 0.05, unit="nats"),
        holds("it keeps all that is shared"),
    ),
    rows="flip > 0 and code == 'shared bit'",
    controls={"a shared bit without noise": lambda table: table.query("flip == 0 and code == 'shared bit'")},
)  # fmt: skip
def common(table: pd.DataFrame) -> Finding:
    """A code with all of I(X1; X2) and no excess exists only where the views have an exact common part."""
    kept = (table.known - table.views).abs() < 1e-9
    return Finding(f"excess {table.excess.min():.3f} nats at least", table.excess,
                   np.where(table.known.notna() & table.views.notna(), kept, np.nan))  # fmt: skip


@claim(
    experiment="peaks", where="Shwartz-Ziv et al. 2023", kind=Kind.OURS, shown="fig-ssl_review-surrogates",
    tolerance=(
        at_most("rise of the entropy as four peaks move apart", 0.01, unit="nats"),
        at_least("rise of the log-determinant's bound", 1.0, unit="nats"),
        at_least("gap of the two", 2.0, unit="nats"),
    ),
    rows="distance >= 3",
    controls={"peaks that begin as one": lambda table: table[table.distance <= 3]},
)  # fmt: skip
def peaks(table: pd.DataFrame) -> Finding:
    """A log-determinant can be raised without raising entropy: it is an upper bound."""
    near, far = table.loc[table.distance.idxmin()], table.loc[table.distance.idxmax()]
    text = f"entropy {near.sampled:.3f} → {far.sampled:.3f}, bound {near.normal:.2f} → {far.normal:.2f} nats"
    return Finding(text, far.sampled - near.sampled, far.normal - near.normal, table.normal - table.sampled)


@claim(
    experiment="mixtures", where="Kolchinsky and Tracey 2017; Shwartz-Ziv et al. 2023", kind=Kind.OURS,
    shown="fig-ssl_review-mixtures",
    tolerance=(
        at_most("excess of the lower bound over the sampled entropy", 0.05, unit="nats"),
        at_most("excess of the sampled entropy over the upper bound", 0.05, unit="nats"),
        at_least("share of mixtures that pairs bound closer from above than the log-determinant", 0.95),
    ),
    rows="apart == 8",
    controls={"peaks that overlap": lambda table: table[table.apart == 0.5]},
)  # fmt: skip
def brackets(table: pd.DataFrame) -> Finding:
    """Where peaks are apart, their pairs bracket the entropy, and closer than the log-determinant does."""
    above, normal = table.upper - table.sampled, table.normal - table.sampled
    closer = (above < normal).astype(float).where(above.notna() & normal.notna())
    errors = " and ".join(f"{abs(round(each.median(), 2)):g}" for each in (above, normal))
    text = f"{closer.mean():.0%} of {len(table)}; median errors {errors} nats"
    return Finding(text, table.lower - table.sampled, -above, closer.mean(skipna=False))


@claim(
    experiment="bottleneck", where="Federici et al. 2020, as the review tells it; on digits", kind=Kind.OURS,
    shown="fig-ssl_review-bottleneck", tiers=("full",),
    tolerance=(
        at_least("accuracy with ten labels per class beyond that of networks untrained", 0.05, partly=0.03),
        at_most("share of the untrained networks' R² for the position", 0.5, partly=0.75),
    ),
    rows=on_digits("partner == 'same' and steps > 0 and beta > 0"),
    controls={
        "untrained": lambda t: t.query("steps == 0"),
        "no compression": lambda t: t.query(on_digits("partner == 'same' and steps > 0 and beta == 0")),
        "views of different images": lambda t: t.query(on_digits("partner == 'other'")),
    },
)  # fmt: skip
def learnt(table: pd.DataFrame) -> Finding:
    """Trained with compression, a network tells more of the digit, and less of the position that views do not share."""
    gain, share = table.few - table.random_few, table.position / table.random_position
    return Finding(f"accuracy {signed(gain.mean(), 3)}, {share.mean():.0%} of the position", gain, share)


@claim(
    experiment="bottleneck", where="Federici et al. 2020, on small digits and a subset of MNIST", kind=Kind.OURS,
    shown="fig-ssl_review-bottleneck", tiers=("full",),
    tolerance=(
        at_least("accuracy that compression adds with one label per class, small digits", 0.02, partly=0.0),
        at_least("the same on a subset of MNIST", 0.02, partly=0.0),
        at_least("accuracy that the second view adds to InfoMax of one view, small digits", 0.02, partly=0.0),
    ),
    rows="steps > 0 and partner in ('same', 'self')",
    controls={
        "compressed, with views of different images": lambda t: t.query(
            "steps > 0 and (partner == 'self' or collection == 'mnist' or (partner == 'other') == (beta > 0))"),
    },
)  # fmt: skip
def scarce(table: pd.DataFrame) -> Finding:
    """With one label per class the multi-view bottleneck beats InfoMax of two views, and that InfoMax of one view."""
    small, single = table.collection == "digits", table.partner == "self"
    mib, two, pressed, plain, one = (
        float(table.one[rows].mean(skipna=False))
        for rows in (small & (table.beta > 0), small & ~single & (table.beta == 0),
                     ~small & (table.beta > 0), ~small & (table.beta == 0), single)
    )  # fmt: skip
    text = f"{mib:.3f}, {two:.3f}, {one:.3f}; MNIST {pressed:.3f}, {plain:.3f}"
    return Finding(text, mib - two, pressed - plain, two - one)


@claim(
    experiment="bottleneck", where="Federici et al. 2020, on small digits in place of MNIST", kind=Kind.OURS,
    shown="fig-ssl_review-bottleneck", tiers=("full",),
    tolerance=at_least("accuracy that compression adds with ten labels per class", 0.0, partly=-0.01),
    rows=on_digits("steps > 0 and partner == 'same'"),
    controls={
        "compressed, with views of different images": lambda t: t.query(
            on_digits("steps > 0 and partner != 'self' and (partner == 'other') == (beta > 0)")),
    },
)  # fmt: skip
def scarce_ten(table: pd.DataFrame) -> Finding:
    """With ten labels per class the bottleneck is at least as good as InfoMax of two views."""
    mib, two = (float(table.few[rows].mean(skipna=False)) for rows in (table.beta > 0, table.beta == 0))
    return Finding(f"{mib:.3f}, {two:.3f}", mib - two)


@claim(
    experiment="zoo", where="beyond the review: ten labelled digits per class", kind=Kind.OURS,
    shown="fig-ssl_review-zoo", tiers=BOTH,
    tolerance=(
        at_least("mean gain in accuracy over untrained networks, which differ by 0.02", 0.02),
        at_least("share of objectives that gain more than one whose projections collapse", 1.0, partly=0.5),
    ),
    rows=on_digits("partner == 'same' and steps > 0"),
    controls={
        "views of different images": lambda t: _all_objectives(t, "partner == 'other'"),
        "SimSiam, gradient not stopped": lambda t: _all_objectives(t, "method == 'simsiam-no-stop'"),
    },
)  # fmt: skip
def labels(table: pd.DataFrame) -> Finding:
    """Objectives that keep projections apart make ten labels per class go further, each more than one that does not."""
    gains = (table.few - table.random_few).groupby(table.method).agg(lambda each: each.mean(skipna=False))
    collapsed, others = gains["simsiam-no-stop"], gains.drop("simsiam-no-stop")
    more = (others > collapsed).astype(float).where(others.notna() & np.isfinite(collapsed))
    text = f"{signed(others.mean(), 3)} on average; {more.sum():.0f} of {len(more)} more than {signed(collapsed, 3)}"
    return Finding(text, others.mean(skipna=False), more.mean(skipna=False))


def _all_objectives(table: pd.DataFrame, query: str) -> pd.DataFrame:
    """Networks in the place of those of every objective that keeps its projections apart."""
    same = table.query(on_digits("partner == 'same' and steps > 0"))
    names, other = same.method.unique(), table.query(on_digits(f"{query} and steps > 0"))
    parts = [same[same.method == name] if name == "simsiam-no-stop" else other.assign(method=name) for name in names]
    return pd.concat(parts, ignore_index=True)


def _right(table: pd.DataFrame) -> pd.DataFrame:
    """The right evaluation, also in the place of the code's."""
    rows = table.query("nats == 2 and n == 64 and bound == 'js'")
    return pd.concat([rows, rows.assign(bound="js, offset forgotten")])


def _without_exponential(table: pd.DataFrame) -> pd.DataFrame:
    """Only the term of pairs that belong together is left of the closed form."""
    rows = table.query("bound == 'nwj' and nats <= 1.5 and n == 8")
    return rows.assign(exact_spread=np.sqrt(-WIDE * np.expm1(-2 * rows.nats / WIDE) / rows.n))


CLAIMS = claims_of(globals())
