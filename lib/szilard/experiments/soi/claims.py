"""The claims of the chapter on SΩI, each beside the judge that reads its table and the control it must not pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from szilard.compendium import Control, Finding, Kind, at_least, at_most, claim, claims_of, holds
from szilard.experiments.soi.cells import BEYOND, PROTOCOLS
from szilard.experiments.soi.tables import biases, factors, largest_relative

__all__ = ["CLAIMS"]

SYSTEMS = "synthetic systems"
DRIVEN = (1, 2, 3)  # windows after the flash in which the two conditions are driven differently
QUANTITIES, ROUTES = ("tc", "dtc", "omega"), ("estimate", "by_information")
BOUNDS = ["club", "infonce", "mine", "nwj"]
WIDE = (5, 10)  # coordinates per variable at which sums of bounds are compared
STRONG = 0.15  # nats of Ω from which on its sign must be right
PLAIN, TRAINED = "protocol == 'plain'", "protocol == 'plain' and steps > 1"
TIERS = ("quick", "full")
AGREEMENT = (
    holds("signs of Ω above 0.15 nats right"),
    at_most("error of Ω over what is allowed (0.03 per coordinate, at most 0.15, or 6 %)", 1),
    at_most("error of TC and DTC", 8, unit="%"),
)


def _rows(query: str, change: Callable[[pd.DataFrame], pd.DataFrame] = lambda table: table) -> Control:
    """The rows of a query, changed."""
    return Control(lambda table: change(table.query(query, engine="python").reset_index(drop=True)))


def _named(*names: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """The same rows once under each name of an estimator."""
    return lambda table: pd.concat([table.assign(estimator=name) for name in names], ignore_index=True)


def _controls(rows: str, names: tuple[str, ...] = QUANTITIES, by: int = 1) -> dict[str, Control]:
    """Networks of ``rows`` that made a single step, estimates of another row, and the answer "independent"."""
    trained = f"{rows} and steps > 1"
    return {
        "untrained": _rows(f"{rows} and steps == 1"),
        "another's truth": _rows(trained, lambda table: table.assign(**{n: np.roll(table[n], by) for n in names})),
        "independence": _rows(trained, lambda table: table.assign(**dict.fromkeys(names, 0.0))),
    }


def _agreement(table: pd.DataFrame) -> Finding:
    """Signs and errors of all rows."""
    error = (table.omega - table.omega_truth).abs()
    allowed = np.maximum((0.03 * table.d).clip(upper=0.15), 0.06 * table.omega_truth.abs())
    strong = table[table.omega_truth.abs() > STRONG]
    signs = np.sign(strong.omega) == np.sign(strong.omega_truth)
    totals = 100 * largest_relative(table)
    text = f"{int(signs.sum())} of {len(signs)} signs right; Ω within {error.max():.2f}, totals within {totals:.0f} %"
    return Finding(text, signs, error / allowed, totals)


def _complete(table: pd.DataFrame, estimators: Sequence[str]) -> bool:
    """Whether every estimator measured every system of the tier, all equally often."""
    systems = list(BEYOND) if (table.repetitions > 1).any() else ["parity", "scale"]
    counts = table.groupby(["system", "estimator"]).size().unstack().reindex(index=systems, columns=list(estimators))
    return bool(counts.notna().to_numpy().all() and np.unique(counts).size == 1)


@claim(
    where="Proposition 2, as the authors' code numbers it",
    tolerance=at_most("deviation from the closed form, with exact scores", 0.5, unit="%"),
    controls={"half the integral": lambda table: table.assign(integral=table.integral / 2)},
    shown="tab-soi-analytic",
)
def analytic(table: pd.DataFrame) -> Finding:
    """TC and DTC are time integrals of squared score differences."""
    deviation = 100 * (table.integral / table.truth - 1).abs()
    return Finding(f"largest deviation {deviation.max():.2f} %", deviation)


@claim(where=SYSTEMS, tolerance=AGREEMENT, rows=TRAINED, controls=_controls(PLAIN), shown="fig-soi-curves", tiers=TIERS)
def curves(table: pd.DataFrame) -> Finding:
    """One plain network measures TC, DTC and Ω of normal systems as their strength grows."""
    return _agreement(table)


@claim(
    experiment="beyond",
    where="abstract: no assumption of normal or discrete variables; the systems are ours",
    tolerance=AGREEMENT,
    rows="estimator == 'plain' and steps > 1",
    controls={"Gaussian copula": _rows("estimator == 'copula'", _named("plain"))} | _controls("estimator == 'plain'"),
    shown="tab-soi-beyond",
    tiers=TIERS,
)
def non_gaussian(table: pd.DataFrame) -> Finding:
    """A plain network measures systems without any correlation."""
    found = _agreement(table)
    return found if _complete(table, ["plain"]) else Finding(found.text, *(np.nan for _ in found.values))


@claim(
    experiment="beyond",
    where="our addition",
    kind=Kind.OURS,
    tolerance=at_most("factor between estimate and exact value of TC, DTC and Ω, infinite if signs differ", 2),
    rows="estimator != 'copula' and steps > 1",
    controls={"Gaussian copula": _rows("estimator == 'copula'", _named(*PROTOCOLS))}
    | _controls("estimator != 'copula'"),
    shown="tab-soi-beyond",
    tiers=TIERS,
)
def beyond_copulas(table: pd.DataFrame) -> Finding:
    """Either version tells synergy from redundancy, within a factor of two, where copulas and untrained networks see
    nothing."""
    found = factors(table)
    return Finding(f"largest factor {found.max():.2f}", np.where(_complete(table, list(PROTOCOLS)), found, np.nan))


@claim(
    where="our budget, on their systems and against their four baselines",
    kind=Kind.OURS,
    tolerance=(
        holds("SΩI, plain, has the sign of every Ω above 0.15 nats"),
        holds("and in 5 and 10 dimensions a smaller mean error of Ω than each of four bounds"),
    ),
    rows=f"d in {WIDE}",
    controls={
        "a bound in place of SΩI": _rows(
            f"estimator in {BOUNDS}",
            lambda rest: pd.concat([rest, _named(*PROTOCOLS)(rest[rest.estimator == "nwj"])], ignore_index=True),
        ),
        "an Ω that is always negative": lambda table: table.assign(
            omega=table.omega.where(table.estimator != "plain", -table.omega_truth.abs())
        ),
    },
    shown="fig-soi-line",
    tiers=("full",),
    pooled=True,
)
def line(table: pd.DataFrame) -> Finding:
    """SΩI, plain, has smaller errors of Ω than sums of bounds at equal budget, in 5 and 10 dimensions."""
    names = [*BOUNDS, *PROTOCOLS]
    parts = (table.omega - table.omega_truth).abs().groupby([table.d, table.estimator])
    means, counts = (each.unstack().reindex(index=WIDE, columns=names) for each in (
        parts.agg(lambda part: part.to_numpy().mean()), parts.size()
    ))  # fmt: skip
    plain = table[(table.estimator == "plain") & (table.omega_truth.abs() > STRONG)]
    signs = np.sign(plain.omega) == np.sign(plain.omega_truth)
    smaller = means[["plain"]].to_numpy() < means[BOUNDS].to_numpy()
    known = means.notna().to_numpy().all() and np.unique(counts).size == 1
    last = means.iloc[-1]
    text = (
        f"{int(signs.sum())} of {len(signs)} signs right; mean error of Ω in {WIDE[-1]} dimensions: best bound "
        f"{last[BOUNDS].min():.2f}, SΩI {last.plain:.2f}, with a Gaussian start {last.baseline:.2f}"
    )
    return Finding(text, signs, np.where(known, smaller, np.nan))


@claim(
    where="box plots of gradients",
    published="about 10 to 35 % off in ten dimensions, read off the authors' stored figure",
    tolerance=(holds("signs right by either route"), at_most("their errors", 25, partly=100, unit="%")),
    rows=TRAINED,
    controls=_controls(PLAIN, ROUTES, 3),
    shown="fig-soi-gradients",
    tiers=("full",),
)
def gradients(table: pd.DataFrame) -> Finding:
    """The gradients of Ω by a plain network tell redundant from synergistic variables."""
    both, truth = table[list(ROUTES)].to_numpy(), table[["truth"]].to_numpy()
    right, relative = np.sign(both) == np.sign(truth), 100 * np.abs(both / truth - 1)
    first, second = right.sum(0)
    text = f"signs right: {first} and {second} of {len(table)} by the two routes; largest error {relative.max():.0f} %"
    return Finding(text, right, relative)


@claim(
    where="transformed systems",
    tolerance=(
        at_most("change of TC, DTC and Ω with the map, means of three networks", 10, unit="%"),
        at_most("their error without a map", 10, unit="%"),
    ),
    rows=TRAINED,
    controls={"untrained": _rows(f"{PLAIN} and steps == 1")},
    shown="tab-soi-transform-full",
    tiers=("full",),
    pooled=True,
)
def transform(table: pd.DataFrame) -> Finding:
    """Monotone maps of the coordinates leave the estimates of a plain network where they were."""
    means = table.groupby("map")[list(QUANTITIES)].agg(lambda part: part.to_numpy().mean())
    truth = table[[f"{name}_truth" for name in QUANTITIES]].to_numpy()[0]
    change = 100 * (means - means.loc["identity"]).abs() / np.abs(truth)
    error = 100 * (means.loc["identity"] / truth - 1).abs()
    totals = change[["tc", "dtc"]].to_numpy().max()
    text = f"Ω moves by {change.omega.max():.0f} %, TC and DTC by {totals:.0f} %; unmapped within {error.max():.0f} %"
    return Finding(text, change.to_numpy(), error.to_numpy())


@claim(
    where="neural recordings; here a synthetic population",
    tolerance=holds("95 % bootstrap intervals apart in every driven window"),
    rows=f"window in {DRIVEN}",
    controls={
        "the same condition twice": _rows(
            "condition == 'non-change'", lambda rest: pd.concat([rest, rest.assign(condition="change")])
        )
    },
    shown="fig-soi-population",
    offline="the recordings come from a download service; a synthetic population stands in",
)
def population(table: pd.DataFrame) -> Finding:
    """Ω between areas is larger after a change than without one, while the change drives them."""
    wide = table.set_index(["condition", "window"])
    low = wide.loc["change"].omega - wide.loc["change"].half_width
    high = wide.loc["non-change"].omega + wide.loc["non-change"].half_width
    apart = low > high
    return Finding(f"intervals apart in {int(apart.sum())} of {len(apart)} windows", apart)


@claim(
    experiment="authors",
    where="the authors' stored run, ten variables of ten coordinates; judged here",
    kind=Kind.OURS,
    tolerance=(
        at_least("correlation of the errors of TC and DTC", 0.8),
        at_most("mean error of Ω over that of TC", 0.5),
    ),
    controls={
        "errors of TC in another order": lambda table: table.assign(
            tc=table.tc_truth + np.roll(table.tc - table.tc_truth, len(table) // 2),
            omega=lambda moved: moved.tc - moved.dtc,
        )
    },
    shown="fig-soi-bias",
    pooled=True,
)
def bias(table: pd.DataFrame) -> Finding:
    """A good Ω may hide biases of TC and DTC that cancel."""
    errors = biases(table)
    together = float(np.corrcoef(errors.tc, errors.dtc)[0, 1])
    smaller = float(np.mean(np.abs(errors.omega)) / np.mean(np.abs(errors.tc)))
    return Finding(f"correlation {together:.2f}; error of Ω {smaller:.2f} of that of TC", together, smaller)


CLAIMS = claims_of(globals())
