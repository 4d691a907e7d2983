"""Compiled loops of the model of bytes: hashed counts of all contexts up to an order, learnt and unlearnt a byte at a
time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from szilard.jit import njit

MULTIPLIER = 0x2545F4914F6CDD1D
BYTE_STEP = 0x1B873593CC9E2D51
DEFAULT = np.array([0.0, 0.6, 1.0, 1.2])  # discounts where too few counts fix them

__all__ = ["Table", "chances", "empty", "learn", "moved", "predict", "unlearn", "windowed"]


class Table(NamedTuple):
    """Contexts and the bytes that followed them, in two hash tables; all is changed in place.

    ``contexts`` and ``pairs`` hold keys, 0 where empty. ``seen`` has a row a context: occurrences, different bytes, and
    of these how many occurred once and twice. ``times``, how often, belongs to ``pairs``. ``tally`` counts, by order,
    the pairs of count one to four; ``used`` the entries of the two tables.
    """

    contexts: np.ndarray
    seen: np.ndarray
    pairs: np.ndarray
    times: np.ndarray
    tally: np.ndarray
    used: np.ndarray


def empty(order: int, size: int) -> Table:
    """A table without entries; ``size`` is a power of two."""
    keys = np.zeros(size, dtype=np.int64)
    seen, count = np.zeros((size, 4), dtype=np.int32), np.zeros(size, dtype=np.int32)
    return Table(keys, seen, keys.copy(), count, np.zeros((order + 1, 5), dtype=np.int64), np.zeros(2, dtype=np.int64))


@njit(cache=True, nogil=True)
def _place(keys: np.ndarray, key: int) -> int:
    mask = len(keys) - 1
    i = (key ^ (key >> 31)) & mask
    while keys[i] != 0 and keys[i] != key:
        i = (i + 1) & mask
    return i


@njit(cache=True, nogil=True)
def _mixed(key: int, value: int) -> int:
    key = (key ^ (value + 1) * BYTE_STEP) * MULTIPLIER
    return (key ^ (key >> 32)) | 1  # never 0


@njit(cache=True, nogil=True)
def _hashes(data: np.ndarray, t: int, length: int, out: np.ndarray) -> None:
    """Keys of the contexts of length 0 to ``length`` before place t."""
    key = 1
    out[0] = key
    for k in range(1, length + 1):
        key = _mixed(key, data[t - k])
        out[k] = key


@njit(cache=True, nogil=True)
def _discounts(tally: np.ndarray, out: np.ndarray) -> None:
    """The three discounts of an order, as Kneser and Ney's are found from counts of counts."""
    n1, n2, n3, n4 = tally[1], tally[2], tally[3], tally[4]
    out[:] = DEFAULT
    if n1 > 0 and n2 > 0 and n3 > 0 and n4 > 0:
        y = n1 / (n1 + 2.0 * n2)
        one, two, three = 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3
        if 0 < one <= 1 and 0 < two <= 2 and 0 < three <= 3:
            out[1], out[2], out[3] = one, two, three


@njit(cache=True, nogil=True)
def _probability(table: Table, keys: np.ndarray, length: int, byte: int, d: np.ndarray) -> float:
    p = 1.0 / 256
    for k in range(length + 1):
        i = _place(table.contexts, keys[k])
        total = table.seen[i, 0]
        if table.contexts[i] == 0:
            break  # longer contexts were not seen either
        if total == 0:
            continue
        _discounts(table.tally[k], d)
        once, twice = table.seen[i, 2], table.seen[i, 3]
        left = d[1] * once + d[2] * twice + d[3] * (table.seen[i, 1] - once - twice)
        c = table.times[_place(table.pairs, _mixed(keys[k], byte))]
        p = (c - d[min(c, 3)] + left * p) / total
    return p


@njit(cache=True, nogil=True)
def chances(table: Table, data: np.ndarray, length: int) -> np.ndarray:
    """Probabilities of all bytes after ``data``, of which the last ``length`` count."""
    keys, d, found = np.zeros(length + 1, dtype=np.int64), np.zeros(4), np.zeros(256)
    _hashes(data, len(data), length, keys)
    for byte in range(256):
        found[byte] = _probability(table, keys, length, byte, d)
    return found


