"""MINDE from end to end, in short trainings: accuracy, symmetries, warnings, determinism and bad input."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from szilard.diffusion import FORMS, Architecture, Training
from szilard.diffusion.training import completed
from szilard.estimators.doubts import near_ceiling
from szilard.estimators.minde import MINDE
from szilard.estimators.score_based import PUBLISHED
from szilard.fleets import PREPROCESSORS

RHO = 0.75
TRUTH = -0.5 * math.log(1 - RHO**2)  # 0.413339
PLAIN = MINDE(training=Training(batch=128, lr=1e-3), architecture=Architecture(hidden=16), device="cpu", **PUBLISHED)
BRIEF = replace(PLAIN, steps=25, redraws=2)
# the rate has fallen to zero at the last step, so that a single one leaves the exact scores of the baseline as they are
EXACT = replace(BRIEF, baseline="gaussian", steps=1, redraws=20, holdout=0.5)


def normal_pair(n=4000, seed=0):
    x, noise = np.random.default_rng(seed).normal(size=(2, n))
    return x, RHO * x + math.sqrt(1 - RHO**2) * noise


def swiss_roll(n=1000):
    """The benchmark's 2 x 1 task: a rolled-up ribbon and its length."""
    x, y = normal_pair(n)
    t = 1.5 * math.pi * (1 + 2 * np.argsort(np.argsort(x)) / n)
    return np.column_stack([t * np.cos(t), t * np.sin(t)]) / 21, y


@pytest.mark.parametrize("variant", ["c", "j"])
@pytest.mark.parametrize("form", FORMS)
def test_every_variant_and_form_reports_all_three(variant, form):
    estimate = replace(BRIEF, variant=variant, form=form).mutual_information(*normal_pair(200))
    forms = estimate.diagnostics["forms"]
    assert tuple(forms) == FORMS
    assert (estimate.value, estimate.stderr) == (forms[form].value, forms[form].stderr)
    assert all(math.isfinite(f.value) and f.stderr > 0 for f in forms.values())
    assert estimate.n == 200 and estimate.unit == "nats" and estimate.method == f"MINDE-{variant} {form}"
    assert estimate.diagnostics["held_out"] == 20


def test_the_form_chooses_what_is_returned_and_nothing_else():
    first, second = (replace(BRIEF, form=f).mutual_information(*normal_pair(200)) for f in ("inside", "mmse"))
    assert first.diagnostics["forms"] == second.diagnostics["forms"]


@pytest.mark.parametrize("variant", ["c", "j"])
@pytest.mark.parametrize("preprocess", ["rescale", "rank"])
def test_a_gaussian_baseline_measures_a_normal_pair(variant, preprocess):
    """Every form within four standard errors (6e-5 each), which are below 0.05 nats; then training spoils nothing."""
    learner = replace(EXACT, variant=variant, preprocess=preprocess)
    estimate = learner.mutual_information(*normal_pair())
    for form in estimate.diagnostics["forms"].values():
        assert form.agrees_with(TRUTH, sigmas=4), form
        assert form.stderr < 0.05
    assert estimate.warnings == ()
    trained = replace(learner, steps=200).mutual_information(*normal_pair())
    assert trained.value == pytest.approx(estimate.value, abs=0.04)


def test_a_plain_network_learns_a_normal_pair():
    """Two thousandths of the published effort: within 0.08 nats, and closer than after a tenth of it."""
    training, architecture = Training(batch=128, lr=5e-3), Architecture(hidden=32)
    learner = replace(PLAIN, steps=500, training=training, architecture=architecture)
    estimate = learner.mutual_information(*normal_pair(10_000))
    assert estimate.value == pytest.approx(TRUTH, abs=0.08)
    rough = replace(learner, steps=50).mutual_information(*normal_pair(10_000))
    assert abs(estimate.value - TRUTH) < abs(rough.value - TRUTH)


@pytest.mark.parametrize("variant", ["c", "j"])
def test_independent_samples_share_nothing(variant):
    x, y = np.random.default_rng(0).normal(size=(2, 4000))
    estimate = replace(EXACT, variant=variant, steps=200).mutual_information(x, y)
    assert abs(estimate.value) < 0.02


def test_the_joint_variant_is_symmetric_within_its_error():
    x, y = normal_pair()
    learner = replace(EXACT, variant="j")
    forth, back = learner.mutual_information(x, y), learner.mutual_information(y, x)
    assert abs(forth.value - back.value) < 4 * math.hypot(forth.stderr, back.stderr)


def test_sigma_does_not_matter_to_exact_scores():
    values = [replace(EXACT, form="outside", sigma=s).mutual_information(*normal_pair()) for s in (0.5, 1.0, 2.0)]
    for value in values:
        assert value.agrees_with(TRUTH, sigmas=4), value


def test_ranks_make_increasing_maps_invisible():
    x, y = normal_pair(300)
    learner = replace(BRIEF, preprocess="rank")
    plain, mapped = learner.mutual_information(x, y), learner.mutual_information(np.exp(x), y**3)
    assert plain == mapped and plain.diagnostics["forms"] == mapped.diagnostics["forms"]


