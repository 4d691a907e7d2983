"""Calculators, published hardware and the audit of the paper: what they print, and what they refuse."""

from __future__ import annotations

import math

import numpy as np
import pytest

from szilard.thermodynamics import (
    CALCULATORS,
    FORMULAS,
    HUBBLE,
    OPERATIONS,
    Finding,
    audit_paper,
    bekenstein_bits,
    bremermann,
    calculator,
    formula,
    hardware_ratio,
    hardware_table,
    holographic_bits,
    hubble_quantum,
    hubble_rate,
    information_mass,
    landauer_energy,
    limits_table,
    margolus_levitin,
    ultimate_laptop,
)
from szilard.thermodynamics.formulas.audit import judge, universe
from szilard.thermodynamics.formulas.quantities import convert, parse, unit_of

ALL = pytest.mark.parametrize("made", CALCULATORS.values(), ids=list(CALCULATORS))
NEAR, FAR = HUBBLE  # microwave background, distance ladder
GOLDEN = {
    "energy": (2.3035e-45, 2.4962e-45),
    "energy-unreduced": (1.44732e-44, 1.56843e-44),  # Planck's constant times the rate
    "mass": (2.563e-66, 2.777e-66),
    "temperature": (1.668e-29, 1.808e-29),
    "triple-temperature": (7.243e-30, 7.243e-30),
    "triple-mass": (1.113e-66, 1.113e-66),
    "landauer": (9.57e-46, 9.57e-46),
    "horizon-temperature": (2.655e-30, 2.878e-30),
    "bits": (3.268e122, 2.783e122),
    "density": (9.234e36, 1.175e37),
    "quanta": (3.6056e121, 3.070e121),
    "weinberg": (59.84, 61.47),
}


@ALL
def test_every_link_leads_somewhere_and_every_input_is_used(made):
    known = {item.name for item in made.inputs}
    used = set()
    for step in made.steps:
        origins = {step.origin(v.name) for v in FORMULAS[step.formula].variables}
        assert origins <= known and set(step.takes) <= {v.name for v in FORMULAS[step.formula].variables}
        used |= origins
        known.add(step.name)
    assert {item.name for item in made.inputs} <= used
    assert len(known) == len(made.inputs) + len(made.steps)


@ALL
def test_units_agree_along_every_link(made):
    units = {item.name: made.variable(item.name).unit for item in made.inputs}
    for step in made.steps:
        law = FORMULAS[step.formula]
        for variable in law.variables:
            assert unit_of(variable.unit).dimensionality == unit_of(units[step.origin(variable.name)]).dimensionality
        units[step.name] = law.unit
        for unit in step.units:
            assert math.isfinite(convert(1.0, law.unit, unit))


@ALL
def test_defaults_are_sensible_and_texts_equal_numbers(made):
    values = {item.name: parse(item.default, made.variable(item.name).unit) for item in made.inputs}
    assert made() == made(**values)
    assert all(math.isfinite(value) for value in made().values())


def test_numbers_of_the_ultimate_laptop():
    laptop = ultimate_laptop()
    golden = {
        "energy": 8.98755e16,
        "operations": 5.4256e50,
        "temperature": 5.871e8,
        "bits": 2.1329e31,
        "per_bit": 2.544e19,
    }
    golden |= {"horizon": 1.4852e-27, "hole_bits": 3.827e16}
    for name, value in golden.items():
        assert laptop[name] == pytest.approx(value, rel=2e-4), name


def test_published_limits_recomputed():
    """Golden values to four digits, and a published value wherever one could be read."""
    rows = {row["name"]: row for row in limits_table()}
    golden = {
        "its operations per second": 5.4256e50,
        "its memory as light in a litre": 2.1329e31,
        "its memory in a radius of 1 m, by Bekenstein": 2.57691e43,
        "its rate, by Bremermann": 1.356392e50,
        "operations of the universe": 2.2954e121,
        "mass of a bit at 300 K": 3.194395e-38,
        "mass of 1 Tb, a terabyte": 2.556e-25,
        "mass of 1 Tb, a terabit": 3.194e-26,
    }
    assert {name: rows[name]["recomputed"] for name in golden} == pytest.approx(golden, rel=2e-4)
    factors = {name: row["recomputed"] / row["published"] for name, row in rows.items()}
    near = {name for name, factor in factors.items() if abs(factor - 1) < 0.03}
    assert near == {*list(rows)[:3], "mass of a bit at 300 K", "mass of 1 Tb, a terabyte"}
    assert {name for name in rows if math.isnan(factors[name])} == set(list(rows)[4:7])


def test_the_short_names_are_the_formulas():
    assert bremermann(2.0) == formula("bremermann")(2.0)
    assert margolus_levitin(1e-20) == formula("margolus_levitin_time")(1e-20)
    assert bekenstein_bits(1.0, 2.0) == formula("bekenstein")(1.0, 2.0)
    assert holographic_bits(3.0) == formula("holographic")(3.0)
    assert information_mass(8e12, 300.0) == calculator("information-mass")(information="1 TB")["mass"]
    assert hubble_quantum(hubble_rate(67.4)) == pytest.approx(calculator("hubble")(expansion="67.4 km/s/Mpc"))
    assert ultimate_laptop(np.array([1.0, 2.0]))["bits"].shape == (2,)


