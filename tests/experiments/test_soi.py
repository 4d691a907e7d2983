"""The laboratory of SΩI, beyond the battery: its grid, and the stored run of the authors."""

from __future__ import annotations

import pytest

from szilard.experiments import soi

LABORATORY = soi.LABORATORY


def test_the_full_tier_covers_the_authors_grid():
    cells = LABORATORY.experiment("curves").cells["full"]
    assert {cell.d for cell in cells} == {5, 10, 20} and {cell.family for cell in cells} == {"red", "syn", "mix"}
    assert all(len(cell.strengths) == 12 for cell in cells) and {cell.repetition for cell in cells} == {0, 1, 2}


def test_the_stored_run_of_the_authors_has_their_truth():
    """The closed forms recomputed here are those stored beside their estimates."""
    from szilard.experiments.soi.cells import system
    from szilard.experiments.soi.untrained import AUTHORS

    for rho, omega, _, tc, _, dtc, _ in AUTHORS:
        truth = system("red", 0, rho, 10).o_information
        found = [float(truth.omega), float(truth.tc), float(truth.dtc)]
        assert found == pytest.approx([omega, tc, dtc], abs=1e-4)
