"""Erasure, engines and the limits of physics in one call each, in SI units; every value comes from a formula.

>>> f"{bremermann(mass=1.0):.6e}", bremermann.unit
('1.356392e+50', '1/s')
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from szilard.information import divergence

from .calculators import Results, calculator
from .catalogue import Numeric, Variable, formula
from .constants import HUBBLE
from .quantities import in_si

_EFFICIENCY = Variable("efficiency", r"\eta", "", 0.0, 1.0, above=True)

__all__ = [
    "bekenstein_bits", "bremermann", "generalized_landauer", "hawking_temperature", "holographic_bits",
    "hubble_quantum", "information_mass", "landauer_energy", "limits_table", "margolus_levitin",
    "refrigerated_erasure", "schwarzschild_radius", "szilard_work", "ultimate_laptop",
]  # fmt: skip

bremermann = formula("bremermann")  # mass -> most bits per second
margolus_levitin = formula("margolus_levitin_time")  # mean energy -> least time to an orthogonal state
bekenstein_bits = formula("bekenstein")  # radius, energy -> most bits in a sphere
holographic_bits = formula("holographic")  # area -> most bits behind a surface
schwarzschild_radius = formula("schwarzschild_radius")  # mass -> radius of its black hole
hawking_temperature = formula("hawking_temperature")  # mass -> temperature of its black hole
information_mass = formula("information_mass")  # bits, temperature -> their mass, if the conjecture held


def landauer_energy(bits: ArrayLike, temperature: ArrayLike, error: ArrayLike = 0.0, bias: ArrayLike = 0.5) -> Numeric:
    """Least work in J of resetting ``bits`` at ``temperature`` in K; negative where they lose order.

    Each bit was 1 with probability ``bias`` and is wrong afterwards with probability ``error``.

    Raises:
        ValueError: a value outside its domain.

    Source: `landauer1961irreversibility`.

    >>> f"{landauer_energy(1, 300):.6e}"
    '2.870979e-21'
    """
    return formula("reset_work")(bits, temperature, error, bias)


def szilard_work(error: ArrayLike, partition: ArrayLike | None = None, temperature: ArrayLike = 300.0) -> Numeric:
    """Mean work in J of Szilard's engine, its measurement wrong with probability ``error``, at ``temperature`` in K.

    ``partition`` in (0, 1) is the share of the box on the measured side at the end; the best, 1 - error, unless given.

    Raises:
        ValueError: a value outside its domain.

    Source: `sagawa2010generalized`.
    """
    if partition is None:
        return formula("szilard_work")(error, temperature)
    return formula("szilard_partition_work")(error, partition, temperature)


def generalized_landauer(
    initial: ArrayLike,
    final: ArrayLike,
    initial_equilibrium: ArrayLike,
    final_equilibrium: ArrayLike,
    temperature: float,
    free_energy: float = 0.0,
) -> float:
    """Least work in J of changing one distribution over states, ``initial``, into another, ``final``, shape (n,) each.

    Those of equilibrium are positive wherever these are; ``temperature`` is in K, ``free_energy`` in J, the change of
    that of equilibrium.

    Raises:
        ValueError: not probabilities that sum to one, different shapes, or an infinite divergence.

    Source: `esposito2011second`.

    >>> f"{generalized_landauer([0.5, 0.5], [1, 0], [0.5, 0.5], [0.5, 0.5], 300):.6e}"
    '2.870979e-21'
    """
    before = _divergence(initial, initial_equilibrium, "initial")
    after = _divergence(final, final_equilibrium, "final")
    return formula("nonequilibrium_work")(free_energy, after, before, temperature)


def refrigerated_erasure(
    bits: ArrayLike, cold: ArrayLike, hot: ArrayLike = 300.0, efficiency: ArrayLike = 1.0
) -> Numeric:
    """Least work in J of erasing ``bits`` at ``cold`` and lifting the heat to ``hot`` ≥ ``cold``, both in K.

    ``efficiency`` in (0, 1] is the refrigerator's share of Carnot's; with Carnot's own it is k T_h ln 2 a bit.

    Raises:
        ValueError: a value outside its domain.

    Source: `landauer1961irreversibility`, `callen1985thermodynamics`.

    >>> f"{refrigerated_erasure(1, 1e-29):.6e}"
    '2.870979e-21'
    """
    share = in_si(efficiency, _EFFICIENCY.unit, _EFFICIENCY.name)
    _EFFICIENCY.check(share)
    heat = formula("landauer")(bits, cold)
    return heat + formula("carnot_work")(heat, hot, cold) / share


def ultimate_laptop(mass: ArrayLike = 1.0, volume: ArrayLike = 1e-3) -> Results:
    """Results of the calculator of Lloyd's laptop of ``mass`` in kg and ``volume`` in m³ (`lloyd2000ultimate`)."""
    return calculator("laptop")(mass=mass, volume=volume)


def hubble_quantum(expansion: ArrayLike) -> Results:
    """Results of the calculator of the quantum ħH, for an ``expansion`` rate: in 1/s, a quantity or a text."""
    return calculator("hubble")(expansion=expansion)


def limits_table() -> list[dict[str, float | str]]:
    """Limits of computation: name, unit, value as published (NaN where we could not read it) and recomputed, source."""
    laptop, hubble = ultimate_laptop(), HUBBLE["microwave background"].value
    universe = formula("margolus_levitin_rate")(formula("rest_energy")(formula("horizon_mass")(hubble))) / hubble
    sphere = bekenstein_bits(1, laptop["energy"])
    rows = (
        ("energy of a kilogram", "J", 8.9874e16, laptop["energy"], "lloyd2000ultimate"),
        ("its operations per second", "1/s", 5.4258e50, laptop["operations"], "lloyd2000ultimate"),
        ("its memory as light in a litre", "bit", 2.13e31, laptop["bits"], "lloyd2000ultimate"),
        ("its operations per second and bit", "1/s", 1e19, laptop["per_bit"], "lloyd2000ultimate"),
        ("its memory as a black hole", "bit", np.nan, laptop["hole_bits"], "bekenstein1973black"),
        ("its memory in a radius of 1 m, by Bekenstein", "bit", np.nan, sphere, "bekenstein1981universal"),
        ("its rate, by Bremermann", "bit/s", np.nan, bremermann(1), "bremermann1962optimization"),
        ("operations of the universe", "", 1e120, universe, "lloyd2002computational"),
        ("mass of a bit at 300 K", "kg", 3.19e-38, information_mass(1, 300), "vopson2019mass"),
        ("mass of 1 Tb, a terabyte", "kg", 2.5e-25, information_mass(8e12, 300), "vopson2019mass"),
        ("mass of 1 Tb, a terabit", "kg", 2.5e-25, information_mass(1e12, 300), "vopson2019mass"),
    )  # fmt: skip
    return [dict(zip(("name", "unit", "published", "recomputed", "source"), row, strict=True)) for row in rows]


def _divergence(state: ArrayLike, equilibrium: ArrayLike, name: str) -> float:
    value = divergence(state, equilibrium, (name, f"{name}_equilibrium"))
    if not np.isfinite(value):
        raise ValueError(f"{name}_equilibrium must be positive wherever {name} is; got 0 there")
    return value
