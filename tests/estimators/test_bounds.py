"""Bounds of score matrices at their exact optimum, their ceilings, their spread, and strips in place of matrices."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from szilard.distributions import Crossed, correlation_from_information, normal_pair, sparse
from szilard.estimators import (
    all_different,
    bounds,
    learnt_values,
    most_certifiable,
    nwj_variance,
    optimal_critic,
    ratio_variance,
    self_consistency,
    streamed_bounds,
    symbols_all_different,
)
from szilard.estimators.certificates import certificates
from szilard.estimators.optimal import BOUNDS

PAIR = normal_pair(mutual_information=0.8)
CRITIC = optimal_critic(PAIR)


def wide(nats, d=20):
    return sparse(d, d, d, mutual_information=nats)


def scores(n=64, batches=400, task=PAIR):
    return torch.cat(list(optimal_critic(task).batches(n, batches, 0)))


def near(values, truth, bias=0.0):
    """The mean over batches within four standard errors."""
    assert abs(float(values.mean()) - truth) < 4 * float(values.std()) / math.sqrt(len(values)) + bias


def noise(n=12, batches=5, scale=1.0):
    return scale * torch.randn(batches, n, n, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("task", [PAIR, wide(2.0, 3), Crossed(0.8)], ids=["1", "3", "mixture"])
def test_scores_are_the_pointwise_information_of_every_pair(task):
    x, y = task.sample(5, rng=3)
    f = optimal_critic(task).scores(x, y)
    one_by_one = [[task.pointwise_mutual_information(a[None], b[None])[0] for b in y] for a in x]
    assert np.allclose(f, one_by_one, rtol=0, atol=1e-10)


def test_a_perfect_critic_makes_nwj_js_and_tuba_exact():
    f = scores()
    near(bounds.js(f), 0.8)
    assert torch.allclose(bounds.js(f), bounds.nwj(1 + f))
    baseline = torch.linspace(-1, 1, 64, dtype=torch.float64)
    near(bounds.tuba(f + baseline, baseline.expand(len(f), -1)), 0.8)
    assert torch.allclose(bounds.tuba(f, torch.ones(len(f), 64)), bounds.nwj(f))


def test_without_its_offset_js_reads_a_third_of_a_nat_low():
    """The public code evaluates scores that tend to log p/q as if they tended to 1 + log p/q: I − 1/e."""
    f = scores()
    near(bounds.nwj(f), 0.8 - 1 / math.e)


def test_adding_a_constant_changes_nwj_and_not_donsker_varadhan():
    f = noise()
    assert torch.allclose(bounds.donsker_varadhan(f + 3), bounds.donsker_varadhan(f))
    assert (bounds.nwj(f + 3) - bounds.nwj(f)).abs().min() > 0.1


@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_the_interpolated_bound_at_one_never_exceeds_the_logarithm_of_the_others(scale):
    f = noise(scale=scale) + 2 * scale * torch.eye(12)
    assert float(bounds.interpolated(f, 1.0, torch.zeros(5, 12)).max()) <= math.log(11) + 1e-12


def test_the_interpolated_bound_at_zero_is_tuba():
    f, baseline = noise(), torch.linspace(0, 1, 12).expand(5, 12).double()
    assert torch.allclose(bounds.interpolated(f, 0.0, baseline), bounds.tuba(f, baseline))


@pytest.mark.parametrize("alpha", [0.0067, 0.5, 0.9933, 1.0])
def test_the_interpolated_bound_stays_below_the_truth_and_near_it(alpha):
    f = scores()
    value = bounds.interpolated(f, alpha, torch.zeros(f.shape[:-1], dtype=f.dtype))
    error = 4 * float(value.std()) / 20
    assert 0.75 - error < float(value.mean()) < 0.8 + error


def test_the_interpolated_bound_against_loops():
    """Positive pairs by the mean over n − 1 x with y's own, negative pairs over n − 1 without."""
    f, alpha, q = noise(n=4, batches=1)[0].numpy(), 0.3, np.array([0.2, -0.1, 0.4, 0.0])
    n, e = 4, np.exp(noise(n=4, batches=1)[0].numpy())
    value = 1.0
    for j in range(n):
        others = [e[i, j] for i in range(n) if i != j]
        own = alpha * (e[j, j] + sum(others) * 2 / 3) / 3 + 0.7 * math.exp(q[j])
        value += (f[j, j] - math.log(own)) / n
        value -= sum(others) / (alpha * np.mean(others) + 0.7 * math.exp(q[j])) / (n * (n - 1))
    made = bounds.interpolated(torch.as_tensor(f), alpha, torch.as_tensor(q))
    assert float(made) == pytest.approx(value, rel=1e-12)


