"""Beyond the paper on lossy compression: what its estimators, its noise and its program do, each beside its judge."""

from __future__ import annotations

from typing import Any

import pandas as pd

from szilard.compendium import Control, Errs, Finding, Kind, Verdict, at_least, at_most, between, claim, claims_of
from szilard.experiments.ib_compression.tables import BIT, NAMES, peak_falls
from szilard.experiments.ib_compression.toy import FINEST, LAST, PUBLISHED

__all__ = ["CLAIMS"]

OURS: dict[str, Any] = {"kind": Kind.OURS, "where": "beyond the paper"}
ENTROPIES = "method in ('kl', 'weighted-kl')"
ENDS = "(method == 'ksg' and nats in (0, 10))"


def _read(query: str) -> Control:
    return Control(lambda table: table.query(query, engine="python").reset_index(drop=True))


def _exchanged(table: pd.DataFrame) -> pd.DataFrame:
    """Each of the two estimators under the other's name."""
    both = table[table.method.isin(["weighted-kl", "ksg"]) & (table.dims == 2)]
    return both.assign(method=both.method.map({"ksg": "weighted-kl", "weighted-kl": "ksg"})).reset_index(drop=True)


@claim(
    experiment="estimators",
    tolerance=(
        at_most("largest error of weighted KL from 0 to 10 nats", 0.35, unit="nats"),
        at_most("distance of KSG from 0 at 0 nats", 0.05, unit="nats"),
        at_least("distance of KSG from its ceiling, downwards", 0.0, unit="nats"),
    ),
    rows=f"dims == 2 and repetition == 0 and (method == 'weighted-kl' or {ENDS})",
    controls={"the two exchanged": _exchanged},
    shown="fig-ib_compression-estimators",
    tiers=("quick", "full"),
    **OURS,
)
def ceiling(table: pd.DataFrame) -> Finding:
    """KSG is right at 0 and cannot reach 10 nats, weighted entropies follow all the way."""
    weighted, ksg = table[table.method == "weighted-kl"], table[table.method == "ksg"]
    error, ksg_error = (weighted.estimate - weighted.nats).abs(), (ksg.estimate - ksg.nats).abs()
    top = ksg[ksg.nats == 10]
    most = f"KSG {top.estimate.min():.2f} of 10 nats under its ceiling of {top.ceiling.max():.2f}"
    text = f"weighted KL within {error.max():.2f}, {most}"
    return Finding(text, error, ksg_error[ksg.nats == 0], top.ceiling - top.estimate)


@claim(
    experiment="dimensions",
    tolerance=at_most("error of KL and weighted KL", 0.15, partly=0.3, unit="nats"),
    rows=f"dims <= 4 and {ENTROPIES}",
    controls={"eight dimensions and ten": _read(f"dims in (8, 10) and {ENTROPIES} and estimate == estimate")},
    shown="fig-ib_compression-dimensions",
    tiers=("full",),
    **OURS,
)
def low(table: pd.DataFrame) -> Finding:
    """Up to four coordinates a side the entropies of 10,000 samples find 2 nats."""
    errors = (table.estimate - table.nats).abs()
    found = ", ".join(f"{NAMES[name]} {error:.2f}" for name, error in errors.groupby(table.method).max().items())
    return Finding(f"errors in nats at most: {found}", errors)


@claim(
    experiment="weights",
    where="authors' code: five neighbours in every dimension",
    tolerance=at_most("distance of the weights' sum from 1, from 20 dimensions on", 1e-8),
    errs=Errs((between("that distance", 1e-3, 0.5),), Verdict.CODE_ERRS),
    rows="support == 'spread' and k == 5 and d >= 20",
    controls={"sixteen to nineteen dimensions": Control(
        lambda table: table.query("support == 'spread' and k == 5 and 8 <= d < 20"))},
    kind=Kind.OURS,
    shown="fig-ib_compression-weights",
)  # fmt: skip
def weights(table: pd.DataFrame) -> Finding:
    """Five neighbours are enough for weights that sum to one, whatever the dimension."""
    gaps = (table["sum"] - 1).abs()
    return Finding(f"sums off by {gaps.min():.3f} to {gaps.max():.3f}", gaps, gaps)


