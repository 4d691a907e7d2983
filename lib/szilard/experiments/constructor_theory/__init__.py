"""The chapter on constructor theory: its laboratory, and what its notebook calls besides."""

from szilard.experiments.constructor_theory.laboratory import LABORATORY, proof_network, recorded, run, signs
