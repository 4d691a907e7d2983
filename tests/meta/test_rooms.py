"""Which room and which module of the library may import which: down only, and never in a circle."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from szilard.lazy import exports

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
MACHINERY = {"fleets"}  # of every trained experiment
CLOSED = ("diffusion", "distributions", "estimators", "fleets", "testing")
TOP = {"__init__", "__main__", "cli"}
ARROWS_OF_NATURE = {("thermodynamics", "constructor")}  # drawn by the physics itself


@cache
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
        return ground() | MACHINERY | SHARED | SCIENCE | {"datasets", "compendium"}
    if room in SCIENCE:
        drawn = {target for source, target in ARROWS_OF_NATURE if source == room}
        return ground() | MACHINERY | SHARED | {"datasets"} | drawn
    if room in SHARED or room == "testing":
        return ground() | MACHINERY | SHARED
    return ground()


def imports(source: str, package: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Paths of what a module of ``package`` imports, at the top or in functions, by any form of import."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = ".".join((*base, *([node.module] if node.module else [])))
            targets = [f"{stem}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (tuple(target.split(".")) for target in targets)


def imported_rooms(source: str, package: tuple[str, ...]) -> Iterator[str]:
    """The rooms that a module of ``package`` imports."""
    for parts in imports(source, package):
        if parts[0] == "szilard" and len(parts) > 1 and parts[1] in rooms():
            yield parts[1]


@cache
def home(parts: tuple[str, ...]) -> str:
    """The module, by its dotted name, that an imported path leads to: a package's name leads to where it is from."""
    while parts and not LIBRARY.joinpath(*parts[1:]).with_suffix(".py").is_file():
        init = LIBRARY.joinpath(*parts[1:-1], "__init__.py")
        if init.is_file() and parts[-1] in (names := exports(init.read_text())):
            return names[parts[-1]]
        parts = parts[:-1]
    return ".".join(parts)


def modules(room: str) -> dict[str, set[str]]:
    """For every module of a room but its face, the modules of the library that it imports."""
    return {
        ".".join(("szilard", *path.relative_to(LIBRARY).with_suffix("").parts)): {
            home(parts)
            for parts in imports(path.read_text(), ("szilard", *path.relative_to(LIBRARY).parts[:-1]))
            if parts[0] == "szilard"
        }
        for path in (LIBRARY / room).rglob("*.py")
        if path.name != "__init__.py"
    }


@cache
def arrows() -> dict[str, set[str]]:
    """For every room, the other rooms it imports."""
    found: dict[str, set[str]] = {room: set() for room in rooms()}
    for path in LIBRARY.rglob("*.py"):
        parts = path.relative_to(LIBRARY).parts
        room = parts[0].removesuffix(".py")
        found[room] |= set(imported_rooms(path.read_text(), ("szilard", *parts[:-1]))) - {room}
    return found


@pytest.mark.parametrize("room", sorted(rooms()))
def test_imports_point_down(room: str) -> None:
    assert arrows()[room] <= allowed(room)


def test_no_circles() -> None:
    graphlib.TopologicalSorter(arrows()).prepare()


@pytest.mark.parametrize("room", CLOSED)
def test_no_circles_inside_a_room(room: str) -> None:
    """Imports in functions and for type checkers count as well."""
    graphlib.TopologicalSorter(modules(room)).prepare()


@pytest.mark.parametrize("room", CLOSED)
def test_private_modules_stay_in_their_room(room: str) -> None:
    foreign = {name for names in modules(room).values() for name in names if name.split(".")[1:2] != [room]}
    assert not [name for name in foreign if any(part.startswith("_") for part in name.split("."))]


def test_a_name_of_a_room_leads_to_its_module() -> None:
    assert home(("szilard", "diffusion", "Training")) == "szilard.fleets.training"
    assert home(("szilard", "estimators", "KSG")) == "szilard.estimators.ksg"
    assert home(("szilard", "estimators", "ksg", "KSG")) == "szilard.estimators.ksg"


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
