"""The variables that several formulas share."""

from __future__ import annotations

from .symbolic import Variable

TEMPERATURE = Variable("temperature", "T", "K", 0.0, above=True)
BITS = Variable("bits", "n", "bit", 0.0)
ERROR = Variable("error", r"\varepsilon", "", 0.0, 1.0)
BIAS = Variable("bias", "p", "", 0.0, 1.0)
FREE_ENERGY = Variable("free_energy", r"\Delta F", "J")
INFORMATION = Variable("information", "I", "nat", 0.0)
DURATION = Variable("duration", r"\tau", "s", 0.0, above=True)
VARIANCE = Variable("variance", r"\operatorname{Var}", "m^2", 0.0)
DIFFUSION = Variable("diffusion", "D", "m^2/s", 0.0, above=True)
ENERGY = Variable("energy", "E", "J", 0.0, above=True)
MASS = Variable("mass", "m", "kg", 0.0, above=True)
RADIUS = Variable("radius", "R", "m", 0.0, above=True)
EXPANSION = Variable("expansion", "H", "1/s", 0.0, above=True)
STIFFNESS = Variable("stiffness_ratio", "r", "", 0.0, above=True)

__all__ = [name for name in dir() if name.isupper()]
