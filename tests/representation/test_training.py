"""Spectra, entropy bounds, probes, and small trainings on known views and on digits."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from szilard.datasets import digits
from szilard.fleets import Training
from szilard.representation import (
    METHODS,
    PowerSplit,
    Pretraining,
    Retention,
    effective_rank,
    informed_nats,
    linear_codes,
    linear_probe,
    losses,
    mixture_entropy_bounds,
    participation_ratio,
    pretrain,
    rank,
    regression_probe,
    retained,
    spectrum,
    sphere_spread,
    view_share,
)
from szilard.representation.pretraining import _loss_of, _Network

IMAGES = digits().images[:300] / 16
BRIEF = {"hidden": 16, "width": 8, "projection": 6, "steps": 30, "training": Training(batch=64, lr=5e-3)}


def test_ranks_of_known_spectra():
    rng = np.random.default_rng(0)
    z = rng.normal(size=(4000, 3)) @ np.diag([1.0, 1.0, 0.0])
    assert spectrum(z)[:2] == pytest.approx([1, 1], abs=0.08) and spectrum(z)[2] == 0
    assert participation_ratio(z) == pytest.approx(2, abs=0.01) and effective_rank(z) == pytest.approx(2, abs=0.01)
    assert rank(z) == 2
    assert sphere_spread(z) == pytest.approx(1, abs=0.01) and sphere_spread(1 + 1e-9 * z) < 1e-6
    assert view_share(z, z) == 0 and view_share(z, z[::-1]) == pytest.approx(1, abs=0.1)
    same = np.ones((10, 3))
    assert (participation_ratio(same), effective_rank(same), rank(same)) == (0, 0, 0)


@pytest.mark.parametrize("seed", range(5))
def test_pairwise_bounds_bracket_the_entropy_of_a_mixture(seed):
    rng = np.random.default_rng(seed)
    means, variances = rng.normal(size=(8, 2)) * rng.uniform(0.3, 4), rng.uniform(0.1, 2, size=8)
    found = mixture_entropy_bounds(means, variances, draws=400, rng=rng)
    assert found["lower"] - 0.03 < found["sampled"] < found["upper"] + 0.03
    assert found["sampled"] < found["normal"] + 0.03


def test_four_narrow_peaks():
    found = mixture_entropy_bounds([[3, 3], [3, -3], [-3, 3], [-3, -3]], 0.25, draws=100)
    assert found["sampled"] == pytest.approx(2.8379, abs=1e-3)
    assert found["normal"] == pytest.approx(5.062, abs=1e-3)


def test_probes():
    rng = np.random.default_rng(0)
    labels = rng.integers(3, size=600)
    z = np.eye(3)[labels] + 0.1 * rng.normal(size=(600, 3))
    assert linear_probe(z, labels) > 0.99 and linear_probe(z, labels, per_class=2) > 0.9
    assert linear_probe(z, rng.permutation(labels)) < 0.5
    assert linear_probe(np.ones((600, 2)), labels) < 0.5
    y = z[:, 0] + 0.5 * rng.normal(size=600)
    assert 0.2 < regression_probe(z, y) < 0.8 and regression_probe(rng.normal(size=(600, 2)), y) < 0.02
    assert informed_nats(0.75) == pytest.approx(math.log(2))
    with pytest.raises(ValueError, match="labels must have shape"):
        linear_probe(z, labels[:5])
    with pytest.raises(ValueError, match="r2 must lie in"):
        informed_nats(1.0)


def test_linear_encoders_find_the_shared_coordinate_and_keep_more_where_told_to():
    world = PowerSplit()
    settings = Retention(world, bend=0.0, layers=0, hidden=16, steps=150, training=Training(batch=128, lr=2e-2))
    codes = retained(settings, (0.0, 2.0), rng=0)
    shared, private = ([informed_nats(regression_probe(z, y)) for z in codes.z] for y in (codes.shared, codes.private))
    assert shared[0] > 0.4 and private[0] < 0.03  # closed form: 0.46 and 0
    assert private[1] > 0.15 and shared[1] < shared[0]
    assert codes.label(1.0, 0.1).shape == codes.shared.shape


def test_untrained_encoders_and_views_of_other_things():
    random = retained(Retention(steps=0), (0.0,), rng=0, fresh=100)
    assert random.z.shape == (1, 100, 2)
    apart = retained(Retention(steps=3, partner="other", hidden=8), (0.0, 1.0), rng=0, fresh=100)
    assert np.isfinite(apart.z).all()
    with pytest.raises(ValueError, match="partner must be one of"):
        Retention(partner="none")


@pytest.mark.parametrize("method", METHODS)
def test_every_method_trains_a_fleet(method):
    made = pretrain(Pretraining(method, **BRIEF), IMAGES, seeds=2, rng=0)
    x = IMAGES.reshape(300, -1)
    assert made.representations(x).shape == (2, 300, 8) and made.projections(x).shape == (2, 300, 6)
    again = pretrain(Pretraining(method, **BRIEF), IMAGES, seeds=2, rng=0)
    assert np.array_equal(again.representations(x), made.representations(x))


def gradients(method, views):
    """Of a method's loss with respect to the weights of one small network, and of SimSiam's with codes of a copy."""
    settings = Pretraining(method, **BRIEF)
    network = _Network(64, settings, [torch.Generator().manual_seed(0)], torch.float64)
    with torch.no_grad():
        z1, z2 = (network(x)[0] for x in views)
    (_, p1), (_, p2) = map(network, views)
    apart = losses.simsiam(p1, z1, p2, z2, stop=False).sum()
    both = (_loss_of(method, network)(network, *views), apart)
    return [torch.cat([g.ravel() for g in torch.autograd.grad(each, list(network.parameters()), retain_graph=True)])
            for each in both]  # fmt: skip


def test_only_simsiam_and_byol_stop_the_gradient_of_codes():
    views = torch.randn(2, 1, 40, 64, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    stopped, apart = gradients("simsiam", views)
    assert torch.allclose(stopped, apart, atol=1e-12)
    slow, _ = gradients("byol", views)  # its target starts where the network stands, and its loss is 4 + 4 SimSiam
    assert torch.allclose(slow, 4 * apart, atol=1e-12)
    free, _ = gradients("simsiam-no-stop", views)
    assert (free - apart).abs().max() > 0.01 * apart.abs().max()


def test_each_term_of_vicreg_keeps_one_thing_from_collapsing():
    """Invariance alone ends at a point, with variance at a line if one direction dominates, with all three nowhere."""
    signal = np.diag([4.0, *[0.5] * 7])
    alone, line, whole = (
        linear_codes(signal, 0.02, weights).spectra[-1] for weights in ((25, 0, 0), (25, 25, 0), (25, 25, 1))
    )
    assert alone.sum() < 1e-3
    assert line.sum() ** 2 / (line**2).sum() < 2 and line[0] > 4
    assert whole.sum() ** 2 / (whole**2).sum() > 0.9 * 8
