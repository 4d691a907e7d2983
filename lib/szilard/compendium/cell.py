"""A cell of a sweep: frozen settings that measure themselves and say what they need for it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

Rows = list[dict[str, Any]]
NEEDS = ("rng", "device")

__all__ = ["Cell", "Rows", "check_cell", "measure", "needs_device"]


class Cell(Protocol):
    """A frozen dataclass of settings with a method ``measure``.

    ``measure(self)``, ``measure(self, rng)``, ``measure(self, device)`` or ``measure(self, rng, device)`` returns the
    rows of its table; the settings become columns before them. Its parameters say what it needs: ``rng``, its own
    random stream; ``device``, where to compute (``"cpu"``, ``"cuda"``, ``"cuda:1"``). A cell that asks for no device
    runs on the processor.
    """

    @property
    def measure(self) -> Callable[..., Rows]:
        """The method that measures it."""
        ...


@lru_cache(maxsize=1024)
def _needs(kind: type) -> tuple[str, ...]:
    method = getattr(kind, "measure", None)
    if not is_dataclass(kind) or not kind.__dataclass_params__.frozen or not inspect.isfunction(method):
        raise ValueError(
            f"a cell must be a frozen dataclass with a method measure(self[, rng][, device]); {kind.__name__} is not"
        )
    needs = tuple(inspect.signature(method).parameters)[1:]
    if any(name not in NEEDS for name in needs):
        raise ValueError(f"{kind.__name__}.measure may ask for rng and device; it asks for {', '.join(needs)}")
    return needs


def check_cell(cell: Any) -> None:
    """Refuse what is not a cell with one clear line (``ValueError``)."""
    _needs(type(cell))


def needs_device(cell: Cell) -> bool:
    """Whether ``cell`` asks where to compute."""
    return "device" in _needs(type(cell))


def measure(cell: Cell, rng: np.random.Generator, device: str) -> Rows:
    """Measure ``cell``, handing it what it asks for."""
    offers = {"rng": rng, "device": device}
    return cell.measure(**{name: offers[name] for name in _needs(type(cell))})
