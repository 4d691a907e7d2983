"""The coding theorem method: what many small machines write is simple, K = -log2 D; and what comes next."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

import numpy as np

from szilard.algorithmic.enumeration import Census, census
from szilard.validation import check_integer

RECORDED_STATES = 5
LONGEST = 20  # symbols of strings that are listed by number
# No machine of five states writes these within 500 steps, nor within 4000. The published table gives them the share of
# 72 machines, three quarters of the least count of others; they are kept so, that every block has a complexity.
UNWRITTEN = {"000110100111": 72, "111001011000": 72}

__all__ = ["UNWRITTEN", "CodingTable", "coding_table"]


@dataclass(frozen=True)
class CodingTable:
    r"""Complexities of short binary strings, in bits, from how often machines write them.

    The coding theorem says that a string's complexity and its algorithmic probability m are one quantity,
    :math:`K(s) = -\log_2 m(s) + O(1)` (`levin1974laws`). The method puts the frequency among small machines in
    the place of m (`delahaye2012numerical`, `soler2014ctm`); the constant is not known, so only differences and
    ranks of these numbers mean something.

    Args:
        bits: complexity by string.
    """

    bits: Mapping[str, float]

    @classmethod
    def from_census(cls, outputs: Census) -> CodingTable:
        """K = -log2 of the share of each output among all halting machines."""
        whole = math.log2(outputs.halting)
        return cls({text: whole - math.log2(count) for text, count in outputs.counts.items() if text})

    def complexity(self, string: str) -> float:
        """K of ``string`` in bits.

        Raises:
            ValueError: not a binary string, or one that no machine wrote.
        """
        if not string or set(string) - set("01"):
            raise ValueError(f"string must be made of 0 and 1; got {string!r}")
        if string not in self.bits:
            raise ValueError(f"string must be one of the {len(self.bits)} that machines wrote; got {string!r}")
        return self.bits[string]

    def of_length(self, length: int) -> np.ndarray:
        """K of all strings of one length by their number in binary, (2^length,); NaN where there is none.

        Raises:
            ValueError: ``length`` is no integer from 1 to 20.
        """
        check_integer(length, "length", minimum=1)
        if length > LONGEST:
            raise ValueError(f"length must be at most {LONGEST}; got {length}")
        return self._by_length[length] if length in self._by_length else np.full(1 << length, np.nan)

    @cached_property
    def _by_length(self) -> Mapping[int, np.ndarray]:
        lengths = {len(text) for text in self.bits} - {0}
        arrays = {length: np.full(1 << length, np.nan) for length in lengths if length <= LONGEST}
        for text, bits in self.bits.items():
            if len(text) in arrays:
                arrays[len(text)][int(text, 2)] = bits
        for values in arrays.values():
            values.flags.writeable = False
        return arrays

    def next_zero(self, string: str) -> float:
        r"""Probability that 0 comes after ``string``: :math:`m(x0) / (m(x0) + m(x1))` (`solomonoff1964formal`).

        >>> round(coding_table(3).next_zero("00"), 4)
        0.5098
        """
        zero, one = self.complexity(string + "0"), self.complexity(string + "1")
        return 1 / (1 + 2.0 ** (zero - one))


def coding_table(states: int) -> CodingTable:
    """Complexities from the census of all machines with ``states`` states.

    Args:
        states: 1 to 5. Up to four states the census is taken now, in a second or less. That of five, which takes a
            minute, is read from a file: ``census(5, 500)``, strings of up to 12 symbols.

    >>> table = coding_table(5)
    >>> round(table.complexity("0"), 4), round(table.complexity("010101010101"), 4)
    (2.5143, 26.9907)
    """
    return _recorded() if states == RECORDED_STATES else CodingTable.from_census(census(states))


@lru_cache(maxsize=1)
def _recorded() -> CodingTable:
    """The table of five states, from one string of each set of complements and mirror images."""
    lines = files("szilard.algorithmic").joinpath("five_states.csv").read_text("utf-8").splitlines()[1:]
    outputs = {text: int(count) for text, count in (line.split(",") for line in lines)}
    longer = outputs.pop("longer")
    exchange = str.maketrans("01", "10")
    counts = {}
    for text, count in outputs.items():
        for same in (text, text[::-1], text.translate(exchange), text[::-1].translate(exchange)):
            counts[same] = count
    whole = math.log2(sum(counts.values()) + longer)
    counts |= UNWRITTEN
    return CodingTable({text: whole - math.log2(counts[text]) for text in sorted(counts, key=_by_length)})


def _by_length(text: str) -> tuple[int, str]:
    return len(text), text
