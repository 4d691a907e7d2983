"""The claims of the paper on lossy compression, each beside its judge."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from szilard.compendium import Control, Finding, Kind, at_least, at_most, between, claim, claims_of
from szilard.experiments.ib_compression.tables import NAMES, curve, episodes, fall, quality

__all__ = ["CLAIMS"]

IMAGES: dict[str, Any] = {"experiment": "images", "shown": "fig-ib_compression-images"}
PLANE: dict[str, Any] = {"experiment": "plane", "tiers": ("quick", "full")}
EPISODES: dict[str, Any] = {"experiment": "phases", "shown": "fig-ib_compression-phases", "tiers": ("full",)}
OFFLINE = "the images come from a download service, and nothing stands in for them"
OTHER = "family == 'five-parameter bells 32'"  # in the authors' notebooks, not in the paper's figure
SHOWN = f"not {OTHER} and method == 'weighted-kl'"
COMPRESSED = f"{SHOWN} and code in ('parameters', 'autoencoder', 'PCA')"
FEW = "dims <= 3"
TRAINED = "labels == 'true' and way == 'plane'"


def _picked(query: str) -> Control:
    return Control(lambda table: table.query(query, engine="python").reset_index(drop=True))


def _untrained(table: pd.DataFrame) -> pd.DataFrame:
    """Codes of an untrained autoencoder in the place of the trained one's."""
    kept, stand_in = table.query(COMPRESSED, engine="python"), table.query(f"{SHOWN} and code == 'untrained'")
    return pd.concat([kept[kept.code != "autoencoder"], stand_in.assign(code="autoencoder")], ignore_index=True)


def _tracking(rows: str) -> dict[str, Any]:
    """What the claims on codes of an autoencoder share, of the families that ``rows`` picks."""

    def instead(code: str, column: str = "estimate") -> Control:
        """The estimates of another code, or of shuffled pairs, of the same families."""
        picked = f"{rows} and code == '{code}'"
        return Control(lambda table: table.query(picked, engine="python").assign(estimate=lambda part: part[column]))

    return IMAGES | {
        "tolerance": (
            between("slope of the estimate against the truth", 0.8, 1.05, partly=(0.6, 1.05)),
            at_most("root mean square error", 1.0, partly=2.5, unit="nats"),
        ),
        "rows": f"{rows} and code == 'autoencoder'",
        "controls": {
            "shuffled pairs": instead("autoencoder", "shuffled"),
            "an untrained autoencoder": instead("untrained"),
            "codes that keep nothing": instead("nothing"),
        },
    }


def _tracked(table: pd.DataFrame) -> Finding:
    found = quality(table)
    text = ", ".join(f"{row.family}: slope {row.slope:.2f}, error {row.rmse:.1f}" for row in found.itertuples())
    return Finding(f"{text}; 0 to {table.nats.max():.0f} nats", found.slope, found.rmse)


@claim(where="the figure on synthetic images", **_tracking(SHOWN) | {"tiers": ("quick", "full")})
def tracks(table: pd.DataFrame) -> Finding:
    """From an autoencoder's codes the weighted estimator tracks the known information of pictures."""
    return _tracked(table)


@claim(
    where="authors' notebooks",
    **_tracking(f"{OTHER} and method == 'weighted-kl'") | {"tiers": ("full",), "kind": Kind.OURS},
)
def five(table: pd.DataFrame) -> Finding:
    """The weighted estimator tracks bells of five parameters from an autoencoder's codes, too."""
    return _tracked(table)


def _errors(table: pd.DataFrame) -> pd.DataFrame:
    return quality(table).pivot(index="family", columns="code", values="rmse")


@claim(
    where="comparison of compressors",
    tolerance=(
        at_least("error of the principal components over that of the autoencoder", 1.0),
        at_least("error of the autoencoder over that of the true parameters", 1.0),
    ),
    rows=COMPRESSED,
    controls={"an untrained autoencoder in its place": _untrained},
    pooled=True,
    **IMAGES | {"tiers": ("full",)},
)
def order(table: pd.DataFrame) -> Finding:
    """The codes of an autoencoder lose less than principal components do, and more than the true parameters."""
    errors = _errors(table)
    text = "; ".join(f"{row.Index}: {row.parameters:.2f}, {row.autoencoder:.2f}, {row.PCA:.2f}"
                     for row in errors.itertuples())  # fmt: skip
    return Finding(
        f"errors in nats of parameters, autoencoder, components: {text}",
        errors.PCA / errors.autoencoder,
        errors.autoencoder / errors.parameters,
    )


UNCOMPRESSED: dict[str, Any] = {
    "experiment": "dimensions",
    "where": "why images are compressed at all, here on normal pairs",
    "shown": "fig-ib_compression-dimensions",
    "tiers": ("quick", "full"),
}