def _change(table: pd.DataFrame) -> pd.Series:
    """How much information is lost as the gain falls from 1 to its least."""
    by_gain = table.set_index("gain").nats.sort_index()
    return by_gain.loc[:1.0].diff().iloc[1:]


@claim(
    experiment="neuron",
    where="authors' code: noise in proportion to the output",
    tolerance=at_least("fall of the information each time the gain falls, below a gain of 1/4", 0.1, unit="nats"),
    errs=Errs((at_most("its change", 0.1, unit="nats"),), Verdict.CODE_ERRS),
    rows="noise == 'relative' and gain <= 0.25",
    controls={"noise that is added": Control(lambda table: table.query("noise == 'additive' and 0.1 < gain <= 0.25"))},
    kind=Kind.OURS,
    shown="fig-ib_compression-neuron",
)
def relative(table: pd.DataFrame) -> Finding:
    """Noise of the published form drowns an output that becomes small."""
    changes = _change(table)
    return Finding(f"changes of {changes.abs().max():.3f} nats at most", changes, changes.abs())


@claim(
    experiment="sign",
    tolerance=(
        at_least("reading of the finest bins over ln 2, noise of 1 and more", 0.85),
        at_most("what there is to know, over ln 2", 0.5),
    ),
    rows="sigma >= 1 and width < 0.003",
    controls={"bins of a half": _read("sigma >= 1 and width == 0.5")},
    shown="fig-ib_compression-sign",
    **OURS,
)
def crowded(table: pd.DataFrame) -> Finding:
    """In bins so fine that a thousand samples hardly share any, every noise seems to let a sign through."""
    read, known = table.counted / BIT, table.exact / BIT
    text = f"{BIT * read.min():.2f} nats or more, where there are {BIT * known.min():.2f} to {BIT * known.max():.2f}"
    return Finding(text, read, known)


@claim(
    experiment="smoothing",
    where="authors' code: the filter that curves are drawn with",
    tolerance=(
        at_most("falls of ten epochs and more, in 300 epochs on which nothing falls", 1.0),
        at_most("fall after a rise of one nat within four epochs", 0.01, unit="nats"),
    ),
    errs=Errs((at_least("those falls", 4.0), between("that fall", 0.05, 0.5, unit="nats")), Verdict.CODE_ERRS),
    rows="smoothing == 'as published'",
    controls={"the mean of nine epochs": _read("smoothing == 'mean of nine epochs'")},
    kind=Kind.OURS,
    shown="tab-ib_compression-smoothing",
)
def smoothing(table: pd.DataFrame) -> Finding:
    """The smoothing that curves are drawn with makes no episodes of its own."""
    falls, dips = table.falls, table.dip_4
    text = f"{falls.mean():.1f} falls in 300 epochs of noise, {dips.mean():.2f} nats after a rise of one"
    return Finding(text, falls, dips, falls, dips)


@claim(
    experiment="rivals",
    tolerance=at_least("root mean square error of the best rival over that of weighted KL, either family", 1.1),
    controls={"three nats and less": _read("nats <= 3")},
    shown="fig-ib_compression-rivals",
    pooled=True,
    **OURS,
)
def rivals(table: pd.DataFrame) -> Finding:
    """From 0 to 9 nats weighted KL on principal components errs less than kernels and MINE on the same components, and
    than MINE on the pixels, after 200 steps."""
    squares = (table.estimate - table.nats) ** 2
    errors = squares.groupby([table.family, table.method, table.code]).agg(lambda part: part.mean(skipna=False)) ** 0.5
    weighted = errors.xs("weighted-kl", level="method").droplevel("code")
    best = errors.drop("weighted-kl", level="method").groupby("family").agg(lambda part: part.min(skipna=False))
    text = "; ".join(f"{name}: {weighted[name]:.1f} against {best[name]:.1f} nats" for name in weighted.index)
    return Finding(text, best / weighted)


