"""Correlations against SciPy, their invariances, and what intervals over draws of data see."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from szilard.bottleneck import advantage, combined, correlations, paired_change
from szilard.bottleneck.coefficients import _coefficients

PEERS = {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau}


def grouped(groups=12, each=10, within=1.0, between=-3.0, seed=0):
    """Gaps that rise with the metric inside every draw, and fall from draw to draw."""
    rng = np.random.default_rng(seed)
    level, inner = rng.normal(size=(groups, 1)), rng.normal(size=(groups, each))
    metric = level + 0.3 * inner
    gap = between * level + within * inner + 0.3 * rng.normal(size=(groups, each))
    return gap.ravel(), metric.ravel(), np.repeat(np.arange(groups), each)


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=4, max_size=30))
def test_coefficients_are_those_of_scipy_ties_included(pairs):
    gap, metric = np.array(pairs, float).T
    if np.ptp(gap) == 0 or np.ptp(metric) == 0:
        return
    found = correlations(gap, metric, bootstrap=2).pooled
    for name, peer in PEERS.items():
        assert found[name].value == pytest.approx(peer(gap, metric)[0], abs=1e-9)


def test_weights_are_copies():
    """A replicate that holds a network three times has the coefficients of a list that holds it three times."""
    rng = np.random.default_rng(0)
    pair, weights = rng.normal(size=(9, 2)), rng.multinomial(9, np.full(9, 1 / 9), size=4).astype(float)
    found = _coefficients(pair, weights)
    for row, weight in enumerate(weights.astype(int)):
        copies = np.repeat(pair, weight, axis=0)
        for name, peer in PEERS.items():
            assert found[name][row] == pytest.approx(peer(*copies.T)[0], abs=1e-9)


def test_pooled_and_within_can_differ_in_sign():
    gap, metric, draws = grouped()
    found = correlations(gap, metric, draws, bootstrap=400)
    for name, peer in PEERS.items():
        inside = [peer(gap[draws == d], metric[draws == d])[0] for d in range(12)]
        assert list(found.each[name].values()) == pytest.approx(inside)
        assert found.within[name].value == pytest.approx(np.mean(inside))
        assert found.pooled[name].high < 0 < found.within[name].low
        assert found.within[name].low <= found.within[name].value <= found.within[name].high
    assert found.n == 120 and list(found.each["kendall"]) == list(range(12))


def test_rescaling_changes_nothing_and_a_sign_turns_it():
    gap, metric, draws = grouped(groups=4)
    found = correlations(gap, metric, draws, bootstrap=50)
    scaled = correlations(gap * 7 + 2, metric / np.log(2), draws.astype(str), bootstrap=50)
    turned = correlations(gap, -metric, draws, bootstrap=50)
    for name in PEERS:
        for part in ("pooled", "within"):
            one, other, minus = (getattr(each, part)[name] for each in (found, scaled, turned))
            assert [other.value, other.low, other.high] == pytest.approx([one.value, one.low, one.high])
            assert [minus.value, minus.low, minus.high] == pytest.approx([-one.value, -one.high, -one.low])


def test_monotone_maps_leave_ranks():
    gap, metric, draws = grouped(groups=4)
    found, mapped = (correlations(gap, each, draws, bootstrap=20).pooled for each in (metric, np.exp(5 * metric)))
    assert found["spearman"] == mapped["spearman"] and found["kendall"] == mapped["kendall"]
    assert found["pearson"].value != pytest.approx(mapped["pearson"].value, abs=0.05)


def test_intervals_that_know_the_draws_are_wider():
    """Few draws that decide everything: an interval over networks alone pretends to a certainty that is not there."""
    gap, metric, draws = grouped(groups=5, each=40, within=0.0)
    known, ignored = correlations(gap, metric, draws), correlations(gap, metric)
    spans = [each.pooled["spearman"].high - each.pooled["spearman"].low for each in (known, ignored)]
    assert spans[0] > 2 * spans[1]


def test_intervals_cover_nothing_where_nothing_is():
    """Networks of 20 draws whose gap and metric have levels of their own: of 60 intervals nearly all hold 0. Each
    misses with probability 0.05 to 0.1, so that more than 12 misses have probability below 1 %."""
    missed = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        gap, metric = (np.repeat(rng.normal(size=20), 6) + 0.5 * rng.normal(size=120) for _ in range(2))
        pooled = correlations(gap, metric, np.repeat(range(20), 6), bootstrap=200, rng=seed).pooled["kendall"]
        missed += not pooled.low <= 0 <= pooled.high
    assert missed <= 12


def test_noise_does_not_correlate():
    gap, _, draws = grouped()
    noise = np.random.default_rng(5).normal(size=len(gap))
    found = correlations(gap, noise, draws, bootstrap=300)
    assert found.pooled["spearman"].low < 0 < found.pooled["spearman"].high


def test_a_metric_that_is_constant_in_a_draw_has_no_correlation_there():
    gap, metric, draws = grouped(groups=4)
    metric = np.where(draws == 2, 1.0, metric)
    found = correlations(gap, metric, draws, bootstrap=30)
    assert np.isnan(found.each["pearson"][2]) and np.isfinite(found.within["pearson"].value)
    level = correlations(gap, draws * 1.0, draws, bootstrap=30)
    assert np.isnan(level.within["kendall"].value) and np.isfinite(level.pooled["kendall"].value)


def test_equal_seeds_give_equal_intervals():
    gap, metric, draws = grouped()
    first, again, other = (correlations(gap, metric, draws, bootstrap=50, rng=seed) for seed in (1, 1, 2))
    assert first.pooled == again.pooled and first.pooled != other.pooled


def test_the_combined_metric_knows_no_unit_of_the_model():
    model, layer = np.array([1e6, 3e6, 2e6]), np.array([2.0, 1.0, 3.0])
    np.testing.assert_allclose(combined(model, layer), [3.0, 4.0, 5.0])
    np.testing.assert_allclose(combined(model / np.log(2), layer), combined(model, layer))
    assert combined(model, layer).mean() == pytest.approx(2 * layer.mean())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: correlations([1, 2], [1, 2]), "must hold three or more numbers each; got 2 and 2"),
        (lambda: correlations([1, 2, 3], [1, 2, 3, 4]), "got 3 and 4"),
        (lambda: correlations([1, 2, 3], [1, 1, 1]), "metric must vary"),
        (lambda: correlations([1, 2, np.nan], [1, 2, 3]), "gap must be finite"),
        (lambda: correlations([1, 2, 3], [1, 2, 3], [0, 0, 0]), "groups must hold one label per network"),
        (lambda: correlations([1, 2, 3], [1, 2, 3], [0, 1]), "groups must hold one label per network"),
        (lambda: correlations([1, 2, 3], [1, 2, 3], bootstrap=0), "bootstrap must be an integer ≥ 1"),
        (lambda: combined([0.0, 0.0], [1, 2]), "model must hold 2 numbers of positive mean"),
        (lambda: combined([1.0], [1, 2]), "model must hold 2 numbers"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_an_advantage_is_the_difference_of_averages_within_draws() -> None:
    rng = np.random.default_rng(3)
    gap, metric, rival = rng.standard_normal((3, 60))
    groups = np.repeat(np.arange(6), 10)
    found = advantage(gap, metric + gap, rival, groups, bootstrap=200)
    one, other = (correlations(gap, each, groups, bootstrap=2).within["spearman"] for each in (metric + gap, rival))
    assert found.value == pytest.approx(one.value - other.value, abs=1e-12)
    assert found.low < found.value < found.high


def test_a_measure_has_no_advantage_over_itself_and_replicates_are_shared() -> None:
    gap, metric = np.random.default_rng(4).standard_normal((2, 30))
    groups = np.repeat(np.arange(3), 10)
    found = advantage(gap, metric, 2 * metric + 1, groups, bootstrap=50)
    assert (found.value, found.low, found.high) == (0, 0, 0)
    assert advantage(gap, metric, -metric, groups, coefficient="kendall", bootstrap=50).value == pytest.approx(
        2 * correlations(gap, metric, groups, bootstrap=2).within["kendall"].value
    )


@pytest.mark.parametrize(
    ("change", "name"),
    [({"groups": [0] * 4}, "groups"), ({"coefficient": "pearsons"}, "coefficient"), ({"bootstrap": 0}, "bootstrap")],
)
def test_an_advantage_needs_draws_and_a_known_coefficient(change: dict, name: str) -> None:
    settings = {"gap": [1, 2, 3, 4], "metric": [1, 2, 4, 3], "rival": [4, 3, 2, 1], "groups": [0, 0, 1, 1]} | change
    with pytest.raises(ValueError, match=name):
        advantage(**settings)


def test_a_paired_change_covers_its_mean_as_often_as_it_says() -> None:
    rng, hits = np.random.default_rng(5), 0
    for _ in range(200):
        first = rng.standard_normal(40)
        found = paired_change(first, first + 0.3 + rng.standard_normal(40), bootstrap=300, rng=rng)
        hits += found.low <= 0.3 <= found.high
    assert 0.88 <= hits / 200 <= 0.99  # 95 % and four standard errors, less the bias of small samples


def test_a_paired_change_needs_pairs() -> None:
    with pytest.raises(ValueError, match="first and second"):
        paired_change([1.0], [2.0])
