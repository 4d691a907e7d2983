"""What leaving a record out changes: kernels of wide networks, distinguishability, attacks, and retrained networks."""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.leave_one_out.activations import ACTIVATIONS, Activation, Expanded
    from szilard.leave_one_out.distinguishability import Distinguishability, attack_auc
    from szilard.leave_one_out.gaussian_process import Posterior, centred_one_hot, posterior
    from szilard.leave_one_out.influence import influence_estimates, influence_function, tangent_gram, tracin
    from szilard.leave_one_out.kernels import (NNGP, NTK, RBF, Kernel, Variances, edge_of_chaos, effective_rank,
        on_sphere)
    from szilard.leave_one_out.leaving_out import (Difference, cross_lood, difference, group_lood, joint_lood, lood,
        self_lood)
    from szilard.leave_one_out.networks import Recipe, Stack, measured_attack, retrained, training
    from szilard.leave_one_out.queries import Search, compare_images, maximise, reconstruct

__getattr__, __dir__, __all__ = attach(__name__)
