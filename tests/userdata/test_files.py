"""The reader's file is read as it is, or refused in one sentence that names what is wrong and the remedy."""

from __future__ import annotations

import gzip
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.userdata import SUFFIXES, Table, read

VALUES = np.array([[0.5, 1.0, -2.0], [1.5, 3.0, 4.25], [2.5, -1.0, 8.0], [3.5, 0.0, 1e-9]])


@pytest.fixture
def frame():
    return pd.DataFrame(VALUES, columns=["a", "b", "c d"])


def written(path, frame):
    """``frame`` in the format that the name of ``path`` asks for."""
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(written(path.with_suffix(""), frame).read_bytes(), mtime=0))
        return path
    match path.suffix:
        case ".csv":
            frame.to_csv(path, index=False)
        case ".tsv":
            frame.to_csv(path, index=False, sep="\t")
        case ".txt":
            frame.to_csv(path, index=False, sep=";")
        case ".parquet" | ".pq":
            frame.to_parquet(path)
        case ".npy":
            np.save(path, frame.to_numpy())
        case ".npz":
            np.savez(path, **{name: column.to_numpy() for name, column in frame.items()})
    return path


def refusal(act):
    """The one sentence with which ``act`` is refused."""
    with pytest.raises(ValueError) as caught:
        act()
    sentence = str(caught.value)
    assert sentence and "\n" not in sentence
    return sentence


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_gives_back_the_numbers_that_were_written(tmp_path, frame, suffix):
    pair = read(written(tmp_path / f"data{suffix}", frame)).pair("0-1", "2")
    np.testing.assert_array_equal(pair.x, VALUES[:, :2])
    np.testing.assert_array_equal(pair.y, VALUES[:, 2:])
    assert pair.dropped == 0


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt", ".parquet", ".npz"])
def test_columns_answer_to_their_names(tmp_path, frame, suffix):
    table = read(written(tmp_path / f"data{suffix}", frame))
    assert table.names == ("a", "b", "c d") and table.has_header
    assert table.pair("b", "c d").x_names == ("b",)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " "])
def test_a_headerless_file_keeps_its_first_row_and_is_addressed_by_index(tmp_path, delimiter):
    path = tmp_path / "data.csv"
    np.savetxt(path, VALUES, delimiter=delimiter)
    table = read(path)
    assert not table.has_header and table.names == ("0", "1", "2")
    np.testing.assert_allclose(table.pair("0", "1,2").y, VALUES[:, 1:])


