"""One battery for the laboratories of all chapters. A chapter gives ``small/<key>.py``, and nothing else."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from battery import problems, sizes, small_cells

from szilard.compendium import Claim, Laboratory
from szilard.compendium.cell import measure
from szilard.experiments import keys, load

LABORATORIES = {key: load(key) for key in keys()}
TIERS = [
    pytest.param(key, each.name, tier, id=f"{key}/{each.name}-{tier}")
    for key, laboratory in LABORATORIES.items()
    for each in laboratory.experiments
    for tier in each.cells
]
CLAIMS = [
    pytest.param(key, claim, id=f"{key}/{claim.name}")
    for key, laboratory in LABORATORIES.items()
    for claim in laboratory.claims
]


@pytest.mark.parametrize(("key", "name", "tier"), TIERS)
def test_every_cell_runs_at_a_small_size(key: str, name: str, tier: str) -> None:
    experiment = LABORATORIES[key].experiment(name)
    values = sizes(key).SMALL
    if name in getattr(sizes(key), "CARD", ()) and not torch.cuda.is_available():
        pytest.skip("needs a card")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few samples, few steps: estimators warn, as they should
        for cell in small_cells(experiment, tier, values):
            rows = pd.DataFrame(measure(cell, np.random.default_rng(0), "cpu"))
            assert len(rows) and not rows.columns.duplicated().any()


@pytest.mark.parametrize(("key", "claim"), CLAIMS)
def test_every_claim_has_its_places(key: str, claim: Claim) -> None:
    laboratory = LABORATORIES[key]
    for tier in claim.tiers:
        assert tier in laboratory.experiment(claim.experiment).cells, f"{claim.experiment} has no {tier} tier"
    assert not claim.shown or claim.shown.startswith((f"fig-{key}-", f"tab-{key}-"))


@pytest.mark.parametrize(("key", "claim"), CLAIMS)
def test_every_claim_can_fail_row_by_row_and_its_control_is_asked(key: str, claim: Claim) -> None:
    laboratory = LABORATORIES[key]
    recorded = _recorded(laboratory, claim) if "full" in claim.tiers else None
    if "quick" in claim.tiers:
        tables = {name: laboratory.run(name, device="cpu", workers=1).table for name in claim.experiments}
        assert not problems(claim, tables, laboratory, larger=recorded)
    elif recorded is None:
        pytest.skip("its full tier is not recorded yet")
    else:
        assert not problems(claim, recorded, laboratory)


def _recorded(laboratory: Laboratory, claim: Claim) -> dict[str, pd.DataFrame] | None:
    results = {name: laboratory.recorded(name) for name in claim.experiments}
    return None if None in results.values() else {name: result.table for name, result in results.items()}
