"""Encoders and noise against closed forms of jointly normal vectors."""

import numpy as np
import pytest

from szilard.bottleneck import PCA, Compressor, Encoder, Mismatched, Noise, Noisy, Nothing, compression_gap, power_bound

RNG = np.random.default_rng(0)
WEIGHTS = RNG.normal(size=(6, 4))


def layer(n, sigma, seed=0):
    """Standard normal x (n, 4) and the noisy linear layer W x + σ z (n, 6)."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 4))
    return x, Noise(sigma)(x @ WEIGHTS.T, rng)


def information(weights, sigma):
    """I(X; WX + σZ) in nats."""
    return 0.5 * np.linalg.slogdet(np.eye(len(weights)) + weights @ weights.T / sigma**2)[1]


def test_components_are_the_principal_axes():
    x = RNG.normal(size=(200, 5)) @ RNG.normal(size=(5, 5)) + 3
    fitted = PCA(3).fit(x)
    variances = np.linalg.svd(x - x.mean(0), compute_uv=False) ** 2 / 199
    np.testing.assert_allclose(fitted.variances, variances, rtol=1e-10)
    codes = fitted.transform(x)
    np.testing.assert_allclose(np.cov(codes.T), np.diag(variances[:3]), atol=1e-12 * variances[0])
    np.testing.assert_allclose(codes.mean(0), 0, atol=1e-12)
    lost = ((x - fitted.reconstruct(x)) ** 2).sum() / 199
    assert lost == pytest.approx(fitted.discarded.sum(), rel=1e-9)
    np.testing.assert_allclose(PCA(5).fit(x).reconstruct(x), x, atol=1e-12)


def test_whitened_codes_have_unit_covariance_and_the_same_reconstruction():
    x = RNG.normal(size=(200, 5)) @ RNG.normal(size=(5, 5))
    plain, white = PCA(3).fit(x), PCA(3, whiten=True).fit(x)
    np.testing.assert_allclose(np.cov(white.transform(x).T), np.eye(3), atol=1e-12)
    np.testing.assert_allclose(white.reconstruct(x), plain.reconstruct(x), atol=1e-12)


def test_the_gap_is_attained_by_jointly_normal_layers():
    sigma = 0.7
    cov = WEIGHTS @ WEIGHTS.T + sigma**2 * np.eye(6)
    variances, axes = np.linalg.eigh(cov)
    variances, axes = variances[::-1], axes[:, ::-1]
    for kept in range(7):
        lost = information(WEIGHTS, sigma) - information(axes[:, :kept].T @ WEIGHTS, sigma)
        assert compression_gap(variances[kept:], sigma) == pytest.approx(lost, abs=1e-10)


def test_the_gap_of_a_fitted_projection_nears_that_of_the_population():
    fitted = PCA(2).fit(layer(20_000, 0.7)[1])
    variances = np.linalg.eigvalsh(WEIGHTS @ WEIGHTS.T + 0.49 * np.eye(6))[::-1]
    assert len(fitted.discarded) == 4
    assert compression_gap(fitted.discarded, 0.7) == pytest.approx(compression_gap(variances[2:], 0.7), abs=0.03)
    assert compression_gap([0.9, 1.0], 1.0) == 0  # sampling error only


def test_the_power_bound_holds_and_is_attained_by_equal_directions():
    for sigma in (0.1, 1.0, 5.0):
        assert information(WEIGHTS, sigma) < power_bound(np.trace(WEIGHTS @ WEIGHTS.T), 6, sigma)
        assert information(2 * np.eye(3), sigma) == pytest.approx(power_bound(12, 3, sigma), abs=1e-12)


def test_noise_of_either_kind_has_the_spread_it_says():
    x = np.full((50_000, 1), 3.0)
    assert Noise(0.5)(x).std() == pytest.approx(0.5, rel=0.02)
    assert Noise(0.5, "relative")(x).std() == pytest.approx(1.5, rel=0.02)
    assert (Noise(0.5, "relative")(0 * x) == 0).all() and Noise(0.5)(0 * x).std() > 0.4
    np.testing.assert_array_equal(Noise(0.5)(x, 3), Noise(0.5)(x, 3))


def test_codes_with_noise_are_the_codes_and_the_noise():
    x, codes = layer(5000, 0.1)
    encoder = PCA(2).fit(codes)
    noisy = Noisy(encoder, Noise(0.3))
    difference = noisy.transform(codes, 5) - encoder.transform(codes)
    np.testing.assert_allclose(np.cov(difference.T), 0.09 * np.eye(2), atol=0.01)
    assert noisy.name == "PCA(2) + additive noise 0.3"


def test_nothing_is_the_same_for_every_input():
    one, other = Nothing(3).transform(np.zeros((10, 4)), 1), Nothing(3).transform(RNG.normal(size=(10, 2)), 1)
    np.testing.assert_array_equal(one, other)
    assert one.shape == (10, 3)
    assert isinstance(Nothing(), Encoder) and isinstance(PCA(), Compressor) and not isinstance(PCA(), Encoder)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: PCA(0), "components must be an integer ≥ 1; got 0"),
        (lambda: PCA(3).fit(np.eye(5)[:, :2]), r"x must vary in at least 3 directions \(components\); got 2"),
        (lambda: PCA(1).fit(np.ones((5, 2))), "at least 1 directions .* got 0"),
        (lambda: PCA(1).fit([[1.0, 2.0]]), "x must have at least 2 rows; got 1"),
        (lambda: PCA(1).fit(np.eye(3)).transform(np.eye(2)), "x must have the 3 columns of the fitted samples; got 2"),
        (lambda: Noise(0.0), "sigma must be a finite number > 0; got 0.0"),
        (lambda: Noise(1.0, "multiplicative"), "kind must be one of additive, relative"),
        (lambda: compression_gap([-1.0], 1.0), "discarded must be variances ≥ 0; got -1"),
        (lambda: power_bound(-1.0, 3, 1.0), "power must be a finite number > 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("shape", [(6, 20), (20, 20), (21, 20), (2, 3)])
def test_few_samples_of_many_columns_have_the_axes_of_their_covariance(shape):
    x = np.random.default_rng(0).normal(size=shape) * np.arange(1, shape[1] + 1)
    fitted, count = PCA(1).fit(x), shape[1]
    variances, axes = np.linalg.eigh(np.cov(x.T))
    np.testing.assert_allclose(fitted.variances, variances[::-1].clip(0), atol=1e-9 * variances.max())
    assert abs(axes[:, -1] @ fitted.axes[:, 0]) == pytest.approx(1) and fitted.variances.shape == (count,)


def test_mismatched_codes_are_the_same_codes_elsewhere():
    x = np.random.default_rng(0).normal(size=(50, 3))
    fitted = PCA(2).fit(x)
    codes, mixed = fitted.transform(x), Mismatched(fitted, 1).transform(x)
    np.testing.assert_array_equal(np.sort(codes, axis=0), np.sort(mixed, axis=0))
    assert not np.array_equal(codes, mixed) and isinstance(Mismatched(fitted), Encoder)
    np.testing.assert_array_equal(mixed, Mismatched(fitted, 1).transform(x))
