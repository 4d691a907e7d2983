"""Draws of data: disjoint parts, subsets with points in common, and images as rows."""

from __future__ import annotations

import numpy as np
import pytest

from szilard.bottleneck import blobs, halves, pictures, samples_of


def rows(x: np.ndarray) -> set[tuple[float, ...]]:
    return set(map(tuple, x))


@pytest.mark.parametrize("common", [0.0, 0.5, 0.8, 1.0])
def test_halves_share_what_they_should(common: float) -> None:
    first, second = (halves(common, draw) for draw in (1, 2))
    assert np.bincount(first.train[1]).tolist() == [10] * 5
    shared = len(rows(first.train[0]) & rows(second.train[0]))
    assert shared >= 50 * common and (common < 1 or shared == 50)
    assert rows(first.train[0]) <= rows(blobs(0).wide[0])
    assert not rows(first.train[0]) & rows(first.test[0])


def test_pictures_are_disjoint_scaled_and_differ_by_draw() -> None:
    first, second = (pictures("digits", (100, 50, 40), draw) for draw in (0, 1))
    parts = [rows(part[0]) for part in (first.train, first.test, first.wide)]
    assert len(set.union(*parts)) == sum(map(len, parts)) == 190
    assert first.sizes == (64, 10)
    assert parts[0] != rows(second.train[0])
    x = np.vstack([first.train[0], first.test[0], first.wide[0]])
    assert x.mean() == pytest.approx(0, abs=0.05) and x.std() == pytest.approx(1, abs=0.05)


def test_samples_by_name() -> None:
    assert samples_of("blobs", (1, 1, 1))(3) is blobs(3)
    assert len(samples_of("digits", (20, 10, 5))(0).test[1]) == 10
    with pytest.raises(ValueError, match="name"):
        samples_of("blob", (1, 1, 1))


@pytest.mark.parametrize("sizes", [(0, 5, 5), (1000, 500, 500)])
def test_more_images_than_there_are_are_refused(sizes: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="sizes"):
        pictures("digits", sizes)


def test_a_share_beyond_one_is_refused() -> None:
    with pytest.raises(ValueError, match="common"):
        halves(1.2)
