"""The machine counts a hundred million words a second, and the search looks at a million states."""

import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("bench_io", Path(__file__).with_name("bench_io.py"))
bench = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(bench)


@pytest.mark.slow
def test_the_machine_counts_a_hundred_million_words_a_second():
    assert max(bench.product()["per second"], bench.machine("outer products, a = 30")["per second"]) >= 1e8


@pytest.mark.slow
def test_the_search_looks_at_a_million_states_a_second():
    assert bench.pebbles("product 3 × 3 × 2, M = 6")["per second"] >= 1e6
