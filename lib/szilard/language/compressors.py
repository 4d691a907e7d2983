"""General compressors: upper bounds on the entropy rate that need no model of language."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable

from szilard.validation import check_choice

__all__ = ["COMPRESSORS", "bits_per_byte"]


def _ppmd(order: int) -> Callable[[bytes], bytes]:
    def compressed(data: bytes) -> bytes:
        import pyppmd

        coder = pyppmd.Ppmd7Encoder(order, 1 << 28)
        return coder.encode(data) + coder.flush()

    return compressed


def _zstd(data: bytes) -> bytes:
    import zstandard

    return zstandard.ZstdCompressor(level=22).compress(data)


COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "zlib -9": lambda data: zlib.compress(data, 9),
    "bz2 -9": lambda data: bz2.compress(data, 9),
    "xz -9e": lambda data: lzma.compress(data, preset=9 | lzma.PRESET_EXTREME),
    "zstd -22": _zstd,
    **{f"PPMd order {order}": _ppmd(order) for order in (3, 4, 6, 8, 12)},
}


def bits_per_byte(data: bytes, name: str) -> float:
    """Bits that the compressor called ``name`` takes for a byte of ``data``, its header included.

    ``zstd`` and ``PPMd`` need the packages zstandard and pyppmd, of the extra ``algorithmic``.

    Raises:
        ValueError: no data, or an unknown compressor.
    """
    compress = COMPRESSORS[check_choice(name, "compressor", COMPRESSORS)]
    if not data:
        raise ValueError("data must hold at least one byte; got none")
    return 8 * len(compress(data)) / len(data)
