"""Bad input is refused at the boundary: one sentence that names the argument, what came and what is needed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from szilard.names import did_you_mean, nearest

ROUNDING = 1e-9  # by which a distribution may miss the sum one and, relative to its entries, a matrix Hermiticity
SYMMETRY, SEMIDEFINITE = 1e-8, 1e-12  # what rounding may leave in a covariance of unit variances
_CODES, _TIMES = ": give categories as codes, as pandas.factorize does", ": give times in seconds since the first one"
_REMEDIES = {"U": _CODES, "S": _CODES, "O": _CODES, "m": _TIMES, "M": _TIMES}  # by the kind of what is not numeric
EXACT = 1 << 53  # the integers up to here are exact in float64
LISTED = 10  # names that a message lists

__all__ = [
    "as_covariance", "as_distribution", "as_hermitian", "as_numbers", "as_samples", "check_aligned", "check_choice",
    "check_integer", "check_neighbours", "check_positive", "check_varies", "has_ties",
    "has_unit", "paired_samples", "plain_array", "refuse_unit",
]  # fmt: skip


def plain_array(x: Any, name: str, kinds: str = "fiub") -> np.ndarray:
    """``x`` as a NumPy array of numbers, of any shape and of a dtype of these ``kinds``; objects become float64.

    Accepts NumPy arrays, nested lists, pandas objects with NumPy, nullable or Arrow types, and torch tensors on any
    device. What their missing entries are becomes NaN.

    Raises:
        ValueError: not numeric, or what would lose its meaning as plain numbers: masked entries, units, sparse storage,
            complex numbers where the ``kinds`` do not hold "c".
    """
    _check_plain(x, name, "c" in kinds)
    try:
        if hasattr(x, "detach"):  # torch, without importing it
            x = x.detach().cpu()
            x = x.double() if x.is_floating_point() else x  # NumPy does not know bfloat16
        array = np.asarray(x)
        if array.dtype.kind == "O":
            nullable = hasattr(x, "to_numpy") and hasattr(x, "isna")
            array = x.to_numpy(dtype=object, na_value=np.nan) if nullable else array
            if any(isinstance(each, (str, bytes)) or has_unit(each) for each in array.flat):  # some pass for numbers
                raise TypeError
            array = array.astype(np.float64)
        if array.dtype.kind not in kinds:
            raise TypeError
    except (TypeError, ValueError, OverflowError, RuntimeError):
        raise ValueError(f"{name} must be numeric; got {_describe(x)}") from None
    return array


def _check_plain(x: Any, name: str, complex_numbers: bool) -> None:
    """Refuse what NumPy would strip of its mask, unit or imaginary part without a word, and what is sparse."""
    refuse_unit(x, name)
    parts = x if isinstance(x, (list, tuple)) else (x,)
    masked = sum(int(np.ma.count_masked(part)) for part in parts if isinstance(part, np.ma.MaskedArray))
    if masked:
        raise ValueError(f"{name} must be complete; got {masked} masked entries: leave their rows out or fill them")
    if hasattr(x, "toarray") or "sparse" in str(getattr(x, "layout", "")):
        raise ValueError(f"{name} must be dense; got a sparse {type(x).__name__}: make it dense, as x.toarray() does")
    if getattr(getattr(x, "dtype", None), "kind", "") == "c" and not complex_numbers:
        raise ValueError(f"{name} must be real; got {x.dtype}: give real and imaginary parts as two columns")


def as_samples(x: Any, name: str = "x") -> np.ndarray:
    """``x`` as a finite float64 array of shape (n, d); a vector becomes (n, 1).

    Accepts what :func:`plain_array` accepts. Never modifies ``x``.

    Raises:
        ValueError: as :func:`plain_array`; more than two axes, no rows or columns, NaN or infinite entries, integers
            that float64 cannot tell apart.
    """
    plain = plain_array(x, name)
    array = plain.astype(np.float64, copy=False)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"{name} must have shape (n, d) or (n,) with n, d ≥ 1; got shape {plain.shape}")
    if plain.dtype.kind in "iu" and max(abs(int(plain.min())), int(plain.max())) > EXACT:
        if len(np.unique(plain)) > len(np.unique(array)):
            raise ValueError(
                f"{name} holds integers beyond 2⁵³ that float64 cannot tell apart: subtract an offset first"
            )
    bad = ~np.isfinite(array)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise ValueError(
            f"{name} must be finite; got {int(bad.sum())} NaN or infinite entries, the first at row {row}, "
            f"column {column}: drop or impute them"
        )
    return array


def check_aligned(samples: Sequence[Any], names: Sequence[str]) -> None:
    """Refuse pandas objects whose indexes differ: NumPy would pair their rows by position."""
    indexes = [(name, x.index) for name, x in zip(names, samples, strict=True) if hasattr(x, "index")]
    pandas = [(name, index) for name, index in indexes if hasattr(index, "equals")]
    for name, index in pandas[1:]:
        if not index.equals(pandas[0][1]):
            raise ValueError(
                f"{pandas[0][0]} and {name} must have the same index, row by row; theirs differ: align them, or give "
                ".to_numpy() to pair rows by position"
            )


def paired_samples(x: Any, y: Any, names: tuple[str, str] = ("x", "y")) -> tuple[np.ndarray, np.ndarray]:
    """Two sample arrays with the same number of rows, each as :func:`as_samples` returns it.

    Raises:
        ValueError: as :func:`as_samples`; different numbers of rows, or pandas objects with different indexes.
    """
    first, second = as_samples(x, names[0]), as_samples(y, names[1])
    if len(first) != len(second):
        raise ValueError(
            f"{names[0]} and {names[1]} must have the same number of rows; got {len(first)} and {len(second)}"
        )
    check_aligned((x, y), names)
    return first, second


def check_varies(x: np.ndarray, name: str = "x") -> None:
    """Refuse constant columns: they carry no information and break scale-dependent estimators."""
    constant = np.flatnonzero(np.ptp(x, axis=0) == 0)
    if len(constant):
        raise ValueError(f"{name} must vary in every column; column {constant[0]} is constant: drop it")


def check_neighbours(k: int, n: int) -> None:
    """Refuse a neighbour count that is not an integer with 1 ≤ k < n."""
    check_integer(k, "k", minimum=1)
    if n <= k:
        raise ValueError(f"k must be smaller than the number of samples; got k = {k}, n = {n}")


def check_integer(value: Any, name: str, minimum: int) -> None:
    """Refuse what is not an integer ≥ ``minimum``."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < minimum:
        raise ValueError(f"{name} must be an integer ≥ {minimum}; got {value!r}")


