"""The calculators on the command line: what they print, that errors are one line, and the exit codes."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
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
        (["landauer", "-1 GB"], "information must be finite and ≥ 0 bit; got -8e+09"),
        (["landauer", "-1e400 GB"], "information must be finite; got '-1e400 GB'"),
        (["landauer", "-inf bit"], "information must be a number"),
        (["landauer", ""], "information must be a number"),
        (["landauer", "1GB", "--temperature", ""], "temperature must be a number"),
        (["landauer", "1GB", "--temperature", "300K m"], "temperature must be a temperature"),
        (["landauer", "1GB", "--temperature", "300", "K", "m"], "unexpected 'K m': a quantity with a blank"),
        (["landauer", "1", "GB"], "stands in quotes"),
        (["landauer", "1GB", "--temperature", "300 K/"], "temperature: unit 'K/' is cut off; try 300 K"),
        (["landauer", "1GB", "--temperature", "300 *K"], "cut off"),
        (["hubble", "67.4 km/s/"], "expansion: unit 'km/s/' is cut off; try 1 1/s"),
        (["hubble", "67.4 km//Mpc"], "cut off"),
        (["hubble", "67.4 km/s/Mp"], "unknown unit 'Mp'"),
        (["landauer", "1GB", "--temperature", "nan K"], "temperature must be a number"),
        (["landauer", "1GB", "--temperature", "1e400 K"], "temperature must be finite"),
        (["landauer", "1GB", "--temperature", "1e-400 K"], "absolute zero"),
        (["landauer", "1GB", "--temperature", "27 delta_degree_Celsius"], "a difference of temperatures"),
        (["landauer", "1,5 GB"], "such as 300 K or 1.5 GB; got '1,5 GB'"),
        (["landauer", "1_000 GB"], "information must be a number"),
        (["landauer", "10⁵ bit"], "unknown unit"),
        (["holographic", "1 m⁴"], "unknown unit"),
        (["bremermann", "1 kg degC/K"], "mass must be a mass"),
        (["bremermann", "1 kg Ym^9 Ym^9/m^9/m^9"], "mass must be a mass"),
        (["engine", "--boxes", "2.5"], "boxes must be a whole number; got boxes = 2.5"),
        (["engine", "--boxes", "2", "--boxes=3"], "--boxes is given 2 times"),
        (["laptop", "--volum", "1L"], "--volume"),
        (["lanauer"], "landauer"),
    ],
)
def test_nonsense_is_one_line_and_exit_code_2(words, says):
    lines = said(*words, code=2).splitlines()
    assert len(lines) == 1 and lines[0].startswith("szilard: ") and says in lines[0]


def test_a_negative_temperature_in_degrees_is_one():
    assert "hot -40°C" in said("refrigerator", "1 bit", "--hot", "-40°C")
    assert said("landauer", "--", "2 bit") == said("landauer", "2 bit")
    assert "0.25 μm^2/s" in said("finite-time", "1 s")


LONG = 100_000
LETTERS = ("x" * LONG, "m*" * (LONG // 2), "K" + " " * LONG + "m", "/s" * (LONG // 2), "°" * LONG, "m^9" * (LONG // 3))


@pytest.mark.parametrize("text", [*(f"1 {unit}" for unit in LETTERS), "9" * LONG, "-" * LONG, "1e" + "9" * LONG + "K"])
def test_a_hundred_thousand_letters_are_refused_at_once_and_in_short(text):
    for words in (["landauer", "1 bit", "--temperature", text], ["landauer", "--", text]):
        said("landauer")  # loads what the first call loads
        started = time.process_time()
        assert len(said(*words, code=2)) < 300
        assert time.process_time() - started < 1.0


PIECES = [
    "1", "-1", "0", "300", "1e400", "1e-400", "nan", "inf", "-inf", "½", "²", "", " ", "0.5", "1e308", "٣", "--", "-",
    "K", "GB", "°C", "J", "kg", "m^2", "m²", "s⁻¹", "/s", "/", "*", "^", "°", "km/s/Mpc", "Ym^9", "delta_degC", "degC",
    "bit", "nat", "%", "\x1b[31m", "\n", "\0", "\udc80", "'", "__class__", "Quantity", "e", "μ", "1/", "(", "None",
]  # fmt: skip


def spoilt(text, draw):
    """``text`` as it is, cut off, with something in its midst, or something else altogether."""
    place, piece = draw.randint(0, len(text)), draw.choice(PIECES)
    other = "".join(draw.choices(PIECES, k=draw.randint(1, 4)))
    return draw.choice([text, text[:place], text[:place] + piece + text[place:], other])


def test_whatever_is_typed_ends_in_an_answer_or_one_line():
    """300 command lines from pieces of quantities: exit code 0 with a table, or 2 with one sentence."""
    draw, codes = random.Random(0), Counter()
    for _ in range(300):
        made = draw.choice(list(CALCULATORS.values()))
        words = [made.key]
        for item in draw.sample(made.inputs, draw.randint(1, len(made.inputs))):
            text = spoilt(item.default, draw)
            words += [text] if item is made.inputs[0] else [f"--{item.name}", text]
        result = CliRunner().invoke(app, words)
        codes[result.exit_code] += 1
        assert result.exit_code in (0, 2), (words, result.output)
        if result.exit_code:
            assert result.stderr.startswith("szilard: ") and len(result.stderr.splitlines()) == 1, words
            assert "Error" not in result.stderr and len(result.stderr) < 400, words
        else:
            assert result.stdout.count("\n") == len(made.steps) + 2 and "nan" not in result.stdout, words
    assert codes[0] >= 30 and codes[2] >= 150


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
