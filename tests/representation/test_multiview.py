"""The multi-view bottleneck: its divergence, what its weight does, and views that are moved on purpose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.distributions import Independent, Normal, kl_divergence

from szilard.datasets import digits
from szilard.fleets import Training
from szilard.representation import Multiview, bottlenecked, displaced
from szilard.representation.autoencoding import autoencoded
from szilard.representation.multiview import symmetric_divergence

IMAGES = digits().images[:400] / 16
BRIEF = {"hidden": 24, "width": 6, "training": Training(batch=64, lr=1e-2)}


def test_the_divergence_is_the_mean_of_both():
    m1, m2, a, b = torch.randn(4, 2, 30, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    first, second = (Independent(Normal(m, s.exp()), 1) for m, s in ((m1, a), (m2, b)))
    both = 0.5 * (kl_divergence(first, second) + kl_divergence(second, first)).mean(-1)
    assert torch.allclose(symmetric_divergence(m1, a.exp(), m2, b.exp()), both)


def test_displaced_images():
    images = np.arange(3 * 4 * 5, dtype=float).reshape(3, 4, 5) + 1
    by = np.array([[0, 0], [1, -2], [-1, 0]])
    made = displaced(images, by)
    assert np.array_equal(made[0], images[0])
    assert np.array_equal(made[1][1:, :-2], images[1][:-1, 2:]) and not made[1][0].any() and not made[1][:, -2:].any()
    assert np.array_equal(made[2][:-1], images[2][1:]) and not made[2][-1].any()
    with pytest.raises(ValueError, match="by must have shape"):
        displaced(images, by[:2])


def test_compression_lowers_what_the_other_view_does_not_know():
    views = [
        x.reshape(400, -1) + 0.3 * np.random.default_rng(k).normal(size=(400, 64)) for k, x in enumerate((IMAGES,) * 2)
    ]
    made = bottlenecked(Multiview(steps=200, **BRIEF), IMAGES, (0.0, 0.1), rng=0)
    shared, excess = made.terms(*views)
    assert made.means(views[0]).shape == (2, 400, 6)
    assert shared[0] > 0.3 and shared[0] > shared[1] and excess[1] < 0.05 * excess[0]
    again = bottlenecked(Multiview(steps=200, **BRIEF), IMAGES, (0.0, 0.1), rng=0)
    assert np.array_equal(again.means(views[0]), made.means(views[0]))


def test_members_share_views_and_nothing_else():
    alone, company = (
        bottlenecked(Multiview(steps=20, **BRIEF), IMAGES, betas, rng=0) for betas in ((0.0,), (0.0, 1.0))
    )
    x = IMAGES.reshape(400, -1)
    assert np.allclose(alone.means(x)[0], company.means(x)[0], atol=1e-9)


def test_views_of_different_images_share_nothing():
    made = bottlenecked(Multiview("other", steps=100, **BRIEF), IMAGES, (0.0,), rng=0)
    x = IMAGES.reshape(400, -1)
    shared, _ = made.terms(x, np.roll(x, 1, axis=0))
    assert shared[0] < 0.1


def test_untrained_networks_and_bad_settings():
    assert bottlenecked(Multiview(steps=0, **BRIEF), IMAGES, (0.0,) * 3).means(IMAGES.reshape(400, -1)).shape[0] == 3
    with pytest.raises(ValueError, match="partner must be one of"):
        Multiview("none")
    with pytest.raises(ValueError, match="steps must be"):
        Multiview(steps=-1)


def test_an_autoencoder_codes_what_pixels_need():
    """Codes of images that differ by one number are that number; untrained codes are drawn alike each time."""
    rng = np.random.default_rng(0)
    size = rng.uniform(0.2, 1.0, 400)
    pictures = size[:, None, None] * np.outer([0, 1, 1, 0], [0, 1, 1, 0])
    settings = Multiview(hidden=16, width=2, steps=300, noise=0.1, shift=0, training=Training(batch=64, lr=1e-2))
    codes = autoencoded(settings, pictures, 2, 1).means(pictures.reshape(400, -1))
    assert codes.shape == (2, 400, 2)
    told = [np.abs(np.corrcoef(each.T, size)[:2, 2]).max() for each in codes]
    assert min(told) > 0.9
    first, again = (autoencoded(replace(settings, steps=0), pictures, 2, 1).network for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), again.parameters(), strict=True))