def check_positive(value: Any, name: str) -> None:
    """Refuse what is not a finite number > 0."""
    refuse_unit(value, name)
    try:
        good = not isinstance(value, (bool, str)) and math.isfinite(value) and value > 0
    except (TypeError, OverflowError):
        good = False
    if not good:
        raise ValueError(f"{name} must be a finite number > 0; got {value!r}")


def check_choice(value: Any, name: str, options: Iterable[str]) -> str:
    """``value`` if it is one of ``options``; else an error that lists at most ten, the closest first."""
    options = list(options)
    if value in options:
        return value
    close = nearest(value, options)
    known = [*close, *(option for option in options if option not in close)]
    known = known if len(known) <= LISTED else [*known[:LISTED], f"… ({len(known)} in all)"]
    raise ValueError(f"{name} must be one of {', '.join(known)}; got {value!r}{did_you_mean(value, options)}")


def has_ties(x: np.ndarray) -> bool:
    """Whether more than 1 % of a column repeats values: the distribution is not continuous, or values are rounded."""
    return any(np.count_nonzero(np.diff(np.sort(column)) == 0) > 0.01 * len(column) for column in x.T)


def as_numbers(values: ArrayLike, name: str) -> np.ndarray:
    """``values`` as a finite array of float64, or of complex128 where they are complex.

    Raises:
        ValueError: not numeric, NaN or infinite.
    """
    array = plain_array(values, name, "fiubc")
    array = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite; got NaN or infinite entries")
    return array


