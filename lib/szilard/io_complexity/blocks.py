"""Which blocks each schedule uses for a fast memory of a given size."""

from __future__ import annotations

from collections.abc import Callable
from math import isqrt

from szilard.validation import check_choice, check_integer

__all__ = ["BLOCK_RULES", "block_sizes"]

Rule = Callable[[int, int, int, dict[str, int]], dict[str, int]]


def _standard(N: int, d: int, M: int, given: dict[str, int]) -> dict[str, int]:
    """Rows of scores beside a whole of K: N d + r (N + d) words."""
    return {"rows": min(N, (M - N * d) // (N + d))}


def _outer(N: int, d: int, M: int, given: dict[str, int]) -> dict[str, int]:
    """A tile, a column, a row and two statistics: a² + 4a words."""
    return {"tile": isqrt(M + 4) - 2}


def _matmul(N: int, d: int, M: int, given: dict[str, int]) -> dict[str, int]:
    """A tile, a column and a row: a² + 2a words."""
    return {"tile": isqrt(M + 1) - 1}


def _square(N: int, d: int, M: int, given: dict[str, int]) -> dict[str, int]:
    """Three square tiles and two statistics: 3B² + 2B ≤ 4B² words from B = 2 on."""
    return {"tile": isqrt(M // 4) if M >= 16 else int(M >= 5)}


def _flash1(N: int, d: int, M: int, given: dict[str, int]) -> dict[str, int]:
    """As published, which needs up to 1.3 M words near M = 4d² and more at a few d."""
    cols = -(-M // (4 * d))
    return {"rows": min(cols, d), "cols": cols}


def _flash2(N: int, d: int, M: int, given: dict[str, int]) -> dict[str, int]:
    """As many queries as fit beside a block of keys: B_r (2d + B_c + 2) + 2 B_c d words."""
    cols = given.get("cols", 1)
    return {"rows": min(N, (M - 2 * cols * d) // (2 * d + cols + 2)), "cols": cols}


def _flash_backward(N: int, d: int, M: int, given: dict[str, int]) -> dict[str, int]:
    """Keys, values and their gradients beside a block of queries: c (4d + 2r) + r (3d + 2) words."""
    rows = given.get("rows", 1)
    return {"rows": rows, "cols": min(N, (M - rows * (3 * d + 2)) // (4 * d + 2 * rows))}


def _blocked_backward(N: int, d: int, M: int, given: dict[str, int]) -> dict[str, int]:
    """As a product, with one more column for what the tile is finished with: a² + 2a words suffice."""
    return _matmul(N, d, M, given)


BLOCK_RULES: dict[str, Rule] = {
    "standard": _standard,
    "standard_blocked": _outer,
    "square_tile": _square,
    "outer_tile": _outer,
    "flash1": _flash1,
    "flash2": _flash2,
    "matmul": _matmul,
    "flash_backward": _flash_backward,
    "blocked_backward": _blocked_backward,
}


def block_sizes(algorithm: str, N: int, d: int, M: int, **given: int) -> dict[str, int]:
    """Sizes of the blocks of ``algorithm`` on matrices (N, d) with ``M`` words of fast memory.

    Args:
        algorithm: name of a schedule.
        N, d: shape of queries, keys and values; of the left factor of ``matmul``.
        M: words of fast memory.
        given: sizes to use instead of the rule's.

    Raises:
        ValueError: unknown algorithm or block, or a fast memory in which no block fits.

    >>> block_sizes("flash2", 64, 16, 144)
    {'rows': 3, 'cols': 1}
    """
    check_choice(algorithm, "algorithm", BLOCK_RULES)
    for name, value in (("N", N), ("d", d), ("M", M), *given.items()):
        check_integer(value, name, minimum=1)
    sizes = BLOCK_RULES[algorithm](N, d, M, given)
    for name in given:
        check_choice(name, f"block of {algorithm}", sizes)
    sizes |= given
    if min(sizes.values()) < 1:
        raise ValueError(f"M must hold a block of {algorithm} at N = {N}, d = {d}; got M = {M}, too small for any")
    return sizes
