"""Ergotropy, many copies and one-shot work: closed forms, order relations, limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import linprog

from szilard.constructor import random_kets, random_unitary
from szilard.thermodynamics.work import (
    average_work,
    copies_ergotropy,
    copies_one_shot_work,
    ergotropy,
    ergotropy_limit,
    formation_work,
    gibbs,
    one_shot_work,
    passive_state,
    second_order_work,
    thermal_divergence,
    thermo_majorization_curve,
    thermo_majorizes,
)

P, E = (0.7, 0.2, 0.1, 0.0), (0.0, 0.5, 1.0, 2.0)
WEAK, LEVELS = np.array([0.538, 0.237, 0.224]) / 0.999, (0.0, 0.579, 1.0)


def laws(d: int = 4) -> st.SearchStrategy[np.ndarray]:
    weights = hnp.arrays(np.float64, d, elements=st.floats(0, 1).map(lambda x: 0.0 if x < 1e-3 else x))
    return weights.filter(lambda w: w.sum() > 0.01).map(lambda w: w / w.sum())


def spectra(d: int = 4) -> st.SearchStrategy[np.ndarray]:
    return hnp.arrays(np.float64, d, elements=st.floats(0, 3))


def state(rng: np.random.Generator, d: int) -> np.ndarray:
    raw = rng.standard_normal((d, d)) + 1j * rng.standard_normal((d, d))
    rho = raw @ raw.conj().T
    return rho / np.trace(rho).real


def test_ergotropy_of_known_states():
    half = 2**-0.5
    assert ergotropy(np.array([half, half]), [0, 1]) == pytest.approx(0.5)
    assert ergotropy(np.array([0, 1]), [0, 1]) == pytest.approx(1)
    assert ergotropy(np.diag([0.3, 0.7]), [0, 1]) == pytest.approx(0.4)


def test_ergotropy_of_a_qubit():
    rng = np.random.default_rng(0)
    pauli = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
    for _ in range(20):
        r = rng.normal(size=3)
        r *= rng.random() / np.linalg.norm(r)
        rho = (np.eye(2) + np.tensordot(r, pauli, 1)) / 2
        gap = rng.uniform(0.1, 3)
        found = ergotropy(rho, gap / 2 * (np.eye(2) - pauli[2]))
        assert found == pytest.approx(gap / 2 * (np.linalg.norm(r) - r[2]))


def test_no_unitary_draws_more_and_the_passive_state_is_where_it_ends():
    rng = np.random.default_rng(1)
    rho, H = state(rng, 4), np.diag([0.0, 0.3, 1.0, 2.2])
    best = ergotropy(rho, H)
    drawn = [np.trace((rho - (U := random_unitary(4, rng=rng)) @ rho @ U.conj().T) @ H).real for _ in range(200)]
    assert max(drawn) <= best
    left = passive_state(rho, H)
    assert np.trace((rho - left) @ H).real == pytest.approx(best)
    assert ergotropy(left, H) == pytest.approx(0, abs=1e-12)
    assert ergotropy(gibbs(H, 0.7), H) == pytest.approx(0, abs=1e-12)


def test_ergotropy_does_not_see_time_and_is_the_energy_of_a_pure_state():
    rng = np.random.default_rng(2)
    levels = np.array([0.0, 0.4, 1.1])
    rho, phase = state(rng, 3), np.exp(-1j * levels * 2.3)
    assert ergotropy(phase[:, None] * rho * phase.conj(), levels) == pytest.approx(ergotropy(rho, levels))
    pure = random_kets(1, 3, rng)[0]
    assert ergotropy(pure, levels) == pytest.approx(np.abs(pure) ** 2 @ levels)


def test_ergotropy_of_a_batch_on_torch_is_that_of_each():
    import torch

    rng = np.random.default_rng(3)
    rho = np.array([state(rng, 3) for _ in range(5)])
    H = np.array([(raw + raw.T) / 2 for raw in rng.normal(size=(5, 3, 3))])
    one_by_one = [ergotropy(r, h) for r, h in zip(rho, H, strict=True)]
    assert ergotropy(rho, H) == pytest.approx(one_by_one)
    on_torch = ergotropy(torch.from_numpy(rho), torch.from_numpy(H))
    assert isinstance(on_torch, torch.Tensor) and on_torch.numpy() == pytest.approx(one_by_one)


@pytest.mark.parametrize(
    ("rho", "H", "words"),
    [
        (np.eye(2), [0, 1], "trace one"),
        (np.diag([1.5, -0.5]), [0, 1], "no negative"),
        ([[0.5, 1], [0, 0.5]], [0, 1], "Hermitian"),
        (np.eye(2) / 2, [0, 1, 2], "one dimension"),
        (np.full((2, 2), np.nan), [0, 1], "finite"),
    ],
)
def test_no_states_no_ergotropy(rho, H, words):
    with pytest.raises(ValueError, match=words):
        ergotropy(rho, H)


def test_average_work_is_relative_entropy():
    rng = np.random.default_rng(4)
    rho, T = state(rng, 3), 0.8
    H = np.diag([0.0, 0.5, 1.3])
    tau = gibbs(H, T)
    values, vectors = np.linalg.eigh(rho)
    entropy = -(values * np.log(values)).sum()
    expected = T * (-entropy - np.trace(rho @ np.diag(np.log(np.diag(tau)))).real)
    assert average_work(rho, H, T) == pytest.approx(expected)
    assert average_work(tau, H, T) == pytest.approx(0, abs=1e-12)
    assert ergotropy(rho, H) <= average_work(rho, H, T)


def test_one_shot_table():
    golden = {0.0: 0.066298, 0.1: 0.272490, 0.3: 0.746567}  # independent computation
    for eps, work in golden.items():
        assert one_shot_work(P, E, 1.0, eps) == pytest.approx(work, abs=5e-7)
    assert thermal_divergence(P, E, 1.0)[0] == pytest.approx(0.144749, abs=5e-7)
    assert formation_work(P, E, 1.0) == pytest.approx(0.389892, abs=5e-7)
    assert one_shot_work(P, E, 1.0, 0.3) > thermal_divergence(P, E, 1.0)[0]  # risk may beat the mean


@given(laws(), spectra(), st.floats(0.01, 0.9))
def test_fractional_work_solves_its_linear_program(p, E, eps):
    tau = gibbs(E, 1.0)
    solved = linprog(tau, A_ub=[-p], b_ub=[-(1 - eps)], bounds=(0, 1))
    assert one_shot_work(p, E, 1.0, eps) == pytest.approx(-math.log(solved.fun), abs=1e-6)


@given(laws(), spectra(), st.floats(0.0, 0.9))
def test_whole_levels_are_the_best_of_all_subsets_and_never_better_than_parts(p, E, eps):
    tau = gibbs(E, 1.0)
    subsets = [np.array([bool(k >> i & 1) for i in range(4)]) for k in range(16)]
    best = min(tau[kept].sum() for kept in subsets if p[kept].sum() >= 1 - eps - 1e-12)
    whole = one_shot_work(p, E, 1.0, eps, fractional=False)
    assert whole == pytest.approx(-math.log(min(best, 1.0)), abs=1e-9)
    assert whole <= one_shot_work(p, E, 1.0, eps) + 1e-9


@given(laws(), spectra(), st.floats(0.2, 3.0))
def test_work_is_ordered_as_the_divergences_are(p, E, T):
    mean = T * thermal_divergence(p, E, T)[0]
    assert one_shot_work(p, E, T) <= mean + 1e-9 <= formation_work(p, E, T) + 2e-9


@given(laws(), spectra())
def test_more_risk_more_work(p, E):
    work = [one_shot_work(p, E, 1.0, eps) for eps in np.linspace(0, 0.95, 20)]
    assert (np.diff(work) >= -1e-12).all()


def test_zero_error_work_jumps_when_a_level_is_emptied():
    almost, empty = (one_shot_work([1 - x, x], [0, 0], 1.0) for x in (1e-12, 0.0))
    assert almost == 0 and empty == pytest.approx(math.log(2))


def test_without_energies_work_counts_levels():
    for d, rank in ((2, 1), (6, 2), (5, 5)):
        p = np.zeros(d)
        p[:rank] = 1 / rank
        assert one_shot_work(p, np.zeros(d), 2.0) == pytest.approx(2.0 * (math.log(d) - math.log(rank)))


def test_szilard_in_joules():
    kT = 1.380649e-23 * 300
    assert one_shot_work([1, 0], [0, 0], kT) == pytest.approx(2.870979e-21, rel=1e-6)


@given(laws(), laws(), laws(), spectra())
def test_thermo_majorisation_is_an_order_with_the_thermal_law_at_the_bottom(p, q, r, E):
    assert thermo_majorizes(p, p, E, 1.0)
    assert thermo_majorizes(p, gibbs(E, 1.0), E, 1.0)
    if thermo_majorizes(p, q, E, 1.0, 0.0) and thermo_majorizes(q, r, E, 1.0, 0.0):
        assert thermo_majorizes(p, r, E, 1.0)


@given(laws(), laws())
def test_without_energies_it_is_majorisation(p, q):
    above, below = (np.cumsum(np.sort(law)[::-1]) for law in (p, q))
    gap = (above - below).min()
    if abs(gap) > 1e-9:
        assert thermo_majorizes(p, q, np.zeros(4), 1.0) == (gap >= 0)


def test_the_sharp_ground_state_is_not_the_top():
    excited, ground = [0, 0, 1], [1, 0, 0]
    assert not thermo_majorizes(ground, excited, [0, 0.5, 2], 1.0)
    assert thermo_majorizes(excited, ground, [0, 0.5, 2], 1.0)


@given(laws(), laws(), spectra())
def test_thermal_maps_exist_where_the_order_says_so(p, q, E):
    """Against the definition: a stochastic matrix that keeps the thermal law and takes p to q, searched for."""
    x, y = thermo_majorization_curve(p, E, 1.0)
    corners, below = thermo_majorization_curve(q, E, 1.0)
    gap = (np.interp(corners, x, y) - below).min()
    if abs(gap) < 1e-6:
        return
    tau, eye = gibbs(E, 1.0), np.eye(4)
    equal = np.vstack([np.kron(eye, p), np.kron(eye, tau), np.kron(np.ones(4), eye)])
    found = linprog(np.zeros(16), A_eq=equal, b_eq=np.concatenate([q, tau, np.ones(4)]), bounds=(0, None))
    assert (found.status == 0) == thermo_majorizes(p, q, E, 1.0)


def test_copies_together_yield_what_each_alone_does_not():
    golden = (0, 0, 0.0012031, 0.0030818, 0.0042503, 0.0046379, 0.0052699, 0.0057267, 0.0059830, 0.0062674)
    found = [copies_ergotropy(WEAK, LEVELS, n) / n for n in range(1, 11)]
    assert found == pytest.approx(golden, abs=6e-8)  # independent computation


def test_types_count_what_the_full_product_has():
    p, levels = np.array([0.5, 0.2, 0.3]), np.array([0.0, 1.0, 1.7])
    for n in (1, 2, 3, 4):
        full, energies = p, levels
        for _ in range(n - 1):
            full, energies = np.kron(full, p), np.add.outer(energies, levels).ravel()
        expected = full @ energies - np.sort(full)[::-1] @ np.sort(energies)
        assert copies_ergotropy(p, levels, n) == pytest.approx(expected, abs=1e-12)
        assert copies_one_shot_work(p, levels, 1.0, 0.2, n) == pytest.approx(
            one_shot_work(full, energies, 1.0, 0.2) / n, abs=1e-10
        )


def test_work_of_copies_is_superadditive_and_below_its_limit():
    work = {n: copies_ergotropy(WEAK, LEVELS, n) for n in range(1, 21)}
    assert all(work[n + m] >= work[n] + work[m] - 1e-12 for n in range(1, 11) for m in range(1, 11))
    limit = ergotropy_limit(WEAK, LEVELS)
    assert limit.work == pytest.approx(0.00828766, abs=5e-9)
    assert limit.beta == pytest.approx(1.0362897, abs=5e-8)
    assert limit.entropy == pytest.approx(1.0098510, abs=5e-8)
    assert max(work[n] / n for n in work) < limit.work
    assert copies_ergotropy(WEAK, LEVELS, 200) / 200 == pytest.approx(limit.work, abs=1e-5)


def test_limits_at_the_ends():
    assert ergotropy_limit([0, 1], [0, 1]).work == 1 and ergotropy_limit([0, 1], [0, 1]).beta == math.inf
    assert ergotropy_limit([1 / 3] * 3, [0, 1, 5]).work == pytest.approx(0, abs=1e-9)
    thermal = gibbs(np.array([0.0, 1.0, 5.0]), 0.5)
    found = ergotropy_limit(thermal, [0, 1, 5])
    assert found.work == pytest.approx(0, abs=1e-10) and found.beta == pytest.approx(2)


def test_many_copies_follow_the_second_order_expansion():
    p, levels = (0.7, 0.2, 0.1), (0.0, 0.5, 1.0)
    for eps in (0.05, 0.3, 0.6):
        errors = [
            n * abs(copies_one_shot_work(p, levels, 1.0, eps, n) - second_order_work(p, levels, 1.0, eps, n))
            for n in (100, 400, 1000)
        ]
        assert max(errors) < 0.5 * math.log(1000) + 2  # what is left is of order ln n


def test_bad_laws_are_refused():
    with pytest.raises(ValueError, match="p must be probabilities"):
        one_shot_work([0.5, 0.6], [0, 1], 1.0)
    with pytest.raises(ValueError, match="eps must be a probability"):
        one_shot_work([0.5, 0.5], [0, 1], 1.0, 1.0)
    with pytest.raises(ValueError, match="T must be a finite number"):
        gibbs([0, 1], 0.0)
    with pytest.raises(ValueError, match="one entry per level"):
        formation_work([0.5, 0.5], [0, 1, 2], 1.0)
