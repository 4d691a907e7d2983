"""SΩI from end to end, in short trainings: accuracy, identities, invariances, warnings and bad input."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from szilard.diffusion import FORMS, Architecture, GapSamples, Training
from szilard.distributions import combine, redundant, synergistic
from szilard.estimate import Estimate
from szilard.estimators import SOI, soi_fleet
from szilard.estimators.doubts import o_information_doubts
from szilard.estimators.score_based import PUBLISHED

PLAIN = Training(lr=1e-3)  # the batch grows with the masks
BRIEF = SOI(steps=25, redraws=2, training=PLAIN, architecture=Architecture(hidden=16), device="cpu", **PUBLISHED)
COPULA = replace(BRIEF, preprocess="rank", baseline="gaussian")
# the rate has fallen to zero at the last step, so that a single one leaves the exact scores of the baseline as they are
EXACT = replace(COPULA, steps=1, redraws=4)
PARTS = ("tc", "dtc", "omega", "s")
RED, SYN = redundant(3, 0.6), synergistic(3, 0.6)


@pytest.mark.parametrize("system", [RED, SYN, combine(RED, SYN)], ids=lambda system: system.name)
def test_a_gaussian_copula_is_measured_before_any_training(system):
    """TC, DTC, Ω and S in every form within four standard errors (6e-5 each), which are small, and gradients too."""
    measured = EXACT.o_information(system.sample(10_000, 1), gradients=True)
    exact, forms = system.o_information, measured.diagnostics["forms"]
    for name in PARTS:
        for form in FORMS:
            part = forms[name][form]
            assert part.agrees_with(getattr(exact, name).nats, sigmas=4) and part.stderr < 0.03, (name, form)
    for gradient, truth in zip(measured.gradients, exact.gradients, strict=True):
        assert abs(gradient.value - truth.value) < 4 * gradient.stderr + 2e-3
    assert measured.warnings == ()


@pytest.mark.parametrize("form", FORMS)
def test_the_form_chooses_what_is_returned_and_nothing_else(form):
    measured, other = (replace(BRIEF, form=f).o_information(RED.sample(300, 0)) for f in (form, "inside"))
    forms = measured.diagnostics["forms"]
    assert forms == other.diagnostics["forms"]
    assert all(getattr(measured, name).value == forms[name][form].value for name in PARTS)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("system", [RED, SYN], ids=lambda system: system.name)
def test_a_short_training_stays_close(system, seed):
    """The quick tier's bar: Ω within 0.03 nats, TC and DTC within 8 %; training spoils nothing."""
    learner = SOI(
        steps=200,
        preprocess="rank",
        baseline="gaussian",
        device="cpu",
        training=Training(batch=128, lr=1e-4),
        redraws=4,
    )
    measured, exact = learner.o_information(system.sample(20_000, seed), rng=seed), system.o_information
    assert abs(measured.omega.value - exact.omega.value) < 0.03
    for name in ("tc", "dtc"):
        assert getattr(measured, name).value == pytest.approx(getattr(exact, name).value, rel=0.08), name


def test_monotone_maps_change_nothing_under_ranks():
    """The half-cube and the normal distribution function of the same draws: not a bit differs."""
    plain, *bent = (replace(RED, transform=name).sample(500, 0) for name in (None, "half-cube", "cdf"))
    numbers = [[getattr(COPULA.o_information(v), part).value for part in PARTS] for v in (plain, *bent)]
    assert numbers[0] == numbers[1] == numbers[2]


@pytest.mark.parametrize("learner", [BRIEF, COPULA], ids=["rescaled", "ranked"])
def test_units_may_be_as_small_or_large_as_floats_go(learner):
    variables = RED.sample(300, 0)
    scaled = [unit * each for unit, each in zip((1e-200, 1.0, 1e200), variables, strict=True)]
    for name in PARTS:
        plain = getattr(learner.o_information(variables), name).value
        assert getattr(learner.o_information(scaled), name).value == pytest.approx(plain, rel=1e-6, abs=1e-9), name


@pytest.mark.parametrize("baseline", [None, "gaussian"])
def test_identities_hold_form_by_form(baseline):
    measured = replace(BRIEF, baseline=baseline).o_information(RED.sample(400, 0), gradients=True)
    forms = measured.diagnostics["forms"]
    for form in FORMS:
        tc, dtc, direct = (forms[name][form].value for name in ("tc", "dtc", "s_direct"))
        assert forms["omega"][form].value == pytest.approx(tc - dtc, abs=1e-12)
        assert forms["s"][form].value == pytest.approx(tc + dtc, abs=1e-12)
        assert forms["s_check"][form].value == pytest.approx(tc + dtc - direct, abs=1e-12)
        assert forms["tc_bound"][form].value == pytest.approx(2 * dtc - tc, abs=1e-12)
    assert [g.value for g in measured.gradients] == [measured.omega.value] * 3  # two variables have no Ω
    assert len(measured.diagnostics["gradient_terms"]) == 3
    assert measured.diagnostics["held_out"] == 40 and measured.omega.method == "SOI inside"


