"""A demon that keeps records: what a gas yields, what forgetting the record costs, and what compression saves.

Zurek's physical entropy of a known microstate is the length of its shortest description. No program computes
that length; a compressor bounds it from above, up to the fixed size of the decompressor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from szilard.algorithmic.description import RECORD_CODES, as_bits, compressed_bits
from szilard.rng import RNG, generator
from szilard.thermodynamics.formulas.catalogue import in_kt
from szilard.validation import check_choice, check_integer

COMPRESSORS = tuple(RECORD_CODES)
GASES = ("random", "biased", "periodic", "generated")

__all__ = ["COMPRESSORS", "GASES", "DemonLedger", "demon_ledger", "gas"]


@dataclass(frozen=True)
class DemonLedger:
    """What a demon gains from some molecules whose places he knows and pays for his record, energies in k_B T.

    The record has a length in bits as it is written and, compressed, an upper bound on its complexity, ``shortest``;
    net is the work gained less the cost of erasing the record as written, or compressed.
    """

    molecules: int
    record: int
    shortest: int
    gained: float
    net_plain: float
    net_compressed: float


def demon_ledger(places: ArrayLike, compressor: str = "lzma") -> DemonLedger:
    """The account of a demon who reads in which half every molecule is, uses it, and clears the record.

    Each molecule in a known half yields k_B T ln 2, and its place is lost in the doing; the record is what is left.
    ``places`` holds 0 or 1 for each molecule, (n,); ``compressor`` is one of ``COMPRESSORS``.

    Raises:
        ValueError: other values than 0 and 1, or an unknown compressor.

    Source: `zurek1989algorithmic`, `bennett1982thermodynamics`.

    >>> demon_ledger(gas("periodic", 10_000)).net_compressed > 6_000
    True
    """
    check_choice(compressor, "compressor", COMPRESSORS)
    bits = as_bits(places, "places")
    n, shortest = len(bits), compressed_bits(bits, compressor, as_record=True)
    gained = in_kt("landauer", bits=float(n))
    return DemonLedger(n, n, shortest, gained, _net(n, n), _net(n, shortest))


def gas(kind: str, n: int, *, rng: RNG = 0) -> np.ndarray:
    """Places of ``n`` ≥ 1 molecules, 0 or 1, shape (n,), of a ``kind`` among ``GASES``.

    ``"random"``: fair and independent. ``"biased"``: nine tenths in one half. ``"periodic"``: a pattern of
    twelve repeated. ``"generated"``: the middle column of the cellular automaton that is called rule 30,
    random to a compressor, yet described by the few lines that make it.
    """
    check_choice(kind, "kind", GASES)
    check_integer(n, "n", minimum=1)
    if kind in ("random", "biased"):
        return (generator(rng).random(n) < (0.5 if kind == "random" else 0.1)).astype(np.uint8)
    if kind == "periodic":
        return np.resize(np.array([0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 0, 0], dtype=np.uint8), n)
    cells, column = 1 << n, bytearray(n)
    for i in range(n):
        column[i] = cells >> n & 1
        cells = (cells << 1) ^ (cells | cells >> 1)
    return np.frombuffer(bytes(column), dtype=np.uint8).copy()


def _net(n: int, record: int) -> float:
    """Net work in k_B T when reading took the gas from ``n`` bits of entropy to none, the record from none."""
    return in_kt("demon_work", entropy_before=n, entropy_after=0, record_before=0, record_after=record)
