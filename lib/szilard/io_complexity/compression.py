"""What it takes to tell someone entries of a product Q Kᵀ: the bound of the large-cache argument, made executable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, product
from math import sqrt

import numpy as np

from szilard.validation import check_integer

__all__ = ["answers", "bch_rows", "compression_bound", "dependent_subsets", "least_block_bound",
    "least_pattern_bound", "pattern_bound",    "rank_modulo", "trivial_protocols", "vandermonde"]  # fmt: skip


def compression_bound(entries: int, d: int) -> float:
    """Field elements that a message with ``entries`` entries of Q Kᵀ needs at least: min(d √(B/2), B/4), Lemma 4.6 of
    ``saha2024io``."""
    return min(d * sqrt(entries / 2), entries / 4)


def trivial_protocols(entries: int, d: int) -> dict[str, float]:
    """Field elements sent by the two obvious protocols: the entries, or the rows of Q and K behind a square block."""
    return {"entries": float(entries), "rows": 2 * d * sqrt(entries)}


def pattern_bound(pattern: np.ndarray, d: int) -> int:
    """Field elements needed for the entries of a ``pattern`` (N, N) of zeros and ones.

    With K fixed such that any d of its rows are independent, the entries of a row of Q Kᵀ take min(count, d) free
    values; with Q fixed, those of a column do. The larger of the two sums is needed.

    >>> pattern_bound(np.eye(3, dtype=int), 2)
    3
    """
    chosen = np.asarray(pattern)
    return int(max(np.minimum(chosen.sum(axis=axis), d).sum() for axis in (0, 1)))


def vandermonde(N: int, d: int, q: int) -> np.ndarray:
    """Powers 0 to d - 1 of 1 to N modulo a prime ``q`` > N: any d of the N rows are independent.

    Raises:
        ValueError: ``q`` is not a prime above ``N``.
    """
    check_integer(N, "N", minimum=1)
    check_integer(d, "d", minimum=1)
    if q <= N or any(q % p == 0 for p in range(2, int(sqrt(q)) + 1)):
        raise ValueError(f"q must be a prime above N = {N}; got {q}")
    return np.array([[pow(x, power, q) for power in range(d)] for x in range(1, N + 1)])


def bch_rows(m: int, distance: int) -> np.ndarray:
    """A binary matrix of 2^m - 1 rows, any ``distance`` - 1 of which are independent: a transposed parity check.

    Row i holds the bits of α^i, α^3i, … in the field of 2^m elements, up to the odd power below ``distance``.

    Raises:
        ValueError: an m other than 3 to 6, or a distance that is not odd.
    """
    primitive = {3: 0b1011, 4: 0b10011, 5: 0b100101, 6: 0b1000011}
    if m not in primitive or distance % 2 == 0 or distance < 3:
        raise ValueError(f"m must be 3 to 6 and distance odd, 3 at least; got m = {m}, distance = {distance}")
    powers, x = [], 1
    for _ in range(2**m - 1):
        powers.append(x)
        x = x << 1 ^ (primitive[m] if x >> (m - 1) else 0)
    odd = range(1, distance - 1, 2)
    rows = [[powers[i * j % len(powers)] >> bit & 1 for j in odd for bit in range(m)] for i in range(len(powers))]
    return np.array(rows)


def rank_modulo(matrix: Iterable[Sequence[int]], q: int) -> int:
    """Rank of an integer matrix modulo a prime, by elimination.

    >>> rank_modulo([[1, 2], [2, 4]], 5), rank_modulo([[1, 2], [2, 5]], 5)
    (1, 2)
    """
    rows = [[int(x) % q for x in row] for row in matrix]
    rank = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(rank, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        inverse = pow(rows[rank][column], -1, q)
        for i in range(rank + 1, len(rows)):
            factor = rows[i][column] * inverse % q
            rows[i] = [(x - factor * y) % q for x, y in zip(rows[i], rows[rank], strict=True)]
        rank += 1
    return rank


def dependent_subsets(matrix: np.ndarray, size: int, q: int) -> tuple[int, int]:
    """Of all subsets of ``size`` rows, how many are dependent modulo ``q``, and how many there are."""
    ranks = [rank_modulo(matrix[list(rows)], q) for rows in combinations(range(len(matrix)), size)]
    return sum(rank < size for rank in ranks), len(ranks)


def answers(pattern: np.ndarray, k: np.ndarray, q: int) -> int:
    """How many different values the entries of a ``pattern`` (N, N) of Q Kᵀ take over all Q modulo ``q``, by trying."""
    chosen = np.asarray(pattern, bool)
    keys = np.asarray(k)
    queries = np.array(list(product(range(q), repeat=keys.shape[1])))
    values = queries @ keys.T % q  # a row of scores for every query
    return int(np.prod([len({tuple(row[mask]) for row in values}) for mask in chosen]))


def least_pattern_bound(N: int, d: int) -> np.ndarray:
    """The least of :func:`pattern_bound` over all patterns of B entries in an (N, N) matrix, by B from 0 to N².

    All 2^(N²) patterns are looked at, so N is 4 at most.
    """
    if not 1 <= N <= 4:
        raise ValueError(f"N must be 1 to 4, since all patterns are tried; got {N}")
    codes = np.arange(2 ** (N * N))
    bits = (codes[:, None] >> np.arange(N * N) & 1).reshape(-1, N, N)
    needed = np.maximum(*(np.minimum(bits.sum(axis=axis), d).sum(axis=1) for axis in (1, 2)))
    entries = bits.sum(axis=(1, 2))
    return np.array([needed[entries == b].min() for b in range(N * N + 1)])


def least_block_bound(entries: int, d: int) -> int:
    """The same over patterns whose rows hold equally many entries, up to one, side by side, for any number of rows.

    >>> least_block_bound(16, 2), least_block_bound(16, 1)
    (8, 4)
    """
    check_integer(entries, "entries", minimum=1)
    check_integer(d, "d", minimum=1)
    rows = np.arange(1, entries + 1)
    long, more = entries // rows, entries % rows
    across = more * np.minimum(long + 1, d) + (rows - more) * np.minimum(long, d)
    down = long * np.minimum(rows, d) + np.minimum(more, d)
    return int(np.maximum(across, down).min())
