"""The chapter on primes: its laboratory, and what its notebook calls besides."""

from szilard.experiments.primes.laboratory import (
    LABORATORY, bits_table, block_bits, distances_table, learners_table, machine_totals, normal_curve, ranks, recorded,
    run, sums_table, theorem_table, transitions, tuning_table,
)
