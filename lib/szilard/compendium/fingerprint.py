"""One hash of all the code a measurement rests on, so that a cached cell is never served for changed code.

The walk is static: sources are parsed, nothing is imported or run. Of the module that defines a measurement
only the top-level statements that the measurement refers to count, so that rewording a claim next to it costs
no recomputation; of every ``szilard`` module these statements import, the whole file counts, transitively. A
package may load its modules lazily, by name, which no static walk can follow: importing a package therefore
counts all of its modules.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from szilard.compendium.syntax import bound_names, loaded_names

PACKAGE = "szilard"
LIBRARY = Path(__file__).resolve().parents[1]
# The frame decides how cells are kept and shown, not what they contain.
FRAME = f"{PACKAGE}.compendium"

__all__ = ["fingerprint", "fingerprint_chapter"]


@lru_cache(maxsize=1024)
def fingerprint(measure: Callable[..., object]) -> str:
    """SHA-256 (hex) over the code that ``measure``, a function or a class, depends on."""
    file = getattr(sys.modules.get(measure.__module__), "__file__", None)
    if file is None:  # typed into an interpreter: its own source is all there is
        return hashlib.sha256(inspect.getsource(measure).encode()).hexdigest()
    source = Path(file).read_text(encoding="utf-8")
    parts = _reachable(source, measure.__qualname__.split(".")[0])
    return _digest(parts, _imports(parts, measure.__module__))


def fingerprint_chapter(source: str) -> str:
    """SHA-256 (hex) over the code of a notebook, the szilard modules it imports, and how chapters are
    shown."""
    return _digest([source], _imports([source], "") | {f"{FRAME}.chapter"}, frame=True)


def _reachable(source: str, name: str) -> list[str]:
    """The top-level statements of ``source`` that ``name`` refers to, directly or not, in file order."""
    statements = ast.parse(source).body
    binders: dict[str, set[int]] = {}
    for index, statement in enumerate(statements):
        for bound in bound_names(statement):
            binders.setdefault(bound, set()).add(index)
    seen: set[int] = set()
    queue = [name]
    while queue:
        for index in binders.get(queue.pop(), set()) - seen:
            seen.add(index)
            queue.extend(loaded_names(statements[index]))
    lines = source.splitlines()
    return [
        "\n".join(lines[_first_line(s) - 1 : s.end_lineno]) for s in (statements[i] for i in sorted(seen))
    ]


def _first_line(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(d.lineno for d in decorators)])


def _imports(sources: Iterable[str], module: str) -> set[str]:
    """The szilard modules that ``sources``, parts of ``module``, import."""
    return {name for source in sources for name in _imported(source, module, _is_package(module))}


@lru_cache(maxsize=4096)
def _imported(source: str, module: str, is_package: bool) -> frozenset[str]:
    package = module.split(".") if is_package else module.split(".")[:-1]
    return frozenset(name for node in ast.walk(ast.parse(source)) for name in _named(node, package))


def _named(node: ast.AST, package: list[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name.split(".")[0] == PACKAGE)
    elif isinstance(node, ast.ImportFrom):
        base = package[: len(package) - node.level + 1] if node.level else []
        parent = ".".join([*base, *(node.module.split(".") if node.module else [])])
        if parent.split(".")[0] == PACKAGE:
            submodules = [f"{parent}.{alias.name}" for alias in node.names]
            known = [name for name in submodules if _path(name)]
            yield from known
            if len(known) < len(submodules):  # a name that the parent itself provides
                yield parent


def _digest(parts: Iterable[str], modules: set[str], *, frame: bool = False) -> str:
    total = hashlib.sha256()
    for name in sorted(_closure(modules, frame)):
        total.update(hashlib.sha256(f"{name}\n{_path(name).read_text(encoding='utf-8')}".encode()).digest())
    for part in parts:
        total.update(hashlib.sha256(part.encode()).digest())
    return total.hexdigest()


def _closure(modules: set[str], frame: bool) -> set[str]:
    """``modules`` and all they import, transitively; the frame's own only if ``frame``."""
    seen: set[str] = set()
    opened: set[str] = (
        set()
    )  # packages whose modules all count, for something was imported from the package itself
    queue = list(modules)
    while queue:
        name = queue.pop()
        path = _path(name)
        if path is None or (not frame and f"{name}.".startswith(f"{FRAME}.")):
            continue
        if name not in (PACKAGE, FRAME, *opened) and _is_package(name):
            opened.add(name)
            queue.extend(f"{name}.{sibling.stem}" for sibling in path.parent.glob("*.py") if sibling != path)
        if name not in seen:
            # Importing a module runs the packages it lies in, but not their other modules.
            ancestors = {name.rsplit(".", depth)[0] for depth in range(1, name.count(".") + 1)}
            news = ({name} | ancestors) - seen
            seen |= news
            for new in news:
                queue.extend(_imports([_path(new).read_text(encoding="utf-8")], new))
    return seen


def _path(module: str) -> Path | None:
    if module.split(".")[0] != PACKAGE:
        return None
    stem = LIBRARY.joinpath(*module.split(".")[1:])
    for candidate in (
        stem / "__init__.py",
        stem.with_suffix(".py") if stem != LIBRARY else stem / "__init__.py",
    ):
        if candidate.is_file():
            return candidate
    return None


def _is_package(module: str) -> bool:
    path = _path(module)
    return path is not None and path.name == "__init__.py"
