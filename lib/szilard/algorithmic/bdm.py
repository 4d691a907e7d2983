"""The block decomposition method, and what it leaves out: the order of the blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.algorithmic.ctm import CodingTable, coding_table
from szilard.algorithmic.description import as_bits
from szilard.validation import check_integer

__all__ = ["BlockDecomposition", "block_decomposition"]


@dataclass(frozen=True)
class BlockDecomposition:
    """A sequence cut into blocks, and what its parts cost, in bits; symbols at its end that fill no block do not count.

    Args:
        bits: the sum over different blocks of K(block) + log2(how often it occurs).
        order_bits: log2 of the number of orders in which the same blocks can stand; not part of ``bits``.
        blocks: number of blocks.
        distinct: number of different blocks.
    """

    bits: float
    order_bits: float
    blocks: int
    distinct: int


def block_decomposition(sequence: ArrayLike, table: CodingTable | None = None, block: int = 12) -> BlockDecomposition:
    r"""Complexity of a binary sequence from the complexities of its blocks (`zenil2018bdm`).

    .. math:: \mathrm{BDM}(x) = \sum_{b \in \mathrm{blocks}(x)} K(b) + \log_2 n_b

    where the sum runs over different blocks and :math:`n_b` counts how often b occurs.

    This is not an upper bound on Kolmogorov complexity: blocks and their numbers do not tell in which order the
    blocks stand, and the order may need far more bits, ``order_bits``, than BDM has. A sequence whose structure
    has the block's length, as primes modulo 12 have, looks simple for that reason alone.

    Args:
        sequence: text of 0 and 1, or an array of 0 and 1 or of booleans, (n,).
        table: complexities of all blocks; by default those of five states, ``coding_table(5)``.
        block: length of a block, 1 to 20.

    Raises:
        ValueError: not binary, shorter than a block, or a block without complexity.

    >>> from szilard.algorithmic import coding_table
    >>> block_decomposition("0000" * 8, coding_table(3), block=4).distinct
    1
    """
    check_integer(block, "block", minimum=1)
    if block > 20:
        raise ValueError(f"block must be at most 20; got {block}")
    symbols = as_bits(sequence)
    count = len(symbols) // block
    if count == 0:
        raise ValueError(f"sequence must hold at least one block of {block}; got {len(symbols)} symbols")
    numbers = symbols[: count * block].reshape(count, block) @ (1 << np.arange(block - 1, -1, -1))
    occurrences = np.bincount(numbers, minlength=1 << block)
    words = np.flatnonzero(occurrences)
    cost = (coding_table(5) if table is None else table).of_length(block)[words]
    if np.isnan(cost).any():
        unknown = words[np.isnan(cost)][0]
        raise ValueError(f"table must hold every block of the sequence; it lacks {unknown:0{block}b}")
    repeats = occurrences[words]
    bits = float(cost.sum() + np.log2(repeats).sum())
    return BlockDecomposition(bits, _order_bits(repeats), count, len(words))


def _order_bits(occurrences: np.ndarray) -> float:
    """log2 of the multinomial coefficient."""
    from scipy.special import gammaln

    return float((gammaln(occurrences.sum() + 1) - gammaln(occurrences + 1).sum()) / np.log(2))
