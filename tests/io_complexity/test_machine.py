"""The machine of two memories: what it counts, and which cheats it catches."""

from __future__ import annotations

import numpy as np
import pytest

from szilard.io_complexity import CapacityExceeded, NotInFastMemory, NotWritten, TwoLevelMachine, run_matmul

GIVEN = np.arange(12.0).reshape(4, 3)


def test_every_word_is_counted_once():
    machine = TwoLevelMachine(20)
    a, out = machine.store(GIVEN), machine.empty(4, 4)
    x, y = machine.read(a), machine.new(2, 2)
    assert (machine.reads, machine.occupied, machine.peak) == (12, 16, 16)
    machine.write(y, out, slice(0, 2), slice(0, 2))
    machine.free(x)
    assert (machine.writes, machine.io, machine.occupied, machine.peak) == (4, 16, 4, 16)


def test_a_schedule_that_keeps_too_much_is_caught():
    machine = TwoLevelMachine(11)
    with pytest.raises(CapacityExceeded, match="holds 11 words; the schedule needs 12"):
        machine.read(machine.store(GIVEN))
    lax = TwoLevelMachine(11, strict=False)
    lax.read(lax.store(GIVEN))
    assert lax.peak == 12


def test_a_schedule_that_uses_what_it_gave_up_is_caught():
    machine = TwoLevelMachine(100)
    x = machine.read(machine.store(GIVEN))
    machine.free(x)
    for cheat in (
        lambda: machine.multiply(machine.new(3, 3), x, x, at=True),
        lambda: machine.apply(x, np.exp, x),
        lambda: machine.write(x, machine.empty(4, 3)),
        lambda: machine.free(x),
    ):
        with pytest.raises(NotInFastMemory, match="after it was freed"):
            cheat()


def test_a_result_that_was_never_written_is_caught():
    machine = TwoLevelMachine(100)
    out = machine.empty(4, 3)
    machine.write(machine.new(2, 3), out, slice(0, 2))
    with pytest.raises(NotWritten):
        machine.fetch(out)
    with pytest.raises(NotWritten):
        machine.read(out, slice(2, 3))
    assert machine.read(out, slice(0, 2)).shape == (2, 3)


def test_what_was_given_cannot_be_overwritten():
    machine = TwoLevelMachine(100)
    given = machine.store(GIVEN)
    with pytest.raises(ValueError, match="read-only"):
        machine.write(machine.new(4, 3), given)


def test_streaming_holds_a_column_and_a_row():
    machine = TwoLevelMachine(4 + 4)
    a = machine.store(GIVEN)
    tile = machine.new(2, 2)
    machine.stream(tile, a, slice(0, 2), a.T, slice(2, 4))
    out = machine.empty(2, 2)
    machine.write(tile, out)
    assert np.array_equal(machine.fetch(out), GIVEN[:2] @ GIVEN[2:].T)
    assert (machine.reads, machine.peak) == (3 * 4, 8)
    with pytest.raises(CapacityExceeded):
        TwoLevelMachine(7).stream(TwoLevelMachine(9).new(2, 2), a, slice(0, 4), a.T, slice(0, 4))


@pytest.mark.parametrize("shape", [(8, 6, 10), (7, 3, 5), (1, 1, 1)])
def test_a_product_is_right_and_within_its_memory(shape):
    rng = np.random.default_rng(0)
    m, k, n = shape
    a, b = rng.normal(size=(m, k)), rng.normal(size=(k, n))
    result = run_matmul(a, b, 15)
    assert np.allclose(result.output, a @ b, rtol=0, atol=1e-13)
    assert result.peak <= 15 and result.flops == 2 * m * k * n
    assert result.io == k * (m * -(-n // 3) + n * -(-m // 3)) + m * n


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="M must be an integer ≥ 1"):
        TwoLevelMachine(0)
    with pytest.raises(ValueError, match="must be finite"):
        TwoLevelMachine(5).store([[np.nan]])
    with pytest.raises(ValueError, match="must fit"):
        run_matmul(np.ones((2, 3)), np.ones((2, 3)), 100)
