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
    from .blc import closed_shares
    from .counting import PrimeTable, factor_total, omega_histogram, prime_pi, prime_table
    from .ctm import UNWRITTEN, CodingTable, coding_table
    from .description import COMPRESSORS, compressed_bits
    from .enumeration import Census, block_census, census, census_part, merge_censuses
    from .erdos_kac import FactorLaw, factor_law, omega_mean, omega_variance, selberg_delange
    from .levin import Discovery, MarkingRun, levin_search, run_marking
    from .mertens import exponent_entropies, exponent_total_correlation, legendre_identity, mertens_table
    from .prime_bits import (
        binary_entropy,
        block_entropies,
        coprime_flags,
        cramer_flags,
        description_lengths,
        local_code_length,
        partial_sieve,
        sieve_program,
    )
    from .prime_features import (
        Confusion,
        bit_features,
        confusion,
        decimal_column,
        density_predictor,
        log_loss_bits,
        oracle_auc,
        residue_features,
    )
    from .prime_gaps import GapLaw, gap_law, mutual_information_of_counts, residue_transitions
    from .prime_learners import LEARNERS, Boosting, Split, fit_predict, split
    from .sieve import omega, prime_flags, primes_up_to, sieve_histogram
    from .turing import BUSY_BEAVER_STEPS, Halt, TuringMachine, machine_count
    from .zeta_sums import PrimeConstants, prime_constants

_PLACES = {
    "BUSY_BEAVER_STEPS": "turing",
    "COMPRESSORS": "description",
    "LEARNERS": "prime_learners",
    "UNWRITTEN": "ctm",
    "BlockDecomposition": "bdm",
    "Boosting": "prime_learners",
    "Census": "enumeration",
    "CodingTable": "ctm",
    "Confusion": "prime_features",
    "Discovery": "levin",
    "FactorLaw": "erdos_kac",
    "GapLaw": "prime_gaps",
    "Halt": "turing",
    "MarkingRun": "levin",
    "PrimeConstants": "zeta_sums",
    "PrimeTable": "counting",
    "Split": "prime_learners",
    "TuringMachine": "turing",
    "as_bits": "bdm",
    "binary_entropy": "prime_bits",
    "bit_features": "prime_features",
    "block_census": "enumeration",
    "block_decomposition": "bdm",
    "block_entropies": "prime_bits",
    "census": "enumeration",
    "census_part": "enumeration",
    "closed_shares": "blc",
    "coding_table": "ctm",
    "compressed_bits": "description",
    "confusion": "prime_features",
    "coprime_flags": "prime_bits",
    "cramer_flags": "prime_bits",
    "decimal_column": "prime_features",
    "density_predictor": "prime_features",
    "description_lengths": "prime_bits",
    "exponent_entropies": "mertens",
    "exponent_total_correlation": "mertens",
    "factor_law": "erdos_kac",
    "factor_total": "counting",
    "fit_predict": "prime_learners",
    "gap_law": "prime_gaps",
    "legendre_identity": "mertens",
    "levin_search": "levin",
    "local_code_length": "prime_bits",
    "log_loss_bits": "prime_features",
    "machine_count": "turing",
    "merge_censuses": "enumeration",
    "mertens_table": "mertens",
    "mutual_information_of_counts": "prime_gaps",
    "omega": "sieve",
    "omega_histogram": "counting",
    "omega_mean": "erdos_kac",
    "omega_variance": "erdos_kac",
    "oracle_auc": "prime_features",
    "partial_sieve": "prime_bits",
    "prime_constants": "zeta_sums",
    "prime_flags": "sieve",
    "prime_pi": "counting",
    "prime_table": "counting",
    "primes_up_to": "sieve",
    "residue_features": "prime_features",
    "residue_transitions": "prime_gaps",
    "run_marking": "levin",
    "selberg_delange": "erdos_kac",
    "sieve_histogram": "sieve",
    "sieve_program": "prime_bits",
    "split": "prime_learners",
}

__all__ = [
    "BUSY_BEAVER_STEPS",
    "COMPRESSORS",
    "LEARNERS",
    "UNWRITTEN",
    "BlockDecomposition",
    "Boosting",
    "Census",
    "CodingTable",
    "Confusion",
    "Discovery",
    "FactorLaw",
    "GapLaw",
    "Halt",
    "MarkingRun",
    "PrimeConstants",
    "PrimeTable",
    "Split",
    "TuringMachine",
    "as_bits",
    "binary_entropy",
    "bit_features",
    "block_census",
    "block_decomposition",
    "block_entropies",
    "census",
    "census_part",
    "closed_shares",
    "coding_table",
    "compressed_bits",
    "confusion",
    "coprime_flags",
    "cramer_flags",
    "decimal_column",
    "density_predictor",
    "description_lengths",
    "exponent_entropies",
    "exponent_total_correlation",
    "factor_law",
    "factor_total",
    "fit_predict",
    "gap_law",
    "legendre_identity",
    "levin_search",
    "local_code_length",
    "log_loss_bits",
    "machine_count",
    "merge_censuses",
    "mertens_table",
    "mutual_information_of_counts",
    "omega",
    "omega_histogram",
    "omega_mean",
    "omega_variance",
    "oracle_auc",
    "partial_sieve",
    "prime_constants",
    "prime_flags",
    "prime_pi",
    "prime_table",
    "primes_up_to",
    "residue_features",
    "residue_transitions",
    "run_marking",
    "selberg_delange",
    "sieve_histogram",
    "sieve_program",
    "split",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