def test_byte_order_mark_and_blanks_are_not_part_of_a_name(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("\ufeff a , b \n1,2\n3,4\n", encoding="utf-8")
    assert read(path).names == ("a", "b")


def test_an_array_of_an_archive_stands_for_all_its_columns(tmp_path):
    np.savez(tmp_path / "data.npz", x=VALUES, y=np.arange(4))
    pair = read(tmp_path / "data.npz").pair("x", "y")
    np.testing.assert_array_equal(pair.x, VALUES)
    assert pair.x_names == ("x.0", "x.1", "x.2")


def test_structured_arrays_have_names(tmp_path):
    np.save(tmp_path / "data.npy", np.array([(1, 2.0), (3, 5.0)], dtype=[("u", "i4"), ("v", "f8")]))
    np.testing.assert_array_equal(read(tmp_path / "data.npy").pair("v", "u").x, [[2.0], [5.0]])


def test_nullable_and_boolean_columns_are_numbers(tmp_path):
    frame = pd.DataFrame({"a": pd.array([1, 2, 3], dtype="Int64"), "b": [True, False, True]})
    frame.to_parquet(tmp_path / "data.parquet")
    np.testing.assert_array_equal(read(tmp_path / "data.parquet").pair("a", "b").y, [[1.0], [0.0], [1.0]])


def make_table(*names):
    return Table("data.csv", {name: np.arange(4.0) + i for i, name in enumerate(names)})


@pytest.mark.parametrize(
    ("selection", "meaning"),
    [
        ("a", ("a",)),
        ("a, c", ("a", "c")),
        ("0-2", ("a", "b", "c")),
        ("2,0", ("c", "a")),
        (["a", "1"], ("a", "b")),
        ('"d,e"', ("d,e",)),
        ("7", ("7",)),
        ("4", ("7",)),
        ("0-0", ("a",)),
    ],
)
def test_selections_mean(selection, meaning):
    assert make_table("a", "b", "c", "d,e", "7").resolve(selection) == meaning


@pytest.mark.parametrize(
    ("selection", "says"),
    [
        ("presure", "did you mean 'pressure'"),
        ("zzz", "columns of data.csv: pressure, b"),
        ("2", "indices run from 0 to 1"),
        ("1-0", "lower end first"),
        ("0-9", "indices run from 0 to 1"),
        ("b,1", "'b' is selected twice"),
        ("", "selection is empty"),
        (" , ", "selection is empty"),
        ("-1", "no column '-1'"),
    ],
)
def test_bad_selections_are_refused(selection, says):
    assert says in refusal(lambda: make_table("pressure", "b").resolve(selection))


@given(st.text(max_size=20))
def test_any_text_is_a_selection_or_refused_in_one_line(text):
    try:
        chosen = make_table("a", "b").resolve(text)
    except ValueError as error:
        assert "\n" not in str(error)
    else:
        assert set(chosen) <= {"a", "b"}


def test_x_and_y_may_not_share_a_column():
    assert "must not share columns; both hold 'b'" in refusal(lambda: make_table("a", "b", "c").pair("a,b", "1-2"))


def test_missing_values_are_counted_and_dropped_only_on_request(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("a,b,c\n1,2,\n3,,5\n,,\n6,7,8\n9,1,2\n")
    table = read(path)
    said = refusal(lambda: table.pair("a", "b"))
    assert "2 of 5 rows miss a value" in said and "'a' 1, 'b' 2" in said and "--drop-missing" in said
    pair = table.pair("a", "b", drop_missing=True)
    assert pair.dropped == 2  # the gap in column c concerns nobody
    np.testing.assert_array_equal(pair.x.ravel(), [1, 6, 9])


def test_a_file_without_complete_rows_is_refused(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("a,b\n1,\n,2\n")
    assert "no complete row" in refusal(lambda: read(path).pair("a", "b", drop_missing=True))


def test_infinite_values_are_not_missing_ones(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("a,b\n1,2\n3,inf\n4,5\n")
    said = refusal(lambda: read(path).pair("a", "b", drop_missing=True))
    assert "1 infinite values" in said and "column 'b', data row 1" in said


@pytest.mark.parametrize(
    ("cell", "says"), [("?", "'?'"), ("2020-01-02", "'2020-01-02'"), ("1.234,5", "'1.234,5'"), ("x" * 99, "…")]
)
def test_a_column_with_text_is_named_with_its_first_offender(tmp_path, cell, says):
    path = tmp_path / "data.csv"
    path.write_text(f'a,b\n1,2\n3,"{cell}"\n')
    said = refusal(lambda: read(path).pair("a", "b"))
    assert "column 'b'" in said and "data row 1" in said and says in said and len(said) < 160


def test_dates_and_complex_numbers_are_not_numbers_to_measure(tmp_path):
    pd.DataFrame({"t": pd.date_range("2020", periods=3), "v": [1.0, 2.0, 3.0]}).to_parquet(tmp_path / "d.parquet")
    assert "column 't'" in refusal(lambda: read(tmp_path / "d.parquet").pair("t", "v"))
    np.save(tmp_path / "c.npy", np.ones((3, 2), dtype=complex))
    assert "complex128" in refusal(lambda: read(tmp_path / "c.npy").pair("0", "1"))


def test_arrays_of_different_length_do_not_pair(tmp_path):
    np.savez(tmp_path / "data.npz", x=np.arange(3.0), y=np.arange(4.0))
    assert "'x' has 3, 'y' has 4" in refusal(lambda: read(tmp_path / "data.npz").pair("x", "y"))


def test_paths_that_are_not_data_files_are_refused(tmp_path, frame):
    written(tmp_path / "data.csv", frame)
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "data.xlsx").write_bytes(b"PK")
    assert "did you mean 'data.csv'" in refusal(lambda: read(tmp_path / "dta.csv"))
    assert "no file" in refusal(lambda: read(tmp_path / "nowhere" / "x.csv"))
    assert "is a folder" in refusal(lambda: read(tmp_path / "folder.csv"))
    assert "extension .xlsx" in refusal(lambda: read(tmp_path / "data.xlsx"))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_empty_files_are_refused(tmp_path, suffix):
    path = tmp_path / f"data{suffix}"
    path.touch()
    assert "is empty" in refusal(lambda: read(path))


@pytest.mark.parametrize("suffix", [".parquet", ".npy", ".npz"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.7, 0.98])
def test_a_truncated_file_is_never_half_read(tmp_path, frame, suffix, part):
    content = written(tmp_path / f"data{suffix}", frame).read_bytes()
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(content[: max(1, int(part * len(content)))])
    assert "cut" in refusal(lambda: read(cut))


@pytest.mark.parametrize("suffix", [".parquet", ".npy", ".npz"])
@given(content=st.binary(min_size=1, max_size=64), header=st.booleans())
def test_noise_is_refused_in_one_line(tmp_path_factory, suffix, content, header):
    path = tmp_path_factory.getbasetemp() / f"noise{suffix}"
    magic = {".parquet": b"PAR1", ".npy": b"\x93NUMPY", ".npz": b"PK\x03\x04"}[suffix]
    path.write_bytes(magic * header + content)
    refusal(lambda: read(path))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"a,b\n", "no rows"),
        (b"\n \n", "is empty"),
        (b"a,b\n1,2\n3,4,5\n", "not a regular table"),
        (b"a,b\n1,2,3\n4,5,6\n", "not a regular table"),
        (b"\xff\xfea", "not UTF-16"),
        (b"a,b\n1,\x002\n", "NUL"),
        (b'a,b\n1,"2\n', "not a regular table"),
        (b" a,a \n1,2\n", "two columns are called 'a'"),
    ],
)
def test_malformed_text_is_refused(tmp_path, text, says):
    path = tmp_path / "data.csv"
    path.write_bytes(text)
    assert says in refusal(lambda: read(path))


