"""A distribution seen through invertible maps of its two vectors: new marginals, the same mutual information."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.distributions.distribution import Distribution, PointwiseDistribution, as_points
from szilard.distributions.transforms import Homeomorphism, Identity
from szilard.rng import RNG

__all__ = ["Transformed"]


@dataclass(frozen=True)
class Transformed:
    """The distribution of (f(X), g(Y)), whose mutual information is that of (X, Y).

    Args:
        base: the distribution of (X, Y).
        fx: invertible map of X.
        fy: invertible map of Y.
        name: readable name; made from the maps and the base when empty.

    Raises:
        ValueError: a map is not defined in the dimension of its vector.

    >>> from szilard.distributions import Asinh, Student
    >>> Transformed(Student.identity(1, 1, dof=1), Asinh(), Asinh()).name
    'Asinh @ Student-t 1 x 1 (dof=1)'
    """

    base: PointwiseDistribution
    fx: Homeomorphism = Identity()
    fy: Homeomorphism = Identity()
    name: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.base, Distribution):
            raise ValueError(f"base must be a distribution; got {type(self.base).__name__}")
        for argument in ("fx", "fy"):
            if not isinstance(getattr(self, argument), Homeomorphism):
                raise ValueError(f"{argument} must be an invertible map; got {getattr(self, argument)!r}")
        names = (self.fx.name, self.fy.name)
        maps = names[0] if names[0] == names[1] else f"({names[0]}, {names[1]})"
        object.__setattr__(self, "name", self.name or f"{maps} @ {self.base.name}")
        self.dims  # noqa: B018 — asks both maps whether they are defined here

    @property
    def dims(self) -> tuple[int, int]:
        """Dimensions of f(X) and g(Y)."""
        dx, dy = self.base.dims
        return self.fx.output_dim(dx), self.fy.output_dim(dy)

    @property
    def truth(self) -> str:
        """How the information is known."""
        return f"{self.base.truth}, kept by invertible maps"

    @property
    def mutual_information(self) -> float:
        """Exact mutual information in nats."""
        return self.base.mutual_information

    def sample(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, np.ndarray]:
        """``n`` independent draws of (f(X), g(Y))."""
        x, y = self.base.sample(n, rng)
        return self.fx(x), self.fy(y)

    def invert(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The points of the base distribution behind ``x`` and ``y``."""
        x, y = as_points(x, y, self.dims)
        return self.fx.inverse(x), self.fy.inverse(y)

    def pointwise_mutual_information(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        r"""Exact :math:`\ln p(x,y)/p(x)p(y)` in nats, shape (n,): the base distribution's, as Jacobians cancel."""
        return self.base.pointwise_mutual_information(*self.invert(x, y))
