"""Published energies of operations, against the cost of erasing one bit."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from numpy.typing import ArrayLike

from .catalogue import Numeric, formula

__all__ = ["OPERATIONS", "Operation", "hardware_ratio", "hardware_table"]


@dataclass(frozen=True)
class Operation:
    """An operation of a machine with its published energy in J, its technology, and the BibTeX key of the source."""

    name: str
    energy: float
    basis: str
    source: str


_SURVEY = "45 nm, 0.9 V"
_NOMINAL = "rated power over nominal peak rate: not a measurement"

OPERATIONS = (
    Operation("32-bit integer addition", 0.1e-12, _SURVEY, "horowitz2014computing"),
    Operation("32-bit floating-point addition", 0.9e-12, _SURVEY, "horowitz2014computing"),
    Operation("32-bit integer multiplication", 3.1e-12, _SURVEY, "horowitz2014computing"),
    Operation("32-bit floating-point multiplication", 3.7e-12, _SURVEY, "horowitz2014computing"),
    Operation("32 bits read from SRAM of 8 KB", 5e-12, _SURVEY, "horowitz2014computing"),
    Operation("H100 SXM, dense bfloat16", 700 / 989.4e12, _NOMINAL, "nvidia2022hopper"),
    Operation("H100 SXM, dense 8-bit float", 700 / 1978.9e12, _NOMINAL, "nvidia2022hopper"),
)


def hardware_ratio(energy_per_op: ArrayLike, temperature: ArrayLike = 300.0) -> Numeric:
    """Energy of an operation in J over k T ln 2 at ``temperature`` in K.

    >>> f"{hardware_ratio(0.1e-12):.3g}"
    '3.48e+07'
    """
    return formula("hardware_ratio")(energy_per_op, temperature)


def hardware_table(temperature: float = 300.0) -> list[dict[str, float | str]]:
    """One row per published operation: name, energy in J, basis, source, and ratio to k T ln 2 at ``temperature``."""
    return [asdict(item) | {"ratio": hardware_ratio(item.energy, temperature)} for item in OPERATIONS]
