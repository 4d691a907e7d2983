"""The chapter on bottleneck and generalisation: its laboratory, and what its notebook calls besides."""

from szilard.experiments.ib_generalization.laboratory import LABORATORY, recorded, run
