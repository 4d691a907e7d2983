"""``szilard plan``: what it prints, its warnings, and that errors are one line."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from szilard.cli import app
from szilard.scaling import known_law


def said(*words, code=0):
    """What ``szilard plan`` prints, after checking its exit code."""
    result = CliRunner().invoke(app, ["plan", *words])
    assert result.exit_code == code, result.output
    return result.stderr if code else result.stdout


def test_a_budget_under_a_published_law():
    printed = said("--flops", "5.88e23", "--law", "besiroglu2024")
    assert "5.88e+23 operations" in printed and "18.4" in printed
    assert "times the parameters of the largest run behind it" in printed


def test_laws_side_by_side_with_intervals_where_their_runs_are_at_hand():
    lines = said("--flops", "1e21", "--law", "kaplan2020, olmo-ladder").splitlines()
    kaplan, olmo = (next(line for line in lines if line.startswith(name)) for name in ("kaplan2020 ", "olmo-ladder "))
    assert "–" in olmo and "–" not in kaplan
    assert len(kaplan.split()) == 7  # with a batch and steps, without an interval


def test_processors_and_days_are_a_budget():
    assert "8.294e+21 operations" in said("--gpus", "8", "--days", "30", "--law", "hoffmann2022")


def test_a_given_size_is_kept():
    printed = said("--flops", "1e21", "--parameters", "1e9", "--law", "hoffmann2022")
    loss = float(known_law("hoffmann2022").law.loss(1e9, 1e12 / 6))
    assert "1B parameters" in printed and f"{loss:.3f}" in printed


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "a budget is needed"),
        (["--flops", "-1"], "flops must be a finite number > 0"),
        (["--flops", "nan"], "flops must be a finite number > 0"),
        (["--flops", "many"], "valid number"),
        (["--flops", "1e21", "--days", "3"], "not both"),
        (["--gpus", "8"], "a budget is needed"),
        (["--gpus", "8", "--days", "0"], "days must be"),
        (["--flops", "1e21", "--law", "chinchilla"], "law must be one of"),
        (["--flops", "1e21", "--law", "kaplan"], "did you mean 'kaplan2020'"),
        (["--flops", "1e21", "--parameters", "-5", "--law", "kaplan2020"], "parameters must be"),
        (["--flops", "1e21", "--level", "2", "--law", "kaplan2020"], "level must lie between 0 and 1"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(words, says):
    line = said(*words, code=2)
    assert line.count("\n") == 1 and line.startswith("szilard: ") and says in line
