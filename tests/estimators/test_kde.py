"""Kernel density estimates against their definition, closed forms, and samples that underflow."""

import math

import numpy as np
import pytest

from szilard.estimators import KernelDensity, kde
from szilard.testing.estimators import gaussian_pair


def by_definition(x, y, h, leave_one_out):
    """Mean log ratio of densities, one pair of samples at a time."""
    n, terms = len(x), []
    scale = [h * z.std(axis=0) for z in (x, y)]
    for i in range(n):
        others = [j for j in range(n) if j != i or not leave_one_out]
        kx, ky = (
            np.array([math.exp(-0.5 * (((z[i] - z[j]) / s) ** 2).sum()) for j in others])
            for z, s in zip((x, y), scale, strict=True)
        )
        terms.append(math.log((kx * ky).mean() / (kx.mean() * ky.mean())))
    return np.mean(terms)


@pytest.mark.parametrize("leave_one_out", [True, False])
def test_value_follows_the_definition(leave_one_out):
    x, y = gaussian_pair(60, 0.6)
    x = np.hstack([x, 100 * y[::-1]])
    ours = KernelDensity(bandwidth=0.5, leave_one_out=leave_one_out).mutual_information(x, y)
    assert ours.nats == pytest.approx(by_definition(x, y, 0.5, leave_one_out), abs=1e-12)


def test_gaussian_entropy_up_to_the_smoothing():
    x = np.random.default_rng(0).normal(size=3000)
    h = 3000 ** (-1 / 5)
    estimate = KernelDensity().entropy(x)
    assert estimate.diagnostics["bandwidth"] == pytest.approx(h)
    # Smoothing makes the law N(0, 1 + h²); the cross-entropy with N(0, 1) exceeds the entropy by this much.
    excess = 0.5 * math.log1p(h**2) + 0.5 / (1 + h**2) - 0.5
    assert estimate.agrees_with(0.5 * math.log(2 * math.pi * math.e) + excess, sigmas=4)


def test_bandwidth_rules():
    x, y = gaussian_pair(200, 0.5)
    found = [KernelDensity(bandwidth=b).mutual_information(x, y).diagnostics["bandwidth"] for b in kde.BANDWIDTHS]
    assert found == pytest.approx([200 ** (-1 / 6), 200 ** (-1 / 6)])  # the rules agree in two dimensions
    assert KernelDensity("silverman").entropy(x).diagnostics["bandwidth"] == pytest.approx((150) ** (-1 / 5))


def test_tiles_do_not_change_the_result(monkeypatch):
    x, y = gaussian_pair(150, 0.5)
    whole = KernelDensity().mutual_information(x, y).nats
    monkeypatch.setattr(kde, "PAIRS", 7 * 150)
    assert KernelDensity().mutual_information(x, y).nats == pytest.approx(whole, abs=1e-12)


def test_outliers_far_beyond_the_kernel_stay_finite():
    x, y = gaussian_pair(200, 0.5)
    x[0], y[1] = 1e4, -1e5
    estimate = KernelDensity(bandwidth=1e-7).mutual_information(x, y)
    assert math.isfinite(estimate.nats)
    assert "not resolved" in estimate.warnings[0]


@pytest.mark.parametrize("bandwidth", [0, -1.0, math.nan, "scot", None])
def test_bad_bandwidths_are_refused(bandwidth):
    with pytest.raises(ValueError, match="bandwidth must be"):
        KernelDensity(bandwidth=bandwidth)


def test_more_samples_than_the_limit_are_refused_with_the_time_they_would_take():
    x, y = gaussian_pair(1_000_000, 0.5)
    with pytest.raises(ValueError, match=r"at most 30,000 rows.*got 1,000,000, about 833 minutes: .* limit=None"):
        KernelDensity().mutual_information(x, y)
    with pytest.raises(ValueError, match="set limit=None"):
        KernelDensity(limit=100).entropy(x[:101])
    alike = [KernelDensity(limit=limit).mutual_information(x[:101], y[:101]).nats for limit in (101, None)]
    assert alike[0] == alike[1]


def test_a_scale_set_by_outliers_is_doubted():
    x, y = gaussian_pair(1000, 0.6)
    spoilt, tail = np.r_[x[:-1], [[1e6]]], [np.exp(3 * z) for z in (x, y)]
    for pair in ((spoilt, y), tail):
        assert any("less than one bandwidth" in s for s in KernelDensity().mutual_information(*pair).warnings)
    assert any("outliers" in s for s in KernelDensity().entropy(spoilt).warnings)
    assert not KernelDensity().mutual_information(x, y).warnings
