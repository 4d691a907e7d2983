"""Settings of a training: schedules, decay of the average, and what is refused."""

from __future__ import annotations

import math

import pytest

from szilard.fleets import Training


def test_cosine_schedule_rises_for_a_tenth_and_falls_to_zero():
    rates = [Training(lr=2.0).rate(step, 1000) for step in range(1000)]
    assert rates[:100] == pytest.approx([2.0 * (step + 1) / 100 for step in range(100)])
    assert rates[99] == max(rates) == pytest.approx(2.0)
    assert rates[549] == pytest.approx(1.0) and rates[-1] == pytest.approx(0, abs=1e-12)
    assert all(a > b for a, b in zip(rates[99:-1], rates[100:], strict=True))


def test_constant_schedule_stays():
    assert {Training(lr=0.1, schedule="constant").rate(step, 50) for step in range(50)} == {0.1}


def test_what_a_method_fills_in_is_only_what_was_left_open():
    assert Training().completed(64, 1e-3) == Training(batch=64, lr=1e-3)
    assert Training(batch=8, ema=0.5).completed(64, 1e-3) == Training(batch=8, lr=1e-3, ema=0.5)
    with pytest.raises(ValueError, match="lr must be chosen"):
        Training().rates(10)


def test_the_average_reaches_back_over_a_tenth_of_a_short_training():
    assert 1 / (1 - Training().decay(1000)) == pytest.approx(101)
    assert Training().decay(10**6) == 0.999
    assert Training(ema=0.0).decay(1000) == 0.0


@pytest.mark.parametrize(
    ("settings", "named"),
    [({"batch": 3}, "batch"), ({"lr": 0}, "lr"), ({"lr": math.inf}, "lr"), ({"schedule": "cos"}, "schedule"),
     ({"ema": 1.0}, "ema"), ({"ema": -0.1}, "ema"), ({"ema": math.nan}, "ema"), ({"ema": "a"}, "ema")],
)  # fmt: skip
def test_settings_out_of_range_are_refused(settings, named):
    with pytest.raises(ValueError, match=named):
        Training(**settings)
