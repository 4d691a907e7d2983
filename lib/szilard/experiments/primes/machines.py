"""What the chapter on primes measures with small programs: machines, predictions, blocks, sieves found by search."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.algorithmic import (
    UNWRITTEN,
    CodingTable,
    block_decomposition,
    census,
    closed_shares,
    coding_table,
    levin_search,
    prime_flags,
    run_marking,
)
from szilard.compendium import Rows
from szilard.datasets import ctm_d5
from szilard.validation import check_choice

LONGEST = 12  # symbols of a string in the published table
UNITS_MODULO_30 = (1, 7, 11, 13, 17, 19, 23, 29)
VERIFIED_TO = 100_000
PREFIXES = ("00", "000", "0101", "010101", "0101010101", "00000000000", "01101110")

__all__ = ["PREFIXES", "VERIFIED_TO", "Blocks", "Halting", "Lambda", "Machines", "Prediction", "Search", "Table"]


@dataclass(frozen=True)
class Machines:
    """All machines of so many states."""

    states: int

    def measure(self) -> Rows:
        """How many machines halt with each output, its complexity here and in the published table of five states.

        The census takes a fraction of a second on one core: there is nothing for an accelerator to do.
        """
        found = census(self.states)
        complexity, known = CodingTable.from_census(found).bits, _published()
        return [
            {
                "output": text,
                "count": count,
                "bits": complexity[text],
                "published": known.get(text, np.nan),
                "halting": found.halting,
                "machines": found.machines,
                "longest_run": found.longest_run,
                "runs": found.runs,
            }
            for text, count in found.counts.items()
        ]


@dataclass(frozen=True)
class Halting:
    """All machines of so many states, up to a number of steps."""

    states: int
    limit: int | None = None

    def measure(self) -> Rows:
        """How many machines halt after each number of steps, where any do."""
        found = census(self.states, self.limit)
        return [
            {"steps": int(step), "count": int(found.steps[step]), "machines": found.machines}
            for step in np.flatnonzero(found.steps)
        ]


@dataclass(frozen=True)
class Table:
    """The table of five states: as kept with the library, or counted anew."""

    recount: bool
    limit: int = 500

    def measure(self) -> Rows:
        """Complexity of every string of up to 12 symbols, ours and published; NaN where no machine writes it."""
        ours = dict(coding_table(5, self.limit).bits if self.recount else coding_table(5).bits)
        if not self.recount:
            for text in UNWRITTEN:  # kept with a stand-in, which is not to be compared
                del ours[text]
        known = _published()
        strings = [f"{i:0{length}b}" for length in range(1, LONGEST + 1) for i in range(1 << length)]
        return [
            {"output": text, "bits": ours.get(text, np.nan), "published": known.get(text, np.nan)} for text in strings
        ]


@dataclass(frozen=True)
class Prediction:
    """What comes after a prefix."""

    prefix: str

    def measure(self) -> Rows:
        """Probability that 0 comes next, by machines of three to five states that write strings of that length."""
        rows = []
        for states in (3, 4, 5):
            known = coding_table(states)
            if self.prefix + "0" in known.bits and self.prefix + "1" in known.bits:
                rows.append({"states": states, "zero": known.next_zero(self.prefix)})
        return rows


@dataclass(frozen=True)
class Blocks:
    """One sequence, written down in one way, cut into blocks of one length."""

    source: str
    coding: str = "all"
    block: int = 12
    n: int = 120_000

    def measure(self, rng: np.random.Generator) -> Rows:
        """Block decomposition in bits, and the bits that the order of the blocks would need on top.

        Codings keep all of 1, 2, …, n, the odd numbers, or those prime to 30. The sources say of each number k whether
        it is prime; or is taken for prime at random, with the probability 1 / ln k over the share of numbers that the
        coding keeps (Cramér's model); or shows heads.
        """
        numbers = np.arange(1, self.n + 1)
        codings = {"all": numbers > 0, "odd": numbers % 2 == 1, "wheel 30": np.isin(numbers % 30, UNITS_MODULO_30)}
        kept = numbers[codings[self.coding]]
        if check_choice(self.source, "source", ("primes", "cramer", "coins")) == "primes":
            sequence = prime_flags(1, self.n + 1)[kept - 1]
        else:
            cramer = self.n / len(kept) / np.log(np.maximum(kept, 3))
            sequence = rng.random(len(kept)) < (cramer if self.source == "cramer" else 0.5)
        found = block_decomposition(sequence, block=self.block)
        return [
            {
                "symbols": len(sequence),
                "ones": int(sequence.sum()),
                "bits": found.bits,
                "order_bits": found.order_bits,
                "blocks": found.blocks,
                "distinct": found.distinct,
            }
        ]


@dataclass(frozen=True)
class Search:
    """Universal search for a program that leaves one set of numbers unmarked."""

    target: str
    size: int
    phases: int = 36

    def measure(self, rng: np.random.Generator) -> Rows:
        """The program found, its cost, and whether it still gives the same set far beyond what the search saw."""
        coins = rng.integers(0, 2, VERIFIED_TO).astype(bool)
        wanted = _wanted(self.target, coins)
        found = levin_search(wanted[: self.size], self.phases)
        if found is None:
            return [{"program": "", "bits": 0, "steps": 0, "phase": self.phases, "tried": 0, "holds": False}]
        far = run_marking(found.program, VERIFIED_TO)
        holds = far.halted and bool((far.unmarked[2:] == wanted[2:]).all())
        return [
            {
                "program": found.program,
                "bits": found.bits,
                "steps": found.steps,
                "phase": found.phase,
                "tried": found.tried,
                "holds": holds,
            }
        ]


def _wanted(target: str, coins: np.ndarray) -> np.ndarray:
    """Which of 0, 1, 2, … are in the set."""
    numbers = np.arange(len(coins))
    if target == "primes":
        return prime_flags(0, len(coins))
    if target == "coin flips":
        return coins
    powers = np.isin(numbers, 2 ** np.arange(40))
    sets = {"powers of two": powers, "all but powers of two": ~powers, "odd numbers": numbers % 2 == 1}
    sets |= {"no multiples of three": numbers % 3 != 0, "prime to six": np.gcd(numbers, 6) == 1}
    return sets[target]


@dataclass(frozen=True)
class Lambda:
    """Closed lambda terms of up to so many bits."""

    longest: int

    def measure(self) -> Rows:
        """For each length, the share of bit strings that begin with a closed term, and Kraft's sum up to there."""
        shares = closed_shares(self.longest)
        return [
            {"length": n, "share": float(share), "kraft": float(total)}
            for n, (share, total) in enumerate(zip(shares, np.cumsum(shares), strict=True))
        ]


def _published() -> dict[str, float]:
    """The published table, or nothing where pybdm, which ships it, is not installed."""
    try:
        return ctm_d5()
    except FileNotFoundError:
        return {}
