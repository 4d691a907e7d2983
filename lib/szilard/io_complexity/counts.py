"""How many words each schedule moves, in closed form; the machine counts the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from szilard.io_complexity.blocks import block_sizes
from szilard.validation import check_choice

__all__ = ["COUNTS", "IOCount", "crossover", "flash1_peak", "io_count", "matmul_count"]


@dataclass(frozen=True)
class IOCount:
    """Words that a schedule reads and writes."""

    reads: int
    writes: int

    @property
    def io(self) -> int:
        """Words moved in either direction."""
        return self.reads + self.writes


def _pieces(n: int, size: int) -> int:
    return -(-n // size)


def matmul_count(m: int, k: int, n: int, tile: int) -> IOCount:
    """Product of (m, k) and (k, n) by square tiles of the result.

    >>> matmul_count(4, 4, 4, 2).io
    80
    """
    return IOCount(k * (m * _pieces(n, tile) + n * _pieces(m, tile)), m * n)


def _standard(N: int, d: int, rows: int) -> IOCount:
    return IOCount(2 * N * N + 3 * N * d, 2 * N * N + N * d)


def _scores(N: int, d: int, tile: int) -> IOCount:
    product = matmul_count(N, d, N, tile)
    return IOCount(product.reads, product.writes + 2 * N)


def _standard_blocked(N: int, d: int, tile: int) -> IOCount:
    first, second = _scores(N, d, tile), matmul_count(N, N, d, tile)
    return IOCount(first.reads + 2 * N + N * N + second.reads, first.writes + N * N + second.writes)


def _outer_tile(N: int, d: int, tile: int) -> IOCount:
    first, second = _scores(N, d, tile), matmul_count(N, N, d, tile)
    return IOCount(first.reads + 2 * N + second.reads, first.writes + second.writes)


def _square_tile(N: int, d: int, tile: int) -> IOCount:
    across, deep = _pieces(N, tile), _pieces(d, tile)
    return IOCount(3 * N * d * across + N * N * deep + 2 * N, N * N + N * d + 2 * N)


def _flash1(N: int, d: int, rows: int, cols: int) -> IOCount:
    turns = _pieces(N, cols)
    return IOCount(2 * N * d + turns * (2 * N * d + 2 * N), (1 + turns) * (N * d + 2 * N))


def _flash2(N: int, d: int, rows: int, cols: int) -> IOCount:
    return IOCount(N * d + 2 * N * d * _pieces(N, rows), N * d + N)


def _flash_backward(N: int, d: int, rows: int, cols: int) -> IOCount:
    turns = _pieces(N, cols)
    return IOCount(4 * N * d + turns * (3 * N * d + 2 * N), 3 * N * d + N + turns * N * d)


def _blocked_backward(N: int, d: int, tile: int) -> IOCount:
    first, last = matmul_count(N, d, N, tile), matmul_count(N, N, d, tile)
    reads = 2 * N * d + 2 * first.reads + 2 * N * _pieces(N, tile) + N * N + 3 * last.reads
    return IOCount(reads, N + 2 * first.writes + 3 * last.writes)


COUNTS: dict[str, Callable[..., IOCount]] = {
    "standard": _standard,
    "standard_blocked": _standard_blocked,
    "square_tile": _square_tile,
    "outer_tile": _outer_tile,
    "flash1": _flash1,
    "flash2": _flash2,
    "flash_backward": _flash_backward,
    "blocked_backward": _blocked_backward,
}


def io_count(algorithm: str, N: int, d: int, M: int, **blocks: int) -> IOCount:
    """Words that ``algorithm`` moves on matrices (N, d) with ``M`` words of fast memory, without running it.

    ``standard`` is counted for every M although it needs a whole of K in fast memory: that is how it is counted in
    the literature, and why it may lie below a lower bound where M < N d.

    Raises:
        ValueError: unknown algorithm or block, or a fast memory in which no block fits.

    >>> io_count("flash2", 64, 16, 144).io, io_count("square_tile", 64, 16, 144).io
    (47168, 51456)
    """
    check_choice(algorithm, "algorithm", COUNTS)
    sizes = {"rows": 1} if algorithm == "standard" else block_sizes(algorithm, N, d, M, **blocks)
    return COUNTS[algorithm](N, d, **sizes)


def flash1_peak(N: int, d: int, M: int, **blocks: int) -> int:
    """Words of fast memory that the published blocks of FlashAttention 1 need, or ``blocks`` in their place."""
    sizes = block_sizes("flash1", N, d, M, **blocks)
    rows, cols = min(sizes["rows"], N), min(sizes["cols"], N)
    return 2 * cols * d + 2 * rows * d + rows * cols + 2 * rows


def crossover(N: int, d: int, first: str = "flash2", second: str = "square_tile") -> tuple[float, float]:
    """The least M, over d², at which ``first`` moves no more words than ``second``, and that from which on never more.

    They differ because sizes of blocks are whole numbers. Looked for up to 16 d² or N d in steps of a third of a per
    cent.

    Raises:
        ValueError: unknown algorithm, or ``first`` moves more at the end.
    """
    for name in (first, second):
        check_choice(name, "algorithm", COUNTS)
    last = min(16 * d * d, N * d)
    sizes = sorted({round(d * d * 0.02 * (last / (0.02 * d * d)) ** (i / 2000)) for i in range(2001)})
    ahead = [M >= 16 and _no_more(N, d, M, first, second) for M in sizes]
    if not ahead[-1]:
        raise ValueError(f"first must move no more words than second at M = {last}; {first} moves more")
    always = len(ahead) - ahead[::-1].index(False) if False in ahead else 0
    return sizes[ahead.index(True)] / d**2, sizes[always] / d**2


def _no_more(N: int, d: int, M: int, first: str, second: str) -> bool:
    words, others = (_words(name, N, d, M) for name in (first, second))
    return words <= others and words < inf


def _words(algorithm: str, N: int, d: int, M: int) -> float:
    try:
        return io_count(algorithm, N, d, M).io
    except ValueError:  # no block of it fits
        return inf
