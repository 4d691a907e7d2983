"""Images of known information: rasters against areas, maps against their inverses, entropies against closed forms."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from szilard.distributions import (
    AntiPCA,
    GaussianImages,
    RectangleImages,
    Ring,
    Segment,
    anti_pca,
    gaussian_images,
    image_pair,
    normal_pair,
    rectangle_images,
    rotated_pair,
)
from szilard.distributions.images import ImagePair

FAMILIES = [
    GaussianImages(9),
    GaussianImages(16, correlated=True),
    RectangleImages(8),
    RectangleImages(32),
    AntiPCA(),
    Ring(),
    Segment(),
]


def normal(family, n=500, seed=0):
    return np.random.default_rng(seed).standard_normal((n, family.count))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_nothing_is_lost_in_what_is_drawn(family):
    xi = normal(family)
    drawn = family(xi)
    assert drawn.shape == (500, family.size)
    parameters = family.parameters(torch.tensor(xi)).numpy()
    np.testing.assert_allclose(family.decode(drawn), parameters, rtol=0, atol=1e-11)
    np.testing.assert_allclose(family.inverse(drawn), xi, rtol=0, atol=1e-6)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_gradients_are_those_of_finite_differences(family):
    xi = torch.tensor(normal(family, 1), requires_grad=True)
    assert torch.autograd.gradcheck(family.generate, (xi,))


@pytest.mark.parametrize(
    ("family", "entropy"),
    [
        (Segment(2 / 32), -0.822224),
        (RectangleImages(32), 12.218495),
        (Ring(), 2.224171),
        (GaussianImages(correlated=True), 0.0),
        (AntiPCA(), 2 * math.log(2)),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_entropies_of_the_parameters(family, entropy):
    assert family.entropy == pytest.approx(entropy, abs=1e-6)
    xi = torch.tensor(normal(family, 2000), requires_grad=True)
    columns = family.parameters(xi).sum(0)
    jacobians = torch.stack([torch.autograd.grad(column, xi, retain_graph=True)[0] for column in columns], 1)
    xi = xi.detach()
    log_normal = torch.distributions.Normal(0, 1).log_prob(xi).sum(1)
    surprise = (jacobians.det().abs().log() - log_normal).numpy()  # −ln p at the parameters behind each ξ
    assert abs(surprise.mean() - family.entropy) < 4 * surprise.std() / math.sqrt(2000) + 1e-9
    assert isinstance(family, Ring) or np.ptp(surprise) < 1e-6  # all others are uniform


ENDS = st.tuples(st.floats(0, 10), st.floats(2, 6)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(x=ENDS, y=ENDS)
@settings(max_examples=200, deadline=None)
def test_a_rectangle_is_its_area_and_can_be_read_back(x, y):
    family = RectangleImages(16)
    image = family.render(torch.tensor([[*x, *y]], dtype=torch.float64)).numpy()
    assert image.sum() == pytest.approx((x[1] - x[0]) * (y[1] - y[0]), abs=1e-13)
    assert image.max() == pytest.approx(1, abs=1e-15) and image.min() >= 0
    np.testing.assert_allclose(family.decode(image)[0], [*x, *y], rtol=0, atol=2e-14)


def test_pixels_of_a_small_rectangle_by_hand():
    image = RectangleImages(4).render(torch.tensor([[0.5, 2.75, 1.0, 3.5]], dtype=torch.float64)).reshape(4, 4)
    across, along = torch.tensor([0.5, 1, 0.75, 0]), torch.tensor([0, 1, 1, 0.5])
    assert torch.equal(image, (along[:, None] * across).double())


def test_the_centre_of_a_bell_stands_in_two_log_ratios():
    family = GaussianImages(16)
    p = np.array([[0.3, 0.8]])
    image = np.log(family.render(torch.tensor(p)).numpy().reshape(16, 16))
    # ln z(x₁) − ln z(x₀) = 10 [(x₀ − p)² − (x₁ − p)²]; from corner to corner of the unit square 10 (2p − 1)
    found = [(image[0, -1] - image[0, 0]) / 20 + 0.5, (image[-1, 0] - image[0, 0]) / 20 + 0.5]
    np.testing.assert_allclose(found, p[0], atol=1e-14)


def test_five_parameters_of_which_three_are_idle_draw_the_plain_bell():
    p = torch.tensor([[0.2, 0.6]], dtype=torch.float64)
    idle = torch.cat([p, torch.tensor([[0.0, 0.0, 0.5]])], 1)
    five = GaussianImages(8, correlated=True).render(idle)
    torch.testing.assert_close(five, GaussianImages(8).render(p), rtol=1e-13, atol=0)


def test_the_nuisance_hides_the_signal_from_principal_components():
    family = AntiPCA()
    parameters = family.parameters(torch.tensor(normal(family, 5000)))
    drawn = family.render(parameters).numpy()
    codes = (drawn - drawn.mean(0)) @ np.linalg.svd(drawn - drawn.mean(0), full_matrices=False)[2][:2].T
    unexplained = [np.linalg.lstsq(codes, target)[1][0] / (target @ target) for target in parameters.numpy().T]
    assert unexplained[0] > 0.9 and unexplained[1] < 0.1  # of the signal's variance and of the nuisance's


@pytest.mark.parametrize("nats", [0.0, 0.5, 10.0])
def test_information_is_that_asked_for(nats):
    for pair in (rotated_pair(3, 2, nats), gaussian_images(nats), rectangle_images(nats), anti_pca(nats)):
        assert pair.mutual_information == pytest.approx(nats, abs=1e-7)
    mixed = image_pair(GaussianImages(8), RectangleImages(8), nats, rng=1)
    assert mixed.mutual_information == pytest.approx(nats, abs=1e-7)
    assert mixed.dims == (64, 64)


def test_rotations_come_from_rng_and_leave_margins_white():
    one, other = rotated_pair(3, 3, 2.0, rng=0), rotated_pair(3, 3, 2.0, rng=1)
    assert one == rotated_pair(3, 3, 2.0, rng=0) and one != other
    for block in other.blocks:
        np.testing.assert_array_equal(block, np.eye(3))
    singular = np.linalg.svd(other.cov[:3, 3:], compute_uv=False)
    np.testing.assert_allclose(singular, math.sqrt(1 - math.exp(-4 / 3)), rtol=1e-12)


def test_parameters_are_those_of_the_sampled_images():
    pair = rectangle_images(3.0, width=16)
    for image, codes in zip(pair.sample(50, rng=3), pair.parameters(50, rng=3), strict=True):
        np.testing.assert_allclose(pair.fx.decode(image), codes, atol=1e-12)


def test_bad_settings_are_refused():
    with pytest.raises(ValueError, match="width must be an integer ≥ 3; got 2"):
        GaussianImages(2)
    with pytest.raises(ValueError, match="features must be an integer ≥ 3; got 2"):
        AntiPCA(2)
    with pytest.raises(ValueError, match=r"least must lie in \[0, 1\); got 1"):
        Segment(1)
    with pytest.raises(ValueError, match="GaussianImages takes 2 coordinates; got 1"):
        ImagePair(normal_pair(0.5), GaussianImages(8), GaussianImages(8))
    with pytest.raises(ValueError, match="z must have 64 columns; got 3"):
        GaussianImages(8).inverse(np.ones((2, 3)))
    with pytest.raises(ValueError, match="mutual_information"):
        rotated_pair(2, 2, -1.0)
