"""Entropies and divergences: closed forms, inequalities on random distributions, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.information import binary_entropy, divergence, entropy


def distributions(seed: int, count: int, size: int) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.full(size, 0.5), count)


@given(st.integers(1, 50))
def test_entropy_lies_between_that_of_certainty_and_that_of_a_fair_die(n):
    p = distributions(n, 1, n)[0]
    assert entropy(np.eye(n)[0]) == 0.0
    assert entropy(np.full(n, 1 / n)) == pytest.approx(math.log(n), abs=1e-12)
    assert -1e-15 <= entropy(p) <= math.log(n) + 1e-12


def test_entropy_of_a_table_is_that_of_its_cells_and_adds_up_for_independent_ones():
    p, q = distributions(0, 2, 7)
    joint = np.outer(p, q)
    assert entropy(joint) == pytest.approx(entropy(joint.ravel()), abs=1e-14)
    assert entropy(joint) == pytest.approx(entropy(p) + entropy(q), abs=1e-12)


@given(st.floats(0, 1))
def test_a_coin_is_a_distribution_on_two_points(q):
    assert float(binary_entropy(q)) == pytest.approx(entropy([q, 1 - q]), abs=1e-15)
    assert float(binary_entropy(q)) == pytest.approx(float(binary_entropy(1 - q)), abs=1e-15)


def test_coins_keep_their_shape():
    assert binary_entropy(np.full((2, 3), 0.5)) == pytest.approx(np.full((2, 3), math.log(2)))


@given(st.integers(0, 1000))
def test_divergence_vanishes_for_equals_alone_and_exceeds_pinskers_bound(seed):
    p, q = distributions(seed, 2, 5)
    assert divergence(p, p) == 0.0
    assert divergence(p, q) >= np.abs(p - q).sum() ** 2 / 2
    assert divergence(p, np.full(5, 0.2)) == pytest.approx(math.log(5) - entropy(p), abs=1e-12)


def test_divergence_is_infinite_where_the_impossible_happens():
    assert divergence([0.5, 0.5], [0.0, 1.0]) == math.inf
    assert divergence([0.0, 1.0], [0.5, 0.5]) == pytest.approx(math.log(2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: entropy([0.5, 0.6]), "p must be probabilities that sum to one; got least 0.5, sum 1.1"),
        (lambda: entropy([0.5, 0.6], "prior"), "prior must be"),
        (lambda: binary_entropy([0.5, 1.2]), "q must lie between 0 and 1; got values from 0.5 to 1.2"),
        (lambda: divergence([1.0], [0.5, 0.5]), "p and q must have the same shape"),
        (lambda: divergence([0.5, 0.5], [0.5, 0.6], ("new", "old")), "old must be probabilities"),
    ],
)
def test_what_is_no_distribution_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
