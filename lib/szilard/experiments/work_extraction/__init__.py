"""The chapter on work extraction: its laboratory, and what its notebook calls besides."""

from szilard.experiments.work_extraction.laboratory import (
    CONDITIONS, KINDS, LABORATORY, draw_network, recorded, run, slope,
)
