"""Attention as schedules of a machine with two memories, each executed, with every word that it moves counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.io_complexity.blocks import block_sizes
from szilard.io_complexity.machine import SlowArray, Tile, TwoLevelMachine
from szilard.validation import as_samples, check_choice

__all__ = ["ALGORITHMS", "IOResult", "attention_reference", "run_attention", "run_matmul", "spans"]


@dataclass(frozen=True, eq=False)
class IOResult:
    """What a schedule computed, and what it moved.

    Args:
        output: the result, (N, d).
        reads, writes: words moved from and to slow memory.
        peak: largest number of words held in fast memory.
        flops, exps: additions and multiplications of matrix products; exponentials.
    """

    output: np.ndarray
    reads: int
    writes: int
    peak: int
    flops: int
    exps: int

    @property
    def io(self) -> int:
        """Words moved in either direction."""
        return self.reads + self.writes

    @classmethod
    def of(cls, machine: TwoLevelMachine, output: SlowArray) -> IOResult:
        """What ``machine`` did until now."""
        counts = (machine.reads, machine.writes, machine.peak, machine.flops, machine.exps)
        return cls(machine.fetch(output), *counts)


def attention_reference(q: ArrayLike, k: ArrayLike, v: ArrayLike) -> np.ndarray:
    """softmax(q kᵀ) v in float64, (N, d), without a scale and with the largest score subtracted."""
    scores = np.asarray(q, float) @ np.asarray(k, float).T
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (weights / weights.sum(axis=1, keepdims=True)) @ np.asarray(v, float)


def run_attention(
    algorithm: str, q: ArrayLike, k: ArrayLike, v: ArrayLike, M: int, *, strict: bool = True, **blocks: int
) -> IOResult:
    """Run softmax(q kᵀ) v on a machine whose fast memory holds ``M`` words.

    Args:
        algorithm: one of ``ALGORITHMS``.
        q, k, v: (N, d) each.
        M: words of fast memory.
        strict: whether more words than ``M`` are refused.
        blocks: sizes of blocks other than those of :func:`block_sizes`.

    Raises:
        ValueError: unknown algorithm or block, shapes that differ, or a fast memory too small for any block.
        CapacityExceeded: the blocks do not fit.
    """
    check_choice(algorithm, "algorithm", ALGORITHMS)
    arrays = [as_samples(x, name) for x, name in zip((q, k, v), "qkv", strict=True)]
    if len({x.shape for x in arrays}) > 1:
        raise ValueError(f"q, k and v must have one shape (N, d); got {', '.join(str(x.shape) for x in arrays)}")
    N, d = arrays[0].shape
    sizes = block_sizes(algorithm, N, d, M, **blocks)
    machine = TwoLevelMachine(M, strict)
    stored = [machine.store(x) for x in arrays]
    output = machine.empty(N, d)
    ALGORITHMS[algorithm](machine, *stored, output, **sizes)
    return IOResult.of(machine, output)


def run_matmul(a: ArrayLike, b: ArrayLike, M: int, *, tile: int | None = None) -> IOResult:
    """The product of ``a`` (m, k) and ``b`` (k, n), a square tile of the result at a time in fast memory.

    Raises:
        ValueError: shapes that do not fit, or a fast memory too small for any tile.
        CapacityExceeded: the tile does not fit.
    """
    x, y = as_samples(a, "a"), as_samples(b, "b")
    if x.shape[1] != y.shape[0]:
        raise ValueError(f"a (m, k) and b (k, n) must fit; got shapes {x.shape} and {y.shape}")
    given = {} if tile is None else {"tile": tile}
    size = block_sizes("matmul", len(x), x.shape[1], M, **given)["tile"]
    machine = TwoLevelMachine(M)
    output = machine.empty(len(x), y.shape[1])
    product(machine, machine.store(x), machine.store(y), output, size)
    return IOResult.of(machine, output)


def spans(n: int, size: int) -> Iterator[slice]:
    """``range(n)`` in pieces of ``size``, the last one shorter where it must be."""
    return (slice(start, min(start + size, n)) for start in range(0, n, size))


def width(span: slice) -> int:
    """Length of a piece."""
    return int(span.stop - span.start)


def product(
    machine: TwoLevelMachine, a: SlowArray, b: SlowArray, out: SlowArray, size: int,
    finish: Callable[[Tile, slice, slice], None] | None = None,
) -> None:  # fmt: skip
    """``out = a b`` by square tiles; ``finish`` may change a tile before it is written."""
    for rows in spans(out.shape[0], size):
        for cols in spans(out.shape[1], size):
            tile = machine.new(width(rows), width(cols))
            machine.stream(tile, a, rows, b, cols)
            if finish is not None:
                finish(tile, rows, cols)
            machine.write(tile, out, rows, cols)
            machine.free(tile)


def _statistics(machine: TwoLevelMachine, rows: slice) -> tuple[Tile, Tile]:
    return machine.new(width(rows), fill=-np.inf), machine.new(width(rows))


def _standard(machine: TwoLevelMachine, q: SlowArray, k: SlowArray, v: SlowArray, out: SlowArray, rows: int) -> None:
    """Scores, then weights, then output, each in slow memory; a whole of K or V fits into the fast one."""
    n = q.shape[0]
    scores, weights = machine.empty(n, n), machine.empty(n, n)
    keys = machine.read(k)
    for span in spans(n, rows):
        tile, part = machine.read(q, span), machine.new(width(span), n)
        machine.multiply(part, tile, keys, bt=True)
        machine.write(part, scores, span)
        machine.free(tile, part)
    machine.free(keys)
    for span in spans(n, rows):
        part, (m, z) = machine.read(scores, span), _statistics(machine, span)
        machine.softmax_step(part, m, z)
        machine.apply(part, np.divide, part, z)
        machine.write(part, weights, span)
        machine.free(part, m, z)
    values = machine.read(v)
    for span in spans(n, rows):
        part, tile = machine.read(weights, span), machine.new(width(span), v.shape[1])
        machine.multiply(tile, part, values)
        machine.write(tile, out, span)
        machine.free(part, tile)


def _flash1(
    machine: TwoLevelMachine, q: SlowArray, k: SlowArray, v: SlowArray, out: SlowArray, rows: int, cols: int
) -> None:
    """Keys outside, queries inside; output and statistics of every row go to and fro (Algorithm 1 of dao2022flash)."""
    n, tops, sums = q.shape[0], machine.empty(q.shape[0]), machine.empty(q.shape[0])
    for target, value in ((out, 0.0), (sums, 0.0), (tops, -np.inf)):
        for span in spans(n, 1):
            tile = machine.new(1, target.shape[1], value)
            machine.write(tile, target, span)
            machine.free(tile)
    for keys in spans(n, cols):
        x, y = machine.read(k, keys), machine.read(v, keys)
        for span in spans(n, rows):
            tile, o, m, z = (machine.read(each, span) for each in (q, out, tops, sums))
            scores = machine.new(width(span), width(keys))
            machine.multiply(scores, tile, x, bt=True)
            machine.apply(o, np.multiply, o, z)
            machine.softmax_step(scores, m, z, o)
            machine.multiply(o, scores, y)
            machine.apply(o, np.divide, o, z)
            for each, target in ((o, out), (m, tops), (z, sums)):
                machine.write(each, target, span)
            machine.free(tile, o, m, z, scores)
        machine.free(x, y)


def _flash2(
    machine: TwoLevelMachine, q: SlowArray, k: SlowArray, v: SlowArray, out: SlowArray, rows: int, cols: int
) -> None:
    """Queries outside, keys inside; the output of a block stays in fast memory till it is done (dao2023flashtwo)."""
    (n, d), logs = q.shape, machine.empty(q.shape[0])
    for span in spans(n, rows):
        tile, o, (m, z) = machine.read(q, span), machine.new(width(span), d), _statistics(machine, span)
        for keys in spans(n, cols):
            x, scores = machine.read(k, keys), machine.new(width(span), width(keys))
            machine.multiply(scores, tile, x, bt=True)
            y = machine.read(v, keys)
            machine.softmax_step(scores, m, z, o)
            machine.multiply(o, scores, y)
            machine.free(x, y, scores)
        machine.apply(o, np.divide, o, z)
        machine.apply(m, lambda top, total: top + np.log(total), m, z)
        machine.write(o, out, span)
        machine.write(m, logs, span)
        machine.free(tile, o, m, z)


def _square_scores(
    machine: TwoLevelMachine, q: SlowArray, k: SlowArray, scores: SlowArray, rows: slice, size: int
) -> tuple[Tile, Tile]:
    """Write the scores of a block of rows; their largest and the sum of exponentials stay in fast memory."""
    m, z = _statistics(machine, rows)
    for keys in spans(k.shape[0], size):
        tile = machine.new(width(rows), width(keys))
        for part in spans(q.shape[1], size):
            x, y = machine.read(q, rows, part), machine.read(k, keys, part)
            machine.multiply(tile, x, y, bt=True)
            machine.free(x, y)
        machine.write(tile, scores, rows, keys)
        machine.softmax_step(tile, m, z)
        machine.free(tile)
    return m, z


def _square_tile(machine: TwoLevelMachine, q: SlowArray, k: SlowArray, v: SlowArray, out: SlowArray, tile: int) -> None:
    """Square blocks of both products (Algorithm 1 of saha2024io), the largest score subtracted."""
    (n, d), scores = q.shape, machine.empty(q.shape[0], q.shape[0])
    tops, sums = machine.empty(n), machine.empty(n)
    for rows in spans(n, tile):
        _keep(machine, _square_scores(machine, q, k, scores, rows, tile), (tops, sums), rows)
    for rows in spans(n, tile):
        m, z = machine.read(tops, rows), machine.read(sums, rows)
        for part in spans(d, tile):
            o = machine.new(width(rows), width(part))
            for keys in spans(n, tile):
                x = machine.read(scores, rows, keys)
                machine.apply(x, lambda s, top: np.exp(s - top), x, m, exps=1)
                y = machine.read(v, keys, part)
                machine.multiply(o, x, y)
                machine.free(x, y)
            machine.apply(o, np.divide, o, z)
            machine.write(o, out, rows, part)
            machine.free(o)
        machine.free(m, z)


def _keep(machine: TwoLevelMachine, tiles: tuple[Tile, ...], targets: tuple[SlowArray, ...], rows: slice) -> None:
    for tile, target in zip(tiles, targets, strict=True):
        machine.write(tile, target, rows)
    machine.free(*tiles)


def _outer_scores(
    machine: TwoLevelMachine, q: SlowArray, k: SlowArray, scores: SlowArray, size: int
) -> tuple[SlowArray, SlowArray]:
    """Write all scores by outer products, and return the statistics of their rows."""
    n = q.shape[0]
    tops, sums = machine.empty(n), machine.empty(n)
    for rows in spans(n, size):
        m, z = _statistics(machine, rows)
        for keys in spans(n, size):
            part = machine.new(width(rows), width(keys))
            machine.stream(part, q, rows, k.T, keys)
            machine.write(part, scores, rows, keys)
            machine.softmax_step(part, m, z)
            machine.free(part)
        _keep(machine, (m, z), (tops, sums), rows)
    return tops, sums


def _outer_tile(machine: TwoLevelMachine, q: SlowArray, k: SlowArray, v: SlowArray, out: SlowArray, tile: int) -> None:
    """The same with a large tile of the result, and one column and one row of the factors at a time."""
    (n, d), scores = q.shape, machine.empty(q.shape[0], q.shape[0])
    tops, sums = _outer_scores(machine, q, k, scores, tile)
    for rows in spans(n, tile):
        m, z = machine.read(tops, rows), machine.read(sums, rows)
        for cols in spans(d, tile):
            o = machine.new(width(rows), width(cols))
            machine.stream(o, scores, rows, v, cols, shift=m)
            machine.apply(o, np.divide, o, z)
            machine.write(o, out, rows, cols)
            machine.free(o)
        machine.free(m, z)


def _standard_blocked(
    machine: TwoLevelMachine, q: SlowArray, k: SlowArray, v: SlowArray, out: SlowArray, tile: int
) -> None:
    """Standard attention with both products by outer products: scores and weights in slow memory."""
    n = q.shape[0]
    scores, weights = machine.empty(n, n), machine.empty(n, n)
    tops, sums = _outer_scores(machine, q, k, scores, tile)
    for rows in spans(n, tile):
        m, z = machine.read(tops, rows), machine.read(sums, rows)
        for keys in spans(n, tile):
            part = machine.read(scores, rows, keys)
            machine.apply(part, lambda s, top, total: np.exp(s - top) / total, part, m, z, exps=1)
            machine.write(part, weights, rows, keys)
            machine.free(part)
        machine.free(m, z)
    product(machine, weights, v, out, tile)


ALGORITHMS: dict[str, Callable[..., None]] = {
    "standard": _standard,
    "standard_blocked": _standard_blocked,
    "square_tile": _square_tile,
    "outer_tile": _outer_tile,
    "flash1": _flash1,
    "flash2": _flash2,
}
