"""Learning from two views of the same thing: the losses, the information in their terms, and what training makes.

>>> from szilard.representation import OBJECTIVES
>>> [str(term) for term in OBJECTIVES["infonce"].terms]
['+ I(Z1; Z2)']
"""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.representation.bits import TwoViewBits
    from szilard.representation.codes import PowerSplit
    from szilard.representation.gaussian_views import GaussianVariables, two_views
    from szilard.representation.losses import (CONVENTIONS, barlow_twins, byol, info_nce, nt_xent, simsiam, vicreg,
        vicreg_terms)
    from szilard.representation.multiview import Multiview, MultiviewCodes, bottlenecked
    from szilard.representation.objectives import OBJECTIVES, Objective, Term
    from szilard.representation.population import LinearCodes, linear_codes
    from szilard.representation.pretraining import METHODS, Pretrained, Pretraining, pretrain
    from szilard.representation.probes import averaged_probe, informed_nats, linear_probe, regression_probe
    from szilard.representation.retention import Retention, retained
    from szilard.representation.ranks import (effective_rank, mixture_entropy_bounds, participation_ratio,
        rank, spectrum, sphere_spread, view_share)
    from szilard.representation.views import augmented, displaced, mixed_views

__getattr__, __dir__, __all__ = attach(__name__)
