"""Estimates: units, errors, what they print, and that warnings are data."""

from __future__ import annotations

import math
import pickle
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    copy = pickle.loads(pickle.dumps(estimate))  # noqa: S301
    assert copy == estimate and dict(copy.diagnostics) == dict(estimate.diagnostics)


def test_o_information_converts_all_its_parts_and_survives_pickling():
    parts = OInformation(BIT, BIT, BIT, BIT, (BIT, BIT), {"warnings": ("singular",)})
    bits = parts.to("bits")
    assert [float(each) for each in (bits.tc, bits.dtc, bits.omega, bits.s, *bits.gradients)] == pytest.approx(
        [1.0] * 6
    )
    assert bits.warnings == ("singular",) and "! singular" in repr(bits)
    assert pickle.loads(pickle.dumps(parts)) == parts  # noqa: S301  (our own bytes)
    assert OInformation(BIT, BIT, BIT, BIT).to("bits").gradients is None
