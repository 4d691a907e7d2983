"""The variance-preserving diffusion: how a sample is turned, little by little, into Gaussian noise."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from szilard.validation import check_positive

__all__ = ["VPDiffusion"]


@dataclass(frozen=True)
class VPDiffusion:
    r"""Variance-preserving diffusion on t ∈ [0, 1] with linear noise rate β(t) = β₀ + (β₁ − β₀) t.

    .. math:: dX_t = -\tfrac12 β(t) X_t\,dt + \sqrt{β(t)}\,dW_t, \qquad X_t = k_t X_0 + σ_t Z,

    with :math:`B(t)=\int_0^t β`, :math:`k_t=e^{-B/2}`, :math:`σ_t^2=1-e^{-B}`. Every method takes and returns
    tensors of times. The defaults are those of `franzese2024minde` (after `song2021score`).

    >>> VPDiffusion().k(torch.tensor([0.0, 1.0], dtype=torch.float64)).round(decimals=7).tolist()
    [1.0, 0.0065716]
    """

    beta0: float = 0.1
    beta1: float = 20.0

    def __post_init__(self) -> None:
        check_positive(self.beta0, "beta0")
        check_positive(self.beta1, "beta1")
        if self.beta1 <= self.beta0:
            raise ValueError(f"beta1 must exceed beta0; got beta0 = {self.beta0}, beta1 = {self.beta1}")

    def beta(self, t: Tensor) -> Tensor:
        """Noise rate β(t), which is also the squared diffusion coefficient g(t)²."""
        return self.beta0 + (self.beta1 - self.beta0) * t

    def B(self, t: Tensor) -> Tensor:
        """Accumulated noise rate ∫₀ᵗ β."""
        return (self.beta0 + 0.5 * (self.beta1 - self.beta0) * t) * t

    def k(self, t: Tensor) -> Tensor:
        """Factor by which the signal has shrunk at time t."""
        return torch.exp(-0.5 * self.B(t))

    def variance(self, t: Tensor) -> Tensor:
        """Noise variance σ_t² at time t, accurate down to t = 0."""
        return -torch.expm1(-self.B(t))

    def sigma(self, t: Tensor) -> Tensor:
        """Noise standard deviation σ_t."""
        return torch.sqrt(self.variance(t))

    def log_snr(self, t: Tensor) -> Tensor:
        """Logarithm of the signal-to-noise ratio, λ(t) = log(k_t²/σ_t²) = −log(e^B − 1)."""
        return -torch.log(torch.expm1(self.B(t)))

    def time(self, log_snr: Tensor) -> Tensor:
        """The time at which the log signal-to-noise ratio equals ``log_snr`` (inverse of :meth:`log_snr`)."""
        accumulated = torch.logaddexp(-log_snr, torch.zeros_like(log_snr))
        slope = self.beta1 - self.beta0
        # the stable root of B(t) = accumulated: no cancellation near t = 0
        return 2 * accumulated / (self.beta0 + torch.sqrt(self.beta0**2 + 2 * slope * accumulated))

    def rate(self, t: Tensor) -> Tensor:
        """r(t) = β(t)/σ_t² = −dλ/dt: the speed at which log signal-to-noise ratio is lost."""
        return self.beta(t) / self.variance(t)

    def chi(self, t: Tensor, sigma: float) -> Tensor:
        """Variance at time t of a Gaussian that started with standard deviation ``sigma``."""
        return self.k(t) ** 2 * sigma**2 + self.variance(t)

    def perturb(self, x: Tensor, t: Tensor, z: Tensor) -> Tensor:
        """Noisy samples k_t x + σ_t z; ``t`` broadcasts against ``x`` from the left (n,) → (n, 1)."""
        return self.k(t)[..., None] * x + self.sigma(t)[..., None] * z
