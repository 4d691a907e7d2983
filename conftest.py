"""How two workers share the tests: whole modules and notebooks, the longest chapters first. Cells of sweeps are kept
apart from those that a reader computed, for chapters are executed as another processor here."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

os.environ.setdefault("SZILARD_CACHE", str(Path(__file__).parent / ".szilard" / "tests"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that execute chapters first, the longest chapters before the others, and give them time."""
    seconds = {path.stem: _seconds(path) for path in (Path(__file__).parent / "book").glob("*/*.ipynb")}
    items.sort(key=lambda item: -seconds.get(item.path.stem, 0.0))
    for item in items:
        if item.path.suffix == ".ipynb":  # a sweep, on a machine that may be slow and busy
            item.add_marker(pytest.mark.timeout(1800))


def _seconds(notebook: Path) -> float:
    """What the sweeps behind a chapter took, added up."""
    cells = json.loads(notebook.read_bytes())["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    records = [output.get("metadata", {}).get("szilard", {}) for output in outputs]
    sources = {
        source["experiment"]: source["wall_seconds"]
        for record in records
        for source in record.get("provenance", ())
        if source["tier"] == "quick"
    }
    return sum(sources.values())
