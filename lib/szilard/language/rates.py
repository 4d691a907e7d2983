"""Entropy rate of a sequence without a model: from how far it repeats itself, and from the entropies of its blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.language import _suffix_loops as loops
from szilard.validation import check_integer

LARGEST = 2**31 - 2  # symbols
TRUSTED = 0.005  # bits by which the leading bias of h_k may lower it

__all__ = ["BlockEntropies", "MatchRates", "as_symbols", "block_entropies", "lz76_rate", "lz78_rate", "match_lengths",
    "match_rates"]  # fmt: skip


def as_symbols(x: ArrayLike | str | bytes) -> tuple[np.ndarray, int]:
    """A sequence as int32 numbers from 0, and how many different symbols it has; their order is kept.

    Raises:
        ValueError: not one axis, no symbols, more than 2³¹ − 2, or values that are not finite.
    """
    if isinstance(x, str):
        x = np.frombuffer(x.encode("utf-32-le"), dtype=np.uint32)
    elif isinstance(x, bytes):
        x = np.frombuffer(x, dtype=np.uint8)
    array = np.asarray(x)
    if array.ndim != 1 or not 1 <= array.size <= LARGEST:
        raise ValueError(f"x must be a sequence of 1 to {LARGEST} symbols; got shape {array.shape}")
    if array.dtype.kind not in "iubSU" and not (array.dtype.kind == "f" and np.isfinite(array).all()):
        raise ValueError(f"x must hold finite numbers, bytes or letters; got dtype {array.dtype}")
    if array.dtype == np.uint8:
        kept = np.bincount(array, minlength=256) > 0
        return (np.cumsum(kept) - 1).astype(np.int32)[array], int(kept.sum())
    values, numbers = np.unique(array, return_inverse=True)
    return numbers.astype(np.int32), len(values)


def match_lengths(x: ArrayLike | str | bytes) -> np.ndarray:
    r"""Λ_i: the length of the shortest piece from place i on that has not begun before i, shape (n,).

    One more than the longest match with anything that begins before; a match may run on past i. Near the end, where a
    match meets the end of the sequence, Λ_i is one more than what is left. Linear in time and memory.

    >>> match_lengths("abab").tolist()
    [1, 1, 3, 2]
    """
    symbols, size = as_symbols(x)
    return loops.previous_matches(symbols, loops.suffix_array(symbols, size)).astype(np.int64) + 1


@dataclass(frozen=True)
class MatchRates:
    """Three estimates of the entropy rate from match lengths, bits a symbol.

    Args:
        inverse_mean: ``[mean of Λ_i / log₂ i]⁻¹``, `grassberger1989estimating`; never above the next one.
        mean_inverse: ``mean of log₂ i / Λ_i``, `kontoyiannis1998nonparametric`.
        ratio: ``n log₂ n / Σ Λ_i``.
        n: places used; those whose match meets the end are left out.
    """

    inverse_mean: float
    mean_inverse: float
    ratio: float
    n: int


def match_rates(x: ArrayLike | str | bytes) -> MatchRates:
    """Entropy rate from match lengths, three ways; all approach it as slowly as 1 / log n.

    Places count from 0, so that i symbols lie before place i; places 0 and 1 are left out, as log₂ i is not positive
    there, and so are the last ones, whose match meets the end.

    Raises:
        ValueError: as :func:`as_symbols`, or fewer than 4 symbols.
    """
    lengths = match_lengths(x)
    n = len(lengths)
    if n < 4:
        raise ValueError(f"x must have at least 4 symbols; got {n}")
    whole = np.arange(n) + lengths <= n
    used = max(int(np.flatnonzero(~whole)[0]) if not whole.all() else n, 3)
    i = np.arange(2, used)
    length = lengths[2:used].astype(float)
    logs = np.log2(i)
    return MatchRates(
        float(1 / np.mean(length / logs)),
        float(np.mean(logs / length)),
        float(len(i) * np.log2(used) / length.sum()),
        len(i),
    )


def lz76_rate(x: ArrayLike | str | bytes) -> float:
    """``c log₂ n / n`` bits a symbol, with c the phrases of `lempel1976complexity`: each the shortest that is new."""
    lengths = match_lengths(x)
    n = len(lengths)
    return float(loops.lz76_phrases(lengths - 1) * np.log2(n) / n)


def lz78_rate(x: ArrayLike | str | bytes) -> float:
    """``c log₂ c / n`` bits a symbol, with c the phrases of `ziv1978compression`: an earlier phrase and one symbol."""
    symbols, size = as_symbols(x)
    c = loops.lz78_phrases(symbols, size)
    return float(c * np.log2(c) / len(symbols))


@dataclass(frozen=True, eq=False)
class BlockEntropies:
    """Plug-in entropies of blocks.

    Args:
        entropy: H(k) in bits, k = 1, 2, …
        different: how many different blocks there are of each length.
        n: symbols of the sequence.
    """

    entropy: np.ndarray
    different: np.ndarray
    n: int

    @property
    def conditional(self) -> np.ndarray:
        """h_k = H(k) − H(k − 1), with H(0) = 0: falls to the entropy rate, and below it where blocks are too few."""
        return np.diff(self.entropy, prepend=0.0)

    @property
    def bias(self) -> np.ndarray:
        """By how much h_k is too low to leading order in 1/n (`miller1955bias`), in bits: with K_k different blocks,
        (K_k − K_{k−1}) / (2 n ln 2)."""
        return np.diff(self.different, prepend=1) / (2 * self.n * np.log(2))

    @property
    def trusted(self) -> int:
        """The largest k up to which the bias of h_k is below 0.005 bit; 0 if there is none."""
        bad = np.flatnonzero(self.bias > TRUSTED)
        return int(bad[0]) if len(bad) else len(self.entropy)

    @property
    def excess(self) -> float:
        """Excess entropy Σ (h_j − h_k) in bits, the sum up to the last trusted k."""
        k = max(self.trusted, 1)
        return float(self.entropy[k - 1] - k * self.conditional[k - 1])


def block_entropies(x: ArrayLike | str | bytes, longest: int = 12) -> BlockEntropies:
    """Entropies of the blocks of 1 to ``longest`` symbols, by their relative frequencies.

    Raises:
        ValueError: as :func:`as_symbols`, or fewer symbols than ``longest``.
    """
    check_integer(longest, "longest", 1)
    symbols, size = as_symbols(x)
    if len(symbols) < longest:
        raise ValueError(f"x must have at least longest = {longest} symbols; got {len(symbols)}")
    entropy, different = [], []
    blocks = np.zeros(len(symbols), dtype=np.int64)
    for k in range(1, longest + 1):
        keys = blocks[: len(symbols) - k + 1] * size + symbols[k - 1 :]
        _, blocks, counts = np.unique(keys, return_inverse=True, return_counts=True)
        p = counts / counts.sum()
        entropy.append(float(-(p * np.log2(p)).sum()))
        different.append(len(counts))
    return BlockEntropies(np.array(entropy), np.array(different), len(symbols))
