"""The laboratory of lottery tickets, beyond the battery: what is quoted, what a summary holds, what a card runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from battery import problems

from szilard.compendium import Cell, Kind, Verdict
from szilard.compendium.cell import measure
from szilard.experiments import lottery_ticket
from szilard.experiments.lottery_ticket.cells import CardFleet, points

LABORATORY = lottery_ticket.LABORATORY
CLAIMS = LABORATORY.claims
NAMED = {claim.name: claim for claim in CLAIMS}


def test_what_could_be_read_is_all_that_is_quoted():
    quoted = {claim.name: claim.published for claim in CLAIMS if claim.published}
    assert set(quoted) == {"silu", "relu", "wide"} and quoted["silu"].startswith("α = 1,")
    assert not [claim.name for claim in CLAIMS if claim.kind is Kind.OURS and claim.published]


def test_training_points_are_denser_than_neurons():
    assert all(points(n) > 4 * n for n in (2, 16, 17, 64, 1024))


def test_an_exponent_names_its_budget_and_a_summary_counts_the_dead():
    table = pd.DataFrame({"activation": "silu", "steps": 1000, "width": [4, 4, 8, 8], "loss": [0.1, 0.1, 0.05, 1.4]})
    found = lottery_ticket.exponent(table.assign(loss=1 / table.width))
    assert found.slope == pytest.approx(-1) and "1,000 steps" in str(found)
    board = lottery_ticket.summary(table)
    assert board.dead.tolist() == [0, 0.5] and board["median"].tolist() == pytest.approx([0.1, 0.725])
    assert np.isnan(lottery_ticket.fitted(table.assign(loss=np.nan)))


def test_what_a_card_runs_is_what_the_processor_runs():
    rows = measure(CardFleet("silu", 3, 4, 20), np.random.default_rng(0), "cpu")
    assert len(rows) == 4 and all(row["loss"] > 0 for row in rows)


def test_curves_are_drawn_with_their_neurons():
    import matplotlib as mpl

    with mpl.rc_context():
        from matplotlib.figure import Figure

        fig = Figure()
        table = lottery_ticket.run("curves").table
        lottery_ticket.draw_curves(fig, table[(table.width == 4) & (table.steps == 100)])
        assert [len(ax.lines) for ax in fig.axes] == [6, 6, 1, 1]  # output, four neurons, target; residual


def full(experiment: str, loss: Callable[[Cell], float]) -> pd.DataFrame:
    """The table of a full tier in which a network of every cell has the loss that a function gives its settings."""
    cells = LABORATORY.experiment(experiment).cells["full"]
    return pd.DataFrame([dataclasses.asdict(cell) | {"loss": loss(cell)} for cell in cells])


def inverse(cell: Cell) -> float:
    """A law of one over the width, and untrained networks without one."""
    return 1 / cell.width if cell.steps else 1.5


def bent(cell: Cell) -> float:
    """The same for SiLU; for ReLU the fourth power up to 8 neurons, the second to 64, and then one over the width."""
    n = cell.width
    return (
        inverse(cell)
        if cell.activation == "silu" or not cell.steps
        else min(n, 8) ** -4 * min(8, max(n / 8, 1)) ** -2 / max(n / 64, 1)
    )


def slow(cell: Cell) -> float:
    """A loss that also falls as the fourth power of the steps."""
    return (3000 / cell.steps) ** 4 / cell.width


FULL = {
    "silu": {"scaling": bent},
    "relu": {"scaling": bent},
    "wide": {"wide": bent, "scaling": bent},
    "budget": {"budget": slow},
    "dimension": {"dimension": inverse, "dimension-untrained": inverse},
}


@pytest.mark.parametrize("name", FULL)
def test_claims_read_the_full_tier_with_its_controls(name):
    tables = {experiment: full(experiment, loss) for experiment, loss in FULL[name].items()}
    judgement = NAMED[name].evaluate(tables)
    assert judgement.verdict is Verdict.REPRODUCED
    assert all(said.verdict is Verdict.NOT_REPRODUCED for said in judgement.controls.values()), judgement.controls
    assert not problems(NAMED[name], tables, LABORATORY)


@pytest.mark.parametrize(
    ("name", "experiment", "loss"),
    [
        ("relu", "scaling", inverse),
        ("wide", "wide", lambda cell: cell.width**-2),
        ("budget", "budget", inverse),
        ("dimension", "dimension", lambda cell: cell.width ** (-4 / 3 if cell.target == "3 dimensions" else -1)),
        ("dimension", "dimension", lambda cell: cell.width**-2),
    ],
)
def test_and_can_fail_there(name, experiment, loss):
    tables = {other: full(other, inverse) for other in NAMED[name].experiments} | {experiment: full(experiment, loss)}
    assert NAMED[name].evaluate(tables).verdict is Verdict.NOT_REPRODUCED


def test_networks_that_learnt_noise_of_their_own_gain_by_averaging_and_untrained_ones_have_learnt_nothing():
    averages, beside = (lottery_ticket.run(name, device="cpu").table for name in ("averages", "averages-beside"))
    judgement = NAMED["saturation"].evaluate({"averages": averages, "averages-beside": beside})
    assert judgement.verdict is Verdict.REPRODUCED
    assert {said.verdict for said in judgement.controls.values()} == {Verdict.NOT_REPRODUCED}
    noisy = beside[beside.noise > 0].set_index(["steps", "k"]).average.unstack()
    assert (noisy[1] / noisy[64] > 4).all()
