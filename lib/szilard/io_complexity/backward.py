"""The gradients of attention on a machine with two memories: recomputing the weights, or by products in blocks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from szilard.io_complexity.attention import IOResult, product, spans, width
from szilard.io_complexity.blocks import block_sizes
from szilard.io_complexity.machine import SlowArray, Tile, TwoLevelMachine
from szilard.validation import as_samples, check_choice

__all__ = ["BACKWARD_ALGORITHMS", "gradient_reference", "run_backward"]

Inputs = dict[str, SlowArray]


def run_backward(
    algorithm: str, q: ArrayLike, k: ArrayLike, v: ArrayLike, gradient: ArrayLike, M: int, **blocks: int
) -> IOResult:
    """Gradients of a function of softmax(q kᵀ) v by q, k and v; ``output`` has shape (3, N, d).

    In slow memory when it begins: q, k, v, the output, its ``gradient`` and the logarithms of the sums of exponentials.
    With P the weights and dO the gradient, dV = Pᵀ dO, dS = P ∘ (dO Vᵀ - D), dQ = dS K, dK = dSᵀ Q, where D holds the
    products of rows of dO and of the output.

    Args:
        algorithm: ``"flash_backward"`` (Algorithm 4 of ``dao2022flash``) or ``"blocked_backward"``, five products by
            square tiles with P and dS in slow memory.
        q, k, v, gradient: (N, d) each.
        M: words of fast memory.
        blocks: sizes of blocks other than those of :func:`block_sizes`.

    Raises:
        ValueError: unknown algorithm or block, shapes that differ, or a fast memory too small for any block.
        CapacityExceeded: the blocks do not fit.
    """
    check_choice(algorithm, "algorithm", BACKWARD_ALGORITHMS)
    names = ("q", "k", "v", "gradient")
    arrays = [as_samples(x, name) for x, name in zip((q, k, v, gradient), names, strict=True)]
    if len({x.shape for x in arrays}) > 1:
        raise ValueError(f"q, k, v and gradient must have one shape; got {', '.join(str(x.shape) for x in arrays)}")
    n, d = arrays[0].shape
    machine = TwoLevelMachine(M)
    scores = arrays[0] @ arrays[1].T
    top = scores.max(axis=1, keepdims=True)
    logs = top + np.log(np.exp(scores - top).sum(axis=1, keepdims=True))
    given = dict(zip(names, map(machine.store, arrays), strict=True))
    given |= {"o": machine.store(np.exp(scores - logs) @ arrays[2]), "logs": machine.store(logs)}
    found = [machine.empty(n, d) for _ in range(3)]
    BACKWARD_ALGORITHMS[algorithm](machine, given, found, **block_sizes(algorithm, n, d, M, **blocks))
    result = IOResult.of(machine, found[0])
    output = np.stack([machine.fetch(each) for each in found])
    return IOResult(output, result.reads, result.writes, result.peak, result.flops, result.exps)


def gradient_reference(q: ArrayLike, k: ArrayLike, v: ArrayLike, gradient: ArrayLike) -> np.ndarray:
    """The same gradients by whole matrices in float64, (3, N, d)."""
    x, y, z, g = (np.asarray(each, float) for each in (q, k, v, gradient))
    p = np.exp((scores := x @ y.T) - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    slopes = g @ z.T
    ds = p * (slopes - (p * slopes).sum(axis=1, keepdims=True))
    return np.stack([ds @ y, ds.T @ x, p.T @ g])


def _row_products(machine: TwoLevelMachine, given: Inputs) -> SlowArray:
    """D: the product of every row of the output with that of its gradient."""
    out = machine.empty(given["o"].shape[0])
    for row in spans(out.shape[0], 1):
        a, b, dot = machine.read(given["o"], row), machine.read(given["gradient"], row), machine.new(1)
        machine.row_dot(dot, a, b)
        machine.write(dot, out, row)
        machine.free(a, b, dot)
    return out


def _flash(machine: TwoLevelMachine, given: Inputs, found: list[SlowArray], rows: int, cols: int) -> None:
    n, d = given["q"].shape
    dots = _row_products(machine, given)
    for row in spans(n, 1):
        zero = machine.new(1, d)
        machine.write(zero, found[0], row)
        machine.free(zero)
    for keys in spans(n, cols):
        x, y = machine.read(given["k"], keys), machine.read(given["v"], keys)
        grads = machine.new(width(keys), d), machine.new(width(keys), d)
        for span in spans(n, rows):
            _flash_block(machine, given, (found[0], dots), span, (x, y, *grads))
        for tile, target in zip(grads, found[1:], strict=True):
            machine.write(tile, target, keys)
        machine.free(x, y, *grads)


def _flash_block(
    machine: TwoLevelMachine, given: Inputs, kept: tuple[SlowArray, SlowArray], span: slice, tiles: tuple[Tile, ...]
) -> None:
    """What a block of queries adds to the gradients of a block of keys, and the other way round."""
    x, y, dx, dy = tiles
    q, g, logs = (machine.read(given[name], span) for name in ("q", "gradient", "logs"))
    dq, dots = (machine.read(each, span) for each in kept)
    weights, slopes = machine.new(q.shape[0], x.shape[0]), machine.new(q.shape[0], x.shape[0])
    machine.multiply(weights, q, x, bt=True)
    machine.apply(weights, lambda s, log: np.exp(s - log), weights, logs, exps=1)
    machine.multiply(dy, weights, g, at=True)
    machine.multiply(slopes, g, y, bt=True)
    machine.apply(slopes, lambda p, s, dot: p * (s - dot), weights, slopes, dots)
    machine.multiply(dq, slopes, x)
    machine.multiply(dx, slopes, q, at=True)
    machine.write(dq, kept[0], span)
    machine.free(q, g, logs, dq, dots, weights, slopes)


def _blocked(machine: TwoLevelMachine, given: Inputs, found: list[SlowArray], tile: int) -> None:
    n = given["q"].shape[0]
    dots = _row_products(machine, given)
    weights, slopes = machine.empty(n, n), machine.empty(n, n)

    def weigh(part: Tile, rows: slice, cols: slice) -> None:
        logs = machine.read(given["logs"], rows)
        machine.apply(part, lambda s, log: np.exp(s - log), part, logs, exps=1)
        machine.free(logs)

    def slope(part: Tile, rows: slice, cols: slice) -> None:
        dot = machine.read(dots, rows)
        machine.combine(part, lambda s, p, each: p * (s - each), weights, rows, cols, dot)
        machine.free(dot)

    product(machine, given["q"], given["k"].T, weights, tile, weigh)
    product(machine, given["gradient"], given["v"].T, slopes, tile, slope)
    for left, right, target in (
        (slopes, given["k"], found[0]), (slopes.T, given["q"], found[1]), (weights.T, given["gradient"], found[2])
    ):  # fmt: skip
        product(machine, left, right, target, tile)


BACKWARD_ALGORITHMS: dict[str, Callable[..., None]] = {"flash_backward": _flash, "blocked_backward": _blocked}
