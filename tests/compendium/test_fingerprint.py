"""A fingerprint changes with the code behind a measurement, and with nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from szilard.compendium import imports
from szilard.compendium.fingerprint import dependencies, fingerprint, fingerprint_chapter, syntax
from szilard.rng import spawn

LABORATORY = '''
"""Cells."""
from __future__ import annotations
from typing import TYPE_CHECKING
import szilard.far.away
import szilard.far.module as far
import szilard.lazy_room as whole
from szilard.experiments.lab.shared import Cell
from szilard.lazy_room import tool
from szilard.lazy_room import other_tool as renamed
from szilard.old_room import anything
from szilard.stars import *
from .tables import columns
if TYPE_CHECKING:
    from szilard.only_typed import Typed
SCALE = 2
CLAIMS = ["a claim"]
SCALES = {}
SCALES["x"] = SCALE

def helper(x: Typed) -> int:
    """Scale x."""
    return SCALE * x  # times the scale

def sum(x):  # shadows a builtin
    return x + 1

def by_one_name(settings, rng, device):
    from szilard.other.deep import depth
    return [{"y": helper(tool(settings)) + depth}]

def by_alias():
    return sum(renamed())

def by_module():
    return far.value

def by_path():
    return szilard.far.away.value

def by_room():
    return whole.third()

def by_whole_room():
    return getattr(whole, "tool")

def by_old_room():
    return anything

def relatively():
    return columns()

def nothing():
    return star

class Base(Cell):
    def scaled(self):
        return helper(1)

class Measured(Base):
    """A cell."""
    size: int = 1

    def measure(self):
        return self.scaled()
'''
FACE = """from typing import TYPE_CHECKING
from szilard.lazy import attach
if TYPE_CHECKING:
    from szilard.lazy_room.tools import other_tool, tool
    from szilard.lazy_room.third import third
