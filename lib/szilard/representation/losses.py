"""Losses that learn from two views: functions of the codes of both, one value per member of a fleet.

Codes have shape (…, n, d): n things, seen twice, row by row together. Where a paper and its authors' code differ by
more than rounding, ``convention`` chooses between them.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from szilard.estimators import bounds
from szilard.validation import check_choice

CONVENTIONS = ("paper", "code")

__all__ = ["CONVENTIONS", "barlow_twins", "byol", "info_nce", "nt_xent", "simsiam", "vicreg", "vicreg_terms"]


def info_nce(z1: Tensor, z2: Tensor, temperature: float = 1.0, convention: str = "code") -> Tensor:
    """−ln of a view's share among all second views, averaged over both directions; at least ln n − I(Z1; Z2).

    Args:
        z1, z2: codes (…, n, d) of the two views.
        temperature: by which similarities are divided.
        convention: ``"paper"`` takes inner products of the codes as they are, one direction only, as the review
            prints it and `oord2018representation` define it; ``"code"`` takes cosines and both directions, as public
            code does.
    """
    if check_choice(convention, "convention", CONVENTIONS) == "paper":
        return math.log(z1.shape[-2]) - bounds.infonce(z1 @ z2.mT / temperature)
    f = F.normalize(z1, dim=-1) @ F.normalize(z2, dim=-1).mT / temperature
    return math.log(z1.shape[-2]) - 0.5 * (bounds.infonce(f) + bounds.infonce(f.mT))


def nt_xent(z1: Tensor, z2: Tensor, temperature: float = 0.5) -> Tensor:
    """The loss of SimCLR (`chen2020simple`): every view among the 2n − 1 others; at least ln(2n − 1) − I(Z1; Z2)."""
    z = F.normalize(torch.cat([z1, z2], dim=-2), dim=-1)
    return math.log(z.shape[-2] - 1) - bounds.nt_xent(z @ z.mT / temperature)


def barlow_twins(
    z1: Tensor, z2: Tensor, weight: float = 0.0051, convention: str = "paper", epsilon: float = 1e-5
) -> Tensor:
    r""":math:`\sum_i(1-C_{ii})^2+\lambda\sum_{i\ne j}C_{ij}^2` of the cross-correlation C (`zbontar2021barlow`).

    Args:
        z1, z2: codes (…, n, d) of the two views.
        weight: λ.
        convention: ``"code"`` adds ``epsilon`` to every variance, as batch normalisation does; ``"paper"`` adds
            nothing, so that a constant coordinate gives NaN.
    """
    added = epsilon if check_choice(convention, "convention", CONVENTIONS) == "code" else 0.0
    c = _standard(z1, added).mT @ _standard(z2, added) / z1.shape[-2]
    diagonal = c.diagonal(dim1=-2, dim2=-1)
    return (1 - diagonal).square().sum(-1) + weight * (c.square().sum((-2, -1)) - diagonal.square().sum(-1))


def _standard(z: Tensor, added: float) -> Tensor:
    centred = z - z.mean(-2, keepdim=True)
    return centred / (centred.square().mean(-2, keepdim=True) + added).sqrt()


def vicreg_terms(
    z1: Tensor, z2: Tensor, convention: str = "paper", epsilon: float = 1e-4
) -> tuple[Tensor, Tensor, Tensor]:
    r"""Invariance, variance and covariance terms of VICReg (`bardes2022vicreg`), without their weights.

    ==========  ===================================  =====================================  ==========================
    convention  invariance                           variance (hinge at 1)                  covariance
    ==========  ===================================  =====================================  ==========================
    paper       mean over rows of ‖z − z′‖²          sum over views of the mean over d      sum over views of Σ C²/d
    code        the same divided by d                half of that                           the same
    review      mean over rows of ‖z − z′‖²          of one covariance of both views        of one covariance of both
    ==========  ===================================  =====================================  ==========================
    """
    check_choice(convention, "convention", (*CONVENTIONS, "review"))
    d = z1.shape[-1]
    invariance = (z1 - z2).square().sum(-1).mean(-1)
    if convention == "review":
        return (invariance, *_spread(torch.cat([z1, z2], dim=-2), epsilon))
    (v1, c1), (v2, c2) = _spread(z1, epsilon), _spread(z2, epsilon)
    if convention == "code":
        return invariance / d, (v1 + v2) / 2, c1 + c2
    return invariance, v1 + v2, c1 + c2


def _spread(z: Tensor, epsilon: float) -> tuple[Tensor, Tensor]:
    """Mean hinge of the standard deviations, and the sum of squared covariances off the diagonal over d."""
    centred = z - z.mean(-2, keepdim=True)
    c = centred.mT @ centred / (z.shape[-2] - 1)
    variances = c.diagonal(dim1=-2, dim2=-1)
    hinge = F.relu(1 - (variances + epsilon).sqrt()).mean(-1)
    return hinge, (c.square().sum((-2, -1)) - variances.square().sum(-1)) / z.shape[-1]


def vicreg(
    z1: Tensor, z2: Tensor, weights: tuple[float, float, float] = (25.0, 25.0, 1.0), convention: str = "paper",
    epsilon: float = 1e-4,
) -> Tensor:  # fmt: skip
    """VICReg (`bardes2022vicreg`): :func:`vicreg_terms` with weights of invariance, variance and covariance.

    With the same weights the two conventions differ by a factor d in what invariance weighs, and by 2 in variance.
    """
    terms = vicreg_terms(z1, z2, convention, epsilon)
    return sum((weight * term for weight, term in zip(weights, terms, strict=True)), torch.zeros_like(terms[0]))


def simsiam(p1: Tensor, z1: Tensor, p2: Tensor, z2: Tensor, stop: bool = True) -> Tensor:
    """SimSiam (`chen2021simsiam`): half the negative cosines of predictions p and the other view's codes z.

    ``stop`` keeps the gradient out of z; without it all codes soon coincide.
    """
    if stop:
        z1, z2 = z1.detach(), z2.detach()
    cosines = F.cosine_similarity(p1, z2, dim=-1) + F.cosine_similarity(p2, z1, dim=-1)
    return -0.5 * cosines.mean(-1)


def byol(p1: Tensor, t1: Tensor, p2: Tensor, t2: Tensor) -> Tensor:
    """BYOL (`grill2020bootstrap`): squared distances of normalised predictions p from the codes t of the other view by
    a slowly moving network; both directions summed. It is 4 + 4 :func:`simsiam`."""
    return 4 + 4 * simsiam(p1, t1, p2, t2)
