"""Estimators of entropy and mutual information from samples: settings in, an :class:`~szilard.estimate.Estimate` out.

>>> from szilard.estimators import KSG
>>> KSG(k=3).mutual_information([0.1, 0.4, 0.2, 0.9, 0.7], [0.2, 0.5, 0.1, 0.8, 0.9]).n
5
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.estimators.binned import binned_information
    from szilard.estimators.ceilings import arc_infonce, batch_for
    from szilard.estimators.certificates import all_different, most_certifiable, symbols_all_different
    from szilard.estimators.consistency import self_consistency
    from szilard.estimators.fine_bins import binned_noisy_information, binned_normal_entropy
    from szilard.estimators.fresh import learnt_values
    from szilard.estimators.gaussian import GaussianCopula, GaussianMI
    from szilard.estimators.histogram import Histogram
    from szilard.estimators.kde import KernelDensity
    from szilard.estimators.kozachenko_leonenko import KozachenkoLeonenko, WeightedKL, bias_cancelling_weights
    from szilard.estimators.ksg import KSG
    from szilard.estimators.linear import LogDet, gaussian_entropy_bound, log_det
    from szilard.estimators.line import line_fleet, line_o_information
    from szilard.estimators.matrix_renyi import MatrixRenyi, normalised_kernel, renyi_entropy
    from szilard.estimators.minde import MINDE, minde_fleet
    from szilard.estimators.mixed_ksg import MixedKSG
    from szilard.estimators.mixtures import mixture_information
    from szilard.estimators.neighbours import count_within, k_nearest
    from szilard.estimators.nplet_scan import NPlets, nplets, scan_nplets
    from szilard.estimators.o_information import DiscretePlugIn
    from szilard.estimators.oinfo_by_name import gaussian_oinfo, oinfo
    from szilard.estimators.optimal import (OptimalCritic, nwj_variance, optimal_critic, ratio_variance,
        streamed_bounds)
    from szilard.estimators.protocol import EntropyEstimator, Estimator, measure
    from szilard.estimators.registry import ESTIMATORS, make
    from szilard.estimators.score_based import ScoreBased
    from szilard.estimators.sliced import SlicedMI, sliced_normal_information
    from szilard.estimators.soi import SOI, soi_fleet
    from szilard.estimators.variational import (CLUB, MINE, NWJ, SMILE, DonskerVaradhan, InfoNCE, Variational,
        variational_fleet)

__getattr__, __dir__, __all__ = attach(__name__)
