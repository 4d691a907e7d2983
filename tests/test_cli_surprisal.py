"""``szilard surprisal`` on texts like those of readers: prose, one sentence, other scripts, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from szilard.cli import app
from szilard.language import PPM, load


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with a speech."""
    monkeypatch.chdir(tmp_path)
    Path("speech.txt").write_text("\n".join(load("sotu-59").documents[3].sentences[:30]))
    return tmp_path


def surprisal(*words):
    return CliRunner().invoke(app, ["surprisal", *map(str, words)])


def test_a_speech_is_measured_drawn_and_written(folder):
    result = surprisal("speech.txt", "--with", "ppm", "--out", "bits.csv")
    assert result.exit_code == 0, result.output
    assert "30 sentences" in result.stdout and "decreasing (p =" in result.stdout and "xz -9e" in result.stdout
    assert Path("speech-surprisal.svg").read_text().startswith("<?xml")
    table = pd.read_csv("bits.csv")
    assert list(table.columns) == ["model", "sentence", "bytes", "in_context", "alone"] and len(table) == 30
    assert (table.in_context > 0).all() and table.in_context[0] == table.alone[0]
    assert table.in_context.sum() < table.alone.sum()
    bits = table.in_context.sum()
    heat = bits * 1.380649e-23 * 300 * 0.6931471805599453
    assert f"at least {heat:.3g} J: {bits:,.0f} bits" in result.stdout


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Only one sentence.", "1 sentence,"),
        ("no sentence end in sight", "1 sentence,"),
        ("今日は雨です。明日は晴れです。", "2 sentences"),
        ("สวัสดีชาวโลก", "1 sentence,"),
    ],
)
def test_few_sentences_and_other_scripts_are_measured_without_a_trend(folder, text, count):
    Path("x.txt").write_text(text)
    result = surprisal("x.txt", "--no-plot", "--with", "ppm")
    assert result.exit_code == 0, result.output
    assert count in result.stdout and "too few sentences" in result.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["missing.txt"], "No such file"),
        (["speech.txt", "--model", "."], "holds no config.json"),
        (["empty.txt"], "is empty"),
        (["binary.txt"], "is binary"),
        (["latin.txt"], "--encoding, such as latin-1"),
        (["large.txt"], "has 100 MB"),
        (["speech.txt", "--with", "pmp"], "did you mean 'ppm'"),
        (["speech.txt", "--with", "ppm", "--temperature", "0"], "above 0 K"),
        (["speech.txt", "--plot", "x.txt"], "--plot must end in"),
        (["speech.txt", "--out", "speech.csv/x.csv"], "no folder"),
        (["speech.txt", "--with", "smollm2"], "szilard data fetch smollm2"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_one_line(folder, monkeypatch, words, message):
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    Path("empty.txt").touch()
    Path("binary.txt").write_bytes(bytes(range(256)) * 9)
    Path("latin.txt").write_bytes("Ça va très bien.".encode("latin-1"))
    with Path("large.txt").open("wb") as file:
        file.truncate(100_000_000)
    before = sorted(folder.iterdir())
    result = surprisal(*words)
    assert result.exit_code in (1, 2) and result.stdout == "", result.output
    assert len(result.stderr.splitlines()) == 1 and message in result.stderr
    assert sorted(folder.iterdir()) == before


def test_a_model_of_ones_own_stands_beside_the_others(folder, monkeypatch):
    asked = []
    monkeypatch.setattr("szilard.language.local_model", lambda place: asked.append(place) or PPM().fit(()))
    result = surprisal("speech.txt", "--with", "ppm", "--model", "models/mine", "--no-plot", "--out", "bits.csv")
    assert result.exit_code == 0, result.output
    assert asked == [Path("models/mine")] and "\nmine " in result.stdout
    table = pd.read_csv("bits.csv").pivot(index="sentence", columns="model", values="in_context")
    assert list(table.columns) == ["models/mine", "ppm"] and (table["models/mine"] == table["ppm"]).all()
