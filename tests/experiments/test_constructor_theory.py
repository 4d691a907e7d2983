"""The laboratory of constructor theory, beyond the battery: other seeds, and directions on the sphere."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from szilard.compendium import Verdict
from szilard.experiments.constructor_theory import LABORATORY, signs
from szilard.experiments.constructor_theory.claims import definitions, fraction
from szilard.experiments.constructor_theory.media import _pairs
from szilard.experiments.constructor_theory.sweeps import bloch_states


@pytest.mark.parametrize("seed", [1, 2])
def test_what_pairs_misjudge_falls_with_the_dimension_for_other_seeds(seed):
    rows = []
    for cell in LABORATORY.experiment("fraction").cells["quick"]:
        small = dataclasses.replace(cell, tasks=20_000)
        measured = small.measure(np.random.default_rng(seed))
        rows += [dataclasses.asdict(small) | row for row in measured]
    assert fraction.evaluate({"fraction": pd.DataFrame(rows)}).verdict is Verdict.REPRODUCED


def test_what_is_missing_decides_nothing():
    truth = LABORATORY.run("truth").table
    assert definitions.evaluate({"truth": truth}).verdict is Verdict.REPRODUCED
    for column in ("proved", "information"):
        holed = truth.assign(**{column: truth[column].astype(object).where(truth.index != 3, np.nan)})
        assert definitions.evaluate({"truth": holed}).verdict is Verdict.UNDECIDED
    whole = LABORATORY.recorded("fraction").table
    assert fraction.read(whole).verdict is Verdict.REPRODUCED
    for column in ("n", "before", "pairwise", "jointly", "undecided"):
        holed = whole.astype({column: float}).assign(**{column: whole[column].where(whole.index != 27)})
        assert fraction.read(holed).verdict is Verdict.UNDECIDED
    assert fraction.read(whole.drop(index=27)).verdict is Verdict.NOT_REPRODUCED


def test_pairs_of_variables_are_all_there_and_each_once():
    pairs = [tuple(sorted(map(sorted, side)) for side in pair) for pair in _pairs(range(5))]
    unordered = {frozenset(map(str, pair)) for pair in pairs}
    assert len(pairs) == len(unordered) == 55
    assert all(len(x) > 1 and len(y) > 1 and len(set(sum(x + y, []))) == len(sum(x + y, [])) for x, y in pairs)


def test_signs_stand_where_they_were_measured():
    table = pd.DataFrame({"row": ["b", "a"], "medium": ["q", "q"], "holds": [True, False]})
    extra = pd.DataFrame({"row": ["b", "b"], "medium": ["t", "t"], "holds": [False, True]})
    board = signs(pd.concat([table, extra]), ["row"], "medium", "holds")
    assert board.to_numpy().tolist() == [["b", "✓", "✗"], ["a", "✗", "–"]]


def test_directions_lie_on_the_sphere_and_differ():
    states = bloch_states(50)
    overlaps = np.abs(states @ states.conj().T) ** 2
    assert np.allclose(np.diag(overlaps), 1) and (overlaps - np.eye(50)).max() < 0.9999
