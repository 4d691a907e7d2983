"""Fits: exact on exact data, as good as SciPy's best of many starts, derivatives, weights, and the bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import least_squares, minimize

from szilard.datasets import gadre_testbed, olmo_ladder
from szilard.scaling import ChinchillaLaw, KaplanLaw, bootstrap, fit, grid_starts
from szilard.scaling import _power_loops as loops
from szilard.scaling.fitting import PENALTIES

TRUTH = ChinchillaLaw(477.83, 2143.42, 1.81722, 0.347310, 0.367172)


def points(noise: float, n: int = 120, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    N, C = np.exp(rng.uniform(18, 23, n)), np.exp(rng.uniform(43, 50, n))
    D = C / 6 / N
    return {"N": N, "D": D, "loss": TRUTH.loss(N, D) * np.exp(rng.laplace(0, noise, n))}


def objective(theta: np.ndarray, runs: dict[str, np.ndarray], delta: float = 1e-3) -> float:
    """The objective as the literature writes it, independent of the library."""
    a, b, e, alpha, beta = theta
    terms = [a - alpha * np.log(runs["N"]), b - beta * np.log(runs["D"]), np.full(len(runs["N"]), e)]
    r = np.logaddexp.reduce(terms) - np.log(runs["loss"])
    return float(np.where(np.abs(r) <= delta, 0.5 * r**2, delta * (np.abs(r) - 0.5 * delta)).sum())


def test_exact_data_give_the_law_back():
    found = fit("chinchilla", points(0.0))
    assert list(vars(found.law).values()) == pytest.approx(list(vars(TRUTH).values()), rel=1e-9)
    assert found.objective < 1e-20 and not found.warnings


def test_exact_data_of_the_law_in_steps_give_it_back_with_and_without_a_floor():
    for floor in (0.0, 1.3):
        law = KaplanLaw(6.5e13, 0.12, 2.1e3, 0.7, E_irr=floor)
        N, S = np.meshgrid([1e6, 1e7, 1e8], np.geomspace(1e3, 1e5, 12))
        runs = {"N": N.ravel(), "S": S.ravel(), "loss": law.loss(N, S).ravel()}
        found = fit("kaplan", runs, floor=floor > 0).law
        assert list(vars(found).values()) == pytest.approx(list(vars(law).values()), rel=1e-6)


def test_a_held_term_stays_and_batches_are_taken_out():
    law = KaplanLaw(6.5e13, 0.077, 2.1e3, 0.76, 2.1e8, 0.21)
    N, S, B = (x.ravel() for x in np.meshgrid([1e6, 1e7], np.geomspace(1e3, 1e5, 12), [1e5, 1e6]))
    runs = {"N": N, "S": S, "B": B, "loss": law.loss(N, S, B)}
    found = fit("kaplan", runs, floor=False, first_term=(6.5e13, 0.077), batch=(2.1e8, 0.21))
    assert list(vars(found.law).values()) == pytest.approx(list(vars(law).values()), rel=1e-8)


def test_the_minimum_is_as_low_as_the_best_of_scipys_and_the_objective_is_the_published_one():
    runs = points(0.004)
    found = fit("chinchilla", runs)
    assert found.objective == pytest.approx(objective(found.theta, runs), rel=1e-12)
    elsewhere = found.theta + 0.01
    assert found.objective_at(elsewhere)[0] == pytest.approx(objective(elsewhere, runs), rel=1e-9)
    start = found.theta + np.array([0.5, -0.5, 0.05, 0.02, -0.02])
    peer = minimize(objective, start, (runs,), method="BFGS", options={"gtol": 1e-11, "maxiter": 4000})
    polished = minimize(objective, peer.x, (runs,), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-16})
    assert found.objective <= polished.fun * (1 + 1e-9)
    assert found.objective == pytest.approx(polished.fun, rel=1e-4)


def test_soft_l1_agrees_with_scipys_least_squares():
    runs = points(0.004)
    found = fit("chinchilla", runs, loss="soft_l1", delta=3e-3)
    x, y, z = np.log([runs["N"], runs["D"], runs["loss"]])

    def residuals(t: np.ndarray) -> np.ndarray:
        return np.logaddexp.reduce([t[0] - t[3] * x, t[1] - t[4] * y, np.full_like(x, t[2])]) - z

    peer = least_squares(
        residuals, found.theta * 1.01, loss="soft_l1", f_scale=3e-3, xtol=1e-15, ftol=1e-15, gtol=1e-15
    )
    assert found.objective == pytest.approx(peer.cost, rel=1e-8)
    assert found.theta[3:] == pytest.approx(peer.x[3:], rel=1e-3)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_derivatives_are_those_of_finite_differences(penalty):
    runs, kind = points(0.01, 30), PENALTIES[penalty]
    x = np.log([runs["N"], runs["D"], runs["loss"]]) - np.array([20.0, 23.0, 0.0])[:, None]
    theta, weights = np.array([-1.0, -1.2, 0.5, 0.4, 0.3]), np.random.default_rng(1).uniform(0, 2, 30)

    def derivatives(at: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        g, h, m = np.empty(5), np.empty((5, 5)), np.empty((5, 5))
        value = loops.evaluate(at, x, weights, 1e-2, kind, g, h, m)
        assert np.linalg.eigvalsh(m).min() > -1e-12
        return value, g, h

    _, gradient, hessian = derivatives(theta)
    for k, step in enumerate(1e-6 * np.eye(5)):
        up, down = derivatives(theta + step), derivatives(theta - step)
        assert (up[0] - down[0]) / 2e-6 == pytest.approx(gradient[k], rel=1e-5, abs=1e-8)
        assert (up[1] - down[1]) / 2e-6 == pytest.approx(hessian[k], rel=1e-3, abs=1e-4)


def test_order_does_not_matter_and_duplicates_double_the_sum():
    runs = points(0.004)
    one = fit("chinchilla", runs)
    turned = fit("chinchilla", {name: column[::-1] for name, column in runs.items()})
    twice = fit("chinchilla", {name: np.tile(column, 2) for name, column in runs.items()})
    assert turned.objective == pytest.approx(one.objective, rel=1e-10)
    assert twice.objective == pytest.approx(2 * one.objective, rel=1e-10)
    assert twice.theta == pytest.approx(one.theta, rel=1e-5)


def test_the_published_grid_and_the_near_one_find_the_same_minimum():
    runs = points(0.004, 60)
    assert len(grid_starts()) == 4500
    dense = fit("chinchilla", runs, starts=grid_starts()[::9])
    assert dense.objective == pytest.approx(fit("chinchilla", runs).objective, rel=1e-10)
    assert dense.starts == 500 and dense.converged > 100 and dense.spread < 1e-9


def test_constants_of_public_runs():
    table = gadre_testbed().query("train == 'rpj' and eval == 'c4_val'")
    law = fit("chinchilla", table).law
    assert [law.A, law.B, law.E, law.alpha, law.beta] == pytest.approx([106.1, 298.0, 1.720, 0.243, 0.273], rel=2e-3)


def test_the_floor_free_law_of_public_curves_is_too_low_at_seven_billion():
    table = olmo_ladder()
    small = table.query("run == '10xC' and N < 1.3e9 and S > 3000 and rate > 0.4")
    start = [0.08 * np.log(1e14), 0.25 * np.log(2e3), 0.0, 0.08, 0.25]
    found = fit("kaplan", small, loss="soft_l1", delta=3e-3, floor=False, starts=[start])
    assert len(small) == 258
    assert [found.law.alpha_N, found.law.alpha_S] == pytest.approx([0.0819, 0.243], abs=2e-3)
    seven = table.query("size == '7B' and S > 3000")
    assert np.median(found.predict(seven.N, seven.S) / seven.loss - 1) == pytest.approx(-0.041, abs=2e-3)
    best = fit("kaplan", small, loss="soft_l1", delta=3e-3, floor=False)
    assert best.objective < 0.7 * found.objective  # another minimum, in which the steps' term plays the floor
    assert best.law.alpha_S < 0.05


def test_the_bootstrap_draws_whole_runs_covers_and_shows_the_valley():
    runs = points(0.004)
    found = fit("chinchilla", runs)
    draws = bootstrap(found, 120, rng=1)
    assert draws.groups == 120 and draws.correlation("log_A", "alpha") > 0.98
    low, high = draws.interval(lambda law: law.alpha)
    assert low < found.law.alpha < high and low < TRUTH.alpha < high
    below, above = draws.predict(1e11, 1e12)
    assert below < TRUTH.loss(1e11, 1e12) < above
    by = np.repeat(np.arange(12), 10)
    wide = bootstrap(found, 120, by=by, rng=1)
    assert wide.groups == 12
    again = bootstrap(found, 120, by=by, rng=1)
    assert np.array_equal(wide.thetas, again.thetas)


def test_a_bootstrap_weight_is_a_repeated_point():
    runs = points(0.004, 40)
    found = fit("chinchilla", runs)
    counts = np.random.default_rng(0).multinomial(40, np.full(40, 1 / 40))
    _, weighted, *_ = found.problem.descend(found.theta[None], counts[None])
    repeated = fit("chinchilla", {name: np.repeat(column, counts) for name, column in runs.items()})
    assert weighted[0] == pytest.approx(repeated.objective, rel=1e-8)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"loss": -1.0}, "column loss must hold numbers > 0"),
        ({"N": np.nan}, "column N must be finite"),
        ({"D": None}, "D is missing"),
    ],
)
def test_bad_runs_are_refused(change, says):
    runs = points(0.0, 10)
    for name, value in change.items():
        if value is None:
            del runs[name]
        else:
            runs[name][3] = value
    with pytest.raises(ValueError, match=says):
        fit("chinchilla", runs)


def test_losses_that_rise_are_refused():
    runs = points(0.0, 30)
    with pytest.raises(ValueError, match="losses that fall with both columns"):
        fit("chinchilla", runs | {"N": 1e20 / runs["N"]})


def test_bad_settings_are_refused():
    runs = points(0.0, 10)
    with pytest.raises(ValueError, match="law must be one of"):
        fit("hoffman", runs)
    with pytest.raises(ValueError, match="loss must be one of"):
        fit("chinchilla", runs, loss="mae")
    with pytest.raises(ValueError, match="at least 5 points"):
        fit("chinchilla", points(0.0, 4))
    with pytest.raises(ValueError, match=r"starts must have shape \(m, 5\)"):
        fit("chinchilla", runs, starts=[[1.0, 2.0]])
    found = fit("chinchilla", points(0.01, 10))
    with pytest.raises(ValueError, match="by must label each"):
        bootstrap(found, 3, by=[1, 2])
    with pytest.raises(ValueError, match="at least 2 runs"):
        bootstrap(found, 3, by=[1] * 10)
