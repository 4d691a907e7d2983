"""The frame of the compendium: experiments, results with provenance, claims, figures, and their book.

It knows no science. ``Experiment`` and ``Laboratory`` describe and run sweeps; ``Chapter`` shows their
results in a notebook; ``szilard.compendium.build`` and ``szilard.compendium.site`` make the book.
"""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.compendium.cell import Cell, Rows
    from szilard.compendium.chapter import Chapter
    from szilard.compendium.claims import Claim, Control, Errs, Finding, Kind, claim, claims_of
    from szilard.compendium.criteria import Verdict, at_least, at_most, between, holds
    from szilard.compendium.experiment import Experiment, Laboratory
    from szilard.compendium.places import results_folder
    from szilard.compendium.provenance import Provenance
    from szilard.compendium.result import DamagedResult, Result
    from szilard.compendium.sweep import CellFailed, Incomplete
    from szilard.compendium.tolerance import Tolerance

__getattr__, __dir__, __all__ = attach(__name__)
