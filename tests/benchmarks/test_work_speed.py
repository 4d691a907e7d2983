"""Best success is found at least as fast as toqito finds it, in less than half a second, with the same value."""

import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("bench_work", Path(__file__).with_name("bench_work.py"))
bench = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(bench)


@pytest.fixture(scope="module")
def peer():
    """The peer, imported before the guard of the process looks: its imports change the environment."""
    return pytest.importorskip("toqito.state_opt")


@pytest.mark.slow
@pytest.mark.usefixtures("peer")
@pytest.mark.parametrize(("n", "d"), bench.CASES)
def test_faster_than_the_peer_and_of_one_mind_with_it(n, d):
    row = bench.ratios(bench.race(n, d)).iloc[0]
    assert row["ratio"] >= 1 and row["szilard"] < 0.5 and row["conserving energy"] < 0.5
    assert row["difference"] < 1e-6
