"""A cell of a sweep: frozen settings that measure themselves and say what they need for it."""

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

Rows = list[dict[str, Any]]
NEEDS = ("rng", "device")

__all__ = ["Cell", "Rows", "measure", "needs_device"]


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
    frozen = getattr(getattr(kind, "__dataclass_params__", None), "frozen", False)
    if not frozen or not inspect.isfunction(method):
        raise ValueError(
            f"a cell must be a frozen dataclass with a method measure(self[, rng][, device]); {kind.__name__} is not"
        )
    needs = tuple(inspect.signature(method).parameters)[1:]
    if any(name not in NEEDS for name in needs):
        raise ValueError(f"{kind.__name__}.measure may ask for rng and device; it asks for {', '.join(needs)}")
    return needs


def needs_device(cell: object) -> bool:
    """Whether ``cell`` asks where to compute.

    Raises:
        ValueError: it is no cell.
    """
    kind: type = type(cell)
    return "device" in _needs(kind)


def measure(cell: Cell, rng: np.random.Generator, device: str) -> Rows:
    """Measure ``cell``, handing it what it asks for."""
    offers = {"rng": rng, "device": device}
    kind: type = type(cell)
    return cell.measure(**{name: offers[name] for name in _needs(kind)})
