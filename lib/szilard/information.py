"""Entropies and divergences of distributions that are given as numbers, in nats."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr, rel_entr

from szilard.validation import as_distribution

__all__ = ["binary_entropy", "divergence", "entropy"]


def entropy(p: ArrayLike, name: str = "p") -> float:
    r"""Shannon entropy :math:`-\sum p\ln p` in nats, of probabilities that sum to one, on any number of axes.

    Raises:
        ValueError: ``p`` is no distribution; it is called ``name`` there.

    >>> round(entropy([0.5, 0.25, 0.25]), 6)  # one and a half bits
    1.039721
    """
    return float(entr(as_distribution(p, name)).sum())


def binary_entropy(q: ArrayLike) -> np.ndarray:
    r"""Entropy of a coin with probability q of one side, :math:`h(q)=-q\ln q-(1-q)\ln(1-q)`, in nats, in its shape.

    Raises:
        ValueError: a probability outside [0, 1].

    >>> bool(binary_entropy(0.5) == np.log(2))
    True
    """
    q = np.asarray(q, float)
    if q.size and not ((q >= 0) & (q <= 1)).all():
        raise ValueError(f"q must lie between 0 and 1; got values from {q.min()} to {q.max()}")
    return entr(q) + entr(1 - q)


def divergence(p: ArrayLike, q: ArrayLike, names: tuple[str, str] = ("p", "q")) -> float:
    r"""Kullback–Leibler divergence :math:`D(p\|q)=\sum p\ln\frac pq` in nats; infinite where q vanishes and p does not.

    Both are probabilities that sum to one, of one shape, on any number of axes.

    Raises:
        ValueError: ``p`` or ``q`` is no distribution, or their shapes differ; they are called ``names`` there.

    >>> divergence([0.5, 0.5], [0.5, 0.5]), divergence([0.5, 0.5], [1.0, 0.0])
    (0.0, inf)
    """
    p, q = (as_distribution(values, name) for values, name in zip((p, q), names, strict=True))
    if p.shape != q.shape:
        raise ValueError(f"{names[0]} and {names[1]} must have the same shape; got {p.shape}, {q.shape}")
    return max(float(rel_entr(p, q).sum()), 0.0)  # below zero by rounding alone
