"""What a file may cost is known before it is read; what it holds is shown and never obeyed."""

from __future__ import annotations

import gzip
import io
import os
import time
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from szilard.userdata import SUFFIXES, read
from szilard.userdata.options import LIMIT


@pytest.fixture(autouse=True)
def quick():
    """No refusal takes long."""
    start = time.perf_counter()
    yield
    assert time.perf_counter() - start < 5


def refusal(act):
    """The one sentence with which ``act`` is refused."""
    with pytest.raises(ValueError) as caught:
        act()
    sentence = str(caught.value)
    assert sentence.isprintable() and len(sentence) < 500
    return sentence


def array_header(shape, kind="<f8"):
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": kind, "fortran_order": False, "shape": shape})
    return stream.getvalue()


def test_an_archive_that_unpacks_to_gigabytes(tmp_path):
    size = LIMIT + 8
    with zipfile.ZipFile(tmp_path / "d.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("x.npy", "w", force_zip64=True) as stream:
            stream.write(array_header((size // 8,)))
            for _ in range(size // 2**20):
                stream.write(bytes(2**20))
            stream.write(bytes(size % 2**20))
        with archive.open("y.npy", "w") as stream:
            np.save(stream, np.arange(3.0))
        with archive.open("z.npy", "w") as stream:
            np.save(stream, np.arange(3.0))
    assert os.path.getsize(tmp_path / "d.npz") < 2**23
    table = read(tmp_path / "d.npz")
    assert len(table.pair("y", "z").x) == 3
    assert "--allow-large" in refusal(lambda: table.pair("x", "y"))


@pytest.mark.parametrize("shape", [(10**15,), (10**18, 10**18), (1, 10**15), (2**63,), (0, 2**70)])
@pytest.mark.parametrize("suffix", ["npy", "npz"])
def test_an_array_that_declares_more_than_it_holds(tmp_path, shape, suffix):
    path, content = tmp_path / f"d.{suffix}", array_header(shape) + bytes(64)
    if suffix == "npy":
        path.write_bytes(content)
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("x.npy", content)
    said = refusal(lambda: read(path))
    assert any(word in said for word in ("it declares", "must have shape", "columns, and no more"))


@pytest.mark.parametrize(
    "header",
    [
        b"(" * 9000,
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (True,)}",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': 3}",
        b"{'descr': '|O', 'fortran_order': False, 'shape': (3,)}",
        b"{'descr': 'nonsense', 'fortran_order': False, 'shape': (3,)}",
        b"{'descr': [('a', '<f8')], 'shape': (3,)}",
        b"[]",
        b"__import__('os').abort()",
        b"\xff\xfe",
    ],
)
def test_headers_that_no_array_has(tmp_path, header):
    (tmp_path / "d.npy").write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(24))
    refusal(lambda: read(tmp_path / "d.npy"))


def test_a_header_that_is_endless(tmp_path):
    (tmp_path / "d.npy").write_bytes(b"\x93NUMPY\x02\x00" + (2**31).to_bytes(4, "little") + b" " * 10**6)
    assert "has a header of" in refusal(lambda: read(tmp_path / "d.npy"))


def test_an_array_followed_by_another_is_not_half_read(tmp_path):
    with (tmp_path / "d.npy").open("wb") as stream:
        np.save(stream, np.arange(3.0))
        np.save(stream, np.arange(3.0))
    assert "declares 24 bytes" in refusal(lambda: read(tmp_path / "d.npy"))


def test_an_archive_packed_as_numpy_never_does(tmp_path):
    with zipfile.ZipFile(tmp_path / "d.npz", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("x.npy", array_header((8,)) + bytes(64))
    assert "compressed as NumPy never does" in refusal(lambda: read(tmp_path / "d.npz"))


def test_members_that_are_no_arrays_are_passed_over(tmp_path):
    np.savez(tmp_path / "d.npz", x=np.arange(3.0), y=np.arange(3.0))
    with zipfile.ZipFile(tmp_path / "d.npz", "a") as archive:
        archive.writestr("readme.txt", "hello")
        archive.writestr("../../evil.npy", b"no array")
        archive.writestr("broken.npy", array_header((8,)) + bytes(63))
    assert read(tmp_path / "d.npz").names == ("x", "y")


def test_an_archive_of_too_many_columns(tmp_path):
    with zipfile.ZipFile(tmp_path / "d.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(20):
            archive.writestr(f"x{i}.npy", array_header((1, 900_000), "|i1") + bytes(900_000))
    assert "columns, and no more" in refusal(lambda: read(tmp_path / "d.npz"))


def test_text_that_unpacks_without_end(tmp_path):
    (tmp_path / "d.csv.gz").write_bytes(gzip.compress(b"a,b\n" + b"0,0\n" * 2**25, compresslevel=1))
    assert "--allow-large" in refusal(lambda: read(tmp_path / "d.csv.gz"))


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet", ".npy", ".npz"])
def test_the_limit_holds_at_every_door_and_can_be_lifted(tmp_path, suffix):
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(1000, 2)), columns=["a", "b"])
    path = tmp_path / f"d{suffix}"
    match suffix:
        case ".parquet":
            frame.to_parquet(path)
        case ".npy":
            np.save(path, frame.to_numpy())
        case ".npz":
            np.savez(path, **frame)
        case _:
            frame.to_csv(path, index=False)
    assert "--allow-large" in refusal(lambda: read(path, limit=1000).pair("0", "1"))
    for limit in (LIMIT, None):
        np.testing.assert_array_equal(read(path, limit=limit).pair("0", "1").x.ravel(), frame["a"])


def test_a_parquet_file_of_few_bytes_and_many_rows(tmp_path):
    column = pa.array([0.0]).take(pa.array(np.zeros(10**7, dtype=np.int32)))
    pq.write_table(pa.table({"a": column, "b": column}), tmp_path / "d.parquet")
    assert os.path.getsize(tmp_path / "d.parquet") < 2**20
    assert "153 MiB" in refusal(lambda: read(tmp_path / "d.parquet", limit=2**27).pair("a", "b"))


@pytest.mark.parametrize("mark", [",", ";", "\t", " ", "|", '"', "#", "("])
def test_endless_lines_are_refused_in_linear_time(tmp_path, mark):
    (tmp_path / "d.csv").write_text(mark * 2_000_000 + "\n1\n")
    refusal(lambda: read(tmp_path / "d.csv").pair("0", "1"))


def test_escapes_in_names_are_shown_and_not_obeyed(tmp_path):
    path = tmp_path / "\x1b[2Jd.csv"
    path.write_text("\x1b]0;owned\x07,b,\u202ec\n1,2,3\n4,5,x\n")
    table = read(path)
    assert all(name.isprintable() for name in table.names) and repr(table).isprintable()
    assert table.pair("\x1b]0;owned\x07", "b").x_names == (r"\x1b]0;owned\x07",)
    refusal(lambda: table.pair("b", "\u202ec"))
    refusal(lambda: table.pair("b", "\x1b[31m"))
    np.savez(tmp_path / "d.npz", **{"\x1b[31mx": np.arange(3.0), "y": np.arange(3.0)})
    assert read(tmp_path / "d.npz").names == (r"\x1b[31mx", "y")


def test_a_name_of_a_million_letters_is_cut(tmp_path):
    (tmp_path / "d.csv").write_text("a" * 100_000 + ",b\n1,x\n")
    table = read(tmp_path / "d.csv")
    refusal(lambda: table.pair("0", "b"))
    refusal(lambda: table.pair("a" * 99_999, "b"))
    assert len(repr(table)) < 200


def test_what_is_no_regular_file_is_called_what_it_is(tmp_path):
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    assert "gone.csv is a link to" in refusal(lambda: read(tmp_path / "gone.csv"))
    assert "loop.csv is a link to" in refusal(lambda: read(tmp_path / "loop.csv"))
    assert "not a regular file" in refusal(lambda: read(tmp_path / "pipe.csv"))
    assert "not a regular file" in refusal(lambda: read("/dev/zero"))
    assert "is a folder" in refusal(lambda: read(tmp_path))
    refusal(lambda: read(tmp_path / ("x" * 300 + ".csv")))
    refusal(lambda: read(tmp_path / "a\0b.csv"))
    refusal(lambda: read(tmp_path / "gone.csv" / "x.csv"))


def test_options_of_text_are_refused_elsewhere(tmp_path):
    np.save(tmp_path / "d.npy", np.zeros((3, 2)))
    assert "concern text files" in refusal(lambda: read(tmp_path / "d.npy", header=True))
    assert "concern text files" in refusal(lambda: read(tmp_path / "d.npy", decimal=","))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "content", [b"\0", b"\n", b"#", b"sep=;\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1f\x8b", b"PK\x05\x06"]
)
def test_files_of_nothing(tmp_path, suffix, content):
    (tmp_path / f"d{suffix}").write_bytes(content)
    refusal(lambda: read(tmp_path / f"d{suffix}"))
