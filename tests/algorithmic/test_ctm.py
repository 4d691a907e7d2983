"""Complexities of short strings: closed forms, published table, prediction, and what is refused."""

import json
import math

import numpy as np
import pytest
from scipy.stats import spearmanr

from szilard.algorithmic import CodingTable, census, coding_table
from szilard.algorithmic.ctm import UNWRITTEN
from szilard.algorithmic.enumeration import _counted, _walk
from szilard.datasets import CTM_D5, ctm_d5
from szilard.datasets.ctm import _numbers

THIRTY = [f"{i:0{length}b}" for length in range(1, 5) for i in range(2**length)]


@pytest.fixture(scope="module")
def published():
    return CodingTable(ctm_d5())


def test_complexity_is_minus_log_frequency():
    table, found = coding_table(3), census(3)
    assert table.complexity("00") == pytest.approx(math.log2(4_294_368 / 432_040), abs=1e-12)
    assert sum(2.0 ** -table.bits[s] for s in found.counts) == pytest.approx(1, abs=1e-12)


def test_our_five_state_table_is_the_published_one(published):
    ours = coding_table(5)
    assert ours.bits.keys() == published.bits.keys()
    assert max(abs(ours.bits[s] - published.bits[s]) for s in ours.bits) < 1e-13


def test_our_five_state_table_agrees_with_a_part_of_the_census():
    part = _counted(5, 500, [_walk(5, 500, 3, 4000)])
    table, whole = coding_table(5), 13_794_527_777_344
    assert part.halting > 1e8
    for text, count in part.counts.items():
        if 0 < len(text) <= 12:
            assert count <= whole * 2.0 ** -table.bits[text] * (1 + 1e-9)
            assert text not in UNWRITTEN


def test_published_values(published):
    values = {"0": 2.5142767, "00": 3.3274392, "000": 5.3961930, "0000": 7.9308280}
    values |= {"0" * 12: 25.6104137, "01" * 6: 26.9907266}
    for text, bits in values.items():
        assert published.complexity(text) == pytest.approx(bits, abs=5e-8)


def ranks(table, other, longest, shortest=1):
    both = [s for s in table.bits if s in other.bits and shortest <= len(s) <= longest]
    return spearmanr(*([round(each.bits[s], 9) for s in both] for each in (table, other))).statistic


def test_ranks_agree_between_numbers_of_states(published):
    three = coding_table(3)
    assert len([s for s in THIRTY if s in three.bits]) == 30
    assert ranks(three, published, 4) == pytest.approx(0.942, abs=0.005)
    assert ranks(three, published, 6) == pytest.approx(0.975, abs=0.005)
    assert ranks(three, published, 4, shortest=4) == pytest.approx(0.61, abs=0.005)
    assert ranks(coding_table(4), published, 8) > 0.98


def test_prediction(published):
    golden = {"00": 0.508591, "000": 0.544276, "0101": 0.503577, "010101": 0.632752}
    golden |= {"0101010101": 0.687948, "0" * 11: 0.730041, "01101110": 0.370646}
    for table in (published, coding_table(5)):
        for text, probability in golden.items():
            assert table.next_zero(text) == pytest.approx(probability, abs=1e-6)


def test_prediction_is_blind_to_names_of_symbols():
    table, exchange = coding_table(4), str.maketrans("01", "10")
    for text in ("0", "01", "0010"):
        assert table.next_zero(text) == pytest.approx(1 - table.next_zero(text.translate(exchange)), abs=1e-12)


@pytest.mark.parametrize("bad", ["", "012", "0 1"])
def test_what_is_no_binary_string_is_refused(bad):
    with pytest.raises(ValueError, match="made of 0 and 1"):
        coding_table(2).complexity(bad)


@pytest.mark.parametrize("length", [21, 28, 36, 1000])
def test_lengths_that_no_memory_holds_are_refused(length):
    with pytest.raises(ValueError, match=f"length must be at most 20; got {length}"):
        coding_table(5).of_length(length)


def test_unknown_strings_are_refused():
    with pytest.raises(ValueError, match="one of the 22 that machines wrote; got '00000'"):
        coding_table(2).complexity("00000")


@pytest.mark.parametrize("protocol", [0, 2, 5])
def test_a_pickle_that_calls_something_yields_no_call(protocol):
    # Written by hand: a pickle of os.system("…") and one of plain text, both refused without being run.
    stream = b"cos\nsystem\n(S'exit 1'\ntR." if protocol == 0 else bytes([0x80, protocol]) + b"K\x01\x85."
    if protocol == 0:
        with pytest.raises(ValueError, match="texts and numbers only; got GLOBAL"):
            _numbers(stream)
    else:
        assert _numbers(stream) == {}


def test_numbers_without_a_binary_text_are_refused():
    with pytest.raises(ValueError, match="must belong to binary strings"):
        _numbers(b"\x80\x04\x8c\x03abcG@\x00\x00\x00\x00\x00\x00\x00s.")


def test_missing_package_names_the_install_command(monkeypatch, tmp_path):
    from szilard.datasets import files

    monkeypatch.setattr(files, "find_spec", lambda package: None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("SZILARD_DATA", raising=False)
    with pytest.raises(FileNotFoundError, match=f"^{CTM_D5.name} was not found: run `pip install pybdm`[^\n]*$"):
        ctm_d5()


def test_tables_survive_json():
    table = coding_table(2)
    assert CodingTable(json.loads(json.dumps(table.bits))) == table
    assert np.isfinite(list(table.bits.values())).all()
