r"""Batch size: the exchange of steps for tokens at a fixed loss, the critical batch size read off training curves, and
the gradient noise that predicts it (`mccandlish2018empirical`).

Steps S and tokens E = B S that reach the same loss obey (S/S_min − 1)(E/E_min − 1) = 1, which is the same as the
*linear* S = S_min + E_min/B; the critical batch size is E_min/S_min.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import isotonic_regression, nnls

from szilard.scaling.fitting import columns
from szilard.validation import as_numbers, check_positive

if TYPE_CHECKING:
    import pandas as pd

FLAT = 1e3  # exponent of a critical batch size that the loss hardly moves
BANDWIDTH, NEIGHBOURS = 0.1, 6  # of ln S; points

__all__ = ["BatchLaw", "NoiseScale", "batch_law", "critical_batch", "crossing", "noise_scale"]


@dataclass(frozen=True)
class NoiseScale:
    """Squared norm of the true gradient, trace of the covariance of one example's gradient, and their ratio, the
    simple noise scale: a batch size in examples."""

    gradient2: float
    trace: float

    @property
    def simple(self) -> float:
        """tr Σ over the squared length of G."""
        return self.trace / self.gradient2


@dataclass(frozen=True)
class BatchLaw:
    """Critical batch size against loss, B_* L^(−1/α_B): its scale in tokens, its exponent, and the standard deviation
    of ln B_crit about the line."""

    Bstar: float
    alpha_B: float
    scatter: float


def noise_scale(g_small: ArrayLike, b: float, g_big: ArrayLike, B: float) -> NoiseScale:
    """The gradient noise scale from squared gradient norms at two batch sizes.

    Both parts are unbiased; they are averaged over all entries before the ratio is taken, for a mean of ratios is not.

    Args:
        g_small, g_big: squared norms of gradients averaged over batches of ``b`` and of ``B`` examples.
        b, B: the batch sizes, b < B.

    Raises:
        ValueError: b ≥ B, or norms that are negative.

    >>> noise_scale(1 + 10 / 4, 4, 1 + 10 / 64, 64)
    NoiseScale(gradient2=1.0, trace=10.0)
    """
    check_positive(b, "b")
    check_positive(B, "B")
    if b >= B:
        raise ValueError(f"b must be smaller than B; got {b} and {B}")
    small, big = (as_numbers(each, name) for each, name in ((g_small, "g_small"), (g_big, "g_big")))
    if (small < 0).any() or (big < 0).any():
        raise ValueError("g_small and g_big must be squared norms ≥ 0; got a negative one")
    low, high = float(small.mean()), float(big.mean())
    return NoiseScale((B * high - b * low) / (B - b), (low - high) / (1 / b - 1 / B))


def crossing(S: ArrayLike, loss: ArrayLike, levels: ArrayLike) -> np.ndarray:
    """Steps at which a noisy training curve passes each level, (levels,); ``nan`` where it does not.

    The curve is smoothed by parabolas over about a fifth of a unit of ln S and replaced by the nearest one that never
    rises (isotonic regression), so that noise does not make it pass early; between points ln S is linear in the loss.
    """
    steps, losses, wanted = (as_numbers(each, name) for each, name in ((S, "S"), (loss, "loss"), (levels, "levels")))
    if (steps <= 0).any():
        raise ValueError(f"S must be > 0; got {steps.min():.6g}")
    order = np.argsort(steps)
    log_s = np.log(steps[order])
    smooth = isotonic_regression(_smoothed(log_s, losses[order]), increasing=False).x
    keep = np.r_[True, np.diff(smooth) < 0]  # the first point of a flat stretch
    smooth, log_s = smooth[keep], log_s[keep]
    found = np.exp(np.interp(-wanted, -smooth, log_s))
    return np.where((wanted <= smooth[0]) & (wanted >= smooth[-1]), found, np.nan)


def critical_batch(runs: Any, levels: ArrayLike, weights_from: int = 3) -> pd.DataFrame:
    """Fewest steps, fewest tokens and critical batch size at each level of the loss.

    Each batch size's curve is crossed with the level, and S = S_min + E_min/B is fitted to relative deviations, neither
    part negative.

    Args:
        runs: a table of training curves of one model with columns ``B`` (tokens), ``S`` and ``loss``.
        levels: losses in nats.
        weights_from: fewest batch sizes that must reach a level.

    Returns:
        A row per level with ``loss``, ``s_min``, ``e_min``, ``b_crit``, ``b_low`` and ``b_high`` (two standard errors
        of its logarithm), ``batches`` that reach it, and ``misfit``, the relative rms deviation of the steps; ``nan``
        where too few batch sizes reach it or one part vanishes.

    Raises:
        ValueError: a missing column, or a single batch size.
    """
    import pandas as pd

    B, S, losses = columns(runs, ("B", "S", "loss"))
    sizes = np.unique(B)
    if len(sizes) < 2:
        raise ValueError("runs must hold at least 2 batch sizes; got one")
    wanted = np.atleast_1d(as_numbers(levels, "levels"))
    steps = np.array([crossing(S[size == B], losses[size == B], wanted) for size in sizes])
    return pd.DataFrame([_exchange(level, sizes, steps[:, i], weights_from) for i, level in enumerate(wanted)])


def batch_law(table: pd.DataFrame) -> BatchLaw:
    """Straight line through ln B_crit against ln L of a table from :func:`critical_batch`.

    Where the critical batch size does not grow as the loss falls it is taken for constant: α_B is then ``FLAT``.

    Raises:
        ValueError: fewer than two levels with a critical batch size.

    >>> import pandas as pd
    >>> law = batch_law(pd.DataFrame({"loss": [2.0, 3.0, 4.0], "b_crit": [2.0**-4, 3.0**-4, 4.0**-4]}))
    >>> round(law.alpha_B, 6), round(law.Bstar, 6)
    (0.25, 1.0)
    """
    known = table[np.isfinite(table.b_crit) & (table.b_crit > 0)]
    if len(known) < 2:
        raise ValueError(f"table must hold at least 2 levels with a critical batch size; got {len(known)}")
    x, y = np.log(known.loss.to_numpy(dtype=float)), np.log(known.b_crit.to_numpy(dtype=float))
    slope, intercept = np.polyfit(x, y, 1)
    if slope > -1 / FLAT:
        slope = -1 / FLAT
        intercept = float(np.mean(y - slope * x))
    return BatchLaw(float(np.exp(intercept)), float(-1 / slope), float(np.std(y - slope * x - intercept)))


def _smoothed(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """``y`` (n,) at sorted ``x`` by a parabola about each point, weighted by a normal curve of width ``BANDWIDTH``;
    itself where fewer than ``NEIGHBOURS`` points are that near."""
    away = (x[None, :] - x[:, None]) / BANDWIDTH
    weights = np.exp(-0.5 * away**2)
    sums = []
    for _ in range(5):
        sums.append((weights.sum(axis=1), weights @ y))
        weights *= away
    moments, right = np.stack([each[0] for each in sums]), np.stack([each[1] for each in sums[:3]], axis=1)
    many = moments[0] >= NEIGHBOURS
    smooth = y.copy()
    design = moments[np.add.outer(range(3), range(3))].transpose(2, 0, 1)
    smooth[many] = np.linalg.solve(design[many], right[many, :, None])[:, 0, 0]
    return smooth


def _exchange(level: float, sizes: np.ndarray, steps: np.ndarray, fewest: int) -> dict[str, float]:
    """One row of :func:`critical_batch`."""
    seen = np.isfinite(steps)
    row = dict.fromkeys(("s_min", "e_min", "b_crit", "b_low", "b_high"), np.nan)
    row = {"loss": float(level)} | row | {"batches": int(seen.sum()), "misfit": np.nan}
    if seen.sum() < fewest:
        return row
    design = np.stack([np.ones(seen.sum()), 1 / sizes[seen]], axis=1) / steps[seen, None]
    scale = design.max(axis=0)
    parts, norm = nnls(design / scale, np.ones(seen.sum()))
    row["misfit"] = float(norm / np.sqrt(seen.sum()))
    row["s_min"], row["e_min"] = (float(part) for part in parts / scale)
    if min(parts) > 0:
        freedom = max(seen.sum() - 2, 1)
        inverse = np.linalg.inv((design / scale).T @ (design / scale)) * norm**2 / freedom
        slope = np.array([-1 / parts[0], 1 / parts[1]])  # of ln B_crit in the parts
        error = float(np.sqrt(slope @ inverse @ slope))
        row["b_crit"] = row["e_min"] / row["s_min"]
        row["b_low"], row["b_high"] = row["b_crit"] * np.exp(-2 * error), row["b_crit"] * np.exp(2 * error)
    return row
