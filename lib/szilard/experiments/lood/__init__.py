"""The chapter on leave-one-out distinguishability: its laboratory, and what its notebook calls besides."""

from szilard.experiments.lood.laboratory import LABORATORY, recorded, run
