"""Flows: exactly invertible, of constant volume, and such that a copula sees afterwards what was wound up before."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import norm

from szilard.distributions import task
from szilard.estimators import make
from szilard.fleets import Training, fit_flows
from szilard.fleets.flows import _Margins

SPIRAL = task("spiral-multinormal-sparse-3-3-2-2.0")  # 1.02 nats
N = 10_000


def _copula(x, y):
    return make("copula").mutual_information(x, y).value


@pytest.fixture(scope="module")
def samples():
    return SPIRAL.sample(2 * N, rng=1)


@pytest.fixture(scope="module")
def flows(samples):
    x, y = samples
    return fit_flows(x[:N], y[:N], steps=200, device="cpu")


def test_a_copula_sees_what_a_spiral_hid(samples, flows):
    x, y = (part[N:] for part in samples)
    assert _copula(x, y) < 0.3
    assert _copula(flows[0](x), flows[1](y)) == pytest.approx(SPIRAL.mutual_information, abs=0.06)


def test_maps_that_learnt_nothing_leave_the_spiral_hidden(samples):
    x, y = (part[:N] for part in samples)
    fx, fy = fit_flows(x, y, steps=0, device="cpu")
    assert _copula(fx(x), fy(y)) < 0.35


def test_no_information_is_found_between_strangers(samples):
    x, y = samples[0], np.random.default_rng(2).permutation(samples[1])
    fx, fy = fit_flows(x[:N], y[:N], steps=200, device="cpu")
    assert abs(_copula(fx(x[N:]), fy(y[N:]))) < 0.003


def test_maps_are_undone_exactly(samples, flows):
    for part, flow in zip(samples, flows, strict=True):
        np.testing.assert_allclose(flow.inverse(flow(part)), part, atol=1e-9)


def test_volume_stays(flows):
    for flow in flows:
        for point in torch.randn(3, 1, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0)):
            jacobian = torch.autograd.functional.jacobian(flow.moves, point)
            assert abs(float(torch.linalg.det(jacobian[0, :, 0]))) == pytest.approx(1, abs=1e-9)
        assert not np.allclose(flow.moves.skew.detach(), 0)


def test_a_uniform_pair_that_was_turned_is_turned_back():
    rng = np.random.default_rng(3)
    scores = rng.multivariate_normal([0, 0], [[1, 0.9], [0.9, 1]], size=N)
    u, other = norm.cdf(scores), rng.uniform(size=N)
    turned = np.column_stack([u[:, 0], other]) @ np.array([[0.6, 0.8], [-0.8, 0.6]])
    truth, y = -0.5 * np.log1p(-0.81), u[:, 1:]
    assert _copula(turned, y) < 0.92 * truth
    fx, fy = fit_flows(turned, y, steps=150, turns=0, device="cpu")
    assert _copula(fx(turned), fy(y)) == pytest.approx(truth, rel=0.05)


def test_one_coordinate_alone_is_rescaled(samples):
    fx, _ = fit_flows(samples[0][:500, :1], samples[1][:500], steps=3, device="cpu")
    mapped = fx(samples[0][:500, :1])
    assert mapped.mean() == pytest.approx(0, abs=1e-12) and mapped.std() == pytest.approx(1)


def test_the_same_stream_gives_the_same_maps(samples):
    x, y = (part[:400] for part in samples)
    first, again, other = (fit_flows(x, y, steps=3, device="cpu", rng=seed)[0](x) for seed in (4, 4, 5))
    assert np.array_equal(first, again) and not np.allclose(first, other)


def test_tables_tell_density_and_normal_score():
    x = torch.randn(50_000, 1, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    at = torch.tensor([[-2.0], [-0.5], [0.0], [1.5], [5.0]], dtype=torch.float64)
    log_density, score = _Margins.of(x)(at)
    np.testing.assert_allclose(log_density[:4, 0], norm.logpdf(at[:4, 0]), atol=0.06)
    np.testing.assert_allclose(score[:4, 0], at[:4, 0], atol=0.04)
    assert 3.5 < float(score[4, 0]) < 7  # beyond the table


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda x: np.column_stack([x, x[:, 0]]), "combination"),
        (lambda x: np.column_stack([x, np.ones(len(x))]), "constant"),
        (lambda x: x[:7], "as many|same|rows"),
    ],
)
def test_bad_samples_are_refused(samples, change, said):
    x, y = (part[:100] for part in samples)
    with pytest.raises(ValueError, match=said):
        fit_flows(change(x), y, steps=1, device="cpu")


def test_few_samples_and_wrong_settings_are_refused(samples):
    x, y = (part[:8] for part in samples)
    with pytest.raises(ValueError, match="at least 12 rows"):
        fit_flows(x, y, device="cpu")
    with pytest.raises(ValueError, match="steps must be an integer"):
        fit_flows(*samples, steps=-1)
    with pytest.raises(ValueError, match="batch must be"):
        fit_flows(*samples, training=Training(batch=2))
    fx, _ = fit_flows(*(part[:100] for part in samples), steps=0, device="cpu")
    with pytest.raises(ValueError, match="3 columns"):
        fx(y[:, :2])
