"""Laboratories run, remember and refuse."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from fake_laboratory import LABORATORY, Pair

from szilard.compendium import DamagedResult, Experiment, Laboratory, Provenance, Result
from szilard.compendium.provenance import measurement


def test_a_result_tells_where_it_comes_from(cache: Path) -> None:
    result = LABORATORY.run("pair", device="cpu", rng=5)
    source = result.provenance
    assert (source.key, source.experiment, source.tier, source.seed) == ("fake", "pair", "quick", 5)
    assert (source.cells, source.precision, source.threads) == (3, "float64", 1)
    assert source.versions["numpy"] == np.__version__ and len(source.fingerprint) == 64


def test_values_are_right_and_follow_the_seed(cache: Path) -> None:
    first, again, other = (LABORATORY.run("pair", device="cpu", rng=rng, fresh=True).table for rng in (0, 0, 1))
    np.testing.assert_allclose(first.mi, -0.5 * np.log(1 - np.array([0.1, 0.5, 0.9]) ** 2))
    assert first.equals(again) and not first.equals(other)


def test_a_generator_is_a_seed_too(cache: Path) -> None:
    runs = [LABORATORY.run("pair", device="cpu", rng=np.random.default_rng(9)) for _ in range(2)]
    assert runs[0].table.equals(runs[1].table) and runs[0].provenance.seed == runs[1].provenance.seed


def test_the_time_told_includes_cells_computed_earlier(cache: Path) -> None:
    first = LABORATORY.run("pair", device="cpu").provenance.wall_seconds
    assert LABORATORY.run("pair", device="cpu").provenance.wall_seconds == first > 0


def test_a_result_sums_up_how_its_cells_were_measured() -> None:
    here = measurement(1.0, "cpu", "float64")
    there = replace(
        here, seconds=2.5, device="Abacus", utc="2030-01-01T00:00:00Z", commit="f" * 40, dirty=True,
        precision="float32", threads=8, versions={**here.versions, "numpy": "9.9"}, python="3.99.0",
    )  # fmt: skip
    facts = {"key": "fake", "experiment": "pair", "tier": "full", "seed": 0}
    total = Provenance.of([there, here, here], **facts, fingerprint="f", table_sha256="t")
    assert (total.since, total.utc, total.wall_seconds, total.cells) == (here.utc, there.utc, 4.5, 3)
    assert total.device == f"Abacus; {here.device}" and total.precision == "float32; float64"
    assert total.commit == f"{'f' * 40}; {here.commit}" and total.dirty and total.threads == 8
    assert total.versions["numpy"] == f"9.9; {np.__version__}" and total.python.startswith("3.99.0; ")
    alone = Provenance.of([here], **facts, fingerprint="f", table_sha256="t")
    assert alone.versions == here.versions and alone.device == here.device


def test_a_result_tells_when_its_cells_were_measured_not_when_they_were_put_together(cache: Path, monkeypatch) -> None:
    first = LABORATORY.run("pair", device="cpu").provenance
    monkeypatch.setattr("szilard.compendium.provenance.now", lambda: "2099-01-01T00:00:00Z")
    assert LABORATORY.run("pair", device="cpu").provenance == first
    full = LABORATORY.run("pair", "full", "cpu").provenance
    assert full.utc == full.since == "2099-01-01T00:00:00Z"


def test_results_are_read_back_as_written(cache: Path, tmp_path: Path) -> None:
    result = LABORATORY.run("pair", device="cpu", out=tmp_path)
    again = Result.load(tmp_path / "pair.parquet")
    assert again.table.equals(result.table) and again.provenance == result.provenance


def test_a_truncated_result_is_not_half_read(cache: Path, tmp_path: Path) -> None:
    LABORATORY.run("pair", device="cpu", out=tmp_path)
    path = tmp_path / "pair.parquet"
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(DamagedResult, match="pair.parquet: its content is not what pair.json vouches for"):
        Result.load(path)


def test_nothing_recorded_is_none(cache: Path) -> None:
    assert LABORATORY.recorded("pair") is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "pear"}, "experiment must be one of pair, steps; got 'pear'; did you mean 'pair'"),
        ({"name": "steps", "tier": "full"}, "tier of fake/steps must be one of quick"),
        ({"name": "pair", "device": "gpu"}, "device must be one of auto, cpu, cuda, cuda:N; got 'gpu'"),
        ({"name": "pair", "device": "cpu", "rng": -1}, "rng must be an integer"),
    ],
)
def test_bad_arguments_are_one_line(cache: Path, arguments, message) -> None:
    with pytest.raises(ValueError, match=message):
        LABORATORY.run(**arguments)


@dataclass(frozen=True)
class Dumb:
    x: int


@dataclass(frozen=True)
class Greedy:
    x: int

    def measure(self, gpu: str) -> list:
        return []


@pytest.mark.parametrize(
    ("tiers", "message"),
    [
        ({}, "at least one cell"),
        ({"quick": []}, "at least one cell"),
        ({"quick": [Pair(0.1), Pair(0.1)]}, "different from each other"),
        ({"quick": [Dumb(1)]}, r"a method measure\(self\[, rng\]\[, device\]\); Dumb is not"),
        ({"quick": [Greedy(1)]}, "may ask for rng and device; it asks for gpu"),
        ({"full": ["text"]}, "a cell must be a frozen dataclass"),
    ],
)
def test_cells_that_make_no_sweep_are_refused(tiers, message) -> None:
    with pytest.raises(ValueError, match=message):
        Experiment("x", "", **tiers)


def test_what_needs_no_device_runs_on_the_processor_whatever_is_asked_for() -> None:
    pair, steps = LABORATORY.experiments
    assert pair.device("quick", "cuda") == "cpu"
    with pytest.raises(ValueError, match="cuda"):
        steps.device("quick", "cuda:99")


def test_the_name_of_the_file_of_movements_is_taken() -> None:
    experiment = Experiment("spread", "", quick=[Pair(0.1)])
    with pytest.raises(ValueError, match=r"no experiment of fake may be called spread: spread\.json"):
        Laboratory("fake", (experiment,))


def test_names_are_unique_and_claims_refer_to_experiments() -> None:
    pair, claim = LABORATORY.experiments[0], LABORATORY.claims[0]
    with pytest.raises(ValueError, match="every experiment of fake needs its own name; repeated: pair"):
        Laboratory("fake", (pair, pair))
    with pytest.raises(ValueError, match="experiment of claim fake/grows must be one of pair"):
        Laboratory("fake", (pair,), (replace(claim, experiment="nothing"),))
