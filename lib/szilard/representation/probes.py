"""Probes: what can be read off a representation by a linear map, on examples held out."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from szilard.rng import RNG, generator
from szilard.validation import as_samples, check_positive

__all__ = ["averaged_probe", "informed_nats", "linear_probe", "regression_probe"]


def linear_probe(
    z: ArrayLike,
    labels: ArrayLike,
    holdout: float = 0.5,
    ridge: float = 1e-2,
    per_class: int | None = None,
    rng: RNG = 0,
) -> float:
    """Accuracy, on a part held out, of the ridge regression of one-hot labels on standardised codes.

    Least squares in place of a logistic loss: a closed form, so that the value does not depend on when training stops.

    Args:
        z: codes (n, d).
        labels: classes (n,).
        holdout: share of the rows that is held out.
        ridge: penalty, as a share of the number of rows.
        per_class: labelled rows per class that the probe may see; all that are not held out by default.
        rng: draws the parts.
    """
    z, labels = as_samples(z, "z"), np.asarray(labels)
    if labels.shape != (len(z),):
        raise ValueError(f"labels must have shape ({len(z)},), one per row; got shape {labels.shape}")
    classes, targets = np.unique(labels, return_inverse=True)
    order = generator(rng).permutation(len(z))
    test, fit = np.split(order, [round(holdout * len(z))])
    if per_class is not None:
        fit = np.concatenate([fit[targets[fit] == c][:per_class] for c in range(len(classes))])
    said = _predicted(z, np.eye(len(classes))[targets], fit, test, ridge)
    return float((said.argmax(axis=1) == targets[test]).mean())


def averaged_probe(z: ArrayLike, labels: ArrayLike, per_class: int | None = None, draws: int = 4) -> float:
    """:func:`linear_probe` averaged over ``draws`` of the labelled examples, the same draws whatever the codes are."""
    return float(np.mean([linear_probe(z, labels, per_class=per_class, rng=draw) for draw in range(draws)]))


def regression_probe(z: ArrayLike, y: ArrayLike, holdout: float = 0.5, ridge: float = 1e-4, rng: RNG = 0) -> float:
    """R² on a part held out of the ridge regression of y (n,) on standardised codes z (n, d); 0 at least."""
    z, y = as_samples(z, "z"), as_samples(y, "y")
    test, fit = np.split(generator(rng).permutation(len(z)), [round(holdout * len(z))])
    left = y[test] - _predicted(z, y, fit, test, ridge)
    return max(1 - float((left**2).sum() / ((y[test] - y[test].mean(0)) ** 2).sum()), 0.0)


def informed_nats(r2: float) -> float:
    """−½ ln(1 − R²): the nats of a normal pair whose regression has this R²; at most I(Z; Y) if Y is normal."""
    if not 0 <= r2 < 1:
        raise ValueError(f"r2 must lie in [0, 1); got {r2!r}")
    return -0.5 * math.log1p(-r2)


def _predicted(z: np.ndarray, y: np.ndarray, fit: np.ndarray, test: np.ndarray, ridge: float) -> np.ndarray:
    check_positive(ridge, "ridge")
    mean, spread = z[fit].mean(0), z[fit].std(0)
    x = (z - mean) / np.where(spread > 1e-12, spread, 1.0)
    centre = y[fit].mean(0)
    gram = x[fit].T @ x[fit] + ridge * len(fit) * np.eye(x.shape[1])
    return centre + x[test] @ np.linalg.solve(gram, x[fit].T @ (y[fit] - centre))
