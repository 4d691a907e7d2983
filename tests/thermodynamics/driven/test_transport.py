"""Distances on a line, the bounds of finite-time erasure, the best final state and the best protocol."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from szilard.thermodynamics import (
    Quartic,
    Tabulated,
    berut_protocol,
    best_final_state,
    double_well,
    finite_time_landauer,
    fokker_planck,
    harmonic_trap,
    optimal_transport_protocol,
    simulate_erasure,
    wasserstein2_1d,
)
from szilard.thermodynamics.driven.transport import halves, local_equilibrium

# Squared distance to local equilibrium and variance, in L², by barrier in kT: an independent computation.
LOCAL = {2.0: (1.1681, 0.8521), 4.0: (1.4759, 0.9177), 8.0: (1.7017, 0.9645), 16.0: (1.8146, 0.9835)}
# Least work in kT at 8 kT by Dτ/L²: the best final state, and local equilibrium; an independent computation.
BEST = {0.01: (54.2, 170.9), 0.1: (9.65, 17.71), 0.5: (3.80, 4.097), 1.0: (2.331, 2.395), 2.0: (1.529, 1.544),
        5.0: (1.03, 1.034), 20.0: (0.78, 0.778)}  # fmt: skip

SKEW = np.linspace(-2.0, 1.5, 201)  # positions between walls of which one is nearer


def gaussian(edges, mean, sigma):
    return np.diff(stats.norm.cdf(edges, mean, sigma)) / np.ptp(stats.norm.cdf(edges[[0, -1]], mean, sigma))


def test_distance_between_boxes():
    assert wasserstein2_1d([-1, 0, 1], [0.5, 0.5], [0, 1]) ** 2 == pytest.approx(1 / 3, abs=1e-15)
    assert wasserstein2_1d([0, 1, 2, 3], [1, 0, 0], [0, 0, 1]) == pytest.approx(2.0, abs=1e-15)


@pytest.mark.parametrize(("mean", "sigma"), [(1.0, 1.0), (0.0, 2.0), (-0.5, 0.7)])
def test_distance_between_gaussians(mean, sigma):
    edges = np.linspace(-25, 25, 40_001)
    distance = wasserstein2_1d(edges, gaussian(edges, 0, 1), gaussian(edges, mean, sigma))
    assert distance**2 == pytest.approx(mean**2 + (1 - sigma) ** 2, rel=1e-5)


@given(st.lists(st.tuples(*[st.floats(0.0, 1.0)] * 3), min_size=2, max_size=12))
@settings(max_examples=60, deadline=None)
def test_distance_is_a_metric(rows):
    laws = np.array(rows).T + 1e-3
    p, q, r = laws / laws.sum(axis=1, keepdims=True)
    edges = np.cumsum(np.arange(len(p) + 1.0))
    there, back = wasserstein2_1d(edges, p, q), wasserstein2_1d(edges, q, p)
    assert there == pytest.approx(back, abs=1e-12)
    assert wasserstein2_1d(edges, p, p) == 0
    assert there <= wasserstein2_1d(edges, p, r) + wasserstein2_1d(edges, r, q) + 1e-9


@given(st.floats(0.0, 1e-12), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_distance_with_cells_almost_empty(little, seed):
    rng = np.random.default_rng(seed)
    p, q = rng.dirichlet(np.full(30, 0.05), size=2) + little
    assert np.isfinite(wasserstein2_1d(np.arange(31.0), p / p.sum(), q / q.sum()))


@pytest.mark.parametrize("p", [[1e-320, 1.0, 0.0], [1.0, 1e-320, 0.0], [0.0, 1e-310, 1.0]])
def test_distance_with_cells_that_no_normal_number_describes(p):
    middle = [0.0, 1.0, 0.0]
    expected = abs(1 - int(np.argmax(p)))
    assert wasserstein2_1d([0, 1, 2, 3], p, middle) == pytest.approx(expected, abs=1e-15)
    assert wasserstein2_1d([0, 1, 2, 3], middle, p) == pytest.approx(expected, abs=1e-15)


def test_a_barrier_may_be_as_high_as_it_likes():
    works = [finite_time_landauer(1.0, potential=double_well(barrier)) for barrier in (100.0, 740.0, 2000.0)]
    assert works == sorted(works)
    assert math.log(2) + 1.9 < works[0] < works[-1] < math.log(2) + 2


@pytest.mark.parametrize("barrier", LOCAL)
def test_distance_to_local_equilibrium(barrier):
    square, variance = LOCAL[barrier]
    edges, p = halves(double_well(barrier))
    middle = (edges[1:] + edges[:-1]) / 2
    assert p @ middle**2 == pytest.approx(variance, abs=1e-4)
    assert wasserstein2_1d(edges, p, local_equilibrium(edges, p)) ** 2 == pytest.approx(square, abs=1e-4)


@given(st.floats(0.05, 30.0), st.lists(st.floats(-3.0, 3.0), min_size=4, max_size=4))
@settings(max_examples=40, deadline=None)
def test_sandwich_for_every_symmetric_potential(barrier, factors):
    x = np.linspace(-2.0, 2.0, 401)
    bumps = sum(a * np.cos((k + 1) * np.pi * x / 2) for k, a in enumerate(factors))
    edges, p = halves(Tabulated(x, barrier * (x**2 - 1) ** 2 + bumps))
    variance = p @ ((edges[1:] + edges[:-1]) / 2) ** 2
    square = wasserstein2_1d(edges, p, local_equilibrium(edges, p)) ** 2
    assert variance / 2 <= square * (1 + 1e-3)
    assert square <= 2 * variance * (1 + 1e-3)


@pytest.mark.parametrize("reach", BEST)
def test_best_final_state(reach):
    best, local = BEST[reach]
    well = double_well(8.0)
    assert best_final_state(well, reach).work == pytest.approx(best, rel=5e-3)
    assert finite_time_landauer(reach, potential=well) == pytest.approx(local, rel=1e-3)


def test_best_lies_between_the_bounds():
    well, taus = double_well(4.0), np.geomspace(0.02, 50, 12)
    edges, p = halves(well)
    var = float(p @ ((edges[1:] + edges[:-1]) / 2) ** 2)
    lower, upper = (finite_time_landauer(taus, var=var, target=target) for target in ("free", "local"))
    free, local = (finite_time_landauer(taus, potential=well, target=target) for target in ("free", "local"))
    assert (lower < free).all()
    assert (free <= local + 1e-4).all()
    assert (local < upper).all()


@pytest.mark.parametrize(("reach", "work"), [(1.0, 0.9928), (10.0, 0.7260), (100.0, 0.6964)])
def test_walls_hold_the_best_final_state(reach, work):
    """In a flat box the bound of Landauer holds, and no probability leaves through the walls."""
    x = np.linspace(-1.0, 1.0, 41)
    box = Tabulated(x, 0 * x)
    best = best_final_state(box, reach)
    assert best.work == pytest.approx(work, abs=1e-4)
    assert math.log(2) <= best.work <= finite_time_landauer(reach, potential=box)
    assert best.edges[[0, -1]] == pytest.approx([0.0, 1.0], abs=1e-15)
    assert best_final_state(box, reach, error=0.5).work == pytest.approx(0.0, abs=1e-13)


@pytest.mark.parametrize(("barrier", "work"), [(30.0, 2.55450), (100.0, 2.62651)])
def test_best_final_state_over_a_high_barrier(barrier, work):
    well = double_well(barrier)
    assert best_final_state(well, 1.0).work == pytest.approx(work, abs=1e-5)
    assert best_final_state(well, 1.0).work < finite_time_landauer(1.0, potential=well)
    assert best_final_state(well, 1.0, error=0.5).work == pytest.approx(0.0, abs=1e-4)


def test_best_state_of_a_trap_is_better_than_every_rival():
    """Against a general minimiser over few cells, from another start."""
    well, cells = harmonic_trap(1.0), 16
    best = best_final_state(well, 0.7, cells=cells)

    def work(logarithms):
        edges = np.concatenate([[0.0], np.cumsum(np.exp(logarithms))])
        node = 0.5 - 0.5 / 3**0.5
        left, right = edges[:-1], edges[1:]
        energy = (well.energy(left + node * (right - left)) + well.energy(right - node * (right - left))) / 2
        way = edges - best.start
        square = (way[:-1] ** 2 + way[:-1] * way[1:] + way[1:] ** 2) / 3
        log_z = math.log(math.sqrt(2 * math.pi))
        parts = np.log(best.masses / (right - left)) + energy + square / 0.7
        return best.masses @ parts + log_z

    rival = optimize.minimize(work, np.log(np.diff(best.edges)) + 0.3, method="BFGS", options={"gtol": 1e-9})
    assert work(np.log(np.diff(best.edges))) == pytest.approx(rival.fun, abs=1e-8)
    assert best.work == pytest.approx(rival.fun, abs=1e-4)


def test_best_work_falls_towards_its_limit_with_the_cells():
    works = [best_final_state(double_well(8.0), 1.0, cells=cells).work for cells in (250, 500, 1000, 2000)]
    assert works == sorted(works, reverse=True)
    assert (works[0] - works[1]) / (works[1] - works[2]) == pytest.approx(4.0, rel=0.1)


def test_errors_make_erasure_cheaper():
    well = double_well(8.0)
    works = [best_final_state(well, 2.0, error=error).work for error in (0.0, 1e-3, 0.05, 0.3, 0.5)]
    assert works == sorted(works, reverse=True)
    assert works[-1] == pytest.approx(0.0, abs=1e-4)
    best = best_final_state(well, 2.0, error=0.05)
    assert best.masses[best.edges[:-1] < 0].sum() == pytest.approx(0.05, abs=1e-12)
    slow = best_final_state(well, 1e6, error=0.05).work
    assert slow == pytest.approx(math.log(2) + 0.05 * math.log(0.05) + 0.95 * math.log(0.95), abs=1e-4)
    assert finite_time_landauer(2.0, potential=well, error=0.05) > best.work


def test_two_levels():
    assert finite_time_landauer(100.0, 2.0, target="two_state") == pytest.approx(
        math.log(2) + math.pi**2 / 800, abs=1e-12
    )


@pytest.fixture(scope="module")
def transport():
    return optimal_transport_protocol(double_well(4.0), 2.0)


def test_transport_theory(transport):
    assert transport.divergence == pytest.approx(0.6109, abs=1e-4)
    assert transport.squared_distance == pytest.approx(1.4143, abs=1e-4)
    assert transport.work == pytest.approx(1.3181, abs=1e-4)


def test_transport_arrives_at_its_target_for_the_least_work(transport):
    works = [fokker_planck(transport.protocol, dt=dt).mean_work for dt in (2e-3, 1e-3, 5e-4)]
    assert works == sorted(works, reverse=True)
    assert works[-1] == pytest.approx(transport.work, rel=1e-3)
    result = fokker_planck(transport.protocol, dt=5e-4)
    assert result.success == pytest.approx(transport.success, abs=1e-3)
    target = np.interp(result.positions, transport.positions, transport.target)
    spacing = result.positions[1] - result.positions[0]
    assert np.abs(result.final / spacing - target).sum() * spacing < 5e-3
    assert result.jarzynski_by_well == pytest.approx((0.5, 0.5), abs=1e-10)


def test_nothing_else_erases_as_well_for_less(transport):
    rival = fokker_planck(berut_protocol(1.0, 4.0, barrier=4.0))
    assert rival.success < transport.success
    assert rival.mean_work > transport.work


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_walkers_need_the_work_of_theory(transport, seed):
    result = simulate_erasure(transport.protocol, 2000, 5e-4, rng=seed, device="cpu")
    assert abs(result.mean_work - transport.work) < 4 * result.sem
    assert abs(result.success - transport.success) < 4 * result.success_sem


@pytest.mark.parametrize(
    "call",
    [
        lambda: wasserstein2_1d([0, 1], [0.5], [1.0]),
        lambda: wasserstein2_1d([1, 0], [1.0], [1.0]),
        lambda: wasserstein2_1d([0, 1, 2], [1.5, -0.5], [0.5, 0.5]),
        lambda: finite_time_landauer(1.0),
        lambda: finite_time_landauer(1.0, potential=double_well(4.0), var=1.0),
        lambda: finite_time_landauer(1.0, potential=double_well(4.0), target="two_state"),
        lambda: finite_time_landauer(0.0, var=1.0),
        lambda: finite_time_landauer(1.0, var=1.0, target="fre"),
        lambda: finite_time_landauer(1.0, var=1.0, error=0.1),
        lambda: finite_time_landauer(1.0, 0.0, var=1.0),
        lambda: finite_time_landauer(1.0, potential=harmonic_trap(100.0, 9.0)),
        lambda: best_final_state(double_well(4.0), -1.0),
        lambda: optimal_transport_protocol(double_well(4.0), 2.0, error=0.0),
        lambda: optimal_transport_protocol(double_well(4.0), 2.0, width=0.0),
        lambda: optimal_transport_protocol(Quartic((0, 1, 1, 0, 0)), 2.0),
    ],
)
def test_refuses(call):
    with pytest.raises(ValueError, match=r"must|needs"):
        call()


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("cells", lambda: best_final_state(double_well(4.0), 1.0, cells=15)),
        ("cells", lambda: best_final_state(double_well(4.0), 1.0, cells=100.0)),
        ("reach", lambda: best_final_state(double_well(4.0), 1e-8)),
        ("error", lambda: best_final_state(double_well(4.0), 1.0, error=0.7)),
        ("error", lambda: finite_time_landauer(1.0, potential=double_well(4.0), error=0.7)),
        ("error", lambda: finite_time_landauer(1.0, potential=double_well(4.0), error=math.nan)),
        ("error", lambda: finite_time_landauer(1.0, var=1.0, error=-0.1)),
        ("knots", lambda: optimal_transport_protocol(double_well(4.0), 2.0, knots=31)),
        ("points", lambda: optimal_transport_protocol(double_well(4.0), 2.0, points=63)),
        ("potential", lambda: optimal_transport_protocol(Tabulated(SKEW, 4 * (SKEW**2 - 1) ** 2), 2.0)),
    ],
)
def test_refuses_by_name(name, call):
    with pytest.raises(ValueError, match=rf"^{name} must"):
        call()


def test_a_wall_close_to_the_middle_leaves_cells_on_both_sides():
    x = np.linspace(-1.0, 1e-3, 1002)
    edges, mass = halves(Tabulated(x, 0 * x), cells=16)
    assert mass[edges[:-1] >= 0].sum() == pytest.approx(1e-3 / 1.001, rel=1e-9)
