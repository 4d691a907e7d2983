"""Diffusion: noising processes, time samplers, score networks and exact scores; the machinery of MINDE and SΩI."""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.diffusion.adaptive import fit_times
    from szilard.diffusion.analytic import AnalyticGaussianScore
    from szilard.diffusion.divergence import (FORMS, Denoiser, GapSamples, evaluate_gap, evaluate_gaps,
        gaussian_cross_divergence, gaussian_gap, gaussian_gap_error, gaussian_pointwise)
    from szilard.diffusion.masks import (ABSENT, CONDITION, DIFFUSED, Gap, Mask, dependence_gap,
        dual_total_correlation_gap, mutual_information_gap, s_information_gap, total_correlation_gap)
    from szilard.diffusion.network import Architecture, ScoreNetwork
    from szilard.diffusion.process import VPDiffusion
    from szilard.diffusion.soi_masks import soi_masks
    from szilard.diffusion.times import (SAMPLERS, ImportanceTimes, LogisticTimes, PiecewiseTimes, TimeSampler,
        UniformTimes, make_times)
    from szilard.diffusion.training import ScoreModel, train
    from szilard.fleets.training import Training

__getattr__, __dir__, __all__ = attach(__name__)