def _by_method(table: pd.DataFrame) -> str:
    """The estimates of each method in the order of the dimensions."""
    methods = table.sort_values("dims").groupby("method", sort=False)
    text = "; ".join(f"{NAMES[name]} {', '.join(f'{nats:.1f}' for nats in part.estimate)}" for name, part in methods)
    return f"at {' and '.join(str(d) for d in sorted(set(table.dims)))} dimensions {text}".replace("-", "−")


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
    tolerance=at_most("estimate of 2 nats by KL, KSG and kernels", 1.0, unit="nats"),
    rows="dims >= 20 and method in ('kl', 'ksg', 'kde')",
    controls={"one to three dimensions": _picked(f"{FEW} and method in ('kl', 'ksg', 'kde')")},
    **UNCOMPRESSED,
)
def dimensions(table: pd.DataFrame) -> Finding:
    """Without compression KL, KSG and kernels find less than half of 2 nats from twenty dimensions on."""
    return Finding(_by_method(table), table.estimate)


@claim(
    tolerance=at_most("estimate of 2 nats by MINE and InfoNCE", 1.0, unit="nats"),
    rows="dims >= 20 and method in ('mine', 'infonce')",
    controls={"one to three dimensions": _picked(f"{FEW} and method in ('mine', 'infonce')")},
    **UNCOMPRESSED | {"kind": Kind.OURS},
)
def critics(table: pd.DataFrame) -> Finding:
    """Learnt critics (MINE; InfoNCE in the full tier) find less than half of 2 nats from twenty dimensions on."""
    return Finding(f"{_by_method(table)}, after {table.steps.max()} steps", table.estimate)


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
    tiers=("full",),  # the quick run was chosen by its result
)  # fmt: skip
def signal(table: pd.DataFrame) -> Finding:
    """An autoencoder keeps a signal that principal components lose under a larger nuisance."""
    shares = table.estimate / table.nats
    kept = {code: shares[table.code == code] for code in ("PCA", "autoencoder")}
    text = ", ".join(f"{code} {' and '.join(f'{3 * one:.2f}' for one in share)}" for code, share in kept.items())
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


FALLS = "way in ('plane', 'KSG')"


def _made(values: Callable[[pd.DataFrame], Any]) -> Control:
    """A curve that is made up, in the place of both estimators'."""
    return Control(lambda table: table.query(FALLS).assign(i_x=values))


def _rising(table: pd.DataFrame) -> np.ndarray:
    """A curve that only rises, under noise of the size of an estimate's."""
    noise = np.random.default_rng(0).normal(0, 0.06, len(table))
    return np.asarray(2 - 2 * np.exp(-table.step / (0.3 * table.step.max())) + noise)


def _of_others(table: pd.DataFrame) -> pd.DataFrame:
    """KL of images that are not the layer's own in the place of both estimators."""
    rows = table[table.way == "KL, shuffled"]
    return pd.concat([rows.assign(way=way) for way in ("plane", "KSG")], ignore_index=True)


def _counted(table: pd.DataFrame) -> Finding:
    runs = {way: [run for _, run in part.groupby("repetition")] for way, part in table.groupby("way")}
    kl, ksg = ([_episodes(run) for run in runs.get(way, [])] for way in ("plane", "KSG"))
    said = (", ".join(f"{count:.0f}" for count in counts) or "none" for counts in (kl, ksg))
    return Finding("falls in each training: by KL {}; by KSG {}".format(*said), kl, ksg)


def _episodes(run: pd.DataFrame) -> float:
    """The falls of one training of 300 epochs, smoothed over three of its measurements, which are nine epochs."""
    return episodes(curve(run, "L5"), shortest=4, window=3) if run.i_x.notna().all() else math.nan


@claim(
    where="abstract",
    tolerance=(
        at_least(
            "separate falls of the smoothed curve, of a quarter of a nat and more than 10 epochs, in every training", 2
        ),
        at_least("the same by KSG", 2, soft=True),
    ),
    rows=FALLS,
    controls={
        "images that are not the layer's own": Control(_of_others),
        "one long fall": _made(lambda rows: -rows.step),
        "a rise with noise": _made(_rising),
    },
    pooled=True,
    **EPISODES,
)
def several(table: pd.DataFrame) -> Finding:
    """Compression comes in several episodes, and not in one."""
    return _counted(table)


@claim(
    where="authors' notebook on CIFAR-10",
    tolerance=at_least("separate falls of a quarter of a nat in the last layer, every training", 2),
    rows="way == 'plane'",
    offline=OFFLINE,
    pooled=True,
    **EPISODES,
)
def cifar(table: pd.DataFrame) -> Finding:
    """A classifier of CIFAR-10 compresses in several episodes, too."""
    counts = [_episodes(run) for _, run in table.groupby("repetition")]
    return Finding("", counts)


CLAIMS = claims_of(globals())
