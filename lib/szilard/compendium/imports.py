"""Which names of which modules of the library a piece of Python leads to, found by reading: nothing is imported or run.

A name taken from a room leads to the one module that defines it, as the room's ``__init__.py`` says
(:func:`szilard.lazy.exports`). What cannot be told from the text leads to more rather than less: a room that is
handed around as an object, a star, a module imported under a name that is put together at run time.
"""

import ast
import os
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from pathlib import Path

from szilard.lazy import exports

PACKAGE = "szilard"
LIBRARY = Path(__file__).resolve().parents[1]
LABORATORIES = f"{PACKAGE}.experiments"  # found by key: who loads one names it, and none rests on all
WHOLE = ""  # in place of a name: all of a module
ACTIVE = "*"  # in place of a name: what acts by itself when a module is imported
_ALL = frozenset("*")
# Decorators that keep what they decorate to itself; others may enter it in a list that somebody reads.
_PLAIN = {"cache", "composite", "contextmanager", "dataclass", "jit", "lru_cache", "njit", "no_grad", "overload",
          "runtime_checkable"}  # fmt: skip

__all__ = [
    "ACTIVE",
    "PACKAGE",
    "WHOLE",
    "acts",
    "file_of",
    "is_package",
    "modules_in",
    "parsed",
    "references",
    "run_first",
]


class _Bare(ast.NodeTransformer):
    """Takes out what has no effect: imports for type checkers and, on demand, docstrings."""

    def __init__(self, docstrings: bool) -> None:
        self.docstrings = docstrings

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:  # noqa: D102 — the name is given by ast
        told = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if told and not self.docstrings else self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt] | None:  # noqa: D102
        self.generic_visit(node)
        return node.orelse if ast.unparse(node.test).split(".")[-1] == "TYPE_CHECKING" else node


@cache
def parsed(source: str, docstrings: bool = False) -> tuple[ast.stmt, ...]:
    """The top-level statements of ``source`` without type-only imports and, unless asked for, docstrings."""
    return tuple(_Bare(docstrings).visit(ast.parse(source)).body)


