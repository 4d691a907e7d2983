"""All small subsets of a data set: values by definition, extremes that no block can hide, and bad input."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri
from scipy.stats import rankdata

from szilard.distributions import gaussian_o_information, redundant, synergistic
from szilard.estimators import nplet_scan, nplets, scan_nplets

MEASURES = ["tc", "dtc", "omega", "s"]


def coupled(samples=200, variables=9, seed=0):
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=(samples, 2))
    return hidden @ rng.normal(size=(2, variables)) + 1.5 * rng.normal(size=(samples, variables))


def by_definition(x, subset):
    """The exact O-information of the normal law with the correlations of the normal scores."""
    scores = ndtri(rankdata(x[:, list(subset)], axis=0) / (len(x) + 1))
    found = gaussian_o_information(np.corrcoef(scores.T), (1,) * len(subset))
    return [float(found.tc), float(found.dtc), float(found.omega), float(found.s)]


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_values_are_those_of_the_definition(size):
    x = coupled()
    subsets = list(combinations(range(9), size))
    found = nplets(x, subsets, correct_bias=False)
    assert found[MEASURES].to_numpy() == pytest.approx(np.array([by_definition(x, s) for s in subsets]), abs=1e-10)


@pytest.mark.parametrize("block", [1, 7, 1 << 16])
def test_scanning_in_blocks_gives_what_all_at_once_gives(block, monkeypatch):
    monkeypatch.setattr(nplet_scan, "BLOCK", block)
    x = coupled()
    scan = scan_nplets(x, (2, 3, 4), top=6)
    for size, kept in scan.extremes.groupby("size"):
        every = nplets(x, list(combinations(range(9), size))).sort_values("omega")
        low, high = kept[kept.extreme == "synergistic"], kept[kept.extreme == "redundant"]
        assert low.omega.to_numpy() == pytest.approx(every.omega.head(6).to_numpy(), abs=1e-12)
        assert high.omega.to_numpy() == pytest.approx(every.omega.tail(6).to_numpy()[::-1], abs=1e-12)
        if size > 2:  # all pairs have Ω = 0 up to rounding
            assert list(high.variables) == list(every.variables.tail(6))[::-1]
        row = scan.summary.set_index("size").loc[size]
        assert row["count"] == len(every) and row.singular == 0
        assert row["mean"] == pytest.approx(every.omega.mean(), abs=1e-12)
        assert row.sd == pytest.approx(every.omega.std(ddof=0), abs=1e-9)


def test_both_ways_of_computing_agree():
    x = coupled(variables=12)
    scan = scan_nplets(x, (3, 4, 5, 6), top=30)
    again = nplets(x, list(scan.extremes.variables))
    assert again[MEASURES].to_numpy() == pytest.approx(scan.extremes[MEASURES].to_numpy(), abs=1e-12)


def test_columns_that_say_the_same_are_counted_as_singular():
    x = coupled(variables=3)
    frame = np.hstack([x, np.exp(x)])  # columns 3 to 5 are 0 to 2 again in other units
    scan = scan_nplets(frame, (3,))
    assert scan.summary.singular.iloc[0] == 12 and scan.summary["count"].iloc[0] == 20
    assert np.isfinite(scan.extremes.omega).all()
    twice = nplets(frame, [(0, 1, 3)]).iloc[0]
    assert np.isinf(twice.tc) and np.isinf(twice.dtc) and np.isnan(twice.omega)


def test_ties_are_decided_by_the_order_of_the_columns():
    """Whatever the blocks they come in: the same subsets stay."""
    subsets = np.array(list(combinations(range(6), 3)))
    values = np.repeat(np.array([[2.0, 1.0, 1.0, 3.0]]), len(subsets), axis=0)
    for blocks in ([subsets], np.array_split(subsets, 7), np.array_split(subsets[::-1], 3)):
        kept = nplet_scan._Running(top=2, size=3)
        for block in blocks:
            kept.add(block, values[: len(block)])
        assert list(kept.extremes(list(range(6))).variables) == [(0, 1, 2), (0, 1, 3)] * 2


def test_bias_correction_centres_independent_columns_on_zero():
    rng, found = np.random.default_rng(0), {True: [], False: []}
    for _ in range(150):
        x = rng.normal(size=(30, 4))
        for corrected, values in found.items():
            values.append(nplets(x, [(0, 1, 2, 3)], correct_bias=corrected).iloc[0][MEASURES].astype(float))
    means = {key: pd.DataFrame(values).mean() for key, values in found.items()}
    errors = pd.DataFrame(found[True]).std() / 150**0.5
    # ranks are not quite normal samples: allow a hundredth of the bias itself besides the noise
    assert (means[True].abs() < 4 * errors + 0.1 * means[False].abs()).all()
    assert means[False].tc > 5 * abs(means[True].tc)


def test_known_systems_are_found():
    parts = [*redundant(3, 0.7).sample(3000, rng=0), *synergistic(3, 0.7).sample(3000, rng=1)]
    frame = pd.DataFrame(np.hstack([*parts, np.random.default_rng(2).normal(size=(3000, 2))]), columns=list("abcxyzuv"))
    best = scan_nplets(frame, (3,), top=1).extremes.set_index("extreme")
    assert best.variables["redundant"] == ("a", "b", "c") and best.variables["synergistic"] == ("x", "y", "z")
    assert best.omega["redundant"] == pytest.approx(0.2438, abs=0.03)
    assert best.omega["synergistic"] == pytest.approx(-0.1962, abs=0.03)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: scan_nplets(coupled(), (10,)), "at most the 9 columns"),
        (lambda: scan_nplets(coupled(), (1,)), "sizes must"),
        (lambda: scan_nplets(coupled(samples=4), (4,)), "more than 4 samples"),
        (lambda: scan_nplets(coupled(), top=0), "top must"),
        (lambda: scan_nplets(np.ones((50, 4))), "data"),
        (lambda: nplets(coupled(), [(0, 99)]), "must name columns"),
        (lambda: nplets(coupled(), [(1, 1, 2)]), "twice"),
        (lambda: nplets([[np.nan, 1.0], [1.0, 2.0]], [(0, 1)]), "finite"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_ties_few_samples_and_names_given_twice_are_told():
    rng = np.random.default_rng(0)
    few, likert = rng.normal(size=(8, 5)), rng.integers(1, 6, size=(500, 4))
    for warnings in (nplets(few, [range(5)]).attrs["warnings"], scan_nplets(few, (3, 5)).warnings):
        assert len(warnings) == 1 and "8 samples of 5 columns" in warnings[0]
    for warnings in (nplets(likert, [range(4)]).attrs["warnings"], scan_nplets(likert, (3,)).warnings):
        assert len(warnings) == 1 and "compare with DiscretePlugIn" in warnings[0]
    assert not scan_nplets(rng.normal(size=(100, 4)), (3,)).warnings
    with pytest.raises(ValueError, match="each column once; got 3 columns of 2 names"):
        nplets(pd.DataFrame(few[:, :3], columns=["a", "a", "b"]), [["a", "b"]])
