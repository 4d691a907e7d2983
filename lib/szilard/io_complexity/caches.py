"""Caches that decide by themselves what to keep: the least recently used rule, Belady's optimum, and real code."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from szilard.io_complexity import _cache_loops as loops
from szilard.validation import check_integer, plain_array

__all__ = ["LINE", "attention_trace", "lru_misses", "model_lines", "opt_misses", "standard_trace"]

LINE = 64  # bytes in a line
WORD = 4  # bytes of a float32


def lru_misses(trace: ArrayLike, M: int) -> int:
    """Misses of a fully associative cache of ``M`` lines that replaces the least recently used one.

    Args:
        trace: line numbers in order of access, non-negative integers.
        M: lines.

    >>> lru_misses([0, 1, 2, 0, 1, 2], 2), opt_misses([0, 1, 2, 0, 1, 2], 2)
    (6, 4)
    """
    lines = _lines(trace, M)
    return int(loops.lru(lines, M, int(lines.max(initial=0)) + 1))


def opt_misses(trace: ArrayLike, M: int) -> int:
    """Misses of the best cache of ``M`` lines, which replaces what is used again last (``belady1966study``)."""
    lines = _lines(trace, M)
    return int(loops.opt(lines, M, int(lines.max(initial=0)) + 1))


def attention_trace(N: int, d: int, rows: int) -> np.ndarray:
    """Lines that the loops of FlashAttention 2 touch with ``rows`` queries a block and one key at a time.

    In memory, in float32, one after the other and each from the beginning of a line: Q, K, V, O (N, d), and the
    statistics of one block. ``d`` fills whole lines.
    """
    per = _per_row(d)
    q, k, v, o, stats = (i * N * per for i in range(5))
    blocks = []
    for start in range(0, N, rows):
        i = np.arange(start, min(start + rows, N))
        local = stats + 2 * (i - start) * WORD // LINE
        step = [
            _rows(q, i, per),
            np.zeros((len(i), per), int),
            local[:, None],
            _rows(o, i, per),
            np.zeros((len(i), per), int),
        ]
        template = np.concatenate(step, axis=1)
        loop = np.broadcast_to(template, (N, *template.shape)).copy()
        at = np.arange(N)[:, None, None]
        loop[:, :, per : 2 * per] = k + at * per + np.arange(per)
        loop[:, :, -per:] = v + at * per + np.arange(per)
        first = np.concatenate([_rows(o, i, per), local[:, None]], axis=1)
        blocks += [first.ravel(), loop.ravel(), first.ravel()]
    return np.concatenate(blocks)


def standard_trace(N: int, d: int) -> np.ndarray:
    """Lines that attention in three passes touches: scores, softmax of their rows, output."""
    per, wide = _per_row(d), N * WORD // LINE
    q, k, v, o, s = (i * N * per for i in range(5))
    passes = []
    rows = np.arange(N)
    for i in range(N):
        score = s + i * wide + rows * WORD // LINE
        mine = np.broadcast_to(q + i * per + np.arange(per), (N, per))
        passes.append(np.concatenate([mine, _rows(k, rows, per), score[:, None]], axis=1).ravel())
    for i in range(N):
        line = s + i * wide + np.arange(wide)
        passes += [line, line, line]
    for i in range(N):
        score = s + i * wide + rows * WORD // LINE
        mine = np.broadcast_to(o + i * per + np.arange(per), (N, per))
        passes.append(np.concatenate([score[:, None], _rows(v, rows, per), mine], axis=1).ravel())
    return np.concatenate(passes)


def model_lines(N: int, d: int, rows: int) -> int:
    """Lines that the machine of two memories moves for the same blocks: 2 N d for every block, and Q and O once."""
    return (2 * N * d * -(-N // rows) + 2 * N * d) * WORD // LINE


def _per_row(d: int) -> int:
    if d * WORD % LINE:
        raise ValueError(f"d must be a multiple of {LINE // WORD}, so that rows are whole lines; got {d}")
    return d * WORD // LINE


def _rows(start: int, rows: np.ndarray, per: int) -> np.ndarray:
    return start + rows[:, None] * per + np.arange(per)


def _lines(trace: ArrayLike, M: int) -> np.ndarray:
    check_integer(M, "M", minimum=1)
    lines = plain_array(trace, "trace", "iu")
    if lines.ndim != 1 or (lines.size and int(lines.min()) < 0):
        raise ValueError(f"trace must be a vector of non-negative integers; got shape {lines.shape}")
    return np.unique(lines, return_inverse=True)[1].astype(np.int64)