def acts(statement: ast.stmt) -> bool:
    """Whether a top-level statement does something whatever names are used: it is neither an import by name, nor a
    definition, unless a decorator may register it, nor a plain assignment."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return any(alias.name == "*" for alias in statement.names)
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return any(isinstance(node, ast.Attribute | ast.Subscript) for one in targets for node in ast.walk(one))
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return any(_name(one) not in _PLAIN for one in statement.decorator_list)
    return True


def file_of(module: str) -> Path | None:
    """The file of a module or package of the library; ``None`` where there is none of that name."""
    if not _ours(module):
        return None
    stem = str(LIBRARY) + module.removeprefix(PACKAGE).replace(".", os.sep)
    candidates = (os.path.join(stem, "__init__.py"), f"{stem}.py" if module != PACKAGE else "")
    return next((Path(path) for path in candidates if os.path.isfile(path)), None)


def is_package(module: str) -> bool:
    """Whether ``module`` is a package of the library."""
    path = file_of(module)
    return path is not None and path.name == "__init__.py"


def modules_in(package: str) -> set[str]:
    """``package`` and all modules below it; none for a package of somebody else."""
    if not is_package(package):
        return set()
    folder = LIBRARY.joinpath(*package.split(".")[1:])
    below = (path.relative_to(LIBRARY).with_suffix("").parts for path in folder.rglob("*.py"))
    return {".".join((PACKAGE, *(part for part in parts if part != "__init__"))) for parts in below}


def run_first(module: str) -> set[str]:
    """The packages around ``module`` whose ``__init__.py`` does more than define and export names.

    That of a chapter exports its laboratory, which gathers measurements and changes none of them.
    """
    if module.startswith(f"{LABORATORIES}."):
        return set()
    around = {module.rsplit(".", depth)[0] for depth in range(1, module.count(".") + 1)}
    return {name for name in around if (path := file_of(name)) and any(map(acts, parsed(_read(path))))}


def references(statements: Iterable[ast.stmt], module: str, wanted: Collection[str] = (WHOLE,)) -> set[tuple[str, str]]:
    """Modules of the library that ``statements``, part of ``module``, lead to, each with a name that is used of it, or
    :data:`WHOLE`. What is imported and neither used there nor ``wanted`` of them leads nowhere."""
    package = module if is_package(module) else module.rpartition(".")[0]
    found: set[tuple[str, str]] = set()
    for target, name, uses in _references(tuple(statements), package):
        if uses == _ALL:
            modules = {target} if target == LABORATORIES else modules_in(target) or {target}
            found |= {(each, WHOLE) for each in modules}
        elif is_package(target) or (file_of(target) and uses):
            found.update(*(_homes(target + use) for use in uses))
        elif uses or not name or name in wanted or WHOLE in wanted:
            found |= _homes(target)
    return {(each, use) for each, use in found if file_of(each)}


@cache
def _references(statements: tuple[ast.stmt, ...], package: str) -> tuple[tuple[str, str, frozenset[str]], ...]:
    """Dotted names that statements of ``package`` import, each with the name it gets there and the attributes asked of
    it: ``""`` where it is handed around itself, ``*`` where all of it may be meant."""
    bound: list[tuple[str, str]] = []  # what is imported, and the name it gets
    body = ast.Module(list(statements), [])
    whole: set[str] = set()
    for node in ast.walk(body):
        if isinstance(node, ast.Import):
            bound += [(one.name, one.asname or "") for one in node.names]
            bound += [(PACKAGE, PACKAGE) for one in node.names if _ours(one.name) and not one.asname]
        elif isinstance(node, ast.ImportFrom):
            parent = _absolute(node, package.split("."))
            bound += [(f"{parent}.{one.name}", one.asname or one.name) for one in node.names if one.name != "*"]
            whole |= {parent for one in node.names if one.name == "*"}
        elif isinstance(node, ast.Call) and _name(node) in ("import_module", "__import__"):
            name = node.args[0] if node.args else None
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                whole.add(_written_out(name.value, package))
            else:
                whole.add(package)
    ours = [(target, name) for target, name in bound if _ours(target)]
    uses = _uses(body, {name for _, name in ours})
    return (
        *((target, name, frozenset(uses.get(name, ()))) for target, name in ours),
        *((target, "", _ALL) for target in whole if _ours(target)),
    )


def _ours(name: str) -> bool:
    return name.split(".")[0] == PACKAGE


def _absolute(node: ast.ImportFrom, package: list[str]) -> str:
    base = package[: len(package) - node.level + 1] if node.level else []
    return ".".join([*base, *([node.module] if node.module else [])])


def _homes(name: str, seen: frozenset[str] = frozenset()) -> set[tuple[str, str]]:
    """The modules that a dotted name leads to, its own or those that a room takes it from, and its name there."""
    if name in seen:
        return {(name, WHOLE)}
    room = PACKAGE
    for part in name.split(".")[1:]:
        inner = f"{room}.{part}"
        if not is_package(room) or (file_of(inner) is None and part not in _exported(room)):
            return {(room, part)}  # of a module, or of a room that defines the name itself
        if part in _exported(room):
            homes = _homes(_exported(room)[part], seen | {name})
            return homes | ({(inner, WHOLE)} if file_of(inner) else set())
        room = inner
    return {(each, WHOLE) for each in modules_in(room) or {room}}


def _exported(room: str) -> dict[str, str]:
    """Names that a room's ``__init__.py`` takes from modules, and the dotted names that they stand for there."""
    path = file_of(room)
    return _taken(_read(path), room) if path else {}


@lru_cache(maxsize=256)
def _taken(source: str, room: str) -> dict[str, str]:
    lazily = exports(source) if "attach(__name__)" in source else {}
    names = {name: f"{module}.{name}" for name, module in lazily.items()}
    for node in parsed(source):
        if isinstance(node, ast.ImportFrom) and _ours(parent := _absolute(node, room.split("."))):
            names |= {alias.asname or alias.name: f"{parent}.{alias.name}" for alias in node.names}
    return names


def _name(node: ast.expr) -> str:
    """The last part of the name that is used or called."""
    called = node.func if isinstance(node, ast.Call) else node
    return getattr(called, "attr", getattr(called, "id", ""))


def _written_out(name: str, package: str) -> str:
    """The absolute name of what ``import_module(name, package)`` loads."""
    dots = len(name) - len(name.lstrip("."))
    base = package.split(".")[: package.count(".") + 2 - dots] if dots else []
    return ".".join([*base, *filter(None, [name[dots:]])])


def _uses(node: ast.AST, names: set[str]) -> dict[str, set[str]]:
    """The attributes, ``.a.b``, asked of each of ``names`` in ``node``; empty text where it is used as it is."""
    uses: dict[str, set[str]] = {}
    queue = [(node, "")]
    while queue:
        node, attributes = queue.pop()
        if isinstance(node, ast.Attribute):
            queue.append((node.value, f".{node.attr}{attributes}"))
        elif isinstance(node, ast.Name):
            if node.id in names and isinstance(node.ctx, ast.Load):
                uses.setdefault(node.id, set()).add(attributes)
        else:
            queue += [(child, "") for child in ast.iter_child_nodes(node)]
    return uses


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
