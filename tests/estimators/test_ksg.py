"""KSG against closed forms, measured golden values, and its own definition written as a double loop."""

import math

import numpy as np
import pytest
from scipy.special import digamma

from szilard.estimators import KSG
from szilard.testing.estimators import gaussian_pair


def by_definition(x, y, k, variant):
    """Eqs. 8 and 9 of kraskov2004estimating, literally."""
    dx, dy = (np.abs(z[:, None, :] - z[None, :, :]).max(axis=2) for z in (x, y))
    n, terms = len(x), []
    for i in range(n):
        others = np.delete(np.arange(n), i)
        near = others[np.argsort(np.maximum(dx[i], dy[i])[others])[:k]]
        if variant == 1:
            radius = max(dx[i, near[-1]], dy[i, near[-1]])
            counts = [(d[i, others] < radius).sum() + 1 for d in (dx, dy)]
        else:
            counts = [(d[i, others] <= d[i, near].max()).sum() for d in (dx, dy)]
        terms.append(digamma(counts).sum())
    return digamma(k) - (variant == 2) / k + digamma(n) - np.mean(terms)


@pytest.mark.parametrize("variant", [1, 2])
@pytest.mark.parametrize("d", [1, 3])
def test_value_follows_the_definition(variant, d):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(150, d))
    y = x[:, :1] + rng.normal(size=(150, 2))
    expected = by_definition(x, y, 4, variant)
    estimate = KSG(k=4, variant=variant, standardize=False).mutual_information(x, y)
    assert estimate.nats == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("variant", [1, 2])
@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9, 0.99])
def test_gaussian_closed_form_within_four_standard_errors(variant, rho):
    estimate = KSG(k=5, variant=variant).mutual_information(*gaussian_pair(4000, rho, rng=2))
    assert estimate.agrees_with(-0.5 * math.log1p(-(rho**2)), sigmas=4)
    assert not estimate.warnings


# Measured with another program and sampler on 10,000 samples (k = 10, Euclidean norms within blocks). Both values carry
# sampling error, so that their difference is accepted at four combined standard errors. True: 0.413, then 1.022.
MEASURED = {1: 0.4104, 2: 1.0239, 3: 0.9455, 5: 0.7419, 25: 0.1963}


def two_pairs(d, n=10_000):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(n, d))
    y = rng.normal(size=(n, d))
    y[:, :2] = 0.8 * x[:, :2] + 0.6 * y[:, :2]
    return x, y


@pytest.mark.parametrize("d", MEASURED)
def test_benchmark_values_are_met_biases_included(d):
    x, y = gaussian_pair(10_000, 0.75, rng=3) if d == 1 else two_pairs(d)
    estimate = KSG(k=10, metric="euclidean").mutual_information(x, y)
    assert abs(estimate.nats - MEASURED[d]) < 4 * math.sqrt(2) * estimate.stderr


def test_saturation_is_announced():
    x, y = gaussian_pair(500, 0.0)
    estimate = KSG(k=3).mutual_information(x, x + 1e-6 * y)
    assert estimate.nats <= estimate.diagnostics["ceiling"] == pytest.approx(digamma(500) - digamma(3))
    assert any("the most that 500 samples can show" in sentence for sentence in estimate.warnings)


def test_curse_of_dimension_is_announced():
    x, y = two_pairs(10, n=1000)
    assert any("not local" in sentence for sentence in KSG().mutual_information(x, y).warnings)


def test_scale_mismatch_is_announced_and_standardize_removes_it():
    x, y = gaussian_pair(2000, 0.9)
    plain, scaled = (KSG(standardize=s).mutual_information(x, 1000 * y) for s in (False, True))
    assert any("standardize" in sentence for sentence in plain.warnings)
    assert not scaled.warnings
    assert scaled.nats == pytest.approx(KSG().mutual_information(x, y).nats, abs=1e-9)
    assert abs(plain.nats - 0.83) > 4 * plain.stderr  # the trap is real


def test_euclidean_and_max_norm_agree_in_one_dimension_only():
    x, y = gaussian_pair(500, 0.6)
    same = [KSG(metric=m).mutual_information(x, y).nats for m in ("max", "euclidean")]
    other = [KSG(metric=m).mutual_information(np.hstack([x, y]), y[::-1]).nats for m in ("max", "euclidean")]
    assert same[0] == same[1]
    assert other[0] != other[1]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"k": 0}, "k must be an integer ≥ 1; got 0"),
        ({"k": 2.5}, "k must be an integer"),
        ({"variant": 3}, "variant must be 1 or 2; got 3"),
        ({"metric": "euclidian"}, "did you mean 'euclidean'"),
        ({"neighbours": "kdtree"}, "neighbours must be one of"),
        ({"device": "gpu"}, "device must be one of"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        KSG(**settings)
