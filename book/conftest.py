"""nbval executes chapters as another processor, and compares displays as ``szilard verify`` does: by the record that
they carry, within its tolerances.

What is published was computed as here; that it comes out under instructions of 2008 as well is the stricter question,
and one execution answers both.
"""

from __future__ import annotations

import os
from typing import Any

import nbval.kernel
from nbval.plugin import IPyNbCell

from szilard.compendium.processors import PROCESSORS
from szilard.compendium.verifying import check

OLD = next(one for one in PROCESSORS if one.name == "sse").variables | {"LOKY_MAX_CPU_COUNT": "1"}  # a core per worker


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


def _start(*args: Any, **settings: Any) -> Any:
    return _start_here(*args, env={**os.environ, **OLD}, **settings)


_start_here = nbval.kernel.start_new_kernel
nbval.kernel.start_new_kernel = _start
_by_text = IPyNbCell.compare_outputs
IPyNbCell.compare_outputs = _compare
