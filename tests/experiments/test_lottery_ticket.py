"""The laboratory of lottery tickets, beyond the battery: what is quoted, what a summary holds, what a card runs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from szilard.compendium import Kind
from szilard.compendium.cell import measure
from szilard.experiments import lottery_ticket
from szilard.experiments.lottery_ticket.cells import CardFleet, points

CLAIMS = lottery_ticket.LABORATORY.claims


def test_what_could_be_read_is_all_that_is_quoted():
    quoted = {claim.name: claim.published for claim in CLAIMS if claim.published}
    assert set(quoted) == {"silu", "relu"} and quoted["silu"].startswith("α = 1,")
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
