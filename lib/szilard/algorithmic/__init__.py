"""Algorithmic information: what small programs write, how short data can be described, and prime numbers.

>>> from szilard.algorithmic import census
>>> census(3).halting
4294368
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .enumeration import Census, block_census, census, census_part, merge
    from .turing import BUSY_BEAVER_STEPS, Halt, TuringMachine, machine_count

_PLACES = {
    "BUSY_BEAVER_STEPS": "turing",
    "Census": "enumeration",
    "Halt": "turing",
    "TuringMachine": "turing",
    "block_census": "enumeration",
    "census": "enumeration",
    "census_part": "enumeration",
    "machine_count": "turing",
    "merge": "enumeration",
}

__all__ = [
    "BUSY_BEAVER_STEPS",
    "Census",
    "Halt",
    "TuringMachine",
    "block_census",
    "census",
    "census_part",
    "machine_count",
    "merge",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
