"""The claims of the paper on lossy compression, each beside its judge."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from szilard.compendium import Control, Finding, at_least, at_most, between, claim, claims_of
from szilard.experiments.ib_compression.tables import curve, episodes, fall, quality

__all__ = ["CLAIMS"]

IMAGES: dict[str, Any] = {"experiment": "images", "shown": "fig-ib_compression-images"}
PLANE: dict[str, Any] = {"experiment": "plane", "tiers": ("quick", "full")}
SHOWN = "family in ('bells 16', 'rectangles 16', 'bells 32', 'rectangles 32') and method == 'weighted-kl'"
COMPRESSED = f"{SHOWN} and code in ('parameters', 'autoencoder', 'PCA')"
TRAINED = "labels == 'true' and way == 'plane'"


def _picked(query: str) -> Control:
    return Control(lambda table: table.query(query, engine="python").reset_index(drop=True))


def _swapped(code: str, rows: str) -> Control:
    """``code`` in the place of the autoencoder's."""

    def other(table: pd.DataFrame) -> pd.DataFrame:
        kept = table.query(rows, engine="python")
        stand_in = table[(table.code == code) & (table.method == "weighted-kl")].assign(code="autoencoder")
        return pd.concat([kept[kept.code != "autoencoder"], stand_in]).reset_index(drop=True)

    return Control(other)


@claim(
    where="the figure on synthetic images",
    tolerance=(
        between("slope of the estimate against the truth", 0.8, 1.05, partly=(0.6, 1.05)),
        at_most("root mean square error", 1.0, partly=2.5, unit="nats"),
    ),
    rows=f"{SHOWN} and code == 'autoencoder'",
    controls={
        "shuffled pairs": Control(lambda table: table.query("code == 'autoencoder' and method == 'weighted-kl'")
                                  .assign(estimate=lambda rows: rows.shuffled)),
        "an untrained autoencoder": _swapped("untrained", "code == 'nothing of it'"),
        "codes that keep nothing": _swapped("nothing", "code == 'nothing of it'"),
    },
    **IMAGES | {"tiers": ("quick", "full")},
)  # fmt: skip
def tracks(table: pd.DataFrame) -> Finding:
    """From an autoencoder's codes the weighted estimator tracks the information of pictures from 0 to 10 nats."""
    found = quality(table)
    text = ", ".join(f"{row.family}: slope {row.slope:.2f}, error {row.rmse:.1f}" for row in found.itertuples())
    return Finding(text, found.slope, found.rmse)


def _errors(table: pd.DataFrame) -> pd.DataFrame:
    return quality(table).pivot(index="family", columns="code", values="rmse")


@claim(
    where="comparison of compressors",
    tolerance=(
        at_least("error of the principal components over that of the autoencoder", 1.0),
        at_least("error of the autoencoder over that of the true parameters", 1.0),
    ),
    rows=COMPRESSED,
    controls={"an untrained autoencoder in its place": _swapped("untrained", COMPRESSED)},
    pooled=True,
    **IMAGES | {"tiers": ("quick", "full")},
)
def order(table: pd.DataFrame) -> Finding:
    """The codes of an autoencoder lose less than principal components do, and more than the true parameters."""
    errors = _errors(table)
    means = errors.mean()
    text = ", ".join(f"{code} {means[code]:.2f}" for code in ("parameters", "autoencoder", "PCA"))
    return Finding(
        f"mean error in nats: {text}", errors.PCA / errors.autoencoder, errors.autoencoder / errors.parameters
    )


@claim(
    where="why images are compressed at all",
    tolerance=at_least("error at every amount of information", 10, unit="nats"),
    rows="code == 'pixels' and method == 'kl'",
    controls={"the true parameters": _picked("code == 'parameters' and method == 'weighted-kl' and nats in (0, 10)")},
    **IMAGES | {"shown": "tab-ib_compression-rmse"},
)
def pixels(table: pd.DataFrame) -> Finding:
    """Nearest-neighbour entropies of the pixels themselves are useless."""
    errors = (table.estimate - table.nats).abs()
    return Finding(f"off by {errors.min():.0f} to {errors.max():.0f} nats", errors)


@claim(
    where="why images are compressed at all, here on normal pairs",
    tolerance=at_most("estimate of 2 nats by KL, KSG, kernels and MINE", 1.0, unit="nats"),
    rows="dims >= 20 and method in ('kl', 'ksg', 'kde', 'mine')",
    controls={"one to three dimensions": _picked("dims <= 3 and method in ('kl', 'ksg', 'weighted-kl')")},
    shown="fig-ib_compression-dimensions",
    tiers=("quick", "full"),
)
def dimensions(table: pd.DataFrame) -> Finding:
    """Without compression KL, KSG, kernels and a short training of MINE find less than half of 2 nats from twenty
    dimensions on."""
    return Finding(f"{table.estimate.max():.1f} nats at most", table.estimate)


