"""Damaged files of every kind give a table or one sentence, never another exception, and quickly."""

from __future__ import annotations

import gzip
import io
import time

import numpy as np
import pandas as pd
import pytest

from szilard.userdata import read

VARIANTS = 30  # of each kind


def originals():
    """One valid file of each kind."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.normal(size=(20, 3)), columns=["a", "b", "c"]).assign(n=np.arange(20), t=["x", 'y"'] * 10)
    numbers = frame[["a", "b", "c"]]
    files = {".csv": frame.to_csv(index=False).encode(), ".tsv": frame.to_csv(sep="\t").encode()}
    files[".txt"] = b"# made\n" + numbers.to_csv(sep=";", decimal=",", index=False).encode()
    files[".csv.gz"] = gzip.compress(files[".csv"], mtime=0)
    for suffix, save in (
        (".parquet", lambda stream: frame.to_parquet(stream)),
        (".npy", lambda stream: np.save(stream, numbers.to_numpy())),
        (".npz", lambda stream: np.savez(stream, a=numbers["a"], m=numbers.to_numpy(), s=1.0)),
    ):
        stream = io.BytesIO()
        save(stream)
        files[suffix] = stream.getvalue()
    files["-packed.npz"] = files[".npz"]
    stream = io.BytesIO()
    np.savez_compressed(stream, a=numbers["a"], b=numbers["b"])
    files["-packed.npz"] = stream.getvalue()
    return files


def damaged(content, rng):
    """``content`` cut, with bits flipped, a part written twice, taken out or replaced, or with an odd beginning."""
    data, (i, j) = bytearray(content), sorted(rng.integers(len(content), size=2))
    match int(rng.integers(6)):
        case 0:
            del data[i:]
        case 1:
            for at in rng.integers(len(data), size=1 + int(rng.integers(8))):
                data[at] ^= 1 << int(rng.integers(8))
        case 2:
            data[i:i] = data[i:j]
        case 3:
            del data[i:j]
        case 4:
            data[i : i + 8] = rng.integers(256, size=8, dtype=np.uint8).tobytes()
        case 5:
            odd = [
                b"\xff\xfe",
                b"\xef\xbb\xbf",
                b"sep=",
                b'"',
                b"\n" * 50,
                b"1,2\n",
                b"# a b\n",
                b"\x1f\x8b",
                b"PK\x03\x04",
                b"\0",
            ]
            data[0:0] = odd[int(rng.integers(len(odd)))]
    return bytes(data)


FILES = originals()


@pytest.mark.parametrize("suffix", FILES)
def test_a_damaged_file_gives_a_table_or_a_sentence(tmp_path, suffix):
    rng = np.random.default_rng([len(suffix), *suffix.encode()])
    path, outcomes = tmp_path / f"d{suffix}", set()
    for _ in range(VARIANTS):
        path.write_bytes(damaged(FILES[suffix], rng))
        start = time.perf_counter()
        outcomes.add(outcome(path))
        assert time.perf_counter() - start < 2
    assert "refused" in outcomes


def outcome(path):
    """Whether a file was read; whatever else happens is an error of the test."""
    try:
        table = read(path)
        pair = table.pair([table.names[0]], [table.names[min(1, len(table.names) - 1)]], drop_missing=True)
    except ValueError as error:
        assert str(error).isprintable() and len(str(error)) < 500
        return "refused"
    assert pair.x.dtype == np.float64 and np.isfinite(pair.x).all() and len(pair.x) == len(pair.y)
    return "read"
