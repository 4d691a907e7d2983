"""The 12-bit patterns: every number that their description states, and the symmetry of their labels."""

import numpy as np
import pytest

from szilard.datasets import icosahedral_symmetries, tishby12
from szilard.datasets.tishby import ANTIPODES, NEIGHBOURS


def bits(*columns):
    """Joint entropy in bits of equally likely rows."""
    counts = np.unique(np.column_stack(columns), axis=0, return_counts=True)[1]
    p = counts / counts.sum()
    return -float(np.sum(p * np.log2(p)))


def information(x, y):
    return bits(x) + bits(y) - bits(x, y)


@pytest.fixture(scope="module")
def data():
    return tishby12()


def test_patterns_are_all_numbers_of_twelve_bits(data):
    assert data.patterns.shape == (4096, 12)
    assert ["".join(map(str, row)) for row in data.patterns] == [f"{i:012b}" for i in range(4096)]


def test_labels_follow_the_rule_pattern_by_pattern(data):
    for pattern, label in zip(data.patterns[::7], data.labels[::7], strict=True):
        ones = {i for i in range(12) if pattern[i]}
        pairs = sum(len(ones & set(NEIGHBOURS[i])) for i in ones) / 2
        antipodes = sum({i, j} <= ones for i, j in ANTIPODES)
        assert label == (2 * pairs - antipodes >= (12 if len(ones) <= 6 else 15))


def test_coordinates_are_the_vertices_of_an_icosahedron():
    edges = np.array([[j in NEIGHBOURS[i] for j in range(12)] for i in range(12)], int)
    assert (edges == edges.T).all() and (edges.sum(axis=0) == 5).all() and edges.sum() == 60
    assert np.trace(np.linalg.matrix_power(edges, 3)) == 6 * 20  # twenty triangles
    far = np.argwhere((edges + edges @ edges + np.eye(12)) == 0)  # graph distance 3
    assert {tuple(sorted(pair)) for pair in far.tolist()} == set(ANTIPODES)


def test_labels_are_nearly_balanced(data):
    assert data.labels.sum() == 2118 and data.labels.mean() == 0.51708984375
    assert bits(data.labels) == pytest.approx(0.9991571208502711, abs=1e-14)
    assert information(np.arange(4096), data.labels) == pytest.approx(0.9991571208502711, abs=1e-12)


def test_every_bit_says_the_same(data):
    for bit in data.patterns.T:
        assert np.corrcoef(bit, data.labels)[0, 1] == pytest.approx(0.2159465, abs=5e-8)
        assert information(bit, data.labels) == pytest.approx(0.0339063, abs=5e-8)


def test_the_number_of_ones(data):
    ones = data.patterns.sum(axis=1)
    assert bits(ones) == pytest.approx(2.8385287, abs=5e-8)
    assert information(ones, data.labels) == pytest.approx(0.6276412, abs=5e-8)
    assert np.mean((ones >= 6) == data.labels) == 0.875


def test_symmetries_form_the_group_of_the_icosahedron():
    symmetries = icosahedral_symmetries()
    found = {tuple(images) for images in symmetries.tolist()}
    assert len(found) == 120
    assert {tuple(a[b]) for a in symmetries[:20] for b in symmetries} <= found
    inversion = dict([*ANTIPODES, *(pair[::-1] for pair in ANTIPODES)])
    assert tuple(inversion[i] for i in range(12)) in found


def test_no_symmetry_changes_a_label_or_an_orbit(data):
    weights = 1 << np.arange(11, -1, -1)
    for images in icosahedral_symmetries():
        turned = data.patterns @ weights[images]
        assert (data.labels[turned] == data.labels).all() and (data.orbits[turned] == data.orbits).all()


def test_orbits_are_the_best_compression_without_loss(data):
    assert len(set(data.orbits.tolist())) == 82 and data.orbits.min() == 0 and data.orbits.max() == 81
    # Burnside: as many orbits as patterns are fixed by a symmetry, on average.
    cycles = [len({min(_cycle(images, i)) for i in range(12)}) for images in icosahedral_symmetries()]
    assert sum(2**c for c in cycles) / 120 == 82
    assert bits(data.orbits) == pytest.approx(6.0737614, abs=5e-8)
    assert information(data.orbits, data.labels) == pytest.approx(0.9991571208502711, abs=1e-12)


def _cycle(images, start):
    seen = [start]
    while images[seen[-1]] != start:
        seen.append(images[seen[-1]])
    return seen


def test_each_call_gives_arrays_of_its_own(data):
    tishby12().orbits[:] = -1
    tishby12().labels[:] = -1
    assert (tishby12().orbits == data.orbits).all() and (tishby12().labels == data.labels).all()
