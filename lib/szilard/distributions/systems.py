"""Gaussian systems of many variables whose shared information is known exactly: redundant, synergistic, mixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import block_diag

from szilard.distributions.distribution import check_sample_size, exact, exact_o_information
from szilard.distributions.transforms import NormalCDF, SignedPower
from szilard.estimate import OInformation
from szilard.rng import RNG, generator
from szilard.validation import as_covariance, check_choice, check_integer

TRANSFORMS = ("half-cube", "cdf")
# Smallest eigenvalue of a correlation matrix, per coordinate, that counts as dependence without noise: its rounding.
SINGULAR = 4 * float(np.finfo(float).eps)

__all__ = ["TRANSFORMS", "GaussianSystem", "combine", "gaussian_o_information", "mixed", "redundant", "synergistic"]


@dataclass(frozen=True, eq=False)
class GaussianSystem:
    """Variables that are jointly normal, or monotone images of such: the information is the same.

    Args:
        cov: covariance (D, D) of the variables' coordinates, variable after variable.
        dims: width of each variable; they add up to D.
        name: readable name.
        transform: ``None``, ``"half-cube"`` (x√|x|) or ``"cdf"`` (Φ), applied to every coordinate scaled to unit
            variance; the images have mean zero and unit variance again.

    Raises:
        ValueError: ``cov`` not symmetric positive semidefinite, ``dims`` that do not fit it, an unknown transform.
    """

    cov: np.ndarray
    dims: tuple[int, ...]
    name: str = "Gaussian system"
    transform: str | None = None
    _factor: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        cov = as_covariance(self.cov, semidefinite=True).copy()
        _check_dims(self.dims, len(cov))
        if self.transform is not None:
            check_choice(self.transform, "transform", TRANSFORMS)
        scale = np.sqrt(np.diag(cov))
        unit = np.where(scale > 0, scale, 1.0)  # in which the eigenvalues compare, whatever those of the coordinates
        values, vectors = np.linalg.eigh(cov / np.outer(unit, unit))
        cov.setflags(write=False)
        object.__setattr__(self, "cov", cov)
        # The symmetric root: eigenvectors of equal eigenvalues differ between processors, and samples must not.
        object.__setattr__(self, "_factor", scale[:, None] * (vectors * np.sqrt(values.clip(min=0))) @ vectors.T)

    @property
    def truth(self) -> str:
        """How the information is known."""
        return "closed form"

    @property
    def o_information(self) -> OInformation:
        """Exact TC, DTC, Ω, S and gradients in nats."""
        return gaussian_o_information(self.cov, self.dims)

    def sample(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, ...]:
        """``n`` independent draws: one array (n, d) per variable."""
        check_sample_size(n)
        points = generator(rng).standard_normal((n, len(self.cov))) @ self._factor.T
        if self.transform is not None:
            points = _standardised(self.transform, points / np.sqrt(np.diag(self.cov)))
        return tuple(np.ascontiguousarray(part) for part in np.split(points, np.cumsum(self.dims)[:-1], axis=1))

    def transformed(self, transform: str) -> GaussianSystem:
        """The same system seen through a monotone map of every coordinate: ``"half-cube"`` or ``"cdf"``."""
        check_choice(transform, "transform", TRANSFORMS)
        return GaussianSystem(self.cov, self.dims, f"{transform} @ {self.name}", transform)


def redundant(n: int, rho: float, d: int = 1) -> GaussianSystem:
    r"""n variables of unit variance that all correlate by ``rho``: what one knows, the others know too.

    :math:`\det = (1-\rho)^{n-1}(1+(n-1)\rho)`; each of the ``d`` coordinates is an independent copy.

    >>> round(float(redundant(3, 0.6).o_information.omega), 6)
    0.147369
    """
    check_integer(n, "n", minimum=2)
    check_integer(d, "d", minimum=1)
    low = -1.0 / (n - 1)
    if not low < rho < 1:
        raise ValueError(f"rho must lie strictly between {low:.6g} and 1; got {rho!r}")
    return _copies(np.full((n, n), rho) + (1 - rho) * np.eye(n), d, f"redundant({n}, {rho:g})")


def synergistic(n: int, rho: float, d: int = 1) -> GaussianSystem:
    r"""A collider of n variables: the second is driven by all others, which do not know of each other.

    With m = n − 1, the first correlates with the hub by :math:`1/\sqrt m`, the others by :math:`\rho/\sqrt m`
    (the family of `bounoua2024soi`'s code); each of the ``d`` coordinates is an independent copy.

    >>> round(float(synergistic(3, 0.6).o_information.omega), 6)
    -0.123918
    """
    check_integer(n, "n", minimum=3)
    check_integer(d, "d", minimum=1)
    if not -1 < rho < 1:
        raise ValueError(f"rho must lie strictly between -1 and 1; got {rho!r}")
    cov = np.eye(n)
    links = np.r_[1.0, 0.0, np.full(n - 2, rho)] / np.sqrt(n - 1)
    cov[1] += links
    cov[:, 1] += links
    return _copies(cov, d, f"synergistic({n}, {rho:g})")


def combine(*systems: GaussianSystem) -> GaussianSystem:
    """Independent systems side by side: every measure adds up."""
    if not systems:
        raise ValueError("combine needs at least one system; got none")
    if {system.transform for system in systems} != {systems[0].transform}:
        raise ValueError("systems to combine must share one transform")
    return GaussianSystem(
        block_diag(*(system.cov for system in systems)),
        tuple(width for system in systems for width in system.dims),
        " + ".join(system.name for system in systems),
        systems[0].transform,
    )


def mixed(setting: int, rho: float, d: int = 1) -> GaussianSystem:
    """The mixed systems of `bounoua2024soi`'s code: redundancy that grows with ``rho`` beside a synergy that stays.

    Setting 0 is R(3) + R(4) + S(3, 0.7), setting 1 is R(3) + S(3, 0.7), setting 2 is R(3) alone.
    """
    check_integer(setting, "setting", minimum=0)
    if setting > 2:
        raise ValueError(f"setting must be 0, 1 or 2; got {setting}")
    parts = [redundant(3, rho, d)]
    if setting == 0:
        parts.append(redundant(4, rho, d))
    return combine(*parts, *([synergistic(3, 0.7, d)] if setting < 2 else []))


def gaussian_o_information(cov: np.ndarray, dims: Sequence[int]) -> OInformation:
    r"""TC, DTC, Ω, S and gradients of a normal distribution, in nats, from its covariance.

    With :math:`\Sigma` the correlation matrix and P its inverse, both in blocks by variable,

    .. math:: TC = \tfrac12\Bigl(\sum_i\ln|\Sigma_{ii}| - \ln|\Sigma|\Bigr), \qquad
        DTC = \tfrac12\Bigl(\ln|\Sigma| + \sum_i\ln|P_{ii}|\Bigr),

    and :math:`\partial_i\Omega=\Omega(X)-\Omega(X^{\setminus i})` (`rosas2019oinformation`,
    `scagliarini2023gradients`).

    Args:
        cov: covariance (D, D) of the concatenated variables.
        dims: width of each of the two or more variables.

    A singular distribution, in which some coordinate is fixed by other variables, has infinite TC, DTC and S and an
    undefined Ω (nan), and a warning says so.

    Raises:
        ValueError: ``cov`` not a covariance, singular within one variable, or ``dims`` that do not fit it.
    """
    cov = as_covariance(cov, semidefinite=True)
    _check_dims(dims, len(cov))
    scale = np.sqrt(np.diag(cov))
    if not scale.all():
        raise ValueError("cov must have a positive diagonal: a coordinate without variance tells nothing")
    correlation = cov / scale[:, None] / scale
    if np.linalg.eigvalsh(correlation)[0] < SINGULAR * len(correlation):
        return _infinite(correlation, dims)
    rests = (_without(i, correlation, dims) for i in range(len(dims)))
    return exact_o_information(_tc_and_dtc(correlation, dims), rests)


def _tc_and_dtc(correlation: np.ndarray, dims: Sequence[int]) -> tuple[float, float]:
    joint, precision = _log_det(correlation), np.linalg.inv(correlation)
    alone = given_rest = 0.0
    for block in _blocks(dims):
        alone += _log_det(correlation[block, block])
        given_rest += _log_det(precision[block, block])
    return 0.5 * (alone - joint), 0.5 * (joint + given_rest)


def _infinite(correlation: np.ndarray, dims: Sequence[int]) -> OInformation:
    """TC is infinite, and so is DTC ≥ TC / (N − 1); their difference is undefined."""
    warning = (
        "to the precision of float64 the distribution is singular: some coordinate is fixed by others, and the total "
        "correlation is infinite"
    )
    within = [correlation[block, block] for block in _blocks(dims)]
    if any(np.linalg.eigvalsh(part)[0] < SINGULAR * len(correlation) for part in within):
        raise ValueError("cov must be regular within each variable: drop columns that others determine")
    lost, unknown = exact(np.inf), exact(np.nan)
    return OInformation(lost, lost, unknown, lost, (unknown,) * len(dims), {"warnings": (warning,)})


def _blocks(dims: Sequence[int]) -> list[slice]:
    edges = np.concatenate([[0], np.cumsum(dims)])
    return [slice(low, high) for low, high in zip(edges, edges[1:], strict=False)]


def _without(i: int, correlation: np.ndarray, dims: Sequence[int]) -> tuple[float, float]:
    """TC and DTC of all variables but the i-th."""
    columns, widths = np.delete(np.arange(sum(dims)), _blocks(dims)[i]), [*dims[:i], *dims[i + 1 :]]
    return _tc_and_dtc(correlation[np.ix_(columns, columns)], widths) if len(widths) > 1 else (0.0, 0.0)


def _log_det(matrix: np.ndarray) -> float:
    return float(np.linalg.slogdet(matrix)[1])


def _copies(cov: np.ndarray, d: int, name: str) -> GaussianSystem:
    """``d`` independent copies, the copies of one variable side by side."""
    return GaussianSystem(np.kron(cov, np.eye(d)), (d,) * len(cov), name if d == 1 else f"{name}, {d} copies")


def _standardised(transform: str, x: np.ndarray) -> np.ndarray:
    """Images of standard normal numbers, of mean zero and unit variance: E|x|³ = 2√(2/π), and Φ(x) is uniform."""
    if transform == "half-cube":
        return SignedPower(1.5)(x) / np.sqrt(2 * np.sqrt(2 / np.pi))
    return (NormalCDF()(x) - 0.5) * np.sqrt(12)


def _check_dims(dims: Sequence[int], total: int) -> None:
    if len(dims) < 2:
        raise ValueError(f"dims must name at least two variables; got {tuple(dims)}")
    for width in dims:
        check_integer(width, "dims", minimum=1)
    if sum(dims) != total:
        raise ValueError(f"dims must add up to {total}, the size of cov; got {tuple(dims)}")
