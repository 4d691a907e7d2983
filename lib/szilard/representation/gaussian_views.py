"""Two normal views with a shared and a private part, and a label that needs both: all information in closed form."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from szilard.rng import RNG, generator
from szilard.rounding import above_rounding
from szilard.validation import as_covariance, check_choice, check_integer, check_positive

__all__ = ["GaussianVariables", "two_views"]


@dataclass(frozen=True, eq=False)
class GaussianVariables:
    """Named, jointly normal, centred vectors: sums and channels make new ones, determinants all information.

    Args:
        cov: covariance of all columns (d, d), positive definite.
        columns: by name, the columns of each vector.

    >>> world = two_views(noise=0.1)
    >>> round(world.information("X1", "X2"), 6)
    0.875634
    """

    cov: np.ndarray
    columns: Mapping[str, tuple[int, ...]]

    def __post_init__(self) -> None:
        object.__setattr__(self, "cov", as_covariance(self.cov))
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))

    def _of(self, names: str) -> list[int]:
        """Columns of ``"X1"``, or of several vectors, ``"X1 X2"``, each once."""
        found = [i for name in names.split() for i in self.columns[check_choice(name, "vector", self.columns)]]
        return list(dict.fromkeys(found))

    def entropy(self, names: str) -> float:
        """Differential entropy in nats of one vector or several."""
        part = self._of(names)
        return 0.5 * (len(part) * math.log(2 * math.pi * math.e) + self._log_det(part))

    def information(self, first: str, second: str, given: str = "") -> float:
        """I(first; second | given) in nats; several vectors stand side by side in one text, as in ``"X1 X2"``.

        Raises:
            ValueError: an unknown vector, or a column that is on both sides.
        """
        a, b, c = self._of(first), self._of(second), self._of(given)
        if both := set(a) & set(b):
            raise ValueError(f"second must not repeat a column of first; got {sorted(both)} twice: it is infinite")
        a, b = [i for i in a if i not in c], [i for i in b if i not in c]
        nats = self._log_det(a + c) + self._log_det(b + c) - self._log_det(a + b + c) - self._log_det(c)
        return max(above_rounding(0.5 * nats), 0.0)

    def _log_det(self, part: list[int]) -> float:
        return float(np.linalg.slogdet(self.cov[np.ix_(part, part)])[1]) if part else 0.0

    def with_channel(self, name: str, source: str, matrix: ArrayLike, noise: float = 1.0) -> Self:
        """The same with one more vector, ``matrix`` (k, d) times the ``source`` plus fresh noise of variance ``noise``
        in each of its k coordinates."""
        if name in self.columns:
            raise ValueError(f"name must be new; got {name!r}")
        check_positive(noise, "noise")
        weights, part, d = np.atleast_2d(np.asarray(matrix, dtype=float)), self._of(source), len(self.cov)
        if weights.shape[1] != len(part):
            raise ValueError(f"matrix must have {len(part)} columns, one per column of {source}; got {weights.shape}")
        whole = np.zeros((len(weights), d))
        whole[:, part] = weights
        across = whole @ self.cov
        corner = across @ whole.T + noise * np.eye(len(weights))
        columns = {**self.columns, name: tuple(range(d, d + len(weights)))}
        return type(self)(np.block([[self.cov, across.T], [across, corner]]), columns)

    def sample(self, n: int, rng: RNG = 0) -> dict[str, np.ndarray]:
        """n draws of every vector, (n, width) by name."""
        check_integer(n, "n", minimum=1)
        z = generator(rng).standard_normal((n, len(self.cov))) @ np.linalg.cholesky(self.cov).T
        return {name: z[:, list(part)] for name, part in self.columns.items()}


def two_views(noise: float = 0.1, relevance: float = 1.0, label_noise: float = 0.1) -> GaussianVariables:
    r"""Two views that share S, each with a private part, and a label that may need that of the first:

    .. math:: X_1=(S+N_1,\,P_1),\qquad X_2=(S+N_2,\,P_2),\qquad Y=S+c\,P_1+N_Y,

    S, P_1 and P_2 standard normal. ``"S1"`` and ``"P1"`` name the two coordinates of the first view, ``"S2"`` and
    ``"P2"`` those of the second.

    Args:
        noise: variance of N_1 and N_2.
        relevance: c, the weight of private information in the label; of what makes the label up,
            :math:`c^2/(1+c^2)` is private.
        label_noise: variance of N_Y.
    """
    check_positive(noise, "noise")
    check_positive(label_noise, "label_noise")
    # sources: S, N1, N2, P1, P2, NY
    rows = np.array(
        [[1, 1, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0], [1, 0, 1, 0, 0, 0], [0, 0, 0, 0, 1, 0], [1, 0, 0, relevance, 0, 1]],
        dtype=float,
    )
    cov = rows @ np.diag([1.0, noise, noise, 1.0, 1.0, label_noise]) @ rows.T
    columns = {"X1": (0, 1), "X2": (2, 3), "Y": (4,), "S1": (0,), "P1": (1,), "S2": (2,), "P2": (3,)}
    return GaussianVariables(cov, columns)
