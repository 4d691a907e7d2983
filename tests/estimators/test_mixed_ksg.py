"""Mixed samples against exact information, the double loop of the definition, and KSG where nothing repeats."""

import math
import time

import numpy as np
import pytest
from scipy.special import digamma
from scipy.stats import beta, norm, poisson

from szilard.estimators import KSG, MixedKSG
from szilard.testing.estimators import gaussian_pair


def by_definition(x, y, k):
    """The terms of the three cases, by all distances and the order statistics of a Beta variable."""
    dx, dy = (np.abs(z[:, None, :] - z[None, :, :]).max(axis=2) for z in (x, y))
    joint, n, terms = np.maximum(dx, dy), len(x), []
    for i in range(n):
        others = np.delete(joint[i], i)
        radius = np.sort(others)[k - 1]
        near, upto = [(d[i] < radius).sum() for d in (dx, dy)], [(d[i] <= radius).sum() for d in (dx, dy)]
        below, within = (others < radius).sum(), (others <= radius).sum()
        if radius == 0:
            term = digamma(within + 1) - sum(map(digamma, upto))
        elif sum(upto) - sum(near) == 1:
            term = digamma(k) - sum(map(digamma, near))
        else:
            q = math.prod(near) / math.prod(upto)
            rank = beta(k - below, within - k + 1)
            term = digamma(k) - rank.expect(lambda b, q=q: np.log(q + (1 - q) * b)) - sum(map(digamma, upto))
        terms.append(term + digamma(n))
    return np.mean(terms)


def integers(rng, n):
    x = rng.integers(6, size=(n, 1))
    return x, (x + rng.integers(4, size=(n, 1))) // 2


def rounded(rng, n):
    x, y = gaussian_pair(n, 0.6, rng)
    return np.rint(8 * np.hstack([x, rng.normal(size=(n, 1))])), np.rint(8 * y)


def censored(rng, n):
    x, y = gaussian_pair(n, 0.6, rng)
    return np.maximum(x, 0), y


@pytest.mark.parametrize("sample", [integers, rounded, censored])
@pytest.mark.parametrize("k", [1, 3])
def test_value_follows_the_definition(sample, k):
    x, y = sample(np.random.default_rng(0), 80)
    estimate = MixedKSG(k=k, standardize=False).mutual_information(x, y)
    assert estimate.nats == pytest.approx(by_definition(x, y, k), abs=1e-6)


@pytest.mark.parametrize("d", [1, 3])
def test_on_continuous_samples_it_is_ksg(d):
    x, y = np.random.default_rng(1).normal(size=(2, 500, d))
    y += x
    mixed, plain = (kind(k=4).mutual_information(x, y) for kind in (MixedKSG, KSG))
    assert (mixed.nats, mixed.stderr) == pytest.approx((plain.nats, plain.stderr), abs=1e-12)


def uniform_beside_integer(rng, n, m=5):
    """X of m values and Y uniform on [X, X + 2]: ln m − (m − 1) ln 2 / m."""
    x = rng.integers(m, size=n)
    return x, x + 2 * rng.random(n), math.log(m) - (m - 1) * math.log(2) / m


def counts_of_a_rate(rng, n, p=0.0):
    """X exponential; Y is Poisson of that mean, or 0 with probability p: H(Y) − H(Y | X) by summation."""
    x = rng.exponential(size=n)
    y = np.where(rng.random(n) < p, 0, rng.poisson(x))
    rates, weights = np.polynomial.laguerre.laggauss(100)
    given = (1 - p) * poisson.pmf(np.arange(200)[None], rates[:, None]) + p * (np.arange(200) == 0)
    entropy = [-np.where(q > 0, q * np.log(np.where(q > 0, q, 1)), 0).sum(-1) for q in (weights @ given, given)]
    return x, y, float(entropy[0] - weights @ entropy[1])


def normal_or_signs(rng, n):
    """A normal pair or, as often, a pair of signs: the mean of both informations and ln 2 for telling which."""
    x, y = (z[:, 0] for z in gaussian_pair(n, 0.9, rng))
    sign = rng.choice([-1, 1], size=n)
    signs = rng.random(n) < 0.5
    other = np.where(rng.random(n) < 0.9, sign, -sign)
    information = -0.5 * math.log(0.19), math.log(2) + 0.9 * math.log(0.9) + 0.1 * math.log(0.1)
    return np.where(signs, sign, x), np.where(signs, other, y), sum(information) / 2 + math.log(2)


def zeros(rng, n):
    """Nine in ten values of both are 0, independently."""
    return *(np.where(rng.random(n) < 0.9, 0.0, rng.normal(size=n)) for _ in "xy"), 0.0


MIXTURES = (uniform_beside_integer, counts_of_a_rate, zeros)


