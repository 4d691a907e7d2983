"""The chapter on work extraction: its laboratory, and what its notebook calls besides."""

from szilard.experiments.work_extraction.laboratory import LABORATORY, LEAK, YES, draw_network, recorded, run
