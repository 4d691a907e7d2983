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
    from .blc import closed_shares, closed_terms, kraft_sum
    from .counting import PrimeTable, factor_total, omega_histogram, prime_pi, prime_table
    from .ctm import UNWRITTEN, CodingTable, coding_table
    from .description import COMPRESSORS, compressed_bits
    from .enumeration import Census, block_census, census, census_part, merge_censuses
    from .erdos_kac import FactorLaw, factor_law, omega_mean, omega_variance, selberg_delange
    from .levin import Discovery, MarkingRun, levin_search, run_marking
    from .mertens import exponent_entropies, exponent_total_correlation, legendre_identity, mertens_table
    from .prime_constants import PrimeConstants, prime_constants
    from .sieve import omega, prime_flags, primes_up_to, sieve_histogram
    from .turing import BUSY_BEAVER_STEPS, Halt, TuringMachine, machine_count

_PLACES = {
    "BUSY_BEAVER_STEPS": "turing",
    "COMPRESSORS": "description",
    "UNWRITTEN": "ctm",
    "BlockDecomposition": "bdm",
    "Census": "enumeration",
    "CodingTable": "ctm",
    "Discovery": "levin",
    "FactorLaw": "erdos_kac",
    "Halt": "turing",
    "MarkingRun": "levin",
    "PrimeConstants": "prime_constants",
    "PrimeTable": "counting",
    "TuringMachine": "turing",
    "as_bits": "bdm",
    "block_census": "enumeration",
    "block_decomposition": "bdm",
    "census": "enumeration",
    "census_part": "enumeration",
    "closed_shares": "blc",
    "closed_terms": "blc",
    "coding_table": "ctm",
    "compressed_bits": "description",
    "exponent_entropies": "mertens",
    "exponent_total_correlation": "mertens",
    "factor_law": "erdos_kac",
    "factor_total": "counting",
    "kraft_sum": "blc",
    "legendre_identity": "mertens",
    "levin_search": "levin",
    "machine_count": "turing",
    "merge_censuses": "enumeration",
    "mertens_table": "mertens",
    "omega": "sieve",
    "omega_histogram": "counting",
    "omega_mean": "erdos_kac",
    "omega_variance": "erdos_kac",
    "prime_constants": "prime_constants",
    "prime_flags": "sieve",
    "prime_pi": "counting",
    "prime_table": "counting",
    "primes_up_to": "sieve",
    "run_marking": "levin",
    "selberg_delange": "erdos_kac",
    "sieve_histogram": "sieve",
}

__all__ = [
    "BUSY_BEAVER_STEPS",
    "COMPRESSORS",
    "UNWRITTEN",
    "BlockDecomposition",
    "Census",
    "CodingTable",
    "Discovery",
    "FactorLaw",
    "Halt",
    "MarkingRun",
    "PrimeConstants",
    "PrimeTable",
    "TuringMachine",
    "as_bits",
    "block_census",
    "block_decomposition",
    "census",
    "census_part",
    "closed_shares",
    "closed_terms",
    "coding_table",
    "compressed_bits",
    "exponent_entropies",
    "exponent_total_correlation",
    "factor_law",
    "factor_total",
    "kraft_sum",
    "legendre_identity",
    "levin_search",
    "machine_count",
    "merge_censuses",
    "mertens_table",
    "omega",
    "omega_histogram",
    "omega_mean",
    "omega_variance",
    "prime_constants",
    "prime_flags",
    "prime_pi",
    "prime_table",
    "primes_up_to",
    "run_marking",
    "selberg_delange",
    "sieve_histogram",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
