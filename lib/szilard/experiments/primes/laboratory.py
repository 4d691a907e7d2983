"""The laboratory of the chapter on primes: which cells each tier runs, and the claims that the tables decide."""

from __future__ import annotations

from itertools import product

from szilard.compendium import Experiment, Laboratory
from szilard.experiments.primes import learning, machines, numbers
from szilard.experiments.primes.claims import CLAIMS
from szilard.experiments.primes.machine_claims import MACHINE_CLAIMS
from szilard.experiments.primes.number_claims import NUMBER_CLAIMS
from szilard.experiments.primes.tables import (
    bits_table,
    block_bits,
    distances_table,
    learners_table,
    machine_totals,
    normal_curve,
    ranks,
    sums_table,
    theorem_table,
    transitions,
    tuning_table,
)

# fmt: off
__all__ = [
    "LABORATORY", "bits_table", "block_bits", "distances_table", "learners_table", "machine_totals", "normal_curve",
    "ranks", "recorded", "run", "sums_table", "theorem_table", "transitions", "tuning_table",
]
# fmt: on

LEARNERS = (
    ("decimal", "xgboost", 10),
    ("n", "xgboost", 10),
    ("bits", "xgboost", 10),
    ("bits", "histogram trees", 10),
    ("bits", "logistic", 0),
    ("residues", "xgboost", 10),
    ("bits and residues", "xgboost", 60),
)
METHODS = ("zlib", "bz2", "lzma", "zstandard", "brotli", "pyppmd")
SIMPLE_SETS = ("all but powers of two", "odd numbers", "no multiples of three", "powers of two", "prime to six")
BLOCKED = tuple(product(("primes", "cramer", "coins"), ("all", "odd", "wheel 30")))

# fmt: off
EXPERIMENTS = (
    Experiment("published", "what the confusion matrices in the authors' notebooks say",
               quick=map(learning.Stored, learning.PUBLISHED), light=True),
    Experiment("collapse", "what is left of the integers in one column of single precision",
               quick=map(learning.Collapse, (18, 24)), light=True),
    Experiment("learners", "learners of the primes by what they are shown",
               quick=(learning.Learner(*each) for each in LEARNERS),
               full=(learning.Learner(*each, bits=24) for each in LEARNERS if each[1] == "xgboost")),
    Experiment("tuning", "random draws from the published search space, judged by validation and by test",
               quick=(learning.Tuning(name) for name in ("decimal", "bits")),
               full=(learning.Tuning(name, trials=50) for name in ("decimal", "bits"))),
    Experiment("predictors", "probabilities by the prime number theorem and wheels",
               quick=map(learning.Predictor, (1, 2, 6, 30, 210)), light=True),
    Experiment("factors", "how many distinct prime factors integers have, counted without a sieve", light=True,
               quick=map(numbers.Factors, (10**3, 10**4, 10**6, 2**24, 10**9, 10**11)),
               full=(numbers.Factors(10**k) for k in range(3, 14))),
    Experiment("sieved", "the same by factoring every integer", light=True,
               quick=(numbers.Sieved(10**7), numbers.Sieved(2**24), numbers.Sieved(10**7, multiplicity=True)),
               full=(numbers.Sieved(10**8), numbers.Sieved(10**9), numbers.Sieved(10**10))),
    Experiment("sums", "Mertens's sums, Chebyshev's functions and Legendre's identity", light=True,
               quick=(numbers.Sums(10**k) for k in range(3, 8)), full=(numbers.Sums(10**k) for k in range(3, 10))),
    Experiment("exponents", "total correlation of the prime exponents of a random integer", light=True,
               quick=(numbers.Exponents(round(10 ** (k / 4))) for k in range(6, 29)),
               full=(numbers.Exponents(round(10 ** (k / 4))) for k in range(6, 37))),
    Experiment("bits", "lengths of descriptions of the primes",
               quick=(numbers.Bits(10**6), numbers.Bits(10**7)), light=True),
    Experiment("compression", "compressors on the primes and on coins of their density",
               quick=(numbers.Compression(10**6, *each) for each in product(numbers.SEQUENCES, METHODS)),
               full=(numbers.Compression(10**7, *each) for each in product(numbers.SEQUENCES, METHODS))),
    Experiment("partial", "bits left to say after sieving by the first primes", light=True,
               quick=(numbers.Partial(10**k) for k in (6, 7, 9)),
               full=(numbers.Partial(10**k) for k in (6, 8, 10, 12))),
    Experiment("words", "entropy of words of the characteristic sequence",
               quick=(numbers.Words(10**6), numbers.Words(10**7)), light=True),
    Experiment("gaps", "gaps between primes", light=True,
               quick=(numbers.Gaps(10**6), numbers.Gaps(10**7)), full=(numbers.Gaps(10**k) for k in (6, 7, 8, 9))),
    Experiment("neighbours", "residues of consecutive primes", light=True,
               quick=(numbers.Neighbours(10**7, q) for q in (10, 30)),
               full=(numbers.Neighbours(10**k, q) for k, q in product((7, 8, 9), (10, 30)))),
    Experiment("machines", "what all machines of one to four states write before they halt",
               quick=map(machines.Machines, (1, 2, 3, 4)), light=True),
    Experiment("halting", "after how many steps machines halt", light=True,
               quick=map(machines.Halting, (2, 3, 4)), full=(machines.Halting(4), machines.Halting(5, 4000))),
    Experiment("table", "the complexity of all strings of up to twelve symbols from machines of five states, ours and "
               "published", quick=[machines.Table(recount=False)], full=[machines.Table(recount=True)], light=True),
    Experiment("prediction", "what comes next, by algorithmic probability",
               quick=map(machines.Prediction, machines.PREFIXES), light=True),
    Experiment("blocks", "block decomposition of primes, of random sets of their density and of coin flips",
               quick=(*(machines.Blocks(*each) for each in BLOCKED),
                      *(machines.Blocks("primes", "all", block) for block in range(4, 12))), light=True),
    Experiment("search", "programs that universal search finds for sets of numbers",
               quick=(*(machines.Search(name, 32) for name in (*SIMPLE_SETS, "primes")),
                      machines.Search("coin flips", 32, phases=30)),
               full=(machines.Search(name, 100) for name in (*SIMPLE_SETS, "primes", "coin flips"))),
    Experiment("lambda", "closed lambda terms by length", quick=[machines.Lambda(399)], light=True),
)
# fmt: on

LABORATORY = Laboratory("primes", EXPERIMENTS, (*CLAIMS, *NUMBER_CLAIMS, *MACHINE_CLAIMS))
run = LABORATORY.run
recorded = LABORATORY.recorded
