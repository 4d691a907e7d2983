"""Caches against slow references, Sleator and Tarjan's inequality, and cachegrind on compiled C."""

from __future__ import annotations

import numpy as np
import pytest

from szilard.io_complexity import (
    attention_trace,
    cachegrind_available,
    cachegrind_misses,
    lru_misses,
    model_lines,
    opt_misses,
    run_kernel,
    standard_trace,
)

MISSING = cachegrind_available()


def plain_lru(trace, M):
    held, misses = [], 0
    for x in trace:
        if x in held:
            held.remove(x)
        else:
            misses += 1
            held = held[-(M - 1) :] if M > 1 else []
        held.append(x)
    return misses


def plain_opt(trace, M):
    held, misses = set(), 0
    for t, x in enumerate(trace):
        if x not in held:
            misses += 1
            if len(held) == M:
                rest = list(trace[t + 1 :])
                held.remove(max(held, key=lambda y: rest.index(y) if y in rest else len(rest)))
            held.add(x)
    return misses


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("M", [1, 2, 5])
def test_misses_against_plain_loops(seed, M):
    trace = np.random.default_rng(seed).zipf(1.4, 120) % 17
    assert lru_misses(trace, M) == plain_lru(trace.tolist(), M)
    assert opt_misses(trace, M) == plain_opt(trace.tolist(), M)


@pytest.mark.parametrize("seed", range(6))
def test_the_optimum_is_one_and_twice_the_cache_competes_with_it(seed):
    trace = np.random.default_rng(seed).integers(0, 60, 3000)
    for M in (4, 16, 30):
        best = opt_misses(trace, M)
        assert best <= lru_misses(trace, M)
        assert lru_misses(trace, 2 * M) <= 2 * best + M


def test_a_loop_one_line_too_long_misses_always():
    loop = np.tile(np.arange(9), 10)
    assert lru_misses(loop, 9) == 9 and lru_misses(loop, 8) == 90
    assert opt_misses(loop, 8) == 9 + 9 + 1


@pytest.mark.parametrize("rows", [8, 16, 32])
def test_blocks_that_fit_cost_what_the_machine_counts(rows):
    counted, model = lru_misses(attention_trace(256, 32, rows), 256), model_lines(256, 32, rows)
    assert model <= counted <= 1.005 * model


def test_a_block_that_fills_the_cache_falls_off_the_cliff_under_lru_only():
    trace = attention_trace(256, 32, 64)
    assert lru_misses(trace, 256) > 20 * model_lines(256, 32, 64)
    assert opt_misses(trace, 256) < 4 * model_lines(256, 32, 64)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="non-negative integers"):
        lru_misses([-1, 2], 3)
    with pytest.raises(ValueError, match="multiple of 16"):
        attention_trace(64, 10, 8)
    with pytest.raises(ValueError, match="M must be"):
        opt_misses([1], 0)


@pytest.mark.skipif(bool(MISSING), reason=f"cachegrind on compiled C needs {MISSING}")
class TestCachegrind:
    def test_the_program_computes_one_thing(self):
        assert run_kernel(64, 16, 8) == pytest.approx(run_kernel(64, 16, 0), abs=1e-6)

    @pytest.mark.parametrize("rows", [16, 48])
    def test_it_misses_as_often_as_the_model_says(self, rows):
        assert cachegrind_misses(256, 32, rows, 256) == pytest.approx(model_lines(256, 32, rows), rel=0.03)

    def test_it_falls_off_the_cliff(self):
        assert cachegrind_misses(256, 32, 60, 256) > 20 * model_lines(256, 32, 60)

    def test_standard_attention_misses_as_in_the_simulator(self):
        simulated = lru_misses(standard_trace(128, 32), 64)
        assert cachegrind_misses(128, 32, 0, 64) == pytest.approx(simulated, rel=0.03)


@pytest.mark.skipif(not MISSING, reason="compiler and valgrind are here")
def test_what_is_missing_is_named():
    with pytest.raises(RuntimeError, match="cachegrind needs"):
        cachegrind_misses(64, 16, 8, 256)
