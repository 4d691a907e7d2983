"""The claims of the paper on bottleneck and generalisation, each beside its judge and the controls it must not pass."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from szilard.bottleneck import Interval, advantage, correlations
from szilard.compendium import Control, Errs, Finding, Verdict, at_least, at_most, between, claim, claims_of
from szilard.experiments.ib_generalization.tables import REPLICATES, free, measured, paired

__all__ = ["CLAIMS", "ahead", "one_sided", "put", "readable", "within"]

BOTH = ("quick", "full")
GRID: dict[str, Any] = {"experiment": "grid", "tiers": BOTH, "pooled": True}
ABSTRACT = "abstract; ranking of measures as others report it"


def within(table: pd.DataFrame, measure: str) -> Interval:
    """Spearman's coefficient of a measure with the gap, averaged within draws."""
    return correlations(table.gap, table[measure], table.draw, bootstrap=REPLICATES).within["spearman"]


def ahead(table: pd.DataFrame, measure: str, rival: str, groups: pd.Series) -> Interval:
    """By how much a measure goes better with the gap than a rival, within groups."""
    return advantage(table.gap, table[measure], table[rival], groups, bootstrap=REPLICATES)


def one_sided(found: Interval) -> float:
    """The lower end of an interval that lies above zero, the value where it is not positive; else NaN, so that nothing
    is decided."""
    if not np.isfinite([found.low, found.high]).all():
        return float("nan")
    return found.low if found.low > 0 else (found.value if found.value <= 0 else float("nan"))


def readable(text: str) -> str:
    """With a minus in the place of the hyphen."""
    return text.replace("-", "−")


def put(**columns: str) -> Control:
    """Other columns in the place of some, as controls read them."""
    return Control(lambda table: table.assign(**{name: table[other] for name, other in columns.items()}))


POSITIVE = at_least("lower end of the 95 % interval of Spearman's coefficient within draws", 1e-3)
BETTER = at_least("lower end of the 95 % interval of the difference between coefficients", 1e-3)
NOISE = {"noise in place of the information": put(mc_y="noise")}


def _dials(measure: str) -> dict[str, Control]:
    """What is chosen before training, in the place of the information."""
    return {
        "narrowness in its place": Control(lambda table: table.assign(**{measure: -table.parameters})),
        "weight decay in its place": Control(lambda table: table.assign(**{measure: -table.decay})),
    }


RANKED = GRID | {
    "where": ABSTRACT,
    "tolerance": BETTER,
    "controls": NOISE | {"weight decay in its place": _dials("mc_y")["weight decay in its place"]},
    "shown": "tab-ib_generalization-correlations",
}


@claim(
    where="abstract, experiments", tolerance=POSITIVE, shown="fig-ib_generalization-scatter",
    controls=NOISE | {"weight decay in its place": Control(lambda table: table.assign(mc_y=-table.decay))}, **GRID,
)  # fmt: skip
def correlation(table: pd.DataFrame) -> Finding:
    """Among networks trained on the same data, those whose code keeps more of the input beyond the label have the
    larger gap."""
    found = within(free(table), "mc_y")
    return Finding(readable(f"{found} over {table.draw.nunique()} draws of data"), found.low)


@claim(**RANKED)
def size(table: pd.DataFrame) -> Finding:
    """The information of the code goes better with the gap than the number of parameters."""
    rows = free(table)
    found = ahead(rows, "mc_y", "parameters", rows.draw)
    return Finding(readable(f"ahead by {found}"), one_sided(found))


@claim(**RANKED)
def norms(table: pd.DataFrame) -> Finding:
    """The information of the code goes better with the gap than the norms of the weights."""
    rows = free(table)
    found = ahead(rows, "mc_y", "sum of norms", rows.draw)
    return Finding(readable(f"ahead by {found}"), one_sided(found))


@claim(
    name="sum", where="the measure that the theorem suggests", tolerance=BETTER,
    controls={"noise in place of the information of the model": put(model_pairwise="scrambled")},
    shown="tab-ib_generalization-correlations", **GRID,
)  # fmt: skip
def both_terms(table: pd.DataFrame) -> Finding:
    """The sum of both informations, scaled to equal means, goes better with the gap than that of the code alone."""
    rows = measured(table)
    found = ahead(rows, "sum", "jensen_y", rows.draw.astype(str) + "/" + rows.control.astype(str))
    return Finding(readable(f"ahead by {found}"), one_sided(found))


@claim(
    where="experiments on clusters",
    tolerance=(
        at_most("change of either mean with the next larger decay", 0.0),
        at_most("upper end of its 95 % interval", 0.0, soft=True),
    ),
    controls={"decays dealt out at random": lambda table: table.assign(decay=_dealt(table))},
    shown="fig-ib_generalization-decay", **GRID,
)  # fmt: skip
def decay(table: pd.DataFrame) -> Finding:
    """Weight decay lowers both, the information of the code and the gap, each step of it."""
    rows = free(table)
    steps = sorted(rows.decay.unique())
    if len(steps) < 3:
        return Finding("fewer than three decays", np.nan, np.nan)
    changes = [paired(rows, name, "decay", pair) for pair in zip(steps, steps[1:], strict=False) for name in NAMES]
    means = rows.groupby("decay")[list(NAMES)].mean()
    text = "; ".join(f"{NAMES[name]} " + ", ".join(f"{value:.3f}" for value in means[name]) for name in NAMES)
    return Finding(readable(text), [each.value for each in changes], [each.high for each in changes])


NAMES = {"gap": "gap", "mc_y": "Î(X;Z|Y)"}


