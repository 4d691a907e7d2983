"""The 40 tasks against the published table, and each sampler against what its definition says."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from szilard.distributions import Task, beyond_normal, task

PUBLISHED = pd.read_csv(Path(__file__).parents[1] / "golden" / "bmi_tasks.csv", comment="#")


def test_tasks_match_the_published_table_in_order():
    ours = [(one.id, one.name, one.family, *one.dims) for one in beyond_normal()]
    columns = ["task_id", "task_name", "family", "dim_x", "dim_y"]
    assert ours == list(PUBLISHED[columns].itertuples(index=False, name=None))
    assert len(ours) == len({id for id, *_ in ours}) == 40


@pytest.mark.parametrize("row", list(PUBLISHED.itertuples()), ids=list(PUBLISHED["task_id"]))
def test_information_matches_the_published_value(row):
    assert task(row.task_id).mutual_information == pytest.approx(row.true_mi_nats, abs=1e-6)


def test_tasks_are_problems_of_equal_standing():
    assert all(isinstance(one, Task) and "closed form" in one.truth for one in beyond_normal())
    assert beyond_normal() == beyond_normal()
    assert beyond_normal() is not beyond_normal()


@pytest.mark.parametrize("dim", [3, 5, 25])
def test_spiral_tasks_turn_by_the_published_angles(dim):
    spiral = task(f"spiral-multinormal-sparse-{dim}-{dim}-2-2.0")
    plain = task(f"multinormal-sparse-{dim}-{dim}-2-2.0")
    turned, straight = spiral.sample(100, rng=12), plain.sample(100, rng=12)
    for (i, j), z, v in zip(((0, 1), (1, 2)), turned, straight, strict=True):
        expected = (v[:, i] + 1j * v[:, j]) * np.exp(1j * (v**2).sum(axis=1) / dim)
        np.testing.assert_allclose(z[:, i] + 1j * z[:, j], expected, atol=1e-12)
        rest = [k for k in range(dim) if k not in (i, j)]
        np.testing.assert_array_equal(z[:, rest], v[:, rest])


def test_wiggly_task_adds_the_published_sines():
    x, y = task("1v1-normal-0.75").sample(100, rng=13)
    u, v = task("wiggly-1v1-normal-0.75").sample(100, rng=13)
    expected_u = x + 0.4 * np.sin(x) + 0.2 * np.sin(1.7 * x + 1) + 0.03 * np.sin(3.3 * x - 2.5)
    expected_v = y - 0.4 * np.sin(0.4 * y) + 0.17 * np.sin(1.3 * y + 3.5) + 0.02 * np.sin(4.3 * y - 2.5)
    np.testing.assert_allclose(u, expected_u, atol=1e-14)
    np.testing.assert_allclose(v, expected_v, atol=1e-14)


def test_unknown_tasks_are_refused_with_the_closest_match():
    with pytest.raises(ValueError, match="did you mean '1v1-normal-0.75'") as caught:
        task("1v1-normal-0.7")
    assert "\n" not in str(caught.value)
