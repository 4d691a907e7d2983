"""What the paper states about leaving records out, what we add, and what decides it."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from szilard.compendium import Control, Finding, Kind, at_least, at_most, between, claim, claims_of
from szilard.experiments.lood.tables import correlations, memorised, paired, posing_as

__all__ = ["CLAIMS"]

RIVALS = ("influence function", "TracIn")
BOTH = ("quick", "full")
OF_BOTH = "activation in ('relu', 'gelu')"
ANOTHER, NEAREST = "closed form of another record", "distance to the nearest image"


def _posing(*names: str) -> dict[str, Control]:
    return {f"{name}, in its place": Control(partial(posing_as, name)) for name in names}


def _label(table: pd.DataFrame) -> pd.DataFrame:
    wrong = table.exchanged.astype(float)
    return table.assign(auc=wrong, moved=wrong)


def _relu_twice(table: pd.DataFrame) -> pd.DataFrame:
    relu = table[(table.scale == "edge of chaos") & (table.activation == "relu")]
    return pd.concat([relu, relu.assign(activation="gelu")])


LABEL = {"whether the label was exchanged, in its place": Control(_label)}


def _networks(**facts: Any) -> dict[str, Any]:
    return {"experiment": "retraining", "pooled": True, "tiers": BOTH} | facts


def _attacked(table: pd.DataFrame) -> Finding:
    areas = table[["auc", "attack"]].to_numpy()
    found = correlations(table).attack * (1.0 if ((areas >= 0) & (areas <= 1)).all() else np.nan)
    return Finding(f"rank correlation {_mean(found):.2f} (sets: {found.min():.2f} to {found.max():.2f})", _mean(found))


def _moved(table: pd.DataFrame) -> Finding:
    found, size = correlations(table).change, _mean(table.change) / _mean(table.moved)
    text = f"correlation {_mean(found):.2f} (sets: {found.min():.2f} to {found.max():.2f}), {size:.2f} times the size"
    return Finding(text, _mean(found), size)


RANKED = at_least("rank correlation, mean over sets of records", 0.75, partly=0.5)
SIZED = (
    at_least("correlation of square roots of mean distances, mean over sets of records", 0.9, partly=0.75),
    between("mean measured change over mean prediction", 0.75, 1.33, partly=(0.5, 2)),
)
WIDE = _networks(experiment="wide", tiers=("full",)) | {
    "where": "abstract and Sec. 3, on MNIST and Fashion-MNIST in place of CIFAR-10",
    "controls": _posing(ANOTHER, NEAREST),
}  # its figure appears once it is recorded, so that no claim may point at it


@claim(
    where="abstract and Sec. 3, membership inference", shown="fig-lood-mia", tolerance=RANKED,
    controls=_posing(ANOTHER, NEAREST) | LABEL, **_networks(),
)  # fmt: skip
def attack(table: pd.DataFrame) -> Finding:
    """The closed form ranks records by how well an attack on trained networks tells whether they were there."""
    return _attacked(table)


@claim(
    where="abstract and Sec. 3, retraining", shown="fig-lood-retrain", tolerance=SIZED,
    controls=_posing(ANOTHER, NEAREST) | LABEL, **_networks(),
)  # fmt: skip
def retrain(table: pd.DataFrame) -> Finding:
    """The closed form predicts how far leaving a record out moves the mean output of trained networks."""
    return _moved(table)


@claim(tolerance=RANKED, **WIDE)
def wide_attack(table: pd.DataFrame) -> Finding:
    """It ranks the attacks on networks 256 wide and four hidden layers deep, trained on a thousand records."""
    return _attacked(table)


@claim(tolerance=SIZED, **WIDE)
def wide_retrain(table: pd.DataFrame) -> Finding:
    """It predicts what leaving a record out changes in networks 256 wide and four hidden layers deep."""
    return _moved(table)


@claim(
    where="authors' program, plot_compare_influence; its place in the paper is not known to us",
    shown="fig-lood-influence",
    tolerance=at_least("lead of its correlation over the better of the two", 0.0),
    controls=_posing("closed form, labels shuffled"), **_networks(),
)  # fmt: skip
def influence(table: pd.DataFrame) -> Finding:
    """The closed form predicts what retraining changes at least as well as influence functions and TracIn do."""
    ours = correlations(table).change
    theirs = [correlations(table, name).change for name in RIVALS]
    lead = ours - np.max(theirs, axis=0)
    text = ", ".join(f"{name} {_mean(found):.2f}" for name, found in zip(RIVALS, theirs, strict=True))
    return Finding(f"closed form {_mean(ours):.2f}, {text}; least lead {lead.min():.2f}", lead)


@claim(
    experiment="queries", where="Sec. 4, the differing record as maximum", shown="tab-lood-queries", tiers=BOTH,
    tolerance=(
        at_most("largest divergence over that at the record", 1 + 1e-9),
        at_most("largest area of the attack over that at the record", 1 + 1e-9),
    ),
    controls={"the mean distance, in their place": lambda t: t.assign(kl=t.mean_distance, auc=t.mean_distance)},
)  # fmt: skip
def query(table: pd.DataFrame) -> Finding:
    """No query tells more of a record than the record itself: a theorem, checked on random, near and other images."""
    away = table.kl[table.family != "neighbourhood"].max()
    text = f"random images and other digits reach at most {away:.2f} of the divergence at the record"
    return Finding(text, table.kl, table.auc)


@claim(
    experiment="reconstruction", where="Sec. 4, reconstruction", shown="fig-lood-reconstruct", tiers=BOTH,
    tolerance=(
        at_least("share of searches (record × kernel) whose best query has a cosine of 0.999 or more", 0.8, partly=0.5),
        at_most("error of the best query with RBF, over the record's length", 0.01),
    ),
    rows="best", pooled=True,
    controls={"the nearest other image, in its place": lambda t: t[t.best].assign(
        cosine=lambda of: of.nearest_cosine, error=lambda of: of.nearest_error)},
)  # fmt: skip
def reconstruction(table: pd.DataFrame) -> Finding:
    """The query that tells most, searched from random images, is the record left out, up to its brightness where the
    kernel hides that."""
    found = (table.cosine >= 0.999).astype(float).where(table.cosine.between(-1.001, 1.001))
    return Finding(f"{found.sum():.0f} of {len(found)} searches", _mean(found), table.error[table.kernel == "RBF"])


@claim(
    experiment="depth", where="Sec. 6, activations", shown="fig-lood-depth", tiers=BOTH, pooled=True,
    tolerance=at_least("GELU's effective rank over ReLU's, at every depth", 1.1, partly=1.02),
    rows=f"scale == 'edge of chaos' and {OF_BOTH}", controls={"ReLU, posing as GELU": _relu_twice},
)  # fmt: skip
def rank(table: pd.DataFrame) -> Finding:
    """GELU keeps the kernel further from rank one than ReLU does."""
    both = paired(table)
    ratio = both.rank_gelu / both.rank_relu
    return Finding(f"{ratio.min():.2f} to {ratio.max():.2f} times the rank", ratio)


@claim(
    experiment="depth", where="Sec. 6, activations", shown="fig-lood-depth", tiers=BOTH, pooled=True,
    tolerance=at_least("share of records that leak more with GELU", 0.95),
    rows=f"scale == 'edge of chaos' and depth >= 5 and {OF_BOTH}",
    controls={"the released variances": lambda t: t[(t.scale == "released") & (t.depth >= 5)]},
)  # fmt: skip
def activation(table: pd.DataFrame) -> Finding:
    """From five layers on, networks with GELU leak more than networks with ReLU."""
    share = _share(paired(table), "gelu", "relu")
    return Finding(f"{share:.0%} of records", share)


@claim(
    experiment="depth", where="authors' code, default variances: beyond the paper", kind=Kind.OURS,
    shown="fig-lood-confound", tiers=BOTH, rows="scale == 'released'", pooled=True,
    tolerance=at_least("share of records that leak more with ReLU", 0.95),
    controls={"the scale held fixed": lambda t: t[(t.scale == "edge of chaos") & t.activation.isin(["relu", "gelu"])]},
)  # fmt: skip
def released(table: pd.DataFrame) -> Finding:
    """With the variances released as defaults the order of the activations is reversed."""
    share = _share(paired(table), "relu", "gelu")
    return Finding(f"{share:.0%} of records", share)


@claim(
    where="ours; memorisation as in Feldman 2020", kind=Kind.OURS, shown="fig-lood-retrain",
    tolerance=(
        at_least("area with which the predicted change finds exchanged labels", 0.9),
        at_least("area with which the measured change finds them", 0.9),
    ),
    controls={
        NEAREST: lambda t: t.assign(moved=t.isolation, change=t.isolation),
        "labels shuffled": lambda t: t.assign(moved=t.moved_unlabelled),
    }, **_networks(),
)  # fmt: skip
def memorisation(table: pd.DataFrame) -> Finding:
    """Records with exchanged labels are memorised: leaving them out moves their own output most."""
    predicted, measured = (_mean(memorised(table, name)) for name in ("moved", "change"))
    return Finding(f"area {predicted:.2f} predicted, {measured:.2f} measured", predicted, measured)


def _near(table: pd.DataFrame) -> pd.DataFrame:
    return table.query("family == 'neighbourhood' and kernel == 'RBF'")


@claim(
    experiment="queries", where="Sec. 4, mean distance; measured here", kind=Kind.OURS, shown="tab-lood-queries",
    tiers=BOTH, rows="family == 'neighbourhood' and kernel == 'RBF'",
    tolerance=at_least("largest mean distance over that at the record", 1.01),
    controls={"the divergence, in its place": lambda t: _near(t).assign(mean_distance=lambda of: of.kl)},
)  # fmt: skip
def mean_elsewhere(table: pd.DataFrame) -> Finding:
    """The mean output moves more at some other query than at the record."""
    found = table.mean_distance
    return Finding(f"{found.min():.2f} to {found.max():.2f} times as much", found)


@claim(
    experiment="reconstruction", where="beyond the paper", kind=Kind.OURS, shown="fig-lood-reconstruct", tiers=BOTH,
    tolerance=(at_most("error of the best query, rescaled", 0.01), at_least("median error as it is", 0.05)),
    rows="best and kernel == 'ReLU'",
    controls={"RBF, which sees scale": lambda t: t[t.best & (t.kernel == "RBF")]},
)  # fmt: skip
def scale(table: pd.DataFrame) -> Finding:
    """A network without biases hides the scale of a record, and nothing else."""
    errors = table.error.to_numpy()
    worst, middle = table.rescaled_error.max(), float(np.median(errors) if np.isfinite(errors).all() else np.nan)
    return Finding(f"off by {worst:.1g} rescaled, by {middle:.2f} as it is", table.rescaled_error, middle)


@claim(
    experiment="pairs", where="beyond the paper", kind=Kind.OURS, shown="fig-lood-pairs", pooled=True,
    tolerance=at_least("divergence of a pair over the sum of its members'", 1.1),
    rows="partner == 'nearest'", controls={"random partners": lambda t: t[t.partner == "random"]},
)  # fmt: skip
def pairs(table: pd.DataFrame) -> Finding:
    """Similar records hide each other: a pair leaks more than its members one by one."""
    ratio = _mean(table.kl) / _mean(table.kl_apart)
    return Finding(f"{ratio:.2f} times the sum", ratio)


def _mean(values: pd.Series) -> float:
    """The mean; NaN where a value is."""
    return float(np.mean(values.to_numpy(dtype=float)))


def _share(both: pd.DataFrame, more: str, less: str) -> float:
    """Share of records whose divergence is larger under ``more``; NaN where one is missing."""
    gaps = (both[f"kl_{more}"] - both[f"kl_{less}"]).to_numpy()
    return float(np.mean(gaps > 0)) if len(gaps) and np.isfinite(gaps).all() else float("nan")


CLAIMS = claims_of(globals())
