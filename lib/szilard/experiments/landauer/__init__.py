"""The chapter on Landauer: its laboratory, and what its notebook calls besides."""

from szilard.experiments.landauer.laboratory import LABORATORY, crooks_points, dissipation, recorded, run, slow_limit
