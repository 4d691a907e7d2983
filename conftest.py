"""How two workers share the tests: whole modules and notebooks, the longest chapters first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.hookimpl(tryfirst=True)  # before the workers read the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two workers take whole modules in turn, whole chapters first, the longest before the others."""
    seconds = {path.stem: _seconds(path) for path in (Path(__file__).parent / "book").glob("*/*.ipynb")}
    order = {}
    for item in items:
        key = getattr(item, "callspec", None) and item.callspec.params.get("chapter_on_another_processor")
        scope = item.nodeid if key else item.nodeid.rsplit("::", 1)[0]
        item.add_marker(pytest.mark.xdist_group(scope))
        order[item] = -seconds.get(key or item.path.stem, 0.0)
    items.sort(key=order.__getitem__)


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
