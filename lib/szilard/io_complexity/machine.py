"""A computer with two memories: a small fast one that computes, and a large slow one; every word moved is counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from szilard.validation import as_numbers, check_integer

__all__ = ["CapacityExceeded", "MachineFault", "NotInFastMemory", "NotWritten", "SlowArray", "Tile", "TwoLevelMachine"]

ALL = slice(None)


class MachineFault(RuntimeError):
    """A schedule asked for something that a machine with two memories cannot do."""


class CapacityExceeded(MachineFault):
    """More words in fast memory than it holds."""


class NotInFastMemory(MachineFault):
    """An operand was never read, or has been given up."""


class NotWritten(MachineFault):
    """Something was read from slow memory that nobody has written there."""


@dataclass(frozen=True, eq=False)
class SlowArray:
    """A matrix in slow memory. Its values can be had through :meth:`TwoLevelMachine.read` alone."""

    shape: tuple[int, int]
    _values: np.ndarray = field(repr=False)
    _given: bool = False  # from the beginning, so that all of it is there

    def __post_init__(self) -> None:
        self._values.flags.writeable = not self._given

    @property
    def T(self) -> SlowArray:
        """The same words, addressed by column and row."""
        return SlowArray(self.shape[::-1], self._values.T, self._given)

    def part(self, rows: slice = ALL, cols: slice = ALL) -> np.ndarray:
        """What the machine reads of it."""
        values = self._values[rows, cols]
        if not self._given and np.isnan(values).any():
            raise NotWritten("a part of slow memory is read that was never written")
        return values


class Tile:
    """A matrix in fast memory, until it is freed."""

    __slots__ = ("_values", "shape", "size")

    def __init__(self, values: np.ndarray) -> None:
        self._values: np.ndarray | None = values
        self.shape, self.size = values.shape, values.size


def _held(tile: Tile) -> np.ndarray:
    if tile._values is None:
        raise NotInFastMemory(f"a tile of shape {tile.shape} is used after it was freed")
    return tile._values


class TwoLevelMachine:
    """A fast memory of ``M`` words beside an unbounded slow one; the cost is the number of words moved between them.

    Operations take tiles in fast memory only and work entry by entry or row by row, so that a constant number of
    registers would do; a temporary that grows with a tile must be a tile of its own.

    Args:
        M: words of fast memory.
        strict: whether more words than that are refused; if not, ``peak`` tells how many were needed.

    >>> machine = TwoLevelMachine(8)
    >>> a, out = machine.store([[1.0, 2.0]]), machine.empty(1, 1)
    >>> x, y = machine.read(a), machine.new(1, 1)
    >>> machine.multiply(y, x, x, bt=True)
    >>> machine.write(y, out)
    >>> machine.fetch(out), machine.reads, machine.writes, machine.peak
    (array([[5.]]), 2, 1, 3)
    """

    def __init__(self, M: int, strict: bool = True) -> None:
        check_integer(M, "M", minimum=1)
        self.M, self.strict = M, strict
        self.reads = self.writes = self.occupied = self.peak = self.flops = self.exps = 0

    @property
    def io(self) -> int:
        """Words moved in either direction."""
        return self.reads + self.writes

    # --- slow memory

    def store(self, values: ArrayLike) -> SlowArray:
        """A matrix that is in slow memory when the computation begins; a vector becomes a column."""
        array = np.array(as_numbers(values, "values"))
        array = array[:, None] if array.ndim == 1 else array
        if array.ndim != 2:
            raise ValueError(f"values must be a matrix or a vector; got shape {array.shape}")
        return SlowArray(array.shape, array, _given=True)

    def empty(self, rows: int, cols: int = 1) -> SlowArray:
        """Room for a matrix in slow memory, to be written."""
        return SlowArray((rows, cols), np.full((rows, cols), np.nan))

    def fetch(self, source: SlowArray) -> np.ndarray:
        """The matrix in slow memory when the computation has ended; all of it must have been written."""
        return source.part().copy()

    # --- moves

    def read(self, source: SlowArray, rows: slice = ALL, cols: slice = ALL) -> Tile:
        """Copy a part of a matrix into fast memory."""
        values = source.part(rows, cols)
        self.reads += values.size
        return self._held_from_now(values.copy())

    def write(self, tile: Tile, target: SlowArray, rows: slice = ALL, cols: slice = ALL) -> None:
        """Copy a tile into a part of a matrix in slow memory."""
        target._values[rows, cols] = _held(tile)
        self.writes += tile.size

    def new(self, rows: int, cols: int = 1, fill: float = 0.0) -> Tile:
        """A tile of one value, made in fast memory."""
        return self._held_from_now(np.full((rows, cols), fill))

    def free(self, *tiles: Tile) -> None:
        """Give up tiles."""
        for tile in tiles:
            _held(tile)
            tile._values = None
            self.occupied -= tile.size

    # --- operations

    def multiply(self, out: Tile, a: Tile, b: Tile, *, at: bool = False, bt: bool = False) -> None:
        """``out += a b``, either factor transposed if asked for."""
        x, y = _held(a), _held(b)
        x, y = x.T if at else x, y.T if bt else y
        target = _held(out)
        target += x @ y
        self.flops += 2 * target.size * x.shape[1]

    def stream(
        self, out: Tile, a: SlowArray, rows: slice, b: SlowArray, cols: slice, shift: Tile | None = None
    ) -> None:
        """``out += a[rows] b[:, cols]``, one column of ``a`` and one row of ``b`` in fast memory at a time.

        With a ``shift``, entries x of ``a`` count as ``exp(x - shift)``, row by row.
        """
        x, y = a.part(rows), b.part(ALL, cols)
        self._check_room(len(x) + y.shape[1])
        target = _held(out)
        target += (x if shift is None else np.exp(x - _held(shift))) @ y
        self.reads += x.size + y.size
        self.flops += 2 * target.size * x.shape[1]
        self.exps += 0 if shift is None else x.size

    def apply(self, out: Tile, function: Callable[..., Any], *tiles: Tile, exps: int = 0) -> None:
        """Overwrite every entry of ``out`` by a function of the entries in its place; columns and rows are stretched.

        ``exps`` says how many exponentials an entry takes.
        """
        target = _held(out)
        target[...] = function(*map(_held, tiles))
        self.exps += exps * target.size

    def combine(
        self, out: Tile, function: Callable[..., Any], source: SlowArray, rows: slice, cols: slice, *tiles: Tile
    ) -> None:
        """As :meth:`apply`, with the entries of a part of ``source`` as second argument, read one at a time."""
        values = source.part(rows, cols)
        self._check_room(1)
        self.reads += values.size
        target = _held(out)
        target[...] = function(target, values, *map(_held, tiles))

    def row_dot(self, out: Tile, a: Tile, b: Tile) -> None:
        """``out[i] = Σ_j a[i, j] b[i, j]``."""
        _held(out)[:, 0] = np.einsum("ij,ij->i", _held(a), _held(b))
        self.flops += 2 * a.size

    def softmax_step(self, scores: Tile, m: Tile, l: Tile, *outputs: Tile) -> None:  # noqa: E741
        """One step of the online softmax: largest score ``m`` and sum ``l`` of every row, and ``outputs`` in its scale.

        ``scores`` become ``exp(scores - m)``; tiles of ``outputs`` are multiplied by the change of scale.
        """
        s, top, total = _held(scores), _held(m), _held(l)
        higher = np.maximum(top, s.max(axis=1, keepdims=True))
        scale = np.exp(top - higher)
        s -= higher
        np.exp(s, out=s)
        total *= scale
        total += s.sum(axis=1, keepdims=True)
        for each in outputs:
            values = _held(each)
            values *= scale
        top[...] = higher
        self.exps += s.size + len(s)

    # --- rules

    def _held_from_now(self, values: np.ndarray) -> Tile:
        self._check_room(values.size)
        self.occupied += values.size
        return Tile(values)

    def _check_room(self, more: int) -> None:
        needed = self.occupied + more
        self.peak = max(self.peak, needed)
        if self.strict and needed > self.M:
            raise CapacityExceeded(f"fast memory holds {self.M} words; the schedule needs {needed}")
