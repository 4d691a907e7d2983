"""Reading a model file in the format GGUF: names, settings, and weights that were stored in 4 or 8 bits."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

SCALARS = {0: "<u1", 1: "<i1", 2: "<u2", 3: "<i2", 4: "<u4", 5: "<i4", 6: "<f4", 7: "<u1", 10: "<u8", 11: "<i8",
           12: "<f8"}  # fmt: skip
TEXT, LIST = 8, 9
BLOCK = 32  # weights that share a scale
STORED = {0: (1, 4), 1: (1, 2), 2: (BLOCK, 18), 3: (BLOCK, 20), 8: (BLOCK, 34)}  # weights and bytes of a block
NAMES = {0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 8: "Q8_0"}

__all__ = ["ModelFile", "read_gguf"]


@dataclass(frozen=True, eq=False)
class ModelFile:
    """What a GGUF file holds.

    Args:
        settings: by name.
        tensors: shapes (the last axis runs fastest), kinds and places of the tensors, by name.
    """

    settings: dict[str, Any]
    tensors: dict[str, tuple[tuple[int, ...], int, int]]
    _content: memoryview

    def tensor(self, name: str) -> np.ndarray:
        """The weights called ``name``, float32.

        Raises:
            ValueError: no such tensor, or one that is stored in a way that is not known here.
        """
        if name not in self.tensors:
            raise ValueError(f"the model has no tensor {name!r}")
        shape, kind, place = self.tensors[name]
        if kind not in STORED:
            raise ValueError(f"tensor {name!r} is stored as kind {kind}; known are {', '.join(NAMES.values())}")
        weights, size = STORED[kind]
        count = prod(shape)
        raw = np.frombuffer(self._content, np.uint8, count // weights * size, place)
        return _unpacked(raw.reshape(-1, size), kind).reshape(shape)


def _unpacked(raw: np.ndarray, kind: int) -> np.ndarray:
    """Blocks of bytes as float32: a scale (and an offset), then 32 numbers of 4 or 8 bits."""
    if kind == 0:
        return raw.view("<f4").astype(np.float32)
    scale = raw[:, :2].copy().view("<f2").astype(np.float32)
    if kind == 1:
        return scale
    if kind == 8:
        return scale * raw[:, 2:].copy().view(np.int8)
    offset = raw[:, 2:4].copy().view("<f2").astype(np.float32) if kind == 3 else -8 * scale
    packed = raw[:, 4:] if kind == 3 else raw[:, 2:]
    return scale * np.concatenate([packed & 15, packed >> 4], axis=1) + offset


def read_gguf(content: bytes) -> ModelFile:
    """Settings and tensors of a GGUF file, versions 2 and 3.

    Raises:
        ValueError: another format, or a file that ends too early.
    """
    reader = _Reader(memoryview(content))
    try:
        return reader.read()
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ValueError(f"the model file is damaged or truncated: {error}") from None


class _Reader:
    """A place in a file that moves on as values are read."""

    def __init__(self, content: memoryview) -> None:
        self.content, self.place = content, 0

    def read(self) -> ModelFile:
        magic, version = bytes(self.content[:4]), 0
        if magic == b"GGUF":
            self.place = 4
            version = self.number("<u4")
        if version not in (2, 3):
            raise ValueError(f"the model file must be GGUF, version 2 or 3; got {magic!r}, version {version}")
        tensors, pairs = self.number("<u8"), self.number("<u8")
        settings = {}
        for _ in range(pairs):
            name = self.text()
            settings[name] = self.value(self.number("<u4"))
        found = {}
        for _ in range(tensors):
            name = self.text()
            axes = [self.number("<u8") for _ in range(self.number("<u4"))]
            found[name] = (tuple(reversed(axes)), self.number("<u4"), self.number("<u8"))
        step = int(settings.get("general.alignment", 32))
        start = -(-self.place // step) * step
        placed = {name: (shape, kind, start + offset) for name, (shape, kind, offset) in found.items()}
        for name, (shape, kind, place) in placed.items():
            weights, size = STORED.get(kind, (1, 0))
            if place + prod(shape) // weights * size > len(self.content):
                raise ValueError(f"the model file is truncated: tensor {name!r} ends beyond it")
        return ModelFile(settings, placed, self.content)

    def number(self, kind: str) -> int:
        return int(self.scalar(kind))

    def scalar(self, kind: str) -> Any:
        size = int(kind[2])
        value = np.frombuffer(self.taken(size), dtype=kind)[0]
        return value.item()

    def taken(self, size: int) -> memoryview:
        if self.place + size > len(self.content):
            raise IndexError(f"{size} bytes are needed at {self.place}")
        self.place += size
        return self.content[self.place - size : self.place]

    def text(self) -> str:
        return bytes(self.taken(self.number("<u8"))).decode("utf-8")

    def value(self, kind: int) -> Any:
        if kind == TEXT:
            return self.text()
        if kind != LIST:
            return bool(self.scalar("<u1")) if kind == 7 else self.scalar(SCALARS[kind])
        inner, count = self.number("<u4"), self.number("<u8")
        if inner in SCALARS:
            return np.frombuffer(self.taken(count * int(SCALARS[inner][2])), dtype=SCALARS[inner])
        return [self.value(inner) for _ in range(count)]
