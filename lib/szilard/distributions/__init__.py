"""Joint laws whose mutual information is known exactly: the truth that estimators are held against.

Every law of two vectors offers ``sample(n, rng=0)``, ``mutual_information`` (nats), ``truth`` (how it is known),
``name`` and ``dims``, and the exact ``pointwise_mutual_information(x, y)``. Systems of many variables offer
``o_information`` in its place.
"""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.distributions.additive import UniformAdditive
    from szilard.distributions.benchmark import Task, beyond_normal, task
    from szilard.distributions.beyond_copulas import NoisyParity, SharedScale, SideBySide
    from szilard.distributions.discrete import (DiscreteSystem, copies, discrete_o_information, independent_bits,
        majority, parity, xor)
    from szilard.distributions.distribution import Distribution
    from szilard.distributions.gaussian import (Gaussian, correlation_from_information, dense, normal_pair,
        rotated_pair, sparse, stacked_pair, with_noisier_copy)
    from szilard.distributions.images import ImagePair, anti_pca, gaussian_images, image_pair, rectangle_images
    from szilard.distributions.mixture import MixturePair
    from szilard.distributions.noisy_images import NoisyImages
    from szilard.distributions.noisy_linear import NoisyLinear
    from szilard.distributions.registry import DISTRIBUTIONS, make
    from szilard.distributions.renderers import AntiPCA, GaussianImages, RectangleImages, Renderer, Ring, Segment
    from szilard.distributions.shared_drive import SharedDrive
    from szilard.distributions.student import Student
    from szilard.distributions.systems import (GaussianSystem, combine, gaussian_o_information, mixed, redundant,
        synergistic)
    from szilard.distributions.transformed import Transformed
    from szilard.distributions.transforms import (Asinh, Composed, Homeomorphism, Identity, NormalCDF,
        NormalToMixture, RepeatLeading, SignedPower, Spiral, SwissRoll, Wiggly)
    from szilard.distributions.unseen import Crossed, NoisyXor

__getattr__, __dir__, __all__ = attach(__name__)
