"""The fleets of the chapter on MINDE: tidy tables, groups that cover all tasks, and a killed run that goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import small_benchmark
from small_benchmark import CELLS, SMALL
from typer.testing import CliRunner

import szilard.experiments
from szilard.cli import app
from szilard.compendium import Experiment, Laboratory, Result
from szilard.diffusion import FORMS
from szilard.distributions import beyond_normal, task
from szilard.estimators import MINDE
from szilard.experiments.minde import cells
from szilard.experiments.minde import fleet as fleets


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("SZILARD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")  # cells this small are done before a worker has started
    monkeypatch.setattr(szilard.experiments, "load", lambda key: SMALL)
    return tmp_path


def test_shapes_cover_the_forty_tasks_once():
    grouped = [each.id for dims in fleets.SHAPES for each in fleets.tasks_of(dims)]
    assert sorted(grouped) == sorted(each.id for each in beyond_normal())


def test_the_command_writes_a_tidy_table_with_its_provenance(cache):
    words = ["run", "minde/benchmark", "--tier", "full", "--device", "cpu", "--out", str(cache / "out")]
    assert CliRunner().invoke(app, words, catch_exceptions=False).exit_code == 0
    result = Result.load(cache / "out" / "benchmark.parquet")
    keys = ["protocol", "variant", "task", "seed", "form"]
    assert not result.table.duplicated(keys).any()
    assert len(result.table) == 2 * 2 * (1 + 5) * 2 * len(FORMS)
    assert {"steps", "parameters", "truth", "estimate", "stderr", "warned"} <= set(result.table.columns)
    assert np.isfinite(result.table[["estimate", "stderr"]].to_numpy()).all()
    assert (result.table.parameters > 1000).all() and (result.table.steps == 20).all()
    assert result.provenance.cells == 8 and result.provenance.wall_seconds > 0
    truths = {each.id: each.mutual_information for each in beyond_normal()}
    assert (result.table.truth == result.table.task.map(truths)).all()


def test_a_run_in_parts_ends_with_the_table_of_a_run_in_one_go(cache, monkeypatch):
    def parts(*extra):
        words = ["run", "minde/benchmark", "--tier", "full", "--device", "cpu", "--out", str(cache / "out")]
        return CliRunner().invoke(app, [*words, *extra]).exit_code

    assert parts("--minutes", "0") == 1  # nothing fits, nothing is written
    assert not (cache / "out").exists()
    few = Laboratory("minde", (Experiment("benchmark", "fewer tasks", full=CELLS[:2]),))
    few.run("benchmark", "full", "cpu", workers=1)
    kept = {path: path.stat().st_mtime_ns for path in (cache / "cache").rglob("*.parquet")}
    assert len(kept) == 2
    assert parts() == 0
    assert all(path.stat().st_mtime_ns == stamp for path, stamp in kept.items())
    whole = SMALL.run("benchmark", "full", "cpu", fresh=True, workers=1)
    pd.testing.assert_frame_equal(Result.load(cache / "out" / "benchmark.parquet").table, whole.table)


def test_a_killed_run_goes_on_where_it_stopped(cache):
    library = Path(sys.modules["szilard"].__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": str(library)}
    words = ["run", "minde/benchmark", "--tier", "full", "--device", "cpu", "--out", str(cache / "out")]
    process = subprocess.Popen(
        [sys.executable, small_benchmark.__file__, *words],
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not list((cache / "cache").rglob("*.json")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    kept = {path: path.stat().st_mtime_ns for path in (cache / "cache").rglob("*.json")}
    assert 1 <= len(kept) < len(CELLS) and not (cache / "out").exists()
    assert CliRunner().invoke(app, words, catch_exceptions=False).exit_code == 0
    assert all(path.stat().st_mtime_ns == stamp for path, stamp in kept.items())  # none ran again
    assert len(list((cache / "cache").rglob("*.json"))) == len(CELLS)
    assert (cache / "out" / "benchmark.parquet").exists()


def test_a_group_measures_what_its_tasks_do_alone():
    """One member, its samples and its stream rebuilt by hand."""
    cell = fleets.Group("2x1", "c", "ours", samples=300, steps=20, batch=16, seeds=1)
    rows = pd.DataFrame(cell.measure(np.random.default_rng(5), "cpu")).set_index("form")
    data, training = (each.spawn(1)[0] for each in np.random.default_rng(5).spawn(2))
    problem = task(rows.task.iloc[0])
    alone = cells.minde(fleets.PROTOCOLS["ours"], 16, variant="c", steps=20, holdout=0.1, device="cpu")
    estimate = alone.mutual_information(*problem.sample(300, rng=data), rng=training)
    assert estimate.value == pytest.approx(rows.estimate["inside"], rel=1e-9)


def test_a_wound_task_has_one_row_a_seed_and_form_and_differs_by_seed():
    assert [task(name).dims for name in fleets.WIDEST] == [(25, 25)] * 2
    cell = fleets.Wound(fleets.WIDEST[0], "modulated", samples=300, steps=2, batch=16, seeds=2)
    rows = pd.DataFrame(cell.measure(np.random.default_rng(0), "cpu"))
    assert len(rows) == 2 * len(FORMS) and not rows.duplicated(["seed", "form"]).any()
    assert rows.groupby("form").estimate.nunique().eq(2).all()
    assert (rows.truth == task(cell.task).mutual_information).all()
    with pytest.raises(ValueError, match="task"):
        fleets.Wound("1v1-normal-0.75", "modulated").measure(np.random.default_rng(0), "cpu")


def test_options_are_what_their_names_say():
    made = {name: cells.minde(name, 64) for name in cells.OPTIONS}
    assert made["published"].architecture.kind == "published" and made["published"].architecture.time == "raw"
    assert made["published"].training.schedule == "constant" and made["published"].baseline is None
    assert made["published"].preprocess == made["network"].preprocess == made["plain"].preprocess == "rescale"
    assert made["network"].times == "importance" and made["plain"].times == "logistic"
    assert made["ranks"].preprocess == "rank" and made["ranks"].baseline is None
    assert made["ours"].baseline == "gaussian" and made["deep"].architecture.depth > made["ours"].architecture.depth
    assert [name for name, each in made.items() if each.architecture.kind == "modulated"] == ["modulated"]
    assert all(isinstance(each, MINDE) for each in made.values())
    assert set(fleets.PROTOCOLS.values()) <= set(cells.OPTIONS)
