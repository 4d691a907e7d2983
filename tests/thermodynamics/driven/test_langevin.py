"""The Langevin engines against the Fokker-Planck solver, closed forms, a plain loop and each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import stats

from szilard.thermodynamics import (
    Protocol,
    Tabulated,
    berut_protocol,
    double_well,
    fokker_planck,
    harmonic_trap,
    sample_equilibrium,
    scaled_protocol,
    simulate_erasure,
)
from szilard.thermodynamics.driven import _langevin_loops as loops
from szilard.thermodynamics.driven.protocols import steps

ERASURE = berut_protocol(2.0, 3.5)


def seeds_of(seed, blocks=()):
    shape = (*blocks, 4, loops.HALF)
    return np.random.default_rng(seed).integers(1, 2**64, size=shape, dtype=np.uint64)


def numbers(seed, blocks=4000):
    seeds, out = seeds_of(seed), np.empty((blocks, loops.BLOCK))
    for row in out:
        loops.normals(seeds, row)
    return out


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_normal_numbers_are_normal(seed):
    z = numbers(seed)
    assert stats.kstest(z.ravel(), "norm").pvalue > 1e-3
    for power, moment in ((1, 0), (2, 1), (3, 0), (4, 3), (6, 15)):
        values = z.ravel() ** power
        assert abs(values.mean() - moment) < 4 * values.std() / math.sqrt(z.size)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_normal_numbers_are_independent(seed):
    z = numbers(seed)
    limit = 4 / math.sqrt(z.size / 2)
    halves = z[:, : loops.HALF], z[:, loops.HALF :]
    for a, b in ((z[1:], z[:-1]), (z[:, 1:], z[:, :-1]), halves):
        for f in (np.asarray, np.square, np.abs):
            assert abs(np.corrcoef(f(a).ravel(), f(b).ravel())[0, 1]) < limit


@pytest.mark.parametrize("top", [0, 1, 2**31, 2**32 - 2, 2**32 - 1])
def test_radius_at_both_ends_of_its_range(top):
    bits = np.uint64(top << 32)
    exact = math.sqrt(-2 * math.log1p(-(top + 0.5) / 2**32))
    assert radius(bits) == pytest.approx(exact, rel=1e-9)


def radius(bits):
    """The first normal number of a generator whose next output is ``bits``: its radius times a known sine."""
    seeds, out = np.zeros((4, loops.HALF), np.uint64), np.empty(loops.BLOCK)
    seeds[0, :] = bits  # the output is rotl(a + d, 23) + a: with d = -a it is a
    seeds[3, :] = np.uint64(-int(bits) % 2**64)
    loops.normals(seeds, out)
    return math.hypot(out[0], out[loops.HALF])


def test_walkers_do_what_a_plain_loop_does():
    knot, share, dt = steps(ERASURE, 1e-3)
    x = sample_equilibrium(ERASURE.potentials[0], loops.BLOCK, rng=0)
    result = simulate_erasure(ERASURE, loops.BLOCK, 1e-3, rng=1, device="cpu", initial=x)
    seeds, z = (np.random.default_rng(1).integers(1, 2**64, (1, 4, loops.HALF), np.uint64)[0], np.empty(loops.BLOCK))
    height, tilt = (np.array([p.coefficients[j] for p in ERASURE.potentials]) for j in (4, 1))
    work, barrier, force = np.zeros(loops.BLOCK), height[0], -tilt[0]
    for k, s, h in zip(knot, share, dt, strict=True):
        new = height[k] + s * (height[k + 1] - height[k]), -(tilt[k] + s * (tilt[k + 1] - tilt[k]))
        work += (new[0] - barrier) * (x**2 - 1) ** 2 - (new[1] - force) * x
        barrier, force = new
        loops.normals(seeds, z)
        push, kick = h * (force - 4 * barrier * x * (x**2 - 1)), np.sqrt(2 * h) * z
        ahead = x + push + kick
        x = x + (push + h * (force - 4 * barrier * ahead * (ahead**2 - 1))) / 2 + kick
    work += (height[-1] - barrier) * (x**2 - 1) ** 2 - (-tilt[-1] - force) * x
    np.testing.assert_allclose(result.final, x, atol=1e-10)
    np.testing.assert_allclose(result.work, work, atol=1e-10)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("tau", [1.0, 4.0])
def test_agrees_with_fokker_planck(tau, seed):
    protocol = berut_protocol(tau, 3.5)
    truth = fokker_planck(protocol, dt=1e-3, points=256)
    result = simulate_erasure(protocol, 6000, 5e-4, rng=seed, device="cpu")
    assert abs(result.mean_work - truth.mean_work) < 4 * result.sem
    assert result.work.std() == pytest.approx(truth.std_work, rel=0.05)
    assert abs(result.success - truth.success) < 4 * result.success_sem
    assert abs(result.mean_heat - truth.mean_heat) < 4 * result.heat.std() / math.sqrt(6000)
    assert result.mean_work > result.success * math.log(2)


def test_first_law_walker_by_walker():
    result = simulate_erasure(ERASURE, 500, rng=0, device="cpu")
    before, after = ERASURE.potentials[0], ERASURE.potentials[-1]
    gained = after.energy(result.final) - before.energy(result.initial)
    np.testing.assert_allclose(result.heat, result.work - gained, atol=1e-12)
    assert np.ptp(gained) > 1


@pytest.mark.parametrize("dt", [2e-3, 0.02, 100.0])
@pytest.mark.parametrize("kind", [lambda protocol: protocol, lambda protocol: tabulated(protocol)])
def test_steps_too_long_are_refused(dt, kind):
    with pytest.raises(ValueError, match="dt must be short enough"):
        simulate_erasure(kind(ERASURE), 500, dt, rng=0, device="cpu")


def test_the_default_step_suits_the_stiffest_potential():
    result = simulate_erasure(scaled_protocol(1.0), 50, rng=0, device="cpu")
    assert np.isfinite(result.work).all()
    explicit = simulate_erasure(ERASURE, 50, 1e-3, rng=0, device="cpu")
    np.testing.assert_array_equal(simulate_erasure(ERASURE, 50, rng=0, device="cpu").work, explicit.work)


@pytest.mark.parametrize("ratio", [0.5, 4.0])
def test_quench_is_work_alone(ratio):
    quench = Protocol((0.0, 0.0, 0.1), (harmonic_trap(1.0), harmonic_trap(ratio), harmonic_trap(ratio)))
    result = simulate_erasure(quench, 5000, 1e-2, rng=0, device="cpu")
    np.testing.assert_allclose(result.work, (ratio - 1) / 2 * result.initial**2, atol=1e-12)
    assert abs(result.jarzynski - ratio**-0.5) < 4 * np.exp(-result.work).std() / math.sqrt(5000)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_moving_trap(seed):
    times = np.linspace(0.0, 1.0, 201)
    moving = Protocol(tuple(times), tuple(harmonic_trap(1.0, t) for t in times))
    result = simulate_erasure(moving, 20_000, 5e-3, rng=seed, device="cpu")
    mean = math.exp(-1)
    assert stats.kstest((result.work - mean) / math.sqrt(2 * mean), "norm").pvalue > 1e-3
    assert abs(result.jarzynski - 1) < 4 * np.exp(-result.work).std() / math.sqrt(20_000)


def distance(heat, exact):
    """How many standard errors the mean heat lies from the exact one."""
    return abs(heat.mean() - exact) / (heat.std() / math.sqrt(len(heat)))


def held(potential, duration=1.0):
    return Protocol((0.0, duration), (potential, potential))


def test_walkers_at_rest_give_no_heat():
    result = simulate_erasure(held(double_well(8.0)), 200_000, rng=0, device="cpu")
    assert distance(result.heat, 0.0) < 4
    assert result.heat.std() / math.sqrt(200_000) < 3e-3  # Euler's steps would give away 0.016


def test_walkers_at_rest_between_walls_give_no_heat():
    x = np.linspace(-1.0, 1.0, 101)
    for steepness in (2.0, 20.0):
        slope = Tabulated(x, steepness * x)
        result = simulate_erasure(held(slope, 0.2), 50_000, 0.1 / steepness**2, rng=1, device="cpu")
        assert distance(result.heat, 0.0) < 4
        assert result.heat.std() / math.sqrt(50_000) < 8e-3
    with pytest.raises(ValueError, match="dt must be short enough for the stiffest potential, at most 0.00025"):
        simulate_erasure(held(slope), 10, 1e-3, rng=0, device="cpu")


@pytest.mark.parametrize("share", [0.02, 0.05, 0.1])
@pytest.mark.parametrize("ratio", [0.5, 4.0, 16.0])
def test_heat_of_a_quench_is_that_of_a_gaussian(ratio, share):
    time, stiffest = 0.3 / ratio, max(ratio, 1.0)
    quench = Protocol((0.0, 0.0, time), (harmonic_trap(1.0), harmonic_trap(ratio), harmonic_trap(ratio)))
    result = simulate_erasure(quench, 200_000, share / stiffest, rng=2, device="cpu")
    exact = (ratio - 1) / 2 * (1 - math.exp(-2 * ratio * time))
    assert distance(result.heat, exact) < 4


@pytest.mark.parametrize("dt", [0.02, 0.05, 0.1])
def test_heat_of_a_moving_trap_is_that_of_a_gaussian(dt):
    times = np.linspace(0.0, 1.0, 11)
    moving = Protocol(tuple(times), tuple(harmonic_trap(1.0, t) for t in times))
    result = simulate_erasure(moving, 200_000, dt, rng=3, device="cpu")
    lag = 1 - math.exp(-1)
    assert distance(result.heat, math.exp(-1) - lag**2 / 2) < 4


def tabulated(protocol):
    x = np.linspace(-2.4, 2.4, 401)
    return Protocol(protocol.times, tuple(Tabulated(x, u.energy(x)) for u in protocol.potentials))


def test_a_table_moves_walkers_as_its_formula_does():
    start = sample_equilibrium(ERASURE.potentials[0], 700, rng=3)
    one, other = (
        simulate_erasure(p, 700, 1e-3, rng=4, device="cpu", initial=start) for p in (ERASURE, tabulated(ERASURE))
    )
    np.testing.assert_allclose(other.final, one.final, atol=1e-4)
    np.testing.assert_allclose(other.work, one.work, atol=1e-4)


def test_jumps_between_tables_are_work():
    x = np.linspace(-2.4, 2.4, 401)
    heights = (8.0, 4.0, 6.0, 6.0, 8.0)
    jumps = Protocol((0.0, 0.0, 0.0, 0.1, 0.1), tuple(Tabulated(x, h * (x**2 - 1) ** 2) for h in heights))
    result = simulate_erasure(jumps, 300, 1e-3, rng=0, device="cpu")
    final, work = by_torch(jumps, 1e-3, result.initial, 1)
    for end, done in ((result.final, result.work), (final, work)):
        expected = -2 * (result.initial**2 - 1) ** 2 + 2 * (end**2 - 1) ** 2
        np.testing.assert_allclose(done, expected, atol=1e-5)


def by_torch(protocol, dt, start, seed):
    from szilard.thermodynamics.driven._langevin_torch import walk

    return walk(protocol, steps(protocol, dt), start, np.random.default_rng(seed), "cpu")


def test_walls_reflect():
    x = np.linspace(-1.0, 1.0, 41)
    box = Protocol((0.0, 1.0), (Tabulated(x, 0 * x), Tabulated(x, 0 * x)))
    result = simulate_erasure(box, 5000, 1e-2, rng=0, device="cpu", initial=np.full(5000, 0.99))
    assert np.abs(result.final).max() <= 1
    relaxed = simulate_erasure(box, 5000, 1e-2, rng=0, device="cpu")
    assert stats.kstest(relaxed.final, stats.uniform(-1, 2).cdf).pvalue > 1e-3


def test_walls_reflect_as_often_as_a_step_meets_them():
    x = np.linspace(-1.0, 1.0, 41)
    box = Protocol((0.0, 60.0), (Tabulated(x, 0 * x), Tabulated(x, 0 * x)))
    compiled = simulate_erasure(box, 5000, 20.0, rng=0, device="cpu")
    for final in (compiled.final, by_torch(box, 20.0, compiled.initial, 1)[0]):
        assert stats.kstest(final, stats.uniform(-1, 2).cdf).pvalue > 1e-3
    with pytest.raises(ValueError, match="initial must lie within the walls"):
        simulate_erasure(box, 2, 0.1, rng=0, device="cpu", initial=np.array([0.0, 1.5]))


@pytest.mark.parametrize("protocol", [ERASURE, tabulated(ERASURE)], ids=["quartic", "table"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_torch_gives_the_same_distribution(protocol, seed):
    compiled = simulate_erasure(protocol, 3000, 1.5e-3, rng=seed, device="cpu")
    start = sample_equilibrium(protocol.potentials[0], 3000, rng=seed + 100)
    final, work = by_torch(protocol, 1.5e-3, start, seed + 200)
    assert stats.ks_2samp(work, compiled.work).pvalue > 1e-3
    assert stats.ks_2samp(final, compiled.final).pvalue > 1e-3


def between_walls():
    """Tables whose walls many steps meet."""
    x = np.linspace(-1.0, 1.0, 21)
    return Protocol((0.0, 0.2, 0.2, 0.5), tuple(Tabulated(x, a * x + x**2) for a in (0.0, 3.0, -1.0, 2.0)))


@pytest.mark.parametrize("protocol", [ERASURE, between_walls()], ids=["quartic", "table"])
def test_torch_makes_the_same_steps_from_the_same_noise(protocol, monkeypatch):
    compiled = simulate_erasure(protocol, loops.BLOCK, 1e-3, rng=4, device="cpu")
    rng = np.random.default_rng(4)
    start = sample_equilibrium(protocol.potentials[0], loops.BLOCK, rng=rng)
    seeds, z = rng.integers(1, 2**64, (1, 4, loops.HALF), np.uint64)[0], np.empty(loops.BLOCK)

    def normal_(noise, generator):
        loops.normals(seeds, z)
        return noise.copy_(torch.from_numpy(z))

    monkeypatch.setattr(torch.Tensor, "normal_", normal_)
    final, work = by_torch(protocol, 1e-3, start, 0)
    np.testing.assert_allclose(final, compiled.final, atol=1e-10)
    np.testing.assert_allclose(work, compiled.work, atol=1e-10)
    assert np.ptp(final) > 1


@pytest.mark.gpu
def test_cuda_agrees_with_fokker_planck():
    result = simulate_erasure(ERASURE, 200_000, 5e-4, rng=0, device="cuda")
    truth = fokker_planck(ERASURE, dt=5e-4)
    assert abs(result.mean_work - truth.mean_work) < 4 * result.sem + 1e-3 * truth.mean_work
    assert abs(result.success - truth.success) < 4 * result.success_sem + 1e-3


def test_same_bits_whatever_the_threads(monkeypatch):
    results = []
    for threads in ("1", "2"):
        monkeypatch.setenv("NUMBA_NUM_THREADS", threads)
        results.append(simulate_erasure(ERASURE, 1000, rng=5, device="cpu"))
    np.testing.assert_array_equal(results[0].work, results[1].work)
    np.testing.assert_array_equal(results[0].final, results[1].final)


def test_halving_the_step_changes_nothing_visible():
    one, other = (simulate_erasure(ERASURE, 10_000, dt, rng=6, device="cpu") for dt in (1e-3, 5e-4))
    assert abs(one.mean_work - other.mean_work) < 3 * math.hypot(one.sem, other.sem)


@pytest.mark.parametrize(
    "bad", [{"n": 1}, {"dt": -1.0}, {"initial": np.zeros(3)}, {"device": "gpu"}, {"rng": -1}], ids=str
)
def test_refuses(bad):
    with pytest.raises(ValueError, match=rf"^{next(iter(bad))} must"):
        simulate_erasure(ERASURE, **{"n": 10, "dt": 1e-3, "rng": 0} | bad)
