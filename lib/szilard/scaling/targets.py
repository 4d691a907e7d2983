"""What tiny networks learn, and how long they are trained: a target on a cube, and a budget that names itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from szilard.validation import check_integer, check_positive

__all__ = ["SQUARE", "Budget", "Target", "sum_of_squares"]


def _sum_of_squares(x: np.ndarray) -> np.ndarray:
    return np.asarray((x * x).sum(axis=1))


@dataclass(frozen=True)
class Target:
    """A function on the cube [-a, a]^dim.

    Args:
        name: for reading.
        function: points (n, dim) to values (n,); of this module or another, not made on the spot, where processes
            are to share it.
        a: half the side of the cube.
        dim: number of coordinates.

    Raises:
        ValueError: ``a`` or ``dim`` is not positive.
    """

    name: str
    function: Callable[[np.ndarray], np.ndarray] = _sum_of_squares
    a: float = 2.0
    dim: int = 1

    def __post_init__(self) -> None:
        check_positive(self.a, "a")
        check_integer(self.dim, "dim", minimum=1)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Values (n,) at points (n, dim)."""
        return np.asarray(self.function(x), dtype=float)

    def points(self, n: int, shift: float = 0.0) -> np.ndarray:
        """``n`` points (n, dim) spread evenly: a grid with both ends on the line; on a cube a lattice without a period,
        moved by ``shift`` of a side so that two lattices can be kept apart."""
        check_integer(n, "n", minimum=2)
        if self.dim == 1:
            return np.linspace(-self.a, self.a, n)[:, None]
        root = _plastic(self.dim)
        steps = np.array([root ** -(k + 1) for k in range(self.dim)]).round(12)
        lattice = (0.5 + shift + np.arange(1, n + 1)[:, None] * steps) % 1.0
        return self.a * (2 * lattice - 1)


def _plastic(dim: int) -> float:
    """The root of r^(dim + 1) = r + 1 above one; its powers make the most even lattice known (golden ratio for 1)."""
    root = 2.0
    for _ in range(60):
        root = (1 + root) ** (1 / (dim + 1))
    return root


SQUARE = Target("x²")


def sum_of_squares(dim: int, a: float = 2.0) -> Target:
    """The squared length of x as a target on the cube [-a, a]^dim; for one coordinate it is the paper's x².

    >>> sum_of_squares(2)(np.array([[1.0, 2.0]]))
    array([5.])
    """
    return Target("x²" if dim == 1 else f"|x|² in {dim} dimensions", a=a, dim=dim)


@dataclass(frozen=True)
class Budget:
    """How a tiny network is trained: full-batch Adam with a rate that falls exponentially.

    Args:
        steps: number of steps.
        lr: first and last learning rate.
        n_points: training points, evenly spread; at least four per neuron keep a network from bending between them.

    Raises:
        ValueError: not positive.
    """

    steps: int = 3000
    lr: tuple[float, float] = (1e-2, 1e-4)
    n_points: int = 65

    def __post_init__(self) -> None:
        check_integer(self.steps, "steps", minimum=0)
        check_integer(self.n_points, "n_points", minimum=2)
        for rate in self.lr:
            check_positive(rate, "lr")

    def rates(self) -> np.ndarray:
        """Learning rate of each step, rounded to single precision: powers differ in the last bit of double between
        processors, and training would magnify it."""
        first, last = self.lr
        share = np.arange(self.steps) / max(self.steps - 1, 1)
        return (first * (last / first) ** share).astype(np.float32).astype(np.float64)

    def __str__(self) -> str:
        """For example ``3,000 steps of Adam at rates 0.01 to 0.0001 on 65 points``."""
        return f"{self.steps:,} steps of Adam at rates {self.lr[0]:g} to {self.lr[1]:g} on {self.n_points} points"