def _dealt(table: pd.DataFrame) -> np.ndarray:
    """The decays of the table, given to networks without regard to those they were trained with."""
    stream = np.random.default_rng(0)
    return (
        table.groupby(["draw", "control"]).decay.transform(lambda part: stream.permutation(part.to_numpy())).to_numpy()
    )


@claim(
    experiment="held", where="experiments with explicit control",
    tolerance=(
        at_most("upper end of the 95 % interval of the change of the gap at 1.5 nats", 0.0),
        between("information held on the training points", 0.7, 2.3, partly=(0.5, 3.0), unit="nats"),
    ),
    rows="target in (0, 1.5)", controls={"held at 3 nats, more than they keep": lambda table: _instead(table, 3.0)},
    shown="fig-ib_generalization-held", tiers=BOTH, pooled=True,
)  # fmt: skip
def held(table: pd.DataFrame) -> Finding:
    """Networks whose code is pulled towards 1.5 nats have a smaller gap than the same networks left alone."""
    change = paired(table, "gap", "target", (0.0, 1.5))
    kept = table[table.target == 1.5].held.mean(skipna=False)
    text = f"gap changes by {change.value:.3f} [{change.low:.3f}, {change.high:.3f}], {kept:.2f} nats held"
    return Finding(readable(text), change.high, kept)


def _instead(table: pd.DataFrame, target: float) -> pd.DataFrame:
    rows = table[table.target.isin([0.0, target])]
    return rows.assign(target=rows.target.replace(target, 1.5))


@claim(
    where="introduction, as others summarise it; here on a code that memorises",
    tolerance=(
        at_least("gap over the proved bound for two fixed cells, from a quarter memorised on", 1.0),
        at_most("gap over the bound with both terms", 1.0),
    ),
    rows="not fixed", controls={"others memorised than trained on": lambda table: table[table.fixed]},
    shown="fig-ib_generalization-memorised",
)  # fmt: skip
def memorised(table: pd.DataFrame) -> Finding:
    """Where the encoder is learnt from the same data, few bits in the code are not enough: what the encoder tells of
    the data must count too."""
    much = table[table.share >= 0.25]
    worst = much.gap / much.cells
    ratio = table.gap / table.two_terms
    text = f"gap up to {worst.max():.1f} times the bound for fixed cells, {ratio.max():.2f} of that with both terms"
    return Finding(text, np.append(worst, [] if len(much) > 2 else np.nan), ratio)


@claim(
    experiment="digits", where="experiments on MNIST, here with digits of 8 × 8 pixels", tolerance=POSITIVE,
    controls=NOISE | _dials("mc_y"), shown="fig-ib_generalization-digits", tiers=BOTH, pooled=True,
)  # fmt: skip
def digits(table: pd.DataFrame) -> Finding:
    """On images, too, networks whose code keeps more beyond the label have the larger gap."""
    found = within(free(table), "mc_y")
    return Finding(readable(f"{found} over {table.draw.nunique()} draws of data"), found.low)


IMAGES: dict[str, Any] = {
    "tolerance": BETTER, "shown": "fig-ib_generalization-digits", "pooled": True,
    "controls": {"the number of parameters in its place": put(jensen_y="parameters")} | _dials("jensen_y"),
}  # fmt: skip


def _over_norms(table: pd.DataFrame) -> Finding:
    rows = free(table)
    found = ahead(rows, "jensen_y", "sum of norms", rows.draw)
    return Finding(readable(f"ahead by {found}"), one_sided(found))


@claim(experiment="digits", where=ABSTRACT + "; here with digits of 8 × 8 pixels", tiers=BOTH, **IMAGES)
def pixels(table: pd.DataFrame) -> Finding:
    """On images the information of the code, by the authors' estimate, goes better with the gap than the norms."""
    return _over_norms(table)


@claim(where="experiments on MNIST, here with perceptrons on full batches", tiers=("full",), **IMAGES)
def mnist(table: pd.DataFrame) -> Finding:
    """On MNIST the information of the code, by the authors' estimate, goes better with the gap than the norms."""
    return _over_norms(table)


@claim(
    experiment="mnist", where="experiments on CIFAR-10, 540 PreResNets", tiers=("full",),
    offline="the images come from a download service; perceptrons on MNIST stand in", **IMAGES,
)  # fmt: skip
def cifar(table: pd.DataFrame) -> Finding:
    """On CIFAR-10 the information of the code goes better with the gap than the norms."""
    return _over_norms(table)


@claim(
    experiment="noised", where="authors' code for CIFAR-10",
    tolerance=between("I(X; Z) as their code computes it, over its ceiling ln N", 0.0, 1.0),
    errs=Errs(
        (
            between("the right estimate over ln N", 0.0, 1.0),
            at_least("how far theirs lies outside of what is possible", 1.0, unit="nats"),
        ),
        Verdict.CODE_ERRS,
    ),
    controls={"the density of all coordinates": put(wrong="right")}, shown="tab-ib_generalization-defects",
)  # fmt: skip
def coordinate(table: pd.DataFrame) -> Finding:
    """The information that the authors' code prints for images lies between 0 and ln N."""
    outside = np.maximum(-table.wrong, table.wrong - table.ceiling)
    wrong, right = (f"{table[name].min():.0f} to {table[name].max():.0f} nats" for name in ("wrong", "right"))
    return Finding(
        readable(f"{wrong}, right: {right}"), table.wrong / table.ceiling, table.right / table.ceiling, outside
    )


CLAIMS = claims_of(globals())