def test_units_of_the_columns_do_not_matter():
    x, y = normal_pair(300)
    plain, scaled = BRIEF.mutual_information(x, y), BRIEF.mutual_information(1024 * x, y / 64)
    assert plain.value == pytest.approx(scaled.value, rel=1e-12)
    shifted = BRIEF.mutual_information(x + 100, y)
    assert plain.value == pytest.approx(shifted.value, rel=1e-6)


@pytest.mark.parametrize("preprocess", PREPROCESSORS)
@pytest.mark.parametrize("unit", [1e-200, 1e200])
def test_units_may_be_as_small_or_large_as_floats_go(preprocess, unit):
    (x, y), learner = normal_pair(300), replace(BRIEF, preprocess=preprocess)
    plain, scaled = learner.mutual_information(x, y), learner.mutual_information(unit * x, y / unit)
    assert plain.value == pytest.approx(scaled.value, rel=1e-6)
    entropy = BRIEF.entropy(unit * x).value - BRIEF.entropy(x).value
    assert entropy == pytest.approx(math.log(unit), rel=1e-9)


def test_the_same_seed_gives_the_same_bits_and_another_does_not():
    x, y = normal_pair(200)
    first, again, other = (BRIEF.mutual_information(x, y, rng=seed) for seed in (3, 3, 4))
    assert first == again and first.value != other.value
    assert BRIEF.mutual_information(x, y, rng=np.random.default_rng(3)) == first


def test_a_trace_follows_the_training_and_changes_nothing():
    x, y = normal_pair(200)
    plain = replace(BRIEF, steps=100).mutual_information(x, y)
    traced = replace(BRIEF, steps=100, trace=4).mutual_information(x, y)
    assert plain == traced and plain.diagnostics["trace"] == ()
    assert [entry["step"] for entry in traced.diagnostics["trace"]] == [25, 50, 75, 100]
    assert set(traced.diagnostics["trace"][0]) == {"step", "loss", "estimate", "stderr"}


def test_the_trained_model_comes_back():
    x, y = normal_pair(200)
    model = BRIEF.mutual_information(x, y).diagnostics["model"]
    predicted = model.noise(torch.zeros(5, 2, dtype=torch.float64), torch.full((5,), 0.5, dtype=torch.float64), (1, 0))
    assert predicted.shape == (5, 2) and model.dims == (1, 1)


@pytest.mark.parametrize("as_input", [np.asarray, list, torch.as_tensor], ids=["array", "list", "tensor"])
def test_inputs_of_every_kind_give_the_same(as_input):
    x, y = normal_pair(100)
    assert BRIEF.mutual_information(as_input(x), as_input(y)) == BRIEF.mutual_information(x[:, None], y[:, None])


def test_published_settings_are_the_authors():
    learner, training = MINDE.published("j"), MINDE.published("j").training
    assert learner == MINDE(
        variant="j", steps=200_000, preprocess="rescale", baseline=None, times="importance", t_eps=1e-3, redraws=10,
        architecture=Architecture("published", time="raw"), training=Training(schedule="constant", ema=0.999),
    )  # fmt: skip
    for widths, rows, rate in (((5, 5), 128, 1e-3), ((6, 1), 256, 2e-3)):
        used = completed(training, learner.architecture, widths)
        assert (used.batch, used.lr) == (rows, rate)


# entropy


@pytest.mark.parametrize("sigma", [1.0, 2.0])
def test_entropy_of_a_normal_law(sigma):
    x = 3.0 * np.random.default_rng(0).normal(size=(4000, 2))
    estimate = replace(EXACT, sigma=sigma).entropy(x)
    assert estimate.value == pytest.approx(math.log(2 * math.pi * math.e * 9), abs=4 * estimate.stderr + 0.02)
    assert estimate.stderr < 0.05


def test_entropy_of_a_uniform_law():
    """ln 1 = 0 on the unit interval; a normal law of its variance, where the baseline starts, has 0.1765 nats."""
    x = np.random.default_rng(0).random(4000)
    learner = replace(EXACT, architecture=Architecture(hidden=32), training=Training(batch=128, lr=3e-3))
    assert learner.entropy(x).value == pytest.approx(0.5 * math.log(2 * math.pi * math.e / 12), abs=0.03)
    assert replace(learner, steps=1000).entropy(x).value == pytest.approx(0.0, abs=0.1)


def test_entropy_is_that_of_the_rescaled_columns_whatever_the_preprocessing():
    x = normal_pair(100)[0]
    assert replace(BRIEF, preprocess="rank").entropy(x) == BRIEF.entropy(x)


# warnings


def test_forms_that_disagree_are_told():
    """A tenth of an epoch on the Swiss roll: nothing is learnt, and the forms say so."""
    estimate = replace(BRIEF, variant="j", redraws=10, holdout=0.5).mutual_information(*swiss_roll())
    assert any("forms differ by" in sentence for sentence in estimate.warnings)


