"""Which room of the library may import which: down only, and never in a circle."""

from __future__ import annotations

import ast
import functools
import graphlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

LIBRARY = Path(__file__).resolve().parents[2] / "lib" / "szilard"

SCIENCE = {
    "algorithmic",
    "bottleneck",
    "constructor",
    "io_complexity",
    "language",
    "leave_one_out",
    "representation",
    "scaling",
    "thermodynamics",
}
SHARED = {"distributions", "estimators", "diffusion"}
TOP = {"__init__", "__main__", "cli"}
ARROWS_OF_NATURE = {
    ("thermodynamics", "constructor"),
    ("thermodynamics", "algorithmic"),
}  # drawn by physics itself
CIRCULAR = {"estimators"}  # rooms whose modules still import each other in a circle


@functools.cache
def rooms() -> set[str]:
    """The first-level modules and packages of the library."""
    return {path.stem for path in LIBRARY.iterdir() if path.suffix == ".py" or any(path.rglob("*.py"))}


def ground() -> set[str]:
    """The modules every room stands on: single files directly in the library."""
    return {path.stem for path in LIBRARY.glob("*.py")} - TOP


def allowed(room: str) -> set[str]:
    """The rooms that ``room`` may import, besides itself."""
    if room in TOP:
        return rooms()
    if room == "experiments":
        return ground() | SHARED | SCIENCE | {"datasets", "compendium"}
    if room in SCIENCE:
        drawn = {target for source, target in ARROWS_OF_NATURE if source == room}
        return ground() | SHARED | {"datasets"} | drawn
    if room in SHARED or room == "testing":
        return ground() | SHARED
    return ground()


def imported_rooms(source: str, package: tuple[str, ...]) -> Iterator[str]:
    """The rooms that a module of ``package`` imports, at the top or in functions, by any form of import."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = ".".join((*base, *([node.module] if node.module else [])))
            targets = [f"{stem}.{alias.name}" for alias in node.names]
        else:
            continue
        for parts in (target.split(".") for target in targets):
            if parts[0] == "szilard" and len(parts) > 1 and parts[1] in rooms():
                yield parts[1]


@functools.cache
def arrows() -> dict[str, set[str]]:
    """For every room, the other rooms it imports."""
    found: dict[str, set[str]] = {room: set() for room in rooms()}
    for path in LIBRARY.rglob("*.py"):
        parts = path.relative_to(LIBRARY).parts
        room = parts[0].removesuffix(".py")
        found[room] |= set(imported_rooms(path.read_text(), ("szilard", *parts[:-1]))) - {room}
    return found


def test_loops_are_compiled_where_a_folder_to_keep_them_is_found() -> None:
    named = {
        path.name
        for path in LIBRARY.rglob("*.py")
        if re.search(r"import.*\bn?jit\b|numba\.n?jit", path.read_text())
    }
    compiled = {
        path.name for path in LIBRARY.rglob("*.py") if "from szilard.jit import njit" in path.read_text()
    }
    assert named - compiled == {"jit.py"} and len(compiled) >= 10


@pytest.mark.parametrize("room", sorted(rooms()))
def test_imports_point_down(room: str) -> None:
    assert arrows()[room] <= allowed(room)


def test_no_circles() -> None:
    graphlib.TopologicalSorter(arrows()).prepare()


def modules(room: str) -> dict[str, Path]:
    """The modules of ``room`` by their full names."""
    paths = [
        path for path in LIBRARY.rglob("*.py") if path.relative_to(LIBRARY).parts[0] in (room, f"{room}.py")
    ]
    parts = [path.relative_to(LIBRARY.parent).with_suffix("").parts for path in paths]
    return {
        ".".join(p[:-1] if p[-1] == "__init__" else p): path for p, path in zip(parts, paths, strict=True)
    }


def imported_modules(name: str, path: Path, known: Iterable[str]) -> set[str]:
    """Those of the modules ``known`` that module ``name`` imports, for type checkers and in functions too."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    targets: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            targets |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            full = {f"{stem}.{alias.name}" for alias in node.names}
            targets |= (full & set(known)) | ({stem} if full - set(known) else set())
    return (targets & set(known)) - {name}


@pytest.mark.parametrize("room", sorted(rooms() - CIRCULAR))
def test_no_circles_inside(room: str) -> None:
    known = modules(room)
    graphlib.TopologicalSorter({n: imported_modules(n, p, known) for n, p in known.items()}).prepare()


@pytest.mark.parametrize(
    "statement",
    [
        "import szilard.compendium",
        "from szilard import compendium",
        "from szilard.compendium.store import Store",
        "from .. import compendium",
        "from ..compendium import store",
        "def f():\n    from szilard.compendium import store",
    ],
)
def test_every_form_of_import_is_seen(statement: str) -> None:
    assert list(imported_rooms(statement, ("szilard", "estimators"))) == ["compendium"]
