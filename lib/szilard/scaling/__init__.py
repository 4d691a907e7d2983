"""Scaling: how loss falls with the size of a network, and ensembles of tiny networks that show it in seconds.

>>> from szilard.scaling import relu_optimum
>>> round(relu_optimum(2, a=2.0), 6)
0.017558
"""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.scaling.activations import ACTIVATIONS, activate
    from szilard.scaling.averaging import BiasVariance, bias_variance, shuffled, tickets
    from szilard.scaling.ensembles import Ensemble, initial, join, train_ensemble, training_path
    from szilard.scaling.exponents import Exponent, fit_exponent, local_exponents
    from szilard.scaling.mirror import MirrorTest, mirror_test
    from szilard.scaling.optima import (
        best_relu_network,
        relu_bound,
        relu_modes,
        relu_optimum,
        silu_pair,
        silu_pair_loss,
        silu_valley,
        trivial_loss,
    )
    from szilard.scaling.targets import SQUARE, Budget, Target, sum_of_squares

__getattr__, __dir__, __all__ = attach(__name__)
