"""KSG is at least as fast as the fastest peer, side by side, and gives the same value."""

import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("bench_ksg", Path(__file__).with_name("bench_ksg.py"))
bench = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(bench)


@pytest.mark.slow
@pytest.mark.parametrize("d", bench.DIMS)
@pytest.mark.parametrize("n", [1_000, 10_000])
def test_at_least_as_fast_as_the_fastest_peer(n, d):
    for peer in ("npeet_plus", "infomeasure"):
        pytest.importorskip(peer)
    ratio = bench.ratios(bench.race(n, d))["ratio"].item()
    assert ratio >= 1, f"KSG at n = {n}, d = {d}+{d} takes {1 / ratio:.2f} times as long as the fastest peer"


@pytest.mark.parametrize("d", bench.DIMS)
def test_contestants_measure_the_same(d):
    pytest.importorskip("infomeasure")
    x, y = bench.gaussian_pair(500, d)
    assert bench.infomeasure(x, y) == pytest.approx(bench.ours(x, y), abs=1e-9)
