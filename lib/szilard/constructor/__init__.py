"""Constructor theory of information: which tasks do the laws of physics allow, decided with certificates.

>>> from szilard.constructor import Attribute, Task
>>> zero, one = Attribute("0"), Attribute("1")
>>> ~Task({zero: one})
{1 → 0}
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .algebra import Attribute, Substrate, Task, Variable, union, unite
    from .verdict import Verdict, all_of

_PLACES = {
    "Attribute": "algebra",
    "Substrate": "algebra",
    "Task": "algebra",
    "Variable": "algebra",
    "Verdict": "verdict",
    "all_of": "verdict",
    "union": "algebra",
    "unite": "algebra",
}

__all__ = ["Attribute", "Substrate", "Task", "Variable", "Verdict", "all_of", "union", "unite"]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