class Trap:
    """Unpickling this would raise; refusing it must not."""

    def __reduce__(self):
        return (exec, ("raise SystemExit('unpickled')",))


def test_pickled_objects_are_never_loaded(tmp_path):
    trap = np.empty(2, dtype=object)
    trap[:] = [Trap(), Trap()]
    np.save(tmp_path / "trap.npy", trap, allow_pickle=True)
    np.savez(tmp_path / "trap.npz", x=trap, allow_pickle=True)
    (tmp_path / "bare.npy").write_bytes(pickle.dumps(Trap()))
    assert "pickled Python objects" in refusal(lambda: read(tmp_path / "trap.npy"))
    assert "pickled Python objects" in refusal(lambda: read(tmp_path / "trap.npz"))
    assert "not a NumPy array file" in refusal(lambda: read(tmp_path / "bare.npy"))


def test_a_large_file_is_read_whole(tmp_path):
    values = np.random.default_rng(0).normal(size=(20_000, 3))
    pd.DataFrame(values).to_csv(tmp_path / "large.csv", header=False, index=False)
    np.testing.assert_allclose(read(tmp_path / "large.csv").pair("0,1", "2").x, values[:, :2], rtol=1e-12)


def test_the_header_of_unnamed_columns_is_not_data(tmp_path):
    pd.DataFrame(VALUES).to_csv(tmp_path / "data.csv")
    table = read(tmp_path / "data.csv")
    assert len(table.columns["0"]) == len(VALUES)
    np.testing.assert_array_equal(table.pair("0", "2").x, VALUES[:, :1])


def test_a_gap_in_the_first_row_of_a_headerless_file_is_a_gap(tmp_path):
    (tmp_path / "data.csv").write_text("1.5,NA\n2.5,3\n4,5\n")
    assert read(tmp_path / "data.csv").pair("0", "1", drop_missing=True).dropped == 1
