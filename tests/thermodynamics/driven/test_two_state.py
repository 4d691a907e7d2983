"""The two-level bit: the optimal protocol against an independent optimiser, the exact player against an ODE solver."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import minimize
from scipy.special import expit

from szilard.thermodynamics import optimal_two_state, play_two_state, ramp_two_state

LIMIT = (math.pi / 2) ** 2


def test_the_excess_times_the_duration_tends_to_the_squared_angle():
    products = [tau * optimal_two_state(tau).excess for tau in (300.0, 1000.0, 10_000.0, 100_000.0)]
    assert all(a > b for a, b in zip(products, products[1:], strict=False))
    assert products[1] == pytest.approx(LIMIT, rel=0.02)
    assert products[-1] == pytest.approx(LIMIT, rel=1e-4)


@pytest.mark.parametrize(("duration", "error"), [(3.0, 0.1), (8.0, 0.01), (60.0, 1e-6)])
def test_the_protocol_played_step_by_step_does_that_work(duration, error):
    best = optimal_two_state(duration, error, points=20_001)
    levels = (best.energy[1:] + best.energy[:-1]) / 2
    played = play_two_state(levels, np.diff(best.time))
    assert played.work == pytest.approx(best.work, abs=3e-6)
    assert played.error == pytest.approx(error, rel=1e-4)
    assert best.time[0] == 0 and best.time[-1] == pytest.approx(duration)
    assert best.occupation[0] == 0.5 and best.occupation[-1] == error


def test_no_other_protocol_found_does_less():
    """A general optimiser over 24 steps, which knows nothing of the theory, comes close and never below.

    It is compared with the optimum for the error that it reaches.
    """
    duration, steps = 4.0, 24
    spans = np.full(steps, duration / steps)

    def penalised(levels):
        played = play_two_state(levels, spans)
        return played.work + 1e3 * (played.error - 0.05) ** 2

    found = minimize(penalised, np.linspace(1.0, 4.0, steps), method="L-BFGS-B", options={"maxfun": 20_000})
    played = play_two_state(found.x, spans)
    best = optimal_two_state(duration, played.error)
    assert best.work - 1e-9 < played.work < best.work * 1.05


def test_the_player_agrees_with_an_ode_solver():
    levels, spans = [1.0, -2.0, 4.0], [0.7, 0.2, 1.9]
    played = play_two_state(levels, spans)
    p, work, last = 0.5, 0.0, 0.0
    for level, span in zip(levels, spans, strict=True):
        work += p * (level - last)
        last = level
        rates = expit(-level)
        p = solve_ivp(lambda _, x, r=rates: r - x, (0, span), [p], rtol=1e-11, atol=1e-12).y[0, -1]
    assert played.error == pytest.approx(p, abs=1e-10)
    assert played.work == pytest.approx(work - p * last, abs=1e-9)


@given(st.floats(0.5, 200.0), st.floats(0.5, 25.0))
def test_the_second_law_and_the_optimum_bound_every_ramp(duration, energy):
    played = ramp_two_state(duration, energy, steps=2000)
    assert played.excess >= -1e-12
    if duration > math.log(0.5 / played.error) + 1e-3:
        assert played.work >= optimal_two_state(duration, played.error).work - 1e-6


@given(st.floats(1e-6, 0.49), st.floats(1.01, 30.0))
def test_more_time_costs_less(error, factor):
    shortest = math.log(0.5 / error)
    works = [optimal_two_state(shortest * f, error, points=50).work for f in (factor, factor * 1.2)]
    assert works[0] >= works[1] >= optimal_two_state(shortest * factor, error, points=50).bound - 1e-12


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: optimal_two_state(0.0), "duration"),
        (lambda: optimal_two_state(5.0, 1e-9), "must exceed"),
        (lambda: optimal_two_state(5.0, 0.5), "error must lie"),
        (lambda: play_two_state([1.0], [1.0, 2.0]), "same length"),
        (lambda: play_two_state([1.0], [-1.0]), "durations"),
        (lambda: play_two_state([math.inf], [1.0]), "energies must be finite"),
        (lambda: ramp_two_state(-1.0), "duration"),
    ],
)
def test_impossible_requests_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
