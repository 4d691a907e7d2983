"""The information bottleneck in deep networks: what layers keep of their input, and what that says of unseen data."""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.bottleneck.autoencoder import Autoencoder, NetworkEncoder
    from szilard.bottleneck.bounds import Bound, bound, exponential_bound, fixed_encoder_bound, loss_factor
    from szilard.bottleneck.coefficients import (Correlations, Interval, advantage, combined, correlations,
        paired_change)
    from szilard.bottleneck.compression import compressed_information
    from szilard.bottleneck.descent import Descent
    from szilard.bottleneck.encoders import (PCA, Compressor, Encoder, Mismatched, Noise, Noisy, Nothing,
        Projection, compression_gap, power_bound)
    from szilard.bottleneck.ensemble import train_ensemble
    from szilard.bottleneck.kept import kept_information
    from szilard.bottleneck.layer_measures import (Binned, Estimated, LayerMeasure, MixtureBound, Reading,
        label_information)
    from szilard.bottleneck.learners import Code, Configuration, Learner, learner_table, rivals
    from szilard.bottleneck.networks import (PUBLISHED, NoiseLayer, Stacked, adam_steps, noisy_cnn, perceptron,
        seeded, with_noise)
    from szilard.bottleneck.plane import Plane, track
    from szilard.bottleneck.posterior import GaussianPosterior, double_jensen, model_information, swag
    from szilard.bottleneck.samples import Samples, blobs, halves, pictures, samples_of
    from szilard.bottleneck.small_codes import majority_gaps, memorising_gaps
    from szilard.bottleneck.stochastic import StochasticNetworks, batch_information
    from szilard.bottleneck.twelve_bits import TwelveBitRuns, train_twelve_bits, twelve_bit_lines

__getattr__, __dir__, __all__ = attach(__name__)
