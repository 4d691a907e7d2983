"""The laboratory of the chapter on primes: which cells each tier runs, and the claims that the tables decide."""

from __future__ import annotations

from itertools import product

from szilard.compendium import Experiment, Laboratory
from szilard.experiments.primes import learning as learning
from szilard.experiments.primes import numbers as numbers
from szilard.experiments.primes.claims import NUMBER_CLAIMS
from szilard.experiments.primes.machine_claims import (
    MACHINE_CLAIMS,
    MACHINE_EXPERIMENTS,
    machine_totals,
    ranks,
)
from szilard.experiments.primes.tables import (
    bits_table,
    block_bits,
    distances_table,
    learners_table,
    normal_curve,
    sums_table,
    theorem_table,
    transitions,
    tuning_table,
)

__all__ = [
    "LABORATORY",
    "bits_table",
    "block_bits",
    "distances_table",
    "learners_table",
    "machine_totals",
    "normal_curve",
    "ranks",
    "recorded",
    "run",
    "sums_table",
    "theorem_table",
    "transitions",
    "tuning_table",
]

LEARNERS = (
    ("decimal", "xgboost", 10),
    ("n", "xgboost", 10),
    ("bits", "xgboost", 10),
    ("bits", "histogram trees", 10),
    ("bits", "logistic", 0),
    ("residues", "xgboost", 10),
    ("bits and residues", "xgboost", 60),
)
SEQUENCES = ("primes", "coins", "primes, wheel 30", "coins, wheel 30")
METHODS = ("zlib", "bz2", "lzma", "zstandard", "brotli", "pyppmd")
SMALL = tuple(numbers.UpTo(10**k) for k in (6, 7))

EXPERIMENTS = (
    Experiment(
        "published",
        "what the confusion matrices in the authors' notebooks say",
        quick=[learning.Stored(run) for run in learning.PUBLISHED],
        light=True,
    ),
    Experiment(
        "collapse",
        "what is left of the integers in one column of single precision",
        quick=[learning.Collapse(18), learning.Collapse(24)],
        light=True,
    ),
    Experiment(
        "learners",
        "learners of the primes by what they are shown",
        quick=[learning.Learner(*each) for each in LEARNERS],
        full=[learning.Learner(*each, bits=24) for each in LEARNERS if each[1] == "xgboost"],
    ),
    Experiment(
        "tuning",
        "random draws from the published search space, judged by validation and by test",
        quick=[learning.Tuning(name) for name in ("decimal", "bits")],
        full=[learning.Tuning(name, trials=50) for name in ("decimal", "bits")],
    ),
    Experiment(
        "predictors",
        "probabilities by the prime number theorem and wheels",
        quick=[learning.Predictor(wheel) for wheel in (1, 2, 6, 30, 210)],
        light=True,
    ),
    Experiment(
        "factors",
        "the law of the number of distinct prime factors, counted without a sieve",
        quick=[numbers.Factors(n) for n in (10**3, 10**4, 10**6, 2**24, 10**9, 10**11)],
        full=[numbers.Factors(10**k) for k in range(3, 14)],
        light=True,
    ),
    Experiment(
        "sieved",
        "the same law by factoring every integer",
        quick=[numbers.Sieved(10**7), numbers.Sieved(2**24), numbers.Sieved(10**7, multiplicity=True)],
        full=[numbers.Sieved(10**8), numbers.Sieved(10**9), numbers.Sieved(10**10)],
        light=True,
    ),
    Experiment(
        "sums",
        "Mertens's sums, Chebyshev's functions and Legendre's identity",
        quick=[numbers.Sums(10**k) for k in range(3, 8)],
        full=[numbers.Sums(10**k) for k in range(3, 10)],
        light=True,
    ),
    Experiment(
        "exponents",
        "total correlation of the prime exponents of a random integer",
        quick=[numbers.Exponents(round(10 ** (k / 4))) for k in range(6, 29)],
        full=[numbers.Exponents(round(10 ** (k / 4))) for k in range(6, 37)],
        light=True,
    ),
    Experiment("bits", "lengths of descriptions of the primes", quick=SMALL, light=True),
    Experiment(
        "compression",
        "compressors on the primes and on coins of their density",
        quick=[numbers.Compression(10**6, *each) for each in product(SEQUENCES, METHODS)],
        full=[numbers.Compression(10**7, *each) for each in product(SEQUENCES, METHODS)],
    ),
    Experiment(
        "partial",
        "bits left to say after sieving by the first primes",
        quick=[numbers.Partial(10**k) for k in (6, 7, 9)],
        full=[numbers.Partial(10**k) for k in (6, 8, 10, 12)],
        light=True,
    ),
    Experiment(
        "words",
        "entropy of words of the characteristic sequence",
        quick=SMALL,
        light=True,
    ),
    Experiment(
        "gaps",
        "gaps between primes",
        quick=SMALL,
        full=[numbers.Gaps(10**k) for k in (6, 7, 8, 9)],
        light=True,
    ),
    Experiment(
        "neighbours",
        "residues of consecutive primes",
        quick=[numbers.Neighbours(10**7, q) for q in (10, 30)],
        full=[numbers.Neighbours(10**k, q) for k, q in product((7, 8, 9), (10, 30))],
        light=True,
    ),
    *MACHINE_EXPERIMENTS,
)

LABORATORY = Laboratory("primes", EXPERIMENTS, (*NUMBER_CLAIMS, *MACHINE_CLAIMS))
run = LABORATORY.run
recorded = LABORATORY.recorded
