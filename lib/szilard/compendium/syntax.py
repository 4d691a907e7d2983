"""Which names a piece of Python binds, reads or changes: the arithmetic of definitions and uses."""

import ast
import builtins
from collections.abc import Iterable, Iterator

__all__ = ["bound_names", "changed_names", "exposed_names", "loaded_names"]

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def bound_names(statement: ast.stmt) -> set[str]:
    """Names that ``statement`` binds in the scope it stands in.

    >>> sorted(bound_names(ast.parse("fig, ax = plt.subplots()").body[0]))
    ['ax', 'fig']
    """
    if isinstance(statement, _SCOPES):
        return {statement.name}
    names: set[str] = set()
    for node in _own_scope(statement):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update((alias.asname or alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            names.add(node.id)
        elif isinstance(node, _SCOPES):
            names.add(node.name)
    return names


def loaded_names(node: ast.AST) -> set[str]:
    """Names read anywhere inside ``node``, builtins aside.

    >>> sorted(loaded_names(ast.parse("y = np.sin(x) + len(z)").body[0]))
    ['np', 'x', 'z']
    """
    loads = (n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
    augmented = (n.target.id for n in ast.walk(node) if isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name))
    return {name for name in (*loads, *augmented) if not hasattr(builtins, name)}


def exposed_names(statements: Iterable[ast.stmt]) -> set[str]:
    """Names that ``statements`` read before they bind them: what must exist beforehand."""
    needed: set[str] = set()
    bound: set[str] = set()
    for statement in statements:
        needed |= loaded_names(statement) - bound
        bound |= bound_names(statement)
    return needed


def changed_names(statement: ast.stmt) -> set[str]:
    """Names whose objects ``statement`` may change in place: ``a[0] = 1``, ``a.b = 1``, ``a.append(1)``, ``f(a)``."""
    changed: set[str] = set()
    for node in _own_scope(statement):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, (ast.Store, ast.Del)):
            changed |= _root(node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value
            changed |= _root(call.func) if isinstance(call.func, ast.Attribute) else set()
            changed |= {name for argument in call.args for name in _root(argument)}
    return changed


def _root(node: ast.AST) -> set[str]:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def _own_scope(node: ast.AST) -> Iterator[ast.AST]:
    """``node`` and what lies in its scope, without the insides of functions, classes and comprehensions."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _SCOPES):
            yield child
        elif not isinstance(child, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            yield from _own_scope(child)
