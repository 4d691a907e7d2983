r"""Variational bounds on mutual information as functions of a matrix of scores.

For n pairs from p(x, y), :math:`f_{ij}` is the score of :math:`(x_i, y_j)`: the diagonal has
pairs from p, what is off it pairs from q = p(x) p(y). Every function takes scores (…, n, n) and returns its value (…)
in nats, averaged over this one batch; what each is a bound on, and whether on average or only for endless samples, its
docstring says.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import softplus

__all__ = ["club", "donsker_varadhan", "infonce", "jensen_shannon", "log_mean_exp", "nwj", "positives", "smile"]


def positives(f: Tensor) -> Tensor:
    """Scores of the pairs that belong together, (…, n)."""
    return f.diagonal(dim1=-2, dim2=-1)


def off_diagonal(f: Tensor, fill: float) -> Tensor:
    """The scores with ``fill`` in place of the pairs that belong together."""
    return f.masked_fill(torch.eye(f.shape[-1], dtype=torch.bool, device=f.device), fill)


def log_mean_exp(f: Tensor) -> Tensor:
    """log E_q exp f over the pairs that do not belong together, without overflow."""
    n = f.shape[-1]
    return off_diagonal(f, -math.inf).flatten(-2).logsumexp(-1) - math.log(n * (n - 1))


def donsker_varadhan(f: Tensor) -> Tensor:
    r"""E_p f − log E_q exp f ≤ I (`donsker1983asymptotic`), equal for f = log p/q plus any constant.

    A batch's logarithm lies low on average (Jensen): the value of small batches may exceed I (`poole2019variational`).
    """
    return positives(f).mean(-1) - log_mean_exp(f)


def nwj(f: Tensor) -> Tensor:
    """E_p f − E_q exp(f − 1) ≤ I (`nguyen2010estimating`), equal for f = 1 + log p/q; a bound for every batch size."""
    return positives(f).mean(-1) - (log_mean_exp(f) - 1).exp()


def infonce(f: Tensor) -> Tensor:
    """log n + E(f_ii − log Σ_j exp f_ij) ≤ min(I, log n) (`oord2018representation`, `poole2019variational`)."""
    return math.log(f.shape[-1]) + (positives(f) - f.logsumexp(-1)).mean(-1)


def smile(f: Tensor, tau: float) -> Tensor:
    """E_p f − log E_q exp clip(f, −τ, τ) (`song2020understanding`): less variance for some bias, and not a bound."""
    return positives(f).mean(-1) - log_mean_exp(f.clamp(-tau, tau))


def club(f: Tensor) -> Tensor:
    """E_p f − E_q f (`cheng2020club`), at least I where f_ij = log p(y_j | x_i); of a learnt q(y | x)
    only if that is close enough."""
    n = f.shape[-1]
    return positives(f).mean(-1) - off_diagonal(f, 0.0).sum((-2, -1)) / (n * (n - 1))


def jensen_shannon(f: Tensor) -> Tensor:
    """−E_p log(1 + exp −f) − E_q log(1 + exp f), greatest for f = log p/q: what SMILE learns its scores by. Its value
    is no mutual information."""
    n = f.shape[-1]
    negatives = off_diagonal(softplus(f), 0.0).sum((-2, -1)) / (n * (n - 1))
    return -softplus(-positives(f)).mean(-1) - negatives
