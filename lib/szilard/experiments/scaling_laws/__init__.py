"""The chapter on scaling laws: its laboratory, and what its notebook calls besides."""

from szilard.experiments.scaling_laws.drawing import draw_ladder
from szilard.experiments.scaling_laws.laboratory import LABORATORY, recorded, run
from szilard.experiments.scaling_laws.tables import converged
