"""The frame of the compendium: experiments, results with provenance, claims, figures, and their book.

It knows no science. ``Experiment`` and ``Laboratory`` describe and run sweeps; ``Chapter`` shows their
results in a notebook; ``szilard.compendium.build`` and ``szilard.compendium.site`` make the book.
"""

from __future__ import annotations

from typing import Any

_HOMES = {
    "CellFailed": "sweep",
    "Chapter": "chapter",
    "Claim": "claims",
    "Experiment": "experiment",
    "Incomplete": "sweep",
    "Judgement": "claims",
    "Laboratory": "experiment",
    "Provenance": "provenance",
    "Result": "experiment",
    "Verdict": "claims",
    "results_folder": "places",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