def test_the_share_of_the_mean_is_checked():
    with pytest.raises(ValueError, match=r"alpha must be a share in \[0, 1\]; got 2"):
        bounds.interpolated(noise(), 2, torch.zeros(5, 12))


def test_l1out_lies_above_and_infonce_below():
    x, y = (torch.as_tensor(part.reshape(400, 64)) for part in PAIR.sample(400 * 64, rng=0))
    rho = correlation_from_information(0.8)
    law = -0.5 * ((y[:, None] - rho * x[:, :, None]) ** 2 / (1 - rho**2) + math.log(2 * math.pi * (1 - rho**2)))
    assert float(bounds.infonce(scores()).mean()) < 0.8 < float(bounds.l1out(law).mean())
    near(bounds.ba(bounds.positives(law), 0.5 * math.log(2 * math.pi * math.e)), 0.8)


def test_nt_xent_against_loops_and_its_ceiling():
    f = noise(n=6)
    value = 0.0
    for i in range(6):
        row = [float(f[0, i, j]) for j in range(6) if j != i]
        value += (float(f[0, i, (i + 3) % 6]) - math.log(sum(map(math.exp, row)))) / 6
    assert float(bounds.nt_xent(f)[0]) == pytest.approx(math.log(5) + value, rel=1e-12)
    assert float(bounds.nt_xent(noise(n=6, scale=1e4)).max()) <= math.log(5) + 1e-12
    assert float(bounds.nt_xent(torch.zeros(6, 6, dtype=torch.float64))) == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize(("nats", "n"), [(0.5, 8), (0.5, 64), (1.0, 32)])
def test_the_spread_of_nwj_is_the_closed_form(nats, n):
    """6000 batches: their variance is known to a few per cent at so little information."""
    task = wide(nats, 2)
    values = optimal_critic(task).values("nwj", n, 6000, rng=4)
    assert values.var() == pytest.approx(nwj_variance(task, n), rel=0.12)


