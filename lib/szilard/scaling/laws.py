r"""Two laws for the loss of language models: `kaplan2020scaling` in parameters, steps and batch size, and
`hoffmann2022training` in parameters and tokens.

Losses are in nats per token, sizes N in parameters (for Kaplan's law without embeddings), batch sizes B in tokens.
S counts steps of the optimiser, and compute is C = 6 N B S floating-point operations.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from szilard.validation import as_numbers, check_positive

FLOPS_PER_PARAMETER_AND_TOKEN = 6
HALVINGS, HUGE = 80, 700.0

__all__ = ["FLOPS_PER_PARAMETER_AND_TOKEN", "Allocation", "ChinchillaLaw", "KaplanLaw"]


@dataclass(frozen=True)
class Allocation:
    """How to spend a budget: parameters, tokens, the loss they give in nats, and where the law speaks of them, batch
    size in tokens and steps (``nan`` where it does not)."""

    flops: float
    N: float
    D: float
    loss: float
    B: float = math.nan
    S: float = math.nan

    @property
    def tokens_per_parameter(self) -> float:
        """D / N."""
        return self.D / self.N


@dataclass(frozen=True)
class KaplanLaw:
    r"""Loss of a model of N parameters after S steps of B tokens, each token seen once.

    With infinitely large batches the loss is

    .. math:: L(N, S_{min}) = E + (N_c/N)^{\alpha_N} + (S_c/S_{min})^{\alpha_S},

    and S steps of B tokens do as well as S_min = S / (1 + B_crit(L)/B) steps, where
    :math:`B_{crit}(L) = B_*\,L^{-1/\alpha_B}`. The loss then stands on both sides and is solved for.

    Args:
        Nc, alpha_N: scale (parameters) and exponent of the model's size.
        Sc, alpha_S: scale (steps) and exponent of its training.
        Bstar, alpha_B: scale (tokens) and exponent of the critical batch size; with 0, batches do not matter.
        E_irr: irreducible loss in nats; the law of `kaplan2020scaling` has none.

    Raises:
        ValueError: a constant that is not finite and positive (``Bstar`` and ``E_irr`` may be zero).

    >>> law = KaplanLaw(6.5e13, 0.077, 2.1e3, 0.76, 2.1e8, 0.21)
    >>> round(float(law.loss(1e9, 1e5, 5e5)), 6), round(float(law.loss(1e9, 1e5)), 6)
    (2.550898, 2.400514)
    """

    Nc: float
    alpha_N: float
    Sc: float
    alpha_S: float
    Bstar: float = 0.0
    alpha_B: float = 1.0
    E_irr: float = 0.0

    def __post_init__(self) -> None:
        _check_constants(self, zero=("Bstar", "E_irr"))

    def converged(self, N: ArrayLike) -> np.ndarray:
        """Loss of N parameters trained for ever."""
        return self.E_irr + (self.Nc / _positive(N, "N")) ** self.alpha_N

    def loss(self, N: ArrayLike, S: ArrayLike, B: ArrayLike = math.inf) -> np.ndarray:
        """Loss in nats after ``S`` steps of ``B`` tokens, by bisection to rounding; arguments broadcast.

        Raises:
            ValueError: an argument that is not positive (it may be infinite).
        """
        floor, steps, batch = np.broadcast_arrays(self.converged(N), _positive(S, "S"), _positive(B, "B"))
        falling = (self.Sc / steps) ** self.alpha_S
        ratio = self.Bstar / batch

        def right(log_loss: np.ndarray) -> np.ndarray:
            return floor + falling * (1 + ratio * np.exp(-log_loss / self.alpha_B)) ** self.alpha_S

        with np.errstate(over="ignore"):  # far from any run
            low = np.log(np.maximum(floor, np.finfo(float).tiny))
            high = np.minimum(np.log(right(low)), HUGE)
            for _ in range(HALVINGS if self.Bstar else 0):
                middle = (low + high) / 2
                above = np.exp(middle) > right(middle)
                low, high = np.where(above, low, middle), np.where(above, middle, high)
            return np.exp(high)

    def b_crit(self, L: ArrayLike) -> np.ndarray:
        """Critical batch size in tokens at loss ``L``: there S = 2 S_min and E = 2 E_min.

        >>> law = KaplanLaw(6.5e13, 0.077, 2.1e3, 0.76, 2.1e8, 0.21)
        >>> law.b_crit([3, 2]).round(2)
        array([1122569.71, 7740038.57])
        """
        return self.Bstar * _positive(L, "L") ** (-1 / self.alpha_B)

    def s_min(self, L: ArrayLike, N: ArrayLike) -> np.ndarray:
        """Fewest steps, at any batch size, to loss ``L``; infinite where N parameters never reach it."""
        excess = _positive(L, "L") - self.converged(N)
        with np.errstate(divide="ignore"):
            return self.Sc * np.maximum(excess, 0) ** (-1 / self.alpha_S)

    def e_min(self, L: ArrayLike, N: ArrayLike) -> np.ndarray:
        """Fewest tokens, at any batch size, to loss ``L``; infinite where N parameters never reach it."""
        return self.s_min(L, N) * self.b_crit(L)

    def steps(self, L: ArrayLike, N: ArrayLike, B: ArrayLike) -> np.ndarray:
        """Steps of ``B`` tokens to loss ``L``: S_min + E_min / B."""
        return self.s_min(L, N) * (1 + self.b_crit(L) / _positive(B, "B"))

    def optimal(self, flops: float, ratio: float = 1.0) -> Allocation:
        r"""The model that reaches the lowest loss with so many operations.

        At a fixed loss, N S_min is least where :math:`\alpha_N (N_c/N)^{\alpha_N} = \alpha_S (S_c/S_{min})^{\alpha_S}`:
        training stops at a reducible loss of 1 + α_N/α_S times that of convergence.

        Args:
            flops: the budget C.
            ratio: batch size over the critical one at the loss that is reached; 0 spends the fewest operations.

        Raises:
            ValueError: the law has no critical batch size, or an argument is out of range.
        """
        check_positive(flops, "flops")
        if not self.Bstar:
            raise ValueError("Bstar must be > 0 for steps to cost tokens; got 0: fit a law with batch sizes")
        if not 0 <= ratio < math.inf:
            raise ValueError(f"ratio must be a finite number ≥ 0; got {ratio!r}")
        target = math.log(flops / (1 + ratio))

        def excess(log_n: float) -> float:
            n = math.exp(log_n)
            loss = self._stop(n)
            return math.log(FLOPS_PER_PARAMETER_AND_TOKEN * n * float(self.e_min(loss, n))) - target

        n = math.exp(brentq(excess, *_bracket(excess), xtol=1e-13, rtol=1e-14))
        loss = self._stop(n)
        tokens, batch = (1 + ratio) * float(self.e_min(loss, n)), ratio * float(self.b_crit(loss))
        return Allocation(float(flops), n, tokens, loss, batch, tokens / batch if batch else math.inf)

    def _stop(self, N: float) -> float:
        """Loss at which training N parameters stops paying: the reducible part is 1 + α_N/α_S times the last one."""
        return self.E_irr + float(self.converged(N) - self.E_irr) * (1 + self.alpha_N / self.alpha_S)


@dataclass(frozen=True)
class ChinchillaLaw:
    r"""Loss of a model of N parameters trained on D tokens, :math:`L = E + A N^{-\alpha} + B D^{-\beta}`.

    Args:
        A, B: prefactors, in nats.
        E: irreducible loss in nats; may be zero.
        alpha, beta: exponents.

    Raises:
        ValueError: a constant that is not finite and positive (``E`` may be zero).

    >>> law = ChinchillaLaw(482.01, 2085.43, 1.8169, 0.3478, 0.3658)
    >>> round(law.optimal(5.88e23).tokens_per_parameter, 1)
    18.4
    """

    A: float
    B: float
    E: float
    alpha: float
    beta: float

    def __post_init__(self) -> None:
        _check_constants(self, zero=("E",))

    def loss(self, N: ArrayLike, D: ArrayLike) -> np.ndarray:
        """Loss in nats of ``N`` parameters and ``D`` tokens; they broadcast and may be infinite."""
        return self.E + self.A * _positive(N, "N") ** -self.alpha + self.B * _positive(D, "D") ** -self.beta

    def optimal(self, flops: float) -> Allocation:
        r"""The N and D with 6 N D = C that reach the lowest loss.

        :math:`N = G (C/6)^{\beta/(\alpha+\beta)}` with :math:`G = (\alpha A / \beta B)^{1/(\alpha+\beta)}`.
        """
        check_positive(flops, "flops")
        total, both = flops / FLOPS_PER_PARAMETER_AND_TOKEN, self.alpha + self.beta
        n = (self.alpha * self.A / (self.beta * self.B)) ** (1 / both) * total ** (self.beta / both)
        return Allocation(float(flops), n, total / n, float(self.loss(n, total / n)))


def _check_constants(law: object, zero: tuple[str, ...]) -> None:
    for field in fields(law):  # type: ignore[arg-type]  # both laws are dataclasses
        value = getattr(law, field.name)
        if field.name not in zero or value != 0:
            check_positive(value, field.name)


def _positive(values: ArrayLike, name: str) -> np.ndarray:
    """``values`` as float64, each above zero and perhaps infinite."""
    plain: Any = np.asarray(values)
    finite = np.where(np.isposinf(plain), 1.0, plain) if plain.dtype.kind == "f" else plain
    array = as_numbers(finite, name)
    if np.iscomplexobj(array) or (array <= 0).any():
        raise ValueError(f"{name} must be > 0; got {np.min(array.real):.6g}")
    return np.asarray(plain, dtype=float)


def _bracket(function: Callable[[float], float]) -> tuple[float, float]:
    """Two arguments between which an increasing function changes its sign."""
    low, high = 0.0, 50.0
    while function(low) > 0:
        low -= 50.0
    while function(high) < 0:
        high += 50.0
    return low, high
