"""The body of the kernel, in Triton's language; without Triton it can be read and not run."""

from __future__ import annotations

try:
    import triton.language as tl
except ImportError:
    tl = None

__all__ = ["attention"]


def attention(  # noqa: ANN201, ANN202
    q,  # noqa: ANN001
    k,  # noqa: ANN001
    v,  # noqa: ANN001
    out,  # noqa: ANN001
    N,  # noqa: ANN001
    factor,  # noqa: ANN001
    D: tl.constexpr,
    BLOCK_M: tl.constexpr,
    BLOCK_N: tl.constexpr,
    EXACT: tl.constexpr,
    EVEN: tl.constexpr,
):
    """One block of queries of one head: ``factor`` is the scale of scores in powers of two; where blocks divide N, they
    are ``EVEN`` and nothing need be masked."""
    start, base = tl.program_id(0) * BLOCK_M, tl.program_id(1).to(tl.int64) * N * D
    rows, across, keys = start + tl.arange(0, BLOCK_M), tl.arange(0, D), tl.arange(0, BLOCK_N)
    precision: tl.constexpr = "ieee" if EXACT else "tf32"
    here = base + rows[:, None] * D + across[None, :]
    tile = tl.load(q + here, mask=rows[:, None] < N, other=0.0)
    top = tl.full([BLOCK_M], float("-inf"), tl.float32)
    total = tl.zeros([BLOCK_M], tl.float32)
    done = tl.zeros([BLOCK_M, D], tl.float32)
    for first in range(0, N, BLOCK_N):
        there = base + (first + keys)[:, None] * D + across[None, :]
        if EVEN:
            x = tl.load(k + there)
            scores = tl.dot(tile, tl.trans(x), input_precision=precision) * factor
        else:
            inside = first + keys < N
            x = tl.load(k + there, mask=inside[:, None], other=0.0)
            scores = tl.dot(tile, tl.trans(x), input_precision=precision) * factor
            scores = tl.where(inside[None, :], scores, float("-inf"))
        higher = tl.maximum(top, tl.max(scores, 1))
        weights = tl.exp2(scores - higher[:, None])
        change = tl.exp2(top - higher)
        total = total * change + tl.sum(weights, 1)
        if EVEN:
            y = tl.load(v + there)
        else:
            y = tl.load(v + there, mask=(first + keys < N)[:, None], other=0.0)
        done = done * change[:, None] + tl.dot(weights.to(y.dtype), y, input_precision=precision)
        top = higher
    done = done / total[:, None]
    tl.store(out + here, done.to(tile.dtype), mask=rows[:, None] < N)
