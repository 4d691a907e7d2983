"""Jointly normal vectors: the distributions whose mutual information is a ratio of determinants."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import block_diag, solve_triangular
from scipy.optimize import brentq

from szilard.distributions.distribution import as_points, check_sample_size
from szilard.rng import RNG, generator
from szilard.validation import as_covariance, check_integer, check_positive

# nats that the correlation of one normal pair holds to about 1e-7 in float64
_RESOLVED = (1e-9, 10.0)

__all__ = [
    "Gaussian", "correlation_from_information", "dense", "normal_pair", "rotated_pair", "sparse", "stacked_pair",
    "with_noisier_copy",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Gaussian:
    r"""A centred normal distribution of (X, Y) with covariance ``cov``, whose mutual information is, in nats,

    .. math:: I(X;Y) = \tfrac12 \ln \frac{\det\Sigma_X \det\Sigma_Y}{\det\Sigma}.

    Args:
        cov: covariance of the stacked vector (X, Y), shape (dx + dy, dx + dy), positive definite.
        dims: (dx, dy).
        name: readable name; made from ``dims`` when empty.

    Raises:
        ValueError: ``cov`` is not a positive definite matrix, or ``dims`` does not add up to its size.

    >>> round(Gaussian([[1.0, 0.75], [0.75, 1.0]], (1, 1)).mutual_information, 6)
    0.413339
    """

    cov: np.ndarray = field(repr=False)
    dims: tuple[int, int]
    name: str = ""

    truth = "closed form"

    def __post_init__(self) -> None:
        cov = as_covariance(self.cov).copy()
        cov.setflags(write=False)
        dims = tuple(self.dims) if isinstance(self.dims, (tuple, list)) else ()
        if len(dims) != 2:
            raise ValueError(f"dims must hold two dimensions (dx, dy); got {self.dims!r}")
        for dim in dims:
            check_integer(dim, "dims", minimum=1)
        if sum(dims) != len(cov):
            raise ValueError(f"dims must add up to the size of cov, {len(cov)}; got {dims}")
        object.__setattr__(self, "cov", cov)
        object.__setattr__(self, "dims", tuple(int(dim) for dim in dims))
        object.__setattr__(self, "name", self.name or f"Multinormal {dims[0]} x {dims[1]}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Gaussian) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return self.dims, self.name, self.cov.tobytes()

    @property
    def blocks(self) -> tuple[np.ndarray, np.ndarray]:
        """Covariances of X, (dx, dx), and of Y, (dy, dy)."""
        dx = self.dims[0]
        return self.cov[:dx, :dx], self.cov[dx:, dx:]

    @property
    def mutual_information(self) -> float:
        """Exact mutual information in nats, never below zero."""
        cov_x, cov_y = self.blocks
        nats = 0.5 * (_log_det(cov_x) + _log_det(cov_y) - _log_det(self.cov))
        return max(nats, 0.0)  # rounding may leave −1e-16 for independent blocks

    def sample(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, np.ndarray]:
        """``n`` independent draws: arrays (n, dx) and (n, dy)."""
        check_sample_size(n)
        white = generator(rng).standard_normal((n, len(self.cov)))
        both = white @ np.linalg.cholesky(self.cov).T
        x, y = np.split(both, [self.dims[0]], axis=1)
        return np.ascontiguousarray(x), np.ascontiguousarray(y)

    def distances(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        r"""Squared Mahalanobis distances of x, of y and of (x, y) from the centre, each of shape (n,)."""
        x, y = as_points(x, y, self.dims)
        cov_x, cov_y = self.blocks
        return _mahalanobis(x, cov_x), _mahalanobis(y, cov_y), _mahalanobis(np.hstack([x, y]), self.cov)

    def pointwise_mutual_information(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        r"""Exact :math:`\ln p(x,y)/p(x)p(y)` in nats, shape (n,); its mean over the distribution is I(X;Y)."""
        at_x, at_y, at_both = self.distances(x, y)
        return self.mutual_information + 0.5 * (at_x + at_y - at_both)


def normal_pair(rho: float | None = None, *, mutual_information: float | None = None) -> Gaussian:
    r"""Two standard normal numbers with correlation ``rho``, or with a given information in nats,

    .. math:: I = -\tfrac12 \ln(1 - \rho^2).

    Raises:
        ValueError: not exactly one of the two is given, or ``rho`` lies outside (-1, 1).

    >>> round(normal_pair(mutual_information=2.0).mutual_information, 9)
    2.0
    """
    rho = _one_of("rho", rho, mutual_information, correlation_from_information)
    rho = _check_inside(rho, "rho", -1.0, 1.0)
    return Gaussian(np.array([[1.0, rho], [rho, 1.0]]), (1, 1), "Bivariate normal 1 x 1")


def dense(
    dim_x: int, dim_y: int, correlation: float | None = None, *, mutual_information: float | None = None
) -> Gaussian:
    """Standard normal coordinates that all correlate with each other equally.

    Args:
        dim_x: dimension of X.
        dim_y: dimension of Y.
        correlation: common correlation, in (-1 / (dim_x + dim_y - 1), 1).
        mutual_information: nats, in place of ``correlation``; the correlation is then positive.

    Raises:
        ValueError: a dimension below 1, the correlation outside its interval, or not exactly one of the two.
    """
    check_integer(dim_x, "dim_x", minimum=1)
    check_integer(dim_y, "dim_y", minimum=1)

    def solve(nats: float) -> float:
        _check_information(nats)
        # in the logit of the correlation the root is well conditioned at both ends
        return _logistic(brentq(lambda u: _dense_information(_logistic(u), dim_x, dim_y) - nats, -34.0, 34.0))

    r = _one_of("correlation", correlation, mutual_information, solve)
    dim = dim_x + dim_y
    r = _check_inside(r, "correlation", -1.0 / (dim - 1), 1.0)
    cov = np.full((dim, dim), r) + (1.0 - r) * np.eye(dim)
    return Gaussian(cov, (dim_x, dim_y), f"Multinormal {dim_x} x {dim_y} (dense)")


def sparse(
    dim_x: int, dim_y: int, pairs: int = 2, strength: float | None = None, *, mutual_information: float | None = None
) -> Gaussian:
    r"""Standard normal coordinates of which only ``pairs`` pairs :math:`(X_i, Y_i)` are dependent.

    Both members of a dependent pair see one latent :math:`U_i`, each through its own noise,

    .. math:: X_i = \frac{\lambda U_i + \varepsilon_i}{\sqrt{1+\lambda^2}},\qquad
        \rho = \frac{\lambda^2}{1+\lambda^2},\qquad I = -\frac{m}{2}\ln(1-\rho^2),

    in nats for m pairs.

    Args:
        dim_x: dimension of X.
        dim_y: dimension of Y.
        pairs: number of dependent pairs, at most min(dim_x, dim_y).
        strength: the latent's weight λ > 0.
        mutual_information: nats, in place of ``strength``, shared equally by the pairs.
    """
    check_integer(dim_x, "dim_x", minimum=1)
    check_integer(dim_y, "dim_y", minimum=1)
    check_integer(pairs, "pairs", minimum=1)
    if pairs > min(dim_x, dim_y):
        raise ValueError(f"pairs must be at most min(dim_x, dim_y) = {min(dim_x, dim_y)}; got {pairs}")
    rho = None
    if strength is not None:
        check_positive(strength, "strength")
        rho = 1.0 - 1.0 / (1.0 + strength**2)

    def solve(nats: float) -> float:
        check_positive(nats, "mutual_information")
        return correlation_from_information(nats / pairs)

    rho = _one_of("strength", rho, mutual_information, solve)
    cov = np.eye(dim_x + dim_y)
    first = np.arange(pairs)
    cov[first, dim_x + first] = cov[dim_x + first, first] = rho
    return Gaussian(cov, (dim_x, dim_y), f"Multinormal {dim_x} x {dim_y} ({pairs}-pair)")


def rotated_pair(dim_x: int, dim_y: int, mutual_information: float, rng: RNG = 0) -> Gaussian:
    r"""Standard normal vectors that share ``mutual_information`` ≥ 0 nats in directions that no coordinate shows.

    :math:`m=\min(d_X,d_Y)` pairs of coordinates have correlation :math:`\sqrt{1-e^{-2I/m}}`; then X and Y are each
    turned by an orthogonal matrix drawn from ``rng``, uniform over all of them (`butakov2024lossy`).

    >>> round(rotated_pair(2, 3, 5.0).mutual_information, 9)
    5.0
    """
    check_integer(dim_x, "dim_x", minimum=1)
    check_integer(dim_y, "dim_y", minimum=1)
    pairs = min(dim_x, dim_y)
    rho = 0.0 if mutual_information == 0 else correlation_from_information(mutual_information / pairs)
    rng = generator(rng)
    turn_x, turn_y = _orthogonal(dim_x, rng), _orthogonal(dim_y, rng)
    across = rho * turn_x[:, :pairs] @ turn_y[:, :pairs].T
    cov = np.block([[np.eye(dim_x), across], [across.T, np.eye(dim_y)]])
    return Gaussian(cov, (dim_x, dim_y), f"Rotated multinormal {dim_x} x {dim_y}")


def correlation_from_information(nats: float) -> float:
    r"""Correlation :math:`\sqrt{1-e^{-2I}}` of the normal pair that shares ``nats``.

    >>> round(correlation_from_information(0.413339286592), 6)
    0.75
    """
    _check_information(nats)
    return math.sqrt(-math.expm1(-2.0 * nats))


def stacked_pair(pair: Gaussian) -> Gaussian:
    """Two independent copies of ``pair`` seen as one distribution of ((X1, X2), (Y1, Y2))."""
    dx, dy = pair.dims
    x, y = np.arange(dx), np.arange(dx, dx + dy)
    order = np.concatenate([x, x + dx + dy, y, y + dx + dy])
    cov = block_diag(pair.cov, pair.cov)[np.ix_(order, order)]
    return Gaussian(cov, (2 * dx, 2 * dy), f"Two copies of {pair.name}")


def with_noisier_copy(pair: Gaussian, noise: float = 1.0) -> Gaussian:
    """(X, [Y, Y + noise of this variance]) of ``pair`` (X, Y): the copy adds no information."""
    check_positive(noise, "noise")
    (dx, dy), across = pair.dims, pair.cov[pair.dims[0] :]
    corner = pair.blocks[1] + noise * np.eye(dy)
    return Gaussian(np.block([[pair.cov, across.T], [across, corner]]), (dx, 2 * dy), f"{pair.name} and a noisier copy")


def _one_of(name: str, value: float | None, nats: float | None, solve: Callable[[float], float]) -> float:
    """``value``, or what ``solve`` finds for the information ``nats``; exactly one of them is given."""
    if value is not None and nats is None:
        return value
    if nats is not None and value is None:
        return solve(nats)
    raise ValueError(f"give exactly one of {name} and mutual_information; got {value!r} and {nats!r}")


def _check_inside(value: float, name: str, low: float, high: float) -> float:
    try:
        inside = not isinstance(value, (bool, str)) and low < value < high
    except TypeError:
        inside = False
    if not inside:
        raise ValueError(f"{name} must lie strictly between {low:.6g} and {high:.6g}; got {value!r}")
    return float(value)


def _check_information(nats: float) -> None:
    check_positive(nats, "mutual_information")
    if not _RESOLVED[0] <= nats <= _RESOLVED[1]:
        low, high = _RESOLVED
        raise ValueError(f"mutual_information must lie in [{low:g}, {high:g}] nats per pair; got {nats:g}")


def _orthogonal(dim: int, rng: np.random.Generator) -> np.ndarray:
    """An orthogonal matrix (dim, dim), uniform over all of them."""
    q, r = np.linalg.qr(rng.standard_normal((dim, dim)))
    return q * np.sign(np.diag(r))


def _logistic(u: float) -> float:
    return 1.0 / (1.0 + math.exp(-u))


def _dense_information(r: float, dim_x: int, dim_y: int) -> float:
    # an equicorrelated d × d matrix has one eigenvalue 1 + (d−1) r and d − 1 eigenvalues 1 − r
    joint = dim_x + dim_y
    ratio = math.log1p((dim_x - 1) * r) + math.log1p((dim_y - 1) * r) - math.log1p((joint - 1) * r)
    return 0.5 * (ratio - math.log1p(-r))


def _log_det(cov: np.ndarray) -> float:
    return 2.0 * float(np.log(np.diag(np.linalg.cholesky(cov))).sum())


def _mahalanobis(points: np.ndarray, cov: np.ndarray) -> np.ndarray:
    white = solve_triangular(np.linalg.cholesky(cov), points.T, lower=True)
    return np.einsum("dn,dn->n", white, white)
