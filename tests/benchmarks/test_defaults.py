"""The defaults of MINDE and SΩI, as they come: what they get right from ten thousand samples."""

from __future__ import annotations

import numpy as np
import pytest

from szilard.distributions import synergistic, task
from szilard.estimators import MINDE, SOI
from szilard.experiments import minde

TASKS = (
    "1v1-normal-0.75",
    "half_cube-1v1-normal-0.75",
    "asinh-student-identity-1-1-1",
    "swissroll_x-normal_cdf-1v1-normal-0.75",
    "multinormal-sparse-3-3-2-2.0",
    "spiral-multinormal-sparse-3-3-2-2.0",
    "student-identity-5-5-2",
)
N = 10_000


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["c", "j"])
@pytest.mark.parametrize("name", TASKS)
def test_benchmark_tasks_come_out_as_in_the_record(variant, name):
    """Within two standard errors and 0.03 nats of the error that the recorded run made with ten times the samples."""
    law, table = task(name).distribution, minde.recorded("benchmark").table
    rows = table[(table.task == name) & (table.variant == variant) & (table.form == "inside")]
    recorded = abs((rows.estimate - rows.truth).mean())
    found = MINDE(variant=variant, device="cpu").mutual_information(*law.sample(N, rng=0))
    assert abs(found.value - law.mutual_information) < recorded + 0.03 + 2 * found.stderr


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["c", "j"])
@pytest.mark.parametrize("name", ["1v1-normal-0.75", "student-identity-2-2-1"])
def test_permuted_pairs_share_nothing(variant, name):
    x, y = task(name).distribution.sample(N, rng=0)
    found = MINDE(variant=variant, device="cpu").mutual_information(x, np.random.default_rng(1).permutation(y))
    assert abs(found.value) < 0.03


@pytest.mark.slow
def test_a_synergistic_system_of_two_coordinates():
    law = synergistic(4, 0.6, 2)
    found, truth = SOI(device="cpu").o_information(law.sample(N, rng=0)), law.o_information
    assert found.tc.value == pytest.approx(truth.tc.value, rel=0.12)
    assert found.dtc.value == pytest.approx(truth.dtc.value, rel=0.12)
    assert abs(found.omega.value - truth.omega.value) < 0.1
