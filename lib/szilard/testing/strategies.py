"""Hypothesis strategies: covariances, normal laws, dependent samples, and input that must be refused."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from szilard.distributions import Gaussian

__all__ = ["BAD_KINDS", "bad_samples", "correlated_samples", "correlations", "covariances", "gaussians", "seeds"]

BAD_KINDS = ("nan", "inf", "three-axes", "no-rows", "text", "ragged", "complex")
"""Kinds of input that no function of samples accepts, as :func:`bad_samples` makes them."""


def seeds() -> st.SearchStrategy[int]:
    """Valid integer values of ``rng``."""
    return st.integers(0, 2**32 - 1)


def correlations(largest: float = 0.99) -> st.SearchStrategy[float]:
    """Correlations between -largest and largest."""
    return st.floats(-largest, largest, allow_nan=False)


@st.composite
def covariances(draw: st.DrawFn, dim: int | None = None, max_dim: int = 5) -> np.ndarray:
    """Positive definite matrices (d, d), well enough conditioned for float64 algebra (condition ≤ 1e4 or so); d is
    ``dim``, or drawn from 1 … ``max_dim``."""
    d = draw(st.integers(1, max_dim)) if dim is None else dim
    factor = draw(hnp.arrays(np.float64, (d, d), elements=st.floats(-3, 3, width=32)))
    return factor @ factor.T + 0.05 * np.eye(d)


@st.composite
def gaussians(draw: st.DrawFn, max_dim: int = 3) -> Gaussian:
    """Joint normal laws of two vectors of up to ``max_dim`` coordinates each."""
    dims = draw(st.tuples(st.integers(1, max_dim), st.integers(1, max_dim)))
    return Gaussian(draw(covariances(sum(dims))), dims)


@st.composite
def correlated_samples(
    draw: st.DrawFn, min_n: int = 20, max_n: int = 200, max_dim: int = 3
) -> tuple[np.ndarray, np.ndarray]:
    """Samples (n, dx) and (n, dy) of a joint normal law: continuous, without ties or constant columns."""
    law = draw(gaussians(max_dim))
    return law.sample(draw(st.integers(min_n, max_n)), rng=draw(seeds()))


@st.composite
def bad_samples(draw: st.DrawFn, kinds: tuple[str, ...] = BAD_KINDS, n: int = 30, dim: int = 2) -> tuple[str, object]:
    """A kind of :data:`BAD_KINDS` (or "constant": a column without variation) and an input of that kind.

    NaN and infinities sit in one entry at a drawn place; everything else about the array is valid.
    """
    kind = draw(st.sampled_from(kinds))
    array = np.random.default_rng(draw(seeds())).standard_normal((n, dim))
    place = draw(st.integers(0, n - 1)), draw(st.integers(0, dim - 1))
    if kind == "nan":
        array[place] = np.nan
    elif kind == "inf":
        array[place] = draw(st.sampled_from([np.inf, -np.inf]))
    elif kind == "constant":
        array[:, place[1]] = draw(st.floats(-1e3, 1e3))
    elif kind not in BAD_KINDS:
        raise ValueError(f"kinds must come from {', '.join((*BAD_KINDS, 'constant'))}; got {kind!r}")
    return kind, _reshaped(kind, array)


def _reshaped(kind: str, array: np.ndarray) -> object:
    """``array`` in the unacceptable container or type that ``kind`` names; unchanged for the other kinds."""
    if kind == "three-axes":
        return array[:, :, None]
    if kind == "no-rows":
        return array[:0]
    if kind == "text":
        return [[f"value {entry:.2f}" for entry in row] for row in array]
    if kind == "ragged":
        return [list(row[: 1 + index % 2]) for index, row in enumerate(array)]
    if kind == "complex":
        return array + 1j
    return array