def test_ties_are_told():
    x, y = normal_pair(100)
    warned = BRIEF.mutual_information(np.round(x, 1), y).warnings
    assert any("repeats values" in sentence for sentence in warned)
    assert not any("repeats values" in sentence for sentence in BRIEF.mutual_information(x, y).warnings)


def test_values_near_the_ceiling_are_told():
    x = np.random.default_rng(0).normal(size=2000)
    estimate = EXACT.mutual_information(x, x + 2e-3 * np.random.default_rng(1).normal(size=2000))
    assert estimate.value > 4 and any("nats per coordinate" in sentence for sentence in estimate.warnings)
    assert near_ceiling(7.9, 2) == [] and near_ceiling(8.1, 2)


# bad input


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"variant": "x"}, "variant"), ({"form": "insides"}, "did you mean 'inside'"), ({"sigma": 0}, "sigma"),
        ({"preprocess": "none"}, "preprocess"), ({"baseline": "linear"}, "baseline"), ({"steps": 0}, "steps"),
        ({"redraws": 0}, "redraws"), ({"trace": -1}, "trace"), ({"holdout": 0.0}, "holdout"),
        ({"holdout": 1.0}, "holdout"), ({"holdout": math.nan}, "holdout"), ({"holdout": "a"}, "holdout"),
        ({"times": "log"}, "times"),
        ({"t_eps": 2.0}, "t_eps"), ({"device": "gpu"}, "device"),
    ],
)  # fmt: skip
def test_settings_out_of_range_are_refused(change, named):
    with pytest.raises(ValueError, match=named):
        MINDE(**change)


@pytest.mark.parametrize(
    ("x", "y", "named"),
    [
        ([1.0, 2.0, 3.0], [1.0, 2.0], "same number of rows; got 3 and 2"),
        ([1.0, math.nan, 3.0], [1.0, 2.0, 3.0], "x must be finite"),
        ([1.0, 2.0, 3.0], [1.0, math.inf, 3.0], "y must be finite"),
        ([1.0, 1.0, 1.0], [1.0, 2.0, 3.0], "x must vary"),
        ([1.0, 2.0, 3.0], [[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]], "column 1 is constant"),
        (["a", "b", "c"], [1.0, 2.0, 3.0], "numeric"),
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], "at least 4 rows"),
    ],
)
def test_samples_that_cannot_be_measured_are_refused(x, y, named):
    with pytest.raises(ValueError, match=named):
        BRIEF.mutual_information(x, y)


@pytest.mark.parametrize(("holdout", "fewest"), [(0.01, 4), (0.5, 4), (0.7, 6), (0.9, 16), (0.99, 150)])
def test_the_number_of_rows_asked_for_is_the_smallest_that_works(holdout, fewest):
    few = replace(BRIEF, holdout=holdout, steps=1, redraws=1)
    x, y = normal_pair(fewest)
    with pytest.raises(ValueError, match=f"at least {fewest} rows to train on and hold out; got {fewest - 1}"):
        few.mutual_information(x[1:], y[1:])
    assert math.isfinite(few.mutual_information(x, y).value)


@given(st.integers(0, 2**32), st.sampled_from([math.nan, math.inf, -math.inf]))
@settings(max_examples=20)
def test_one_bad_entry_anywhere_is_refused(seed, bad):
    rng = np.random.default_rng(seed)
    sides = [rng.normal(size=(30, 2)), rng.normal(size=(30, 1))]
    side, row = rng.integers(2), rng.integers(30)
    sides[side][row, -1] = bad
    with pytest.raises(ValueError, match=f"{'xy'[side]} must be finite; got 1 NaN or infinite .* row {row}"):
        BRIEF.mutual_information(*sides)


def test_a_column_that_is_constant_among_the_training_samples_is_refused():
    """Its one other value may fall among the held-out samples: still one clear sentence, never NaN."""
    (_, y), refused = normal_pair(20), 0
    for row in range(20):
        try:
            estimate = replace(BRIEF, steps=1, holdout=0.5).mutual_information(np.eye(20)[row], y)
            assert math.isfinite(estimate.value)
        except ValueError as error:
            assert "must vary in every column; column 0 is constant" in str(error)
            refused += 1
    assert refused == 10


@pytest.mark.parametrize("rng", [-1, 1.5, "seed", None, True])
def test_what_is_no_random_source_is_refused(rng):
    with pytest.raises(ValueError, match="rng"):
        BRIEF.mutual_information(*normal_pair(20), rng=rng)


@pytest.mark.gpu
def test_card_and_processor_agree_within_their_errors():
    here, there = (
        replace(EXACT, device=device, variant="j").mutual_information(*normal_pair()) for device in ("cpu", "cuda")
    )
    assert abs(here.value - there.value) < 4 * math.hypot(here.stderr, there.stderr)
    assert there.diagnostics["device"] == "cuda"