@pytest.mark.parametrize("mixture", MIXTURES)
def test_published_mixtures_are_measured_right(mixture):
    rng = np.random.default_rng(2)
    samples = [mixture(rng, 2000) for _ in range(20)]
    errors = [MixedKSG(k=5).mutual_information(x, y).nats - truth for x, y, truth in samples]
    stated = np.mean([MixedKSG(k=5).mutual_information(x, y).stderr for x, y, _ in samples])
    assert abs(np.mean(errors)) < 4 * np.std(errors) / math.sqrt(20) + 0.01
    assert 0.4 < np.std(errors) / stated < 1.5


def information_of_censored(rho):
    """Of a normal pair in which values below 0 are recorded as 0, by quadrature."""
    nodes, weights = np.polynomial.legendre.leggauss(100)
    u, w, s = 4 + 4 * nodes, 4 * weights, math.sqrt(1 - rho**2)
    both, one = 0.25 + math.asin(rho) / (2 * math.pi), norm.cdf(-rho * u / s)
    ratio = norm.pdf((u[:, None] - rho * u) / s) / s / norm.pdf(u)[:, None]
    joint = ratio * norm.pdf(u)[:, None] * norm.pdf(u)
    edges = 2 * (w * norm.pdf(u) * one * np.log(2 * one)).sum()
    return both * math.log(4 * both) + edges + w @ (joint * np.log(ratio)) @ w


@pytest.mark.parametrize("rho", [0.0, 0.6, 0.9])
def test_censored_pairs_are_measured_right(rho):
    pairs = [gaussian_pair(4000, rho, seed) for seed in range(8)]
    values = [MixedKSG().mutual_information(*(np.maximum(z, 0) for z in pair)).nats for pair in pairs]
    assert abs(np.mean(values) - information_of_censored(rho)) < 0.02


def test_values_amid_continuous_ones_cost_bias_that_vanishes_with_samples():
    errors = []
    for n in (2000, 20_000, 200_000):
        x, y, truth = normal_or_signs(np.random.default_rng(3), n)
        errors.append(truth - MixedKSG(k=3).mutual_information(x, y).nats)
    assert 0 < errors[2] < 0.6 * errors[1] < 0.36 * errors[0] < 0.1


def test_the_published_form_of_the_poisson_mixture_holds_without_zeros_of_two_kinds():
    closed = 2 * math.log(2) - np.euler_gamma - sum(math.log(i) / 2**i for i in range(1, 80))
    assert counts_of_a_rate(np.random.default_rng(0), 2)[2] == pytest.approx(closed, abs=1e-4)


def exact_rounded(rho, step):
    """Information of a normal pair of which both are rounded to multiples of ``step``."""
    edges = np.arange(-8 / step - 0.5, 8 / step + 1) * step
    nodes, weights = np.polynomial.legendre.leggauss(31)
    x = (edges[:-1] + edges[1:])[:, None] / 2 + step / 2 * nodes
    given = np.diff(norm.cdf((edges - rho * x[..., None]) / math.sqrt(1 - rho**2)), axis=-1)
    p = np.einsum("im,imj->ij", step / 2 * weights * norm.pdf(x), given)
    product = p.sum(1, keepdims=True) * p.sum(0, keepdims=True)
    return float((p[p > 0] * np.log(p[p > 0] / product[p > 0])).sum())


@pytest.mark.parametrize("step", [0.01, 0.05, 0.1, 0.3, 1.0])
@pytest.mark.parametrize("rho", [0.0, 0.6, 0.95])
def test_rounding_to_any_step_keeps_the_value(rho, step):
    truth = exact_rounded(rho, step) if step > 0.1 else -0.5 * math.log1p(-(rho**2))
    pairs = [gaussian_pair(2000, rho, seed) for seed in range(10)]
    values = [MixedKSG().mutual_information(*(np.round(z / step) * step for z in pair)).nats for pair in pairs]
    assert abs(np.mean(values) - truth) < 0.04


def test_units_and_signs_do_not_matter_even_among_ties():
    x, y = (np.round(z, 1) for z in gaussian_pair(1000, 0.6))
    value = MixedKSG().mutual_information(x, y).nats
    for scale in (1e-200, -3.0, 0.7, 1e200):
        assert MixedKSG().mutual_information(scale * x, 5 - y).nats == pytest.approx(value, abs=1e-9)


def test_copied_rows_are_refused_or_told():
    x, y = gaussian_pair(1000, 0.6)
    for times in (2, 3, 4, 5):
        with pytest.raises(ValueError, match=f"every row occurs {times} times or a multiple: drop the copies"):
            MixedKSG().mutual_information(np.repeat(x, times), np.repeat(y, times))
    some = np.r_[np.arange(1000), np.arange(300)]
    assert "drop them" in MixedKSG().mutual_information(x[some], y[some]).warnings[0]
    assert not MixedKSG().mutual_information(*np.random.default_rng(0).integers(5, size=(2, 500))).warnings


@pytest.mark.parametrize("n", [100_000, 1_000_000])
def test_many_zeros_take_seconds(n):
    x, y, _ = zeros(np.random.default_rng(0), n)
    started = time.perf_counter()
    estimate = MixedKSG().mutual_information(x, y)
    assert time.perf_counter() - started < 60
    assert abs(estimate.nats) < 4 * estimate.stderr
