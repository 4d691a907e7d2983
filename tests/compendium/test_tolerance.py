"""How far a number may move: by rule, stated, or measured."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.compendium.tolerance import Tolerance, by_rule, round_up, tolerances

numbers = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e200, max_value=1e200)


@given(st.lists(numbers.filter(lambda x: x == 0 or abs(x) > 1e-200), min_size=1))
def test_by_rule_no_number_grows_tenfold_unnoticed_whatever_stands_beside_it(values) -> None:
    rule = by_rule(pd.Series(values))
    assert not [x for x in values if x and rule.allows(x, 10 * x)]
    assert all(rule.allows(x, x) and rule.allows(x, x * (1 + 5e-7)) for x in values)


def test_columns_that_mix_magnitudes_keep_each_value_to_itself() -> None:
    rule = by_rule(pd.Series([2.87e-21, 1e26, 0.0]))
    assert rule == Tolerance(1e-6, 3e-27, "rule")
    assert not rule.allows(0.0, 2.87e-21) and not rule.allows(2.87e-21, 0.0)


def test_missing_and_infinite_numbers_agree_with_themselves_alone() -> None:
    one = Tolerance(1.0, 1.0)
    assert one.allows(math.nan, math.nan) and one.allows(math.inf, math.inf)
    assert not one.allows(math.nan, 0.0) and not one.allows(0.0, math.nan)
    assert not one.allows(math.inf, -math.inf) and not one.allows(math.inf, 1e300)


def test_stated_goes_before_measured_goes_before_rule(monkeypatch) -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [1.0, 2.0], "c": [1.0, 2.0], "n": [1, 2], "word": ["x", "y"]})
    spread = {"columns": {name: {"relative": 0.1, "absolute": 0.2} for name in "ab"}}
    monkeypatch.setattr("szilard.compendium.tolerance.measured", lambda id: spread)
    found = tolerances("fig-a-b", [frame], {"a": Tolerance(0.5)})
    assert {name: one.origin for name, one in found.items()} == {
        "a": "stated",
        "b": "measured",
        "c": "rule",
        "n": "rule",
    }
    assert found["n"] == Tolerance(0.0, 0.0, "rule") and found["b"] == Tolerance(0.1, 0.2, "measured")


@pytest.mark.parametrize(
    "wrong", [{"relative": -1.0}, {"absolute": math.nan}, {"relative": math.inf}, {"origin": "guessed"}]
)
def test_a_tolerance_is_a_finite_number_of_known_origin(wrong) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Tolerance(**wrong)


@given(st.floats(min_value=1e-200, max_value=1e200))
def test_rounding_up_goes_up_to_one_digit(value) -> None:
    rounded = round_up(value)
    assert value * (1 - 1e-8) <= rounded <= 2 * value
    assert np.isclose(float(f"{rounded:.0e}"), rounded)
