"""Histogram estimates against hand counts, the exact bias of plug-in entropies, and closed forms."""

import math

import numpy as np
import pytest

from szilard.estimators import Histogram
from szilard.rng import spawn


def test_four_equal_cells_hold_one_bit():
    x = [0, 0, 1, 1]
    estimate = Histogram(bins=2, correction="none").mutual_information(x, x)
    assert estimate.bits == pytest.approx(1.0, abs=1e-12)
    assert estimate.diagnostics["occupied"] == (2, 2, 2)


def test_counts_by_hand():
    # Joint frequencies 3/8, 1/8, 1/8, 3/8: 2 ln 2 − H(3/8, 1/8, 1/8, 3/8).
    x = [0, 0, 0, 0, 1, 1, 1, 1]
    y = [0, 0, 0, 1, 0, 1, 1, 1]
    joint = -(2 * 3 / 8 * math.log(3 / 8) + 2 / 8 * math.log(1 / 8))
    plain = Histogram(bins=2, correction="none").mutual_information(x, y).nats
    assert plain == pytest.approx(2 * math.log(2) - joint, abs=1e-12)
    corrected = Histogram(bins=2).mutual_information(x, y)
    assert corrected.nats - plain == pytest.approx((1 + 1 - 3) / 16, abs=1e-12)
    assert corrected.diagnostics["correction"] == pytest.approx(-1 / 16)


@pytest.mark.parametrize("binning", ["width", "mass"])
def test_miller_madow_removes_the_bias_at_independence(binning):
    plain, corrected = [], []
    for stream in spawn(0, 300):
        x, y = stream.uniform(size=(2, 500))
        plain.append(Histogram(bins=5, binning=binning, correction="none").mutual_information(x, y).nats)
        corrected.append(Histogram(bins=5, binning=binning).mutual_information(x, y).nats)
    error = np.std(plain) / math.sqrt(300)
    assert np.mean(plain) == pytest.approx(16 / 1000, abs=4 * error + 16 / 1000 * 0.05)  # (5 − 1)² / 2n and O(1/n²)
    assert abs(np.mean(corrected)) < 4 * error + 16 / 1000 * 0.05


def test_equal_mass_bins_hold_equal_counts_and_ignore_monotone_maps():
    x, y = np.random.default_rng(0).normal(size=(2, 600))
    estimator = Histogram(bins=6, binning="mass")
    before, after = (estimator.mutual_information(a, y) for a in (x, np.exp(x)))
    assert before.nats == pytest.approx(after.nats, abs=1e-12)
    assert before.diagnostics["bins"] == (6, 6)


@pytest.mark.parametrize("binning", ["width", "mass"])
def test_entropy_of_uniform_laws(binning):
    rng = np.random.default_rng(0)
    for width in (1.0, 8.0):
        estimate = Histogram(bins=10, binning=binning).entropy(rng.uniform(0, width, size=20_000))
        # The range of the sample falls short of the law's by about 2 / n; the bins add their own noise.
        assert abs(estimate.nats - math.log(width)) < 4 * estimate.stderr + 1e-3


def test_every_rule_gives_bins():
    x, y = np.random.default_rng(0).normal(size=(2, 500))
    for rule in ("five-per-cell", "sturges", "scott", "fd", "sqrt"):
        for binning in ("width", "mass"):
            estimate = Histogram(bins=rule, binning=binning).mutual_information(x, y)
            assert min(estimate.diagnostics["bins"]) >= 2
    assert Histogram().mutual_information(x, y).diagnostics["bins"] == (10, 10)  # √(500 / 5)


def test_sparse_cells_are_announced():
    x, y = np.random.default_rng(0).normal(size=(2, 200))
    assert "bias dominates" in Histogram(bins=30).mutual_information(x, y).warnings[0]
    assert not Histogram(bins=4).mutual_information(x, y).warnings


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"bins": 1}, "bins must be an integer ≥ 2; got 1"),
        ({"bins": "scot"}, "did you mean 'scott'"),
        ({"binning": "equal"}, "binning must be one of"),
        ({"correction": "miller"}, "did you mean 'miller-madow'"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        Histogram(**settings)
