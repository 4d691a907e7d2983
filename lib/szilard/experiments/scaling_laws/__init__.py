"""The chapter on scaling laws: its laboratory."""

from szilard.experiments.scaling_laws.laboratory import LABORATORY, recorded, run
