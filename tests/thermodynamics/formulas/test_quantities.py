"""Quantities with units: what is understood, and how the rest is refused."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.thermodynamics.formulas.quantities import convert, kind_of, parse, scale, split


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1 GB", "bit", 8e9),
        ("1GB", "bit", 8e9),
        ("1 GiB", "bit", 8 * 2**30),
        ("1 Gb", "bit", 1e9),
        ("12 bit", "bit", 12.0),
        ("1 nat", "bit", 1 / math.log(2)),
        ("1 bit", "nat", math.log(2)),
        ("4 K", "K", 4.0),
        ("25 °C", "K", 298.15),
        ("25℃", "K", 298.15),
        ("−40 °C", "K", 233.15),
        ("77 °F", "K", 298.15),
        ("0.1pJ", "J", 1e-13),
        ("0.7 pJ/flop", "J", 0.7e-12),
        ("1 eV", "J", 1.602176634e-19),
        ("1e-45 erg", "J", 1e-52),
        ("1 kWh", "J", 3.6e6),
        ("0.26 µm²/s", "m^2/s", 0.26e-12),
        ("1 litre", "m^3", 1e-3),
        ("46.5 Gly", "m", 4.39924e26),
        ("1 %", "", 0.01),
        ("0.5", "", 0.5),
        (".5e-3 kg", "kg", 5e-4),
        ("2 GHz s", "", 2e9),
        ("5 /s", "1/s", 5.0),
        ("5 s⁻¹", "1/s", 5.0),
        ("5 m s⁻²·s", "m/s", 5.0),
    ],
)
def test_what_is_understood(text, unit, value):
    assert parse(text, unit) == pytest.approx(value, rel=1e-6 if "ly" in text else 1e-14)


@pytest.mark.parametrize(
    ("text", "unit", "says"),
    [
        ("300", "K", "needs a unit"),
        ("8", "bit", "needs a unit"),
        ("300 J", "K", "must be a temperature.*an energy"),
        ("4 K", "J", "must be an energy.*a temperature"),
        ("1 m/s^2", "J", "a quantity in m / s"),
        ("0.1 K", "", "must be a number without unit"),
        ("8 bit", "", "must be a number without unit.*an amount of information"),
        ("1 gb", "bit", "did you mean 'GB'"),
        ("1 byt", "bit", "did you mean 'byte'"),
        ("1 C", "K", "unknown unit 'C'; try 300 K or 25 °C"),
        ("0 K", "K", "absolute zero"),
        ("-1 K", "K", "absolute zero"),
        ("-273.15 °C", "K", "absolute zero"),
        ("-300 °C", "K", "absolute zero"),
        ("nan K", "K", "must be a number"),
        ("inf K", "K", "must be a number"),
        ("1e999 K", "K", "finite"),
        ("K", "K", "must be a number"),
        ("", "K", "must be a number"),
        ("1 m^9^9^9^9", "m", "unknown unit"),
        ("1 (m", "m", "unknown unit"),
        ("1 __import__('os').getcwd()", "m", "unknown unit"),
        ("1 K K K", "K", "must be a temperature"),
    ],
)
def test_what_is_refused(text, unit, says):
    with pytest.raises(ValueError, match=f"(?s)^heat.*{says}") as refusal:
        parse(text, unit, "heat")
    assert "\n" not in str(refusal.value)


@given(st.text(max_size=30))
def test_no_text_does_worse_than_a_refusal(text):
    try:
        assert math.isfinite(parse(text, "K"))
    except ValueError as error:
        assert str(error).startswith("value")


@given(st.floats(-273, 1e6), st.sampled_from(["K", "mK", "°C", "°F", "μK"]))
def test_a_scale_does_what_parsing_does(number, unit):
    factor, offset = scale(unit, "K")
    value = number * factor + offset
    if value > 1e-6:
        assert parse(f"{number!r} {unit}", "K") == pytest.approx(value, rel=1e-9)


PAIRS = [("J", "eV"), ("bit", "GB"), ("kg", "g"), ("s", "Gyr"), ("1/s", "km/s/Mpc")]


@given(st.floats(1e-30, 1e30), st.sampled_from(PAIRS))
def test_conversion_returns(value, units):
    assert convert(convert(value, *units), *reversed(units)) == pytest.approx(value, rel=1e-14)


def test_kinds_and_numbers_are_told_apart():
    assert kind_of("K") == "a temperature" and kind_of("eV") == "an energy"
    assert split("67.4 km/s/Mpc") == (67.4, "km/s/Mpc") and split("0") == (0.0, "")
    with pytest.raises(ValueError, match="target must measure a temperature"):
        convert(1.0, "K", "J")
