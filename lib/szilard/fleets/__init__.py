"""Fleets: many small networks trained as one stacked model; what every trained experiment stands on.

>>> from szilard.fleets import Training
>>> Training(lr=1e-3, schedule="constant").rates(3)
[0.001, 0.001, 0.001]
"""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.fleets.data import Pair, Split, check_holdout, checked_pairs, passes, split, split_pairs
    from szilard.fleets.flows import Flow, fit_flows
    from szilard.fleets.graphs import Replay, aside, fused
    from szilard.fleets.layers import Linear, Perceptron
    from szilard.fleets.preprocess import PREPROCESSORS, Asinh, RankGaussian, Rescale
    from szilard.fleets.stepper import BLOCK, Block, Loss, Stepper
    from szilard.fleets.training import SCHEDULES, Training

__getattr__, __dir__, __all__ = attach(__name__)