__getattr__, __dir__, __all__ = attach(__name__)
"""
FILES = {
    "__init__.py": "",
    "lazy.py": "from importlib import import_module\n\ndef attach(name):\n    return import_module(name)\n",
    "lazy_room/__init__.py": FACE,
    "lazy_room/tools.py": "from szilard.base import constant\nfrom .inner import part\n\n"
    'def tool(x):\n    """Doc."""\n    return constant, part\n'
    "def beside(x):\n    return 3\n",
    "lazy_room/inner.py": 'part = "data.csv"\n',
    "lazy_room/data.csv": "1\n",
    "lazy_room/unread.csv": "1\n",
    "lazy_room/third.py": "def third():\n    return 1\n",
    "lazy_room/unused.py": "x = 1\n",
    "old_room/__init__.py": "from importlib import import_module\n\ndef __getattr__(name):\n"
    "    return import_module(f'{__name__}.{PLACES[name]}')\n",
    "old_room/home.py": "anything = 1\n",
    "old_room/implied.py": "x = 1\n",
    "acting/__init__.py": "print(1)\n",
    "acting/part.py": "x = 1\n",
    "far/__init__.py": "x = 1\n",
    "far/away.py": "value = 1\n",
    "far/module.py": "from szilard.acting import part\nfrom szilard.loud import quiet\nvalue = part.x + 1\n",
    "loud.py": "def told(f):\n    print(f)\n\n@told\ndef heard():\n    return 1\n\ndef quiet():\n    return 2\n",
    "stars.py": "star = 1\n",
    "base.py": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from szilard.only_typed import Typed\n"
    "constant = 1\n",
    "only_typed.py": "class Typed:\n    size = 1\n",
    "other/__init__.py": "",
    "other/deep.py": "depth = 1\n",
    "other/neighbour.py": "x = 1\n",
    "unrelated.py": "x = 1\n",
    "compendium/__init__.py": "",
    "compendium/chapter.py": "from szilard.compendium.style import color\n",
    "compendium/style.py": "color = 1\n",
    "experiments/__init__.py": "",
    "experiments/another.py": "x = 1\n",
    "experiments/lab/__init__.py": "from .cells import Measured\nfor claim in (1, 2):\n    print(claim)\n",
    "experiments/lab/shared.py": "from szilard.compendium.style import color\n\nclass Cell:\n    size = 1\n",
    "experiments/lab/tables.py": "def columns():\n    return 1\n",
    "experiments/lab/claims.py": "x = 1\n",
    "experiments/lab/cells.py": LABORATORY,
}
CELLS = "szilard.experiments.lab.cells"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small library in place of the real one."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(imports, "LIBRARY", tmp_path)
    monkeypatch.setitem(sys.modules, CELLS, SimpleNamespace(__file__=str(tmp_path / "experiments/lab/cells.py")))
    return tmp_path


def named(name: str) -> Callable[..., object]:
    """Something called ``name`` in the scratch laboratory, as the walk sees it."""

    def thing() -> None: ...

    thing.__module__, thing.__qualname__ = CELLS, name
    return thing


def edited(library: Path, file: str, old: str, new: str, name: str) -> bool:
    """Whether an edit changes the fingerprint of ``name``."""
    before = fingerprint(named(name))
    text = (library / file).read_text()
    assert old in text
    (library / file).write_text(text.replace(old, new))
    return fingerprint(named(name)) != before


@pytest.mark.parametrize(
    ("name", "file", "old", "new"),
    [
        ("by_one_name", "experiments/lab/cells.py", "tool(settings)", "tool(settings) + 1"),
        ("by_one_name", "experiments/lab/cells.py", "SCALE = 2", "SCALE = 3"),
        ("by_one_name", "experiments/lab/cells.py", "SCALE * x", "SCALE + x"),
        ("by_one_name", "lazy_room/tools.py", "return constant", "return -constant"),
        ("by_one_name", "lazy_room/inner.py", "part =", "parts ="),
        ("by_one_name", "lazy_room/data.csv", "1", "2"),
        ("by_one_name", "base.py", "1", "2"),
        ("by_one_name", "other/deep.py", "1", "2"),
        ("by_alias", "experiments/lab/cells.py", "x + 1", "x + 2"),
        ("by_alias", "base.py", "1", "2"),
        ("by_module", "far/module.py", "+ 1", "+ 2"),
        ("by_module", "acting/part.py", "1", "2"),
        ("by_module", "acting/__init__.py", "1", "2"),
        ("by_module", "loud.py", "return 1", "return 3"),
        ("by_module", "loud.py", "print(f)", "print(f, f)"),
        ("by_path", "far/away.py", "1", "2"),
        ("by_room", "lazy_room/third.py", "1", "2"),
        ("by_whole_room", "lazy_room/unused.py", "1", "2"),
        ("by_old_room", "old_room/home.py", "1", "2"),
        ("by_old_room", "old_room/implied.py", "1", "2"),
        ("relatively", "experiments/lab/tables.py", "1", "2"),
        ("nothing", "stars.py", "1", "2"),
        ("nothing", "experiments/lab/cells.py", 'SCALES["x"]', 'SCALES["y"]'),
        ("Measured", "experiments/lab/cells.py", "size: int = 1", "size: int = 2"),
        ("Measured.measure", "experiments/lab/cells.py", "helper(1)", "helper(2)"),
        ("Measured", "experiments/lab/cells.py", "SCALE * x", "SCALE + x"),
        ("Measured", "experiments/lab/shared.py", "1", "2"),
    ],
)
def test_code_that_matters_changes_it(library, name, file, old, new) -> None:
    assert edited(library, file, old, new, name)


@pytest.mark.parametrize(
    ("name", "file", "old", "new"),
    [
        ("by_one_name", "experiments/lab/cells.py", "a claim", "a better claim"),
        ("by_one_name", "experiments/lab/cells.py", "Scale x.", "Multiply x by the scale."),
        ("by_one_name", "experiments/lab/cells.py", "# times the scale", "# scaled"),
        ("by_one_name", "experiments/lab/cells.py", "SCALE * x", "(SCALE\n        * x)"),
        ("by_one_name", "experiments/lab/cells.py", "x + 1", "x + 2"),
        ("by_one_name", "lazy_room/tools.py", "Doc.", "Docstring."),
        ("by_one_name", "lazy_room/tools.py", "    return", "    # it returns\n\n    return"),
        ("by_one_name", "lazy_room/third.py", "1", "2"),
        ("by_one_name", "lazy_room/__init__.py", "import other_tool, tool", "import tool, other_tool"),
        ("by_one_name", "lazy_room/unread.csv", "1", "2"),
        ("by_one_name", "lazy_room/unused.py", "1", "2"),
        ("by_one_name", "only_typed.py", "1", "2"),
        ("by_one_name", "unrelated.py", "1", "2"),
        ("by_one_name", "other/neighbour.py", "1", "2"),
        ("by_one_name", "compendium/style.py", "1", "2"),
        ("by_one_name", "lazy_room/tools.py", "return 3", "return 4"),
        ("by_module", "loud.py", "return 2", "return 4"),
        ("by_module", "far/away.py", "1", "2"),
        ("by_room", "lazy_room/tools.py", "return constant", "return -constant"),
        ("by_path", "far/module.py", "+ 1", "+ 2"),
        ("Measured", "experiments/lab/cells.py", "A cell.", "One cell."),
        ("Measured", "experiments/lab/__init__.py", "1, 2", "1, 2, 3"),
        ("Measured", "experiments/lab/claims.py", "1", "2"),
        ("Measured", "experiments/another.py", "1", "2"),
        ("Measured", "compendium/style.py", "1", "2"),
    ],
)
def test_code_that_does_not_matter_leaves_it(library, name, file, old, new) -> None:
    assert not edited(library, file, old, new, name)


@pytest.mark.parametrize(
    ("name", "modules"),
    [
        ("by_alias", {"szilard.lazy_room.tools", "szilard.lazy_room.inner", "szilard.base"}),
        ("by_room", {"szilard.lazy_room.third"}),
        ("by_path", {"szilard.far.away"}),
        ("relatively", {"szilard.experiments.lab.tables"}),
        ("nothing", set()),
    ],
)
def test_a_name_leads_to_the_modules_behind_it(library, name, modules) -> None:
    # The star counts always, for nobody can tell which names it brings, and so does what acts when it is imported.
    assert dependencies(named(name)) == modules | {"szilard.stars", "szilard.loud", "szilard.acting"}


@pytest.mark.parametrize(
    ("statement", "module"),
    [
        ("from szilard.lazy_room import third", "szilard.lazy_room.third"),
        ("import szilard.lazy_room\nszilard.lazy_room.third()", "szilard.lazy_room.third"),
        ("import szilard.lazy_room as room\nroom.third()", "szilard.lazy_room.third"),
        ("from szilard import lazy_room\nlazy_room.third()", "szilard.lazy_room.third"),
        ("from . import third", "szilard.lazy_room.third"),
        ("from .third import third as other", "szilard.lazy_room.third"),
        ("from .. import lazy_room\nlazy_room.third.x", "szilard.lazy_room.third"),
        ("from importlib import import_module\nimport_module('szilard.far.away')", "szilard.far.away"),
        ("import importlib\nimportlib.import_module('.third', __package__)", "szilard.lazy_room.third"),
        ("from szilard.far import x", "szilard.far"),
        ("def f():\n    from szilard.far import away", "szilard.far.away"),
    ],
)
def test_every_form_of_import_leads_to_one_module(library, statement, module) -> None:
    assert {name for name, _ in imports.references(imports.parsed(statement), "szilard.lazy_room.tools")} == {module}


@pytest.mark.parametrize(
    "statement",
    [
        "from szilard.lazy_room import *",
        "import szilard.lazy_room as room\nprint(room)",
        "from importlib import import_module\nimport_module(name)",
    ],
)
def test_what_cannot_be_told_counts_the_whole_room(library, statement) -> None:
    modules = {name for name, _ in imports.references(imports.parsed(statement), "szilard.lazy_room.tools")}
    assert {f"szilard.lazy_room.{name}" for name in ("tools", "inner", "third", "unused")} <= modules


@pytest.mark.parametrize(
    "statement", ["import numpy as np\nnp.sin(1)", "from szilard import nowhere", "import szilard.nowhere.deep"]
)
def test_what_is_not_ours_or_not_there_stops_nothing(library, statement) -> None:
    assert {name for name, _ in imports.references(imports.parsed(statement), "szilard.base")} <= {"szilard"}


@pytest.mark.parametrize(
    ("name", "changes"), [("compendium/style.py", True), ("base.py", True), ("unrelated.py", False)]
)
def test_a_chapter_depends_on_how_it_is_shown_too(library, name, changes) -> None:
    code = "from szilard.lazy_room import tool"
    before = fingerprint_chapter(code)
    (library / name).write_text((library / name).read_text().replace("1", "2"))
    assert (fingerprint_chapter(code) != before) is changes


def test_a_chapter_may_show_docstrings(library) -> None:
    code = "from szilard.lazy_room import tool\ntool(1)  # a comment"
    before = fingerprint_chapter(code)
    assert fingerprint_chapter(code.replace("  # a comment", "")) == before
    file = library / "lazy_room/tools.py"
    file.write_text(file.read_text().replace("Doc.", "Docstring."))
    assert fingerprint_chapter(code) != before


def test_it_is_the_same_in_every_process() -> None:
    code = "from szilard.compendium.fingerprint import fingerprint as f; from szilard.rng import spawn; print(f(spawn))"
    folders = os.pathsep.join(filter(None, sys.path))
    prints = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": folders},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert prints == {fingerprint(spawn)} and len(fingerprint(spawn)) == 64


def test_a_syntax_tree_reads_alike_in_every_python() -> None:
    def tree(code: str, **more: object) -> str:
        (statement,) = imports.parsed(code)
        for name, value in more.items():
            setattr(statement, name, value)
        return syntax((statement,))

    plain = tree("def f(x): return x  # as Python 3.11 reads it")
    assert tree("def f(x): return x  # as Python 3.12 reads it", type_params=[]) == plain
    assert tree("def f(x): return -x") != plain != tree("def f(x): return 1")