def as_distribution(p: ArrayLike, name: str = "p", shape: tuple[int, ...] | None = None) -> np.ndarray:
    """``p`` as float64 probabilities that sum to one up to ``ROUNDING``, unchanged otherwise; one per outcome, on any
    number of axes, or of the ``shape`` that is needed.

    Raises:
        ValueError: not numeric or finite, another shape, a negative entry, or another sum.

    >>> as_distribution([0.25, 0.75])
    array([0.25, 0.75])
    """
    array = as_numbers(p, name)
    if np.iscomplexobj(array) or not array.ndim or not array.size or shape not in (None, array.shape):
        needed = "an array of real probabilities" if shape is None else f"probabilities of shape {shape}"
        raise ValueError(f"{name} must be {needed}; got shape {array.shape}, {array.dtype}")
    least, total = float(array.min()), float(array.sum())
    if least < 0 or abs(total - 1) > ROUNDING:
        raise ValueError(f"{name} must be probabilities that sum to one; got least {least:.3g}, sum {total:.9g}")
    return array


def as_hermitian(matrix: ArrayLike, name: str) -> np.ndarray:
    """``matrix`` as an exactly Hermitian one (d, d), float64, or complex128 where it is complex.

    Raises:
        ValueError: not numeric, finite and square, or not Hermitian up to ``ROUNDING`` of its largest entry.
    """
    array = as_numbers(matrix, name)
    if array.ndim != 2 or array.shape[0] != array.shape[1] or not array.size:
        raise ValueError(f"{name} must be a square matrix; got shape {array.shape}")
    skew = float(np.abs(array - array.conj().T).max())
    if skew > ROUNDING * float(np.abs(array).max()):
        raise ValueError(f"{name} must be Hermitian; {name} - {name}† has an entry of modulus {skew:.3g}")
    return (array + array.conj().T) / 2


def as_covariance(cov: Any, name: str = "cov", semidefinite: bool = False) -> np.ndarray:
    """``cov`` as a symmetric positive definite float64 matrix (d, d); zero eigenvalues pass if ``semidefinite``.

    The units of the coordinates do not matter: the matrix is judged by its correlations.
    """
    matrix = as_samples(cov, name)
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"{name} must be square; got shape {matrix.shape}")
    scale = np.sqrt(np.abs(np.diag(matrix)))
    scale[scale == 0] = scale.max() or 1.0
    correlation = matrix / scale[:, None] / scale
    skew = float(np.abs(correlation - correlation.T).max())
    if skew > SYMMETRY:
        raise ValueError(f"{name} must be symmetric; largest asymmetry of its correlations {skew:.3g}")
    smallest = float(np.linalg.eigvalsh(correlation)[0])
    singular = 4 * len(matrix) * np.finfo(float).eps
    if smallest < -SEMIDEFINITE or (smallest <= singular and not semidefinite):
        needed = "positive semidefinite" if semidefinite else "positive definite"
        raise ValueError(f"{name} must be {needed}; its correlations have the smallest eigenvalue {smallest:.3g}")
    return matrix


def has_unit(value: Any) -> bool:
    """Whether ``value`` is a quantity, of pint or another library, whose unit NumPy would strip."""
    pandas = type(value).__module__.split(".")[0] == "pandas" or hasattr(value, "iloc")
    if pandas:  # labels are attributes too, and times have a resolution that is called a unit
        return hasattr(getattr(value, "dtype", None), "units")
    return hasattr(value, "units") or hasattr(value, "unit")


def refuse_unit(value: Any, name: str) -> None:
    """Refuse a quantity, or a list of them, where plain numbers are needed."""
    if has_unit(value) or (isinstance(value, (list, tuple)) and any(has_unit(each) for each in value)):
        raise ValueError(f"{name} must be plain numbers, in the unit that is documented; got a quantity with a unit")


def _describe(x: Any) -> str:
    dtype = getattr(x, "dtype", None)
    if dtype is None:
        return type(x).__name__
    kind = "M" if str(dtype).startswith("period") else getattr(dtype, "kind", "")  # torch has none
    return f"dtype {dtype}{_REMEDIES.get(kind, '')}"
