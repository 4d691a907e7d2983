"""What physics allows, in one call each, in SI units and bits; every value comes from a formula of the room."""

from __future__ import annotations

from typing import Any

from .calculators import calculator
from .catalogue import formula

__all__ = [
    "bekenstein_bits",
    "bremermann",
    "holographic_bits",
    "hubble_quantum",
    "information_mass",
    "margolus_levitin",
    "ultimate_laptop",
]


def bremermann(mass: Any) -> Any:
    """Bits per second that ``mass`` in kg can process, m c²/h (`bremermann1962optimization`).

    >>> f"{bremermann(1.0):.6e}"
    '1.356392e+50'
    """
    return formula("bremermann")(mass)


def margolus_levitin(energy: Any) -> Any:
    """Least time in s to an orthogonal state at mean ``energy`` in J above the ground state
    (`margolus1998maximum`)."""
    return formula("margolus_levitin_time")(energy)


def bekenstein_bits(radius: Any, energy: Any) -> Any:
    """Most bits in a sphere of ``radius`` in m that holds ``energy`` in J (`bekenstein1981universal`)."""
    return formula("bekenstein")(radius, energy)


def holographic_bits(area: Any) -> Any:
    """Most bits behind a surface of ``area`` in m² (`susskind1995world`)."""
    return formula("holographic")(area)


def ultimate_laptop(mass: Any = 1.0, volume: Any = 1e-3) -> dict[str, Any]:
    """Lloyd's ultimate laptop of ``mass`` in kg and ``volume`` in m³ (`lloyd2000ultimate`).

    Returns energy in J, operations in 1/s, heat (its temperature) in K, bits, operations per second and bit,
    and radius in m and bits of the black hole of the same mass.
    """
    return calculator("laptop")(mass=mass, volume=volume)


def information_mass(bits: Any, temperature: Any) -> Any:
    """Mass in kg of stored ``bits`` at ``temperature`` in K if the conjecture of `vopson2019mass` held."""
    return formula("information_mass")(bits, temperature)


def hubble_quantum(expansion: Any) -> dict[str, Any]:
    """The quantum of energy ħH for an ``expansion`` rate in 1/s, as energy, mass, temperature and time of a
    flip, with temperature and bits of the horizon; SI units."""
    return calculator("hubble")(expansion=expansion)
