"""Every engine against the double loop, bit by bit, on continuous and on heavily tied samples."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.estimators import _kdtree, count_within, k_nearest, neighbours

ENGINES = ("tree", "torch")


def distances_of(z, metric):
    """All pairwise distances within one block, coordinate by coordinate."""
    total = np.zeros((len(z), len(z)))
    for column in z.T:
        step = np.abs(column[:, None] - column[None, :])
        total = total + step * step if metric == "euclidean" else np.maximum(total, step)
    return np.sqrt(total) if metric == "euclidean" else total


def samples(n, dims, digits=None, seed=0):
    rng = np.random.default_rng(seed)
    blocks = [rng.normal(size=(n, d)) for d in dims]
    return blocks if digits is None else [np.round(block, digits) for block in blocks]


@pytest.mark.parametrize("search", ENGINES)
@pytest.mark.parametrize("metric", neighbours.METRICS)
@pytest.mark.parametrize("digits", [None, 1, 0])
@pytest.mark.parametrize("dims", [(1,), (2,), (1, 1), (3,), (2, 1, 1), (6, 5)])
def test_search_equals_the_double_loop(search, metric, digits, dims):
    n, k = 300, 4
    blocks = samples(n, dims, digits)
    joint = np.maximum.reduce([distances_of(block, metric) for block in blocks])
    np.fill_diagonal(joint, np.inf)
    distances, rows = k_nearest(blocks, k, metric=metric, search=search, device="cpu")
    np.testing.assert_array_equal(distances, np.sort(joint, axis=1)[:, :k])
    np.testing.assert_array_equal(np.take_along_axis(joint, rows, axis=1), distances)
    assert all(len(set(row)) == k for row in rows.tolist())


@pytest.mark.parametrize("search", ENGINES)
@pytest.mark.parametrize("metric", neighbours.METRICS)
@pytest.mark.parametrize("digits", [None, 1, 0])
@pytest.mark.parametrize("d", [1, 2, 3, 11])
@pytest.mark.parametrize("strict", [True, False])
def test_counts_equal_the_double_loop(search, metric, digits, d, strict):
    (x,) = samples(300, (d,), digits)
    pairs = distances_of(x, metric)
    radii = np.sort(pairs, axis=1)[:, 7]  # each is exactly the distance of some row, where rounding could tip the scale
    within = pairs < radii[:, None] if strict else pairs <= radii[:, None]
    np.fill_diagonal(within, False)
    counts = count_within(x, radii, strict=strict, metric=metric, search=search, device="cpu")
    np.testing.assert_array_equal(counts, within.sum(axis=1))


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), radius=st.floats(0, 1e6), strict=st.booleans())
def test_sorted_counts_equal_the_double_loop_whatever_the_rounding(values, radius, strict):
    x = np.array(values)
    within = np.abs(x[:, None] - x) < radius if strict else np.abs(x[:, None] - x) <= radius
    np.fill_diagonal(within, False)
    for search in ENGINES:
        counts = count_within(x[:, None], np.full(len(x), radius), strict=strict, search=search, device="cpu")
        np.testing.assert_array_equal(counts, within.sum(axis=1))


def test_many_duplicates_are_neighbours_at_distance_zero():
    blocks = [np.repeat([[0.0], [1.0]], 20, axis=0), np.zeros((40, 1)), np.zeros((40, 2))]
    for parts in (blocks[:2], blocks):
        for search in ENGINES:
            distances, rows = k_nearest(parts, 5, search=search, device="cpu")
            assert (distances == 0).all()
            assert (rows != np.arange(40)[:, None]).all()


def test_threads_do_not_change_the_result(monkeypatch):
    blocks = samples(3000, (2, 3))
    alone = k_nearest(blocks, 3)
    monkeypatch.setattr(_kdtree, "THREADING_FROM", 0)
    monkeypatch.setattr(_kdtree, "usable_threads", lambda: 3)
    for one, many in zip(alone, k_nearest(blocks, 3), strict=True):
        np.testing.assert_array_equal(one, many)


def test_tiles_never_hold_all_pairs(monkeypatch):
    from szilard.estimators import _neighbours_torch as tiles

    largest = 0
    original = tiles._distances

    def watched(query, points, ends, euclidean):
        nonlocal largest
        largest = max(largest, len(query) * len(points))
        return original(query, points, ends, euclidean)

    monkeypatch.setattr(tiles, "_distances", watched)
    monkeypatch.setattr(tiles, "QUERIES", 64)
    monkeypatch.setitem(tiles.PAIRS, "cpu", 64 * 128)
    blocks = samples(2000, (1, 1))
    distances, _ = k_nearest(blocks, 3, search="torch", device="cpu")
    np.testing.assert_array_equal(distances, k_nearest(blocks, 3, search="tree")[0])
    counts = count_within(np.hstack(blocks), distances[:, -1], search="torch", device="cpu")
    np.testing.assert_array_equal(counts, count_within(np.hstack(blocks), distances[:, -1], search="tree"))
    assert 0 < largest <= 64 * 128


def test_small_problems_need_neither_torch_nor_numba():
    code = (
        "import sys, numpy as np\n"
        "from szilard.estimators import KSG\n"
        "x = np.random.default_rng(0).normal(size=(100, 2))\n"
        "KSG().mutual_information(x[:, 0], x[:, 1])\n"
        "assert not {'torch', 'numba'} & set(sys.modules)"
    )
    library = str(Path(neighbours.__file__).parents[2])
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": library})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"k": 5}, "k must be smaller than the number of samples; got k = 5, n = 5"),
        ({"metric": "maximum"}, "did you mean 'max'"),
        ({"search": "tre"}, "did you mean 'tree'"),
        ({"device": "gpu"}, "device must be one of"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        k_nearest([np.arange(5.0)[:, None]], **{"k": 1, **settings})


def test_absent_cuda_is_named(monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError, match="no CUDA card"):
        k_nearest([np.arange(5.0)[:, None]], 1, device="cuda")


@pytest.mark.gpu
@pytest.mark.parametrize("metric", neighbours.METRICS)
@pytest.mark.parametrize("dims", [(1, 1), (3, 3), (10, 10)])
def test_cuda_equals_the_tree(metric, dims):
    blocks = samples(20_000, dims)
    there = k_nearest(blocks, 3, metric=metric, search="torch", device="cuda")[0]
    here = k_nearest(blocks, 3, metric=metric, search="tree")[0]
    np.testing.assert_allclose(there, here, rtol=1e-12)
    counts = [
        count_within(blocks[0], here[:, -1], metric=metric, search=s, device=d)
        for s, d in (("torch", "cuda"), ("tree", "cpu"))
    ]
    np.testing.assert_array_equal(*counts)


@pytest.mark.gpu
def test_a_million_samples_fit_on_the_gpu():
    import torch

    from szilard.estimators import KSG

    rng = np.random.default_rng(0)
    x = rng.normal(size=1_000_000)
    y = 0.6 * x + 0.8 * rng.normal(size=1_000_000)
    torch.cuda.reset_peak_memory_stats()
    estimate = KSG(k=3, device="cuda").mutual_information(x, y)
    assert abs(estimate.nats - 0.22314355) < 4 * estimate.stderr
    assert torch.cuda.max_memory_allocated() < 8 * 2**30
