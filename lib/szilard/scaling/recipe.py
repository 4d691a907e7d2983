r"""The recipe of `su2024unraveling`, as far as its abstract tells: all six constants of Kaplan's law from small runs.

1. A sweep of batch sizes at one small size gives the critical batch size at several losses, hence B_* and α_B.
2. With it the steps of every other run are turned into S_min, and what each size converges to is extrapolated; the
   plateaus against N give N_c and α_N.
3. With these held, S_c and α_S follow from the curves of all sizes; a joint fit from there refines all four. It
   starts nowhere else: without an irreducible loss there often is a second minimum, at which the terms change roles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize_scalar

from szilard.rng import RNG, generator
from szilard.scaling.batch import BatchLaw, batch_law, critical_batch
from szilard.scaling.fitting import FitResult, Penalty, columns, fit
from szilard.scaling.laws import KaplanLaw

if TYPE_CHECKING:
    import pandas as pd

LEVELS = 12
EXPONENTS = (0.02, 3.0)  # between which α_S of the plateaus is looked for

__all__ = ["Constants", "constants_of", "estimate_constants", "plateaus", "simulated_runs"]


@dataclass(frozen=True)
class Constants:
    """What the recipe found.

    Args:
        law: the six constants, and the irreducible loss if one was asked for.
        stepwise: the law before the joint fit; ``None`` with an irreducible loss, which plateaus alone do not give.
        plateaus: by size, the loss it converges to (``N``, ``loss``).
        levels: critical batch sizes, as :func:`critical_batch` returns them.
        batch: the line through them.
        joint: the fit of the law in N and S_min.
    """

    law: KaplanLaw
    stepwise: KaplanLaw | None
    plateaus: pd.DataFrame
    levels: pd.DataFrame
    batch: BatchLaw
    joint: FitResult


def estimate_constants(
    runs: Any, *, levels: Any = None, floor: bool = False, loss: Penalty = "huber", delta: float = 1e-2
) -> Constants:
    """All constants of Kaplan's law from a table of small training runs.

    Args:
        runs: points of training curves: ``N`` (parameters), ``B`` (tokens), ``S`` (steps), ``loss`` (nats). The size
            with the most batch sizes is the sweep; of each size, the largest batch is on the ladder.
        levels: losses at which the critical batch size is read off; by default twelve that most of the sweep passes.
        floor: whether to fit an irreducible loss too, which the paper's law does not have.
        loss, delta: as in :func:`fit`.

    Raises:
        ValueError: missing columns, fewer than three sizes, or fewer than three batch sizes at every one of them.
    """
    import pandas as pd

    N, B, S, losses = columns(runs, ("N", "B", "S", "loss"))
    table = pd.DataFrame({"N": N, "B": B, "S": S, "loss": losses})
    sweep = _sweep(table)
    ladder = table[table.B == table.groupby("N").B.transform("max")].reset_index(drop=True)
    wanted = _levels(sweep) if levels is None else levels
    return constants_of(sweep, ladder, wanted, floor=floor, loss=loss, delta=delta)


def constants_of(
    sweep: pd.DataFrame, ladder: pd.DataFrame, levels: Any, *, floor: bool, loss: Penalty = "huber", delta: float = 1e-2
) -> Constants:
    """The recipe where it is known which runs are the sweep of batch sizes, and which the ladder of sizes.

    Args:
        sweep: curves of one size, columns ``B``, ``S`` and ``loss``.
        ladder: curves of at least three sizes, ``N`` besides.
        levels, floor, loss, delta: as in :func:`estimate_constants`.

    Raises:
        ValueError: fewer than three sizes, or fewer than two levels with a critical batch size.
    """
    read = critical_batch(sweep, levels)
    batches = batch_law(read)
    if ladder.N.nunique() < 3:
        raise ValueError(f"runs must hold at least 3 sizes; got {ladder.N.nunique()}")
    both = (batches.Bstar, batches.alpha_B)
    ends = plateaus(ladder, both)
    stepwise = None if floor else _stepwise(ladder, ends, both, loss, delta)
    starts = "near" if stepwise is None else [_theta(stepwise)]
    joint = fit("kaplan", ladder, loss=loss, delta=delta, starts=starts, floor=floor, batch=both)
    law = joint.law
    if not isinstance(law, KaplanLaw):
        raise TypeError("the joint fit must be of Kaplan's law")
    return Constants(law, stepwise, ends, read, batches, joint)


def plateaus(ladder: pd.DataFrame, batch: tuple[float, float] | None = None) -> pd.DataFrame:
    """The loss that each size converges to: curves L_∞(N) + (S_c/S_min)^α_S with S_c and α_S shared.

    For each α_S this is linear least squares, so that one exponent is all that is searched for.

    Args:
        ladder: columns ``N``, ``B``, ``S`` and ``loss``.
        batch: scale and exponent of the critical batch size.

    Returns:
        A row per size, ``N`` and ``loss``.
    """
    import pandas as pd

    N, B, S, losses = columns(ladder, ("N", "B", "S", "loss"))
    steps = S / (1 + batch[0] * losses ** (-1 / batch[1]) / B) if batch else S
    sizes, of = np.unique(N, return_inverse=True)
    one = np.eye(len(sizes))[of.ravel()] / losses[:, None]

    def solved(log_alpha: float) -> tuple[np.ndarray, float]:
        falling = (steps / steps.min()) ** -np.exp(log_alpha) / losses
        parts, *_ = np.linalg.lstsq(np.column_stack([one, falling]), np.ones(len(losses)), rcond=None)
        return parts, float(np.sum((np.column_stack([one, falling]) @ parts - 1) ** 2))

    grid = np.linspace(np.log(EXPONENTS[0]), np.log(EXPONENTS[1]), 40)
    best = int(np.argmin([solved(each)[1] for each in grid]))
    around = (grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)])
    found = minimize_scalar(lambda x: solved(x)[1], bounds=around, method="bounded", options={"xatol": 1e-12})
    return pd.DataFrame({"N": sizes, "loss": solved(found.x)[0][:-1]})


def simulated_runs(law: KaplanLaw, noise: float = 0.0, rng: RNG = 0, *, points: int = 300) -> pd.DataFrame:
    """Runs that obey ``law``, to try the recipe on: seven sizes of 1M to 60M parameters at 10¹² tokens a batch, and
    nine batch sizes of 8k to 2M tokens at 16M parameters, with ``points`` steps each.

    Args:
        law: the truth.
        noise: standard deviation of the noise on every loss, in nats.
        rng: its randomness.

    Returns:
        Columns ``N``, ``B``, ``S`` and ``loss``.
    """
    import pandas as pd

    sizes = np.array([1, 2, 4, 8, 16, 32, 60]) * 1e6
    frames = []
    for N, B, S in ((sizes, [1e12], np.geomspace(2e3, 1e5, 40)),
                    ([16e6], 2.0 ** np.arange(13, 22), np.geomspace(300, 3e6, points))):  # fmt: skip
        n, b, s = (x.ravel() for x in np.meshgrid(N, B, S, indexing="ij"))
        frames.append(pd.DataFrame({"N": n, "B": b, "S": s, "loss": law.loss(n, s, b)}))
    table = pd.concat(frames, ignore_index=True)
    return table.assign(loss=table.loss + noise * generator(rng).standard_normal(len(table)))


def _stepwise(
    ladder: pd.DataFrame, ends: pd.DataFrame, batch: tuple[float, float], loss: Penalty, delta: float
) -> KaplanLaw | None:
    """Constants by regression on the plateaus, then from the curves; ``None`` if plateaus do not fall with N."""
    if (ends.loss <= 0).any():
        return None
    slope, intercept = np.polyfit(np.log(ends.N), np.log(ends.loss), 1)
    if slope >= 0:
        return None
    first = (float(np.exp(-intercept / slope)), float(-slope))
    law = fit("kaplan", ladder, loss=loss, delta=delta, floor=False, first_term=first, batch=batch).law
    return law if isinstance(law, KaplanLaw) else None


def _theta(law: KaplanLaw) -> list[float]:
    """Parameters as :func:`fit` starts from them; ln E of no floor does not matter."""
    return [law.alpha_N * float(np.log(law.Nc)), law.alpha_S * float(np.log(law.Sc)), 0.0, law.alpha_N, law.alpha_S]


def _sweep(table: pd.DataFrame) -> pd.DataFrame:
    """The runs of the size with the most batch sizes."""
    counts = table.groupby("N").B.nunique()
    if counts.max() < 3:
        raise ValueError(f"runs must hold at least 3 batch sizes at one size; got at most {counts.max()}")
    return table[counts.idxmax() == table.N]


def _levels(sweep: pd.DataFrame) -> np.ndarray:
    """Losses that most batch sizes pass, away from the ends of the curves."""
    ends = sweep.groupby("B").loss.agg(["min", "max"])
    low, high = float(np.quantile(ends["min"], 0.7)), float(ends["max"].min())
    if not low < high:
        raise ValueError("the curves of the sweep pass no loss in common: train small batches longer")
    return np.geomspace(low + 0.05 * (high - low), low + 0.6 * (high - low), LEVELS)
