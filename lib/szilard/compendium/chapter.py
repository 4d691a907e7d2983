"""What a notebook calls: a ``Chapter``, and through it figures, tables and claims."""

from __future__ import annotations

import logging
import os
import re
import sys
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from szilard.compendium.claims import Claim, evaluate, headline
from szilard.compendium.experiment import Laboratory
from szilard.compendium.figures import Display, claims_display, figure_display, table_display
from szilard.compendium.provenance import Provenance
from szilard.compendium.reading import Format
from szilard.compendium.result import DamagedResult, Result
from szilard.compendium.style import rc
from szilard.compendium.tabular import Data, as_frame, sources
from szilard.compendium.tolerance import Tolerance
from szilard.validation import check_choice

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Chapter"]


class Chapter:
    """The chapter that a notebook is, made of its laboratory, for example ``szilard.experiments.minde.LABORATORY``.

    Creating it sets the process up for a chapter, openly and once: the book's figure style, one thread for torch and
    OpenMP (so that numbers do not depend on the machine's cores), and neither warnings nor log lines in the outputs.
    """

    def __init__(self, laboratory: Laboratory) -> None:
        self.key = laboratory.key
        self.laboratory = laboratory
        self._results: dict[str, dict[str, Result | DamagedResult | None]] = {"quick": {}, "full": {}}
        _settle()

    def figure(
        self,
        name: str,
        fig: Figure | Mapping[str, Figure],
        data: Data,
        caption: str,
        alt: str,
        *,
        slider: str = "",
        source: Data | None = None,
        volatile: Sequence[str] = (),
        tolerance: Mapping[str, Tolerance] | None = None,
    ) -> Display:
        """Show ``fig`` as ``fig-<key>-<name>``; the last expression of its cell.

        Args:
            name: its name within the chapter, stable for ever.
            fig: the drawing; it is closed. Or several by the text of their position on a slider; the first one is
                what shows where nothing can be moved, as on paper.
            data: what is plotted: a result, a frame, or a mapping of columns, results or frames.
            caption: one or two sentences; the first one serves as title.
            alt: what the curves do, for those who do not see them.
            slider: what its positions are, for example ``"bin size"``.
            source: further results the data were made from; results in ``data`` are found by themselves.
            volatile: columns that differ from run to run, such as timings.
            tolerance: by column of the data, how far a number may move; else measured, else by rule.
        """
        made, id = sources(data, source), self._id("fig", name)
        return figure_display(
            id,
            fig,
            as_frame(data),
            caption=self._dated(caption, made),
            alt=alt,
            slider=slider,
            provenance=made,
            volatile=volatile,
            tolerance=tolerance,
        )

    def table(
        self,
        name: str,
        frame: pd.DataFrame,
        data: Data | None = None,
        caption: str = "",
        formats: Mapping[str, Format] | None = None,
        *,
        source: Data | None = None,
        volatile: Sequence[str] = (),
        tolerance: Mapping[str, Tolerance] | None = None,
    ) -> Display:
        """Show ``frame`` as ``tab-<key>-<name>``, rounded for reading; the last expression of its cell.

        Args:
            frame: the rows as readers see them.
            data: the full-precision data to offer, by default ``frame``.
            formats: by column, a format string (``"{:.2f}"``) or function; by default three significant digits.
            name, caption, source, volatile, tolerance: as for :meth:`figure`.
        """
        made, id, whole = sources(data, source), self._id("tab", name), frame if data is None else data
        return table_display(
            id,
            as_frame(frame),
            as_frame(whole),
            caption=self._dated(caption, made),
            formats=formats or {},
            provenance=made,
            volatile=volatile,
            tolerance=tolerance,
        )

    def run(self, name: str) -> Result:
        """Run experiment ``name`` at the quick tier; :meth:`claims` will judge it."""
        self._results["quick"][name] = result = self.laboratory.run(name)
        return result

    def recorded(self, name: str) -> Result | None:
        """The recorded full-tier result of experiment ``name``; ``None`` while nothing is recorded.

        Raises:
            DamagedResult: what is recorded is not what was written.
        """
        return self.laboratory.recorded(name)

    def claims(self) -> Display:
        """Judge the chapter's claims by its quick results and the recorded ones.

        What a claim or its control needs and no cell has run is run here.
        """
        return claims_display(self.key, *self._judged(self.laboratory.claims))

    def headlines(self, *names: str) -> Display:
        """Judge the foremost claims, one to three by ``names``, as :meth:`claims` does, and show a strip, a line each.

        Raises:
            ValueError: no such claim (the message offers the closest one), one named twice, none, or more than three.
        """
        known = {claim.name: claim for claim in self.laboratory.claims}
        if not 1 <= len(set(names)) == len(names) <= 3:
            raise ValueError(f"headlines must name one to three different claims; got {', '.join(names) or 'none'}")
        chosen = [known[check_choice(name, "claim", known)] for name in names]
        rows, made = self._judged(chosen)
        return claims_display(self.key, list(map(headline, rows)), made, "headlines")

    def _judged(self, claims: Sequence[Claim]) -> tuple[list[dict[str, str]], list[Provenance]]:
        """The verdicts on ``claims``, and where the results come from that they and their controls need."""
        needed = list(dict.fromkeys(name for claim in claims for name in claim.experiments))
        for claim in claims:
            for name in claim.experiments:
                tiers = self.laboratory.experiment(name).cells
                if "quick" in claim.tiers and "quick" in tiers and name not in self._results["quick"]:
                    self.run(name)
                if "full" in claim.tiers and "full" in tiers:
                    try:
                        self._results["full"][name] = self.recorded(name)
                    except DamagedResult as damage:
                        self._results["full"][name] = damage
        made = sources([results.get(name) for results in self._results.values() for name in needed])
        return evaluate(self.key, claims, self._results, self._stale(made)), made

    def _stale(self, made: Sequence[Provenance]) -> list[str]:
        """The recorded experiments among ``made`` that older code or settings have measured."""
        full = (source for source in made if source.tier == "full" and source.key == self.key)
        return sorted({source.experiment for source in full if self.laboratory.state_of(source) == "stale"})

    def _dated(self, caption: str, made: Sequence[Provenance]) -> str:
        """``caption``, which says so where a recorded result is of older code."""
        stale = self._stale(made)
        return f"{caption} Recorded by older code: {', '.join(stale)}." if stale and caption.strip() else caption

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
