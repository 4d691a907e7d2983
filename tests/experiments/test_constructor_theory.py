"""The laboratory of constructor theory: every cell function runs, and the claims can fail."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from szilard.compendium import Verdict
from szilard.experiments import constructor_theory

LABORATORY = constructor_theory.LABORATORY
SMALL = {"directions": 8, "tasks": 400}
TIERS = [(each.name, tier) for each in LABORATORY.experiments for tier in each.cells]


def small(settings):
    """The same cell with little to do."""
    fields = {field.name for field in dataclasses.fields(settings)}
    return dataclasses.replace(settings, **{name: SMALL[name] for name in fields & set(SMALL)})


def table(name, pick=slice(None)):
    experiment = LABORATORY.experiment(name)
    rows = []
    for cell in experiment.cells["quick"][pick]:
        found = experiment.measure(small(cell), np.random.default_rng(0), "cpu")
        rows += [dataclasses.asdict(cell) | row for row in found]
    return pd.DataFrame(rows)


def judged(name, rows):
    return next(each for each in LABORATORY.claims if each.name == name).judge(rows).verdict


@pytest.mark.parametrize(("name", "tier"), [t for t in TIERS if t[0] != "controls"])
def test_every_experiment_runs(name, tier):
    experiment = LABORATORY.experiment(name)
    cell = small(experiment.cells[tier][0])
    rows = pd.DataFrame(experiment.measure(cell, np.random.default_rng(0), "cpu"))
    assert len(rows) and np.isfinite(rows.select_dtypes("number").to_numpy()).all()


def test_claims_on_the_qubit_hold_and_can_fail():
    truth = table("truth")
    assert judged("definitions", truth) is Verdict.REPRODUCED
    assert judged("definitions", truth.assign(permutations=2)) is Verdict.NOT_REPRODUCED
    gap = table("cloning", slice(None, None, 10))
    assert judged("gap", gap) is Verdict.REPRODUCED
    assert judged("gap", gap.assign(fidelity=gap.fidelity + 1e-5)) is Verdict.NOT_REPRODUCED


def test_claims_on_media_hold_and_can_fail():
    media = table("consequences")
    for name in ("superinformation", "not-only-quantum", "not-classical"):
        assert judged(name, media) is Verdict.REPRODUCED
        assert judged(name, media.assign(holds=~media.holds)) is Verdict.NOT_REPRODUCED


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_share_of_tasks_that_pairs_misjudge_is_large_for_other_seeds(seed):
    experiment = LABORATORY.experiment("fraction")
    rows = []
    for cell in experiment.cells["quick"]:
        found = experiment.measure(small(cell), np.random.default_rng(seed), "cpu")
        rows += [dataclasses.asdict(cell) | row for row in found]
    assert judged("fraction", pd.DataFrame(rows)) is Verdict.REPRODUCED


def test_directions_lie_on_the_sphere_and_differ():
    from szilard.experiments._constructor_theory_sweeps import bloch_states

    states = bloch_states(50)
    overlaps = np.abs(states @ states.conj().T) ** 2
    assert np.allclose(np.diag(overlaps), 1) and (overlaps - np.eye(50)).max() < 0.9999
