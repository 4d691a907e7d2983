"""Columns of any numeric type are read as the numbers they are; what float64 cannot hold is shifted or refused."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from szilard.userdata import Table, read

VALUES = np.array([0.125, 1.5, -2.25, 8.0])
STAMPS = 1_700_000_000_000_000_000 + 7 * np.arange(400)


def refusal(act):
    """The one sentence with which ``act`` is refused."""
    with pytest.raises(ValueError) as caught:
        act()
    assert str(caught.value).isprintable()
    return str(caught.value)


def from_parquet(tmp_path, column):
    pq.write_table(pa.table({"a": column, "b": np.arange(float(len(column)))}), tmp_path / "d.parquet")
    return read(tmp_path / "d.parquet").pair("a", "b", drop_missing=True)


@pytest.mark.parametrize(
    "kind", [pa.decimal128(20, 6), pa.decimal256(60, 9), pa.float16(), pa.float32(), pa.float64()], ids=str
)
def test_real_types_of_arrow(tmp_path, kind):
    cells = [Decimal(str(v)) if pa.types.is_decimal(kind) else np.float16(v) for v in VALUES]
    found = from_parquet(tmp_path, pa.array([*cells, None], type=kind))
    np.testing.assert_array_equal(found.x.ravel(), VALUES)
    assert found.dropped == 1 and not found.notes


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint16(), pa.int64(), pa.uint64()], ids=str)
def test_whole_types_of_arrow_with_gaps(tmp_path, kind):
    found = from_parquet(tmp_path, pa.array([3, None, 7, 0], type=kind))
    np.testing.assert_array_equal(found.x.ravel(), [3, 7, 0])
    assert found.dropped == 1


def test_truth_values_with_gaps(tmp_path):
    found = from_parquet(tmp_path, pa.array([True, None, False, True]))
    np.testing.assert_array_equal(found.x.ravel(), [1, 0, 1])
    table = Table("d", {"a": np.array([True, None, False, pd.NA], dtype=object), "b": np.arange(4.0)})
    np.testing.assert_array_equal(table.pair("a", "b", drop_missing=True).x.ravel(), [1, 0])


def test_categories_are_what_they_stand_for(tmp_path):
    found = from_parquet(tmp_path, pa.array([2.5, 1.5, 2.5]).dictionary_encode())
    np.testing.assert_array_equal(found.x.ravel(), [2.5, 1.5, 2.5])


def test_masked_values_are_missing():
    table = Table("d", {"a": np.ma.masked_equal([1, -9999, 3], -9999), "b": np.arange(3.0)})
    assert "1 of 3 rows miss a value" in refusal(lambda: table.pair("a", "b"))
    np.testing.assert_array_equal(table.pair("a", "b", drop_missing=True).x.ravel(), [1, 3])


@pytest.mark.parametrize("suffix", ["csv", "parquet", "npy", "npz"])
def test_nanoseconds_keep_their_400_values(tmp_path, suffix):
    """As float64 they were 11: the smallest is subtracted, exactly, and this is said."""
    path = tmp_path / f"d.{suffix}"
    frame = pd.DataFrame({"a": STAMPS, "b": np.arange(400)})
    match suffix:
        case "csv":
            frame.to_csv(path, index=False)
        case "parquet":
            frame.to_parquet(path)
        case "npy":
            np.save(path, frame.to_numpy())
        case "npz":
            np.savez(path, a=frame["a"], b=frame["b"])
    found = read(path).pair("0", "1")
    np.testing.assert_array_equal(found.x.ravel(), 7.0 * np.arange(400))
    assert len(found.notes) == 1 and f"{STAMPS[0]} is subtracted from column" in found.notes[0]


@pytest.mark.parametrize("extremes", [(-(2**63), 2**63 - 1), (-(2**63), -(2**63) + 1), (2**62, 2**62 + 1)])
def test_the_ends_of_the_integers(extremes):
    table = Table("d", {"a": np.array(extremes), "b": np.arange(2.0)})
    found = table.pair("a", "b").x.ravel()
    assert found[1] - found[0] == float(extremes[1] - extremes[0])


def test_integers_that_would_become_equal_are_refused_with_their_rows():
    table = Table("d", {"a": np.array([0, 2**60, 2**60 + 1], dtype=np.uint64), "b": np.arange(3.0)})
    said = refusal(lambda: table.pair("a", "b"))
    assert "column 'a'" in said and f"{2**60} in data row 1" in said and f"{2**60 + 1} in data row 2" in said


def test_long_decimals_are_shifted_when_they_would_become_equal(tmp_path):
    cells = [Decimal("12345678901234567890.001"), Decimal("12345678901234567890.002")]
    np.testing.assert_allclose(from_parquet(tmp_path, pa.array(cells)).x.ravel(), [0, 0.001], rtol=1e-15)


@pytest.mark.parametrize(
    ("column", "says"),
    [
        (pa.array(["x", "y"]), "holds string values"),
        (pa.array(pd.date_range("2020", periods=2)), "a date or time must be a number"),
        (pa.array([1, 2], type=pa.duration("ns")), "a date or time must be a number"),
        (pa.array([[1.0], [2.0]]), "holds list"),
    ],
)
def test_columns_of_parquet_that_are_no_numbers(tmp_path, column, says):
    said = refusal(lambda: from_parquet(tmp_path, column))
    assert "column 'a'" in said and says in said


def test_what_is_not_asked_for_stops_nobody(tmp_path):
    x, y = np.arange(5.0), np.arange(5.0) ** 2
    objects = np.array([{}, []], dtype=object)
    np.savez(tmp_path / "d.npz", x=x, fs=1000.0, cube=np.zeros((2, 2, 2)), empty=[], y=y, objects=objects)
    table = read(tmp_path / "d.npz")
    np.testing.assert_array_equal(table.pair("x", "y").y.ravel(), y)
    assert table.names == ("x", "y")
    for name, says in [("fs", "()"), ("cube", "(2, 2, 2)"), ("empty", "(0,)"), ("objects", "pickled")]:
        assert says in refusal(lambda name=name: table.pair("x", name))


def test_fields_of_several_columns_are_not_interleaved(tmp_path):
    array = np.zeros(3, dtype=[("t", "f8"), ("r", "f4", (2,))])
    array["t"], array["r"] = [1, 2, 3], [[1, 10], [2, 20], [3, 30]]
    np.save(tmp_path / "d.npy", array)
    table = read(tmp_path / "d.npy")
    assert table.names == ("t", "r.0", "r.1")
    np.testing.assert_array_equal(table.pair("t", "r.1").y.ravel(), [10, 20, 30])


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("kind", ["<f8", ">f8", ">i4", "<f2", "?"])
def test_arrays_of_any_layout(tmp_path, order, kind):
    values = np.asarray([[0, 1], [1, 1], [0, 0]], dtype=kind, order=order)
    np.save(tmp_path / "d.npy", values)
    np.savez_compressed(tmp_path / "d.npz", m=values)
    for name, x in (("d.npy", "0"), ("d.npz", "m.0")):
        np.testing.assert_array_equal(read(tmp_path / name).pair(x, "1").x.ravel(), [0, 1, 0])


def test_two_columns_of_one_name_in_parquet(tmp_path):
    pq.write_table(pa.table([[1.0], [2.0]], names=["a", "a"]), tmp_path / "d.parquet")
    assert "two columns are called 'a'" in refusal(lambda: read(tmp_path / "d.parquet"))
