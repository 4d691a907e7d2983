"""Estimates: units, errors, what they print, and that warnings are data."""

from __future__ import annotations

import copy
import json
import math
import pickle
from dataclasses import FrozenInstanceError, asdict, fields, replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.cli.terminal import with_error
from szilard.estimate import Estimate, OInformation, convert

BIT = Estimate(math.log(2), 0.1 * math.log(2), n=1000, method="KSG(k=3)")


def test_nats_and_bits():
    assert BIT.nats == math.log(2) and BIT.bits == pytest.approx(1.0)
    assert BIT.to("bits").value == pytest.approx(1.0) and BIT.to("bits").stderr == pytest.approx(0.1)
    assert BIT.to("bits").nats == pytest.approx(BIT.nats)
    assert float(BIT.to("bits")) == pytest.approx(1.0)


@given(st.floats(-1e6, 1e6))
def test_conversion_there_and_back_loses_nothing(value):
    assert convert(convert(value, "nats", "bits"), "bits", "nats") == pytest.approx(value, rel=1e-15)
    assert convert(value, "bits", "bits") == value


@pytest.mark.parametrize("unit", ["bit", "shannon", ""])
def test_unknown_units_are_refused(unit):
    for use in (lambda: Estimate(1.0, 0.1, 5, "m", unit=unit), lambda: BIT.to(unit), lambda: convert(1, unit, "nats")):
        with pytest.raises(ValueError, match=f"unit must be one of nats, bits; got '{unit}'"):
            use()


@pytest.mark.parametrize(
    ("value", "stderr", "shown"),
    [
        (0.413, 0.012, "0.413 ± 0.012 nats"),
        (0.413, math.nan, "0.4130 nats"),
        (1.0, 0.0, "1.0000 ± 0 nats"),
        (-0.001234, 0.000056, "-0.001234 ± 5.6e-05 nats"),
        (12.0, 3.0, "12.0 ± 3 nats"),
    ],
)
def test_as_many_digits_as_the_error_allows(value, stderr, shown):
    assert repr(Estimate(value, stderr, n=12_345, method="M")) == f"{shown} · M · n = 12,345"


def test_warnings_are_a_tuple_kept_through_conversion_and_shown():
    assert BIT.warnings == () and BIT.diagnostics["warnings"] == ()
    warned = Estimate(1.0, 0.1, 9, "M", diagnostics={"warnings": ["too few samples", "ties"], "k": 3})
    assert warned.to("bits").warnings == ("too few samples", "ties") and warned.diagnostics["k"] == 3
    assert repr(warned).splitlines()[1:] == ["  ! too few samples", "  ! ties"]


def test_agreement_counts_standard_errors():
    estimate = Estimate(1.0, 0.1, 9, "M")
    assert estimate.agrees_with(1.29) and not estimate.agrees_with(1.31)
    assert estimate.agrees_with(1.15, sigmas=2) and not estimate.agrees_with(1.15, sigmas=1)
    assert not Estimate(1.0, math.nan, 9, "M").agrees_with(1.0)


def test_estimates_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        BIT.value = 2.0
    with pytest.raises(TypeError):
        BIT.diagnostics["k"] = 3
    facts = {"k": 3}
    estimate = Estimate(1.0, 0.1, 9, "M", diagnostics=facts)
    facts["k"] = 4
    assert estimate.diagnostics["k"] == 3


def test_diagnostics_do_not_count_in_comparisons():
    assert Estimate(1.0, 0.1, 9, "M", diagnostics={"k": 3}) == Estimate(1.0, 0.1, 9, "M")
    assert hash(Estimate(1.0, 0.1, 9, "M", diagnostics={"k": []})) == hash(Estimate(1.0, 0.1, 9, "M"))


def test_estimates_travel_between_processes():
    estimate = Estimate(1.0, 0.1, 9, "M", diagnostics={"warnings": ("ties",), "k": 3})
    other = pickle.loads(pickle.dumps(estimate))  # noqa: S301
    assert other == estimate and dict(other.diagnostics) == dict(estimate.diagnostics)


