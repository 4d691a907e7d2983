"""Peaks are told apart by the valley between them."""

from __future__ import annotations

import numpy as np
import pytest

from szilard.scaling import separate_peaks


def test_two_normals_are_one_peak_when_near_and_two_when_apart():
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.15, (2, 2000))
    assert len(separate_peaks(np.concatenate([noise[0], noise[1] + 0.15]))) == 1
    apart = separate_peaks(np.concatenate([noise[0], noise[1] + 1.5]))
    np.testing.assert_allclose(apart, [0, 1.5], atol=0.1001)


def test_few_values_are_no_peak_and_flat_ones_are_one():
    assert len(separate_peaks([0.0] * 99 + [3.0])) == 1
    assert len(separate_peaks(np.linspace(0, 1, 1001))) == 1


def test_a_bin_at_the_edge_counts_its_neighbour():
    np.testing.assert_allclose(separate_peaks([0.0] * 60 + [0.1] * 40, share=0.9), [0.0])
    np.testing.assert_allclose(separate_peaks([0.0] * 40 + [0.1] * 60, share=0.9), [0.1])
    assert len(separate_peaks([0.0] * 60 + [0.2] * 40, share=0.9)) == 0


def test_moving_all_values_moves_the_peaks():
    values = np.array([0.0] * 30 + [1.0] * 20 + [2.5] * 50)
    np.testing.assert_allclose(separate_peaks(values - 7), separate_peaks(values) - 7)


def test_bad_input():
    with pytest.raises(ValueError, match="width must be"):
        separate_peaks([1.0], width=0.0)
    with pytest.raises(ValueError, match="finite"):
        separate_peaks([np.nan])
