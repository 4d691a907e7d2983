"""The chapter on primes: its laboratory, and what its notebook calls besides."""

from szilard.experiments.primes.laboratory import LABORATORY, recorded, run
from szilard.experiments.primes.tables import SHOWN, power, ranks

__all__ = ["LABORATORY", "SHOWN", "power", "ranks", "recorded", "run"]
