"""Szilard: an executable, citable compendium of information in learning, language, computation and physics.

The rooms are imported by name, for example ``from szilard.estimators import KSG``.
"""

__version__ = "0.1.0"
