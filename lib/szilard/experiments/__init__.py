"""The laboratories: one package per chapter, found by its key."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from szilard.validation import check_choice

if TYPE_CHECKING:
    from szilard.compendium import Laboratory

__all__ = ["keys", "load"]


def keys() -> list[str]:
    """Keys of the chapters whose laboratory stands, in alphabetical order."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def load(key: str) -> Laboratory:
    """The laboratory of chapter ``key``.

    Raises:
        ValueError: no such chapter; the message offers the closest key.
    """
    check_choice(key, "chapter", keys())
    return importlib.import_module(f"{__name__}.{key}").LABORATORY