def test_errors_account_for_what_tc_and_dtc_share():
    """TC and DTC are measured on the same samples: the errors of difference and sum are not those of independence."""
    measured = EXACT.o_information(RED.sample(4000, 0))
    tc, dtc, omega, s = (getattr(measured, name).stderr for name in PARTS)
    assert omega**2 + s**2 == pytest.approx(2 * (tc**2 + dtc**2), rel=1e-6)
    assert omega < 0.6 * math.hypot(tc, dtc) < s


def test_two_variables_have_no_o_information():
    measured = EXACT.o_information(redundant(2, 0.6).sample(4000, 0), gradients=True)
    assert abs(measured.omega.value) < 0.03
    assert measured.tc.agrees_with(-0.5 * math.log(1 - 0.36), sigmas=4)
    assert len(measured.gradients) == 2


def test_independent_variables_share_nothing():
    measured = EXACT.o_information(list(np.random.default_rng(0).normal(size=(3, 4000))))
    assert all(abs(getattr(measured, name).value) < 0.01 for name in PARTS)


def test_a_fleet_gives_what_each_system_gets_alone():
    systems = [RED.sample(300, seed) for seed in (0, 1)]
    fleet = soi_fleet(COPULA, systems, [5, 6])
    for together, variables, seed in zip(fleet, systems, (5, 6), strict=True):
        alone = COPULA.o_information(variables, rng=seed)
        for name in PARTS:
            assert getattr(together, name).value == pytest.approx(getattr(alone, name).value, rel=1e-6)
            assert getattr(together, name).stderr == pytest.approx(getattr(alone, name).stderr, rel=1e-6)


def test_published_settings_are_the_authors():
    learner = SOI.published()
    assert learner == SOI(
        steps=500 * 100_000 // 256 // 1000 * 1000, preprocess="rescale", baseline=None, times="importance", t_eps=1e-3,
        redraws=10, architecture=Architecture("published", hidden=128, time="raw"),
        training=Training(batch=256, lr=1e-2, schedule="constant", ema=0.999),
    )  # fmt: skip
    brief = replace(learner, steps=2, redraws=1, device="cpu")
    assert math.isfinite(brief.o_information(RED.sample(100, 0)).omega.value)


def test_the_same_rng_gives_the_same_result_and_another_another():
    variables = RED.sample(300, 0)
    first, again, other = (BRIEF.o_information(variables, rng=rng).omega.value for rng in (0, 0, 1))
    assert first == again != other


def test_adaptive_times_follow_the_chain_from_marginals_to_conditionals():
    flat, adapted = (
        replace(COPULA, steps=150, times=times).o_information(RED.sample(2000, 0)) for times in ("logistic", "adaptive")
    )
    assert flat.tc.value != adapted.tc.value
    assert adapted.tc.value == pytest.approx(RED.o_information.tc.value, abs=4 * adapted.tc.stderr + 0.1)


def test_the_batch_grows_with_the_masks_unless_it_was_chosen():
    """Ten variables with gradients have 121 masks, more than a default batch could hold a share of."""
    variables, learner = redundant(10, 0.3).sample(100, 0), replace(COPULA, steps=2, redraws=1)
    assert len(learner.o_information(variables, gradients=True).gradients) == 10
    with pytest.raises(ValueError, match="batch must be large enough for every one of 121 masks"):
        replace(learner, training=Training(batch=64)).o_information(variables, gradients=True)


def singular(kind, n=500):
    x, y = np.random.default_rng(0).normal(size=(2, n))
    return {"copy": (x, y, x), "sum": (x, y, x + y), "increasing map": (x, np.exp(x), y)}[kind]


@pytest.mark.parametrize("kind", ["copy", "sum", "increasing map"])
def test_singular_systems_have_infinite_tc_and_say_so(kind):
    measured = BRIEF.o_information(singular(kind), gradients=True)
    assert [getattr(measured, name).value for name in ("tc", "dtc", "s")] == [math.inf] * 3
    assert math.isnan(measured.omega.value) and len(measured.gradients) == 3
    assert "a variable is fixed by the others" in measured.warnings[0]


