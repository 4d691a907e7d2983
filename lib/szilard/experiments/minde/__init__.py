"""The chapter on MINDE: its laboratory, and what its notebook calls besides."""

from szilard.experiments.minde.laboratory import LABORATORY, recorded, run
