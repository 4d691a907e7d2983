"""Repeated values: found in all rows, refused where they decide the estimate, let pass where they do not."""

import math
import time

import numpy as np
import pandas as pd
import pytest

from szilard.estimators import (
    KSG,
    GaussianCopula,
    GaussianMI,
    Histogram,
    KernelDensity,
    KozachenkoLeonenko,
    MixedKSG,
    WeightedKL,
    oinfo,
)
from szilard.estimators.kinds import COARSE_FROM, coarseness, row_codes, suited, ties_of
from szilard.testing.estimators import gaussian_pair
from szilard.validation import has_ties

ESTIMATORS = (KSG(), KSG(variant=2), KSG(metric="euclidean"), KozachenkoLeonenko(), WeightedKL())


def rng():
    return np.random.default_rng(0)


def rounded(n, step, rho=0.6):
    return [np.round(z / step) * step for z in gaussian_pair(n, rho)]


# What, two samples of it, their information in nats: each once gave KSG up to 13 nats.
REPEATING = {
    "Likert items": (*rng().integers(1, 6, size=(2, 500)), 0.0),
    "digits": (*rng().integers(10, size=(2, 2000)), 0.0),
    "sensors": (rng().normal(size=50_000).round(1), np.random.default_rng(1).normal(size=50_000).round(0), 0.0),
    "bytes": (*rng().integers(256, size=(2, 100_000)).astype(np.uint8), 0.0),
    "two decimals": (*rounded(200_000, 0.01), -0.5 * math.log(0.64)),
}


@pytest.mark.parametrize("what", REPEATING)
def test_repeated_values_are_refused_and_the_advice_gives_the_right_value(what):
    x, y, truth = REPEATING[what]
    for estimator in ESTIMATORS:
        with pytest.raises(ValueError, match="must be continuous; got values that repeat"):
            estimator.mutual_information(x, y)
    with pytest.raises(ValueError, match=r"use MixedKSG \(mixed-ksg\)"):
        KSG().mutual_information(x, y)
    estimate = MixedKSG().mutual_information(x, y)
    assert abs(estimate.nats - truth) < 4 * estimate.stderr + 0.005


@pytest.mark.parametrize("times", [2, 3, 4, 5])
@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
def test_copied_rows_are_refused(estimator, times):
    x, y = (np.repeat(z, times, axis=0) for z in gaussian_pair(2000, 0.6))
    with pytest.raises(ValueError, match="drop copied rows|mixed-ksg"):
        estimator.mutual_information(x, y)


def test_copies_after_ten_thousand_rows_are_seen():
    x = np.r_[rng().normal(size=10_000), np.repeat(rng().normal(size=5000), 3)]
    assert has_ties(x[:, None])
    for estimator in (KozachenkoLeonenko(), WeightedKL()):
        with pytest.raises(ValueError, match="drop copied rows"):
            estimator.entropy(x)


@pytest.mark.parametrize("n", [300, 2000, 20_000])
@pytest.mark.parametrize("rho", [0.0, 0.6, 0.95])
def test_what_passes_is_right_within_its_error_or_says_by_how_much_it_is_not(n, rho):
    pair = gaussian_pair(n, rho)
    plain, passed = KSG().mutual_information(*pair), 0
    for step in (1e-4, 3e-4, 1e-3, 3e-3, 1e-2):
        z = [np.round(part / step) * step for part in pair]
        if coarseness(np.hstack(z), 3) > COARSE_FROM:
            with pytest.raises(ValueError, match="values that repeat"):
                KSG().mutual_information(*z)
            continue
        passed += 1
        estimate = KSG().mutual_information(*z)
        told = any("Rounded values" in sentence for sentence in estimate.warnings)
        assert abs(estimate.nats - plain.nats) < (0.15 if told else 1.5 * plain.stderr)
    assert passed >= 1


def test_a_few_accidental_ties_change_nothing():
    x, y = gaussian_pair(5000, 0.6)
    few = x.copy()
    few[:10] = few[10:20]
    alone, tied = (KSG().mutual_information(z, y) for z in (x, few))
    assert abs(tied.nats - alone.nats) < 0.2 * alone.stderr and not tied.warnings
    assert not has_ties(few)


