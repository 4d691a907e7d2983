"""Algorithmic information: what small programs write, how short data can be described, and prime numbers.

>>> from szilard.algorithmic import census
>>> census(3).halting
4294368
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .bdm import BlockDecomposition, as_bits, block_decomposition
    from .blc import closed_terms, kraft_sum
    from .ctm import CodingTable, coding_table
    from .description import COMPRESSORS, compressed_bits
    from .enumeration import Census, block_census, census, census_part, merge
    from .levin import Discovery, MarkingRun, levin_search, run_marking
    from .turing import BUSY_BEAVER_STEPS, Halt, TuringMachine, machine_count

_PLACES = {
    "BUSY_BEAVER_STEPS": "turing",
    "COMPRESSORS": "description",
    "BlockDecomposition": "bdm",
    "Census": "enumeration",
    "CodingTable": "ctm",
    "Discovery": "levin",
    "Halt": "turing",
    "MarkingRun": "levin",
    "TuringMachine": "turing",
    "as_bits": "bdm",
    "block_census": "enumeration",
    "block_decomposition": "bdm",
    "census": "enumeration",
    "census_part": "enumeration",
    "closed_terms": "blc",
    "coding_table": "ctm",
    "compressed_bits": "description",
    "kraft_sum": "blc",
    "levin_search": "levin",
    "machine_count": "turing",
    "merge": "enumeration",
    "run_marking": "levin",
}

__all__ = [
    "BUSY_BEAVER_STEPS",
    "COMPRESSORS",
    "BlockDecomposition",
    "Census",
    "CodingTable",
    "Discovery",
    "Halt",
    "MarkingRun",
    "TuringMachine",
    "as_bits",
    "block_census",
    "block_decomposition",
    "census",
    "census_part",
    "closed_terms",
    "coding_table",
    "compressed_bits",
    "kraft_sum",
    "levin_search",
    "machine_count",
    "merge",
    "run_marking",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
