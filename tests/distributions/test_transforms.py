"""Maps: what they do to known laws, that they can be undone, and where they are refused."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.linalg import expm

from szilard.distributions import (
    Asinh,
    Homeomorphism,
    Identity,
    NormalCDF,
    NormalToMixture,
    RepeatLeading,
    SignedPower,
    Spiral,
    SwissRoll,
    Transformed,
    Wiggly,
    normal_pair,
    sparse,
    task,
)

FOUR_SIGMA_P = 2 * stats.norm.sf(4.0)
BIMODAL = NormalToMixture((0.3, 0.7), (0.0, 5.0))
WIGGLY = Wiggly(((0.4, 1.0, 0.0), (0.2, 1.7, 1.0), (0.03, 3.3, -2.5)))
MAPS = [
    Identity(),
    NormalCDF(),
    SignedPower(),
    SignedPower(0.4),
    Asinh(),
    WIGGLY,
    BIMODAL,
    Spiral((2, 0), speed=3.0),
    RepeatLeading(2),
    Spiral((0, 1)) @ NormalCDF(),
]


def normal_points(dim, n=20_000, rng=6):
    return np.random.default_rng(rng).standard_normal((n, dim))


@pytest.mark.parametrize("mapping", MAPS, ids=lambda mapping: mapping.name)
def test_inverse_undoes_the_map(mapping):
    x = normal_points(3, n=500)
    image = mapping(x)
    assert image.shape == (500, mapping.output_dim(3))
    np.testing.assert_allclose(mapping.inverse(image), x, atol=1e-9)


def test_swiss_roll_is_undone_and_lies_on_the_spiral():
    u = np.linspace(0.001, 0.999, 101)[:, None]
    image = SwissRoll()(u)
    np.testing.assert_allclose(SwissRoll().inverse(image), u, atol=1e-12)
    # at u = 1/2 the angle is 3π and the point (−3π, 0) / 21
    np.testing.assert_allclose(image[50], [-3 * math.pi / 21, 0.0], atol=1e-12)


@pytest.mark.parametrize("mapping", [SignedPower(), Asinh(), WIGGLY, BIMODAL, NormalCDF()], ids=lambda m: m.name)
def test_coordinate_maps_are_increasing(mapping):
    grid = np.linspace(-5, 5, 4001)[:, None]
    assert np.all(np.diff(mapping(grid)[:, 0]) > 0)


def test_half_cube_is_x_times_the_root_of_its_size():
    x = np.array([[-4.0], [0.0], [9.0]])
    np.testing.assert_allclose(SignedPower()(x), [[-8.0], [0.0], [27.0]])


def test_normal_cdf_makes_uniform_numbers():
    assert stats.kstest(NormalCDF()(normal_points(1))[:, 0], "uniform").pvalue > FOUR_SIGMA_P


def test_mixture_map_makes_the_mixture():
    def cdf(v):
        return 0.3 * stats.norm.cdf(v) + 0.7 * stats.norm.cdf(v - 5)

    assert stats.kstest(BIMODAL(normal_points(1))[:, 0], cdf).pvalue > FOUR_SIGMA_P


@given(st.integers(2, 6), st.floats(-2, 2), st.data())
def test_spiral_is_the_exponential_of_its_generator(dim, speed, data):
    i, j = data.draw(st.permutations(range(dim)))[:2]
    x = data.draw(st.integers(0, 100).map(lambda seed: normal_points(dim, n=1, rng=seed)))
    generator = np.zeros((dim, dim))
    generator[i, j], generator[j, i] = -1.0, 1.0
    expected = expm(speed * float(x[0] @ x[0]) / dim * generator) @ x[0]
    np.testing.assert_allclose(Spiral((i, j), speed)(x)[0], expected, atol=1e-10)


def test_spiral_keeps_norms_and_leaves_its_input_alone():
    x = normal_points(4, n=100)
    before = x.copy()
    np.testing.assert_allclose(np.linalg.norm(Spiral()(x), axis=1), np.linalg.norm(x, axis=1), rtol=1e-12)
    np.testing.assert_array_equal(x, before)


def test_composition_applies_the_right_map_first():
    x = np.array([[0.3, -1.0]])
    np.testing.assert_array_equal((SignedPower() @ Asinh())(x), SignedPower()(Asinh()(x)))
    assert (Spiral() @ NormalCDF()).name == "Spiral @ Normal CDF"


@pytest.mark.parametrize(
    ("id", "marginal_x", "marginal_y"),
    [
        ("normal_cdf-1v1-normal-0.75", stats.uniform.cdf, stats.uniform.cdf),
        ("half_cube-1v1-normal-0.75", *[lambda v: stats.norm.cdf(np.sign(v) * np.abs(v) ** (2 / 3))] * 2),
        ("asinh-student-identity-1-1-1", *[lambda v: stats.cauchy.cdf(np.sinh(v))] * 2),
        (
            "1v1-bimodal-0.75",
            lambda v: 0.3 * stats.norm.cdf(v) + 0.7 * stats.norm.cdf(v - 5),
            lambda v: 0.5 * stats.norm.cdf(v + 1) + 0.5 * stats.norm.cdf(v - 3),
        ),
    ],
)
def test_transformed_marginals_are_as_computed(id, marginal_x, marginal_y):
    x, y = task(id).sample(20_000, rng=7)
    assert stats.kstest(x[:, 0], marginal_x).pvalue > FOUR_SIGMA_P
    assert stats.kstest(y[:, 0], marginal_y).pvalue > FOUR_SIGMA_P


def test_transformed_law_inverts_to_the_base_samples():
    base = sparse(3, 3, strength=2.0)
    law = Transformed(base, Spiral((0, 1)) @ NormalCDF(), Spiral((1, 2)) @ NormalCDF())
    for back, original in zip(law.invert(*law.sample(200, rng=8)), base.sample(200, rng=8), strict=True):
        np.testing.assert_allclose(back, original, atol=1e-9)
    assert law.mutual_information == base.mutual_information
    assert law.name == "Spiral @ Normal CDF @ Multinormal 3 x 3 (2-pair)"


@pytest.mark.parametrize(
    ("build", "complaint"),
    [
        (lambda: SignedPower(0.0), "exponent must be a finite number > 0"),
        (lambda: Wiggly(((2.0, 1.0, 0.0),)), r"terms must have Σ\|a ω\| < 1"),
        (lambda: NormalToMixture((0.5, 0.4), (0.0, 1.0)), "weights must sum to 1; got 0.9"),
        (lambda: NormalToMixture((1.0,), (0.0, 1.0)), "means must match weights"),
        (lambda: NormalToMixture((1.5, -0.5), (0.0, 1.0)), "weights must be a finite number > 0"),
        (lambda: Spiral((1, 1)), "plane must be a pair of two different coordinates"),
        (lambda: Spiral(1), "plane must be a pair of two different coordinates"),
        (lambda: Spiral(speed="fast"), "speed must be a finite number"),
        (lambda: Spiral((0, -1)), "plane must be an integer"),
        (lambda: Spiral(speed=math.inf), "speed must be a finite number"),
        (lambda: Spiral((1, 2))(np.ones((3, 2))), "plane must lie within the 2 coordinates"),
        (lambda: Spiral((1, 2)).inverse(np.ones((3, 2))), "plane must lie within the 2 coordinates"),
        (lambda: SwissRoll()(np.ones((3, 2))), "SwissRoll takes one coordinate; got 2"),
        (lambda: SwissRoll().inverse(np.ones((3, 3))), "z must have 2 columns; got 3"),
        (lambda: RepeatLeading(4)(np.ones((3, 2))), "count must be at most the dimension 2; got 4"),
        (lambda: Asinh()([[math.nan]]), "x must be finite"),
        (lambda: Transformed(normal_pair(0.5), fx=Spiral()), "plane must lie within the 1 coordinates"),
        (lambda: Transformed(normal_pair(0.5), fy=np.exp), "fy must be an invertible map"),
        (lambda: Transformed("normal"), "base must be a distribution; got str"),
    ],
)
def test_impossible_maps_are_refused(build, complaint):
    with pytest.raises(ValueError, match=complaint) as caught:
        build()
    assert "\n" not in str(caught.value)


def test_every_map_is_a_homeomorphism():
    assert all(isinstance(mapping, Homeomorphism) for mapping in [*MAPS, SwissRoll()])