def test_o_information_converts_all_its_parts_and_survives_pickling():
    parts = OInformation(BIT, BIT, BIT, BIT, (BIT, BIT), {"warnings": ("singular",)})
    bits = parts.to("bits")
    assert [float(each) for each in (bits.tc, bits.dtc, bits.omega, bits.s, *bits.gradients)] == pytest.approx(
        [1.0] * 6
    )
    assert bits.warnings == ("singular",) and "! singular" in repr(bits)
    assert pickle.loads(pickle.dumps(parts)) == parts  # noqa: S301  (our own bytes)
    assert OInformation(BIT, BIT, BIT, BIT).to("bits").gradients is None


INFINITE = Estimate(math.inf, math.inf, 9, "M", diagnostics={"warnings": ("x equals y",), "k": [3]})
TOGETHER = OInformation(BIT, BIT, BIT, BIT, (BIT, INFINITE), {"warnings": ("singular",), "terms": (BIT,)})


def test_an_estimate_formats_as_the_number_it_is():
    assert f"{Estimate(0.41327, 0.01, 9, 'M'):.3f}|{Estimate(0.41327, 0.01, 9, 'M'):>8.2e}" == "0.413|4.13e-01"
    assert f"{BIT}" == str(BIT) == repr(BIT)
    assert f"{INFINITE:.3f}" == "∞" and f"{Estimate(-math.inf, 0, 9, 'M'):.1f}" == "-∞"
    with pytest.raises(ValueError):
        format(BIT, ".3q")


def test_infinity_is_printed_with_its_reason():
    assert repr(INFINITE) == "∞ nats · M · n = 9\n  ! x equals y"
    assert "TC ∞" in repr(OInformation(INFINITE, BIT, BIT, BIT))
    assert (
        with_error(math.inf, math.nan) == "∞" and with_error(-math.inf, 1.0) == "−∞" and with_error(math.nan, 1) == "–"
    )


@pytest.mark.parametrize("estimate", [BIT, INFINITE, TOGETHER], ids=["bit", "infinite", "together"])
def test_estimates_are_copied_replaced_and_taken_apart(estimate):
    for other in (copy.copy(estimate), copy.deepcopy(estimate), pickle.loads(pickle.dumps(estimate))):  # noqa: S301
        assert other == estimate and other.diagnostics == estimate.diagnostics and other.warnings == estimate.warnings
        with pytest.raises(TypeError, match="cannot be changed"):
            other.diagnostics["k"] = 4
    changed = replace(estimate, diagnostics={"warnings": ("new",)})
    assert changed == estimate and changed.warnings == ("new",)
    parts = asdict(estimate)
    assert parts["diagnostics"]["warnings"] == estimate.warnings and set(parts) == {f.name for f in fields(estimate)}
    assert copy.deepcopy(INFINITE).diagnostics["k"] is not INFINITE.diagnostics["k"]


def test_estimates_become_rows_of_tables_and_json():
    frame = pd.DataFrame([BIT, INFINITE])
    assert frame["value"].tolist() == [math.log(2), math.inf] and frame["n"].tolist() == [1000, 9]
    assert set(frame.columns) == {"value", "stderr", "n", "method", "unit", "diagnostics"}
    record = INFINITE.to_record()
    assert record == {"value": math.inf, "stderr": math.inf, "unit": "nats", "n": 9,
                      "method": "M", "warnings": "x equals y"}  # fmt: skip
    assert json.loads(json.dumps(BIT.to_record())) == BIT.to_record()
    row = TOGETHER.to_record()
    assert (row["tc"], row["s_stderr"], row["gradient_1"]) == (BIT.value, BIT.stderr, math.inf)
    assert row["unit"] == "nats" and row["warnings"] == "singular" and len(pd.DataFrame([row]).columns) == 16


@pytest.mark.parametrize("change", [lambda d: d.update(k=1), lambda d: d.pop("warnings"), lambda d: d.clear(),
                                    lambda d: d.setdefault("k", 1), lambda d: d.__delitem__("warnings")])  # fmt: skip
def test_diagnostics_refuse_every_way_of_changing_them(change):
    with pytest.raises(TypeError, match="cannot be changed"):
        change(BIT.diagnostics)
    assert BIT.warnings == ()
