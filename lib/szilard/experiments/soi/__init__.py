"""The chapter on SΩI: its laboratory, and what its notebook calls besides."""

from szilard.experiments.soi import tables
from szilard.experiments.soi.cells import BEYOND
from szilard.experiments.soi.laboratory import LABORATORY, recorded, run
