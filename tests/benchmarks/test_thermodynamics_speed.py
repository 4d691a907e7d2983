"""Walkers and densities move faster than in loops over arrays, and do the same work."""

import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location(
    "bench_thermodynamics", Path(__file__).with_name("bench_thermodynamics.py")
)
bench = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(bench)


def slower(name, size):
    return bench.race(name, size).set_index("contestant")["times ours"]


@pytest.mark.slow
def test_walkers_are_five_times_as_fast_as_an_array_loop():
    assert slower("Langevin", 20_000)["numpy"] >= 5


@pytest.mark.slow
def test_a_protocol_takes_a_second_at_most():
    table = bench.race("Fokker-Planck", 512).set_index("contestant")
    assert table.loc["szilard", "seconds"] <= 1
    assert table.loc["numpy", "times ours"] >= 1


def test_contestants_solve_the_same_equation():
    assert bench.flow_numpy(256) == pytest.approx(bench.flow_szilard(256), abs=2e-4)
    walked, truth = bench.walk_numpy(1000), bench.flow_szilard(256)
    assert abs(walked - truth) < 4 * 2.2 / 1000**0.5