def test_discrete_items_have_no_o_information_by_neighbours_but_by_frequencies():
    items = rng().integers(1, 6, size=(500, 3))
    with pytest.raises(ValueError, match="use DiscretePlugIn"):
        oinfo(items, "knn")
    assert abs(oinfo(items, "discrete").omega.nats) < 0.2


def test_a_million_rows_are_judged_in_a_second_and_refused_before_any_search():
    x = np.where(rng().random((2, 1_000_000)) < 0.9, 0, rng().normal(size=(2, 1_000_000)))
    started = time.perf_counter()
    with pytest.raises(ValueError, match=r"has one value in 90% of its rows"):
        KSG().mutual_information(*x)
    assert time.perf_counter() - started < 5


def test_counts_of_ties_and_codes_of_rows():
    x = rng().integers(4, size=(200, 3)).astype(float)
    column = ties_of(x[:, 0])
    assert column.values == 4
    assert column.crowd == pytest.approx(np.mean([(x[:, 0] == value).sum() - 1 for value in x[:, 0]]))
    code = row_codes(x)
    assert ((code[:, None] == code) == (x[:, None] == x).all(axis=2)).all()
    assert coarseness(rng().normal(size=(100, 2)), 3) == 0.0


def test_the_estimator_that_suits_is_named_with_its_reason():
    x, y = rng().normal(size=(2, 500, 1))
    assert suited(x, y, 3, ["a", "b"]) == ("ksg", "for columns without repeated values")
    likert = rng().integers(1, 6, size=(500, 1)).astype(float)
    name, reason = suited(x, likert, 3, ["a", "q"])
    assert name == "mixed-ksg" and "q has 5 different values in 500 rows" in reason


@pytest.mark.parametrize("estimator", [*ESTIMATORS, MixedKSG()], ids=str)
@pytest.mark.parametrize("scale", [1e-200, -1e-3, 800.0, 1e200])
def test_units_do_not_matter(estimator, scale):
    x, y = gaussian_pair(600, 0.6)
    x = np.hstack([x, gaussian_pair(600, 0.0, 1)[0]])
    plain = estimator.mutual_information(x, y)
    other = estimator.mutual_information(x * [scale, 1], 7 - y)
    assert (other.nats, other.stderr) == pytest.approx((plain.nats, plain.stderr), abs=1e-9)
    assert plain.agrees_with(0.223, sigmas=5) and not other.warnings


@pytest.mark.parametrize("estimator", [KozachenkoLeonenko(), WeightedKL()], ids=str)
@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_entropies_move_by_the_logarithm_of_the_unit(estimator, scale):
    x = rng().normal(size=(600, 2))
    gain = estimator.entropy(x * [scale, 1]).nats - estimator.entropy(x).nats
    assert gain == pytest.approx(math.log(scale), abs=1e-9)


def test_o_information_by_neighbours_does_not_see_units():
    x, y = gaussian_pair(2000, 0.6)
    z = x + y + gaussian_pair(2000, 0.0, 1)[0]
    plain = oinfo([x, y, z], "knn")
    assert plain.dtc.nats > 0
    for scale in (1000, -1e-200, 1e200):
        other = oinfo([scale * x, y, z], "knn")
        assert other.omega.nats == pytest.approx(plain.omega.nats, abs=1e-9)


@pytest.mark.parametrize("kind", [KSG, KozachenkoLeonenko, WeightedKL])
def test_without_standardising_scales_are_warned_of_and_too_large_ones_refused(kind):
    x, y = gaussian_pair(500, 0.6)
    estimator = kind(standardize=False)
    assert any("set standardize=True" in sentence for sentence in estimator.mutual_information(1000 * x, y).warnings)
    with pytest.raises(ValueError, match="between 1e-150 and 1e150"):
        estimator.mutual_information(1e200 * x, y)


@pytest.mark.parametrize("estimator", [KSG(), MixedKSG()], ids=str)
def test_one_outlier_does_no_harm_and_heavy_tails_are_told(estimator):
    x, y = gaussian_pair(2000, 0.9)
    y[0] = 1e6
    assert estimator.mutual_information(x, y).agrees_with(0.830)
    tails = estimator.mutual_information(np.exp(3 * x), np.exp(3 * y.clip(max=5)))
    assert any("heavy tails" in sentence for sentence in tails.warnings)


