"""Losses of two-view learning: zeros, invariances, conventions, slow references."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from szilard.representation import barlow_twins, byol, info_nce, nt_xent, simsiam, vicreg, vicreg_terms


def codes(n=40, d=5, seed=0):
    return torch.randn(2, n, d, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def white(n=40, d=5):
    """Codes with exactly zero mean and unit covariance (divided by n − 1)."""
    z = codes(n, d)[0]
    q, _ = torch.linalg.qr(z - z.mean(0))
    return q * math.sqrt(n - 1)


def test_info_nce_by_cross_entropy():
    z1, z2 = codes()
    plain = F.cross_entropy(z1 @ z2.T, torch.arange(40))
    assert float(info_nce(z1, z2, convention="paper")) == pytest.approx(float(plain), rel=1e-12)
    f = F.normalize(z1, dim=1) @ F.normalize(z2, dim=1).T / 0.3
    both = 0.5 * (F.cross_entropy(f, torch.arange(40)) + F.cross_entropy(f.T, torch.arange(40)))
    assert float(info_nce(z1, z2, 0.3)) == pytest.approx(float(both), rel=1e-12)


def test_info_nce_of_equal_codes_is_the_logarithm_of_the_batch():
    same = torch.ones(2, 16, 3, dtype=torch.float64)
    assert float(info_nce(*same)) == pytest.approx(math.log(16))
    assert float(nt_xent(*same)) == pytest.approx(math.log(31))


def test_nt_xent_by_loops():
    z = F.normalize(torch.cat(list(codes(n=4))), dim=1)
    value = 0.0
    for i in range(8):
        row = [math.exp(float(z[i] @ z[j]) / 0.5) for j in range(8) if j != i]
        value -= math.log(math.exp(float(z[i] @ z[(i + 4) % 8]) / 0.5) / sum(row)) / 8
    assert float(nt_xent(*codes(n=4))) == pytest.approx(value, rel=1e-12)


def test_barlow_is_zero_where_the_cross_correlation_is_the_identity():
    z = white()
    assert float(barlow_twins(z, z)) < 1e-24
    assert float(barlow_twins(z, z[:, [1, 0, 2, 3, 4]])) > 1


def test_barlow_does_not_mind_units_but_batch_normalisation_does_a_little():
    z1, z2 = codes()
    scale, move = torch.tensor([1.0, 2.0, 0.5, 3.0, 1.0]), torch.arange(5.0)
    assert torch.allclose(barlow_twins(z1, z2), barlow_twins(z1 * scale + move, z2 * scale))
    gap = abs(float(barlow_twins(z1, z2) - barlow_twins(z1, z2, convention="code")))
    assert 0 < gap < 1e-3
    assert float(barlow_twins(0 * z1, z2, convention="code")) == pytest.approx(5.0)


def test_vicreg_is_zero_for_equal_white_codes():
    z = white()
    assert float(vicreg(z, z)) < 1e-24
    assert float(vicreg(0.5 * z, 0.5 * z)) > 1
    assert float(vicreg(0.5 * z, 0.5 * z, epsilon=1.0)) < 1e-12  # √(¼ + 1) exceeds the hinge


def test_vicreg_moves_with_both_branches_and_does_not_mind_the_order():
    z1, z2 = codes()
    order = torch.randperm(40, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(vicreg(z1 + 3, z2 + 3), vicreg(z1, z2))
    assert torch.allclose(vicreg(z1[order], z2[order]), vicreg(z1, z2))
    assert float(vicreg(z1 + 3, z2)) > float(vicreg(z1, z2))


def test_where_vicregs_code_differs_from_its_paper():
    z1, z2 = codes(d=8)
    paper, code, review = (vicreg_terms(0.5 * z1, 0.5 * z2, name) for name in ("paper", "code", "review"))
    ratios = [float(a / b) for a, b in zip(paper, code, strict=True)]
    assert ratios == pytest.approx([8.0, 2.0, 1.0])
    assert float(code[0]) == pytest.approx(float(F.mse_loss(0.5 * z1, 0.5 * z2)))
    assert float(review[0]) == pytest.approx(float(paper[0]))
    assert float(review[2]) < float(paper[2])  # one covariance of twice as many rows


def test_one_covariance_of_both_views_misses_a_branch_that_collapses():
    """The review prints one covariance of [Z, Z′]: where one branch is constant and the other wide, its hinge is 0."""
    z = 3 * white()
    assert float(vicreg_terms(z, 0 * z, "review")[1]) == 0
    assert float(vicreg_terms(z, 0 * z, "paper")[1]) > 0.9


def test_unknown_conventions_are_named():
    with pytest.raises(ValueError, match="convention must be one of paper, code, review; got 'papre'"):
        vicreg_terms(*codes(), "papre")
    with pytest.raises(ValueError, match="convention must be one of"):
        info_nce(*codes(), convention="review")


def test_simsiam_and_byol():
    (p1, z1), (p2, z2) = codes(), codes(seed=1)
    cosine = F.cosine_similarity(p1, z2, dim=1).mean() + F.cosine_similarity(p2, z1, dim=1).mean()
    assert float(simsiam(p1, z1, p2, z2)) == pytest.approx(-0.5 * float(cosine))
    square = ((F.normalize(p1, dim=1) - F.normalize(z2, dim=1)) ** 2).sum(1).mean()
    square += ((F.normalize(p2, dim=1) - F.normalize(z1, dim=1)) ** 2).sum(1).mean()
    assert float(byol(p1, z1, p2, z2)) == pytest.approx(float(square))


def test_the_stopped_gradient_leaves_the_codes_alone():
    p, z = (part.clone().requires_grad_() for part in codes())
    simsiam(p, z, p, z).backward()
    assert z.grad is None and p.grad.abs().sum() > 0
    simsiam(p, z, p, z, stop=False).backward()
    assert z.grad.abs().sum() > 0


@pytest.mark.parametrize("loss", [info_nce, nt_xent, barlow_twins, vicreg])
def test_members_of_a_fleet_do_not_mix(loss):
    z1, z2 = torch.stack([codes(seed=s)[0] for s in range(3)]), torch.stack([codes(seed=s)[1] for s in range(3)])
    alone = [float(loss(*pair)) for pair in zip(z1, z2, strict=True)]
    assert np.allclose(loss(z1, z2), alone)
