"""Scaling: how loss falls with the size of a network. Laws for language models, their fits and what these leave open,
batch sizes and budgets; and ensembles of tiny networks that show it in seconds.

>>> from szilard.scaling import relu_optimum
>>> round(relu_optimum(2, a=2.0), 6)
0.017558
"""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.scaling.activations import ACTIVATIONS, activate
    from szilard.scaling.averaging import BiasVariance, average_losses, bias_variance, shuffled, tickets
    from szilard.scaling.batch import BatchLaw, NoiseScale, batch_law, critical_batch, crossing, noise_scale
    from szilard.scaling.checks import ClosedForm, closed_forms
    from szilard.scaling.ensembles import Ensemble, initial, join, train_ensemble, training_path
    from szilard.scaling.exponents import Exponent, fit_exponent, local_exponents
    from szilard.scaling.fitting import Bootstrap, FitResult, bootstrap, fit, grid_starts
    from szilard.scaling.ladder import Forecast, Ladder, forecast
    from szilard.scaling.laws import Allocation, ChinchillaLaw, KaplanLaw
    from szilard.scaling.mirror import MirrorTest, mirror_test
    from szilard.scaling.optima import (
        best_pair,
        best_relu_network,
        pair_loss,
        pair_network,
        relu_bound,
        relu_modes,
        relu_optimum,
        silu_pair,
        silu_pair_loss,
        silu_valley,
        trivial_loss,
    )
    from szilard.scaling.peaks import separate_peaks
    from szilard.scaling.planner import BESIROGLU, HOFFMANN, KAPLAN, LAWS, KnownLaw, known_law, plan, spend
    from szilard.scaling.quadratic import NoisyQuadratic
    from szilard.scaling.recipe import Constants, constants_of, estimate_constants, plateaus, simulated_runs
    from szilard.scaling.source import ContextSource
    from szilard.scaling.targets import SQUARE, Budget, Target, sum_of_squares
    from szilard.scaling.transformer import Curve, Recipe, Shape, Transformer, train_transformer

__getattr__, __dir__, __all__ = attach(__name__)
