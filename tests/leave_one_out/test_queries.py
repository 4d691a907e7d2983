"""Search finds the query that tells most, which is the record left out."""

from __future__ import annotations

import numpy as np
import pytest

from szilard.leave_one_out import NNGP, RBF, compare_images, difference, maximise, posterior, reconstruct


@pytest.fixture(scope="module")
def scene():
    rng = np.random.default_rng(0)
    X = rng.uniform(0, 1, (25, 6))
    return X, (X[:, :1] > X[:, 1:2]) - 0.5


def change(kernel, scene, noise: float = 0.1):
    X, Y = scene
    return difference(posterior(kernel, X[1:], Y[1:], noise), (X[0], Y[0]))


def test_rbf_gives_the_record_and_networks_without_biases_its_direction(scene) -> None:
    X, _ = scene
    found = reconstruct(change(RBF(10.0), scene), restarts=4, rng=0)
    assert compare_images(found.best, X[0])["error"] < 1e-3
    ray = reconstruct(change(NNGP("relu", 2), scene), restarts=4, rng=0)
    compared = compare_images(ray.best, X[0])
    assert compared["cosine"] > 0.9999 and compared["rescaled_error"] < 0.01


def test_values_are_those_of_the_queries_and_grow(scene) -> None:
    one = change(NNGP("gelu", 2), scene)
    found = maximise(one, scene[0][5:8], steps=60)
    assert found.values == pytest.approx(one.each(found.queries).kl, rel=1e-9)
    assert found.trace.shape == (3, 3) and (found.trace[-1] > one.each(scene[0][5:8]).kl).all()
    assert (found.values <= one.each(scene[0][:1]).kl + 1e-9).all()


def test_the_mean_is_moved_most_where_the_record_is_not() -> None:
    one = difference(posterior(RBF(0.5), [[0.0]], [1.0], 0.1), ([1.0], [-1.0]))
    assert maximise(one, [[0.9]], "kl").best[0] == pytest.approx(1.0, abs=1e-3)
    assert maximise(one, [[0.9]], "mean_distance").best[0] == pytest.approx(1.3205, abs=1e-3)


def test_the_same_rng_gives_the_same_search(scene) -> None:
    one = change(RBF(10.0), scene)
    first, again, other = (reconstruct(one, 2, 20, rng=rng).queries for rng in (1, 1, 2))
    assert (first == again).all() and (first != other).any()


def test_bad_settings_are_refused(scene) -> None:
    one = change(RBF(10.0), scene)
    with pytest.raises(ValueError, match="objective"):
        maximise(one, scene[0][:1], "entropy")
    with pytest.raises(ValueError, match="steps"):
        maximise(one, scene[0][:1], steps=0)
    with pytest.raises(ValueError, match="restarts"):
        reconstruct(one, restarts=0)
