"""Claims of others on erasure in finite time and on work that fluctuates, each beside its judge and its control."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from szilard.compendium import Control, Finding, Kind, at_least, at_most, between, claim, claims_of, holds
from szilard.experiments.landauer.tables import crooks_points

__all__ = ["CLAIMS"]

BOTH = ("quick", "full")
HERE = "nowhere: tested here"
PLAIN = "which == 'plain' and success > 0.95"
BEST = "which == 'transport' and barrier == 8 and tau <= 1"
ours = partial(claim, kind=Kind.OURS)
optimal = partial(ours, shown="fig-landauer-optimal")


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
    plain = table[table.which == "plain"].set_index("tau").work
    rows = table[(table.which == "transport") & table.tau.isin(plain.index)]
    return rows.assign(work=rows.tau.map(plain))


@optimal(
    experiment="played", where="Aurell et al. 2011", rows="which == 'transport'",
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


def _best_twice(table: pd.DataFrame) -> pd.DataFrame:
    """The protocols of transport in the place of plain ones."""
    return pd.concat([table.query(BEST), table.query(BEST).assign(which="plain")])


@optimal(
    experiment="played", where="Proesmans et al. 2020, abstract", published="an order of magnitude",
    tolerance=between("excess × τ of each plain protocol over that of each of the best", 5, 30),
    rows=f"{PLAIN} or {BEST}", controls={"transport in its place": _best_twice},
)  # fmt: skip
def habit(table: pd.DataFrame) -> Finding:
    """Protocols in use dissipate an order of magnitude more than the best."""
    plain, best = (table[table.which == which] for which in ("plain", "transport"))
    ideal = ((best.theory - best.bound) * best.tau).to_numpy()
    ratio = ((plain.work - plain.bound) * plain.tau).to_numpy()[:, None] / ideal
    return Finding(f"{ratio.min():.0f} to {ratio.max():.0f} times", ratio)


def _plain_front(played: pd.DataFrame) -> pd.DataFrame:
    """The plain protocol beside the best of equal duration, as the front has them."""
    best = played[(played.which == "transport") & (played.barrier == 8)].set_index("tau")
    plain = played.query(PLAIN)
    return plain.assign(free=plain.tau.map(best.work), converged=True).dropna(subset="free")


@ours(
    where=HERE, shown="fig-landauer-front", tiers=BOTH,
    tolerance=(between("excess over the least that every force allows", 1, 3), holds("every search converges")),
    controls={"plain protocols": Control(_plain_front, "played")},
)  # fmt: skip
def front(table: pd.DataFrame) -> Finding:
    """Barrier and tilt alone, well chosen, dissipate at most three times what is needed."""
    ratio = (table.work - table.bound) / (table.free - table.bound)
    return Finding(f"excess {ratio.min():.1f} to {ratio.max():.1f} times the least", ratio, table.converged == 1)


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
    """ln P(W)/P'(-W) rises with slope one."""
    text = f"slope {table.slope.mean():.3f} ± {table.slope_stderr.max():.3f}"
    return Finding(text, table.slope, (table.slope - 1).abs() / table.slope_stderr)


@ours(
    experiment="bias", where=HERE, shown="fig-landauer-bias",
    rows="process == 'drag' and parameter == 3 and size <= 64",
    tolerance=(at_least("bias of up to 64 runs, in standard errors", 5),
               at_least("bias over that of Bennett's ratio", 3)),
    controls={
        "a trap dragged gently": lambda t: t[(t.process == "drag") & (t.parameter == 1) & (t["size"] <= 64)],
        "Bennett's ratio": lambda t: t[t.parameter == 3].assign(bias=t.ratio_bias, bias_stderr=t.ratio_stderr),
    },
)  # fmt: skip
def tails(table: pd.DataFrame) -> Finding:
    """Exponential averages of few runs err upwards."""
    last = table.iloc[-1]
    text = f"{last.bias:.2f} kT with {last['size']} runs at ⟨W⟩ = {last.mean_work:.1f} kT"
    return Finding(text, table.bias / table.bias_stderr, table.bias / table.ratio_bias.abs())


CLAIMS = claims_of(globals())
