"""One hash of all the code a measurement rests on, so that a cached cell is never served for changed code.

Of every module that a measurement leads to (:mod:`szilard.compendium.imports`), its own included, only the top-level
statements count that are referred to, directly or not, and those that act by themselves; with them the data files
that they name. What stands beside them may change: a reworded claim or a new function costs no recomputation. Code
counts as syntax: comments, docstrings, layout and imports for type checkers change no number and no hash.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeAlias

from szilard.compendium.canonical import sha256
from szilard.compendium.imports import ACTIVE, PACKAGE, WHOLE, acts, file_of, parsed, references, run_first
from szilard.compendium.syntax import bound_names

# The frame decides how cells are kept and shown, not what they contain.
FRAME = f"{PACKAGE}.compendium"
_CODE = (".py", ".pyc")
# What can change no number: how names are loaded, where files and compiled loops are kept, what is shown meanwhile.
NEUTRAL = {f"{PACKAGE}.{name}" for name in ("atomic", "folders", "jit", "lazy", "progress")}

Statements: TypeAlias = tuple[ast.stmt, ...]

__all__ = ["dependencies", "fingerprint", "fingerprint_chapter", "syntax"]


@lru_cache(maxsize=1024)  # what a process has loaded stays what it was
def fingerprint(thing: Callable[..., object]) -> str:
    """SHA-256 (hex) over the code that a function or class depends on, equal in every version of Python."""
    outline = _defining(thing)
    if outline is None:  # typed into an interpreter: its own source is all there is
        return sha256(inspect.getsource(thing))
    return _digest(outline.reachable(_own_name(thing)), _used(outline.leads_to(thing.__module__, _own_name(thing))))


def fingerprint_chapter(source: str) -> str:
    """SHA-256 (hex) over the code of a notebook, what of szilard it leads to, and how chapters are shown.

    Docstrings count here: a chapter may print them.
    """
    statements = parsed(source, docstrings=True)
    shown = references(statements, "") | {(f"{FRAME}.chapter", WHOLE)}
    return _digest(statements, _used(shown, frame=True, docstrings=True))


def dependencies(thing: Callable[..., object]) -> set[str]:
    """The modules of the library that a function or class depends on, besides the one that defines it."""
    outline = _defining(thing)
    return set(_used(outline.leads_to(thing.__module__, _own_name(thing)))) if outline else set()


def _own_name(thing: Callable[..., object]) -> frozenset[str]:
    return frozenset({thing.__qualname__.split(".")[0]})


def _defining(thing: Callable[..., object]) -> _Outline | None:
    file = getattr(sys.modules.get(thing.__module__), "__file__", None)
    return _outline(Path(file).read_text(encoding="utf-8")) if file else None


def _used(names: set[tuple[str, str]], frame: bool = False, docstrings: bool = False) -> dict[str, Statements]:
    """The statements of every module that ``names`` lead to, transitively; of the frame's own only if ``frame``."""
    wanted: dict[str, set[str]] = {}
    outlines: dict[str, _Outline] = {}
    while names := {(module, name) for module, name in names if name not in wanted.get(module, ())}:
        for module, name in names:
            if module not in NEUTRAL and (frame or not f"{module}.".startswith(f"{FRAME}.")):
                wanted.setdefault(module, set()).add(name)
        met = {module for module, _ in names} & wanted.keys()
        outlines |= {module: _outline(_source(module), docstrings) for module in met - outlines.keys()}
        names = {one for module in met for one in outlines[module].leads_to(module, frozenset(wanted[module]))}
    used = {module: outlines[module].reachable(frozenset(wanted[module])) for module in outlines}
    return {module: statements for module, statements in used.items() if statements}


def _source(module: str) -> str:
    path = file_of(module)
    return path.read_text(encoding="utf-8") if path else ""


@dataclass(frozen=True)
class _Outline:
    """Which statements of a module bind which names, which names each uses, and which act by themselves."""

    statements: Statements
    binders: dict[str, set[int]]
    used: list[set[str]]
    active: set[int]

    def reachable(self, names: frozenset[str]) -> Statements:
        """The statements that ``names`` refer to, directly or not, and those that act, in order; all of them for
        :data:`WHOLE` and for a name that none of them binds."""
        if not names - {ACTIVE} <= self.binders.keys():
            return self.statements
        seen: set[int] = set()
        queue = self.active.union(*(self.binders[name] for name in names - {ACTIVE}))
        while queue := queue - seen:
            seen |= queue
            used = set().union(*(self.used[index] for index in queue))
            queue = set().union(*(self.binders[name] for name in used & self.binders.keys()))
        return tuple(self.statements[index] for index in sorted(seen))

    def leads_to(self, module: str, names: frozenset[str]) -> set[tuple[str, str]]:
        """What ``names`` of ``module`` lead to elsewhere, and what acts in the modules that it imports."""
        reached = self.reachable(names)
        imports = [one for one in self.statements if isinstance(one, ast.Import | ast.ImportFrom)]
        active = {(name, ACTIVE) for name, _ in references((*imports, *reached), module)}
        return references(reached, module, names) | active | {(room, WHOLE) for room in run_first(module)}


@lru_cache(maxsize=1024)
def _outline(source: str, docstrings: bool = False) -> _Outline:
    statements = parsed(source, docstrings)
    binders: dict[str, set[int]] = {}
    for index, statement in enumerate(statements):
        for bound in bound_names(statement):
            binders.setdefault(bound, set()).add(index)
    used = [{node.id for node in ast.walk(one) if isinstance(node, ast.Name)} for one in statements]
    return _Outline(statements, binders, used, {index for index, one in enumerate(statements) if acts(one)})


def _digest(statements: Statements, used: Mapping[str, Statements]) -> str:
    total = hashlib.sha256(syntax(statements).encode())
    for name, code in sorted(used.items()):
        total.update(hashlib.sha256(f"{name}\n{syntax(code)}".encode()).digest())
        for data in _data_files(code, name):
            total.update(hashlib.sha256(data.read_bytes()).digest())
    return total.hexdigest()


def syntax(statements: Statements) -> str:
    """The syntax tree as text. ``ast.dump`` writes the same tree differently from one Python to the next."""
    return "\n".join(map(_text, statements))


@cache
def _text(statement: ast.stmt) -> str:
    return ascii(_plain(statement))


def _plain(value: object) -> object:
    if isinstance(value, ast.AST):
        fields = ((name, _plain(inner)) for name, inner in ast.iter_fields(value) if name != "kind")
        return (type(value).__name__, *((name, inner) for name, inner in fields if inner not in (None, [])))
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _data_files(statements: Statements, module: str) -> list[Path]:
    """The files of data beside a module that its statements name."""
    texts, path = _texts(statements), file_of(module)
    beside = path.parent.glob("*.*") if path else ()
    return sorted(file for file in beside if file.suffix not in _CODE and file.name in texts)


@cache
def _texts(statements: Statements) -> frozenset[str]:
    nodes = (node for statement in statements for node in ast.walk(statement))
    return frozenset(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
