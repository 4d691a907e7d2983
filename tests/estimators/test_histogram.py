"""Histogram estimates against hand counts, the exact bias of plug-in entropies, and closed forms."""

import math

import numpy as np
import pytest

from szilard.estimators import Histogram
from szilard.rng import spawn
from szilard.testing.estimators import gaussian_pair


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
    # Cells of 4, 4; 4, 4; 3, 1, 1, 3 samples: with H_n the harmonic numbers, ψ(8) − ψ(4) = H_7 − H_3 and so on.
    h = [0.0, *np.cumsum(1 / np.arange(1, 8))]
    exact = {"miller-madow": plain + (1 + 1 - 3) / 16, "digamma": 2 * (h[7] - h[3]) - (h[7] - 0.75 * h[2])}
    for correction, value in exact.items():
        corrected = Histogram(bins=2, correction=correction).mutual_information(x, y)
        assert corrected.nats == pytest.approx(value, abs=1e-12)
        assert corrected.diagnostics["correction"] == pytest.approx(value - plain)


@pytest.mark.parametrize("binning", ["width", "mass"])
@pytest.mark.parametrize("correction", ["digamma", "miller-madow"])
def test_corrections_remove_the_bias_at_independence(binning, correction):
    plain, corrected = [], []
    for stream in spawn(0, 300):
        x, y = stream.uniform(size=(2, 500))
        plain.append(Histogram(bins=5, binning=binning, correction="none").mutual_information(x, y).nats)
        corrected.append(Histogram(5, binning, correction).mutual_information(x, y).nats)
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
    for rule in ("log-per-cell", "sturges", "scott", "fd", "sqrt"):
        for binning in ("width", "mass"):
            estimate = Histogram(bins=rule, binning=binning).mutual_information(x, y)
            assert min(estimate.diagnostics["bins"]) >= 2
    assert Histogram().mutual_information(x, y).diagnostics["bins"] == (7, 7)  # √(500 / log₂ 500)


def test_sparse_cells_are_announced():
    x, y = np.random.default_rng(0).normal(size=(2, 200))
    assert "bias dominates" in Histogram(bins=30).mutual_information(x, y).warnings[0]
    assert not Histogram(bins=4).mutual_information(x, y).warnings


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("n", "rho"), [(100_000, 0.0), (100_000, 0.6), (1_000_000, 0.0), (1_000_000, 0.6)])
def test_many_samples_in_fine_cells_stay_within_the_error(n, rho, seed):
    estimate = Histogram().mutual_information(*gaussian_pair(n, rho, seed))
    assert estimate.agrees_with(-0.5 * math.log1p(-(rho**2)), sigmas=3) and not estimate.warnings


@pytest.mark.parametrize("levels", [2, 3, 5])
@pytest.mark.parametrize("binning", ["mass", "width"])
def test_few_values_have_a_bin_each(levels, binning):
    """x = y uniform on a few values: ln of their number, with the frequencies of the sample."""
    x = np.random.default_rng(0).integers(levels, size=2000)
    shares = np.bincount(x) / 2000
    plain = Histogram(binning=binning, correction="none").mutual_information(x, x)
    assert plain.nats == pytest.approx(-(shares * np.log(shares)).sum(), abs=1e-12)
    estimate = Histogram(binning=binning).mutual_information(x, x)
    assert estimate.nats == pytest.approx(math.log(levels), abs=0.002) and not estimate.warnings
    independent = np.random.default_rng(1).integers(levels, size=2000)
    assert Histogram(binning=binning).mutual_information(x, independent).agrees_with(0.0)


def test_ties_stay_together_among_other_values():
    """Nine tenths of zeros, where x = y: the zeros are one value, the others as many as there are bins for."""
    x = np.random.default_rng(0).normal(size=4000) * (np.arange(4000) % 10 == 0)
    estimate = Histogram(bins=20).mutual_information(x, x)
    assert estimate.diagnostics["bins"] == (3, 3)  # negative, zero, positive: a bin is a twentieth, each side as much
    assert estimate.nats == pytest.approx(-0.9 * math.log(0.9) - 0.1 * math.log(0.05), abs=0.01)


def test_outliers_and_heavy_tails_do_not_hide_the_bulk_or_are_doubted():
    x, y = gaussian_pair(2000, 0.6)
    spoilt, tail = np.r_[x[:-1], [[1e6]]], [np.exp(3 * z) for z in gaussian_pair(2000, 0.9)]
    truth = -0.5 * math.log1p(-0.36)
    assert Histogram().mutual_information(spoilt, y).nats == pytest.approx(truth, abs=0.05)
    assert Histogram().mutual_information(*tail).nats == pytest.approx(-0.5 * math.log(0.19), abs=0.1)
    for pair in ((spoilt, y), tail):
        assert any("less than one bin" in s for s in Histogram(binning="width").mutual_information(*pair).warnings)
    assert not Histogram(binning="width").mutual_information(x, y).warnings


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
