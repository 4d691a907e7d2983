"""How short ordinary compressors make a binary sequence: upper bounds on its complexity, checked by undoing them."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from szilard.algorithmic.bdm import as_bits
from szilard.validation import check_choice

__all__ = ["COMPRESSORS", "compressed_bits"]

_PPM = {"max_order": 6, "mem_size": 1 << 26}

Codec = tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]


def compressed_bits(sequence: Any, method: str = "lzma") -> int:
    """Bits of ``sequence`` after compression at the highest setting, eight symbols to a byte beforehand.

    An upper bound on Kolmogorov complexity up to the size of the decompressor, and on this data alone: what a
    compressor does not find may still be there.

    Args:
        sequence: text of 0 and 1, or an array of 0 and 1 or of booleans, (n,).
        method: one of ``COMPRESSORS``: "bz2" (Burrows-Wheeler), "lzma" and "zlib" (Lempel-Ziv) are in Python;
            "brotli", "pyppmd" (prediction by partial matching) and "zstandard" come with the extra
            ``szilard[algorithmic]``.

    Raises:
        ValueError: not binary, unknown method, or its package is missing.
        RuntimeError: decompression did not give the sequence back.

    >>> compressed_bits("01" * 4000) < 800
    True
    """
    check_choice(method, "method", COMPRESSORS)
    data = np.packbits(as_bits(sequence).astype(np.uint8)).tobytes()
    shrink, restore = COMPRESSORS[method]()
    small = shrink(data)
    if restore(small) != data:
        raise RuntimeError(f"{method} did not give the data back")
    return 8 * len(small)


def _zlib() -> Codec:
    return lambda data: zlib.compress(data, 9), zlib.decompress


def _bz2() -> Codec:
    return lambda data: bz2.compress(data, 9), bz2.decompress


def _lzma() -> Codec:
    return lambda data: lzma.compress(data, preset=9 | lzma.PRESET_EXTREME), lzma.decompress


def _zstandard() -> Codec:
    package = _package("zstandard")
    return package.ZstdCompressor(level=22).compress, package.ZstdDecompressor().decompress


def _brotli() -> Codec:
    package = _package("brotli")
    return lambda data: package.compress(data, quality=11), package.decompress


def _pyppmd() -> Codec:
    package = _package("pyppmd")

    def shrink(data: bytes) -> bytes:
        encoder = package.Ppmd7Encoder(**_PPM)
        return len(data).to_bytes(4, "big") + encoder.encode(data) + encoder.flush()

    def restore(small: bytes) -> bytes:
        # The format does not say where it ends. Variant H, for variant I of this package loses some data.
        return package.Ppmd7Decoder(**_PPM).decode(small[4:], int.from_bytes(small[:4], "big"))

    return shrink, restore


def _package(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise ValueError(f"method {name!r} needs its package: pip install 'szilard[algorithmic]'") from None


COMPRESSORS: dict[str, Callable[[], Codec]] = {
    "brotli": _brotli,
    "bz2": _bz2,
    "lzma": _lzma,
    "pyppmd": _pyppmd,
    "zlib": _zlib,
    "zstandard": _zstandard,
}
"""Ways to compress, by name; each gives a function that compresses and one that undoes it."""
