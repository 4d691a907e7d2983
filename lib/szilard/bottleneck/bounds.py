r"""How far the loss on unseen data can exceed the loss on the n samples trained on, from what the code retains.

Two of these are scaling forms: they say how a bound grows, and their values are bounds only with the constants that a
theorem proves. The third is a bound as it stands, for a code with few cells.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.estimate import NATS_PER_UNIT, Estimate
from szilard.validation import check_integer

SCALING = "scaling form, constants set to 1"
SUPPLIED = "constants supplied by the user"
PROVED = "proved, for losses between 0 and 1"

__all__ = ["Bound", "bound", "exponential_bound", "fixed_encoder_bound", "loss_factor"]


@dataclass(frozen=True)
class Bound:
    """A limit of the generalisation gap, in units of the loss, and how far it may be trusted.

    >>> Bound(0.25, SCALING)
    0.25 (scaling form, constants set to 1)
    """

    value: float
    status: str

    def __float__(self) -> float:
        return self.value

    def __repr__(self) -> str:
        return f"{self.value:.4g} ({self.status})"


def bound(terms: Iterable[float | Estimate], n: int, constants: Sequence[float] | None = None) -> Bound:
    r"""The bound of `kawaguchi2023ib` at one layer, in its scaling form or with constants.

    With I the sum of the informations in bits,

    .. math:: \sqrt{\frac{I+1}{n}}\qquad\text{or}\qquad G_3\sqrt{\frac{I\ln2+G_2}{n}}+\frac{G_1}{\sqrt n},

    the second where (G₁, G₂, G₃) are given. For an encoder fixed beforehand I is I(X; Z | Y), for one learnt from the
    same samples S it is I(X; Z | Y) + I(φ; S). The theorem's constants depend on the layer, its decoder and the
    confidence; they are no numbers of ours, and :class:`Bound` says which form its value is.

    Args:
        terms: informations, estimates or numbers in nats.
        n: training samples.
        constants: (G₁, G₂, G₃), each ≥ 0.

    Raises:
        ValueError: no terms or a negative one, fewer than one sample, or other than three constants ≥ 0.

    >>> bound([2 * math.log(2), math.log(2)], n=100)
    0.2 (scaling form, constants set to 1)
    >>> bound([0.0], n=100, constants=(1, 4, 2))
    0.5 (constants supplied by the user)
    """
    nats = sum(_nats(terms))
    check_integer(n, "n", minimum=1)
    if constants is None:
        return Bound(math.sqrt((nats / NATS_PER_UNIT["bits"] + 1) / n), SCALING)
    given = [float(each) for each in constants]
    if len(given) != 3 or not all(0 <= each < math.inf for each in given):
        raise ValueError(f"constants must be three finite numbers ≥ 0, (G₁, G₂, G₃); got {constants!r}")
    first, second, third = given
    return Bound(third * math.sqrt((nats + second) / n) + first / math.sqrt(n), SUPPLIED)


def exponential_bound(information: float | Estimate, n: int) -> Bound:
    r"""The older form of `shwartzziv2018representation`, exponential in the bits that the code keeps of the input.

    .. math:: \sqrt{2^{I(X;Z)}/n}

    Args:
        information: I(X; Z), an estimate or a number in nats.
        n: training samples.

    Raises:
        ValueError: a negative information, or fewer than one sample.

    >>> exponential_bound(4 * math.log(2), n=100)
    0.4 (scaling form, constants set to 1)
    """
    (nats,) = _nats([information])
    check_integer(n, "n", minimum=1)
    return Bound(math.exp((nats - math.log(n)) / 2), SCALING)


def fixed_encoder_bound(cells: int, n: int, classes: int = 2, delta: float = 0.05) -> Bound:
    r"""A bound that holds as it stands, for a code of K cells that was fixed before the samples were seen.

    .. math:: \sqrt{\frac{|\mathcal Y|\,K\ln2+\ln(1/\delta)}{2n}}

    With probability 1 − δ or more no decoder of the cells, whatever it learnt, has a larger gap. Its 0–1 loss is a
    table of 0 and 1 over cells and classes, one of :math:`2^{|\mathcal Y|K}`, and Hoeffding's inequality for each is
    summed over all. The gap is linear in the table, so that the bound holds for every loss between 0 and 1.

    Args:
        cells: K, values that the code can take.
        n: training samples, independent of each other and of the encoder.
        classes: number of labels.
        delta: δ, 0 < δ < 1, the probability with which the bound may fail.

    Raises:
        ValueError: a number out of its range.

    >>> fixed_encoder_bound(cells=8, n=1000)
    0.08392 (proved, for losses between 0 and 1)
    """
    for value, name in ((cells, "cells"), (n, "n"), (classes, "classes")):
        check_integer(value, name, minimum=1)
    if not 0 < delta < 1:
        raise ValueError(f"delta must lie between 0 and 1; got {delta!r}")
    return Bound(math.sqrt((classes * cells * math.log(2) - math.log(delta)) / (2 * n)), PROVED)


def loss_factor(probabilities: ArrayLike, losses: ArrayLike, classes: int = 2) -> float:
    r"""G₃ of :func:`bound` for one class, as the code of `kawaguchi2023ib` estimates it over the cells z of a code.

    .. math:: \sum_z\sqrt{2|\mathcal Y|\,p(z\mid y)}\;\ell(z,y)

    It does not grow with the number of samples, but for K even cells of equal loss it is
    :math:`\sqrt{2|\mathcal Y|K}\,\ell`: as large as the exponential of the information that the bound took out.

    Args:
        probabilities: p(z | y), (K,), each ≥ 0, together 1.
        losses: ℓ(z, y), (K,), each ≥ 0.
        classes: number of labels.

    Raises:
        ValueError: shapes that do not match, or numbers out of their range.

    >>> loss_factor([0.25] * 4, [0.5] * 4)
    2.0
    """
    check_integer(classes, "classes", minimum=1)
    p, loss = (np.asarray(each, dtype=np.float64) for each in (probabilities, losses))
    if p.ndim != 1 or p.shape != loss.shape:
        raise ValueError(f"probabilities and losses must have equal shapes (K,); got {p.shape} and {loss.shape}")
    if not (p >= 0).all() or not math.isclose(p.sum(), 1, abs_tol=1e-9) or not ((loss >= 0) & (loss < math.inf)).all():
        raise ValueError(f"probabilities must add to 1, and both must be ≥ 0 and finite; got a sum of {p.sum():.6g}")
    return float((np.sqrt(2 * classes * p) * loss).sum())


def _nats(terms: Iterable[float | Estimate]) -> list[float]:
    values = [term.nats if isinstance(term, Estimate) else float(term) for term in terms]
    if not values or not all(0 <= value < math.inf for value in values):
        raise ValueError(f"informations must be one or more finite numbers ≥ 0, in nats; got {values}")
    return values
