"""Exports of a room, each written once: the imports that type checkers read are those that happen on first use.

A room's ``__init__.py`` lists its public names as imports under ``if TYPE_CHECKING:`` and ends with

    __getattr__, __dir__, __all__ = attach(__name__)

Importing the room then loads none of its modules; the first use of a name loads the one module that defines it.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["attach", "exports"]


def exports(source: str) -> dict[str, str]:
    """Public names and the modules that define them, as the source of an ``__init__.py`` lists them."""
    return {
        alias.asname or alias.name: statement.module
        for block in ast.parse(source).body
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for statement in block.body
        if isinstance(statement, ast.ImportFrom) and statement.module
        for alias in statement.names
        if not alias.name.startswith("_")
    }


def attach(package: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """``__getattr__``, ``__dir__`` and ``__all__`` of ``package``, which lists its exports in its own source."""
    homes = exports(Path(str(sys.modules[package].__file__)).read_text(encoding="utf-8"))
    names = sorted(homes)

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(homes[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    return load, lambda: list(names), names
