"""What a notebook calls: a ``Chapter``, and through it figures, tables and claims."""

from __future__ import annotations

import importlib
import logging
import os
import re
import sys
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from szilard.compendium.claims import evaluate
from szilard.compendium.experiment import Laboratory, Result
from szilard.compendium.figures import Display, Format, claims_display, figure_display, table_display
from szilard.compendium.style import rc
from szilard.compendium.tabular import as_frame, sources
from szilard.compendium.tolerance import Tolerance

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Chapter"]


class Chapter:
    """The chapter that a notebook is.

    Creating it sets the process up for a chapter, openly and once: the book's figure style, one thread for
    torch and OpenMP (so that numbers do not depend on the machine's cores), and neither warnings nor log
    lines in the outputs.

    Args:
        key: chapter key, for example ``"minde"``.
        laboratory: its laboratory; found by the key in ``szilard.experiments`` when not given.
    """

    def __init__(self, key: str, laboratory: Laboratory | None = None) -> None:
        if laboratory is None:
            # Looked up by name: laboratories stand on this room, which therefore imports none of them.
            laboratory = importlib.import_module("szilard.experiments").load(key)
        self.key = key
        self.laboratory = laboratory
        self._results: dict[str, dict[str, Result | None]] = {"quick": {}, "full": {}}
        _settle()

    def figure(
        self,
        name: str,
        fig: Figure,
        data: Any,
        caption: str,
        alt: str,
        *,
        source: Any = None,
        volatile: Sequence[str] = (),
        tolerance: Mapping[str, Tolerance] | None = None,
    ) -> Display:
        """Show ``fig`` as ``fig-<key>-<name>``; the last expression of its cell.

        Args:
            name: its name within the chapter, stable for ever.
            fig: the drawing; it is closed.
            data: what is plotted: a result, a frame, or a mapping of columns, results or frames.
            caption: one or two sentences; the first one serves as title.
            alt: what the curves do, for those who do not see them.
            source: further results the data were made from; results in ``data`` are found by themselves.
            volatile: columns that differ from run to run, such as timings.
            tolerance: by column of the data, how far a number may move; else measured, else by rule.
        """
        return figure_display(
            self._id("fig", name),
            fig,
            as_frame(data),
            caption=caption,
            alt=alt,
            provenance=sources(data, source),
            volatile=volatile,
            tolerance=tolerance,
        )

    def table(
        self,
        name: str,
        frame: pd.DataFrame,
        data: Any = None,
        caption: str = "",
        formats: Mapping[str, Format] | None = None,
        *,
        source: Any = None,
        volatile: Sequence[str] = (),
        tolerance: Mapping[str, Tolerance] | None = None,
    ) -> Display:
        """Show ``frame`` as ``tab-<key>-<name>``, rounded for reading; the last expression of its cell.

        Args:
            name: its name within the chapter, stable for ever.
            frame: the rows as readers see them.
            data: the full-precision data to offer, by default ``frame``; as for :meth:`figure`.
            caption: one or two sentences.
            formats: by column, a format string (``"{:.2f}"``) or function; three significant digits by
                default.
            source: further results the data were made from.
            volatile: columns that differ from run to run, such as timings.
            tolerance: by column of the data, how far a number may move; else measured, else by rule.
        """
        return table_display(
            self._id("tab", name),
            as_frame(frame),
            as_frame(frame if data is None else data),
            caption=caption,
            formats=formats or {},
            provenance=sources(data, source),
            volatile=volatile,
            tolerance=tolerance,
        )

    def run(self, name: str) -> Result:
        """Run experiment ``name`` at the quick tier; :meth:`claims` will judge it."""
        self._results["quick"][name] = result = self.laboratory.run(name)
        return result

    def recorded(self, name: str) -> Result | None:
        """The recorded full-tier result of experiment ``name``; ``None`` while nothing is recorded."""
        return self.laboratory.recorded(name)

    def claims(self) -> Display:
        """Judge the chapter's claims by its quick results and the recorded ones.

        What a claim or its control needs and no cell has run is run here.
        """
        for claim in self.laboratory.claims:
            for name in claim.experiments:
                tiers = self.laboratory.experiment(name).cells
                if "quick" in claim.tiers and "quick" in tiers and name not in self._results["quick"]:
                    self.run(name)
                if "full" in claim.tiers and "full" in tiers:
                    self._results["full"][name] = self.recorded(name)
        rows = evaluate(self.key, self.laboratory.claims, self._results)
        return claims_display(self.key, rows, sources(self._results))

    def _id(self, kind: str, name: str) -> str:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            raise ValueError(f"name must be lower-case letters, digits and single hyphens; got {name!r}")
        return f"{kind}-{self.key}-{name}"


def _settle() -> None:
    import matplotlib as mpl

    mpl.rcParams.update(rc())
    os.environ["OMP_NUM_THREADS"] = "1"  # read by torch if it is imported later
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    logging.getLogger("szilard").setLevel(logging.ERROR)
