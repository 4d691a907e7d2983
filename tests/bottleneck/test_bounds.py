"""Bounds of the generalisation gap: how they grow, what they are called, and whether the proved one holds."""

import math

import numpy as np
import pytest

from szilard.bottleneck import Bound, bound, exponential_bound, fixed_encoder_bound, loss_factor
from szilard.estimate import Estimate

BIT = math.log(2)


def test_values_by_hand():
    assert float(bound([3 * BIT, 5 * BIT], 900)) == pytest.approx(0.1, abs=1e-15)
    assert float(bound([3 * BIT, 5 * BIT], 900, (3, 4, 2))) == pytest.approx(
        2 * math.sqrt((8 * BIT + 4) / 900) + 3 / 30, abs=1e-15
    )
    assert float(exponential_bound(6 * BIT, 100)) == pytest.approx(0.8, abs=1e-15)
    assert float(fixed_encoder_bound(10, 500, classes=3, delta=0.01)) == pytest.approx(
        math.sqrt((30 * BIT + math.log(100)) / 1000), abs=1e-15
    )


@pytest.mark.parametrize(
    "of_n",
    [
        lambda n: bound([2.0, 1.0], n),
        lambda n: bound([2.0], n, (1, 2, 3)),
        lambda n: exponential_bound(2.0, n),
        lambda n: fixed_encoder_bound(5, n),
    ],
)
def test_bounds_fall_with_the_root_of_the_sample_size(of_n):
    for n in (1, 10, 1000):
        assert float(of_n(n)) / float(of_n(16 * n)) == pytest.approx(4, abs=1e-12)


@pytest.mark.parametrize("constants", [None, (1, 1, 1), (0, 5, 2)])
def test_bounds_grow_with_either_information(constants):
    for place in range(2):
        grown = [float(bound([value if i == place else 1.0 for i in range(2)], 50, constants)) for value in range(20)]
        assert (np.diff(grown) > 0).all()


def test_bounds_grow_with_cells_classes_and_confidence():
    plain = float(fixed_encoder_bound(8, 100))
    assert plain < float(fixed_encoder_bound(9, 100))
    assert plain < float(fixed_encoder_bound(8, 100, classes=3))
    assert plain < float(fixed_encoder_bound(8, 100, delta=0.01))


@pytest.mark.parametrize("n", [50, 10_000])
def test_ten_bits_cost_the_exponential_form_ten_times_as_much(n):
    ratio = float(exponential_bound(10 * BIT, n)) / float(bound([10 * BIT], n))
    assert ratio == pytest.approx(math.sqrt(2**10) / math.sqrt(10 + 1), abs=1e-12)
    assert ratio == pytest.approx(9.65, abs=5e-3)


def test_huge_informations_do_not_overflow_by_themselves():
    assert float(exponential_bound(1400.0, 10**9)) == pytest.approx(math.exp(700 - 4.5 * math.log(10)), rel=1e-9)


def test_estimates_count_in_their_unit():
    terms = [Estimate(3, 0.1, 10, "", unit="bits"), 2 * BIT]
    assert float(bound(terms, 600)) == pytest.approx(0.1, abs=1e-15)


def test_every_value_says_what_it_is():
    assert repr(bound([0.0], 4)) == "0.5 (scaling form, constants set to 1)"
    assert "scaling form, constants set to 1" in repr(exponential_bound(1.0, 4))
    assert "constants supplied by the user" in repr(bound([0.0], 4, (1, 1, 1)))
    assert isinstance(fixed_encoder_bound(2, 4), Bound) and "proved" in repr(fixed_encoder_bound(2, 4))


@pytest.mark.parametrize(("cells", "n"), [(2, 30), (6, 100)])
def test_proved_bound_holds_for_the_worst_decoder(cells, n):
    """The worst of all tables has for its gap the total variation between the distribution and the sample."""
    rng, delta, trials = np.random.default_rng(0), 0.2, 4000
    for p in (np.full(2 * cells, 0.5 / cells), rng.dirichlet(np.ones(2 * cells))):
        samples = rng.multinomial(n, p, size=trials) / n
        worst = np.maximum(p - samples, 0).sum(axis=1)
        limit = float(fixed_encoder_bound(cells, n, delta=delta))
        assert np.mean(worst > limit) <= delta
        assert np.mean(worst > limit / 3) > delta  # a third of it would not hold


def test_worst_table_is_the_total_variation():
    p, sample = np.random.default_rng(2).dirichlet(np.ones(6), size=2)
    gaps = [sum(p[i] - sample[i] for i in range(6) if table >> i & 1) for table in range(2**6)]
    assert max(gaps) == pytest.approx(np.maximum(p - sample, 0).sum(), abs=1e-15)


def test_proved_bound_holds_for_a_learnt_majority_vote():
    rng, cells, n = np.random.default_rng(1), 6, 60
    p = rng.dirichlet(np.ones(2 * cells)).reshape(cells, 2)
    samples = rng.multinomial(n, p.ravel(), size=3000).reshape(-1, cells, 2) / n
    wrong = np.arange(2) != samples.argmax(axis=2)[..., None]
    gaps = ((p - samples) * wrong).sum(axis=(1, 2))
    assert np.mean(gaps) > 0  # it does overfit
    assert np.mean(gaps > float(fixed_encoder_bound(cells, n, delta=0.05))) <= 0.05


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bound([], 10), "informations must be one or more"),
        (lambda: bound([-0.1], 10), "informations must be one or more finite numbers ≥ 0"),
        (lambda: bound([math.nan], 10), "informations must be"),
        (lambda: bound([1.0], 0), "n must be an integer ≥ 1"),
        (lambda: bound([1.0], 10, (1, 1)), "constants must be three finite numbers"),
        (lambda: bound([1.0], 10, (1, 1, -1)), "constants must be three finite numbers"),
        (lambda: exponential_bound(-1.0, 10), "informations must be"),
        (lambda: fixed_encoder_bound(0, 10), "cells must be an integer ≥ 1"),
        (lambda: fixed_encoder_bound(2, 10, classes=0), "classes must be an integer ≥ 1"),
        (lambda: fixed_encoder_bound(2, 10, delta=1.0), "delta must lie between 0 and 1"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_loss_factor_of_even_cells_is_the_exponential_of_half_their_entropy():
    for cells in (1, 8, 1000):
        entropy = math.log(cells)
        assert loss_factor([1 / cells] * cells, [0.3] * cells, 3) == pytest.approx(
            0.3 * math.sqrt(6) * math.exp(entropy / 2)
        )
    assert loss_factor([1.0, 0.0], [0.5, 7.0]) == 1.0  # what never occurs does not count


@pytest.mark.parametrize(
    "given", [([0.5, 0.6], [1, 1]), ([0.5, 0.5], [1]), ([1.5, -0.5], [1, 1]), ([0.5, 0.5], [math.inf, 1])]
)
def test_the_loss_factor_refuses_what_is_no_distribution(given):
    with pytest.raises(ValueError, match="probabilities"):
        loss_factor(*given)
