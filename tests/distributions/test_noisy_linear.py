"""The noisy field: three self-consistency ratios by determinants."""

import numpy as np
import pytest

from szilard.distributions import NoisyLinear

FIELD = NoisyLinear()


def information_by_pseudo_determinants(field, look):
    """I(A; look @ B) for a matrix ``look`` that may repeat rows, from the eigenvalues that are not zero."""
    seen = look.shape[1]
    signal = field.kernel[:seen, :seen]
    noise = field.noise**2 * np.eye(seen)
    with_signal, alone = (look @ part @ look.T for part in (signal + noise, noise))

    def log_det(matrix):
        values = np.linalg.eigvalsh(matrix)
        return np.log(values[values > 1e-9]).sum()

    return 0.5 * (log_det(with_signal) - log_det(alone))


def test_kernel_is_the_squared_exponential_of_pixel_distance():
    kernel = NoisyLinear(side=3, length=2.0, nugget=0.01).kernel
    assert kernel.shape == (9, 9)
    assert kernel[0, 0] == pytest.approx(1.01)
    assert kernel[0, 1] == kernel[0, 3] == pytest.approx(np.exp(-1 / 8))  # neighbours along and across rows
    assert kernel[0, 8] == pytest.approx(np.exp(-8 / 8))


def test_one_pixel_is_the_gaussian_channel():
    field = NoisyLinear(side=1, noise=0.5, nugget=0.25)
    assert field.view(1).mutual_information == pytest.approx(0.5 * np.log(1 + 1.25 / 0.25))


def test_baseline_rises_to_one_with_the_rows_seen():
    nats = [FIELD.view(rows).mutual_information for rows in range(1, 9)]
    assert np.all(np.diff(nats) > 0)
    # the channel formula, without the determinant of A
    channel = [
        0.5 * np.linalg.slogdet(np.eye(8 * r) + FIELD.kernel[: 8 * r, : 8 * r] / FIELD.noise**2)[1] for r in range(1, 9)
    ]
    np.testing.assert_allclose(nats, channel, rtol=1e-8)


@pytest.mark.parametrize("rows", [1, 3, 5])
def test_data_processing_ratio_is_one_with_shared_noise(rows):
    law = FIELD.repeated_view(rows, extra=3)
    seen = 8 * (rows + 3)
    look = np.vstack([np.eye(seen), np.eye(8 * rows, seen)])
    assert law.dims == (64, len(look))
    assert law.mutual_information == FIELD.view(rows + 3).mutual_information
    assert information_by_pseudo_determinants(FIELD, look) == pytest.approx(law.mutual_information, rel=1e-8)


def test_fresh_noise_on_the_second_look_would_add_information():
    rows, seen = 3, 48
    look = np.vstack([np.eye(seen), np.eye(8 * rows, seen)])
    signal = look @ FIELD.kernel[:seen, :seen] @ look.T
    fresh = 0.5 * np.linalg.slogdet(np.eye(len(look)) + signal / FIELD.noise**2)[1]
    assert fresh > 1.02 * FIELD.view(6).mutual_information


def test_repeated_view_samples_repeat_the_same_noisy_pixels():
    _, y = FIELD.repeated_view(2, extra=1).sample(50, rng=9)
    np.testing.assert_array_equal(y[:, 24:], y[:, :16])


@pytest.mark.parametrize("rows", [1, 4, 8])
def test_additivity_ratio_is_two(rows):
    assert FIELD.paired_view(rows).mutual_information == pytest.approx(2 * FIELD.view(rows).mutual_information)


def test_paired_view_holds_two_independent_copies():
    law, single = FIELD.paired_view(1), FIELD.view(1)
    first = [*range(64), *range(128, 136)]
    second = [*range(64, 128), *range(136, 144)]
    np.testing.assert_array_equal(law.cov[np.ix_(first, first)], single.cov)
    np.testing.assert_array_equal(law.cov[np.ix_(second, second)], single.cov)
    assert not law.cov[np.ix_(first, second)].any()


def test_samples_of_the_view_are_image_plus_independent_noise():
    n = 20_000
    a, b = FIELD.view(4).sample(n, rng=10)
    noise = b - a[:, :32]
    # standard errors of a variance and of a covariance of independent normal numbers
    assert np.all(np.abs(noise.var(axis=0) / FIELD.noise**2 - 1) < 4.5 * np.sqrt(2 / n))
    cross = noise.T @ a / n / FIELD.noise / np.sqrt(1 + FIELD.nugget)
    assert np.abs(cross).max() < 5.5 / np.sqrt(n)  # the largest of 2048 entries


@pytest.mark.parametrize(
    ("build", "complaint"),
    [
        (lambda: NoisyLinear(side=0), "side must be an integer ≥ 1"),
        (lambda: NoisyLinear(noise=0.0), "noise must be a finite number > 0"),
        (lambda: NoisyLinear(length=-1), "length must be a finite number > 0"),
        (lambda: FIELD.view(0), "rows must be an integer ≥ 1"),
        (lambda: FIELD.view(9), "rows must be at most the 8 rows"),
        (lambda: FIELD.repeated_view(6, extra=3), r"rows \+ extra must be at most the 8 rows"),
    ],
)
def test_impossible_fields_are_refused(build, complaint):
    with pytest.raises(ValueError, match=complaint):
        build()
