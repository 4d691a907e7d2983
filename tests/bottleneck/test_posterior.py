"""Normal posteriors against dense covariances, and the information of a model against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from szilard.bottleneck import GaussianPosterior, double_jensen, model_information, swag
from szilard.bottleneck.posterior import divergences, kolchinsky_tracey


def drawn(size, rank, seed=0, spread=1.0):
    rng = np.random.default_rng(seed)
    return GaussianPosterior(rng.normal(size=size), rng.uniform(0.2, 2, size), spread * rng.normal(size=(size, rank)))


def dense(posterior):
    return np.diag(posterior.diag) + posterior.lowrank @ posterior.lowrank.T


def of_covariance(mean, cov):
    """The posterior with any covariance: its least eigenvalue on the diagonal, the rest as columns."""
    values, vectors = np.linalg.eigh(cov)
    return GaussianPosterior(mean, np.full(len(mean), values[0]), vectors * np.sqrt(values - values[0]))


def flat(means, variance=1.0):
    return [GaussianPosterior(np.atleast_1d(mean), np.full(np.size(mean), variance)) for mean in means]


@pytest.mark.parametrize(("size", "rank"), [(1, 0), (4, 2), (3, 7)])
def test_density_is_that_of_the_dense_covariance(size, rank):
    posterior = drawn(size, rank)
    points = np.random.default_rng(1).normal(size=(6, size))
    expected = multivariate_normal(posterior.mean, dense(posterior)).logpdf(points)
    np.testing.assert_allclose(posterior.log_prob(points), expected, rtol=1e-12)


def test_samples_have_the_mean_and_the_covariance_of_the_density():
    """40,000 draws: entries of the covariance have errors of √(C_ii C_jj + C_ij²) / 200; five of them are allowed."""
    posterior, n = drawn(3, 2), 40_000
    draws = posterior.sample(n, rng=2)
    cov = dense(posterior)
    errors = np.sqrt((np.outer(np.diag(cov), np.diag(cov)) + cov**2) / n)
    assert (abs(np.cov(draws.T) - cov) < 5 * errors).all()
    assert (abs(draws.mean(0) - posterior.mean) < 5 * np.sqrt(np.diag(cov) / n)).all()
    # and the density is that of the samples: its mean is minus the entropy
    entropy = 0.5 * np.linalg.slogdet(2 * np.pi * np.e * cov)[1]
    assert posterior.log_prob(draws).mean() == pytest.approx(-entropy, abs=5 * math.sqrt(1.5 / n))


@given(st.integers(1, 5), st.integers(0, 6), st.integers(0, 99))
def test_divergence_is_that_of_dense_covariances(size, rank, seed):
    p, q = drawn(size, rank, seed), drawn(size, max(rank - 1, 0), seed + 100)
    inverse, step = np.linalg.inv(dense(q)), q.mean - p.mean
    volumes = np.linalg.slogdet(dense(q))[1] - np.linalg.slogdet(dense(p))[1]
    expected = 0.5 * (np.trace(inverse @ dense(p)) + step @ inverse @ step - size + volumes)
    assert p.kl(q) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert p.kl(p) == pytest.approx(0, abs=1e-10)


def test_a_marginal_is_the_distribution_of_a_part():
    posterior = drawn(5, 3)
    part = posterior.marginal(slice(1, 3))
    np.testing.assert_allclose(dense(part), dense(posterior)[1:3, 1:3])
    assert drawn(5, 3, 1).marginal(slice(2)).kl(posterior.marginal(slice(2))) <= drawn(5, 3, 1).kl(posterior)


def test_swag_is_half_the_variances_and_half_the_last_deviations():
    snapshots = np.random.default_rng(0).normal(size=(12, 3))
    posterior = swag(snapshots, rank=4)
    np.testing.assert_allclose(posterior.mean, snapshots.mean(0))
    deviations = np.stack([snapshots[t] - snapshots[: t + 1].mean(0) for t in range(8, 12)])
    expected = np.diag(snapshots.var(0)) / 2 + deviations.T @ deviations / (2 * 3)
    np.testing.assert_allclose(dense(posterior), expected)


def test_swag_of_independent_snapshots_has_their_covariance():
    """Half the variances and half the covariance: variances whole, covariances half, as the columns are all columns."""
    cov = np.array([[1.0, 0.6], [0.6, 2.0]])
    snapshots = np.random.default_rng(1).multivariate_normal([3.0, -1.0], cov, size=20_000)
    found = dense(swag(snapshots, rank=20_000))
    np.testing.assert_allclose(found, [[1.0, 0.3], [0.3, 2.0]], atol=0.08)


def test_the_floor_holds_what_never_moves():
    frozen = np.column_stack([np.full(20, 0.7), np.arange(20.0)])
    assert swag(frozen, floor=1e-4).diag.tolist() == [5e-5, np.arange(20.0).var() / 2]
    with pytest.raises(ValueError, match="floor must be a finite number > 0"):
        swag(frozen, floor=0.0)


@pytest.mark.parametrize("rank", [0, 3])
def test_two_posteriors_of_one_covariance(rank):
    """The mean divergence is a quarter of the squared distance in units of the covariance."""
    first, columns, v = np.arange(4.0), np.random.default_rng(3).normal(size=(4, rank)), 0.3
    pair = [GaussianPosterior(mean, np.full(4, v), columns) for mean in (first, first[::-1])]
    step = pair[0].mean - pair[1].mean
    expected = step @ np.linalg.inv(dense(pair[0])) @ step / 4
    if not rank:
        assert expected == pytest.approx(step @ step / (4 * v))
    found = model_information(pair, "pairwise")
    assert found.value == pytest.approx(expected, rel=1e-10)
    assert found.diagnostics["ceiling"] == math.log(2)
    assert ("exceed" in " ".join(found.warnings)) == (expected > math.log(2))
    assert model_information(pair, "kt").value <= math.log(2)


def test_bounds_of_three_one_dimensional_posteriors():
    """Golden values: I and its bounds for three equally likely normal distributions, the exact one by quadrature."""
    posteriors = [GaussianPosterior(np.array([m]), np.array([s**2])) for m, s in ((0.0, 1.0), (1.0, 1.0), (3.0, 2.0))]
    assert model_information(posteriors, "pairwise").value == pytest.approx(1.2638889, abs=1e-7)
    assert model_information(posteriors, "kt").value == pytest.approx(0.6348454, abs=1e-7)
    found = model_information(posteriors, "mc", draws=20_000, rng=0)
    assert found.agrees_with(0.3289942, sigmas=4) and 0 < found.stderr < 0.004


def test_equal_and_remote_posteriors():
    same = [drawn(6, 2)] * 4
    assert [model_information(same, method).value for method in ("pairwise", "kt", "mc")] == pytest.approx(
        [0] * 3, abs=1e-12
    )
    far = flat(np.arange(5) * 1e3)
    assert [model_information(far, method).value for method in ("kt", "mc")] == pytest.approx([math.log(5)] * 2)
    assert "Within a tenth of ln 5" in model_information(far, "kt").warnings[0]
    matrix = divergences(far)
    assert matrix[0, 1] == pytest.approx(5e5) and not np.diag(matrix).any()


def test_the_information_of_gaussian_regression():
    """w | S normal around ridge regression's solution, y normal given the features: then I(S; w) is known exactly.

    With 60 draws of y the ceiling, 4.1 nats, is far. Errors over draws of y are measured from eight runs, four of them
    allowed. The mean divergence over different pairs has the closed form tr(Σ⁻¹ Cov μ), and is far above.
    """
    rng, n, alpha, beta, noise = np.random.default_rng(0), 5, 2.0, 0.8, 0.7
    features = rng.normal(size=(n, 2))
    precision = features.T @ features + alpha * np.eye(2)
    post = np.linalg.inv(precision) / beta
    solve = np.linalg.solve(precision, features.T)
    spread = solve @ (np.eye(n) * noise**2 + features @ features.T) @ solve.T
    exact = 0.5 * np.linalg.slogdet(np.eye(2) + np.linalg.solve(post, spread))[1]
    assert 0.2 < exact < 1.5

    def posteriors(count):
        targets = features @ rng.normal(size=(2, count)) + noise * rng.normal(size=(n, count))
        return [of_covariance(solve @ y, post) for y in targets.T]

    sets = [posteriors(60) for _ in range(8)]
    mc, pairwise, kt = (
        np.array([model_information(each, method, draws=30).value for each in sets])
        for method in ("mc", "pairwise", "kt")
    )
    closed = np.trace(np.linalg.solve(post, spread))
    for values, expected in ((mc, exact), (pairwise * 60 / 59, closed)):
        error = values.std(ddof=1) / math.sqrt(8)
        assert values.mean() == pytest.approx(expected, abs=4 * error) and error < 0.1 * expected
    assert exact < kt.mean() < closed


def test_order_and_copies_of_the_posteriors_do_not_matter():
    posteriors = [drawn(4, 2, seed) for seed in range(4)]
    for method in ("pairwise", "kt"):
        found = model_information(posteriors, method).value
        assert model_information(posteriors[::-1], method).value == pytest.approx(found)
        assert model_information(posteriors * 2, method).value == pytest.approx(found)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: model_information([drawn(2, 0)]), "posteriors must be two or more of equal size"),
        (lambda: model_information([drawn(2, 0), drawn(3, 0)]), r"got sizes \[2, 3\]"),
        (lambda: model_information(flat([0, 1]), "pairwize"), "did you mean 'pairwise'"),
        (lambda: GaussianPosterior(np.zeros(2), np.array([1.0, 0.0])), "must be finite and diag > 0"),
        (lambda: GaussianPosterior(np.zeros(2), np.ones(3)), "must have shapes"),
        (lambda: GaussianPosterior(np.zeros(2), np.ones(2), np.ones((3, 1))), "must have shapes"),
        (lambda: drawn(2, 1).log_prob(np.zeros((3, 4))), r"weights must have shape \(n, 2\)"),
        (lambda: drawn(2, 1).kl(drawn(3, 1)), "other must have 2 weights; got 3"),
        (lambda: swag(np.zeros((3, 2)), rank=10), "snapshots must be at least rank = 10; got 3"),
        (lambda: swag(np.zeros((3, 2)), rank=1), "rank must be an integer ≥ 2"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def random_posteriors(count: int, weights: int = 30) -> list[GaussianPosterior]:
    rng = np.random.default_rng(count)
    return [
        GaussianPosterior(rng.standard_normal(weights), rng.uniform(0.1, 2, weights), rng.standard_normal((weights, k)))
        for k in (np.arange(count) % 3).tolist()
    ]


def test_all_divergences_are_those_of_the_pairs() -> None:
    some = random_posteriors(6)
    expected = [[a.kl(b) for b in some] for a in some]
    np.testing.assert_allclose(divergences(some), expected, rtol=1e-10, atol=1e-10)
    with pytest.raises(ValueError, match="posteriors"):
        divergences([*some, GaussianPosterior(np.zeros(2), np.ones(2))])


def test_bounds_from_divergences_are_those_of_model_information() -> None:
    some = random_posteriors(5)
    matrix = divergences(some)
    assert model_information(some, "kt").value == kolchinsky_tracey(matrix)
    assert model_information(some, "pairwise").value == pytest.approx(matrix.mean(), rel=1e-14)


def test_double_jensen_is_pairwise_for_one_seed_and_nothing_where_draws_do_not_matter() -> None:
    some = random_posteriors(6)
    assert double_jensen(some, range(6)) == pytest.approx(model_information(some, "pairwise").value, rel=1e-12)
    same = [some[seed] for _ in range(3) for seed in (0, 1)]
    assert double_jensen(same, [0, 0, 1, 1, 2, 2]) == pytest.approx(0, abs=1e-10)
    with pytest.raises(ValueError, match="draws"):
        double_jensen(some, [0, 0, 0, 1, 1, 2])
