r"""How far apart the outputs of a model are with and without some records: divergences and the best attack.

Let S be m records and Q any queries. Given the other records, f(Q) and f(S) are jointly normal, and the labels of S are
f(S) plus noise. In coordinates in which f(Q) has unit variance without S, learning the labels shrinks m variances to
:math:`1-t_i` and moves the means by :math:`\sqrt{t_i}\,\rho_{ic}` for output c. The shares :math:`t_i`, correlations
squared between f(Q) and the labels, and the surprises :math:`e_i=\sum_c\rho_{ic}^2` are all that matters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from szilard.validation import as_numbers, check_integer

NODES = 400
FADED = 38.0  # a factor of exp(−38) is below rounding

__all__ = ["Distinguishability", "attack_auc"]


@dataclass(frozen=True, eq=False)
class Distinguishability:
    """Leave-one-out distinguishability of one query set, or of each of many (`ye2024lood`).

    Args:
        share: t, correlations squared between the queries and the labels left out, (…, m), each in [0, 1).
        surprise: e, squared residuals of these labels over their predictive variance, summed over outputs, (…, m).
        mean_distance: half the squared distance of the mean outputs, summed over queries and outputs, (…). The authors'
            code takes the average in place of the sum.
        outputs: C, independent outputs with one covariance.
    """

    share: np.ndarray
    surprise: np.ndarray
    mean_distance: np.ndarray
    outputs: int

    @cached_property
    def kl(self) -> np.ndarray:
        r"""Divergence of the outputs without the records from those with them, nats, (…).

        .. math:: \mathrm{KL}=\tfrac12\sum_i\Bigl[C\Bigl(\log(1-t_i)+\tfrac{t_i}{1-t_i}\Bigr)
            +\tfrac{t_i}{1-t_i}\,e_i\Bigr]
        """
        odds = self.share / (1 - self.share)
        return 0.5 * (self.outputs * (np.log1p(-self.share) + odds) + odds * self.surprise).sum(-1)

    @cached_property
    def reverse_kl(self) -> np.ndarray:
        """Divergence of the outputs with the records from those without them, nats, (…)."""
        t = self.share
        return 0.5 * (self.outputs * (-np.log1p(-t) - t) + t * self.surprise).sum(-1)

    @cached_property
    def auc(self) -> np.ndarray:
        """Of the best attack that tells from one draw of the outputs whether the records were there, (…)."""
        return attack_auc(self.share, self.surprise, self.outputs)

    @cached_property
    def information(self) -> np.ndarray:
        r"""What the labels would tell about the outputs before they are seen, nats, (…).

        .. math:: I(f(Q);y_S)=-\tfrac C2\sum_i\log(1-t_i)
        """
        return -0.5 * self.outputs * np.log1p(-self.share).sum(-1)


def attack_auc(share: ArrayLike, surprise: ArrayLike, outputs: int = 1) -> np.ndarray:
    r"""Area under the curve of the likelihood-ratio attack, exactly.

    The log likelihood ratio is a sum of squares of normal variables under either hypothesis. The area is the
    probability that it is larger for a member than for another, and follows from the characteristic function φ of the
    difference (`gilpelaez1951note`, `imhof1961computing`):

    .. math:: \mathrm{AUC}=\tfrac12+\tfrac1\pi\int_0^\infty\operatorname{Im}\varphi(u)\,\frac{\mathrm du}u.

    For one query it is a doubly non-central F distribution; unlike that form it stays regular as t vanishes. The
    trapezoidal rule in log u converges exponentially; errors are of the order of rounding.

    Args:
        share: t, shape (…, m), each in [0, 1).
        surprise: e ≥ 0, same shape.
        outputs: C.

    Returns:
        Areas in [1/2, 1), shape (…).

    Raises:
        ValueError: shapes that differ, a share outside [0, 1), a negative surprise, fewer than one output.

    >>> float(attack_auc([0.5], [0.0], outputs=2).round(12))  # 1 / (2 − t)
    0.666666666667
    """
    t, e = as_numbers(share, "share"), as_numbers(surprise, "surprise")
    check_integer(outputs, "outputs", minimum=1)
    if t.shape != e.shape or not t.ndim:
        raise ValueError(f"share and surprise must have one shape (…, m); got {t.shape} and {e.shape}")
    if not ((t >= 0) & (t < 1)).all() or (e < 0).any():
        raise ValueError("share must lie in [0, 1) and surprise be ≥ 0")
    rows, surprises = t.reshape(-1, t.shape[-1]), e.reshape(-1, t.shape[-1])
    slope = (t * (2 - t) / (1 - t) * (outputs * t / (2 - t) + e) / 2).sum(-1).reshape(-1)
    areas = np.full(len(rows), 0.5)
    seen = np.flatnonzero(slope > 1e-30)  # below, nothing is to be told
    for start in range(0, len(seen), 256):
        some = seen[start : start + 256]
        areas[some] += _integral(rows[some], surprises[some], outputs, slope[some]) / math.pi
    return areas.reshape(t.shape[:-1])


def _integral(t: np.ndarray, e: np.ndarray, outputs: int, slope: np.ndarray) -> np.ndarray:
    """∫ Im φ(u) d(log u) for rows (n, m); ``slope`` is that of the phase at zero."""
    low = -FADED - np.log(slope)
    high = _faded(t, e, outputs, low)
    steps = (high - low) / (NODES - 1)
    u = np.exp(low[:, None] + steps[:, None] * np.arange(NODES))
    size, phase = _log_characteristic(t, e, outputs, u)
    return (np.exp(size) * np.sin(phase)).sum(1) * steps


def _faded(t: np.ndarray, e: np.ndarray, outputs: int, low: np.ndarray) -> np.ndarray:
    """log u from which on |φ| is below rounding, by bisection: |φ| never grows."""
    low, high = low.copy(), low + 120
    for _ in range(24):
        middle = (low + high) / 2
        fading = _log_characteristic(t, e, outputs, np.exp(middle)[:, None])[0][:, 0] < -FADED
        low, high = np.where(fading, low, middle), np.where(fading, middle, high)
    return high


def _log_characteristic(t: np.ndarray, e: np.ndarray, outputs: int, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """log |φ| and the phase of φ at u (n, nodes), for rows (n, m).

    With x = ut and y = x/(1 − t), φ is the product over i of ((1 + ix)(1 − iy))^(−C/2) and of the exponential of
    te·(i u (2−t) / (2 (1−t) (1+x²) (1+y²)) − u²/2 · ((1−t)/(1+x²) + 1/((1−t)² + x²))); terms that cancel are left out.
    """
    size, phase = np.zeros_like(u), np.zeros_like(u)
    for share, surprise in zip(t.T[..., None], e.T[..., None], strict=True):
        left, x = 1 - share, u * share
        y = x / left
        one, two = 1 + x * x, 1 + y * y
        moved = share * surprise
        size -= outputs / 4 * np.log(one * two) + moved * u * u / 2 * (left / one + 1 / (left * left * two))
        phase += outputs / 2 * (np.arctan(y) - np.arctan(x)) + moved * u * (2 - share) / (2 * left * one * two)
    return size, phase
