"""NumPy arrays (NPY) and archives of them (NPZ), their headers first and never with pickle."""

from __future__ import annotations

import ast
import math
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib.format import descr_to_dtype

from szilard.userdata.display import shown
from szilard.userdata.options import WIDEST, Options
from szilard.userdata.refusal import Refusal, refusing
from szilard.userdata.table import Columns, Table, column_names

MAGIC = b"\x93NUMPY"
MEMBERS = 10**5
LONGEST = 10_000  # bytes of a header, which is parsed as Python: the bound of numpy.load
_BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others unpack without bound; NumPy writes none of them

__all__ = ["read_npy", "read_npz"]


@dataclass(frozen=True)
class _Header:
    """What an array file declares."""

    shape: tuple[int, ...]
    dtype: np.dtype
    fortran: bool
    offset: int

    @property
    def size(self) -> int:
        """Bytes of the values."""
        return math.prod(self.shape) * self.dtype.itemsize

    @property
    def width(self) -> int:
        """No fewer than its columns."""
        return math.prod(self.shape[1:]) * (self.dtype.itemsize if self.dtype.names else 1)

    def array(self, values: bytes | np.memmap) -> np.ndarray:
        """The values in their shape."""
        return np.frombuffer(values, self.dtype).reshape(self.shape, order="F" if self.fortran else "C")

    def names(self, prefix: str) -> list[str]:
        """Its columns, told without reading any: an array of this shape that takes no memory has the same."""
        return list(_parts(np.broadcast_to(np.zeros((), self.dtype), self.shape), prefix))


def read_npy(source: str, path: Path, options: Options) -> Table:
    """The columns of one array, which stays in its file until they are asked for."""
    with refusing(f"{source} is truncated or corrupt"), path.open("rb") as stream:
        header = _header(source, stream, path.stat().st_size)
        raw = header.names("")
    original = dict(zip(column_names(source, raw), raw, strict=True))

    def load(chosen: Sequence[str]) -> Mapping[str, np.ndarray]:
        options.check_size(f"{source}, the columns asked for,", 8 * len(chosen) * header.shape[0])
        with refusing(f"{source} is truncated or corrupt"):
            values = np.memmap(path, np.uint8, "r", header.offset, header.size)
            parts = _parts(header.array(values), "")
            return {name: np.array(parts[original[name]]) for name in chosen}

    return Table(source, Columns(original, load), has_header=header.dtype.names is not None)


def read_npz(source: str, path: Path, options: Options) -> Table:
    """The columns of the arrays of an archive; what has no columns is passed over, and refused if asked for."""
    headers: dict[str, _Header] = {}
    others: dict[str, str] = {}
    with refusing(f"{source} is truncated or corrupt, or no NumPy archive"), zipfile.ZipFile(path) as archive:
        for name, member in _members(source, archive).items():
            try:
                headers[name] = _member_header(shown(name), archive, member)
            except Refusal as error:
                others[name] = str(error)
    _check_width(source, sum(header.width for header in headers.values()))
    groups = {name: header.names(name) for name, header in headers.items()}  # shown name of a member → its columns
    owners = [(name, column) for name, columns in groups.items() for column in columns]
    if not owners:
        reason = next(iter(others.values()), "write it with numpy.savez(file, x=..., y=...)")
        raise Refusal(f"{source} holds no arrays of columns: {reason}")
    places = dict(zip(column_names(source, [column for _, column in owners]), owners, strict=True))

    def load(chosen: Sequence[str]) -> Mapping[str, np.ndarray]:
        arrays = dict.fromkeys(places[name][0] for name in chosen)
        options.check_size(f"{source}, the arrays asked for,", sum(headers[name].size for name in arrays))
        parts: dict[str, np.ndarray] = {}
        with refusing(f"{source} is truncated or corrupt"), zipfile.ZipFile(path) as archive:
            members = _members(source, archive)
            for name in arrays:
                with archive.open(members[name]) as stream:
                    stream.read(headers[name].offset)
                    values = stream.read()  # no more than the archive declares; the end checks the sum
                parts |= _parts(headers[name].array(values), name)
        return {name: parts[places[name][1]] for name in chosen}

    told = {name: tuple(column_names(source, columns)) for name, columns in groups.items()}
    several = {name: columns for name, columns in told.items() if columns != (name,)}
    return Table(source, Columns(places, load), several, passed_over=others)


def _members(source: str, archive: zipfile.ZipFile) -> dict[str, str]:
    """The arrays of an archive, by the names under which they are shown."""
    members = [name for name in archive.namelist() if name.endswith(".npy")]
    if len(members) > MEMBERS:
        raise Refusal(f"{source} holds {len(members):,} arrays, and no more than {MEMBERS:,} are read")
    return dict(zip(column_names(source, (name.removesuffix(".npy") for name in members)), members, strict=True))


def _member_header(name: str, archive: zipfile.ZipFile, member: str) -> _Header:
    info = archive.getinfo(member)
    if info.compress_type not in _BOUNDED:
        raise Refusal(f"array {name} is compressed as NumPy never does: write it with numpy.savez_compressed")
    with refusing(f"array {name} is truncated or corrupt"), archive.open(info) as stream:
        return _header(f"array {name}", stream, info.file_size)


def _header(what: str, stream: IO[bytes], size: int) -> _Header:
    """What the array declares, checked against the bytes that are there."""
    magic = stream.read(8)
    if magic[:6] != MAGIC:
        raise Refusal(f"{what} is not a NumPy array file: write it with numpy.save")
    width = 2 if magic[6] == 1 else 4
    length = int.from_bytes(stream.read(width), "little")
    if length > LONGEST:
        raise Refusal(f"{what} has a header of {length:,} bytes, and no more than {LONGEST:,} are read")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd Python
        declared = ast.literal_eval(stream.read(length).decode("utf-8" if magic[6] > 2 else "latin-1").strip())
    header = _Header(
        declared["shape"], descr_to_dtype(declared["descr"]), declared["fortran_order"], 8 + width + length
    )
    _check(what, header, size)
    return header


def _check(what: str, header: _Header, size: int) -> None:
    shape, dtype = header.shape, header.dtype
    if not isinstance(shape, tuple) or not all(type(n) is int and n >= 0 for n in shape):
        raise Refusal(f"{what} is corrupt: it declares the shape {shown(shape)}")
    if dtype.hasobject:
        raise Refusal(f"{what} holds pickled Python objects, which are never loaded: save plain numeric arrays")
    if not 1 <= len(shape) <= 2 or 0 in shape or not dtype.itemsize:
        raise Refusal(f"{what} must have shape (n,) or (n, d) with n, d ≥ 1; got shape {shown(shape)[1:-1]}")
    _check_width(what, header.width)
    if (there := size - header.offset) != header.size:
        raise Refusal(f"{what} is truncated or corrupt: it declares {header.size:,} bytes of values and has {there:,}")


def _check_width(what: str, width: int) -> None:
    if width > WIDEST:
        raise Refusal(f"{what} has {width:,} columns, and no more than {WIDEST:,} are read")


def _parts(array: np.ndarray, name: str) -> dict[str, np.ndarray]:
    """The columns of an array by name: its fields, the columns of two dimensions, or itself."""
    prefix = f"{name}." if name else ""
    if array.dtype.names is not None:
        fields = [_parts(array[field], f"{prefix}{field}") for field in array.dtype.names]
        return {column: values for parts in fields for column, values in parts.items()}
    if array.ndim == 2:
        return {f"{prefix}{i}": array[:, i] for i in range(array.shape[1])}
    return {name or "0": array} if array.ndim == 1 else {}
