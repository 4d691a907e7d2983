"""One hash of all the code a measurement rests on, so that a cached cell is never served for changed code.

Of the module that defines a measurement only the top-level statements that the measurement refers to count, so
that rewording a claim next to it costs no recomputation; of every ``szilard`` module these statements lead to
(:mod:`szilard.compendium.imports`), the whole file counts, transitively, with the data files it names. Code
counts as syntax: comments, docstrings, layout and imports for type checkers change no number and no hash.
"""

import ast
import hashlib
import inspect
import sys
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from szilard.compendium.canonical import sha256
from szilard.compendium.imports import PACKAGE, acts, file_of, imported, parsed, run_first
from szilard.compendium.syntax import bound_names

# The frame decides how cells are kept and shown, not what they contain.
FRAME = f"{PACKAGE}.compendium"
_CODE = (".py", ".pyc")
# What can change no number: how names are loaded, where files and compiled loops are kept, what is shown meanwhile.
NEUTRAL = {f"{PACKAGE}.{name}" for name in ("atomic", "folders", "jit", "lazy", "progress")}

__all__ = ["dependencies", "fingerprint", "fingerprint_chapter", "syntax"]


@lru_cache(maxsize=1024)  # what a process has loaded stays what it was
def fingerprint(thing: Callable[..., object]) -> str:
    """SHA-256 (hex) over the code that a function or class depends on, equal in every version of Python."""
    source, statements = _definition(thing)
    if source is None:  # typed into an interpreter: its own source is all there is
        return sha256(inspect.getsource(thing))
    return _digest(statements, dependencies(thing), docstrings=False)


def fingerprint_chapter(source: str) -> str:
    """SHA-256 (hex) over the code of a notebook, the szilard modules it leads to, and how chapters are shown.

    Docstrings count here: a chapter may print them.
    """
    statements = parsed(source, docstrings=True)
    return _digest(statements, _closure(imported(statements, "") | {f"{FRAME}.chapter"}, frame=True), docstrings=True)


def dependencies(thing: Callable[..., object]) -> set[str]:
    """The modules of the library that a function or class depends on, besides the one that defines it."""
    return _closure(imported(_definition(thing)[1], thing.__module__), frame=False)


def _definition(thing: Callable[..., object]) -> tuple[str | None, list[ast.stmt]]:
    """The source of the module that defines ``thing`` and the statements of it that count."""
    file = getattr(sys.modules.get(thing.__module__), "__file__", None)
    if file is None:
        return None, []
    source = Path(file).read_text(encoding="utf-8")
    return source, _reachable(parsed(source), thing.__qualname__.split(".")[0])


def _reachable(statements: tuple[ast.stmt, ...], name: str) -> list[ast.stmt]:
    """The statements that ``name`` refers to, directly or not, and those that act by themselves, in file order."""
    binders: dict[str, set[int]] = {}
    for index, statement in enumerate(statements):
        for bound in bound_names(statement):
            binders.setdefault(bound, set()).add(index)
    seen: set[int] = set()
    queue = binders.get(name, set()) | {index for index, one in enumerate(statements) if acts(one)}
    while queue := queue - seen:
        seen |= queue
        names = (node.id for index in queue for node in ast.walk(statements[index]) if isinstance(node, ast.Name))
        queue = set().union(*(binders.get(used, set()) for used in names))
    return [statements[index] for index in sorted(seen)]


def _closure(modules: set[str], frame: bool) -> set[str]:
    """``modules`` and all they lead to, transitively; the frame's own only if ``frame``."""
    seen: set[str] = set()
    queue = modules
    while queue := {name for name in queue - seen - NEUTRAL if frame or not f"{name}.".startswith(f"{FRAME}.")}:
        seen |= queue
        queue = {target for name in queue for target in _leads_to(name)}
    return seen


def _leads_to(module: str) -> set[str]:
    path = file_of(module)
    if path is None:
        return set()
    statements = parsed(path.read_text(encoding="utf-8"))
    return imported(statements, module) | run_first(module)


def _digest(statements: Iterable[ast.stmt], modules: set[str], *, docstrings: bool) -> str:
    total = hashlib.sha256(syntax(tuple(statements)).encode())
    for name in sorted(modules):
        path = file_of(name)
        assert path is not None
        code = parsed(path.read_text(encoding="utf-8"), docstrings)
        total.update(hashlib.sha256(f"{name}\n{syntax(code)}".encode()).digest())
        for data in _data_files(code, path.parent):
            total.update(hashlib.sha256(data.read_bytes()).digest())
    return total.hexdigest()


@lru_cache(maxsize=1024)
def syntax(statements: tuple[ast.stmt, ...]) -> str:
    """The syntax tree as text. ``ast.dump`` writes the same tree differently from one Python to the next."""
    return ascii([_plain(statement) for statement in statements])


def _plain(value: object) -> object:
    if isinstance(value, ast.AST):
        fields = ((name, _plain(inner)) for name, inner in ast.iter_fields(value) if name != "kind")
        return (type(value).__name__, *((name, inner) for name, inner in fields if inner not in (None, [])))
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _data_files(statements: tuple[ast.stmt, ...], folder: Path) -> list[Path]:
    """The files of data beside a module that it names."""
    return sorted(path for path in folder.glob("*.*") if path.suffix not in _CODE and path.name in _texts(statements))


@lru_cache(maxsize=1024)
def _texts(statements: tuple[ast.stmt, ...]) -> frozenset[str]:
    nodes = (node for statement in statements for node in ast.walk(statement))
    return frozenset(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
