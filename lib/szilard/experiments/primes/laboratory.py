"""The laboratory of the chapter on primes: which cells each tier runs, and the claims that the tables decide."""

from __future__ import annotations

from itertools import product

from szilard.compendium import Experiment, Laboratory
from szilard.experiments.primes import learning, machines, numbers
from szilard.experiments.primes.claims import CLAIMS
from szilard.experiments.primes.own_claims import OWN_CLAIMS

__all__ = ["LABORATORY", "recorded", "run"]

# fmt: off

LEARNERS = (
    ("decimal", "xgboost", 10), ("n", "xgboost", 10), ("bits", "xgboost", 10), ("bits", "histogram trees", 10),
    ("bits", "logistic", 0), ("residues", "xgboost", 10), ("bits and residues", "xgboost", 60),
)
METHODS = ("zlib", "bz2", "lzma", "zstandard", "brotli", "pyppmd")
WHEELS = (1, 6, 30, 210, 2310)
SETS = ("odd numbers", "all but powers of two", "no multiples of three", "primes", "coin flips")

EXPERIMENTS = (
    Experiment("published", "what the confusion matrices in the authors' notebooks say",
               quick=map(learning.Stored, learning.PUBLISHED), light=True),
    Experiment("smallest", "the precision of calling the smallest integers prime",
               quick=map(learning.Smallest, (18, 24)), light=True),
    Experiment("collapse", "what is left of the integers in one column of single precision",
               quick=map(learning.Collapse, (18, 24)), light=True),
    Experiment("learners", "learners of the primes by what they are shown",
               quick=(learning.Learner(*each) for each in LEARNERS),
               full=(learning.Learner(shown, name, min(rounds, 10), bits=24)
                     for shown, name, rounds in LEARNERS if name == "xgboost")),
    Experiment("tuning", "random draws from the published search space, judged by validation and by test",
               quick=(learning.Tuning(name) for name in ("decimal", "bits")),
               full=(learning.Tuning(name, trials=50) for name in ("decimal", "bits"))),
    Experiment("factors", "how many distinct prime factors integers have, counted without a sieve", light=True,
               quick=map(numbers.Factors, (10**3, 10**4, 10**6, 2**24, 10**9, 10**11)),
               full=(numbers.Factors(10**k) for k in range(3, 14))),
    Experiment("variance", "where the variance of the number of prime factors comes from", light=True,
               quick=(numbers.Variance(10**k) for k in range(3, 8)),
               full=(numbers.Variance(10**k) for k in range(3, 10))),
    Experiment("sums", "Mertens's sums, Chebyshev's functions and Legendre's identity", light=True,
               quick=(numbers.Sums(10**k) for k in range(3, 8)), full=(numbers.Sums(10**k) for k in range(3, 10))),
    Experiment("exponents", "total correlation of the prime exponents of a random integer", light=True,
               quick=(numbers.Exponents(round(10 ** (k / 4))) for k in range(6, 29)),
               full=(numbers.Exponents(round(10 ** (k / 4))) for k in range(6, 37))),
    Experiment("bits", "lengths of descriptions of the primes",
               quick=(numbers.Bits(10**6), numbers.Bits(10**7)), light=True),
    Experiment("compression", "compressors on the primes, and on as many ones among coins of their density",
               quick=(numbers.Compression(10**6, *each) for each in product(WHEELS, METHODS)),
               full=(numbers.Compression(10**7, *each, draws=20) for each in product(WHEELS, METHODS))),
    Experiment("partial", "bits left to say after sieving by the first primes", light=True,
               quick=(numbers.Partial(10**k) for k in (6, 7, 9)),
               full=(numbers.Partial(10**k) for k in (6, 8, 10, 12))),
    Experiment("gaps", "gaps between primes", light=True,
               quick=(numbers.Gaps(10**6), numbers.Gaps(10**7)), full=(numbers.Gaps(10**k) for k in (6, 7, 8, 9))),
    Experiment("neighbours", "last digits of consecutive primes", light=True, quick=[numbers.Neighbours(10**7, 10)],
               full=(numbers.Neighbours(10**k, 10) for k in (7, 8, 9))),
    Experiment("coins", "last digits of consecutive ones among coins on a wheel", light=True,
               quick=[numbers.CoinNeighbours(10**7, 10, 30)]),
    Experiment("machines", "what all machines of three and four states write before they halt",
               quick=map(machines.Machines, (3, 4)), light=True),
    Experiment("blocks", "block decomposition of primes, of their blocks shuffled, and of coins", light=True,
               quick=(*(machines.Blocks(*each) for each in product(("primes", "cramer", "coins"), (1, 2, 30))),
                      machines.Blocks("primes", 1, 11), machines.Blocks("shuffled"))),
    Experiment("search", "programs that universal search finds for sets of numbers",
               quick=(machines.Search(name, 32, 33) for name in SETS),
               full=(machines.Search(name, 100, 36) for name in SETS)),
)
# fmt: on

LABORATORY = Laboratory("primes", EXPERIMENTS, (*CLAIMS, *OWN_CLAIMS))
run = LABORATORY.run
recorded = LABORATORY.recorded