@njit(cache=True, nogil=True)
def _add(table: Table, keys: np.ndarray, length: int, byte: int) -> int:
    """Count a byte after its contexts, from the longest to the first that it was seen after; the length of that one."""
    for k in range(length, -1, -1):
        i = _place(table.contexts, keys[k])
        if table.contexts[i] == 0:
            table.contexts[i] = keys[k]
            table.used[0] += 1
        key = _mixed(keys[k], byte)
        j = _place(table.pairs, key)
        if table.pairs[j] == 0:
            table.pairs[j] = key
            table.used[1] += 1
        c = table.times[j]
        _change(table, k, i, j, c, 1)
        if c > 0:
            return k
    return 0


@njit(cache=True, nogil=True)
def _change(table: Table, k: int, i: int, j: int, c: int, by: int) -> None:
    """Change the count ``c`` of pair j, after context i of order k, by one up or down."""
    table.times[j] = c + by
    table.seen[i, 0] += by
    after = c + by
    if c == 0 or after == 0:
        table.seen[i, 1] += by
    if 1 <= c <= 2:
        table.seen[i, 1 + c] -= 1
    if 1 <= after <= 2:
        table.seen[i, 1 + after] += 1
    if 1 <= c <= 4:
        table.tally[k, c] -= 1
    if 1 <= after <= 4:
        table.tally[k, after] += 1


@njit(cache=True, nogil=True)
def learn(table: Table, data: np.ndarray, reach: np.ndarray, a: int, b: int, low: np.ndarray) -> None:
    """Count bytes a to b, each after its last ``reach`` ones; ``low`` keeps the shortest context that was changed."""
    keys = np.zeros(len(table.tally), dtype=np.int64)
    for t in range(a, b):
        _hashes(data, t, reach[t], keys)
        low[t] = _add(table, keys, reach[t], data[t])


@njit(cache=True, nogil=True)
def unlearn(table: Table, data: np.ndarray, reach: np.ndarray, a: int, b: int, low: np.ndarray) -> None:
    """Take back what was learnt of bytes a to b."""
    keys = np.zeros(len(table.tally), dtype=np.int64)
    for t in range(a, b):
        _forget(table, data, reach, t, low, keys)


@njit(cache=True, nogil=True)
def _forget(table: Table, data: np.ndarray, reach: np.ndarray, t: int, low: np.ndarray, keys: np.ndarray) -> None:
    _hashes(data, t, reach[t], keys)
    for k in range(low[t], reach[t] + 1):
        i = _place(table.contexts, keys[k])
        j = _place(table.pairs, _mixed(keys[k], data[t]))
        _change(table, k, i, j, table.times[j], -1)


@njit(cache=True, nogil=True)
def predict(
    table: Table, data: np.ndarray, reach: np.ndarray, a: int, b: int, low: np.ndarray, bits: np.ndarray
) -> None:
    """Bits of bytes a to b, each of which is learnt once it was predicted."""
    windowed(table, data, reach, (a, a, b), low, bits, b - a)


@njit(cache=True, nogil=True)
def windowed(
    table: Table,
    data: np.ndarray,
    reach: np.ndarray,
    places: tuple[int, int, int],
    low: np.ndarray,
    bits: np.ndarray,
    window: int,
) -> None:
    """Bits of bytes a to b, ``places`` being (start, a, b); of those from the start on only the last ``window`` are
    remembered."""
    start, a, b = places
    keys, d = np.zeros(len(table.tally), dtype=np.int64), np.zeros(4)
    for t in range(a, b):
        if t - start > window:
            _forget(table, data, reach, t - window - 1, low, keys)
        _hashes(data, t, reach[t], keys)
        bits[t] = -np.log2(_probability(table, keys, reach[t], data[t], d))
        low[t] = _add(table, keys, reach[t], data[t])


@njit(cache=True, nogil=True)
def moved(table: Table, contexts: np.ndarray, seen: np.ndarray, pairs: np.ndarray, count: np.ndarray) -> None:
    """Copy all entries into larger tables, which are empty."""
    for i in range(len(table.contexts)):
        if table.contexts[i] != 0:
            j = _place(contexts, table.contexts[i])
            contexts[j] = table.contexts[i]
            seen[j] = table.seen[i]
        if table.pairs[i] != 0:
            j = _place(pairs, table.pairs[i])
            pairs[j] = table.pairs[i]
            count[j] = table.times[i]
