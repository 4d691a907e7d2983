"""Noisy views of a finite collection of images: exact information, and the three consistency tests."""

from __future__ import annotations

import numpy as np
import pytest

from szilard.distributions import NoisyImages


def collection(m=40, seed=0):
    images = np.random.default_rng(seed).integers(0, 16, size=(m, 16)).astype(float)
    images[:, 5] = 3.0  # a pixel that tells nothing
    return images


def test_two_far_images_share_one_bit_and_without_noise_all_are_told_apart():
    two = NoisyImages(np.array([[0.0, 0, 0, 0], [9.0, 9, 9, 9]]), noise=0.5)
    assert two.view(2).mutual_information == pytest.approx(np.log(2), abs=1e-6)
    assert NoisyImages(collection(), 1e-3).view(4).mutual_information == pytest.approx(np.log(40), abs=1e-6)


def test_weak_signal_agrees_with_the_gaussian_channel():
    """At noise far above the signal, I = trace(cov) / 2s² to first order, whatever the law (`guo2005mutual`)."""
    images, s = collection(), 200.0
    expected = images.var(axis=0).sum() / (2 * s**2)
    found = NoisyImages(images, s).view(4).mutual_information
    assert found == pytest.approx(expected, abs=5 * np.sqrt(2 * expected / 10_000))


def test_the_three_tests_hold_exactly():
    field = NoisyImages(collection(), noise=6.0)
    grown = [field.view(rows).mutual_information for rows in (1, 2, 3, 4)]
    assert all(low < high for low, high in zip(grown, grown[1:], strict=False))
    assert field.repeated_view(1, extra=2).mutual_information == field.view(3).mutual_information
    assert field.paired_view(2).mutual_information == 2 * field.view(2).mutual_information


def test_samples_have_the_stated_shapes_noise_and_pixels():
    field = NoisyImages(collection(), noise=2.0)
    view, images = field.view(4).sample(5000, rng=1)
    assert (view.shape[1], images.shape[1]) == field.view(4).dims == (16, 15)
    rest = np.delete(view, 5, axis=1) - images
    assert rest.std() == pytest.approx(2.0, rel=0.02) and abs(rest.mean()) < 0.03
    twice, _ = field.repeated_view(1, extra=1).sample(10, rng=2)
    assert (twice[:, :4] == twice[:, 8:]).all()
    pair, both = field.paired_view(2).sample(4000, rng=3)
    assert pair.shape == (4000, 16) and both.shape == (4000, 30)
    assert abs(np.corrcoef(pair[:, 0], pair[:, 8])[0, 1]) < 0.06


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: NoisyImages(np.ones((3, 5)), 1.0), "squares"),
        (lambda: NoisyImages(np.ones((1, 4)), 1.0), "two or more"),
        (lambda: NoisyImages(collection(), 0.0), "noise"),
        (lambda: NoisyImages(collection(), 1.0).view(5), "at most"),
    ],
)
def test_bad_input_is_named(make, words):
    with pytest.raises(ValueError, match=words):
        make()
