"""Information of normal channels against quadrature, closed forms and pair by pair sums, its invariances and bounds."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import logsumexp
from scipy.stats import norm

from szilard.estimators import _gaussian_mixture, mixture_information
from szilard.estimators.mixtures import METHODS, mixture_of

CLOSED = ("jensen", "kt", "bd", "exact1d")
BOUNDS = ("mc", "jensen", "kt", "bd")
THREE = ([0.0, 1.0, 3.0], [1.0, 1.0, 4.0])


def points(n, d, seed=0):
    """Means and variances (n, d) of a stochastic layer."""
    rng = np.random.default_rng(seed)
    return 1.5 * rng.normal(size=(n, d)), rng.uniform(0.2, 3.0, size=(n, d))


def divergences(means, variances):
    """KL(q_i‖q_j), pair by pair."""
    difference = means[:, None] - means
    ratio = variances[:, None] / variances
    return 0.5 * (ratio + difference**2 / variances - 1 - np.log(ratio)).sum(axis=2)


def overlaps(means, variances):
    """−ln ∫ √(q_i q_j), pair by pair."""
    mean = (variances[:, None] + variances) / 2
    determinants = np.log(mean) - 0.5 * np.log(variances[:, None]) - 0.5 * np.log(variances)
    return ((means[:, None] - means) ** 2 / (8 * mean) + determinants / 2).sum(axis=2)


def from_distances(distances):
    return -float(np.mean(logsumexp(-distances, axis=1))) + math.log(len(distances))


@pytest.mark.parametrize(
    ("method", "value"), [("jensen", 1.2638889), ("kt", 0.6348454), ("exact1d", 0.3289942), ("bd", 0.2011255)]
)
def test_three_normal_distributions(method, value):
    estimate = mixture_information(*THREE, method)
    assert estimate.nats == pytest.approx(value, abs=5e-8)
    assert estimate.diagnostics["ceiling"] == pytest.approx(1.0986123, abs=5e-8)
    assert estimate.diagnostics["components"] == 3


def test_three_normal_distributions_by_monte_carlo():
    estimate = mixture_information(*THREE, "mc", draws=10_000)
    assert estimate.agrees_with(0.3289942, sigmas=4) and estimate.stderr < 0.005


@pytest.mark.parametrize(("sigma", "nats"), [(1.0, 0.336831), (0.5, 0.632720), (2.0, 0.111421)])
def test_noisy_sign(sigma, nats):
    exact = mixture_information([1.0, -1.0], sigma**2, "exact1d").nats
    assert exact == pytest.approx(nats, abs=5e-7)
    assert mixture_information([1.0, -1.0], sigma**2, "mc", draws=10_000).agrees_with(exact, sigmas=4)
    low, high = (mixture_information([1.0, -1.0], sigma**2, method).nats for method in ("bd", "kt"))
    expected = [-math.log((1 + math.exp(-4 / (c * sigma**2))) / 2) for c in (8, 2)]
    assert [low, high] == pytest.approx(expected, abs=1e-12)
    assert low < exact < high


def test_quadrature_meets_an_adaptive_one_where_widths_differ_much():
    means, variances = np.array([0.0, 0.3, 0.31, 4.0, -2.0]), np.array([4.0, 1e-4, 1e-6, 0.3, 1.0])

    def term(z):
        density = norm.pdf(z, means, np.sqrt(variances))
        gains = np.log(np.maximum(density, 1e-300) / density.mean())
        return float(np.mean(density * gains))

    ends = [-20, -5, 0, 0.25, 0.29, 0.305, 0.309, 0.31, 0.311, 0.315, 0.35, 1, 3, 5, 20]
    reference = sum(quad(term, a, b, epsabs=1e-12, limit=200)[0] for a, b in zip(ends, ends[1:], strict=False))
    assert mixture_information(means, variances, "exact1d").nats == pytest.approx(reference, abs=1e-9)


@pytest.mark.parametrize("weights", [[[0.8, -0.3, 0.5], [0.1, 0.6, 0.4]], [[1.5], [0.5]]])
def test_noisy_linear_layer_for_many_points(weights):
    weights, sigma = np.array(weights), 0.7
    truth = 0.5 * np.linalg.slogdet(np.eye(2) + weights @ weights.T / sigma**2)[1]
    x = np.random.default_rng(0).normal(size=(3000, weights.shape[1]))
    estimate = mixture_information(x @ weights.T, sigma**2, "mc", rng=1)
    assert estimate.agrees_with(truth, sigmas=4) and estimate.stderr < 0.03
    low, high = (mixture_information(x @ weights.T, sigma**2, method).nats for method in ("bd", "kt"))
    assert low < truth < high


@pytest.mark.parametrize("shared", [True, False])
def test_closed_forms_follow_their_definitions(shared):
    means, variances = points(40, 3)
    if shared:
        variances[:] = variances[0]
    kl = divergences(means, variances)
    expected = [kl.mean(), from_distances(kl), from_distances(overlaps(means, variances))]
    found = [mixture_information(means, variances, method).nats for method in ("jensen", "kt", "bd")]
    assert found == pytest.approx(expected, abs=1e-10)


def test_one_variance_is_the_noise_added_to_a_layer():
    means = points(30, 4)[0]
    squares = ((means[:, None] - means) ** 2).sum(axis=2)
    for method, factor in (("kt", 2), ("bd", 8)):
        expected = from_distances(squares / (factor * 0.3))
        for variances in (0.3, np.full(30, 0.3), np.full((30, 4), 0.3)):
            assert mixture_information(means, variances, method).nats == pytest.approx(expected, abs=1e-10)


def test_monte_carlo_is_unbiased_for_the_exact_value():
    means, variances = points(12, 1)
    exact = mixture_information(means, variances, "exact1d").nats
    assert mixture_information(means, variances, "mc", draws=5000).agrees_with(exact, sigmas=4)


@given(seed=st.integers(0, 10_000), n=st.integers(2, 30), d=st.integers(1, 5), scale=st.floats(0.01, 100))
def test_order_of_the_bounds(seed, n, d, scale):
    means, variances = points(n, d, seed)
    mc, jensen, kt, bd = (mixture_information(scale * means, variances, method).nats for method in BOUNDS)
    ceiling = math.log(n) + 1e-9
    assert 0 <= bd <= kt + 1e-9 <= jensen + 2e-9
    assert mc <= ceiling and kt <= ceiling


@given(seed=st.integers(0, 10_000), n=st.integers(1, 40))
def test_jensen_exceeds_monte_carlo_at_every_draw(seed, n):
    means, variances = points(n, 2, seed)
    mixture = mixture_of(means, variances)
    z = mixture.means[mixture.own] + np.sqrt(mixture.variances[mixture.own]) * points(n, 2, seed + 1)[0]
    log_density = _gaussian_mixture.expected_log_density(mixture)(z, np.zeros_like(z))
    mine, rows = log_density[np.arange(n), mixture.own], log_density.copy()
    gains = _gaussian_mixture.advantages(lambda part: rows[part].copy(), mixture.own, mixture.weights)
    assert (mine - log_density @ mixture.weights - gains >= -1e-9).all()
    assert (gains <= math.log(n) + 1e-9).all()


def test_gains_of_monte_carlo_follow_their_definition():
    means, variances = points(25, 3)
    z = points(25, 3, seed=5)[0]
    densities = norm.logpdf(z[:, None], means, np.sqrt(variances)).sum(axis=2)
    expected = np.diag(densities) - logsumexp(densities, axis=1) + math.log(25)
    mixture = mixture_of(means, variances)
    log_density = _gaussian_mixture.expected_log_density(mixture)
    centre = means.mean(axis=0)
    found = _gaussian_mixture.advantages(
        lambda part: log_density(z[part] - centre, np.zeros((1, 3))), mixture.own, mixture.weights
    )
    assert found == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("method", METHODS)
def test_an_encoder_that_ignores_its_input_knows_nothing(method):
    estimate = mixture_information(np.full((9, 1), 0.1), np.full(9, 0.3), method, draws=3)
    assert (estimate.nats, estimate.stderr) == (0, 0)
    assert not estimate.warnings


@pytest.mark.parametrize("method", METHODS)
def test_order_and_names_of_classes_change_nothing(method):
    means, variances = points(20, 1)
    labels = np.arange(20) % 3
    shuffled = np.random.default_rng(3).permutation(20)
    plain = mixture_information(means, variances, method).nats
    assert mixture_information(means[shuffled], variances[shuffled], method).nats == pytest.approx(plain, abs=1e-12)
    inside = mixture_information(means, variances, method, labels).nats
    named = np.array(["fox", "ape", "cow"])[labels[shuffled]]
    assert mixture_information(means[shuffled], variances[shuffled], method, named).nats == pytest.approx(
        inside, abs=1e-12
    )
    assert abs(inside - plain) > 1e-3


@pytest.mark.parametrize("method", METHODS)
def test_copies_of_the_data_change_nothing(method):
    means, variances = points(8, 1)
    few = mixture_information(means, variances, method, draws=4000)
    many = mixture_information(np.tile(means, (3, 1)), np.tile(variances, (3, 1)), method, draws=4000)
    assert many.nats == pytest.approx(few.nats, abs=1e-12 if method in CLOSED else 5 * few.stderr)
    assert many.diagnostics["components"] == 8 and many.diagnostics["ceiling"] == pytest.approx(math.log(24))


@pytest.mark.parametrize("method", ["mc", "kt", "bd", "exact1d"])
def test_collapsed_classes_know_their_class_and_no_more(method):
    labels = np.arange(50) % 5
    means = 1000.0 * labels
    whole, inside = (mixture_information(means, 1.0, method, each) for each in (None, labels))
    assert whole.nats == pytest.approx(math.log(5), abs=1e-12)
    assert inside.nats == 0
    assert whole.diagnostics["ceiling"] == pytest.approx(3.912023, abs=5e-7)
    assert inside.diagnostics["ceiling"] == pytest.approx(2.302585, abs=5e-7)
    assert inside.diagnostics["classes"] == 5


def test_classes_count_by_their_frequencies():
    means, variances = points(30, 1)
    labels = np.repeat([0, 1, 2], [5, 10, 15])
    parts = [mixture_information(means[labels == c], variances[labels == c], "kt").nats for c in range(3)]
    estimate = mixture_information(means, variances, "kt", labels)
    assert estimate.nats == pytest.approx(np.dot([5, 10, 15], parts) / 30, abs=1e-12)
    assert estimate.diagnostics["ceiling"] == pytest.approx(np.dot([5, 10, 15], np.log([5, 10, 15])) / 30)


def test_chain_rule_for_a_label_that_the_input_fixes():
    means, labels = points(40, 1)[0], np.arange(40) % 4
    whole, inside = (mixture_information(means, 0.2, "exact1d", each).nats for each in (None, labels))
    about_label = whole - inside  # I(Z; Y) = Σ_c p_c KL(q_c‖q), here by quadrature
    grid = np.linspace(-12, 12, 48_001)
    given_label = np.array([norm.pdf(grid[:, None], means[labels == c, 0], math.sqrt(0.2)).mean(1) for c in range(4)])
    integrand = given_label * np.log(np.maximum(given_label, 1e-300) / np.maximum(given_label.mean(0), 1e-300))
    assert about_label == pytest.approx(integrand.mean(0).sum() * (grid[1] - grid[0]), abs=1e-8)


def test_vanishing_noise_reaches_the_ceiling_and_says_so():
    means = points(20, 2)[0]
    for variances in (1e-12, 1e-300, np.geomspace(1e-12, 1e-20, 20)):
        for method in ("mc", "kt", "bd"):
            estimate = mixture_information(means, variances, method)
            assert estimate.nats == pytest.approx(math.log(20), abs=1e-12)
            assert "100% of its ceiling, 2.996 nats" in estimate.warnings[0]
        jensen = mixture_information(means, variances, "jensen")
        assert jensen.nats > 1e9 and "says nothing" in jensen.warnings[0]


def test_narrow_components_take_the_accurate_way(monkeypatch):
    means, variances = points(30, 3)
    means[::2] = means[1::2] + 1e-9  # a tenth of their width apart
    variances[:] = 1e-16
    variances[::2] *= 1.5
    accurate = from_distances(divergences(means, variances))
    assert mixture_information(means, variances, "kt").nats == pytest.approx(accurate, abs=1e-6)
    monkeypatch.setattr(_gaussian_mixture, "ROUNDING", math.inf)
    assert abs(mixture_information(means, variances, "kt").nats - accurate) > 0.1


@pytest.mark.parametrize("method", METHODS)
def test_tiles_do_not_change_the_result(monkeypatch, method):
    means, variances = points(60, 1)
    whole = mixture_information(means, variances, method).nats
    monkeypatch.setattr(_gaussian_mixture, "PAIRS", 7 * 60)
    assert mixture_information(means, variances, method).nats == pytest.approx(whole, abs=1e-12)


def test_same_rng_same_value():
    means, variances = points(15, 2)
    first, again, other = (mixture_information(means, variances, rng=seed).nats for seed in (1, 1, 2))
    assert first == again != other


PROGRAM = """
import resource, sys
import numpy as np
from szilard.estimators import mixture_information
n, d = int(sys.argv[1]), int(sys.argv[2])
means = np.random.default_rng(0).normal(size=(n, d))
mixture_information(means[:100], 1.0)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
mixture_information(means, 1.0)
sys.stdout.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before))
"""


def test_memory_is_that_of_tiles_and_not_of_pairs():
    n, d = 12_000, 64
    added = int(subprocess.check_output([sys.executable, "-c", PROGRAM, str(n), str(d)])) * 1024
    tiles, arrays = 4 * 8 * _gaussian_mixture.PAIRS, 14 * 8 * n * d  # both independent of the number of pairs
    assert added < tiles + arrays < 8 * n**2 / 4
    assert 4 * 8 * _gaussian_mixture.PAIRS + 14 * 8 * 50_000 * 64 < 2**29  # a quarter of 2 GiB for 50,000 points


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[0.0, 1.0]], 1.0, "exact1d"), "one coordinate; got 2"),
        (([0.0, 1.0], 1.0, "jenson"), "did you mean 'jensen'"),
        (([0.0, 1.0], 0.0), "variances must be at least 1e-300; got 0"),
        (([0.0, 1.0], -1.0), "variances must be at least"),
        (([0.0, math.nan], 1.0), "means must be finite"),
        (([0.0, 1.0], math.inf), "variances must be finite"),
        (([0.0, 1.0], [1.0, 1.0, 1.0]), r"shape \(2,\) or \(2, 1\); got \(3,\)"),
        (([0.0, 1.0], 1.0, "mc", [1, 2, 3]), r"labels must have shape \(2,\)"),
        (([0.0, 1.0], 1.0, "mc", [1.0, math.nan]), "labels must not be NaN or None"),
    ],
)
def test_bad_input_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        mixture_information(*arguments)


def test_draws_must_be_counted():
    with pytest.raises(ValueError, match="draws must be an integer ≥ 1"):
        mixture_information([0.0, 1.0], 1.0, draws=0)


def test_rounding_does_not_deal_the_noise_out_anew():
    rng = np.random.default_rng(8)
    means, variances = rng.standard_normal((60, 3)), rng.uniform(0.1, 1, (60, 3))
    moved = means * (1 + 1e-14 * rng.standard_normal(means.shape))
    values = [mixture_information(each, variances, "mc", rng=4).value for each in (means, moved)]
    assert values[0] == pytest.approx(values[1], abs=1e-11)
