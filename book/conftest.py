"""nbval compares displays as ``szilard verify`` does: by the record that they carry, within its tolerances."""

from __future__ import annotations

from typing import Any

from nbval.plugin import IPyNbCell

from szilard.compendium.verifying import check


def _is_display(output: Any) -> bool:
    return bool(output.get("metadata", {}).get("szilard"))


def _compare(self: IPyNbCell, again: list[Any], published: list[Any], skip_compare: Any = None) -> bool:
    """As the original where outputs carry no record."""
    old, new = ([output for output in outputs if _is_display(output)] for outputs in (published, again))
    lines = []
    if len(old) != len(new):
        lines.append(f"{len(old)} displays are published, the cell shows {len(new)}")
    for a, b in zip(old, new, strict=False):
        report = check(a, b)
        lines += [] if report.agrees else str(report).splitlines()
    old, new = ([output for output in outputs if not _is_display(output)] for outputs in (published, again))
    if not _by_text(self, new, old, skip_compare):
        lines += self.comparison_traceback
    self.comparison_traceback = lines
    return not lines


_by_text = IPyNbCell.compare_outputs
IPyNbCell.compare_outputs = _compare
