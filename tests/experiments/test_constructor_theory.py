"""The laboratory of constructor theory, beyond the battery: other seeds, and directions on the sphere."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from szilard.compendium import Verdict
from szilard.experiments.constructor_theory import LABORATORY
from szilard.experiments.constructor_theory.claims import fraction
from szilard.experiments.constructor_theory.sweeps import bloch_states


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_share_of_tasks_that_pairs_misjudge_is_large_for_other_seeds(seed):
    rows = []
    for cell in LABORATORY.experiment("fraction").cells["quick"]:
        small = dataclasses.replace(cell, tasks=400)
        measured = small.measure(np.random.default_rng(seed), "cpu")
        rows += [dataclasses.asdict(small) | row for row in measured]
    assert fraction.evaluate({"fraction": pd.DataFrame(rows)}).verdict is Verdict.REPRODUCED


def test_directions_lie_on_the_sphere_and_differ():
    states = bloch_states(50)
    overlaps = np.abs(states @ states.conj().T) ** 2
    assert np.allclose(np.diag(overlaps), 1) and (overlaps - np.eye(50)).max() < 0.9999
