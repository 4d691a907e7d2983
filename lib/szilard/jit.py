"""Compiled loops, kept between runs wherever a folder can be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

from szilard.folders import scratch

Function = TypeVar("Function", bound=Callable[..., Any])

CONFIG: Any = numba.config  # makes its names at run time

__all__ = ["njit"]


def njit(**options: Any) -> Callable[[Function], Function]:
    """:func:`numba.njit`; what ``cache=True`` keeps lies beside the module or in the user's cache, as Numba chooses.

    Where neither can be written it lies in a private temporary folder, and failing that it is compiled anew in every
    process.
    """

    def compiled(function: Function) -> Function:
        try:
            return numba.njit(**options)(function)
        except RuntimeError:  # no folder to keep it in
            return _elsewhere(function, options)

    return compiled


def _elsewhere(function: Function, options: dict[str, Any]) -> Function:
    usual = CONFIG.CACHE_DIR
    try:
        CONFIG.CACHE_DIR = str(scratch() / "numba")
        return numba.njit(**options)(function)
    except (OSError, RuntimeError):
        return numba.njit(**options | {"cache": False})(function)
    finally:
        CONFIG.CACHE_DIR = usual