READ = "way in ('as trained', 'none', 'relative 0.001') and repetition == 0"


@claim(
    experiment="plane",
    tolerance=at_most("change of I(X; L) without the noise of 0.001, or with the published one", 0.25, unit="nats"),
    rows=READ,
    controls={"noise of 3": _read("way in ('as trained', 'additive 3') and repetition == 0")},
    shown="tab-ib_compression-noise",
    tiers=("quick", "full"),
    **OURS,
)
def unseen(table: pd.DataFrame) -> Finding:
    """With the same weights, noise of the published size does not change the estimates."""
    by_way = table.pivot(index="layer", columns="way", values="i_x")
    changes = by_way.drop(columns="as trained").sub(by_way["as trained"], axis=0).abs()
    return Finding(f"changes of {changes.max(axis=None):.2f} nats at most", changes.to_numpy())


@claim(
    experiment="plane",
    tolerance=at_least("KSG, any layer of the untrained network", 0.4, unit="nats"),
    rows="way == 'KSG' and repetition == 0",
    controls={"images that are not their own": _read("way == 'KSG, shuffled' and repetition == 0")},
    shown="tab-ib_compression-untrained",
    tiers=("quick", "full"),
    **OURS,
)
def untrained(table: pd.DataFrame) -> Finding:
    """A network knows its input before it is trained."""
    text = ", ".join(f"{row.layer} {row.i_x:.2f}" for row in table.itertuples())
    return Finding(f"{text} nats", table.i_x)


def _cut(size: float, activation: str) -> str:
    picked = f"activation == '{activation}' and kind == 'bins' and size == {size} and layer == '{LAST}'"
    return f"{picked} and epoch > 0"


TANH, RELU = _cut(PUBLISHED, "tanh"), _cut(PUBLISHED, "relu")
LATE: dict[str, Any] = {
    "experiment": "toy",
    "shown": "fig-ib_compression-bins",
    "tiers": ("quick", "full"),
    "pooled": True,
}


@claim(
    where="background: Shwartz-Ziv and Tishby, 2017",
    tolerance=(
        at_least("fall of I(X; T5) from its peak in training, any seed", 3.0, unit="bits"),
        at_least("rise of I(T5; Y) meanwhile", 0.0, unit="bits"),
    ),
    kind=Kind.OURS,
    rows=TANH,
    controls={"rectified units": _read(RELU), "the finest bins": _read(_cut(FINEST, "tanh"))},
    **LATE,
)
def compresses(table: pd.DataFrame) -> Finding:
    """In bins of the published width the last hidden tanh layer compresses while it learns."""
    falls = peak_falls(table)
    return Finding(f"falls of {falls.fall.min():.1f} to {falls.fall.max():.1f} bits", falls.fall, falls.rise)


@claim(
    tolerance=at_most("fall of I(X; T5) from its peak in training, any seed", 1.0, unit="bit"),
    rows=_cut(FINEST, "tanh"),
    controls={"bins of the published width": _read(TANH)},
    **LATE | OURS,
)
def microscope(table: pd.DataFrame) -> Finding:
    """In fine bins the same layer of the same network keeps nearly all of the input."""
    falls = peak_falls(table)
    return Finding(f"falls of {falls.fall.max():.2f} bits at most, to {falls.end.min():.1f} of 12", falls.fall)


@claim(
    where="background: Saxe and others, 2018",
    tolerance=at_most("fall of I(X; T5) from its peak in training, any seed", 1.0, unit="bit"),
    kind=Kind.OURS,
    rows=RELU,
    controls={"tanh": _read(TANH)},
    **LATE,
)
def rectified(table: pd.DataFrame) -> Finding:
    """With rectified units, and bins that go on without end, there is hardly any compression."""
    falls = peak_falls(table)
    return Finding(f"falls of {falls.fall.max():.1f} bits at most", falls.fall)


CLAIMS = claims_of(globals())
