"""The laboratory of work extraction: every cell function runs, the claims hold, and each of them can fail."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from szilard.compendium import Verdict
from szilard.experiments import work_extraction

LABORATORY = work_extraction.LABORATORY
SMALL = {"samples": 400, "states": 40, "questions": 3, "uses": 3}
TIERS = [(each.name, tier) for each in LABORATORY.experiments for tier in each.cells]
GOOD = (Verdict.REPRODUCED, Verdict.PAPER_ERRS)


def small(settings):
    fields = {field.name for field in dataclasses.fields(settings)}
    if type(settings).__name__ == "Universal":
        return settings
    return dataclasses.replace(settings, **{name: SMALL[name] for name in fields & set(SMALL)})


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """What every claim is judged by, at the quick tier's settings; a hundred thousand states fewer."""
    rng = np.random.default_rng(0)
    made = {}
    for experiment in LABORATORY.experiments:
        rows = []
        for cell in experiment.cells["quick"]:
            settings = dataclasses.asdict(cell)
            rows += [
                settings | row
                for row in experiment.measure(cell, np.random.default_rng(rng.integers(2**32)), "cpu")
            ]
        made[experiment.name] = pd.DataFrame(rows)
    return made


@pytest.mark.parametrize(("name", "tier"), TIERS)
def test_every_experiment_runs_at_a_small_size(name, tier):
    experiment = LABORATORY.experiment(name)
    rows = pd.DataFrame(
        experiment.measure(small(experiment.cells[tier][-1]), np.random.default_rng(0), "cpu")
    )
    assert len(rows) and np.isfinite(rows.select_dtypes("number").to_numpy()).all()


@pytest.mark.parametrize("claim", LABORATORY.claims, ids=lambda claim: claim.name)
def test_claims_hold(claim, tables):
    assert claim.judge(tables[claim.experiment]).verdict in GOOD


SPOILT = {
    "theorem": {"overlap": 0.3},
    "literal": {"variance": 0.1},
    "criterion": {"leakage": 0.0},
    "converse": {"conserving": 0.6},
    "overlap": {"free": 0.9},
    "reference": {"failure": 0.1},
    "repeat": {"together": 1.0},
    "blank": {"second": True},
    "classical": {"possible": True},
    "universal": {"free": 0.6},
    "oneshot": {"work": 0.2},
    "activation": {"work": 0.001},
    "second": {"exact": 0.0},
    "random": {"work": 0.3},
}


@pytest.mark.parametrize("claim", LABORATORY.claims, ids=lambda claim: claim.name)
def test_claims_can_fail(claim, tables):
    before = claim.judge(tables[claim.experiment]).verdict
    after = claim.judge(tables[claim.experiment].assign(**SPOILT[claim.name])).verdict
    assert after is not before


def test_nothing_unpublished_is_printed_as_published():
    assert all(claim.published is None for claim in LABORATORY.claims)


def test_the_proof_is_drawn_with_its_verdicts(tables):
    import matplotlib as mpl

    with mpl.rc_context():
        from matplotlib.figure import Figure

        ax = Figure().subplots()
        work_extraction.draw_network(ax, tables["proof"], "|+⟩, |−⟩ give 0 and 1")
        words = [text.get_text() for text in ax.texts]
    assert words.count("✗") == 1 and words.count("✓") == 2 and "extract" in words