def test_the_variance_of_the_ratio():
    """By quadrature in one dimension: ∫∫ p²/q − 1."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    f = optimal_critic(normal_pair(0.5)).scores(nodes, nodes)
    by_quadrature = float(weights @ np.exp(2 * f) @ weights) - 1
    assert by_quadrature == pytest.approx(ratio_variance(normal_pair(0.5)), rel=1e-9)
    assert ratio_variance(wide(3.0)) == pytest.approx(math.expm1(6.0))


@pytest.mark.parametrize(
    ("bound", "nats", "expected", "room"),
    [("infonce", 6.0, 3.740, 0.02), ("dv", 6.0, 6.200, 0.1), ("smile, τ = 5", 10.0, 12.057, 0.1),
     ("infonce", 10.0, 4.121, 0.02), ("smile, τ = 1", 2.0, 2.378, 0.1)],
)  # fmt: skip
def test_batches_of_64_read_what_was_found_before(bound, nats, expected, room):
    """Values of an independent run of 2000 batches, 20 normal pairs."""
    assert optimal_critic(wide(nats)).behaviour(bound, 64, 300).value == pytest.approx(expected, abs=room)


def test_a_behaviour_knows_its_bias_and_spread():
    found = CRITIC.behaviour("infonce", 8, 100)
    assert found.diagnostics["truth"] == pytest.approx(0.8)
    assert found.diagnostics["bias"] == pytest.approx(found.value - 0.8)
    assert found.stderr == pytest.approx(found.diagnostics["spread"] / 10)
    with pytest.raises(ValueError, match="bound must be one of"):
        CRITIC.behaviour("mine", 8)
    with pytest.raises(ValueError, match="must know its pointwise"):
        optimal_critic(object())


def test_strips_give_what_the_matrix_gives():
    f = scores(n=100, batches=2)[0]
    made = streamed_bounds(lambda start, stop: f[start:stop].clone(), 100, tile=33)
    whole = {"infonce": bounds.infonce(f), "nwj": bounds.js(f), "dv": bounds.donsker_varadhan(f),
             "smile": bounds.smile(f, 5.0), "club": bounds.club(f)}  # fmt: skip
    for name, value in whole.items():
        assert made[name] == pytest.approx(float(value), rel=1e-10), name


def test_strips_of_4096_pairs_leave_the_scores_as_they_are():
    """N = 4096 in 20 dimensions: a strip holds 256 × 4096 numbers, an N × N × d array would hold 335 million."""
    task = wide(6.0)
    x, y = task.sample(4096, rng=0)
    critic = optimal_critic(task)
    made = streamed_bounds(lambda a, b: torch.as_tensor(critic.scores(x[a:b], y)), 4096)
    assert 5.5 < made["infonce"] < 6.1 and abs(made["dv"] - 6) < 0.3


def test_every_bound_by_name_is_one():
    f = scores(batches=50)
    for name, bound in BOUNDS.items():
        assert bound(f).shape == (50,), name


@pytest.mark.parametrize("n", [2, 3, 4])
def test_few_samples_certify_little(n):
    assert 0 < most_certifiable(n) <= 2 * math.log(n) + 3 and most_certifiable(n) <= most_certifiable(5)


def test_what_samples_can_certify():
    """The birthday formula by a product, and the limit near 2 ln n."""
    assert all_different(23, 365) == pytest.approx(math.prod(1 - k / 365 for k in range(23)), rel=1e-10)
    assert all_different(5, 4) == 0
    for n in (10, 100, 10_000):
        symbols = symbols_all_different(n, 0.3)
        assert all_different(n, symbols) == pytest.approx(0.3, rel=1e-6)
        assert most_certifiable(n) == pytest.approx(2 * math.log(n) - math.log(2 * math.log(19)), abs=0.3)
    with pytest.raises(ValueError, match="delta must lie in"):
        most_certifiable(10, 0.5)
    with pytest.raises(ValueError, match="probability must lie in"):
        symbols_all_different(10, 1.0)


def test_critics_learnt_on_fresh_batches_come_near_and_never_above_the_ceiling():
    tasks, only = [wide(nats, 3) for nats in (1.0, 6.0)], {"infonce": bounds.infonce}
    made = learnt_values(tasks, bounds.infonce, only, 150, hidden=32, batch=32, held=20, device="cpu")["infonce"]
    assert made.shape == (2, 20) and made.max() <= math.log(32)
    assert 0.5 < made[0].mean() < 1.0 < 2.0 < made[1].mean()
    untrained = learnt_values(tasks, bounds.infonce, only, 1, hidden=32, batch=32, held=20, cubed=True)["infonce"]
    assert untrained.mean() < 0.1


def test_one_training_serves_several_readings_and_a_baseline_may_be_learnt():
    tasks, seen = [wide(1.0, 3)], {"js": bounds.js, "ceiling": bounds.infonce}
    read = learnt_values(tasks, bounds.jensen_shannon, seen, 200, hidden=32, batch=32, held=40, device="cpu")
    assert 0.5 < read["js"].mean() < 1.2 and 0.5 < read["ceiling"].mean() < 1.0
    based = learnt_values(tasks, bounds.tuba, {"tuba": bounds.tuba}, 200, hidden=32, batch=32, held=40, baseline=True)
    assert 0.5 < based["tuba"].mean() < 1.2
    pairs = learnt_values(tasks, bounds.infonce, {"nce": bounds.infonce}, 400, hidden=16, batch=16, critic="joint")
    assert 0.4 < pairs["nce"].mean() < 1.1
    with pytest.raises(ValueError, match="critic must be one of"):
        learnt_values(tasks, bounds.infonce, seen, 1, critic="none")


def test_who_certifies_what():
    found = certificates(100)
    assert found["InfoNCE"] < found["coincidences"] < found["any"] == most_certifiable(100) < found["told"] < 10


def test_self_consistency_by_any_reader():
    """Exact information passes; a reader with a ceiling of 1.5 nats fails additivity."""
    pair = wide(1.0, 2)
    value, ratios = self_consistency(lambda task: task.mutual_information, pair)
    assert value == pytest.approx(1.0) and list(ratios.values()) == pytest.approx([0, 1, 2])
    _, capped = self_consistency(lambda task: min(task.mutual_information, 1.5), pair)
    assert capped["additivity"] == pytest.approx(1.5) and capped["processing"] == pytest.approx(1.0)
