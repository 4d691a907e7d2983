"""The Fokker-Planck solver against exact identities, closed forms and an independent computation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from szilard.thermodynamics import (
    Protocol,
    Tabulated,
    berut_protocol,
    double_well,
    equilibrium,
    fokker_planck,
    harmonic_trap,
    scaled_protocol,
)

# Mean work in kT and success from an independent program, which takes implicit Euler steps of 4e-3 to 8e-3: good to
# half a percent in work.
BERUT = {
    (2.0, 2.5): (1.173, 0.834),
    (2.0, 3.5): (1.876, 0.919),
    (2.0, 4.5): (2.512, 0.968),
    (8.0, 2.5): (1.160, 0.972),
    (8.0, 3.5): (1.438, 0.994),
    (8.0, 4.5): (1.629, 0.998),
}


@pytest.mark.parametrize(("tau", "tilt"), BERUT)
def test_erasure_agrees_with_an_independent_solution(tau, tilt):
    work, success = BERUT[tau, tilt]
    result = fokker_planck(berut_protocol(tau, tilt))
    assert result.mean_work == pytest.approx(work, rel=5e-3)
    assert result.success == pytest.approx(success, abs=1e-3)


@pytest.mark.parametrize("protocol", [berut_protocol(0.1, 6.0), berut_protocol(4.0, 2.5), scaled_protocol(8.0)])
def test_fluctuation_theorem_holds_exactly_and_in_each_well(protocol):
    result = fokker_planck(protocol, dt=0.01, points=256)
    assert result.jarzynski == pytest.approx(1.0, abs=1e-11)
    assert result.jarzynski_by_well == pytest.approx((0.5, 0.5), abs=1e-11)
    assert result.final.sum() == pytest.approx(1.0, abs=1e-12)
    assert result.entropy_production > 0
    assert result.mean_heat == pytest.approx(result.mean_work - energy_gained(protocol, result), abs=1e-12)


def energy_gained(protocol, result):
    before, after = protocol.energies(result.positions)[[0, -1]]
    return result.final @ after - result.initial @ before


def test_equilibrium_stays_where_the_potential_does():
    well = double_well(8.0, 0.7)
    result = fokker_planck(Protocol((0.0, 5.0), (well, well)), dt=0.05, points=200)
    assert np.abs(result.final - equilibrium(well, result.positions)).max() < 1e-14
    assert result.mean_work == 0
    assert abs(result.entropy_production) < 1e-12


@pytest.mark.parametrize("ratio", [0.25, 1.5, 4.0])
def test_quench_of_a_trap(ratio):
    quench = Protocol((0.0, 0.0, 0.1), (harmonic_trap(1.0), harmonic_trap(ratio), harmonic_trap(ratio)))
    result = fokker_planck(quench, dt=0.05, points=1024, domain=(-18.0, 18.0))
    assert result.mean_work == pytest.approx((ratio - 1) / 2, abs=1e-9)
    assert result.std_work == pytest.approx(abs(ratio - 1) / math.sqrt(2), abs=1e-9)
    assert result.jarzynski == pytest.approx(ratio**-0.5, abs=1e-9)


@pytest.mark.parametrize("pause", [0.0, 0.5])
def test_a_jump_larger_than_numbers_hold(pause):
    """Where e^(-U) is no number before the jump, walkers that are never there make up the mean of e^(-W)."""
    tight, loose = harmonic_trap(1.0), harmonic_trap(0.01)
    quench = fokker_planck(Protocol((0.0, pause, pause, 1.0), (tight, tight, loose, loose)), points=2048)
    assert quench.jarzynski == pytest.approx(10.0, rel=1e-9)
    assert quench.jarzynski_by_well == pytest.approx((5.0, 5.0), rel=1e-9)
    high, low = double_well(30.0), double_well(1.0)
    drop = fokker_planck(Protocol((0.0, pause, pause, 1.0), (high, high, low, low)))
    before, after = (np.exp(-well.energy(drop.positions)).sum() for well in (high, low))
    assert drop.jarzynski == pytest.approx(after / before, rel=1e-9)


def test_a_jump_that_no_number_describes_is_refused():
    protocol = Protocol((0.0, 0.0, 0.1), (harmonic_trap(1.0), harmonic_trap(0.01), harmonic_trap(0.01)))
    start = fokker_planck(protocol, points=64).initial
    with pytest.raises(ValueError, match="protocol must"):
        fokker_planck(protocol, points=64, initial=start)


def test_steps_too_long_are_refused():
    with pytest.raises(ValueError, match=r"dt must be shorter: with 1\.0"):
        fokker_planck(berut_protocol(2.0, 3.5), dt=1.0)


@pytest.mark.parametrize(("speed", "duration"), [(1.0, 1.0), (2.0, 3.0)])
def test_moving_trap_has_gaussian_work(speed, duration):
    times = np.linspace(0.0, duration, 1001)
    moving = Protocol(tuple(times), tuple(harmonic_trap(1.0, speed * t) for t in times))
    result = fokker_planck(moving, dt=1.0, points=1500)
    mean = speed**2 * (duration - 1 + math.exp(-duration))
    assert result.mean_work == pytest.approx(mean, rel=1e-4)
    assert result.std_work**2 == pytest.approx(2 * mean, rel=1e-4)
    assert result.jarzynski == pytest.approx(1.0, abs=1e-9)


def test_error_falls_with_the_square_of_the_step():
    values = [fokker_planck(berut_protocol(2.0, 3.5), dt=dt, points=128).mean_work for dt in (2e-2, 1e-2, 5e-3)]
    assert (values[0] - values[1]) / (values[1] - values[2]) == pytest.approx(4.0, rel=0.1)


SCALED = {8: 2.063, 16: 1.575, 32: 1.203, 64: 0.971, 128: 0.838, 256: 0.766}  # kT; an independent computation


def test_scaled_erasure_tends_to_the_bound_of_landauer():
    results = {tau: fokker_planck(scaled_protocol(tau), dt=2e-2, points=256) for tau in SCALED}
    for tau, result in results.items():
        assert result.mean_work == pytest.approx(SCALED[tau], rel=1e-2)
        error = 1 - result.success
        entropy = -error * math.log(error) - (1 - error) * math.log1p(-error)
        assert result.mean_work > math.log(2) - entropy
    slow = [64, 128, 256]
    slope, intercept = np.polyfit(1 / np.array(slow), [results[tau].mean_work for tau in slow], 1)
    assert intercept == pytest.approx(math.log(2), rel=0.03)
    assert slope == pytest.approx(17.5, rel=0.05)


def test_a_low_barrier_loses_the_bit_when_erasure_is_slow():
    """By escape over it, while the tilt is released: more success at 16 than at 128."""
    results = [fokker_planck(scaled_protocol(tau, barrier=8.0), dt=2e-2, points=256) for tau in (16.0, 128.0)]
    assert results[0].success > 0.993
    assert results[1].success < 0.987


@pytest.mark.parametrize("walls", [(-1.0, 1.0), (-0.3, 1.0)])
def test_walls_of_a_table_stay_where_they_are(walls):
    x = np.linspace(*walls, 21)
    box = fokker_planck(Protocol((0.0, 1.0), (Tabulated(x, 0 * x),) * 2), dt=0.1, points=100)
    half = (box.positions[1] - box.positions[0]) / 2
    ends = box.positions[[0, -1]] + np.array([-half, half])
    assert ends == pytest.approx(walls, abs=1e-14)
    assert box.success == pytest.approx(walls[1] / (walls[1] - walls[0]), abs=1e-12)


def test_starts_anywhere():
    protocol = berut_protocol(2.0, 3.5)
    everything = fokker_planck(protocol, dt=0.02, points=128)
    left = np.where(everything.positions < 0, everything.initial, 0.0) * 2
    right = np.where(everything.positions > 0, everything.initial, 0.0) * 2
    parts = [fokker_planck(protocol, dt=0.02, points=128, initial=start) for start in (left, right)]
    assert sum(part.mean_work for part in parts) / 2 == pytest.approx(everything.mean_work, abs=1e-12)
    assert sum(part.success for part in parts) / 2 == pytest.approx(everything.success, abs=1e-12)


@pytest.mark.parametrize(
    "bad",
    [
        {"dt": 0.0},
        {"points": 4},
        {"domain": (1.0, -1.0)},
        {"domain": (0.0, math.inf)},
        {"initial": np.ones(512)},
        {"initial": np.full(10, 0.1)},
    ],
)
def test_refuses(bad):
    with pytest.raises(ValueError, match=rf"^{next(iter(bad))} must"):
        fokker_planck(berut_protocol(2.0, 3.5), **bad)
