"""The laboratory of work extraction, beyond the battery: nothing is quoted, and the proof is drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from szilard.compendium import Verdict
from szilard.experiments import work_extraction
from szilard.experiments.work_extraction.beyond import CLASSICAL
from szilard.experiments.work_extraction.claims import reference, repeat, shared_phase, slope, theorem


def test_nothing_unpublished_is_printed_as_published():
    assert all(claim.published is None for claim in work_extraction.LABORATORY.claims)


def test_the_proof_is_drawn_with_its_verdicts():
    import matplotlib as mpl

    proof = work_extraction.run("proof").table
    with mpl.rc_context():
        from matplotlib.figure import Figure

        ax = Figure().subplots()
        work_extraction.draw_network(ax, proof, "|+⟩, |−⟩ to give 0 and 1, no phase reference")
        words = [text.get_text() for text in ax.texts]
    assert words.count("✗") == 2 and words.count("✓") == 3 and "extract" in words


def test_weights_are_media_for_work_and_baths_for_heat():
    table = work_extraction.run("media").table
    weight = table.medium.str.contains("weight")
    assert weight.sum() == 14 and (table.work == weight).all() and (table.heat != weight).all()
    assert (
        (table.both_ways == weight).all() and (table.entropy[weight] == 0).all() and (table.entropy[~weight] > 0).all()
    )


def test_named_questions_about_microstates_are_answered_as_counted_by_hand():
    counted = dict(zip(CLASSICAL, (False, True, True, True, False), strict=True))
    table = work_extraction.run("classical").table.set_index("case")
    assert table.possible.to_dict() == table.quantum.to_dict() == counted


@pytest.mark.parametrize(("column", "stand_in"), [("bound", 0.9), ("leakage", 1.0)])
def test_the_theorem_needs_both_deciders(column, stand_in):
    """A program or a search that says no whatever it is asked shows nothing."""
    table = work_extraction.LABORATORY.recorded("agreement").table
    assert theorem.evaluate({"agreement": table}).verdict is Verdict.REPRODUCED
    assert theorem.evaluate({"agreement": table.assign(**{column: stand_in})}).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("column", ["different", "overlap", "bound", "leakage"])
def test_a_question_of_which_something_is_missing_is_not_dropped(column):
    table = work_extraction.LABORATORY.recorded("agreement").table
    asked = table.index[(table.different == 1) & (table.overlap > 1e-9)][7]
    holed = table.astype({"different": object}).assign(**{column: lambda t: t[column].where(t.index != asked)})
    assert theorem.read(theorem.picked(holed)).verdict is Verdict.UNDECIDED


def test_uses_of_one_ladder_share_its_phase():
    assert shared_phase(16, pd.Series([1, 60])) == pytest.approx([0.96875, 0.7277457], abs=1e-7)
    table = work_extraction.run("repeat").table
    assert repeat.evaluate({"repeat": table}).verdict is Verdict.REPRODUCED
    for value in (0.15, 0.0):
        spoilt = table.assign(together=np.where(table.use == 60, value, table.together))
        assert repeat.evaluate({"repeat": spoilt}).verdict is Verdict.NOT_REPRODUCED


def test_all_uses_with_room_and_each_without_are_near_for_a_uniform_ladder_and_apart_for_a_half_wave():
    from szilard.thermodynamics.work import cosine_ladder, repeated_success, uniform_ladder

    ends = [[repeated_success(made(16), 60, 64)[-1, 1], repeated_success(made(16), 60)[-1, 0]]
            for made in (uniform_ladder, cosine_ladder)]  # fmt: skip
    assert np.array(ends) == pytest.approx(np.array([[0.7277, 0.7238], [0.7140, 0.7894]]), abs=1e-4)


def test_a_bell_curve_that_is_cut_off_falls_as_equal_amplitudes_do_in_the_end():
    """Its ends cost c₀²/2, which falls as 1/L; within the figure it is on the way from 1/L² to there."""
    from szilard.experiments.work_extraction.beyond import LADDERS
    from szilard.thermodynamics.work import ladder_failure

    sizes = np.array([16, 20, 256, 320, 4096, 5120])
    failure = [ladder_failure(LADDERS["bell"](int(levels))) for levels in sizes]
    slopes = np.diff(np.log(failure))[::2] / np.diff(np.log(sizes))[::2]
    assert slopes == pytest.approx([-1.77, -1.27, -1.02], abs=0.01)
    assert failure[-1] == pytest.approx(LADDERS["bell"](5120).amplitudes[0] ** 2 / 2, rel=0.02)
    table = work_extraction.run("ladders").table
    assert reference.evaluate({"ladders": table}).verdict is Verdict.REPRODUCED and slope(table, "bell") > -1.6
