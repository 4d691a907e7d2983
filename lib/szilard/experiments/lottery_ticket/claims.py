"""The claims of the paper on lottery tickets, each beside its judge."""

from __future__ import annotations

import numpy as np
import pandas as pd

from szilard.compendium import Control, Finding, Kind, at_least, at_most, between, claim, claims_of
from szilard.experiments.lottery_ticket.own_claims import OWN
from szilard.experiments.lottery_ticket.tables import averaged, fitted, signed
from szilard.scaling import separate_peaks, trivial_loss

__all__ = ["CLAIMS"]

BOTH = ("quick", "full")
INSTITUTE = "as a summary on a page of the authors' institute tells it"


@claim(
    experiment="scaling",
    kind=Kind.NUMBER,
    where="abstract",
    published="α = 1, where approximation theory predicts α = 4",
    tolerance=between("exponent from 4 to 32 neurons", -1.3, -0.7, partly=(-1.7, -0.5)),
    rows="activation == 'silu' and steps > 0",
    controls={
        "untrained": Control(lambda table: table.query("activation == 'silu' and steps == 0")),
        "ReLU": Control(lambda table: table.query("activation == 'relu' and steps > 0")),
    },
    shown="fig-lottery_ticket-scaling",
    tiers=BOTH,
    pooled=True,
)
def silu(table: pd.DataFrame) -> Finding:
    """The median loss of SiLU networks falls as the inverse of their width."""
    slope, beyond = fitted(table, 4, 32), fitted(table[table.width >= 32])
    text = f"exponent {signed(slope)} up to 32 neurons, {signed(beyond)} beyond, after {table.steps.max():,} steps"
    return Finding(text, slope)


@claim(
    experiment="scaling",
    where=f"the figure of loss against width, {INSTITUTE}",
    published="about N⁻⁴ at small widths, about N⁻¹ at large ones",
    tolerance=(
        at_most("exponent at first less exponent at last", -0.2),
        between("exponent at first, from 4 to 8 neurons", -4.4, -3.6),
        between("exponent at last, from half the largest width to the largest", -1.3, -0.7),
    ),
    rows="activation == 'relu' and steps > 0",
    controls={
        "untrained": Control(lambda table: table.query("activation == 'relu' and steps == 0")),
        "one exponent throughout": lambda table: table.assign(loss=table.width**-2.0),
    },
    shown="fig-lottery_ticket-scaling",
    tiers=BOTH,
    pooled=True,
)
def relu(table: pd.DataFrame) -> Finding:
    """The median loss of ReLU networks falls as N⁻⁴ at small widths and bends to N⁻¹ at large ones."""
    most = table.width.max()
    first, last = fitted(table, 4, 8), fitted(table, most // 2, most)
    text = f"{signed(first)} from 4 to 8, {signed(last)} from {most // 2} to {most}, after {table.steps.max():,} steps"
    return Finding(text, first - last, first, last)


@claim(
    experiment="wide",
    where=f"the figure of loss against width, {INSTITUTE}",
    published="about N⁻¹ at large widths",
    tolerance=between("exponents from an eighth of the largest width to the largest", -1.3, -0.7),
    controls={
        "untrained": Control(lambda table: table.query("steps == 0"), "scaling"),
        "up to 32 neurons": Control(lambda table: table.query("width <= 32")),
    },
    shown="fig-lottery_ticket-scaling",
    tiers=("full",),
    pooled=True,
)
def wide(table: pd.DataFrame) -> Finding:
    """The median losses of wide networks, to 1,024 neurons, fall as the inverse of their width for both activations."""
    most = table.width.max()
    slopes = [fitted(table[table.activation == each], most // 8, most) for each in ("silu", "relu")]
    return Finding(f"SiLU {signed(slopes[0])}, ReLU {signed(slopes[1])} from {most // 8} to {most:,}", slopes)


@claim(
    experiment="pairs",
    where=f"the histogram of networks with two neurons, {INSTITUTE}",
    tolerance=(
        at_least("separate peaks of log₁₀ loss", 3),
        at_most("distance of the highest from the loss of the best constant, in decades", 0.05),
        at_least("share of symmetric networks in the lowest tenth", 0.8, partly=0.5),
    ),
    rows="activation == 'silu' and state == 'trained'",
    controls={
        "untrained": Control(lambda table: table.query("activation == 'silu' and state == 'initial'")),
        "neurons exchanged": Control(lambda table: table.query("activation == 'silu' and state == 'exchanged'")),
    },
    shown="fig-lottery_ticket-pairs",
    pooled=True,
)
def peaks(table: pd.DataFrame) -> Finding:
    """Networks of two neurons end in a few distinct kinds, and the best kind is the symmetric one."""
    if table.loss.isna().any() or (table.loss <= 0).any() or table.symmetric.isna().any():
        return Finding("a loss is missing or not positive", np.nan, np.nan, np.nan)
    kinds = separate_peaks(np.log10(table.loss))
    dead = np.log10(table.loss[table.loss > 1].median() / trivial_loss())
    lowest = table.sort_values("loss").head(len(table) // 10).symmetric.astype(float).mean()
    text = f"{len(kinds)} peaks; symmetric: {lowest:.0%} of the lowest tenth, {table.symmetric.mean():.0%} of all"
    return Finding(text, len(kinds), abs(dead), lowest)


@claim(
    experiment="mirror",
    where=f"the figure of a network of 10,000 neurons, {INSTITUTE}",
    tolerance=at_most("distance from a neuron's mirror image to the nearest neuron, over that between neurons", 1.1),
    rows="width >= 1000 and step > 0.9 * steps",
    controls={"untrained": lambda table: table.query("width >= 1000 and step == 0")},
    shown="fig-lottery_ticket-symmetry",
    tiers=BOTH,
)
def partners(table: pd.DataFrame) -> Finding:
    """In a wide network every neuron has a partner with the opposite input weight."""
    ratio = table.mirrored / table.itself
    return Finding(f"median distance {ratio.max():.2f} of that between neighbours", ratio)


@claim(
    experiment="averages",
    where="abstract: ensembling, by the central limit theorem",
    tolerance=between("exponent of the median loss in the number of networks, from 4 to 64", -1.3, -0.7),
    controls={"copies of one network": lambda table: table.assign(average=table.copies)},
    shown="fig-lottery_ticket-averages",
    tiers=BOTH,
)
def average(table: pd.DataFrame) -> Finding:
    """The average of k networks that solve the task has a loss that falls as 1/k."""
    slopes = averaged(table)
    return Finding(f"exponents {signed(min(slopes))} to {signed(max(slopes))}", slopes)


CLAIMS = (*claims_of(globals()), *OWN)
