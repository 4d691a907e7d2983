r"""Variational bounds on mutual information as functions of a matrix of scores.

For n pairs from p(x, y), :math:`f_{ij}` is the score of :math:`(x_i, y_j)`: the diagonal has
pairs from p, what is off it pairs from q = p(x) p(y). Every function takes scores (…, n, n) and returns its value (…)
in nats, averaged over this one batch; what each is a bound on, and whether on average or only for endless samples, its
docstring says. Where a perfect critic takes each of them, :mod:`szilard.estimators.optimal` says.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import softplus

__all__ = [
    "ba", "club", "donsker_varadhan", "infonce", "interpolated", "jensen_shannon", "js", "l1out", "log_mean_exp",
    "nt_xent", "nwj", "positives", "smile", "tuba",
]  # fmt: skip


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


def js(f: Tensor) -> Tensor:
    r"""1 + E_p f − E_q exp f ≤ I, equal for f = log p/q: how scores learnt by :func:`jensen_shannon` are evaluated.

    Such scores tend to log p/q, so that the offset of :func:`nwj`, whose scores tend to 1 + log p/q, must be put back.
    Without it a perfect critic reads I − 1/e, as in the public code of `poole2019variational`.
    """
    return nwj(1 + f)


def tuba(f: Tensor, log_baseline: Tensor) -> Tensor:
    """1 + E_p(f − ln a(y)) − E_q(exp f / a(y)) ≤ I for a > 0 (`poole2019variational`), equal for f = ln a + log p/q.

    ``log_baseline`` is ln a(y_j), (…, n). A constant a = e gives :func:`nwj`.
    """
    return js(f - log_baseline[..., None, :])


def interpolated(f: Tensor, alpha: float, log_baseline: Tensor) -> Tensor:
    r"""The bound I_α ≤ I of `poole2019variational` between TUBA (α = 0) and one much like InfoNCE (α = 1).

    .. math:: 1+E_p\ln\frac{e^{f(x,y)}}{a(y)}-E_q\frac{e^{f(x,y)}}{a(y)},\qquad
        a(y)=\alpha\operatorname{mean}_l e^{f(x_l,y)}+(1-\alpha)q(y),

    with the mean over n − 1 of the batch's x: for pairs that belong together y's own is among them (the others weigh
    n − 2, which only lowers the value), for negative pairs it is not. For α = 1 no value exceeds ln(n − 1).

    Args:
        f: scores (…, n, n), n ≥ 3.
        alpha: share of the mean in the baseline, from 0 to 1.
        log_baseline: ln q(y_j), (…, n).

    Raises:
        ValueError: ``alpha`` is no share.
    """
    if not 0 <= alpha <= 1:
        raise ValueError(f"alpha must be a share in [0, 1]; got {alpha!r}")
    rest, q = math.log1p(-alpha) if alpha < 1 else -math.inf, log_baseline
    share = math.log(alpha) if alpha else -math.inf
    count = f.shape[-1] - 1
    others = off_diagonal(f, -math.inf).logsumexp(-2)  # over x that did not make y_j
    mean_with = _without_last(f, others, count)  # over n − 1 of the x, its own among them, for the positive pairs
    own = positives(f) - torch.logaddexp(share + mean_with, rest + q)
    baseline = torch.logaddexp(share + others - math.log(count), rest + q)
    return 1 + own.mean(-1) - log_mean_exp(f - baseline[..., None, :]).exp()


def _without_last(f: Tensor, others: Tensor, count: int) -> Tensor:
    """ln of the mean of exp f over n − 1 x, y's own among them: the others weigh n − 2 in place of n − 1."""
    fewer = others + math.log(max(count - 1, 1) / count)
    return torch.logaddexp(positives(f), fewer) - math.log(count)


def nt_xent(f: Tensor) -> Tensor:
    """log(2n − 1) minus the loss of `chen2020simple` ≤ I, from scores (…, 2n, 2n) of n + n views among themselves.

    View i belongs to view n + i; a view is not compared with itself.
    """
    n = f.shape[-1] // 2
    own = torch.cat([f.diagonal(n, -2, -1), f.diagonal(-n, -2, -1)], -1)
    return math.log(2 * n - 1) + (own - off_diagonal(f, -math.inf).logsumexp(-1)).mean(-1)


def l1out(f: Tensor) -> Tensor:
    """E_p(f_ii − ln mean_{l≠i} exp f_li) ≥ I on average, for f_ij = log p(y_j | x_i): the leave-one-out upper bound of
    `poole2019variational`. Of a learnt q(y | x) no bound."""
    others = off_diagonal(f, -math.inf).logsumexp(-2) - math.log(f.shape[-1] - 1)
    return (positives(f) - others).mean(-1)


def ba(log_conditional: Tensor, entropy: float) -> Tensor:
    """H(Y) + E_p log q(y | x) ≤ I (`barber2003im`), from log q(y_i | x_i), (…, n), and the entropy of Y in nats."""
    return entropy + log_conditional.mean(-1)
