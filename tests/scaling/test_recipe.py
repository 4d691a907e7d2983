"""Batches and the recipe: constants found again, noise scales, crossings, and a model whose training is exact."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from szilard.scaling import (
    KaplanLaw,
    NoisyQuadratic,
    batch_law,
    critical_batch,
    crossing,
    estimate_constants,
    noise_scale,
    plateaus,
    simulated_runs,
)  # fmt: skip

TRUTH = KaplanLaw(6.5e13, 0.077, 2.1e3, 0.76, 2.1e8, 0.21)


def runs(noise: float = 0.0, seed: int = 0, law: KaplanLaw = TRUTH) -> pd.DataFrame:
    return simulated_runs(law, noise, seed, points=200)


def test_six_constants_are_found_again():
    found = estimate_constants(runs(), levels=np.linspace(3.45, 4.4, 12))
    constants = ("alpha_N", "alpha_S", "alpha_B", "Nc", "Sc")
    for law in (found.law, found.stepwise):
        assert [getattr(law, name) for name in constants] == pytest.approx(
            [getattr(TRUTH, name) for name in constants], rel=1e-3
        )
        assert law.Bstar == pytest.approx(TRUTH.Bstar, rel=5e-3)


def test_noisy_runs_predict_a_model_five_hundred_times_larger():
    law = estimate_constants(runs(0.005, seed=1)).law
    for run in ((2e9, 1e5, 4e6), (33e9, 2e5, 4e6)):
        assert law.loss(*run) == pytest.approx(float(TRUTH.loss(*run)), rel=3e-3)


def test_small_batches_on_the_ladder_are_corrected_for():
    table = runs()
    table.loc[table.B == 1e12, "B"] = 1e6
    table["loss"] = TRUTH.loss(table.N, table.S, table.B)
    law = estimate_constants(table).law
    assert [law.alpha_N, law.alpha_S] == pytest.approx([0.077, 0.76], rel=0.02)


def test_an_irreducible_loss_is_found_where_there_is_one():
    truth = KaplanLaw(1e9, 0.2, 2.1e3, 0.76, 2.1e8, 0.21, E_irr=1.7)
    law = estimate_constants(runs(law=truth), floor=True).law
    assert [law.E_irr, law.alpha_N] == pytest.approx([1.7, 0.2], rel=5e-3)


def test_plateaus_are_the_converged_losses():
    table = runs()
    ends = plateaus(table[table.B == 1e12])
    assert ends.loss.to_numpy() == pytest.approx(TRUTH.converged(ends.N), rel=1e-6)


def test_the_recipe_says_what_it_lacks():
    table = runs()
    with pytest.raises(ValueError, match="at least 3 batch sizes"):
        estimate_constants(table[table.B == 1e12])
    with pytest.raises(ValueError, match="at least 3 sizes"):
        estimate_constants(table[table.N == 16e6])
    with pytest.raises(ValueError, match="loss is missing"):
        estimate_constants(table.drop(columns="loss"))


def test_critical_batches_are_those_of_the_law():
    table = runs()
    read = critical_batch(table[table.N == 16e6].query("B < 1e12"), [3.5, 3.8, 4.2])
    assert read.b_crit.to_numpy() == pytest.approx(TRUTH.b_crit(read.loss), rel=2e-3)
    assert read.s_min.to_numpy() == pytest.approx(TRUTH.s_min(read.loss, 16e6), rel=2e-3)
    assert (read.b_low < read.b_crit).all() and (read.b_crit < read.b_high).all() and (read.misfit < 1e-3).all()


def test_a_level_that_few_batches_reach_has_no_critical_batch():
    table = runs()
    read = critical_batch(table[table.N == 16e6].query("B < 1e12"), [1.0])
    assert read.batches[0] == 0 and np.isnan(read.b_crit[0])
    with pytest.raises(ValueError, match="at least 2 levels"):
        batch_law(read)


def test_noise_does_not_make_a_curve_cross_early():
    S, rng = np.geomspace(10, 1e5, 800), np.random.default_rng(0)
    clean = 2 + (100 / S) ** 0.5
    early = [S[np.argmax(clean + 0.1 * rng.standard_normal(800) < 2.1)] for _ in range(20)]
    smooth = [float(crossing(S, clean + 0.1 * rng.standard_normal(800), [2.1])[0]) for _ in range(20)]
    assert np.mean(early) < 0.2 * 1e4
    assert np.exp(np.mean(np.log(smooth))) == pytest.approx(1e4, rel=0.15)


def test_noise_scale_of_normal_gradients():
    rng, d, repeats, b, B = np.random.default_rng(0), 50, 20_000, 4, 64
    mean, spread = 0.2 * rng.standard_normal(d), rng.uniform(0.5, 1.5, d)
    small, big = (
        ((mean + spread * rng.standard_normal((repeats, d)) / np.sqrt(size)) ** 2).sum(axis=1) for size in (b, B)
    )
    found = noise_scale(small, b, big, B)
    error = np.hypot(b * small.std(), B * big.std()) / (B - b) / np.sqrt(repeats)
    assert abs(found.gradient2 - (mean**2).sum()) < 4 * error
    spilt = np.hypot(small.std(), big.std()) / (1 / b - 1 / B) / np.sqrt(repeats)
    assert abs(found.trace - (spread**2).sum()) < 4 * spilt
    assert noise_scale(9 * small, b, 9 * big, B).simple == pytest.approx(found.simple)
    with pytest.raises(ValueError, match="b must be smaller"):
        noise_scale(1, 64, 1, 4)
    with pytest.raises(ValueError, match="squared norms"):
        noise_scale(-1, 4, 1, 64)


def test_exact_descent_without_noise():
    model = NoisyQuadratic(16, features=16, noise=0.0)
    losses = model.losses([0.3], [np.inf], 20)[0]
    t = np.arange(21)[:, None]
    expected = (model.variances * (1 - 0.3 * model.variances) ** (2 * t) * model.weights**2).sum(axis=1)
    assert losses == pytest.approx(expected, rel=1e-12)


def test_the_recursion_is_what_sampled_descent_does_on_average():
    model = NoisyQuadratic(8, features=32, noise=0.5)
    exact = model.losses([0.2], [4], 30)[0]
    sampled = model.simulate(0.2, 4, 30, 4000, rng=0)
    error = sampled.std(axis=0)[1:] / np.sqrt(4000)
    assert (np.abs(sampled.mean(axis=0)[1:] - exact[1:]) < 4 * error).all()
    assert exact.min() >= model.floor


def test_the_fastest_rate_is_the_best_of_all_at_every_step():
    model = NoisyQuadratic(8, features=8)
    each = np.stack([model.losses([rate], [4.0], 50)[0] for rate in (0.05, 0.3, 30.0)])
    found = model.fastest([0.05, 0.3, 30.0], [4.0, 64.0], 50)
    assert found.shape == (2, 51) and found[0] == pytest.approx(np.nan_to_num(each, nan=np.inf).min(axis=0), rel=1e-12)


def test_larger_models_have_a_lower_floor_as_a_power_law():
    floors = [NoisyQuadratic(N, features=200_000, noise=0.0).floor for N in (50, 100, 200, 400)]
    slopes = np.diff(np.log(floors)) / np.log(2)
    assert slopes == pytest.approx([-0.5] * 3, abs=0.04)


def test_rates_beyond_stability_diverge_and_bad_settings_are_refused():
    model = NoisyQuadratic(8, features=8)
    assert not model.losses([20.0], [1.0], 200)[0, -1] < 10  # inf or nan
    for bad in (lambda: NoisyQuadratic(9, features=8), lambda: NoisyQuadratic(8, noise=-1.0),
                lambda: model.losses([0.1], [0.0], 5)):  # fmt: skip
        with pytest.raises(ValueError):
            bad()
