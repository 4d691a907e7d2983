"""Student laws: quantiles, the shared scale, and information by a second route."""

import math
from dataclasses import dataclass

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from szilard.distributions import Gaussian, Student
from szilard.testing.distributions import check_distribution

SIGMAS = 4.0
FOUR_SIGMA_P = 2 * stats.norm.sf(SIGMAS)


@dataclass(frozen=True)
class IndependentScales(Student):
    """The classic mistake: X and Y each divided by a scale of their own."""

    def sample(self, n, rng=0):
        streams = np.random.default_rng(rng).spawn(2)
        return super().sample(n, streams[0])[0], super().sample(n, streams[1])[1]


@pytest.mark.parametrize("dof", [1, 2, 3.5, 10])
def test_every_coordinate_has_student_marginals(dof):
    x, y = Student.identity(2, 1, dof).sample(20_000, rng=2)
    for column in np.hstack([x, y]).T:
        assert stats.kstest(column, stats.t(dof).cdf).pvalue > FOUR_SIGMA_P


def test_the_radius_of_the_joint_vector_follows_the_f_law():
    # ‖(X, Y)‖² / d is F(d, ν) only if all coordinates share one scale
    law = Student.identity(2, 3, dof=3)
    radius = (np.hstack(law.sample(20_000, rng=3)) ** 2).mean(axis=1)
    assert stats.kstest(radius, stats.f(5, 3).cdf).pvalue > FOUR_SIGMA_P


@pytest.mark.parametrize(("dims", "dof"), [((1, 1), 1), ((2, 2), 2), ((5, 5), 3)])
def test_independent_scales_are_caught_by_the_battery(dims, dof):
    wrong = IndependentScales(Student.identity(*dims, dof).normal, dof)
    with pytest.raises(AssertionError, match="average to the truth"):
        check_distribution(wrong)


def test_dispersion_shows_in_the_correlation():
    law = Student(Gaussian([[1.0, 0.6], [0.6, 1.0]], (1, 1)), dof=5)
    x, y = law.sample(20_000, rng=4)
    # Kendall's tau of any elliptical law is 2 asin(ρ) / π; its standard error is below 2 / 3 / √n
    tau = stats.kendalltau(x[:, 0], y[:, 0]).statistic
    assert abs(tau - 2 * math.asin(0.6) / math.pi) < SIGMAS * 2 / 3 / math.sqrt(20_000)


def test_pointwise_information_is_the_log_ratio_of_densities():
    cov = np.array([[2.0, 0.7, 0.1], [0.7, 1.0, -0.2], [0.1, -0.2, 0.5]])
    law = Student(Gaussian(cov, (2, 1)), dof=2.5)
    x, y = law.sample(20, rng=0)
    joint = stats.multivariate_t(shape=cov, df=2.5).logpdf(np.hstack([x, y]))
    first = stats.multivariate_t(shape=cov[:2, :2], df=2.5).logpdf(x)
    second = stats.multivariate_t(shape=cov[2:, 2:], df=2.5).logpdf(y[:, 0])
    np.testing.assert_allclose(law.pointwise_mutual_information(x, y), joint - first - second, atol=1e-10)


def test_information_agrees_with_quadrature():
    # in the coordinates u = asinh(x) the integrand decays exponentially
    law = Student(Gaussian([[1.0, 0.4], [0.4, 1.0]], (1, 1)), dof=4)
    joint = stats.multivariate_t(shape=law.normal.cov, df=4)
    u = np.linspace(-9, 9, 181)
    x, y = np.meshgrid(np.sinh(u), np.sinh(u), indexing="ij")
    log_p = joint.logpdf(np.stack([x, y], axis=-1))
    ratio = log_p - stats.t.logpdf(x, 4) - stats.t.logpdf(y, 4)
    value = 0.1**2 * np.sum(np.exp(log_p) * ratio * np.sqrt((1 + x**2) * (1 + y**2)))
    assert law.mutual_information == pytest.approx(value, abs=1e-7)


