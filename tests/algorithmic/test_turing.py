"""Machines one at a time, and the census of all of them: published counts, brute force, symmetries, parts."""

import numpy as np
import pytest
from one_by_one import census_one_by_one
from turing_machine import TuringMachine

from szilard.algorithmic import BUSY_BEAVER_STEPS, census, machine_count
from szilard.algorithmic._turing_loops import LONGEST, _key
from szilard.algorithmic.enumeration import _counted, _walk

BUSY_BEAVERS = {
    "1H 1H": (1, "1"),
    "1RB 1LB 1LA 1H": (6, "1111"),
    "1RB 1H 1LB 0RC 1LC 1LA": (21, None),
    "1RB 1LB 1LA 0LC 1H 1LD 1RD 0RA": (107, None),
}


@pytest.mark.parametrize("text", BUSY_BEAVERS)
def test_busy_beavers_take_their_steps(text):
    machine = TuringMachine.from_text(text)
    steps, output = BUSY_BEAVERS[text]
    end = machine.run()
    assert end.steps == steps == BUSY_BEAVER_STEPS[len(machine.table) // 2]
    assert steps == 1 or machine.run(limit=steps - 1) is None
    if output:
        assert end.output == output


def test_a_machine_with_its_symbols_exchanged_does_the_same_on_ones():
    end = TuringMachine.from_text("1RB 1LB 1LA 1H").run(blank=0)
    exchanged = TuringMachine.from_text("0LB 0RB 0H 0LA").run(blank=1)
    assert (end.output, exchanged.output) == ("1111", "0000")
    assert end.steps == exchanged.steps


def test_halting_writes_and_stays():
    assert TuringMachine.from_text("1H 0H").run() == TuringMachine.from_number(1, 1).run()
    assert TuringMachine.from_text("1H 0H").run(blank=1).output == "0"
    assert TuringMachine.from_text("1RB 1LB 1LA 1RH") == TuringMachine.from_text("1RB 1LB 1LA 1H")


def test_numbers_are_the_digits_of_the_table():
    assert TuringMachine.from_number(2, 17).table == (7, 1, 0, 0)
    assert machine_count(5) == 26_559_922_791_424


@pytest.mark.parametrize("states", [1, 2])
def test_census_equals_machines_run_in_plain_python(states):
    counts, steps = {}, np.zeros(BUSY_BEAVER_STEPS[states] + 1, np.int64)
    for number in range(machine_count(states)):
        for blank in (0, 1):
            end = TuringMachine.from_number(states, number).run(BUSY_BEAVER_STEPS[states], blank)
            if end:
                counts[end.output] = counts.get(end.output, 0) + 1
                steps[end.steps] += 1
    found = census(states)
    assert found.counts == counts
    assert found.steps.tolist() == steps.tolist()


@pytest.mark.parametrize("limit", [None, 9])
def test_census_equals_all_machines_one_by_one(limit):
    tree, tables = census(3, limit), machine_count(3)
    counts, steps = census_one_by_one(3, 0, tables, limit or BUSY_BEAVER_STEPS[3])
    assert tree.counts == counts
    assert tree.steps.tolist() == steps.tolist()
    assert tree.machines == 2 * tables == 15_059_072
    assert tree.runs < tables / 1000


def test_exact_counts_of_one_two_and_three_states():
    one, two, three = census(1), census(2), census(3)
    assert one.counts == {"0": 12, "1": 12}
    assert (two.halting, two.machines, len(two.counts), two.longest_run) == (6088, 20_000, 22, 6)
    assert {s: two.counts[s] for s in ("0", "00", "001", "000", "0010")} == {
        "0": 2000,
        "00": 508,
        "001": 6,
        "000": 4,
        "0010": 2,
    }
    assert (three.halting, len(three.counts), three.longest_run) == (4_294_368, 128, 21)
    lengths = np.bincount([len(s) for s in three.counts])[1:]
    assert lengths.tolist() == [2, 4, 8, 16, 32, 52, 14]
    values = {"0": 1_075_648, "00": 432_040, "000": 48_064, "001": 46_212, "010": 42_832, "0000": 4156}
    values |= {"0010": 3000, "0101": 2796, "0001": 2262, "0110": 2192, "0011": 1380}
    assert {s: three.counts[s] for s in values} == values


def test_four_states_in_full():
    four = census(4, workers=1)
    assert four.machines == 22_039_921_152
    assert (four.halting, len(four.counts), four.longest_run) == (5_970_768_960, 1832, 107)
    assert four.runs == census(4, workers=2).runs == 716_232
    machines = 2 * 18.0**8
    rng = np.random.default_rng(0)  # a sample of machines halts as often: 5 sigma of a binomial
    ends = [TuringMachine.from_number(4, int(i)).run(107) for i in rng.integers(machine_count(4), size=4000)]
    rate = np.mean([end is not None for end in ends])
    assert abs(rate - four.halting / machines) < 5 * np.sqrt(rate * (1 - rate) / 4000)


@pytest.mark.parametrize("states", [2, 3, 4])
def test_census_is_blind_to_complement_and_reversal(states):
    counts = census(states).counts
    exchange = str.maketrans("01", "10")
    assert all(counts[s.translate(exchange)] == counts[s[::-1]] == n for s, n in counts.items())


@pytest.mark.parametrize(("states", "parts"), [(2, 3), (3, 1), (3, 5), (4, 7)])
def test_parts_make_the_whole(states, parts):
    whole, limit = census(states), BUSY_BEAVER_STEPS[states]
    merged = _counted(states, limit, [_walk(states, limit, part, parts) for part in range(parts)])
    assert merged.counts == whole.counts
    assert (merged.machines, merged.runs) == (whole.machines, whole.runs)
    assert merged.steps.tolist() == whole.steps.tolist()


def test_no_machine_of_four_states_halts_after_the_busy_beaver():
    assert census(4, 400).counts == census(4).counts


def test_outputs_too_long_for_a_key_are_counted_together():
    tape = np.ones(LONGEST + 1, np.uint8)
    assert _key(tape, 0, LONGEST - 1) == 2 ** (LONGEST + 1) - 1
    assert _key(tape, 0, LONGEST) == 1


def test_a_limit_counts_exactly_the_machines_that_halt_by_then():
    whole = census(4)
    for limit in (1, 2, 30):
        cut = census(4, limit)
        assert cut.steps.tolist() == whole.steps[: limit + 1].tolist()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: census(0), "states must be an integer ≥ 1"),
        (lambda: census(6, 10), "states must be at most 5"),
        (lambda: census(4, workers=0), "workers must be an integer ≥ 1"),
        (lambda: census(5), "limit must be given for 5 states"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
