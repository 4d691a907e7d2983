r"""To compress or not, in closed form: how a code of limited power divides it between what views share and what not.

The world is that of :func:`szilard.representation.two_views`. Each view is coded by two numbers with unit noise, of
signal power A for the shared coordinate and B for the private one, A + B ≤ P. With u = 1/(1 + s), s the views' noise,

.. math:: I(Z_1;Z_2)=-\tfrac12\ln\Bigl(1-\frac{u^2A^2}{(1+A)^2}\Bigr),\qquad
    I(X_1;Z_1)=\tfrac12\ln(1+A)(1+B),\qquad
    I(Z_1;Y)=\tfrac12\ln\frac{1+c^2+\sigma^2}{1-u\frac A{1+A}+\frac{c^2}{1+B}+\sigma^2}.

The encoder maximises :math:`I(Z_1;Z_2)+\mu I(X_1;Z_1)`: it compresses where μ < 0 and retains where μ > 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from szilard.representation.gaussian_views import GaussianVariables, two_views
from szilard.validation import check_positive

GRID = 4001  # values of each power among which the best is looked for, then refined

__all__ = ["PowerSplit"]


@dataclass(frozen=True)
class PowerSplit:
    """A world of two views, a power P, and the codes that the encoders choose.

    Args:
        noise: s, variance of the noise in the shared coordinate of each view.
        power: P, the most signal power of a code, in units of its noise.
        label_noise: σ², variance of the noise in the label.
    """

    noise: float = 0.1
    power: float = 2.0
    label_noise: float = 0.1

    def __post_init__(self) -> None:
        for name in ("noise", "power", "label_noise"):
            check_positive(getattr(self, name), name)

    @property
    def clean(self) -> float:
        """u = 1/(1 + s)."""
        return 1 / (1 + self.noise)

    def between_codes(self, a: float | np.ndarray) -> np.ndarray:
        """I(Z1; Z2) in nats of codes with power ``a`` in the shared coordinate."""
        a = np.asarray(a, dtype=float)
        return -0.5 * np.log1p(-((self.clean * a / (1 + a)) ** 2))

    def kept(self, a: float | np.ndarray, b: float | np.ndarray) -> np.ndarray:
        """I(X1; Z1) in nats."""
        return 0.5 * (np.log1p(a) + np.log1p(b))

    def about_label(self, a: float | np.ndarray, b: float | np.ndarray, relevance: float | np.ndarray) -> np.ndarray:
        """I(Z1; Y) in nats where private information has the weight ``relevance`` (c) in the label."""
        a, b, c2 = np.asarray(a, dtype=float), np.asarray(b, dtype=float), np.square(relevance)
        left = 1 - self.clean * a / (1 + a) + c2 / (1 + b) + self.label_noise
        return 0.5 * np.log((1 + c2 + self.label_noise) / left)

    def best_code(self, mu: float) -> tuple[float, float]:
        """Powers (A, B) that maximise I(Z1; Z2) + μ I(X1; Z1) under A + B ≤ P.

        For μ < 0 no power goes to the private coordinate; for μ ≥ 0 all power is used.
        """
        low, high = 0.0, self.power
        for _ in range(4):  # each round narrows the interval two thousandfold
            a = np.linspace(low, high, GRID)
            b = np.zeros_like(a) if mu < 0 else self.power - a
            at = int(np.argmax(self.between_codes(a) + mu * self.kept(a, b)))
            low, high = a[max(at - 1, 0)], a[min(at + 1, GRID - 1)]
        return float(a[at]), float(b[at])

    @property
    def onset(self) -> float:
        r"""The μ > 0 from which on power goes to the private coordinate.

        There the value of private power, μ (1 − 1/(1 + P))/2, equals what shared power adds to I(Z1; Z2) at A = P.
        """
        return self._marginal(self.power) * 2 * (1 + self.power) / self.power

    def _marginal(self, a: float) -> float:
        """dI(Z1; Z2)/dA = ρρ′/(1 − ρ²), ρ = uA/(1 + A)."""
        rho, slope = self.clean * a / (1 + a), self.clean / (1 + a) ** 2
        return rho * slope / (1 - rho**2)

    @property
    def threshold(self) -> float:
        """The relevance c* = 1/((1 + P)√(1 + s)) above which retaining beats compressing: the sign change."""
        return 1 / ((1 + self.power) * math.sqrt(1 + self.noise))

    def best_mu(self, relevance: float) -> float:
        """The smallest μ ≥ 0 whose code says most about the label: 0 up to the threshold; ∞ where even the code that
        retains most says less than one with still more private power would.

        The label's best split has (1 + B)/(1 + A) = c√(1 + s); μ follows from the encoder's own balance.
        """
        k = relevance * math.sqrt(1 + self.noise)
        a = (2 + self.power) / (1 + k) - 1
        b = self.power - a
        if relevance <= self.threshold:
            return 0.0
        return math.inf if b >= a else 2 * self._marginal(a) / (1 / (1 + b) - 1 / (1 + a))

    def world(self, a: float, b: float, relevance: float) -> GaussianVariables:
        """The two views and the label, with codes Z1 and Z2 of these powers: all other information follows from it."""
        weights = np.diag([math.sqrt(a * self.clean), math.sqrt(b)])
        views = two_views(self.noise, relevance, self.label_noise)
        return views.with_channel("Z1", "X1", weights).with_channel("Z2", "X2", weights)
