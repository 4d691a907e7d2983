"""``szilard estimate`` says how a file was read, takes the reader's word for it, and obeys nothing in it."""

from __future__ import annotations

import numpy as np
import pytest
from typer.testing import CliRunner

from szilard.cli import app

ROWS = "".join(f"{x:.6f};{y:.6f}\n" for x, y in np.random.default_rng(0).normal(size=(50, 2)))


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs ``szilard estimate d.csv`` on a text."""
    monkeypatch.chdir(tmp_path)

    def estimate(content, *words, name="d.csv", x="0", y="1"):
        (tmp_path / name).write_text(content)
        words = [name, "--x", x, "--y", y, "--with", "gaussian", "--no-plot", *words]
        return CliRunner().invoke(app, ["estimate", *words])

    return estimate


def test_what_was_decided_is_said_and_can_be_overruled(run):
    result = run("2019;2020\n" + ROWS)
    assert "50 samples" in result.stdout and "The first line (2019, 2020) is taken as names" in result.stdout
    assert "51 samples" in run("2019;2020\n" + ROWS, "--no-header").stdout
    assert "49 samples" in run(ROWS, "--header").stdout


def test_decimal_commas_are_said_and_can_be_overruled(run):
    commas = "a;b\n" + ROWS.replace(".", ",")
    assert "Decimal commas" in run(commas).stdout
    assert "Decimal commas" not in run(commas, "--decimal", ",").stdout
    assert run(commas, "--decimal", ".").exit_code == 2
    assert "decimal must be" in run(commas, "--decimal", "x").stderr


def test_large_files_are_read_when_asked_for(run, monkeypatch):
    monkeypatch.setattr("szilard.userdata.LIMIT", 100, raising=False)
    refused = run("a;b\n" + ROWS)
    assert refused.exit_code == 2 and "--allow-large" in refused.stderr
    assert "50 samples" in run("a;b\n" + ROWS, "--allow-large").stdout


def test_no_escape_reaches_the_terminal(run):
    evil = "\x1b]0;owned\x07\x1b[2J"
    for x, y in (("0", "1"), (evil, "nothing"), ("", "1")):
        result = run(f"{evil};b\n{ROWS}", "--out", "\x1b[31mt.csv", name="\x1b[31md.csv", x=x, y=y)
        shown = result.stdout + result.stderr
        assert "\x1b" not in shown and "\x07" not in shown and r"\x1b[" in shown
