"""Column-wise maps: what they promise on training samples, on new ones, on ties, and under monotone maps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from szilard.fleets import PREPROCESSORS, Asinh, RankGaussian, Rescale


def samples(n=200, d=3, seed=0):
    return np.random.default_rng(seed).gamma(2.0, size=(n, d)) * [1, 10, 100][:d]


def test_registry():
    assert {"rescale": Rescale.fit, "asinh": Asinh.fit, "rank": RankGaussian.fit} == PREPROCESSORS


def test_rescaled_columns_have_zero_mean_and_unit_variance():
    x = samples()
    scaled = Rescale.fit(x)(x)
    assert scaled.mean(0) == pytest.approx(0, abs=1e-14) and scaled.std(0) == pytest.approx(1)


def test_new_samples_are_rescaled_by_what_was_learnt():
    fitted = Rescale.fit(np.array([[0.0], [2.0]]))
    assert fitted(np.array([[5.0]])).tolist() == [[4.0]]


def test_log_volume_is_the_logarithm_of_the_determinant():
    x = samples()
    assert Rescale.fit(x).log_volume == pytest.approx(np.linalg.slogdet(np.diag(x.std(0)))[1])


def test_ranks_become_normal_quantiles():
    x = samples()
    scores = RankGaussian.fit(x)(x)
    expected = norm.ppf((np.arange(200) + 0.5) / 200)
    for column in range(3):
        np.testing.assert_allclose(np.sort(scores[:, column]), expected)
        assert (np.argsort(scores[:, column]) == np.argsort(x[:, column])).all()


@pytest.mark.parametrize(("value", "score"), [(-9.0, norm.ppf(0.125)), (2.7, 0.0), (99.0, norm.ppf(0.875))])
def test_new_values_take_the_rank_between_their_neighbours(value, score):
    fitted = RankGaussian.fit(np.array([[4.0], [1.0], [3.0], [2.0]]))
    assert fitted(np.array([[value]]))[0, 0] == pytest.approx(score, abs=1e-15)


def test_ties_share_their_mean_rank():
    fitted = RankGaussian.fit(np.array([[0.0], [0.0], [0.0], [1.0]]))
    assert fitted(np.array([[0.0], [1.0]]))[:, 0] == pytest.approx(norm.ppf([1.5 / 4, 3.5 / 4]))


@pytest.mark.parametrize("name", PREPROCESSORS)
def test_columns_are_treated_alone(name):
    x = samples()
    whole = PREPROCESSORS[name](x)(x)
    for column in range(3):
        part = x[:, [column]]
        np.testing.assert_allclose(PREPROCESSORS[name](part)(part), whole[:, [column]], rtol=1e-12)


@given(st.integers(0, 1000), st.sampled_from([np.exp, np.cbrt, lambda x: 3 * x - 7, np.arctan]))
def test_increasing_maps_change_no_bit_of_the_ranks(seed, increase):
    rng = np.random.default_rng(seed)
    fit, new = rng.normal(size=(40, 2)), rng.normal(size=(25, 2))
    assert (RankGaussian.fit(increase(fit))(increase(new)) == RankGaussian.fit(fit)(new)).all()


def test_a_decreasing_map_turns_the_sign():
    x = samples()
    np.testing.assert_allclose(RankGaussian.fit(-x)(-x), -RankGaussian.fit(x)(x), atol=1e-12)


@pytest.mark.parametrize("name", PREPROCESSORS)
def test_samples_are_left_alone(name):
    x = samples()
    before = x.copy()
    PREPROCESSORS[name](x)(x)
    assert (x == before).all()


def test_asinh_tames_heavy_tails_and_keeps_the_order():
    rng = np.random.default_rng(4)
    samples = np.column_stack([rng.standard_cauchy(5000), 3 + 0.1 * rng.normal(size=5000)])
    out = Asinh.fit(samples)(samples)
    np.testing.assert_allclose(out.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(out.std(0), 1, rtol=1e-12)
    assert (np.argsort(out, axis=0) == np.argsort(samples, axis=0)).all()
    kurtosis = ((out**4).mean(0), (Rescale.fit(samples)(samples) ** 4).mean(0))
    assert kurtosis[0][0] < 10 < kurtosis[1][0]
    np.testing.assert_allclose(Asinh.fit(samples)(samples[:7]), out[:7])


def test_asinh_does_not_depend_on_units():
    samples = np.random.default_rng(5).standard_cauchy((300, 2))
    moved = 1024 * samples + 7.0
    np.testing.assert_allclose(Asinh.fit(moved)(moved), Asinh.fit(samples)(samples), atol=1e-9)


def test_asinh_takes_columns_whose_quartiles_coincide():
    samples = np.zeros((100, 1))
    samples[:10, 0] = np.arange(10)
    assert np.isfinite(Asinh.fit(samples)(samples)).all()
