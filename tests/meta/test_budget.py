"""Files that can be read in one sitting: how long modules and functions may be, and what modules declare."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

LIBRARY = Path(__file__).resolve().parents[2] / "lib" / "szilard"
MODULES = sorted(LIBRARY.rglob("*.py"))
LINES_PER_MODULE = 300
LINES_PER_FUNCTION = 50
DEFINITION = (ast.FunctionDef, ast.ClassDef)


def name(path: Path) -> str:
    return str(path.relative_to(LIBRARY))


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def length(function: ast.FunctionDef) -> int:
    """Lines of a function from its signature to its end, without the docstring."""
    total = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function, clean=False) is None:
        return total
    docstring = function.body[0]
    return total - (docstring.end_lineno - docstring.lineno + 1)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_module_fits_its_budget(path: Path) -> None:
    source = path.read_text()
    assert sum(bool(line.strip()) for line in source.splitlines()) <= LINES_PER_MODULE
    too_long = {f.name: length(f) for f in functions(ast.parse(source)) if length(f) > LINES_PER_FUNCTION}
    assert not too_long


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_module_declares_its_public_names(path: Path) -> None:
    body = ast.parse(path.read_text()).body
    public = [node.name for node in body if isinstance(node, DEFINITION) and not node.name.startswith("_")]
    assert not public or "__all__" in {ast.unparse(n.targets[0]) for n in body if isinstance(n, ast.Assign)}


def test_half_of_the_modules_are_short() -> None:
    lengths = sorted(sum(bool(line.strip()) for line in path.read_text().splitlines()) for path in MODULES)
    assert lengths[len(lengths) // 2] <= 150
