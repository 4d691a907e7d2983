"""Claims of others on engines, two levels, quanta, precision and machines, each beside its judge and its control."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pandas as pd

from szilard.compendium import Finding, Kind, at_least, at_most, between, claim, claims_of
from szilard.experiments.landauer.tables import LN2

__all__ = ["CLAIMS"]

SLOW = math.pi**2 / 4
LLOYD = "source == 'lloyd2000ultimate' and published == published"  # what is not published is NaN
ours = partial(claim, kind=Kind.OURS)
engine = partial(ours, experiment="engine", where="Sagawa & Ueda 2010", shown="fig-landauer-szilard")
limits = partial(ours, experiment="limits", shown="tab-landauer-limits")


def _sigmas(value: pd.Series, exact: pd.Series, stderr: pd.Series) -> np.ndarray:
    """Distance in standard errors; where nothing scatters, in units of 1e-9."""
    return np.abs(value - exact).to_numpy() / np.maximum(stderr.to_numpy(), 1e-9)


@engine(
    tolerance=at_most("distance of the simulated work from ln 2 − h(ε), in standard errors", 4.5),
    rows="best",
    controls={"errors that cost nothing": lambda table: table[table.best].assign(error=0.0)},
)
def szilard(table: pd.DataFrame) -> Finding:
    """An error ε of the measurement costs Szilard's engine h(ε)."""
    e = table.error
    entropy = -(e * np.log(e.where(e > 0, 1)) + (1 - e) * np.log1p(-e))
    text = ", ".join(f"{work:.4f}" for work in table.sampled_work)
    return Finding(text, _sigmas(table.sampled_work, LN2 - entropy, table.sampled_work_stderr))


@engine(
    tolerance=(at_most("distance of ⟨exp(W−I)⟩ from 1 − λ, in standard errors", 4.5),
               at_most("distance of the chance of coming back from the efficacy, in standard errors", 4.5)),
    controls={"information left out": lambda table: table.assign(identity=table.sampled_efficacy),
              "⟨exp(W−I)⟩ = 1 everywhere": lambda table: table.assign(excluded=0.0)},
)  # fmt: skip
def feedback(table: pd.DataFrame) -> Finding:
    """⟨exp(W−I)⟩ = 1 − λ, with λ the probability of places that a reading excludes; the efficacy is the chance of
    coming back."""
    off = _sigmas(table.identity, 1 - table.excluded, table.identity_stderr)
    back = _sigmas(table.returned, table.efficacy, table.returned_stderr)
    return Finding(f"{len(table)} engines, {off.max():.2g} σ and {back.max():.2g} σ at most", off, back)


@ours(
    experiment="twostate", where="Scandi et al. 2022", shown="fig-landauer-twostate", rows="duration >= 1000",
    tolerance=between("excess × Γτ over π²/4, from Γτ = 1000 on", 0.98, 1.02),
    controls={"a linear ramp": lambda t: t[t.duration >= 1000].assign(excess=t.ramp_excess)},
)  # fmt: skip
def two_state(table: pd.DataFrame) -> Finding:
    """A two-level bit pays π²/4 over Γτ for haste."""
    product = table.excess * table.duration
    text = f"{product.iloc[0]:.3f} at Γτ = {table.duration.iloc[0]:.0f} (π²/4 = {SLOW:.3f})"
    return Finding(text, product / SLOW)


@ours(
    experiment="quantum", where="Reeb & Wolf 2014", shown="tab-landauer-quantum",
    tolerance=(at_most("residual", 1e-10), at_least("least of I, D and the excess of heat", -1e-10)),
    controls={"correlations left out": lambda table: table.assign(residual=table.information)},
)  # fmt: skip
def equality(table: pd.DataFrame) -> Finding:
    """β ΔQ = ΔS + I + D for every unitary."""
    residual = table.residual.max()
    text = "residual below 1e-10" if residual < 1e-10 else f"residual {residual:.2g}"
    return Finding(text, table.residual, table[["information", "divergence", "excess"]])


def _weaker(table: pd.DataFrame) -> pd.DataFrame:
    """The entropy production of the next weaker bias in the place of each walk's own."""
    produced = (table.ratio - 1) * np.log(table.ratio)
    share = (produced.shift() / produced)[1:]
    names = ["exact", "sampled", "sampled_stderr", "least_ring"]
    return table[1:].assign(**{name: table[name][1:] * share for name in names})


