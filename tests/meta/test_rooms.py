"""Which room of the library may import which: down only, and never in a circle, between rooms or inside one."""

from __future__ import annotations

import ast
import graphlib
import re
from collections.abc import Iterator
from contextlib import nullcontext
from functools import cache
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
MACHINERY = {"fleets"}  # of every trained experiment
TOP = {"__init__", "__main__", "cli"}
ARROWS_OF_NATURE = {("thermodynamics", "constructor"), ("thermodynamics", "algorithmic")}  # drawn by physics itself


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


def targets(source: str, package: tuple[str, ...]) -> Iterator[str]:
    """What a module of ``package`` imports, at the top, in functions or for type checkers, by any form of import."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = ".".join((*base, *([node.module] if node.module else [])))
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def imported_rooms(source: str, package: tuple[str, ...]) -> Iterator[str]:
    """The rooms that a module of ``package`` imports."""
    for parts in (target.split(".") for target in targets(source, package)):
        if parts[0] == "szilard" and len(parts) > 1 and parts[1] in rooms():
            yield parts[1]


def modules(folder: Path) -> dict[str, Path]:
    """Every module of a package in ``folder`` by its dotted name; the package itself by its own."""
    return {
        ".".join((folder.name, *path.relative_to(folder).with_suffix("").parts)).removesuffix(".__init__"): path
        for path in folder.rglob("*.py")
    }


def module_arrows(folder: Path) -> dict[str, set[str]]:
    """For every module of a package, the others it imports; a name that a face exports is the face's."""
    found: dict[str, set[str]] = {}
    for name, path in (known := modules(folder)).items():
        package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
        # within the package "szilard.room.module" is "room.module"
        told = (target.removeprefix("szilard.") for target in targets(path.read_text(), ("szilard", *package)))
        homes = (target if target in known else target.rpartition(".")[0] for target in told)
        found[name] = {home for home in homes if home in known} - {name}
    return found


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


@pytest.mark.parametrize("room", sorted(room for room in rooms() if (LIBRARY / room).is_dir()))
def test_no_circles_inside_a_room(room: str) -> None:
    graphlib.TopologicalSorter(module_arrows(LIBRARY / room)).prepare()


@pytest.mark.parametrize("room", sorted(room for room in rooms() if (LIBRARY / room).is_dir()))
def test_private_modules_stay_in_their_room(room: str) -> None:
    foreign = set()
    for path in (LIBRARY / room).rglob("*.py"):
        package = ("szilard", *path.relative_to(LIBRARY).parts[:-1])
        names = (target.split(".") for target in targets(path.read_text(), package))
        foreign |= {tuple(parts) for parts in names if parts[0] == "szilard" and parts[1:2] != [room]}
    assert not [parts for parts in foreign if any(re.match("_[a-z]", part) for part in parts)]


@pytest.mark.parametrize(
    ("files", "circle"),
    [
        ({"a": "from .b import x", "b": "from .c import x", "c": "x = 1"}, False),
        ({"a": "from .b import x", "b": "def f():\n    from szilard.room import a"}, True),
        ({"a": "import szilard.room.b", "b": "if TYPE_CHECKING:\n    from szilard.room.a import A"}, True),
        ({"__init__": "from szilard.room.a import A", "a": "from szilard.room import b", "b": ""}, False),
        ({"__init__": "from szilard.room.a import A", "a": "from . import A"}, True),
        ({"inner/__init__": "from .a import A", "inner/a": "from ..b import B", "b": "from .inner import A"}, True),
    ],
)
def test_a_circle_of_modules_is_seen(tmp_path: Path, files: dict[str, str], circle: bool) -> None:
    for name, source in files.items():
        path = tmp_path / "room" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    sorter = graphlib.TopologicalSorter(module_arrows(tmp_path / "room"))
    with pytest.raises(graphlib.CycleError) if circle else nullcontext():
        sorter.prepare()


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
