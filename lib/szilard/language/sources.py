"""Sources whose entropy rate is known exactly: what estimators are tested on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from szilard.information import binary_entropy, entropy
from szilard.jit import njit
from szilard.rng import RNG, generator
from szilard.validation import as_distribution, check_integer

LN2 = float(np.log(2))

__all__ = ["GOLDEN_MEAN", "Markov", "TwoCoins"]


@dataclass(frozen=True, eq=False)
class Markov:
    """A stationary Markov chain.

    Args:
        transitions: P (A, A), the distribution of the next symbol a row.

    Raises:
        ValueError: no square matrix of distributions, or more than one stationary distribution.
    """

    transitions: np.ndarray

    def __post_init__(self) -> None:
        matrix = np.array([as_distribution(row, "transitions") for row in np.atleast_2d(self.transitions)])
        if matrix.shape[0] != matrix.shape[1]:
            raise ValueError(f"transitions must be a square matrix; got shape {matrix.shape}")
        if (np.abs(np.linalg.eigvals(matrix) - 1) < 1e-9).sum() > 1:
            raise ValueError("transitions must have one stationary distribution; got a chain that falls apart")
        object.__setattr__(self, "transitions", matrix)

    @cached_property
    def stationary(self) -> np.ndarray:
        """π with πP = π, shape (A,)."""
        values, vectors = np.linalg.eig(self.transitions.T)
        vector = np.abs(vectors[:, np.argmin(np.abs(values - 1))].real)
        return vector / vector.sum()

    @property
    def entropy_rate(self) -> float:
        """``−Σ π_i P_ij log₂ P_ij`` bits a symbol."""
        return float(self.stationary @ [entropy(row) for row in self.transitions]) / LN2

    def sample(self, n: int, rng: RNG = 0) -> np.ndarray:
        """A stretch of ``n`` symbols from the stationary chain, int64."""
        check_integer(n, "n", 1)
        random = generator(rng).random(n)
        edges = np.cumsum(self.transitions, axis=1)
        edges[:, -1] = 1.0
        start = np.cumsum(self.stationary)
        start[-1] = 1.0
        return _walk(start, edges, random)


@njit(cache=True, nogil=True)
def _walk(start: np.ndarray, edges: np.ndarray, random: np.ndarray) -> np.ndarray:
    symbols = np.empty(len(random), dtype=np.int64)
    row = start
    for t in range(len(random)):
        symbols[t] = np.searchsorted(row, random[t], side="right")
        row = edges[symbols[t]]
    return symbols


GOLDEN_MEAN = Markov(
    np.array([[0.5, 0.5], [1.0, 0.0]])
)  # no two ones in a row; h = 2/3 bit, excess entropy log₂ 3 − 4/3


@dataclass(frozen=True)
class TwoCoins:
    r"""A document is a row of tosses of one of two coins, drawn once: a topic, and nothing else to learn.

    The source is stationary and every toss by itself is as uncertain as any other, and yet

    .. math:: H(X_n\mid X_1^{n-1})=\sum_j\binom{n-1}{j}w_j\,h_2(q_j)

    falls with n to the entropy of one coin, since the tosses so far tell which it is. Here w_j is the probability of
    one sequence with j heads and q_j that of heads after it.

    Args:
        heads: probabilities of heads of the two coins.
        first: probability of the first coin.
    """

    heads: tuple[float, float] = (0.2, 0.8)
    first: float = 0.5

    def __post_init__(self) -> None:
        if not all(0 < each < 1 for each in (*self.heads, self.first)):
            raise ValueError(f"heads and first must lie between 0 and 1; got {self.heads}, {self.first}")

    def _weights(self, tosses: int) -> np.ndarray:
        """For each coin and number of heads among so many tosses the probability of one such sequence."""
        j = np.arange(tosses + 1)
        coins = ((self.first, self.heads[0]), (1 - self.first, self.heads[1]))
        return np.array([weight * a**j * (1 - a) ** (tosses - j) for weight, a in coins])

    def predictive(self, tosses: int) -> np.ndarray:
        """Probability of heads after ``tosses`` tosses with 0 to ``tosses`` heads, (tosses + 1,)."""
        w = self._weights(tosses)
        return (w * np.array(self.heads)[:, None]).sum(axis=0) / w.sum(axis=0)

    def in_context(self, n: int) -> float:
        """H(X_n | X_1 … X_{n−1}) in bits, exactly."""
        check_integer(n, "n", 1)
        ways = np.array([float(comb(n - 1, j)) for j in range(n)])
        return float((ways * self._weights(n - 1).sum(axis=0)) @ binary_entropy(self.predictive(n - 1))) / LN2

    @property
    def local(self) -> float:
        """Entropy of any single toss in bits."""
        q = self.first * self.heads[0] + (1 - self.first) * self.heads[1]
        return float(binary_entropy(q)) / LN2

    @property
    def entropy_rate(self) -> float:
        """The limit of :meth:`in_context`, bits a toss."""
        return float(np.array([self.first, 1 - self.first]) @ binary_entropy(self.heads)) / LN2

    def sample(self, documents: int, n: int, rng: RNG = 0) -> np.ndarray:
        """Tosses, (documents, n), 1 for heads."""
        check_integer(documents, "documents", 1)
        check_integer(n, "n", 1)
        rng = generator(rng)
        coin = np.where(rng.random(documents) < self.first, *self.heads)
        return (rng.random((documents, n)) < coin[:, None]).astype(np.int64)

    def surprisal(self, tosses: ArrayLike) -> np.ndarray:
        """Bits of every toss under the exact predictive distribution, shape as given (documents, n)."""
        x = np.atleast_2d(np.asarray(tosses))
        before = np.cumsum(x, axis=1) - x
        p = np.stack([self.predictive(t)[before[:, t]] for t in range(x.shape[1])], axis=1)
        return -np.log2(np.where(x == 1, p, 1 - p))