def test_many_degrees_of_freedom_approach_the_normal_law():
    normal = Gaussian([[1.0, 0.5], [0.5, 1.0]], (1, 1))
    assert Student(normal, dof=1e7).mutual_information == pytest.approx(normal.mutual_information, abs=1e-6)


def test_two_dimensions_and_two_degrees_have_a_rational_closed_form():
    # h_2 and h_4 at ν = 2 need only ψ(2) − ψ(1) = 1 and ψ(3) − ψ(1) = 3/2: I = ln 2 − 1/2
    assert Student.identity(2, 2, 2).mutual_information == pytest.approx(math.log(2) - 0.5, abs=1e-13)


def by_many_digits(dof, dims):
    """Information of unit dispersion and the entropy of X by the textbook formula in 400 digits."""
    with mpmath.workdps(400):
        a = mpmath.mpf(dof) / 2

        def entropy(k):
            d = mpmath.mpf(k) / 2
            scale = mpmath.loggamma(a) - mpmath.loggamma(a + d) + d * mpmath.log(2 * a * mpmath.pi)
            return scale + (a + d) * (mpmath.digamma(a + d) - mpmath.digamma(a))

        shared = entropy(dims[0]) + entropy(dims[1]) - entropy(sum(dims))
        return float(shared), float(entropy(dims[0]))


@pytest.mark.parametrize("dims", [(1, 1), (2, 3), (50, 20)])
@pytest.mark.parametrize("dof", [1e-300, 1e-3, 0.5, 1, 30, 39.9, 40, 1e4, 1e8, 1e15, 1e100])
def test_information_and_entropy_hold_at_any_degrees_of_freedom(dof, dims):
    law = Student.identity(*dims, dof)
    information, entropy = by_many_digits(dof, dims)
    assert law.mutual_information == pytest.approx(information, rel=2e-11)
    assert law.standard_entropy(dims[0]) == pytest.approx(entropy, rel=1e-13)


def test_limits_of_the_shared_scale():
    for dof in (1e6, 1e9, 1e150):  # ½ dx dy / ν²
        assert Student.identity(2, 3, dof).mutual_information == pytest.approx(3 / dof**2, rel=1e-5)
    for power in (-200, -300, -310):  # each tenth of ν adds ln 10
        here, there = (Student.identity(2, 3, float(f"1e{each}")).mutual_information for each in (power, -100))
        assert here - there == pytest.approx(-(power + 100) * math.log(10), rel=1e-12)
    assert Student.identity(2, 3, 5e-324).mutual_information == pytest.approx(745, abs=2)
    assert Student.identity(2, 3, 1e308).mutual_information == 0.0
    normal = 0.5 * math.log(2 * math.pi * math.e)
    assert Student.identity(1, 1, 1e308).standard_entropy(1) == pytest.approx(normal, rel=1e-12)


@pytest.mark.parametrize("dof", [1e-300, 1e12])
def test_pointwise_information_is_finite_at_extreme_degrees_of_freedom(dof):
    normal = Gaussian([[1.0, 0.6], [0.6, 1.0]], (1, 1))
    x, y = normal.sample(50, rng=0)
    x[0] = y[0] = 0.0
    found = Student(normal, dof).pointwise_mutual_information(x * 1e10, y)
    assert np.isfinite(found).all()
    if dof > 1:
        near = Student(normal, dof).pointwise_mutual_information(x, y)
        np.testing.assert_allclose(near, normal.pointwise_mutual_information(x, y), atol=1e-9)


def test_samples_too_large_for_float64_are_refused():
    with pytest.raises(ValueError, match="dof must be large enough for samples that float64 can hold; got 0.001"):
        Student.identity(1, 1, 1e-3).sample(1000)


@given(st.one_of(st.floats(max_value=0.0), st.sampled_from([math.nan, math.inf, "two", None, True])))
def test_degrees_of_freedom_must_be_positive(dof):
    with pytest.raises(ValueError, match="^dof must be a finite number > 0; got "):
        Student.identity(1, 1, dof)


def test_the_dispersion_must_be_a_gaussian_law():
    with pytest.raises(ValueError, match="normal must be a Gaussian distribution; got ndarray"):
        Student(np.eye(2), 3)
