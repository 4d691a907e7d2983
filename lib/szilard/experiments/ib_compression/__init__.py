"""The chapter on bottlenecks and lossy compression: its laboratory, and what its notebook calls besides."""

from szilard.experiments.ib_compression.laboratory import LABORATORY, recorded, run
