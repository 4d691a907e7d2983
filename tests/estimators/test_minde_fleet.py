"""A fleet of estimates is the estimates one by one, and what it refuses."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from szilard.diffusion import FORMS, Architecture, Training
from szilard.estimators import MINDE, minde_fleet

BRIEF = MINDE(steps=60, redraws=2, training=Training(batch=32), architecture=Architecture(hidden=16), device="cpu")
SETTINGS = {
    "published": {"architecture": Architecture("published", hidden=16, time="raw"), "preprocess": "rescale"},
    "baseline": {"baseline": "gaussian", "preprocess": "rank"},
    "joint": {"variant": "j", "form": "mmse"},
    "joint baseline": {"variant": "j", "baseline": "gaussian"},
    "adaptive": {"times": "adaptive", "variant": "j"},
    "adaptive baseline": {"times": "adaptive", "baseline": "gaussian", "preprocess": "asinh"},
    "logistic": {"times": "logistic", "sigma": 2.0},
}


def pairs(count=3, n=200, dx=1, dy=2, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        x, noise = rng.normal(size=(n, dx)), rng.normal(size=(n, dy))
        yield x, noise + x[:, :1]


@pytest.mark.parametrize("name", SETTINGS)
def test_members_are_what_they_would_be_alone(name):
    estimator, data, seeds = replace(BRIEF, **SETTINGS[name], trace=2), list(pairs()), (3, 4, 5)
    for pair, seed, member in zip(data, seeds, minde_fleet(estimator, data, seeds), strict=True):
        alone = estimator.mutual_information(*pair, rng=seed)
        for form in FORMS:
            ours, theirs = (each.diagnostics["forms"][form] for each in (member, alone))
            assert ours.value == pytest.approx(theirs.value, rel=1e-9, abs=1e-9)
            assert ours.stderr == pytest.approx(theirs.stderr, rel=1e-9)
        assert member.method == alone.method and member.warnings == alone.warnings
        for entry, theirs in zip(member.diagnostics["trace"], alone.diagnostics["trace"], strict=True):
            assert entry["estimate"] == pytest.approx(theirs["estimate"], rel=1e-8, abs=1e-9)


def test_members_differ_and_come_with_models_of_their_own():
    data = list(pairs(2))
    first, second = minde_fleet(replace(BRIEF, baseline="gaussian"), data, (0, 1))
    assert first.value != second.value
    x, t = torch.ones(4, 3, dtype=torch.float64), torch.full((4,), 0.3, dtype=torch.float64)
    models = [each.diagnostics["model"] for each in (first, second)]
    alone = replace(BRIEF, baseline="gaussian").mutual_information(*data[1], rng=1).diagnostics["model"]
    noise = [model.noise(x, t, (1, 0)) for model in (*models, alone)]
    torch.testing.assert_close(noise[1], noise[2], rtol=1e-9, atol=1e-10)
    assert not torch.allclose(noise[0], noise[1])


def test_the_same_seeds_give_the_same_bits():
    data = list(pairs(2))
    first, again = (minde_fleet(BRIEF, data, (7, 8)) for _ in range(2))
    assert first == again


@pytest.mark.parametrize("times", ["importance", "uniform", "logistic", "adaptive"])
@pytest.mark.parametrize("preprocess", ["rescale", "rank"])
def test_every_sampler_measures_normal_pairs_from_a_baseline(times, preprocess):
    """The last step of the schedule is at rest: what is measured is the integral, for 0.41 and 3 nats alike."""
    truths, rng = (0.4133, 3.0), np.random.default_rng(2)
    data = []
    for truth in truths:
        x, noise = rng.normal(size=(2, 6000))
        rho = math.sqrt(-math.expm1(-2 * truth))
        data.append((x, rho * x + math.sqrt(1 - rho**2) * noise))
    estimator = replace(
        BRIEF, baseline="gaussian", steps=1, times=times, preprocess=preprocess, t_eps=1e-5, holdout=0.5
    )
    for truth, found in zip(truths, minde_fleet(estimator, data, (0, 1)), strict=True):
        for form in found.diagnostics["forms"].values():
            assert form.agrees_with(truth, sigmas=4), (times, form)
            assert form.stderr < 0.05


def test_a_fleet_shows_its_mean(monkeypatch, capsys):
    seen = []

    class Bar:
        def __enter__(self):
            return lambda step, text: seen.append((step, text))

        def __exit__(self, *_):
            return None

    monkeypatch.setattr("szilard.estimators.score_based.progress_bar", lambda *_: Bar())
    minde_fleet(BRIEF, list(pairs(2)), (0, 1))
    assert seen == []  # nobody looks
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    minde_fleet(BRIEF, list(pairs(2)), (0, 1))
    assert seen[-1][0] == 60 and seen[-1][1].startswith("mean of 2: ")


@pytest.mark.parametrize(
    ("data", "seeds", "named"),
    [
        ([], [], "pairs must hold"),
        (list(pairs(2)), [0], "rngs must hold one entry per pair; got 1 for 2 pairs"),
        ([*pairs(1), *pairs(1, n=100)], [0, 1], "pairs must have equal shapes; pair 0"),
        ([*pairs(1), *pairs(1, dy=1)], [0, 1], "pairs must have equal shapes"),
        ([(np.ones((50, 1)), np.arange(50.0))], [0], "x"),
        ([(np.full(50, np.nan), np.arange(50.0))], [0], "x"),
    ],
)
def test_bad_fleets_are_refused(data, seeds, named):
    with pytest.raises(ValueError, match=named):
        minde_fleet(BRIEF, data, seeds)
