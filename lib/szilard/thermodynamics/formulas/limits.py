"""What physics allows, in SI units and bits: formulas under the names they go by, and two calculators in one call each.

>>> f"{bremermann(mass=1.0):.6e}", bremermann.unit
('1.356392e+50', '1/s')
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from .calculators import Results, calculator
from .catalogue import formula

__all__ = [
    "bekenstein_bits", "bremermann", "holographic_bits", "hubble_quantum", "information_mass", "margolus_levitin",
    "ultimate_laptop",
]  # fmt: skip

bremermann = formula("bremermann")  # mass -> most bits per second
margolus_levitin = formula("margolus_levitin_time")  # mean energy -> least time to an orthogonal state
bekenstein_bits = formula("bekenstein")  # radius, energy -> most bits in a sphere
holographic_bits = formula("holographic")  # area -> most bits behind a surface
information_mass = formula("information_mass")  # bits, temperature -> their mass, if the conjecture held


def ultimate_laptop(mass: ArrayLike = 1.0, volume: ArrayLike = 1e-3) -> Results:
    """Lloyd's ultimate laptop of ``mass`` in kg and ``volume`` in m³ (`lloyd2000ultimate`).

    Returns energy in J, operations in 1/s, temperature in K, bits, operations per second and bit, and radius in
    m and bits of the black hole of the same mass.

    >>> f"{ultimate_laptop()['temperature']:.4g}"
    '5.871e+08'
    """
    return calculator("laptop")(mass=mass, volume=volume)


def hubble_quantum(expansion: ArrayLike) -> Results:
    """The quantum of energy ħH for an ``expansion`` rate in 1/s, as energy, mass, temperature and time of a
    flip, with temperature and bits of the horizon; SI units."""
    return calculator("hubble")(expansion=expansion)