@ours(
    where="Barato & Seifert 2015", published="2", shown="fig-landauer-precision",
    tolerance=(at_least("product of walks and of random rings", 2 - 1e-9),
               at_least("simulated product, four standard errors added", 2),
               at_most("distance of the simulated product from the exact one, in standard errors", 4.5)),
    controls={"the entropy of a weaker bias": _weaker},
)  # fmt: skip
def precision(table: pd.DataFrame) -> Finding:
    """Entropy production times relative variance of a current is at least 2."""
    off = _sigmas(table.sampled, table.exact, table.sampled_stderr)
    products = table[["exact", "least_ring"]]
    text = f"least {products.min(axis=None):.3f}; simulated walks within {off.max():.1f} σ of the exact value"
    return Finding(text, products, table.sampled + 4 * table.sampled_stderr, off)


@ours(
    where="Zurek 1989", shown="tab-landauer-demon",
    tolerance=(at_most("net work from random and generated gases", 1e-9, unit="kT a molecule"),
               at_least("the best from biased, and from periodic ones over that", 0.1, unit="kT a molecule"),
               at_most("any, over ln 2", 1)),
    controls={"records not compressed": lambda table: table.assign(net=table.gained - LN2)},
)  # fmt: skip
def demon(table: pd.DataFrame) -> Finding:
    """A demon gains only from a gas whose record can be compressed."""
    nets = {gas: part.net.to_numpy() for gas, part in table.groupby("gas", sort=False)}
    best = {gas: net.max() for gas, net in nets.items()}
    text = ", ".join(f"{gas} {round(net, 2) + 0:.2f}" for gas, net in best.items()) + " kT a molecule"
    steps = best["biased"], best["periodic"] - best["biased"]
    return Finding(text, [nets["random"], nets["generated"]], steps, table.net / LN2)


def _bremermann(table: pd.DataFrame) -> pd.DataFrame:
    """Bremermann's bound in the place of the rate that Margolus and Levitin allow."""
    rate = table.recomputed[table.quantity == "bits per second and kilogram"].item()
    rows = table.query(LLOYD)
    return rows.assign(factor=rows.factor.where(rows.quantity != "operations per second", rate / rows.published))


@limits(
    where="Lloyd 2000", published="8.9874e16 J, 5.4258e50, 2.13e31, 1e19", rows=LLOYD,
    tolerance=(at_most("relative deviation of energy, rate and memory", 2e-3),
               between("operations per second and bit over the power of ten", 0.2, 5)),
    controls={"Bremermann's bound": _bremermann},
)  # fmt: skip
def laptop(table: pd.DataFrame) -> Finding:
    """One kilogram in one litre computes 5.4258·10⁵⁰ operations a second on 2.13·10³¹ bits, 10¹⁹ on each."""
    each = table.quantity == "operations per second and bit"
    off, power = (table.factor[~each] - 1).abs(), table.factor[each]
    return Finding(f"largest deviation {100 * off.max():.2f} %; {power.max():.1f} × 10¹⁹ on each", off, power)


@limits(
    where="Vopson 2019, abstract", published="3.19e-38 kg, 2.5e-25 kg",
    tolerance=at_most("relative deviation, with a terabyte for 1 Tb", 0.1),
    rows="source == 'vopson2019mass' and not quantity.str.contains('terabit')",
    controls={"a terabit": lambda t: t[(t.source == "vopson2019mass") & ~t.quantity.str.contains("terabyte")]},
)  # fmt: skip
def mass(table: pd.DataFrame) -> Finding:
    """A bit at 300 K weighs 3.19·10⁻³⁸ kg, and a full device of 1 Tb 2.5·10⁻²⁵ kg more than an empty one."""
    bit, device = table.recomputed
    return Finding(f"bit {bit:.3g} kg, device {device:.2e} kg", (table.factor - 1).abs())


@ours(
    experiment="gpu", where="nowhere: measured here", shown="fig-landauer-gpu", tiers=("full",),
    tolerance=between("energy in half precision over kT ln 2", 1e8, 1e9), rows="dtype != 'float32'",
    controls={"the card idling as long": lambda t: t.assign(ratio=t.ratio * t.idle / t.joules)},
)  # fmt: skip
def flop(table: pd.DataFrame) -> Finding:
    """A floating-point operation takes some hundred million times kT ln 2."""
    row = table.nsmallest(1, "joules").iloc[0]
    text = f"{row.joules * 1e12:.3f} ± {row.stderr * 1e12:.3f} pJ, {row.ratio:.1e} kT ln 2"
    return Finding(text, table.ratio)


CLAIMS = claims_of(globals())
