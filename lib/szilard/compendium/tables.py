"""A table and its record on disk: a Parquet file and a JSON file beside it, accepted only as what was written."""

import io
import json
import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pandas as pd

from szilard.atomic import write_whole
from szilard.compendium.canonical import Fields, as_json, canonical, digest, sha256
from szilard.compendium.lock import acquire
from szilard.compendium.provenance import table_sha256

SCHEMA = 2  # of the record; raise when its fields change their meaning

__all__ = ["SCHEMA", "Damaged", "decode", "encode", "read_table", "write_table"]


class Damaged(ValueError):
    """A file is there and is not what was written, or not what was asked for."""


def encode(table: pd.DataFrame) -> bytes:
    """``table`` as the bytes of a Parquet file."""
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def decode(content: bytes) -> pd.DataFrame:
    """The table in the bytes of a Parquet file."""
    return pd.read_parquet(io.BytesIO(content))


def write_table(path: Path, table: pd.DataFrame, record: Fields, *, durable: bool = True) -> pd.DataFrame:
    """Write ``table`` to the Parquet file ``path`` and ``record`` to the JSON file beside it; returns the table as it
    will be read back. Raises ``OSError`` where a file cannot be written.

    The record is completed by the schema, the hashes of table and file, and a checksum of itself. It comes
    last and vouches for the other file. A copy of it waits beside the two meanwhile, so that a reader
    finishes the work of a writer that was killed between them. Writers take turns.
    """
    content = encode(table)
    stored = decode(content)
    facts = {"schema": SCHEMA} | canonical(record) | {"table_sha256": table_sha256(stored)}
    facts["sha256"] = sha256(content)
    text = as_json(facts | {"record_sha256": digest(facts)}).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    sidecar, waiting = path.with_suffix(".json"), _waiting(path)
    with acquire(_lock(path), wait=True):
        for file in (path, sidecar, waiting):
            _make_way(file)
        write_whole(waiting, text, durable=durable)
        write_whole(path, content, durable=durable)
        write_whole(sidecar, text, durable=durable)
        waiting.unlink(missing_ok=True)
    return stored


def read_table(path: Path) -> tuple[pd.DataFrame, Fields] | None:
    """The table and record written to ``path``; ``None`` where neither file is.

    The record comes without its hashes. Records of schema 1 have no ``"schema"``. The hash of the table that they hold
    was taken before writing, which may change columns, so that it could not be checked then and cannot now:
    of those, the hash of the file is what holds.

    Raises:
        Damaged: one of the two files is missing, no file, or anything but what was written.
    """
    try:
        return _read(path, path.with_suffix(".json"))
    except Damaged as error:
        first = error
    # A writer may be between its two files, or have died there.
    with acquire(_lock(path), wait=True):
        for sidecar in (path.with_suffix(".json"), _waiting(path)):
            try:
                found = _read(path, sidecar)
            except Damaged:
                continue
            if found is not None:
                _settle(sidecar, path.with_suffix(".json"))
                return found
    raise first


def _read(path: Path, sidecar: Path) -> tuple[pd.DataFrame, Fields] | None:
    if not os.path.lexists(path) and not os.path.lexists(sidecar):
        return None
    text = _bytes(sidecar)
    record = _parse(text, sidecar)
    content = _bytes(path)
    if sha256(content) != record.pop("sha256", None):
        raise Damaged(f"{path}: its content is not what {sidecar.name} vouches for")
    try:
        table = decode(content)
    except Exception as error:  # whatever the Parquet reader raises
        raise Damaged(f"{path}: no table ({type(error).__name__})") from None
    if "schema" in record and table_sha256(table) != record["table_sha256"]:
        raise Damaged(f"{path}: its table is not what {sidecar.name} vouches for")
    return table, record


def _parse(text: bytes, file: Path) -> dict[str, object]:
    try:
        record = json.loads(text)
        if not isinstance(record, dict):
            raise ValueError("it holds no record")
        if "schema" in record and not (type(record["schema"]) is int and record["schema"] == SCHEMA):
            raise ValueError(f"its schema is {record['schema']!r:.20} and this version reads {SCHEMA}")
        if as_json(record).encode() != text:  # cut by its last byte, or a field given twice
            raise ValueError("it is not as it was written")
        if "schema" in record and record.pop("record_sha256", None) != digest(record):
            raise ValueError("its fields do not agree with their checksum")
        if missing := {"table_sha256", "sha256"} - set(record):
            raise ValueError(f"fields are missing: {', '.join(sorted(missing))}")
    except (ValueError, RecursionError) as error:
        raise Damaged(f"{file}: {error}") from None
    return record


def _bytes(file: Path) -> bytes:
    if not os.path.lexists(file):
        raise Damaged(f"{file}: missing")
    if not file.exists():
        raise Damaged(f"{file}: a broken link")
    if not file.is_file():  # reading a pipe would wait for ever
        raise Damaged(f"{file}: not a file")
    try:
        return file.read_bytes()
    except OSError as error:
        raise Damaged(f"{file}: {error.strerror}") from None


def _make_way(file: Path) -> None:
    """Clear the place of a file of what is none; a folder is set aside, for it may hold something."""
    if file.is_file() or not os.path.lexists(file):
        return
    if file.is_dir() and not file.is_symlink():
        file.rename(file.with_name(f"{file.name}.{uuid4().hex}.aside"))
    else:
        file.unlink()


def _settle(sidecar: Path, place: Path) -> None:
    """Put the record that waits beside a table into its place."""
    if sidecar != place:
        with suppress(OSError):  # in a folder that is only readable it goes on waiting
            _make_way(place)
            os.replace(sidecar, place)


def _waiting(path: Path) -> Path:
    return path.with_name(f".{path.stem}.json.waiting")


def _lock(path: Path) -> Path:
    return path.with_name(f".{path.stem}.lock")
