"""Formulas of the physics of information, in SI units: constants, limits, calculators, an audit, joules of hardware.

Texts such as ``"25 °C"`` and quantities of pint, of any registry, are read at the edge.
"""
