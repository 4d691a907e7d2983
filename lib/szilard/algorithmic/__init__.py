"""Algorithmic information: what small programs write, how short data can be described, and prime numbers.

Arguments out of the range that a docstring names are refused with a ``ValueError``.

>>> from szilard.algorithmic import census
>>> census(3).halting
4294368
"""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.algorithmic.bdm import BlockDecomposition, block_decomposition
    from szilard.algorithmic.blc import closed_shares
    from szilard.algorithmic.counting import PrimeTable, omega_histogram, prime_pi, prime_table
    from szilard.algorithmic.ctm import UNWRITTEN, CodingTable, coding_table
    from szilard.algorithmic.description import COMPRESSORS, RECORD_CODES, as_bits, compressed_bits
    from szilard.algorithmic.enumeration import BUSY_BEAVER_STEPS, Census, census, machine_count
    from szilard.algorithmic.erdos_kac import (FactorDistribution, factor_distribution, omega_mean, omega_variance,
        selberg_delange, variance_parts)
    from szilard.algorithmic.levin import LANGUAGE, Discovery, MarkingRun, levin_search, run_marking, trace_marking
    from szilard.algorithmic.mertens import exponent_entropies, legendre_identity, mertens_table
    from szilard.algorithmic.prime_bits import (binary_entropy_bits, block_entropies, coprime_flags, cramer_flags,
        description_lengths, local_code_length, partial_sieve, sieve_program)
    from szilard.algorithmic.prime_features import (FEATURES, Confusion, bit_features, confusion, decimal_column,
        density_predictor, features, log_loss_bits, oracle_auc, residue_features, shared_values, smallest_first)
    from szilard.algorithmic.prime_gaps import (GapDistribution, gap_distribution, mutual_information_of_counts,
        residue_transitions)
    from szilard.algorithmic.prime_learners import LEARNERS, Boosting, Split, fit_predict, published_draw, split
    from szilard.algorithmic.sieve import omega, prime_flags, primes_up_to, sieve_histogram
    from szilard.algorithmic.zeta_sums import PrimeConstants, prime_constants

__getattr__, __dir__, __all__ = attach(__name__)
