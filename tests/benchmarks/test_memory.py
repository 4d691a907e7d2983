"""Estimates over all pairs work tile by tile: their memory does not grow with the square of the samples."""

import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("bench_memory", Path(__file__).with_name("bench_memory.py"))
bench = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(bench)

MATRIX = 6000**2 * 8 / 2**30  # GiB of all distances


@pytest.mark.parametrize("name", ["mixture information, kt", "kernel entropy"])
def test_six_thousand_samples_take_less_than_their_matrix(name):
    assert bench.measured(name, 6000, 64)["GiB"] < 0.75 * MATRIX


@pytest.mark.slow
@pytest.mark.parametrize("name", bench.ESTIMATES)
def test_fifty_thousand_samples_in_64_dimensions_fit_into_two_gib(name):
    assert bench.measured(name, 50_000, 64)["GiB"] < 2
