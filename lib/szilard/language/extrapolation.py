"""What a curve of code lengths would fall to with endlessly much text: three forms, fitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.validation import as_samples, check_choice

__all__ = ["ANSATZES", "Extrapolation", "extrapolate"]

Form = Callable[[np.ndarray, float, float, float], np.ndarray]


def _hilberg(n: np.ndarray, a: float, beta: float, h: float) -> np.ndarray:
    return a * n ** (beta - 1) + h


def _logarithmic(n: np.ndarray, a: float, beta: float, h: float) -> np.ndarray:
    return a * n ** (beta - 1) * np.log(n) + h


def _stretched(n: np.ndarray, a: float, beta: float, h: float) -> np.ndarray:
    return h * np.exp(a * n ** (beta - 1))


ANSATZES: dict[str, tuple[Form, str]] = {
    "power": (_hilberg, "A n^(β−1) + h"),
    "power with logarithm": (_logarithmic, "A n^(β−1) ln n + h"),
    "stretched exponential": (_stretched, "h exp(A n^(β−1))"),
}


@dataclass(frozen=True)
class Extrapolation:
    """A fitted form.

    Args:
        ansatz: its name in ``ANSATZES``.
        a, beta, h: its parameters; h is the limit, in the unit of the curve, n being in units of the scale.
        stderr: standard error of h, from the curvature at the best fit.
        residual: root of the mean squared residual.
        scale: unit of n: the smallest one, or 1 where a logarithm depends on it.
    """

    ansatz: str
    a: float
    beta: float
    h: float
    stderr: float
    residual: float
    scale: float

    def __call__(self, n: ArrayLike) -> np.ndarray:
        """The form at these lengths."""
        return ANSATZES[self.ansatz][0](np.asarray(n, dtype=float) / self.scale, self.a, self.beta, self.h)


def extrapolate(n: ArrayLike, rate: ArrayLike, ansatz: str = "power") -> Extrapolation:
    """The form called ``ansatz`` (`hilberg1990bekannte`, `takahira2016extrapolation`), fitted by least squares.

    Args:
        n: lengths, (m,) with m ≥ 4, positive and different.
        rate: bits a symbol at each, (m,).
        ansatz: ``"power"``, ``"power with logarithm"`` or ``"stretched exponential"``.

    Raises:
        ValueError: fewer than four lengths, lengths that are not positive or repeat, or an unknown ansatz.
    """
    from scipy.optimize import curve_fit

    check_choice(ansatz, "ansatz", ANSATZES)
    x, y = as_samples(n, "n").ravel(), as_samples(rate, "rate").ravel()
    if len(x) != len(y) or len(x) < 4 or (x <= 0).any() or len(np.unique(x)) < len(x):
        raise ValueError(f"n and rate must be at least 4 pairs, n positive and different; got {len(x)} and {len(y)}")
    order = np.argsort(x)
    scale = 1.0 if ansatz == "power with logarithm" else float(x.min())  # ln n depends on the unit of n
    x, y = x[order] / scale, y[order]
    start = (max(y[0] - y[-1], 1e-3), 0.6, 0.8 * y[-1])
    if ansatz == "stretched exponential":
        start = (float(np.log(max(y[0] / y[-1], 1.001))) + 0.5, 0.7, 0.8 * y[-1])
    form = ANSATZES[ansatz][0]
    bounds = ([0.0, 0.0, 0.0], [np.inf, 0.999, float(y.max())])
    best, covariance = curve_fit(form, x, y, start, bounds=bounds, max_nfev=20_000, xtol=1e-14, ftol=1e-14, gtol=1e-14)
    residual = float(np.sqrt(np.mean((form(x, *best) - y) ** 2)))
    a, beta, h = map(float, best)
    return Extrapolation(ansatz, a, beta, h, float(np.sqrt(covariance[2, 2])), residual, scale)
