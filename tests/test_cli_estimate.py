"""``szilard estimate`` on files like those of readers: real data, odd data, data that must be refused."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from szilard.cli import app
from szilard.cli.estimate import choose
from szilard.datasets import fmri
from szilard.estimators import ESTIMATORS

LIBRARY = Path(__file__).resolve().parents[1] / "lib"
RHO = 0.8


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with ``pair.csv``: columns u, v with correlation 0.8, an independent w, and text."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(1)
    u, noise, w = rng.normal(size=(3, 2000))
    frame = pd.DataFrame({"u": u, "v": RHO * u + math.sqrt(1 - RHO**2) * noise, "w": w})
    frame.assign(label="a", gap=frame["w"].where(frame["w"] > -2)).to_csv("pair.csv", index=False)
    return tmp_path


def estimate(*words):
    """The run of ``szilard estimate words``."""
    return CliRunner().invoke(app, ["estimate", *map(str, words)])


def table(*words):
    """The table that ``szilard estimate words`` writes."""
    result = estimate(*words, "--out", "table.csv", "--no-plot")
    assert result.exit_code == 0, result.output
    return pd.read_csv("table.csv", keep_default_na=False, na_values=["nan"])


def refusal(*words):
    """The one line with which it is refused; nothing may have been written."""
    before = sorted(Path().iterdir())
    result = estimate(*words)
    assert result.exit_code == 2, result.output
    assert result.stdout == "" and len(result.stderr.splitlines()) == 1, result.output
    assert sorted(Path().iterdir()) == before
    return result.stderr


def test_a_normal_pair_is_measured_within_four_standard_errors(folder):
    truth = -0.5 * math.log(1 - RHO**2)
    result = table("pair.csv", "--x", "u", "--y", "v")
    assert result["estimator"].tolist() == ["gaussian", "copula", "ksg"]
    assert (abs(result["value"] - truth) < 4 * result["stderr"]).all()


def test_independent_columns_have_no_information(folder):
    result = table("pair.csv", "--x", "u", "--y", "w")
    assert (abs(result["value"]) < 4 * result["stderr"] + 1e-3).all()


def test_what_is_printed(folder):
    result = estimate("pair.csv", "--x", "u,w", "--y", "v", "--unit", "bits")
    assert result.exit_code == 0
    assert "pair.csv: 2,000 samples, X = u, w, Y = v" in result.stdout
    for word in ("estimator", "value ± stderr", "seconds", "bits", "The estimators", "plot: pair-information.svg"):
        assert word in result.stdout
    assert result.stderr == "" and "\x1b" not in result.stdout
    assert not any(line != line.rstrip() for line in result.stdout.splitlines())


def test_settings_reach_the_estimators(folder):
    three, thirty = (table("pair.csv", "--x", "u", "--y", "v", "--with", "ksg", "--k", k) for k in (3, 30))
    assert three["value"][0] != thirty["value"][0]
    bits = table("pair.csv", "--x", "u", "--y", "v", "--with", "ksg", "--k", 3, "--unit", "bits")
    assert bits["value"][0] == pytest.approx(three["value"][0] / math.log(2), rel=1e-9)


def test_items_that_repeat_values_are_measured_by_what_suits_them(folder):
    q1, q2, age = np.random.default_rng(0).integers(1, 6, size=(3, 500))
    pd.DataFrame({"q1": q1, "q2": q2, "age": age + np.random.default_rng(1).random(500)}).to_csv("likert.csv")
    result = estimate("likert.csv", "--x", "q1", "--y", "q2", "--no-plot")
    assert "Chosen: gaussian, copula, mixed-ksg, for columns that repeat values: q" in result.stdout
    assert "has 5 different values in 500 rows" in result.stdout
    for other in ("q2", "age"):
        found = table("likert.csv", "--x", "q1", "--y", other)
        assert found["estimator"].tolist() == ["gaussian", "copula", "mixed-ksg"]
        assert abs(found["value"][2]) < 4 * found["stderr"][2] + 0.02
    refused = refusal("likert.csv", "--x", "q1", "--y", "q2", "--with", "ksg")
    assert "use MixedKSG (mixed-ksg)" in refused
    asked = table("likert.csv", "--x", "q1", "--y", "q2", "--with", "mixed-ksg", "--k", "5")
    assert asked["method"][0] == "MixedKSG(k=5)"


def test_the_unit_of_a_column_does_not_matter(folder):
    frame = pd.read_csv("pair.csv")
    frame.assign(u=800 * frame["u"] + 40_000).to_csv("pay.csv", index=False)
    names = "gaussian,copula,ksg,mixed-ksg,kl,weighted-kl"
    plain, other = (table(file, "--x", "u", "--y", "v", "--with", names) for file in ("pair.csv", "pay.csv"))
    np.testing.assert_allclose(other["value"], plain["value"], atol=1e-6)
    assert (abs(plain["value"] - 0.511) < 4 * plain["stderr"]).all() and (other["warnings"] == "").all()


def test_names_and_indices_are_the_same_columns(folder):
    by_name = table("pair.csv", "--x", "u", "--x", "w", "--y", "v", "--with", "gaussian")
    by_index = table("pair.csv", "--x", "0,2", "--y", "1", "--with", "gaussian")
    assert by_name["value"][0] == by_index["value"][0]


def test_a_headerless_array_is_said_to_be_numbered(folder):
    np.save("pair.npy", pd.read_csv("pair.csv")[["u", "v"]].to_numpy())
    result = estimate("pair.npy", "--x", "0", "--y", "1", "--no-plot")
    assert result.exit_code == 0 and "numbered from 0" in result.stdout


def test_incomplete_rows_are_dropped_on_request_and_counted(folder):
    gaps = int(pd.read_csv("pair.csv")["gap"].isna().sum())
    assert f"{gaps} of 2,000 rows miss a value" in refusal("pair.csv", "--x", "u", "--y", "gap")
    result = estimate("pair.csv", "--x", "u", "--y", "gap", "--drop-missing", "--no-plot")
    assert f"{gaps} of 2,000 rows dropped" in result.stdout and f"{2000 - gaps:,} samples" in result.stdout


@pytest.mark.parametrize(("suffix", "start"), [(".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_the_plot_is_what_its_name_says_and_the_same_each_time(folder, suffix, start):
    pictures = []
    for _ in range(2):
        result = estimate("pair.csv", "--x", "u", "--y", "v", "--with", "gaussian", "--plot", f"p{suffix}")
        assert result.exit_code == 0 and f"plot: p{suffix}" in result.stdout
        pictures.append(Path(f"p{suffix}").read_bytes())
    assert pictures[0].startswith(start) and pictures[0] == pictures[1]


def test_without_a_plot_nothing_is_left_behind(folder):
    before = sorted(Path().iterdir())
    assert estimate("pair.csv", "--x", "u", "--y", "v", "--no-plot").exit_code == 0
    assert sorted(Path().iterdir()) == before


def test_odd_column_names_are_drawn(folder):
    pd.read_csv("pair.csv").rename(columns={"u": "price ($)", "v": "\u6c34_{"}).to_csv("odd.csv", index=False)
    assert estimate("odd.csv", "--x", "price ($)", "--y", "\u6c34_{", "--with", "gaussian").exit_code == 0


def test_disagreement_is_said(folder):
    rng = np.random.default_rng(2)
    angle = rng.uniform(0, 2 * np.pi, 2000)
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) + 0.05 * rng.normal(size=(2000, 2))
    np.save("ring.npy", ring)
    result = estimate("ring.npy", "--x", "0", "--y", "1", "--no-plot")
    assert "The estimators disagree: ksg and " in result.stdout


def test_one_refusing_estimator_leaves_the_others_and_exit_code_1(folder):
    pd.read_csv("pair.csv").head(4).to_csv("short.csv", index=False)
    result = estimate("short.csv", "--x", "u", "--y", "v", "--with", "gaussian,ksg", "--k", 9, "--no-plot")
    assert result.exit_code == 1 and "refused: k must be smaller" in result.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nothing.csv", "--x", "u", "--y", "v"], "no file 'nothing.csv'"),
        (["pare.csv", "--x", "u", "--y", "v"], "did you mean 'pair.csv'"),
        ([".", "--x", "u", "--y", "v"], "is a folder"),
        (["pair.csv"], "--x and --y must each name columns of pair.csv: u, v, w, label, gap"),
        (["pair.csv", "--x", "u"], "--x and --y"),
        (["pair.csv", "--x", "u", "--y", "lable"], "did you mean 'label'"),
        (["pair.csv", "--x", "u", "--y", "label"], "column 'label' holds 'a'"),
        (["pair.csv", "--x", "u,v", "--y", "v"], "must not share columns; both hold 'v'"),
        (["pair.csv", "--x", "0-9", "--y", "v"], "indices run from 0 to 4"),
        (["pair.csv", "--x", "u", "--y", "v", "--with", "kgs"], "did you mean 'ksg'"),
        (["pair.csv", "--x", "u", "--y", "v", "--with", ","], "--with must name estimators"),
        (["pair.csv", "--x", "u", "--y", "v", "--with", "gaussian", "--k", "3"], "--k 3"),
        (["pair.csv", "--x", "u", "--y", "v", "--with", "ksg", "--k", "5000"], "k must be smaller"),
        (["pair.csv", "--x", "u", "--y", "v", "--k", "0"], "--k"),
        (["pair.csv", "--x", "u", "--y", "v", "--unit", "bans"], "'nats', 'bits'"),
        (["pair.csv", "--x", "u", "--y", "v", "--plot", "p.doc"], "--plot must end in .svg or .png or .pdf"),
        (["pair.csv", "--x", "u", "--y", "v", "--plot", "no/p.svg"], "no folder 'no'"),
        (["pair.csv", "--x", "u", "--y", "v", "--out", "pair.csv"], "would overwrite the data"),
        (["pair.csv", "--x", "u", "--y", "v", "--out", "t.xlsx"], "--out must end in .csv"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(folder, words, says):
    assert says in refusal(*words)


def test_a_constant_column_is_refused(folder):
    np.save("constant.npy", np.column_stack([np.ones(50), np.arange(50.0)]))
    assert "constant" in refusal("constant.npy", "--x", "0", "--y", "1")


@pytest.mark.parametrize("name", ["broken.csv", "broken.parquet", "broken.npy", "broken.npz"])
@pytest.mark.parametrize("content", [b"", b"\x00\xff\x81\x00", b"\x93NUMPY\x01\x00", b"PK\x03\x04abc", b"PAR1"])
def test_a_broken_file_is_refused(folder, name, content):
    Path(name).write_bytes(content)
    assert "broken" in refusal(name, "--x", "0", "--y", "1")


def test_as_a_process_it_is_plain_and_refusals_show_no_traceback(folder):
    environment = {**os.environ, "PYTHONPATH": str(LIBRARY)}
    run = [sys.executable, "-m", "szilard", "estimate", "pair.csv", "--with", "gaussian", "--no-plot"]
    for x, code in (("u", 0), ("v", 2)):
        words = [*run, "--x", x, "--y", "v"]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code and "\x1b" not in done.stdout + done.stderr
        assert len(done.stderr.splitlines()) == (code != 0)


def test_fmri_regions_are_measured_by_several_estimators(folder):
    """Left and right caudate and putamen of one brain share information; how much is not known exactly."""
    fmri().to_csv("fmri.csv", index=False)
    result = table("fmri.csv", "--x", "LCau,LPut", "--y", "RCau,RPut")
    assert (result["n"] == 250).all() and (result["refused"] == "").all()
    assert (result["value"] > 3 * result["stderr"]).all()


def test_every_estimator_but_the_one_that_trains_takes_the_same_file(folder):
    names = [name for name in ESTIMATORS if not ESTIMATORS[name].stochastic]
    result = table("pair.csv", "--x", "u", "--y", "v", "--with", ",".join(names))
    assert result["estimator"].tolist() == names and (result["refused"] == "").all()


def test_what_does_not_train_does_not_wait_for_torch(folder):
    code = (
        "import sys; from szilard.cli import app\n"
        "try: app(['estimate', 'pair.csv', '--x', 'u', '--y', 'v', '--with', 'gaussian', '--no-plot'])\n"
        "except SystemExit: print('torch' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(LIBRARY)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


def test_the_estimators_that_train_get_the_device_and_a_progress_bar():
    chosen = choose("minde,ksg", 7, "cpu")
    assert chosen[0].device == "cpu" and chosen[0].progress and chosen[1].k == 7
