"""The claims that the chapter on lottery tickets adds: exact losses, budgets, and what ensembling is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from szilard.compendium import Control, Finding, Kind, at_least, at_most, between, claim, claims_of
from szilard.experiments.lottery_ticket.tables import averaged, fitted, signed
from szilard.scaling import relu_bound, relu_modes, trivial_loss

__all__ = ["OWN"]

OURS: dict[str, Any] = {"kind": Kind.OURS, "where": "derived or measured here"}
BOTH = ("quick", "full")
NEAR = 0.1  # above a mode, relative: training is finite


@claim(
    experiment="averages",
    tolerance=(
        at_most("median loss of a network, over that of the best constant", 0.05),
        at_least("share of bias² in the mean loss of the better half", 0.2),
        at_least("exponent in the number of networks from 4 to 64", -0.1),
    ),
    controls={
        "untrained": Control(lambda table: table.query("steps == 0"), "averages-beside"),
        "noise of their own": Control(lambda table: table.query("noise > 0"), "averages-beside"),
        "the common error taken away": lambda table: table.assign(average=table.unbiased, bias2_half=0.0),
    },
    shown="fig-lottery_ticket-averages",
    tiers=BOTH,
    **OURS,
)
def saturation(table: pd.DataFrame) -> Finding:
    """Small networks that have learnt the task share an error, which averaging leaves: averages of more than a few are
    no better."""
    share = table.bias2_half / (table.bias2_half + table.variance_half)
    text = f"bias² is {share.min():.0%} to {share.max():.0%}"
    return Finding(text, table.copies / trivial_loss(), share, averaged(table))


@claim(
    experiment="exchange",
    tolerance=at_least("factor by which exchanging mirrored pairs raises the median loss", 10),
    rows="state == 'trained'",
    controls={
        "untrained": lambda table: table.query("state == 'initial'"),
        "true averages of networks of two neurons": lambda table: table.query("state == 'averages'"),
    },
    shown="fig-lottery_ticket-exchange",
    **OURS,
)
def fitted_together(table: pd.DataFrame) -> Finding:
    """The parts of a network are fitted to one another: mirrored pairs of neurons taken from different trained networks
    do not make a good one."""
    factor = table.tickets / table.own
    return Finding(f"{factor.min():.0f} to {factor.max():.0f} times the loss", factor)


@claim(
    experiment="budget",
    tolerance=(
        between("exponents of all budgets, from 8 to 32 neurons", -1.4, -0.5, partly=(-1.7, -0.4)),
        at_least("loss at 8 neurons after 3,000 steps, over that after 8,000", 10),
    ),
    controls={"budgets told apart by nothing": lambda table: table.assign(loss=_pooled(table))},
    shown="fig-lottery_ticket-budget",
    tiers=BOTH,
    pooled=True,
    **OURS,
)
def budget(table: pd.DataFrame) -> Finding:
    """Three thousand to eight thousand steps lower the loss more than tenfold; steps, rates and first weights move the
    exponent by little."""
    slopes = [fitted(part, 8, 32) for _, part in table.groupby(["steps", "lr", "power"])]
    usual = table[(table.lr == 1e-2) & (table.power == 0.5) & (table.width == 8)]
    early, late = (usual[usual.steps == steps].loss.to_numpy() for steps in (3000, 8000))
    ratio = float(np.median(early) / np.median(late))
    text = f"exponents {signed(min(slopes))} to {signed(max(slopes))}; loss at 8 neurons {ratio:.0f} times lower"
    return Finding(text, slopes, ratio)


def _pooled(table: pd.DataFrame) -> pd.Series:
    return table.groupby("width").loss.transform("median")


@claim(
    experiment="channel",
    tolerance=(
        at_most("median relative distance from the least loss for the input weight reached", 0.1),
        at_most("loss over the least of two ReLU neurons", 1e-3),
        at_least("growth of the output weights over the last third of the steps", 1.05),
    ),
    rows="step >= 0.5 * steps",
    controls={"the first thousandth of the steps": lambda table: table.query("step <= 0.001 * steps")},
    shown="fig-lottery_ticket-channel",
    pooled=True,
    **OURS,
)
def channel(table: pd.DataFrame) -> Finding:
    """Two SiLU neurons have no least loss, and the best trainings walk down the valley: weights grow as long as they go
    on."""
    last = table[table.step == table.step.max()]
    growth = last.set_index("path").v / table[table.step == table.step.min()].set_index("path").v
    text = f"loss {last.loss.max():.1e}, output weights {growth.min():.2f} times those at two thirds of the steps"
    above = (table.loss / table.floor - 1).abs().groupby(table.step).agg(lambda each: np.median(each.to_numpy()))
    return Finding(text, above, last.loss / relu_bound(2), growth)


@claim(
    experiment="pairs",
    tolerance=(
        at_least("share of networks up to a tenth above one of the four exact losses", 0.97),
        between("share at the lowest", 0.19, 0.31),
    ),
    rows="activation == 'relu' and state == 'trained'",
    controls={
        "untrained": Control(lambda table: table.query("activation == 'relu' and state == 'initial'")),
        "SiLU": Control(lambda table: table.query("activation == 'silu' and state == 'trained'")),
    },
    shown="fig-lottery_ticket-pairs",
    pooled=True,
    **OURS,
)
def modes(table: pd.DataFrame) -> Finding:
    """Networks of two ReLU neurons end in four kinds, whose losses are known exactly; a quarter draws the best."""
    if table.loss.isna().any():
        return Finding("a loss is missing", np.nan, np.nan)
    exact = relu_modes()
    near = {kind: ((table.loss > 0.999 * least) & (table.loss < (1 + NEAR) * least)) for kind, least in exact.items()}
    shares = {kind: float(each.mean()) for kind, each in near.items()}
    text = ", ".join(f"{kind} {share:.0%}" for kind, share in shares.items())
    return Finding(text, sum(shares.values()), shares["ticket"])


def _pieces(target: str, dim: int) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """The rival on one target: a loss that falls as the width to the power −4/d."""
    return lambda table: table.assign(loss=table.loss.where(table.target != target, table.width ** (-4.0 / dim)))


@claim(
    experiment="dimension",
    tolerance=(
        between("exponents in 2 dimensions and on exp x, from 8 to 32 neurons", -1.6, -0.6),
        between("exponent in 3 dimensions (our own limit: nearer to 1 than to 4/3)", -1.16, -0.84),
    ),
    controls={
        "untrained": Control(lambda table: table, "dimension-untrained"),
        "−4/d in 2 dimensions": _pieces("2 dimensions", 2),
        "−4/d in 3 dimensions": _pieces("3 dimensions", 3),
        "−4/d on exp x": _pieces("exp x", 1),
    },
    shown="fig-lottery_ticket-dimension",
    tiers=BOTH,
    pooled=True,
    **OURS,
)
def dimension(table: pd.DataFrame) -> Finding:
    """Neither more dimensions nor a target without symmetry move the exponent of SiLU networks far from one, where
    approximation theory has 4/d and where there are no symmetric tickets."""
    slopes = {target: fitted(part, 8, 32) for target, part in table.groupby("target", sort=False)}
    text = ", ".join(f"{signed(slope)} ({name})" for name, slope in slopes.items())
    return Finding(text, [slopes["2 dimensions"], slopes["exp x"]], slopes["3 dimensions"])


@claim(
    experiment="mirror",
    tolerance=at_most("mean square of the odd part, over the loss", 1e-3),
    rows="width >= 1000 and step > 0.9 * steps and target == 'x²'",
    controls={
        "untrained": lambda table: table.query("width >= 1000 and step == 0"),
        "exp x": lambda table: table.query("target == 'exp x' and step > 0.9 * steps"),
    },
    shown="fig-lottery_ticket-symmetry",
    **OURS,
)
def even(table: pd.DataFrame) -> Finding:
    """Training makes the function of a wide network even."""
    share = table.odd / table.loss
    return Finding(f"odd part {share.max():.1e} of the loss", share)


@claim(
    experiment="mirror",
    tolerance=at_most("distance to the image in w, over that to the image in b", 0.9, partly=0.95),
    rows="width <= 128 and step > 0.9 * steps and target == 'x²'",
    controls={
        "untrained": lambda table: table.query("width <= 128 and step == 0 and target == 'x²'"),
        "exp x": lambda table: table.query("target == 'exp x' and step > 0.9 * steps"),
    },
    shown="fig-lottery_ticket-symmetry",
    **OURS,
)
def paired(table: pd.DataFrame) -> Finding:
    """In networks of 8 to 128 neurons training does pair neurons with opposite input weights."""
    ratio = table.mirrored / table.other
    return Finding(f"{ratio.min():.2f} to {ratio.max():.2f} of the distance", ratio)


OWN = claims_of(globals())