@claim(
    experiment="signal",
    where="authors' notebook on a signal that PCA does not see",
    tolerance=(
        at_most("share of 3 nats that principal components keep", 0.5),
        at_least("share that the autoencoder keeps", 0.8, partly=0.5),
    ),
    rows="method == 'weighted-kl' and code in ('PCA', 'autoencoder')",
    controls={"the autoencoder untrained": Control(
        lambda table: table[(table.method == "weighted-kl") & table.code.isin(["PCA", "untrained"])]
        .replace({"code": {"untrained": "autoencoder"}}))},
    shown="fig-ib_compression-signal",
    tiers=("quick", "full"),
)  # fmt: skip
def signal(table: pd.DataFrame) -> Finding:
    """An autoencoder keeps a signal that principal components lose under a larger nuisance."""
    shares = table.estimate / table.nats
    kept = {code: shares[table.code == code] for code in ("PCA", "autoencoder")}
    text = ", ".join(f"{code} {3 * share.mean():.2f}" for code, share in kept.items())
    return Finding(f"{text} of 3 nats", *kept.values())


@claim(
    where="information plane; the order that data processing demands",
    tolerance=at_least("fall from one convolution to the next, at every step", 0.1, unit="nats"),
    rows=f"{TRAINED} and layer in ('L1', 'L2', 'L3')",
    controls={"images that are not their own": _picked("way == 'KL, shuffled'")},
    shown="fig-ib_compression-plane",
    **PLANE,
)
def ordering(table: pd.DataFrame) -> Finding:
    """Every convolution knows less of the image than the one before it, at all times."""
    by_layer = table.pivot(index=["repetition", "step"], columns="layer", values="i_x")
    falls = -np.diff(by_layer.to_numpy(), axis=1)
    return Finding(f"falls of {falls.min():.2f} nats or more", falls)


def _shuffled_labels(table: pd.DataFrame) -> pd.DataFrame:
    return table.query("labels == 'shuffled' and layer == 'L5'").reset_index(drop=True)


@claim(
    where="information plane; fitting",
    tolerance=(
        at_least("rise of I(L5; Y)", 1.0, unit="nats"),
        between("I(L5; Y) at the end", 1.7, 2.4, unit="nats"),
        between("loss at the end over that at the start", 0.0, 0.3),
    ),
    rows=f"{TRAINED} and layer == 'L5' and step in (0, steps)",
    controls={"labels shuffled": _shuffled_labels},
    shown="fig-ib_compression-plane",
    **PLANE,
)
def fitting(table: pd.DataFrame) -> Finding:
    """As it trains, the last layer comes to know most of the label, of ln 10 = 2.303 nats."""
    first, last = (part.set_index("repetition") for part in (table[table.step == 0], table[table.step > 0]))
    rise, losses = last.i_y - first.i_y, last.loss / first.loss
    # Below zero stands the estimator's bias, which a training that learns nothing moves about.
    ends = (f"{nats:.2f}" if nats > 0 else "≤ 0" for nats in (first.i_y.mean(), last.i_y.mean()))
    return Finding(f"{' → '.join(ends)} nats", rise, last.i_y, losses)


@claim(
    where="information plane; compression and loss",
    tolerance=at_least(
        "fall of I(X; L5) from its peak while the loss goes from 0.9 to 0.4 ln 10, every training", 0.25, unit="nats"
    ),
    rows="way == 'plane'",
    controls={
        "labels shuffled": Control(_shuffled_labels, "plane"),
        "images that are not the layer's own": _picked("way == 'KL, shuffled'"),
    },
    shown="fig-ib_compression-phases",
    pooled=True,
)
def phases(table: pd.DataFrame) -> Finding:
    """The last layer first compresses while the loss falls fastest."""
    runs = [run for _, run in table.groupby("repetition")]
    falls = [fall(run) if run[["i_x", "loss"]].notna().all(axis=None) else math.nan for run in runs]
    return Finding(f"falls of {min(falls):.2f} to {max(falls):.2f} nats in {len(falls)} trainings", falls)


def _rising(table: pd.DataFrame) -> np.ndarray:
    """A curve that only rises, under noise of the size of an estimate's."""
    noise = np.random.default_rng(0).normal(0, 0.06, len(table))
    return np.asarray(2 - 2 * np.exp(-table.step / (0.3 * table.step.max())) + noise)


@claim(
    where="abstract",
    tolerance=at_least(
        "separate falls of a quarter of a nat, of more than 10 epochs, in the richest layer, any seed", 2
    ),
    rows=TRAINED,
    controls={
        "one long fall": Control(lambda table: table.query(TRAINED).assign(i_x=lambda rows: -rows.step)),
        "a rise with noise": Control(lambda table: table.query(TRAINED).assign(i_x=_rising)),
    },
    shown="fig-ib_compression-plane",
    pooled=True,
    **PLANE | {"tiers": ("full",)},
)
def several(table: pd.DataFrame) -> Finding:
    """Compression comes in several episodes, and not in one."""
    counts = [
        max(episodes(curve(run, layer), shortest=4) for layer in run.layer.unique())
        for _, run in table.groupby("repetition")
    ]
    return Finding(f"{min(counts)} to {max(counts)} falls", counts)


CLAIMS = claims_of(globals())
