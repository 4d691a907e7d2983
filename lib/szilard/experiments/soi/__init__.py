"""The chapter on SΩI: its laboratory, and what its notebook calls besides."""

from szilard.experiments.soi.laboratory import LABORATORY, biases, board, crossing, learnt, recorded, run
