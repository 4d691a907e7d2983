"""Universal search: what it finds, that it is the best there is, and the language it searches."""

import itertools
import math

import numpy as np
import pytest

from szilard.algorithmic import LANGUAGE, levin_search, run_marking, trace_marking
from szilard.algorithmic._levin_loops import OPERATIONS

NUMBERS = np.arange(40)


def prime(n):
    return n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1))


PRIMES = np.array([prime(n) for n in range(3000)])


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4])
def test_the_language_means_what_it_says(length):
    for program in map("".join, itertools.product(OPERATIONS, repeat=length)):
        slow, found = trace_marking(program, 12, 200), run_marking(program, 12, 200)
        halted = slow.operation.iloc[-1] == "end" and slow.position.iloc[-1] >= 12
        assert found.halted == halted, program
        if halted:
            assert found.steps == len(slow)
            assert np.flatnonzero(~found.unmarked).tolist() == sorted(slow.marked[slow.marked > 0])


def test_a_trace_in_full():
    trace = trace_marking(">=[+x]<", 6)
    assert "".join(trace.operation.replace("end", ".")) == ">=[+x]+x]<." + ">=[+x]<." + ">=[+x]<." * 2 + ">=[+x]<."
    assert trace.marked[trace.marked > 0].tolist() == [4]
    assert set(LANGUAGE) == {*OPERATIONS, "end"}


def test_a_sieve_is_found_and_is_a_sieve_everywhere():
    found = levin_search(PRIMES[:32])
    assert found.program == ">=[+x]<"
    assert (found.bits, found.steps, found.phase) == (24, 404, 33)
    everywhere = run_marking(found.program, len(PRIMES))
    assert everywhere.halted
    assert (everywhere.unmarked[2:] == PRIMES[2:]).all()


def test_no_program_that_is_as_short_does_the_same_in_less_time():
    target = NUMBERS % 3 != 0
    found = levin_search(target)
    cost = found.bits + math.log2(found.steps)
    for length in range(5):
        for program in map("".join, itertools.product(OPERATIONS, repeat=length)):
            run = run_marking(program, len(target), 2000)
            if run.halted and (run.unmarked[2:] == target[2:]).all():
                # a phase is one bit wide: within it the shorter program comes first
                assert 3 * (length + 1) + math.log2(run.steps) > cost - 1


@pytest.mark.parametrize(
    ("target", "bits"),
    [(NUMBERS % 2 == 1, 12), (~np.isin(NUMBERS, [2, 4, 8, 16, 32]), 12), (NUMBERS % 3 != 0, 15)],
    ids=["odd", "no powers of two", "no multiples of three"],
)
def test_simple_sets_have_short_programs(target, bits):
    found = levin_search(target)
    run = run_marking(found.program, len(target))
    assert found.bits == bits == 3 * (len(found.program) + 1)
    assert (run.unmarked[2:] == target[2:]).all()
    assert run.steps == found.steps <= 2 ** (found.phase - found.bits)
    assert 0 < found.tried <= found.effort


def test_coin_flips_are_not_found():
    assert levin_search(np.random.default_rng(1).integers(0, 2, 40), phases=24) is None


def test_a_long_search_tells_how_far_it_is_and_the_default_is_none(monkeypatch):
    from contextlib import contextmanager

    from szilard.algorithmic import levin

    bars = []

    @contextmanager
    def bar(shown, total, title):
        bars.append((shown, total, []))
        yield lambda done, note="": bars[-1][2].append(done / total)

    monkeypatch.setattr(levin, "progress_bar", bar)
    monkeypatch.setattr(levin.loops, "try_all", lambda length, keep, limit, program: (False, 0, 1, limit))
    assert levin_search("0110" * 4) is None and levin_search("0110" * 4, phases=40) is None
    (_, most, _), (shown, total, shares) = bars
    assert most == 2**30 and total == 2**37  # seconds, and minutes
    assert shown and shares[-1] == 1 and np.allclose(np.diff(np.log2(shares)), 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: levin_search(np.ma.array([0, 1, 1, 0], mask=[0, 1, 0, 0])),
            "target must be complete; got 1 masked entries",
        ),
        (lambda: levin_search("01"), "at least 3 cells"),
        (lambda: levin_search("0120"), "target must hold 0 and 1 only"),
        (lambda: levin_search("0110", phases=0), "phases must be an integer ≥ 1"),
        (lambda: run_marking(">y", 10), "made of .* got 'y'"),
        (lambda: run_marking(">", 2), "size must be an integer ≥ 3"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
