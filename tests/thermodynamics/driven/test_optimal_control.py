"""Exact derivatives of work and success, and protocols optimised with them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from szilard.thermodynamics import (
    Protocol,
    berut_protocol,
    double_well,
    finite_time_landauer,
    fokker_planck,
    optimize_erasure,
    scaled_protocol,
    work_gradient,
)
from szilard.thermodynamics.driven import _adjoint_loops as loops
from szilard.thermodynamics.driven.evolution import cells
from szilard.thermodynamics.driven.protocols import steps

GRID = {"dt": 0.05, "points": 80, "domain": (-2.4, 2.4)}
TIMES = (0.0, 0.0, 0.3, 0.3, 1.0, 1.0)
CONTROLS = np.array([[8, 0], [4, 1], [2, 3], [3, 2], [6, 2.5], [8, 0]], dtype=float)


def jumping(controls):
    return Protocol(TIMES, tuple(double_well(*row) for row in controls))


@pytest.mark.parametrize("protocol", [jumping(CONTROLS), berut_protocol(1.0, 3.5)])
def test_same_work_and_success_as_the_solver(protocol):
    gradient, result = work_gradient(protocol, **GRID), fokker_planck(protocol, **GRID)
    assert gradient.mean_work == pytest.approx(result.mean_work, abs=1e-12)
    assert gradient.success == pytest.approx(result.success, abs=1e-12)


def test_same_cells_as_the_solver_unless_told():
    protocol = scaled_protocol(1.0)
    gradient, result = (work_gradient(protocol, dt=0.05, points=81), fokker_planck(protocol, dt=0.05, points=81))
    np.testing.assert_array_equal(gradient.positions, result.positions)
    assert gradient.success == pytest.approx(result.success, abs=1e-12)


@pytest.mark.parametrize("domain", [(1.0, -1.0), (0.0, math.nan)])
def test_gradient_refuses_walls_that_are_none(domain):
    with pytest.raises(ValueError, match=r"^domain must"):
        work_gradient(scaled_protocol(1.0), domain=domain)


@pytest.mark.parametrize("knot", range(1, 5))
@pytest.mark.parametrize("control", [0, 1])
def test_derivatives_by_barrier_and_tilt(knot, control):
    gradient = work_gradient(jumping(CONTROLS), **GRID)
    shape = ((gradient.positions**2 - 1) ** 2, -gradient.positions)[control]
    ends = []
    for shift in (1e-4, -1e-4):
        shifted = CONTROLS.copy()
        shifted[knot, control] += shift
        ends.append(fokker_planck(jumping(shifted), **GRID))
    for exact, name in ((gradient.work_by_potential, "mean_work"), (gradient.success_by_potential, "success")):
        slope = (getattr(ends[0], name) - getattr(ends[1], name)) / 2e-4
        assert exact[knot] @ shape == pytest.approx(slope, abs=1e-8, rel=1e-6)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_derivatives_in_any_direction(seed):
    x = cells(-2.4, 2.4, 60)
    protocol = scaled_protocol(1.0)
    table, schedule, spacing = protocol.energies(x), steps(protocol, 0.05), x[1] - x[0]
    rng = np.random.default_rng(seed)
    direction, worth = rng.normal(size=table.shape), rng.normal(size=60)
    start = np.exp(-table[0]) / np.exp(-table[0]).sum()

    def value(t):
        path = np.empty((len(schedule.dt) + 1, 60))
        path[0] = start
        return 0.7 * loops.forward(t, *schedule, spacing, path) + worth @ path[-1], path

    slope = (value(table + 1e-4 * direction)[0] - value(table - 1e-4 * direction)[0]) / 2e-4
    gradient = loops.backward(table, *schedule, spacing, value(table)[1], 0.7, worth)
    assert (gradient * direction).sum() == pytest.approx(slope, rel=1e-6)


@pytest.fixture(scope="module")
def best():
    return optimize_erasure(2.0, error=0.03)


def test_best_protocol_keeps_its_promise(best):
    assert best.converged
    assert best.error == pytest.approx(0.03, abs=1e-6)
    result = fokker_planck(best.protocol, dt=2e-3)
    assert result.mean_work == pytest.approx(best.work, rel=5e-3)
    assert 1 - result.success == pytest.approx(best.error, rel=5e-3)


def test_best_protocol_lies_between_full_control_and_habit(best):
    well = double_well(8.0)
    bound = finite_time_landauer(2.0, potential=well, target="free", error=0.03)
    assert bound < best.work
    for tilt in np.linspace(2.0, 6.0, 9):
        habit = fokker_planck(berut_protocol(1.0, tilt), points=192)
        assert habit.success < 0.97 or habit.mean_work > 1.1 * best.work


def test_no_direction_leads_further_down(best):
    """Where no control is at its limit, the slope of the work is a multiple of that of the success."""
    gradient = work_gradient(best.protocol, dt=2 / 240, points=192)
    x = gradient.positions
    shapes = np.stack([(x**2 - 1) ** 2, -x])
    work, success = ((part[1:-1] @ shapes.T) for part in (gradient.work_by_potential, gradient.success_by_potential))
    free = np.stack([best.controls[:, 0] > 1.01, np.abs(best.controls[:, 1]) < 11.9], axis=1)
    a, b = work[free], success[free]
    assert a @ b / math.sqrt((a @ a) * (b @ b)) > 0.999


def test_least_work_falls_with_time_and_with_error():
    settings = {"knots": 5, "points": 128}
    fast = optimize_erasure(1.0, error=0.1, **settings)
    slow = optimize_erasure(4.0, error=0.1, start=fast.controls, **settings)
    precise = optimize_erasure(1.0, error=0.02, start=fast.controls, **settings)
    assert fast.converged and slow.converged and precise.converged
    assert slow.work < fast.work < precise.work


@pytest.mark.parametrize(
    "bad",
    [{"tau": 0.0}, {"error": 0.5}, {"knots": 1}, {"points": 8}, {"dt": 0.0}, {"start": np.zeros((3, 2))}],
    ids=str,
)
def test_refuses(bad):
    with pytest.raises(ValueError, match=rf"^{next(iter(bad))} must"):
        optimize_erasure(**{"tau": 1.0, "error": 0.05} | bad)
