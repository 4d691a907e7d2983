"""O-information by covariance, copula, neighbours and frequencies: against exact laws, with errors that hold."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from szilard.distributions import combine, copies, majority, parity, redundant, synergistic, xor
from szilard.estimators import KSG, DiscretePlugIn, GaussianCopula, GaussianMI, gaussian_oinfo, oinfo
from szilard.rng import spawn

QUANTITIES = ("tc", "dtc", "omega", "s")
SYSTEMS = (redundant(3, 0.6), synergistic(3, 0.6), combine(redundant(3, 0.5, d=2), synergistic(3, 0.7, d=2)))


def values(found):
    return np.array([float(getattr(found, name)) for name in QUANTITIES])


def errors(found):
    return np.array([getattr(found, name).stderr for name in QUANTITIES])


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
@pytest.mark.parametrize("estimator", [GaussianMI(True), GaussianCopula(True)], ids=["covariance", "copula"])
def test_gaussian_routes_find_the_truth_within_their_errors(estimator, system):
    found = estimator.o_information(system.sample(5000, rng=1), gradients=True)
    truth = system.o_information
    assert (np.abs(values(found) - values(truth)) < 4 * errors(found) + 0.003).all()
    for ours, exact in zip(found.gradients, truth.gradients, strict=True):
        assert abs(float(ours) - float(exact)) < 4 * ours.stderr + 0.003


def test_plug_in_is_the_exact_formula_at_the_sample_covariance():
    system = SYSTEMS[2]
    parts = system.sample(400, rng=2)
    exact = gaussian_oinfo(np.cov(np.hstack(parts).T), system.dims)
    found = GaussianMI(correct_bias=False).o_information(parts, gradients=True)
    assert values(found) == pytest.approx(values(exact), abs=1e-10)
    assert [float(g) for g in found.gradients] == pytest.approx([float(g) for g in exact.gradients], abs=1e-10)


def test_errors_are_the_spread_over_repetitions():
    found = [GaussianMI().o_information(redundant(3, 0.6).sample(500, rng=seed)) for seed in range(200)]
    spread = np.std([values(each) for each in found], axis=0)
    assert np.mean([errors(each) for each in found], axis=0) == pytest.approx(spread, rel=0.2)


def test_the_copula_does_not_see_monotone_maps():
    parts = SYSTEMS[1].sample(500, rng=0)
    bent = [np.exp(parts[0]), parts[1] ** 3, parts[2]]
    assert values(GaussianCopula().o_information(bent)) == pytest.approx(
        values(GaussianCopula().o_information(parts)), abs=1e-12
    )


@pytest.mark.parametrize(("system", "tolerance"), [(SYSTEMS[0], 0.05), (SYSTEMS[1], 0.08)], ids=lambda s: str(s))
def test_neighbours_come_close(system, tolerance):
    found = KSG(k=3).o_information(system.sample(5000, rng=3), gradients=True)
    assert values(found)[:3] == pytest.approx(values(system.o_information)[:3], abs=tolerance)
    assert float(found.gradients[0]) == pytest.approx(float(found.omega), abs=1e-9)  # three variables


def test_neighbours_of_two_variables_are_ksg():
    x, y = redundant(2, 0.7).sample(800, rng=4)
    found = KSG().o_information([x, y])
    assert float(found.tc) == pytest.approx(KSG().mutual_information(x, y).value, abs=1e-12)
    assert float(found.omega) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("law", [xor(), copies(3), parity(4), majority(3)], ids=lambda law: law.name)
def test_frequencies_find_the_discrete_zoo(law):
    found = DiscretePlugIn().o_information(law.sample(20_000, rng=5), gradients=True)
    assert values(found) == pytest.approx(values(law.o_information), abs=0.01)
    for ours, exact in zip(found.gradients, law.o_information.gradients, strict=True):
        assert float(ours) == pytest.approx(float(exact), abs=0.01)


def test_sparse_frequencies_are_warned_about():
    law = parity(8)
    assert "cells" in DiscretePlugIn().o_information(law.sample(100, rng=0)).warnings[0]
    assert not DiscretePlugIn().o_information(law.sample(5000, rng=0)).warnings


@pytest.mark.parametrize("method", ["gaussian", "copula", "knn"])
def test_singular_samples_are_infinite_and_say_so(method):
    a, b = np.random.default_rng(0).normal(size=(2, 300))
    for third in (a, a + b):
        found = oinfo([a, b, third], method, gradients=True)
        assert np.isinf(float(found.tc)) and np.isnan(float(found.omega)) and "infinite" in found.warnings[0]


@pytest.mark.parametrize("kind", [GaussianMI, GaussianCopula])
def test_nearly_as_many_columns_as_samples_are_corrected_and_doubted(kind):
    """Four independent variables of ten columns, 62 samples: TC far too high without the correction."""
    found = [kind().o_information(list(g.normal(size=(4, 62, 10)))) for g in spawn(0, 30)]
    for name in ("tc", "dtc", "omega"):
        each = np.array([float(getattr(one, name)) for one in found])
        assert abs(each.mean()) < 4 * each.std(ddof=1) / np.sqrt(30)
    assert "62 samples of 40 columns" in found[0].warnings[0]
    plain = kind(correct_bias=False).o_information(list(np.random.default_rng(0).normal(size=(4, 62, 10))))
    assert plain.tc.value > 7 and "set correct_bias=True" in plain.warnings[0]
    assert not kind().o_information(list(np.random.default_rng(0).normal(size=(4, 200, 10)))).warnings


def test_a_scale_set_by_outliers_is_doubted():
    x = np.random.default_rng(0).normal(size=(3, 500))
    x[1, 0] = 1e6
    assert any("column 0 of variables[1]" in s for s in oinfo(list(x), "gaussian").warnings)
    assert not oinfo(list(x), "copula").warnings


@pytest.mark.parametrize("noise", [1e-3, 1e-6, 1e-8])
def test_sums_with_little_noise_keep_their_finite_information(noise):
    """x, y and x + y + noise: TC = ½ ln(2 + noise²)/noise², 14.16 nats for 1e-6."""
    x, y, z = np.random.default_rng(0).normal(size=(3, 4000))
    found = oinfo([x, y, x + y + noise * z], "gaussian")
    assert found.tc.agrees_with(0.5 * np.log(2 / noise**2 + 1), sigmas=4) and not found.warnings
    # each variable given the others has the variance of the noise, and so has the sum: DTC = h(all) − 3 h(noise)
    assert found.dtc.agrees_with(-2 * np.log(noise), sigmas=4)


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(4)), st.sampled_from(["gaussian", "copula", "knn"]))
def test_order_of_the_variables_does_not_matter_and_gradients_follow_it(order, method):
    parts = combine(redundant(2, 0.5), synergistic(3, 0.4)).sample(300, rng=6)[:4]
    first, again = oinfo(parts, method, True), oinfo([parts[i] for i in order], method, True)
    assert values(again) == pytest.approx(values(first), abs=1e-9)
    assert [float(g) for g in again.gradients] == pytest.approx([float(first.gradients[i]) for i in order], abs=1e-9)


def test_names_units_and_frames():
    parts = redundant(3, 0.6).sample(400, rng=0)
    frame = pd.DataFrame(np.hstack(parts), columns=list("abc"))
    bits = oinfo({name: frame[name] for name in frame}, "copula", unit="bits")
    assert bits.omega.unit == "bits"
    assert float(bits.omega) * np.log(2) == pytest.approx(float(oinfo(parts, "copula").omega))
    assert oinfo(parts, "score", steps=5).omega.method.startswith("SOI")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: oinfo([[1, 2, 3]], "copula"), "at least two"),
        (lambda: oinfo([[1, 2, 3], [1, 2]], "copula"), "same number of rows"),
        (lambda: oinfo([[1, 1, 1], [1, 2, 3]], "gaussian"), "variables"),
        (lambda: oinfo([[1, 2, np.nan], [1, 2, 3]], "discrete"), "finite"),
        (lambda: oinfo([[1, 2, 3], [3, 1, 2]], "copulla"), "copula"),
        (lambda: oinfo([[1, 2], [2, 1]], "gaussian"), "at least 3 samples"),
        (lambda: KSG(variant=2).o_information([[1, 2, 3, 4.5], [3, 1, 2, 7]]), "variant 1"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_classical_routes_do_not_load_torch():
    code = "import sys; from szilard.estimators import GaussianCopula, oinfo; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