def test_bytes_bits_and_degrees_are_understood():
    heat = calculator("landauer")(information="1 GB", temperature="25 °C")["work"]
    assert heat == pytest.approx(landauer_energy(8e9, 298.15), rel=1e-15)


@pytest.mark.parametrize(
    ("key", "given", "says"),
    [
        ("landauer", {"temperature": "-5 K"}, "absolute zero"),
        ("landauer", {"temperature": "300"}, "needs a unit"),
        ("landauer", {"information": "-1 bit"}, "^information must be finite and ≥ 0 bit; got -1"),
        ("landauer", {"information": "3 J"}, "an energy"),
        ("landauer", {"error": "1.5"}, "between 0 and 1"),
        ("landauer", {"errors": "0.1"}, "did you mean 'error'"),
        ("refrigerator", {"cold": "400 K"}, "hot must be at least as warm"),
        ("bremermann", {"mass": "1e305 kg"}, "beyond the range"),
        ("engine", {"boxes": "0"}, "boxes"),
        ("engine", {"partition": "1"}, "ends excluded"),
    ],
)
def test_nonsense_is_refused_with_the_reason(key, given, says):
    with pytest.raises(ValueError, match=says):
        calculator(key)(**given)


def test_an_unknown_calculator_is_refused_with_the_closest():
    with pytest.raises(ValueError, match="did you mean 'landauer'"):
        calculator("landaur")


@pytest.mark.parametrize(
    ("name", "ratio"),
    [
        ("32-bit integer addition", 3.5e7),
        ("32-bit floating-point addition", 3.1e8),
        ("32-bit integer multiplication", 1.1e9),
        ("32-bit floating-point multiplication", 1.3e9),
        ("H100 SXM, dense bfloat16", 2.5e8),
    ],
)
def test_hardware_against_the_bound(name, ratio):
    row = next(row for row in hardware_table() if row["name"] == name)
    assert row["ratio"] == pytest.approx(ratio, rel=0.03) and row["ratio"] == hardware_ratio(row["energy"])
    assert all(item.source and item.basis for item in OPERATIONS)


# --- the audit


@pytest.mark.parametrize("name", GOLDEN)
def test_the_numbers_of_the_paper_recomputed(name):
    row = next(row for row in audit_paper() if row.name == name)
    assert tuple(row.recomputed.values()) == pytest.approx(GOLDEN[name], rel=3e-4)


def test_the_verdicts_follow_from_the_factors():
    rows = {row.name: row for row in audit_paper()}
    assert list(rows["energy"].recomputed) == [NEAR, FAR]
    holds = {name for name, row in rows.items() if row.finding is Finding.HOLDS}
    assert holds == {
        "energy", "mass", "temperature", "energy-age", "energy-visible", "triple-temperature", "triple-mass",
        "landauer", "bits", "density-visible", "quanta",
    }  # fmt: skip
    for row in rows.values():
        assert row.remark.endswith(".")
        for rate, factor in row.factors.items():
            assert factor == row.recomputed[rate] / row.compared[rate]
            assert row.finding is not Finding.HOLDS or 0.2 <= factor <= 5


def test_what_the_paper_does_not_state_stands_in_no_column_called_stated():
    rows = {row.name: row for row in audit_paper()}
    assert {name for name, row in rows.items() if math.isnan(row.stated)} == {"horizon-temperature", "weinberg"}
    assert {name for name, row in rows.items() if row.finding is Finding.COMPARED} == {
        "horizon-temperature",
        "weinberg",
    }
    printed = {1e-45, 1e-66, 1e-29, 1e122, 1e36, 1.0}  # what abstract and companion print
    assert all(row.stated in printed for row in rows.values() if not math.isnan(row.stated))


def test_what_the_paper_gets_wrong_has_the_size_that_is_said():
    rows = {row.name: row for row in audit_paper()}
    assert rows["landauer"].recomputed[NEAR] == pytest.approx(math.log(2) * 1.380649e-45)
    assert rows["horizon-temperature"].factors[FAR] == pytest.approx(1 / (2 * math.pi))
    assert rows["self-electron"].factors[NEAR] == pytest.approx(6.2e-7, rel=0.01)
    assert rows["self-pion"].factors[NEAR] == pytest.approx(12.7, rel=0.01)
    assert rows["self-proton"].factors[NEAR] == pytest.approx(3855, rel=1e-3)
    assert rows["self-pion"].factors[NEAR] == pytest.approx(rows["weinberg"].factors[NEAR] ** -3)
    assert convert(hubble_quantum(HUBBLE[NEAR].value)["flip"], "s", "Gyr") == pytest.approx(22.79, rel=1e-3)


def test_a_number_of_another_kind_is_dimensionally_wrong():
    assert judge(1.0, "K", 1.0, "J") is Finding.DIMENSIONS
    assert judge(6e-45, "erg", 1e-45, "erg") is Finding.OFF


def test_the_universe_has_the_age_and_size_that_is_known():
    age, radius = universe(hubble_rate(67.4))
    assert convert(age, "s", "Gyr") == pytest.approx(13.80, abs=0.03)
    assert convert(radius, "m", "Gly") == pytest.approx(46.3, abs=0.4)
