"""What the chapter on primes measures with small programs: machines, blocks, sieves found by search."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.algorithmic.bdm import block_decomposition
from szilard.algorithmic.ctm import CodingTable
from szilard.algorithmic.enumeration import census
from szilard.algorithmic.levin import levin_search, run_marking
from szilard.algorithmic.prime_bits import coprime_flags, cramer_flags
from szilard.algorithmic.sieve import prime_flags
from szilard.compendium import Rows
from szilard.datasets import ctm_d5
from szilard.validation import check_choice

VERIFIED_TO = 100_000

__all__ = ["VERIFIED_TO", "Blocks", "Machines", "Search"]


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
        shared = {"halting": found.halting, "machines": found.machines, "longest_run": found.longest_run}
        return [
            {"output": text, "count": count, "bits": complexity[text], "published": known.get(text, np.nan)} | shared
            for text, count in found.counts.items()
        ]


@dataclass(frozen=True)
class Blocks:
    """One sequence on the integers up to n that are coprime to a wheel, cut into blocks of one length."""

    source: str
    wheel: int = 1
    block: int = 12
    n: int = 120_000

    def measure(self, rng: np.random.Generator) -> Rows:
        """Block decomposition in bits, and the bits that the order of the blocks would need on top.

        The sources are the primes, the primes with their blocks shuffled, Cramér's coins of their density, and fair
        coins.
        """
        check_choice(self.source, "source", ("primes", "shuffled", "cramer", "coins"))
        sequence = coprime_flags(self.n, self.wheel)[1]
        if self.source == "cramer":
            sequence = cramer_flags(self.n, self.wheel, rng=rng)
        elif self.source == "coins":
            sequence = rng.random(len(sequence)) < 0.5
        elif self.source == "shuffled":
            whole = len(sequence) // self.block * self.block
            sequence = rng.permutation(sequence[:whole].reshape(-1, self.block)).ravel()
        found = block_decomposition(sequence, block=self.block)
        return [{"bits": found.bits, "order_bits": found.order_bits, "distinct": found.distinct}]


@dataclass(frozen=True)
class Search:
    """Universal search for a program that leaves one set of numbers unmarked."""

    target: str
    size: int
    phases: int

    def measure(self, rng: np.random.Generator) -> Rows:
        """The program found, its cost, and whether it still gives the same set far beyond what the search saw."""
        wanted = _wanted(self.target, rng.integers(0, 2, VERIFIED_TO).astype(bool))
        found = levin_search(wanted[: self.size], self.phases)
        if found is None:
            return [{"program": "", "bits": 0, "steps": 0, "phase": self.phases, "tried": 0, "holds": False}]
        far = run_marking(found.program, VERIFIED_TO)
        holds = far.halted and bool((far.unmarked[2:] == wanted[2:]).all())
        return [
            {name: getattr(found, name) for name in ("program", "bits", "steps", "phase", "tried")} | {"holds": holds}
        ]


def _wanted(target: str, coins: np.ndarray) -> np.ndarray:
    """Which of 0, 1, 2, … are in the set."""
    numbers = np.arange(len(coins))
    sets = {"all but powers of two": ~np.isin(numbers, 2 ** np.arange(40)), "odd numbers": numbers % 2 == 1}
    sets |= {"no multiples of three": numbers % 3 != 0, "primes": prime_flags(0, len(coins)), "coin flips": coins}
    return sets[target]


def _published() -> dict[str, float]:
    """The published table, or nothing where pybdm, which ships it, is not installed."""
    try:
        return ctm_d5()
    except FileNotFoundError:
        return {}
