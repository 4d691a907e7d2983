"""The calculators on the command line: what they print, that errors are one line, and the exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from szilard.cli import app
from szilard.thermodynamics import CALCULATORS, FORMULAS
from szilard.thermodynamics.formulas.quantities import convert

LIBRARY = Path(__file__).resolve().parents[1] / "lib"


def said(*words, code=0):
    """What ``szilard words`` prints, after checking its exit code."""
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result.stderr if code else result.stdout


@pytest.mark.parametrize("key", CALCULATORS)
def test_every_calculator_is_a_command_that_prints_what_python_returns(key):
    made = CALCULATORS[key]
    values, printed = made(), said(key)
    assert printed.startswith(f"{made.title}: ")
    for step in made.steps:
        law = FORMULAS[step.formula]
        for unit in step.units:
            assert f"{convert(values[step.name], law.unit, unit):.7g} {unit}".strip() in printed
        assert step.about in printed and law.source in printed


def test_a_gigabyte_at_room_temperature():
    printed = said("landauer", "1GB", "--temperature", "300K")
    assert "2.296783e-11 J" in printed and "information 1GB, temperature 300K" in printed


def test_options_change_the_answer():
    assert "2.853275e-21 J" in said("landauer", "--temperature", "25°C")
    assert "1.524502e-21 J" in said("landauer", "1 bit", "--error", "0.1")
    assert "2.777442e-66 g" in said("hubble", "73.04 km/s/Mpc")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["landauer", "1GB", "--temperature", "300"], "temperature needs a unit"),
        (["landauer", "1GB", "--temperature", "-300°C"], "absolute zero"),
        (["landauer", "1 kg"], "must be an amount of information"),
        (["landauer", "1gb"], "did you mean 'GB'"),
        (["landauer", "--error", "1.5"], "error must lie between 0 and 1"),
        (["refrigerator", "--cold", "400K"], "hot must be at least as warm as cold"),
        (["laptop", "--volum", "1L"], "--volume"),
        (["lanauer"], "landauer"),
    ],
)
def test_nonsense_is_one_line_and_exit_code_2(words, says):
    lines = said(*words, code=2).splitlines()
    assert len(lines) == 1 and lines[0].startswith("szilard: ") and says in lines[0]


def test_the_help_lists_the_calculators_apart():
    printed = said("--help")
    commands, calculators = printed.split("\nCalculators:\n")
    assert all(f"\n  {key} " in f"\n{calculators}" for key in CALCULATORS)
    assert "\n  estimate " in commands and "landauer" not in commands
    assert "[default: 300 K]" in said("landauer", "--help")


def test_the_help_of_a_calculator_loads_nothing_heavy():
    code = (
        "import sys; from szilard.cli import app\n"
        "try: app(['landauer', '--help'])\n"
        "except SystemExit: print(sorted({'numpy', 'scipy', 'sympy', 'pint'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(LIBRARY)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