def test_a_singular_member_does_not_disturb_the_fleet():
    regular = RED.sample(500, 0)
    first, second = soi_fleet(BRIEF, [singular("copy"), regular], [0, 1])
    assert math.isinf(first.tc.value)
    assert second.omega.value == pytest.approx(BRIEF.o_information(regular, rng=1).omega.value, rel=1e-6)


def test_columns_collinear_within_one_variable_are_no_shared_information():
    x, y = np.random.default_rng(0).normal(size=(2, 500))
    assert math.isfinite(BRIEF.o_information([np.column_stack([x, 2 * x]), y]).tc.value)


def test_nearly_fixed_variables_and_ties_are_warned_about():
    x, y, z = np.random.default_rng(0).normal(size=(3, 500))
    assert "of a variable's variance free" in BRIEF.o_information([x, y, x + y + 1e-3 * z]).warnings[0]
    assert any("repeats values" in text for text in BRIEF.o_information([x, y, z.round(1)]).warnings)


def test_untrained_scores_are_warned_about():
    """Twenty-five steps learn nothing: forms and routes disagree, and the sentences say so."""
    warnings = replace(BRIEF, redraws=10, holdout=0.5).o_information(redundant(3, 0.9).sample(4000, 0)).warnings
    assert any(text.startswith("TC: the inside and") for text in warnings)
    assert any(text.startswith("TC + DTC exceeds S") for text in warnings)


def quantities(**values):
    """Estimates as an o_information of three variables chooses them, all with an error of 0.01 nats."""
    sound = {"tc": 1.0, "dtc": 0.8, "s": 1.8, "s_check": 0.0, "tc_bound": 0.6, "dtc_bound": 1.2, "check 0": 0.0}
    return {key: Estimate(value, 0.01, n=10, method="test") for key, value in (sound | values).items()}


@pytest.mark.parametrize(
    ("values", "sentences"),
    [
        ({}, []),
        ({"tc_bound": -0.1, "s_check": 0.1, "check 0": -0.1}, []),
        ({"tc_bound": -0.3}, ["TC exceeds 2 DTC, its bound, by 0.300 nats"]),
        ({"dtc_bound": -0.3}, ["DTC exceeds 2 TC, its bound, by 0.300 nats"]),
        ({"s_check": -0.3}, ["TC + DTC exceeds S measured directly by -0.300 ± 0.010 nats"]),
        ({"check 0": 0.3}, ["the two routes to gradient 0 differ by +0.300 ± 0.010 nats"]),
        ({"dtc": 8.1}, ["more than 4 nats per coordinate"]),
    ],
)
def test_broken_identities_are_warned_about(values, sentences):
    agreeing = GapSamples(*[torch.linspace(0, 2, 10)] * 3)
    warnings = o_information_doubts({"tc": agreeing, "dtc": agreeing}, quantities(**values), (1, 1, 1))
    assert len(warnings) == len(sentences)
    assert all(text.startswith(sentence) for text, sentence in zip(warnings, sentences, strict=True))


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ([np.arange(9.0)], "variables must hold at least two arrays; got 1"),
        ([np.arange(9.0), np.arange(8.0)], r"variables must have the same number of rows; got \[9, 8\]"),
        ([np.arange(3.0), np.arange(3.0)], "variables must have at least 4 rows"),
        ([np.arange(9.0), np.ones(9)], r"variables\[1\] must vary in every column"),
        ([np.arange(9.0), np.full(9, np.nan)], r"variables\[1\] must be finite"),
    ],
)
def test_bad_samples_are_refused(variables, message):
    with pytest.raises(ValueError, match=message):
        BRIEF.o_information(variables)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"form": "outer"}, "form must be one of"),
        ({"preprocess": "log"}, "preprocess must be one of"),
        ({"baseline": "copula"}, "baseline must be one of gaussian"),
        ({"steps": 0}, "steps must be an integer"),
        ({"holdout": 1.0}, "holdout must be a share"),
    ],
)
def test_bad_settings_are_refused(setting, message):
    with pytest.raises(ValueError, match=message):
        SOI(**setting)


def test_fleets_must_be_of_one_shape_with_a_stream_each():
    with pytest.raises(ValueError, match="systems must hold at least one set"):
        soi_fleet(BRIEF, [], [])
    with pytest.raises(ValueError, match="systems must have equal shapes"):
        soi_fleet(BRIEF, [RED.sample(50, 0), RED.sample(60, 0)], [0, 1])
    with pytest.raises(ValueError, match="rngs must hold one entry per system; got 1 for 2"):
        soi_fleet(BRIEF, [RED.sample(50, 0)] * 2, [0])
