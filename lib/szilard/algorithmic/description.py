"""How short ordinary compressors make a binary sequence: upper bounds on its complexity, checked by undoing them."""

from __future__ import annotations

import bz2
import lzma
import math
import zlib
from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike

from szilard.validation import check_choice, plain_array

__all__ = ["COMPRESSORS", "RECORD_CODES", "as_bits", "compressed_bits"]

_PPM = {"max_order": 6, "mem_size": 1 << 26}

Codec = tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]


def as_bits(sequence: ArrayLike, name: str = "sequence") -> np.ndarray:
    """A binary sequence, given as text, booleans or numbers, as an int64 array (n,) of 0 and 1.

    Raises:
        ValueError: it is empty, not one-dimensional, or holds something other than 0 and 1, or is refused by
            :func:`~szilard.validation.plain_array`.
    """
    if isinstance(sequence, str):
        values = np.frombuffer(sequence.encode(), np.uint8).astype(np.int64) - ord("0")
    else:
        values = plain_array(sequence, name)
    if values.ndim != 1 or not len(values):
        raise ValueError(f"{name} must be a non-empty text or array (n,) of 0 and 1; got shape {values.shape}")
    if ((values != 0) & (values != 1)).any():
        wrong = values[(values != 0) & (values != 1)][0]
        shown = chr(wrong + 48) if isinstance(sequence, str) else wrong
        raise ValueError(f"{name} must hold 0 and 1 only; got {shown}")
    return values.astype(np.int64)


def compressed_bits(sequence: ArrayLike, method: str = "lzma", as_record: bool = False) -> int:
    """Bits of ``sequence`` after compression at the highest setting, eight symbols to a byte beforehand.

    An upper bound on Kolmogorov complexity up to the size of the decompressor, and on this data alone: what a
    compressor does not find may still be there.

    Args:
        sequence: text of 0 and 1, or an array of 0 and 1 or of booleans, (n,).
        method: one of ``COMPRESSORS``: "bz2" (Burrows-Wheeler), "lzma" and "zlib" (Lempel-Ziv) are in Python;
            "brotli", "pyppmd" (prediction by partial matching) and "zstandard" come with the extra
            ``szilard[algorithmic]``. Of a record one of ``RECORD_CODES``.
        as_record: the length of a record that is compressed only where that makes it shorter, which its first bit
            tells, and without the headers of files where the format allows: at most n + 1. "counts" is then the ideal
            code of independent symbols with an unknown bias: how many ones, then which of all such sequences.

    Raises:
        ValueError: not binary, unknown method, or its package is missing.
        RuntimeError: decompression did not give the sequence back.

    >>> compressed_bits("01" * 4000) < 800
    True
    >>> compressed_bits("0110", as_record=True)
    5
    """
    codecs: Mapping[str, Callable[[], Codec] | None] = RECORD_CODES if as_record else COMPRESSORS
    codec, symbols = codecs[check_choice(method, "method", codecs)], as_bits(sequence)
    if codec is None:
        return min(_counts_bits(len(symbols), int(symbols.sum())), len(symbols)) + 1
    data = np.packbits(symbols.astype(np.uint8)).tobytes()
    shrink, restore = codec()
    small = shrink(data)
    if restore(small) != data:
        raise RuntimeError(f"{method} did not give the data back")
    return min(8 * len(small), len(symbols)) + 1 if as_record else 8 * len(small)


def _counts_bits(n: int, ones: int) -> int:
    """Bits for the number of ones among n symbols, and for which of all such sequences it is."""
    ways = math.lgamma(n + 1) - math.lgamma(ones + 1) - math.lgamma(n - ones + 1)
    return math.ceil(ways / math.log(2)) + math.ceil(math.log2(n + 1))


def _zlib() -> Codec:
    return lambda data: zlib.compress(data, 9), zlib.decompress


def _bz2() -> Codec:
    return lambda data: bz2.compress(data, 9), bz2.decompress


def _lzma() -> Codec:
    return lambda data: lzma.compress(data, preset=9 | lzma.PRESET_EXTREME), lzma.decompress


def _raw_zlib() -> Codec:
    def shrink(data: bytes) -> bytes:
        stream = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
        return stream.compress(data) + stream.flush()

    return shrink, lambda small: zlib.decompress(small, -15)


def _raw_lzma() -> Codec:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME}]
    return (
        lambda data: lzma.compress(data, lzma.FORMAT_RAW, filters=filters),
        lambda small: lzma.decompress(small, lzma.FORMAT_RAW, filters=filters),
    )


def _zstandard() -> Codec:
    package = _package("zstandard")
    return package.ZstdCompressor(level=22).compress, package.ZstdDecompressor().decompress


def _brotli() -> Codec:
    package = _package("brotli")
    return lambda data: package.compress(data, quality=11), package.decompress


def _pyppmd() -> Codec:
    package = _package("pyppmd")

    def shrink(data: bytes) -> bytes:
        encoder = package.Ppmd7Encoder(**_PPM)  # which may lose a byte where its output passes 32 kB in one call
        packed = b"".join(encoder.encode(data[i : i + 4096]) for i in range(0, len(data), 4096))
        return len(data).to_bytes(4, "big") + packed + encoder.flush()

    def restore(small: bytes) -> bytes:
        # The format does not say where it ends. Variant H, for variant I of this package loses some data.
        return package.Ppmd7Decoder(**_PPM).decode(small[4:], int.from_bytes(small[:4], "big"))

    return shrink, restore


def _package(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError:
        raise ValueError(f"method {name!r} needs its package: pip install 'szilard[algorithmic]'") from None


COMPRESSORS: dict[str, Callable[[], Codec]] = {
    "brotli": _brotli, "bz2": _bz2, "lzma": _lzma, "pyppmd": _pyppmd, "zlib": _zlib, "zstandard": _zstandard,
}  # fmt: skip
"""Ways to compress, by name; each gives a function that compresses and one that undoes it."""

RECORD_CODES: dict[str, Callable[[], Codec] | None] = {
    "zlib": _raw_zlib, "bz2": _bz2, "lzma": _raw_lzma, "counts": None,
}  # fmt: skip
"""Ways to compress a record, by name; "counts" is the length of an ideal code."""
