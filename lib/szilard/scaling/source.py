"""A language whose entropy rate is known exactly, and that a model learns piece by piece: what follows depends on the
last few tokens, every context has its own successors, and contexts are as unevenly frequent as words are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from szilard.rng import RNG, generator
from szilard.validation import as_distribution, check_integer, check_positive

if TYPE_CHECKING:
    import torch

ROWS = 16_384  # contexts whose successors are drawn at once

__all__ = ["ContextSource"]


@dataclass(frozen=True)
class ContextSource:
    """A Markov source of some order: each context has as many successors as there are ``probabilities``.

    The successors of a context are drawn once, without replacement, by Zipf's weights 1/rank^``zipf``, and follow it
    with the same probabilities whatever the context; so the entropy rate is that of ``probabilities``, exactly.

    Args:
        vocabulary: number of tokens V.
        order: tokens in a context.
        probabilities: of the successors of a context.
        zipf: exponent of the weights with which tokens become successors.
        seed: which language of this kind.

    Raises:
        ValueError: no distribution, or fewer tokens than successors.

    >>> round(ContextSource(64).entropy_rate, 6)
    1.207974
    """

    vocabulary: int
    order: int = 2
    probabilities: tuple[float, ...] = (0.5, 0.25, 0.15, 0.1)
    zipf: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        check_integer(self.order, "order", 1)
        as_distribution(self.probabilities, "probabilities")
        check_integer(self.vocabulary, "vocabulary", len(self.probabilities))
        check_positive(self.zipf, "zipf")

    @property
    def entropy_rate(self) -> float:
        """Nats per token: the loss of the best predictor there can be."""
        p = np.array(self.probabilities)
        return float(-(p[p > 0] * np.log(p[p > 0])).sum())

    @cached_property
    def successors(self) -> np.ndarray:
        """Successors of each context, (V^order, successors), int64; a context is a number in base V, oldest first."""
        random = generator(self.seed)
        weights = -self.zipf * np.log(np.arange(1, self.vocabulary + 1))
        count, found = len(self.probabilities), []
        for begin in range(0, self.vocabulary**self.order, ROWS):
            rows = min(ROWS, self.vocabulary**self.order - begin)
            keys = weights + random.gumbel(size=(rows, self.vocabulary))  # the largest: draws without replacement
            found.append(np.argpartition(-keys, count - 1, axis=1)[:, :count])
        return random.permuted(np.concatenate(found), axis=1)

    def sample(self, sequences: int, length: int, rng: RNG = 0, device: str = "cpu") -> torch.Tensor:
        """Token sequences (sequences, length), int64, from contexts that a short run of the source has reached."""
        import torch

        random = torch.Generator(device=device).manual_seed(int(generator(rng).integers(2**63)))
        table = self.table(device)
        edges = torch.tensor(np.cumsum(self.probabilities)[:-1], dtype=torch.float32, device=device)
        context = torch.randint(self.vocabulary**self.order, (sequences,), generator=random, device=device)
        tokens = []
        for _ in range(length + WARM_UP):
            uniform = torch.rand(sequences, generator=random, device=device)
            drawn = table[context, torch.bucketize(uniform, edges)]
            context = (context * self.vocabulary + drawn) % self.vocabulary**self.order
            tokens.append(drawn)
        return torch.stack(tokens[WARM_UP:], dim=1)

    def table(self, device: str) -> torch.Tensor:
        """:attr:`successors` as a tensor on ``device``."""
        import torch

        return torch.as_tensor(self.successors, device=device)

    def contexts(self, tokens: torch.Tensor) -> torch.Tensor:
        """Number of the context that ends at each token from the ``order``-th on, (sequences, length − order + 1)."""
        parts = tokens.unfold(1, self.order, 1)
        return sum(parts[..., k] * self.vocabulary ** (self.order - 1 - k) for k in range(self.order))


WARM_UP = 16  # tokens that are thrown away before a sequence begins
