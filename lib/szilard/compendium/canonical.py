"""Settings as text that is equal exactly when they are, and the hashes by which things are known."""

import enum
import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

Fields = Mapping[str, Any]  # of a record: a JSON object, read or to be written

__all__ = ["Fields", "as_json", "canonical", "digest", "sha256"]


def sha256(content: str | bytes) -> str:
    """SHA-256 (hex) of bytes, or of a text in UTF-8."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def as_json(fields: object) -> str:
    """The text of a JSON file: indented by one, in UTF-8, with a line end."""
    return json.dumps(fields, indent=1, ensure_ascii=False) + "\n"


def canonical(value: object) -> Any:
    """``value`` as JSON-safe data that is equal exactly when the settings are equal.

    Raises:
        ValueError: something that has no canonical text (a function, an array, NaN).
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)) and np.isfinite(value):
        return float(value)
    if isinstance(value, enum.Enum):
        return {type(value).__name__: value.name}
    if is_dataclass(value) and not isinstance(value, type):
        return {type(value).__name__: {f.name: canonical(getattr(value, f.name)) for f in fields(value)}}
    if isinstance(value, Mapping):
        return {str(name): canonical(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    needed = "finite numbers, text, booleans, None, or tuples, mappings and dataclasses of them"
    raise ValueError(f"settings must hold {needed}; got {value!r}")


def digest(value: object) -> str:
    """SHA-256 (hex) of the canonical JSON of ``value``.

    >>> digest({"a": 1, "b": (2, 3)}) == digest({"b": [2, 3], "a": 1})
    True
    """
    return sha256(json.dumps(canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False))
