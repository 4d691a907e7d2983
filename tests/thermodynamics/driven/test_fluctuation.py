"""Fluctuating work: exact laws of two traps, estimators against them, and what the estimators say of themselves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from szilard.thermodynamics import DraggedTrap, HarmonicQuench, crooks_bar, crooks_slope, jarzynski, jarzynski_bias

PROCESSES = [HarmonicQuench(4.0), HarmonicQuench(0.5), DraggedTrap(1.0, 1.0), DraggedTrap(-2.0, 0.3)]
EACH = pytest.mark.parametrize("process", PROCESSES, ids=repr)


# --- exact laws


def test_known_values():
    assert HarmonicQuench(4.0).mean_work == pytest.approx(1.5)
    assert HarmonicQuench(4.0).free_energy == pytest.approx(math.log(2))
    assert DraggedTrap(1.0, 1.0).mean_work == pytest.approx(0.3678794, abs=5e-8)
    assert DraggedTrap(2.0, 3.0).mean_work == pytest.approx(8.199148, abs=5e-7)


@EACH
def test_the_density_has_the_moments_and_the_exponential_average(process):
    centre, width = process.mean_work, math.sqrt(process.variance)
    sign = math.copysign(1.0, getattr(process, "ratio", 2.0) - 1)

    def moment(f):
        if isinstance(process, HarmonicQuench):  # an integrable singularity at zero: substitute w = ±x²
            return quad(lambda x: f(sign * x * x) * math.exp(process.log_density(sign * x * x)) * 2 * x, 0, 12)[0]
        return quad(lambda w: f(w) * math.exp(process.log_density(w)), centre - 12 * width, centre + 12 * width)[0]

    assert moment(lambda w: 1.0) == pytest.approx(1.0, abs=1e-7)
    assert moment(lambda w: w) == pytest.approx(centre, rel=1e-6)
    assert moment(lambda w: (w - centre) ** 2) == pytest.approx(process.variance, rel=1e-6)
    assert moment(lambda w: math.exp(-w)) == pytest.approx(math.exp(-process.free_energy), rel=1e-6)


@EACH
def test_crooks_holds_point_by_point(process):
    sign = math.copysign(1.0, getattr(process, "ratio", 2.0) - 1)
    work = sign * np.linspace(0.05, 3.0, 40)
    ratio = process.log_density(work) - process.reverse.log_density(-work)
    np.testing.assert_allclose(ratio, work - process.free_energy, atol=1e-12)


@EACH
def test_samples_follow_the_density(process):
    work, n = process.sample(40_000, rng=3), 40_000
    assert abs(work.mean() - process.mean_work) < 4 * math.sqrt(process.variance / n)
    assert work.var() == pytest.approx(process.variance, rel=0.06)
    np.testing.assert_array_equal(work, process.sample(40_000, rng=3))


@pytest.mark.parametrize("steps", [1, 3, 40])
def test_dragging_in_any_number_of_steps_is_exact(steps):
    trap = DraggedTrap(1.5, 2.0)
    work = trap.sample(60_000, steps=steps, rng=5)
    assert abs(work.mean() - trap.mean_work) < 4 * math.sqrt(trap.variance / 60_000)
    assert work.var() / trap.variance == pytest.approx(1.0, abs=4 * math.sqrt(2 / 60_000))


def test_a_very_short_drag_keeps_its_digits():
    trap = DraggedTrap(1.0, 1e-6)
    assert trap.sample(5000, rng=1).std() == pytest.approx(1e-6, rel=0.05)
    assert trap.mean_work == pytest.approx(5e-13, rel=1e-5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: HarmonicQuench(0.0), "ratio"),
        (lambda: HarmonicQuench(1.0), "differ from 1"),
        (lambda: DraggedTrap(0.0, 1.0), "speed"),
        (lambda: DraggedTrap(1.0, math.nan), "duration"),
        (lambda: DraggedTrap(1.0, 1.0).sample(0), "n must"),
    ],
)
def test_impossible_processes_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# --- estimators


@EACH
def test_estimates_agree_with_the_exact_free_energy(process):
    ahead, back = process.sample(20_000, rng=1), process.reverse.sample(15_000, rng=2)
    assert jarzynski(ahead).agrees_with(process.free_energy)
    assert crooks_bar(ahead, back).agrees_with(process.free_energy)
    found, errors = crooks_slope(ahead, back)
    assert abs(found[0] - 1) < 4 * errors[0]
    assert abs(found[1] - process.free_energy) < 4 * errors[1]


def test_error_bars_are_as_wide_as_the_scatter():
    """Over 200 repetitions the scatter agrees with the stated error; a chi-square this far off has p < 1e-3."""
    quench = HarmonicQuench(4.0)
    found = [
        (
            crooks_bar(quench.sample(200, rng=3 * i), quench.reverse.sample(300, rng=3 * i + 1)),
            jarzynski(quench.sample(400, rng=3 * i + 2)),
        )
        for i in range(200)
    ]
    for each in zip(*found, strict=True):
        off = np.array([(x.value - quench.free_energy) / x.stderr for x in each])
        assert 0.83 < off.std() < 1.18


def test_bar_is_far_better_where_the_exponential_average_fails():
    trap = DraggedTrap(2.0, 3.0)  # 8.2 k_B T of work for no free energy
    alone = jarzynski(trap.sample(2000, rng=1))
    both = crooks_bar(trap.sample(1000, rng=1), trap.reverse.sample(1000, rng=2))
    assert alone.warnings and alone.effective < 50
    bias = jarzynski_bias(trap.sample(200_000, rng=3), [2000])[0]
    assert bias[0] > 5 * bias[1] and bias[0] > 0.5
    assert abs(both.value) < 4 * both.stderr and both.stderr < 0.3


def test_bias_of_the_average_falls_as_theory_says():
    """For many runs the bias is the relative variance of e^{-W} over 2n; here that is e^{2m} - 1, m the mean work."""
    trap = DraggedTrap(0.5, 1.0)
    work = trap.sample(400_000, rng=4)
    bias = jarzynski_bias(work, [20, 40, 80])
    expected = math.expm1(2 * trap.mean_work) / 2 / np.array([20, 40, 80])
    assert (bias[:, 0] > 0).all()
    assert (np.abs(bias[:, 0] - expected) < 4 * bias[:, 1] + 0.1 * expected).all()
    assert jarzynski(work).bias == pytest.approx(math.expm1(2 * trap.mean_work) / 2 / 400_000, rel=0.05)


def test_the_bias_is_that_of_the_average_block_by_block():
    """Of works that shift by a free energy, whatever is left over at the end, and where e^{-W} would overflow."""
    work = HarmonicQuench(4.0).sample(103, rng=2) - 2000.0
    off = [jarzynski(part).value - (math.log(2) - 2000.0) for part in work[:100].reshape(20, 5)]
    found = jarzynski_bias(work, [5, 1], math.log(2) - 2000.0)
    assert found[0].tolist() == pytest.approx([np.mean(off), np.std(off, ddof=1) / math.sqrt(20)], rel=1e-9)
    assert found[1, 0] == pytest.approx(work.mean() - math.log(2) + 2000.0, rel=1e-9)  # one run: its work


@given(st.floats(-5, 5), st.integers(0, 2**20))
def test_a_shift_of_all_work_shifts_the_free_energy(shift, seed):
    rng = np.random.default_rng(seed)
    ahead, back = rng.normal(0.5, 1.0, 50), rng.normal(0.5, 1.0, 70)
    moved = crooks_bar(ahead + shift, back - shift)
    assert moved.value == pytest.approx(crooks_bar(ahead, back).value + shift, abs=1e-8)
    assert jarzynski(ahead + shift).value == pytest.approx(jarzynski(ahead).value + shift, abs=1e-8)


def test_exchanging_the_directions_changes_the_sign():
    ahead, back = HarmonicQuench(3.0).sample(300), HarmonicQuench(1 / 3).sample(200, rng=1)
    assert crooks_bar(back, ahead).value == pytest.approx(-crooks_bar(ahead, back).value, abs=1e-9)
    assert jarzynski(ahead).value <= ahead.mean()  # Jensen


def test_works_of_thousands_of_kt_do_not_overflow():
    assert jarzynski([5000.0, 5000.0, 5001.0]).value == pytest.approx(5000.24, abs=0.1)
    assert crooks_bar([5000.0, 5001.0], [-5000.0, -4999.0]).value == pytest.approx(5000.0, abs=1.0)


def test_no_overlap_is_said():
    apart = crooks_bar([10.0, 10.5, 11.0], [10.0, 10.2, 10.9])
    assert apart.warnings and apart.stderr > 5
    with pytest.raises(ValueError, match="overlap"):
        crooks_slope([1000.0, 1001.0], [1000.0, 1001.0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: jarzynski([1.0]), "n ≥ 2"),
        (lambda: jarzynski([1.0, math.nan]), "finite"),
        (lambda: jarzynski(np.ones((3, 2))), "shape"),
        (lambda: jarzynski_bias([1.0, 2.0, 3.0], [2]), "at most half"),
        (lambda: jarzynski_bias([1.0, 2.0, 3.0], [0]), "sizes"),
        (lambda: crooks_bar([1.0, 2.0], ["a", "b"]), "backward must be numeric"),
    ],
)
def test_bad_runs_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