def test_arrays_and_frames_are_read_by_column():
    parts = list(rng().normal(size=(3, 400)))
    expected = oinfo(parts, "copula").omega.nats
    frame = pd.DataFrame(dict(zip("abc", parts, strict=True)))
    for data in (np.column_stack(parts), frame):
        assert oinfo(data, "copula").omega.nats == expected
    for data in (np.array(parts), list(rng().normal(size=(1000, 3)))):
        with pytest.raises(ValueError, match="the variables are the columns of an array"):
            oinfo(data, "knn")


def test_frequencies_of_continuous_values_are_refused():
    with pytest.raises(ValueError, match=r"variables\[0\] must repeat its values; got 1000 different ones in 1000"):
        oinfo(rng().normal(size=(1000, 3)), "discrete")


@pytest.mark.parametrize("estimator", [Histogram(), KernelDensity()], ids=str)
def test_copied_rows_are_told_where_they_are_no_reason_to_refuse(estimator):
    x, y = gaussian_pair(2000, 0.6)
    assert not estimator.mutual_information(x, y).warnings
    copied = estimator.mutual_information(np.repeat(x, 4), np.repeat(y, 4))
    assert any("if these are copies" in sentence for sentence in copied.warnings)


def test_frequencies_of_copied_rows_are_doubted():
    copies = [np.repeat(z, 3) for z in gaussian_pair(2000, 0.6)]
    assert any("if these are copies" in sentence for sentence in oinfo(copies, "discrete").warnings)


NEARLY_EQUAL = (KSG(), MixedKSG(), KozachenkoLeonenko(), WeightedKL(), GaussianCopula(), Histogram(), KernelDensity())


@pytest.mark.parametrize("estimator", NEARLY_EQUAL, ids=str)
def test_more_information_than_samples_or_bins_can_show_is_told(estimator):
    """11.5 nats, of which a Gaussian of two columns sees all and others only a part."""
    x, noise = np.random.default_rng(0).normal(size=(2, 2000))
    assert abs(GaussianMI().mutual_information(x, x + 1e-5 * noise).nats - 11.513) < 0.1
    assert estimator.mutual_information(x, x + 1e-5 * noise).warnings
    assert not estimator.mutual_information(x, x + noise).warnings
    far = oinfo([x, x + 1e-6 * noise, np.random.default_rng(1).normal(size=2000)], "knn")
    assert far.dtc.value < 1 and any("Variables (0, 1)" in sentence for sentence in far.warnings)


def test_binary_copies_come_up_to_their_bins_undoubted():
    b = np.random.default_rng(0).integers(2, size=2000)
    copy = Histogram().mutual_information(b, b)
    assert abs(copy.nats - math.log(2)) < 0.01 and not copy.warnings


@pytest.mark.parametrize("estimator", [KozachenkoLeonenko(), WeightedKL(), Histogram(), KernelDensity()], ids=str)
def test_columns_that_fix_another_have_no_entropy(estimator):
    x, y = gaussian_pair(500, 0.6)
    for columns in (np.hstack([x, x]), np.hstack([x, y, 1e9 * (x - y)])):
        with pytest.raises(ValueError, match="others fix, whose differential entropy is −∞"):
            estimator.entropy(columns)
    assert math.isfinite(estimator.entropy(np.hstack([x, y])).nats)


def test_neighbours_that_are_not_local_are_told_of_entropies_too():
    """28.4 nats of 20 normal columns, which the neighbours of 60 samples overestimate by six errors."""
    entropy = KozachenkoLeonenko().entropy(np.random.default_rng(5).normal(size=(60, 20)))
    truth = 10 * math.log(2 * math.pi * math.e)
    assert entropy.nats > truth + 3 * entropy.stderr and "biases the entropy upwards" in entropy.warnings[0]


def test_o_information_of_few_samples_by_neighbours_is_doubted():
    far = oinfo(np.random.default_rng(0).normal(size=(100, 5)), "knn")
    assert any("not local" in sentence for sentence in far.warnings)
