"""Nearest-neighbour and kernel estimates against independent programs on the same samples."""

import math

import numpy as np
import pytest
from sklearn.cross_decomposition import CCA
from sklearn.feature_selection import mutual_info_regression
from sklearn.feature_selection._mutual_info import _compute_mi_cc
from sklearn.metrics import mutual_info_score
from sklearn.neighbors import KernelDensity as KernelDensityPeer

from szilard.estimators import KSG, GaussianMI, Histogram, KernelDensity, KozachenkoLeonenko
from szilard.testing.estimators import gaussian_pair


def pairs(d, n=800):
    rng = np.random.default_rng(5)
    x = rng.normal(size=(n, d))
    return x, 0.6 * x + 0.8 * rng.normal(size=(n, d))


@pytest.fixture
def npeet(monkeypatch):
    """npeet-plus without the noise of 1e-10 that it adds from NumPy's global generator."""
    peer = pytest.importorskip("npeet_plus")
    monkeypatch.setattr(peer.estimators, "add_noise", lambda x, intens=0: np.asarray(x))
    return peer


@pytest.mark.parametrize("k", [1, 3, 10])
@pytest.mark.parametrize("d", [1, 3, 10])
def test_ksg_equals_npeet_plus(npeet, d, k):
    x, y = pairs(d)
    assert KSG(k=k, standardize=False).mutual_information(x, y).bits == pytest.approx(npeet.mi(x, y, k=k), abs=1e-9)


@pytest.mark.parametrize("d", [1, 3, 10])
def test_entropy_equals_npeet_plus(npeet, d):
    x, _ = pairs(d)
    assert KozachenkoLeonenko(k=3, metric="max", standardize=False).entropy(x).bits == pytest.approx(
        npeet.entropy(x, k=3), abs=1e-9
    )


@pytest.mark.parametrize("d", [1, 3, 10])
def test_ksg_equals_infomeasure(d):
    peer = pytest.importorskip("infomeasure")
    x, y = pairs(d)
    theirs = peer.mutual_information(x, y, approach="ksg", k=3, base="e", noise_level=0)
    assert KSG(k=3, standardize=False).mutual_information(x, y).nats == pytest.approx(theirs, abs=1e-9)


def test_ksg_meets_the_recorded_value_of_infomeasure():
    # infomeasure 0.6.3, correlation 0.75, n = 10,000, own draw: 0.4219 nats.
    estimate = KSG(k=4).mutual_information(*gaussian_pair(10_000, 0.75, rng=6))
    assert abs(estimate.nats - 0.4219) < 4 * math.sqrt(2) * estimate.stderr


def test_ksg_equals_scikit_learn():
    # The inner function: the public one rescales and adds noise.
    x, y = pairs(1)
    ours = KSG(k=3, standardize=False).mutual_information(x, y)
    assert ours.nats == pytest.approx(_compute_mi_cc(x[:, 0], y[:, 0], 3), abs=1e-9)


def test_standardized_ksg_equals_scikit_learn_up_to_its_noise():
    x, y = pairs(1)
    theirs = mutual_info_regression(x, 50 * y[:, 0], n_neighbors=3, random_state=0)[0]
    estimate = KSG(k=3, standardize=False).mutual_information(x / x.std(), y / y.std())
    # Its noise of 1e-10 may flip a neighbour count; one flip moves the mean by less than 1 / n.
    assert estimate.nats == pytest.approx(theirs, abs=5 / len(x))


def test_histogram_equals_scikit_learn_on_the_same_bins():
    x, y = pairs(1)
    labels = [np.digitize(z[:, 0], np.histogram_bin_edges(z, 12)[1:-1]) for z in (x, y)]
    ours = Histogram(bins=12, binning="width", correction="none").mutual_information(x, y)
    assert ours.nats == pytest.approx(mutual_info_score(*labels), abs=1e-12)


@pytest.mark.parametrize("d", [1, 3])
def test_kernel_entropy_equals_scikit_learn(d):
    x, _ = pairs(d)
    x = x / x.std(axis=0)
    peer = KernelDensityPeer(bandwidth=0.3, rtol=0, atol=0).fit(x)
    ours = KernelDensity(bandwidth=0.3, leave_one_out=False).entropy(x)
    assert ours.nats == pytest.approx(-peer.score(x) / len(x), abs=1e-9)


@pytest.mark.parametrize("d", [1, 3])
def test_canonical_correlations_equal_scikit_learn(d):
    x, y = pairs(d)
    u, v = CCA(n_components=d, tol=1e-12, max_iter=10_000).fit_transform(x, y)
    theirs = sorted((np.corrcoef(a, b)[0, 1] for a, b in zip(u.T, v.T, strict=True)), reverse=True)
    ours = GaussianMI().mutual_information(x, y).diagnostics["canonical_correlations"]
    np.testing.assert_allclose(ours, theirs, atol=1e-6)
