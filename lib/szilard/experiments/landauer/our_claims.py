"""Claims of others that carry the chapter on Landauer, each beside its judge and its control."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pandas as pd

from szilard.compendium import Finding, Kind, at_least, at_most, between, claim, claims_of, holds
from szilard.thermodynamics import OPERATIONS, hardware_ratio

__all__ = ["CLAIMS", "crooks_points", "dissipation"]

LN2 = math.log(2)
FEW = 20  # runs in a bin, below which the logarithm of a ratio says little
HERE = "nowhere: measured here"
IN_USE = "stages == 'scaled' and barrier == 8 and 8 <= tau <= 32"
BEST = "stages == 'transport' and barrier == 8 and tau <= 1"
BOTH = ("quick", "full")
RATED = next(each.energy for each in OPERATIONS if each.name == "H100 SXM, dense bfloat16")
ours = partial(claim, kind=Kind.OURS)
optimal = partial(ours, shown="fig-landauer-optimal")


def dissipation(sandwich: pd.DataFrame, cycles: pd.DataFrame) -> pd.DataFrame:
    """Work above the bound at a barrier of 8 kT: columns ``curve``, ``tau``, ``excess`` (in k_B T).

    Protocols are compared with the bound at the error that they reach; those that fail in more than a twentieth
    of all cases are left out.
    """
    theory = sandwich[sandwich.barrier == 8].melt("tau", ["lower", "free", "local", "upper"], "curve", "excess")
    theory["excess"] -= LN2
    rows = cycles[(cycles.barrier == 8) & (cycles.success > 0.95) & (cycles.stages != "held")]
    practice = rows.assign(curve=rows.stages, excess=rows.work - rows.bound)
    return pd.concat([theory, practice], ignore_index=True)[["curve", "tau", "excess"]]


def crooks_points(fluctuation: pd.DataFrame) -> pd.DataFrame:
    """Logarithm of forward over backward density in the bins that both ways filled."""
    part = fluctuation[(fluctuation.forward_count >= FEW) & (fluctuation.backward_count >= FEW)]
    return part.assign(log_ratio=np.log(part.forward / part.backward))


@optimal(
    where="Proesmans et al. 2020",
    tolerance=at_least("least gap between lower bound, best, best in local equilibrium and upper bound", -1e-9),
    controls={"the best of another duration": lambda table: table.assign(free=np.roll(table.free, 1))},
)
def sandwich(table: pd.DataFrame) -> Finding:
    """Erasure in a time τ costs between ln 2 + Var/2Dτ and ln 2 + 2Var/Dτ."""
    gaps = table[["lower", "free", "local", "upper"]].diff(axis=1).iloc[:, 1:]
    ordered, saved = int((gaps >= -1e-9).all(axis=1).sum()), (1 - table.free / table.local).max()
    text = f"ordered in {ordered} of {len(table)} durations; a free end saves up to {100 * saved:.0f} %"
    return Finding(text, gaps)


def _habitual(table: pd.DataFrame) -> pd.DataFrame:
    """The work of the plain protocol in the place of that of transport, at equal durations."""
    plain = table.query("stages == 'scaled' and barrier == 8").set_index("tau").work
    rows = table[(table.stages == "transport") & table.tau.isin(plain.index)]
    return rows.assign(work=rows.tau.map(plain))


@optimal(
    experiment="cycles", tiers=BOTH, where="Aurell et al. 2011", rows="stages == 'transport'",
    tolerance=(at_most("relative distance of the work by the density from the bound", 0.015, partly=0.05),
               at_most("distance of walkers from it, in standard errors", 4)),
    controls={"a plain protocol": _habitual},
)  # fmt: skip
def transport(table: pd.DataFrame) -> Finding:
    """Optimal transport gives a protocol that attains its bound."""
    off = (table.work / table.theory - 1).abs()
    walked = table[table.walkers > 0]
    sigmas = (walked.walked - walked.theory).abs() / walked.walked_stderr
    return Finding(f"density within {100 * off.max():.1f} %, walkers within {sigmas.max():.1f} σ", off, sigmas)


@optimal(
    experiment="cycles", tiers=BOTH, where="Proesmans et al. 2020, abstract", published="an order of magnitude",
    tolerance=between("excess × τ of each plain protocol over each of the best", 5, 30),
    rows=f"{IN_USE} or {BEST}", controls={"transport in its place": lambda t: pd.concat([
        t.query(BEST), t.query(BEST).assign(stages="scaled")])},
)  # fmt: skip
def habit(table: pd.DataFrame) -> Finding:
    """A plain cycle of 8 to 32 L²/D dissipates an order of magnitude more than the best."""
    plain, best = (table[table.stages == stages] for stages in ("scaled", "transport"))
    ideal = ((best.theory - best.bound) * best.tau).to_numpy()
    ratio = ((plain.work - plain.bound) * plain.tau).to_numpy()[:, None] / ideal
    return Finding(f"{ratio.min():.0f} to {ratio.max():.0f} times", ratio)


def _hasty(table: pd.DataFrame) -> pd.DataFrame:
    """The best found in half the time, beside the least in the whole."""
    work = table.sort_values("tau").groupby(["error", "knots"]).work.shift()
    return table.assign(work=work).dropna(subset="work")


@ours(
    where=HERE, shown="fig-landauer-front", tiers=BOTH,
    tolerance=(between("excess, with most knots, over the least that every force allows", 1, 3),
               at_most("work over that with half as many knots", 1.001), holds("every search converges")),
    controls={"the best in half the time": _hasty},
)  # fmt: skip
def front(table: pd.DataFrame) -> Finding:
    """Barrier and tilt alone, well chosen, dissipate at most three times what is needed, for errors of 0.003 and
    more."""
    table = table.sort_values(["error", "tau", "knots"])
    ratio = (table.work - table.bound) / (table.free - table.bound)
    finest = table.knots == table.groupby(["error", "tau"]).knots.transform("max")
    refined = (table.work / table.groupby(["error", "tau"]).work.shift())[table.knots > table.knots.min()]
    text = f"at most {ratio[finest].min():.1f} to {ratio[finest].max():.1f} times the least"
    return Finding(text, ratio[finest], np.append(refined, 0.0), table.converged == 1)


def _other_speed(table: pd.DataFrame) -> pd.DataFrame:
    """Forward work of one speed against backward work of another: the slope through the bins that both fill."""
    slow, fast = (table[table.tau == tau].reset_index(drop=True) for tau in (table.tau.max(), table.tau.min()))
    other = slow.assign(backward=fast.backward, backward_count=fast.backward_count)
    points = crooks_points(other)
    return other.assign(slope=np.polyfit(points.bin, points.log_ratio, 1)[0])


@ours(
    experiment="fluctuation", where="Crooks 1999", shown="fig-landauer-fluctuation", tiers=BOTH,
    tolerance=(between("slope", 0.97, 1.03, partly=(0.94, 1.06)),
               at_most("its distance from one, in standard errors", 4)),
    controls={"backwards at another speed": _other_speed},
)  # fmt: skip
def crooks(table: pd.DataFrame) -> Finding:
    """ln P_F(W)/P_R(−W), forwards over backwards, rises with the work, at slope one."""
    text = f"slope {table.slope.mean():.3f} ± {table.slope_stderr.max():.3f}"
    return Finding(text, table.slope, (table.slope - 1).abs() / table.slope_stderr)


def _sigmas(value: pd.Series, exact: pd.Series, stderr: pd.Series) -> np.ndarray:
    """Distance in standard errors; where nothing scatters, in units of 1e-9."""
    return np.abs(value - exact).to_numpy() / np.maximum(stderr.to_numpy(), 1e-9)


@ours(
    experiment="engine", where="Sagawa & Ueda 2010", shown="fig-landauer-szilard",
    tolerance=at_most("distance of ⟨exp(W−ι)⟩ from 1 − λ, in standard errors", 4.5),
    controls={"information left out": lambda table: table.assign(identity=table.uncorrected),
              "⟨exp(W−ι)⟩ = 1 everywhere": lambda table: table.assign(excluded=0.0)},
)  # fmt: skip
def feedback(table: pd.DataFrame) -> Finding:
    """⟨exp(W−ι)⟩ = 1 − λ, with ι the information of a reading and λ the probability of places that it excludes."""
    off = _sigmas(table.identity, 1 - table.excluded, table.identity_stderr)
    return Finding(f"{len(table)} engines, {off.max():.2g} σ at most", off)


@ours(
    where="Sagawa & Ueda 2009", shown="fig-landauer-memory",
    tolerance=(at_least("work of both less kT I and what the memory keeps", -1e-9, unit="kT"),
               at_most("that in steps of 512 L²/D without error", 0.2, unit="kT")),
    controls={"measuring alone": lambda table: table.assign(erasing=0.0)},
)  # fmt: skip
def memory(table: pd.DataFrame) -> Finding:
    """Measuring and erasing together cost at least kT times the information, and in steps of 512 L²/D at most 0.2 kT
    more."""
    paid = table.measuring + table.erasing - table.information - table.kept
    slow = (table.tau == 512) & (table.error == 0)
    text = f"at least {paid.min():.2f} kT above the bound; at 512 L²/D {paid[slow].min():.2f} to"
    cost = f"where measuring costs {table.measuring[slow].min():.2f} to {table.measuring[slow].max():.2f}"
    return Finding(f"{text} {paid[slow].max():.2f}, {cost}", paid, paid[slow])


@ours(
    experiment="gpu", where=HERE, shown="fig-landauer-gpu", tiers=("full",),
    tolerance=between("energy in half precision over rated power per rated operation", 1, 2), rows="dtype != 'float32'",
    controls={"the card idling as long": lambda t: t.assign(ratio=t.ratio * t.idle / t.joules),
              "single precision": lambda t: t[t.dtype == "float32"]},
)  # fmt: skip
def flop(table: pd.DataFrame) -> Finding:
    """A card takes one to two times the rated energy of an H100 for an operation in half precision."""
    row = table.nsmallest(1, "joules").iloc[0]
    text = f"{row.joules * 1e12:.2f} ± {row.stderr * 1e12:.2f} pJ, {row.ratio:.1e} kT ln 2"
    return Finding(text, table.ratio / hardware_ratio(RATED))


CLAIMS = claims_of(globals())
