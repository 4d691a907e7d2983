"""Several estimators side by side on the same samples: a table, a verdict on their agreement, a plot."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from szilard.estimate import NATS_PER_UNIT, Estimate
from szilard.estimators.protocol import Estimator, measure
from szilard.estimators.registry import make
from szilard.validation import check_choice, paired_samples

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

COLUMNS = ("estimator", "method", "value", "stderr", "unit", "n", "seconds", "warnings", "refused")

__all__ = ["COLUMNS", "compare", "disagreement", "plot_comparison"]


def compare(
    estimators: Sequence[Estimator | str], x: ArrayLike, y: ArrayLike, *, unit: str = "nats", rng: int = 0,
    before_each: Callable[[str], None] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """I(X; Y) by each of several estimators on the same samples, one row each.

    Args:
        estimators: estimator objects or their registry names.
        x: samples of shape (n, dx) or (n,).
        y: samples of shape (n, dy) or (n,), row by row paired with ``x``.
        unit: unit of ``value`` and ``stderr``, "nats" or "bits".
        rng: seed given to every stochastic estimator alike.
        before_each: called with the name of each estimator before it starts, for a progress display.

    Returns:
        A table with the columns ``COLUMNS``: ``seconds`` is wall time, ``warnings`` the estimator's own
        doubts, joined by blanks. One that refuses these samples has value NaN and its reason in ``refused``.

    Raises:
        ValueError: samples that are not numeric, finite and paired, no estimators, an unknown name or unit.
    """
    import pandas as pd

    check_choice(unit, "unit", NATS_PER_UNIT)
    x, y = paired_samples(x, y)
    contestants = [make(item) if isinstance(item, str) else item for item in estimators]
    if not contestants:
        raise ValueError("estimators must name at least one estimator; got none")
    rows = []
    for estimator in contestants:
        if before_each is not None:
            before_each(estimator.name)
        rows.append(_measured(estimator, x, y, unit, rng))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def disagreement(table: pd.DataFrame, sigmas: float = 2.0) -> str:
    """One honest sentence: do the estimates in ``table`` agree within their standard errors?

    The pair compared is the one farthest apart in units of its combined standard error,
    :math:`|a - b| / \\sqrt{s_a^2 + s_b^2}`. All estimates rest on the same samples, so that part of their
    noise is shared and the comparison errs on the side of agreement. Empty where fewer than two have a
    standard error.
    """
    finite = [row for row in table.itertuples() if math.isfinite(row.value) and math.isfinite(row.stderr)]
    pairs = [(_separation(a, b), a, b) for i, a in enumerate(finite) for b in finite[i + 1 :]]
    if not pairs:
        return ""
    distance, a, b = max(pairs, key=lambda pair: pair[0])
    low, high = sorted((a, b), key=lambda row: row.value)
    if distance <= sigmas:
        return f"The estimators agree within {sigmas:g} combined standard errors."
    return (
        f"The estimators disagree: {high.estimator} and {low.estimator} lie {high.value - low.value:.3g} "
        f"{high.unit} apart ({distance:.1f} combined standard errors), so at least one is biased here."
    )


def plot_comparison(table: pd.DataFrame, ax: Axes, title: str = "") -> None:
    """Draw the estimates of ``table`` on ``ax``, each a point with a bar of one standard error."""
    measured = table[np.isfinite(table["value"])]
    positions = list(range(len(measured)))[::-1]
    for (_, row), position in zip(measured.iterrows(), positions, strict=True):
        error = row["stderr"] if math.isfinite(row["stderr"]) else None
        doubtful = bool(row["warnings"])
        face = "white" if doubtful else "C0"
        ax.errorbar(row["value"], position, xerr=error, fmt="o", color="C0", markerfacecolor=face, capsize=4)
    ax.axvline(0.0, color="0.6", linewidth=0.8, zorder=0)
    ax.set_yticks(positions, measured["estimator"])
    ax.set_ylim(-0.6, len(measured) - 0.4)
    ax.set_xlabel(f"mutual information ({table['unit'].iloc[0]}), bars: one standard error")
    if measured["warnings"].astype(bool).any():
        ax.text(1, 0.02, "open marker: see its warnings ", transform=ax.transAxes, ha="right", fontsize="small")
    ax.set_title(title, parse_math=False)  # a column may be called "price ($)"


def _measured(estimator: Estimator, x: np.ndarray, y: np.ndarray, unit: str, rng: int) -> dict[str, object]:
    start = time.perf_counter()
    try:
        estimate = measure(estimator, x, y, rng=rng).to(unit)
        refused = ""
    except ValueError as error:
        estimate = Estimate(math.nan, math.nan, n=len(x), method=type(estimator).__name__, unit=unit)
        refused = str(error)
    seconds, warnings = time.perf_counter() - start, " ".join(estimate.warnings)
    numbers = estimate.method, estimate.value, estimate.stderr, unit, estimate.n
    return dict(zip(COLUMNS, (estimator.name, *numbers, seconds, warnings, refused), strict=True))


def _separation(a: pd.Series, b: pd.Series) -> float:
    """Distance of two estimates in combined standard errors."""
    gap, combined = abs(a.value - b.value), math.hypot(a.stderr, b.stderr)
    if gap == 0.0:
        return 0.0
    return gap / combined if combined else math.inf
