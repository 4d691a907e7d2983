"""Joint laws whose mutual information is known exactly: the truth that estimators are held against.

Every law offers ``sample(n, rng=0)``, ``mutual_information`` (nats), ``truth`` (how it is known), ``name``
and ``dims``; those here also give the exact ``pointwise_mutual_information(x, y)``.
"""

from szilard.distributions.additive import UniformAdditive
from szilard.distributions.benchmark import Task, beyond_normal, task
from szilard.distributions.gaussian import (
    Gaussian,
    correlation_from_information,
    dense,
    normal_pair,
    sparse,
    stacked_pair,
)
from szilard.distributions.law import Distribution
from szilard.distributions.mixture import MixturePair
from szilard.distributions.noisy_linear import NoisyLinear
from szilard.distributions.registry import DISTRIBUTIONS, make
from szilard.distributions.student import Student
from szilard.distributions.transformed import Transformed
from szilard.distributions.transforms import (
    Asinh,
    Composed,
    Homeomorphism,
    Identity,
    NormalCDF,
    NormalToMixture,
    RepeatLeading,
    SignedPower,
    Spiral,
    SwissRoll,
    Wiggly,
)

__all__ = [
    "DISTRIBUTIONS",
    "Asinh",
    "Composed",
    "Distribution",
    "Gaussian",
    "Homeomorphism",
    "Identity",
    "MixturePair",
    "NoisyLinear",
    "NormalCDF",
    "NormalToMixture",
    "RepeatLeading",
    "SignedPower",
    "Spiral",
    "Student",
    "SwissRoll",
    "Task",
    "Transformed",
    "UniformAdditive",
    "Wiggly",
    "beyond_normal",
    "correlation_from_information",
    "dense",
    "make",
    "normal_pair",
    "sparse",
    "stacked_pair",
    "task",
]
