"""Potentials, their exact samples, and protocols made of them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from szilard.thermodynamics import (
    Protocol,
    Quartic,
    Tabulated,
    berut_protocol,
    double_well,
    harmonic_trap,
    sample_equilibrium,
    scaled_protocol,
)
from szilard.thermodynamics.driven.protocols import steps

GRID = np.linspace(-2.5, 2.5, 301)


def test_double_well_is_what_it_says():
    np.testing.assert_allclose(double_well(8.0, 3.0).energy(GRID), 8 * (GRID**2 - 1) ** 2 - 3 * GRID, atol=1e-11)
    np.testing.assert_allclose(double_well(8.0).turning_points(), [-1, 0, 1], atol=1e-12)
    np.testing.assert_allclose(harmonic_trap(4.0, 1.0).energy(GRID), 2 * (GRID - 1) ** 2, atol=1e-12)


@pytest.mark.parametrize("potential", [double_well(8.0, 1.0), harmonic_trap(2.0, -1.0)])
def test_domain_ends_at_the_depth(potential):
    ends = np.array(potential.domain(20.0))
    lowest = potential.energy(np.linspace(-3, 3, 100_001)).min()
    np.testing.assert_allclose(potential.energy(ends) - lowest, 20.0, atol=1e-6)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    "potential",
    [double_well(8.0, 0.5), double_well(2.0), Tabulated(GRID, 3 * GRID**2 + np.sin(5 * GRID))],
    ids=["deep", "shallow", "table"],
)
def test_samples_follow_the_equilibrium(potential, seed):
    x = np.linspace(*potential.domain(), 200_001)
    weight = np.exp(-potential.energy(x) + potential.energy(x).min())
    cdf = np.concatenate([[0.0], np.cumsum((weight[1:] + weight[:-1]) / 2)])
    samples = sample_equilibrium(potential, 20_000, rng=seed)
    assert stats.kstest(samples, lambda s: np.interp(s, x, cdf / cdf[-1])).pvalue > 1e-3


def test_same_seed_same_samples():
    draws = [sample_equilibrium(double_well(4.0), 100, rng=7) for _ in range(2)]
    np.testing.assert_array_equal(*draws)


def test_steps_never_cross_a_knot():
    well = double_well(3.0)
    protocol = Protocol((0.0, 0.0, 1.0, 1.0, 1.35), (well,) * 5)
    knot, share, dt = steps(protocol, 0.1)
    assert np.bincount(knot).tolist() == [0, 10, 0, 4]
    assert dt.sum() == pytest.approx(1.35)
    assert dt.max() <= 0.1
    assert share.min() > 0
    assert share.max() < 1


def test_protocols_return_to_where_they_began():
    for protocol in (berut_protocol(3.0, 2.0), scaled_protocol(10.0)):
        assert protocol.potentials[0] == protocol.potentials[-1]
    assert berut_protocol(3.0, 2.0).duration == pytest.approx(4.0)
    assert scaled_protocol(10.0).duration == pytest.approx(10.0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Quartic((0, 0, 1, 0)),
        lambda: Quartic((0, 0, 1, 1, 0)),
        lambda: Quartic((0, 1, -1, 0, 0)),
        lambda: Quartic((0, 0, np.nan, 0, 1)),
        lambda: double_well(-1.0),
        lambda: Tabulated(GRID, GRID[:-1]),
        lambda: Tabulated(GRID**3, GRID),
        lambda: Tabulated(GRID, np.full(301, np.inf)),
        lambda: Protocol((0.0,), (double_well(1.0),)),
        lambda: Protocol((0.0, 2.0, 1.0), (double_well(1.0),) * 3),
        lambda: Protocol((0.0, 1.0), (double_well(1.0), Tabulated(GRID, GRID**2))),
        lambda: Protocol((0.0, 1.0), (Tabulated(2 * GRID, GRID**2), Tabulated(GRID, GRID**2))),
        lambda: berut_protocol(0.0, 1.0),
        lambda: scaled_protocol(1.0, shares=(0.5, 0.5, 0.5, 0.5)),
        lambda: sample_equilibrium(double_well(1.0), 0, rng=0),
    ],
)
def test_refuses(make):
    with pytest.raises(ValueError, match=r"must|needs"):
        make()
