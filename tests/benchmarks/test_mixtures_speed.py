"""Information of normal channels is faster than loops and whole matrices, and has their value."""

import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("bench_mixtures", Path(__file__).with_name("bench_mixtures.py"))
bench = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(bench)


@pytest.mark.slow
@pytest.mark.parametrize("case", bench.CASES)
def test_faster_than_a_loop_and_than_a_matrix(case):
    assert bench.ratios(bench.race(*case))["ratio"].item() >= 1


@pytest.mark.parametrize("variances", ["shared", "own"])
def test_contestants_measure_the_same(variances):
    points = bench.layer(200, 5, variances)
    values = [run(*points) for run in bench.CONTESTANTS.values()]
    assert values == pytest.approx([values[0]] * 3, abs=1e-10)
