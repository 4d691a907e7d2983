"""The numbers of `alfonsofaus2013conversion` and `alfonsofaus2013cosmic`, recomputed with both expansion rates.

The paper gives powers of ten. Such a number *holds* when the recomputed one lies within a factor of five of it
for both rates, or within a tenth where the paper is more precise. Every row gives the factor.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy.integrate import quad

from .catalogue import formula
from .constants import CONSTANTS, HUBBLE, PARTICLES
from .quantities import convert

_ORDER, _SHARP = 5.0, 1.1
_STATED_ENERGY, _STATED_TEMPERATURE, _STATED_BITS = 1e-52, 1e-29, 1e122  # J, K, bit
_ROOM = 300.0
_MATTER = 0.315  # share of matter in a flat universe, `planck2020cosmological`
_BACKGROUND = 2.72548  # temperature of the microwave background in K, `fixsen2009temperature`
_NEUTRINOS = 3.046 * 7 / 8 * (4 / 11) ** (4 / 3)  # energy of three neutrinos over that of light

__all__ = ["Audited", "Finding", "audit_paper", "judge", "universe"]


class Finding(enum.StrEnum):
    """What became of a number of the paper."""

    HOLDS = "holds"
    OFF = "off by the factor given"
    DIMENSIONS = "dimensionally wrong"
    PHYSICS = "conflicts with known physics"


@dataclass(frozen=True)
class Audited:
    """One number of the paper.

    Args:
        name: short, for reference.
        quantity: what it is, in words.
        unit: in which the numbers stand.
        stated: value by expansion rate (the same one twice if the paper gives it).
        recomputed: value by expansion rate.
        finding: the verdict.
        remark: why, in a sentence.
    """

    name: str
    quantity: str
    unit: str
    stated: dict[str, float]
    recomputed: dict[str, float]
    finding: Finding
    remark: str

    @property
    def factors(self) -> dict[str, float]:
        """Recomputed over stated, by expansion rate."""
        return {rate: value / self.stated[rate] for rate, value in self.recomputed.items()}


@dataclass(frozen=True)
class _Row:
    name: str
    quantity: str
    unit: str
    stated: float | Callable[[float], float]
    value: Callable[[float], float]
    si: str
    remark: str
    within: float = _ORDER
    physics: bool = False


def audit_paper() -> list[Audited]:
    """Every number, in the order of the argument of the paper."""
    rows = (*_quantum(), *_consistency(), *_horizon(), *_particles(), *_conjecture())
    return [_audited(row) for row in rows]


def judge(value: float, unit: str, stated: float, stated_unit: str, within: float = _ORDER) -> Finding:
    """The verdict on a number alone: of another kind, within the factor ``within``, or not.

    >>> judge(2.3e-52, "J", 1e-45, "erg").value, judge(1.0, "K", 1.0, "J").value
    ('holds', 'dimensionally wrong')
    """
    try:
        ratio = convert(value, unit, stated_unit) / stated
    except ValueError:
        return Finding.DIMENSIONS
    return Finding.HOLDS if 1 / within <= ratio <= within else Finding.OFF


def universe(expansion: float) -> tuple[float, float]:
    """Age in s and radius in m of the visible part of a flat universe that expands at a rate in 1/s today.

    Matter has the share that `planck2020cosmological` finds, light the temperature of `fixsen2009temperature`.
    """
    k, hbar, c, g = (CONSTANTS[name].value for name in ("k_B", "hbar", "c", "G"))
    light = math.pi**2 * (k * _BACKGROUND) ** 4 / (15 * hbar**3 * c**5)  # mass density
    radiation = light * (1 + _NEUTRINOS) * 8 * math.pi * g / (3 * expansion**2)
    rest = 1 - _MATTER - radiation

    def speed(a: float) -> float:
        return math.sqrt(radiation + _MATTER * a + rest * a**4)  # a² times the expansion rate, today 1

    age = quad(lambda a: a / speed(a), 0, 1)[0] / expansion
    return age, quad(lambda a: 1 / speed(a), 0, 1)[0] * c / expansion


def _audited(row: _Row) -> Audited:
    values = {rate: row.value(h.value) for rate, h in HUBBLE.items()}
    stated = {r: row.stated(h.value) if callable(row.stated) else row.stated for r, h in HUBBLE.items()}
    judged = {judge(values[r], row.si, stated[r], row.unit, row.within) for r in HUBBLE}
    order = (Finding.DIMENSIONS, Finding.OFF, Finding.HOLDS)
    finding = Finding.PHYSICS if row.physics else next(f for f in order if f in judged)
    recomputed = {rate: convert(value, row.si, row.unit) for rate, value in values.items()}
    return Audited(row.name, row.quantity, row.unit, stated, recomputed, finding, row.remark)


# fmt: off
def _quantum() -> list[_Row]:
    energy, temperature = formula("hubble_energy"), formula("equivalent_temperature")
    mass, wave = formula("equivalent_mass"), formula("wavelength_energy")
    c = CONSTANTS["c"].value
    return [
        _Row("energy", "least quantum, ħH", "erg", 1e-45, energy, "J", "The order of magnitude is right."),
        _Row("mass", "its mass", "g", 1e-66, lambda h: mass(energy(h)), "kg", "The order is right."),
        _Row("temperature", "its temperature",
             "K", 1e-29, lambda h: temperature(energy(h)), "K", "The order is right."),
        _Row("energy-age", "the same with the wavelength c times age",
             "erg", 1e-45, lambda h: wave(c * universe(h)[0]), "J", "Age and 1/H agree within a few per cent."),
        _Row("energy-visible", "the same with the radius of the visible universe",
             "erg", 1e-45, lambda h: wave(universe(h)[1]), "J",
             "Read literally, the size of the visible universe gives a third of ħH; the order stands."),
    ]


def _consistency() -> list[_Row]:
    mass, temperature = formula("equivalent_mass"), formula("equivalent_temperature")
    return [
        _Row("triple-temperature", "temperature of the stated energy",
             "K", 1e-29, lambda _: temperature(_STATED_ENERGY), "K",
             "The three stated numbers belong together; they are rounded."),
        _Row("triple-mass", "mass of the stated energy",
             "g", 1e-66, lambda _: mass(_STATED_ENERGY), "kg",
             "The three stated numbers belong together; they are rounded."),
        _Row("landauer", "cost of erasing a bit at the stated temperature",
             "erg", lambda _: convert(CONSTANTS["k_B"].value * _STATED_TEMPERATURE, "J", "erg"),
             lambda _: formula("landauer")(1.0, _STATED_TEMPERATURE), "J",
             "The temperature of the quantum is E/k; a bit costs kT ln 2, 31 per cent less.", _SHARP),
    ]


def _horizon() -> list[_Row]:
    bits, volume = formula("horizon_bits"), formula("hubble_volume")
    energy, rest, mass = formula("hubble_energy"), formula("rest_energy"), formula("horizon_mass")
    return [
        _Row("horizon-temperature", "temperature of the cosmological horizon",
             "K", lambda h: formula("equivalent_temperature")(energy(h)), formula("horizon_temperature"), "K",
             "The horizon radiates at ħH/(2πk): 2π less than ħH/k, which the paper takes for the bath."),
        _Row("bits", "information of the horizon", "bit", _STATED_BITS, bits, "bit", "The order is right."),
        _Row("density", "bits per cubic centimetre, 10¹²² over the Hubble volume",
             "1/cm^3", 1e36, lambda h: _STATED_BITS / volume(h), "1/m^3", "Low by about ten."),
        _Row("density-visible", "the same over the visible universe",
             "1/cm^3", 1e36, lambda h: _STATED_BITS / (4 / 3 * math.pi * universe(h)[1] ** 3), "1/m^3",
             "With the radius from which light has reached us the order is right."),
        _Row("quanta", "energy of the universe in quanta, Mc²/(ħH)",
             "", _STATED_BITS, lambda h: rest(mass(h)) / energy(h), "",
             "With M = c³/(2GH) the entropy of the horizon is exactly 2π k times this number."),
    ]


def _particles() -> list[_Row]:
    weinberg = formula("weinberg_mass")
    rest = formula("rest_energy")
    pion = convert(rest(PARTICLES["pion"].value), "J", "MeV")
    def self_energy(mass: float) -> Callable[[float], float]:
        return lambda h: formula("self_energy")(mass) / formula("hubble_energy")(h)

    rows = [
        _Row("weinberg", "rest energy of the mass from Weinberg's relation, taken for a pion",
             "MeV", pion, lambda h: rest(weinberg(h)), "J",
             "The pion is more than twice as heavy, and the mass enters cubed.", _SHARP)
    ]
    for name, particle in PARTICLES.items():
        rows.append(
            _Row(f"self-{name}", f"gravitational energy of the {name} over ħH, said to be 1 for any particle",
                 "", 1.0, self_energy(particle.value), "",
                 "The energy grows as the cube of the mass: it is ħH for Weinberg's mass alone.", _SHARP)
        )
    return rows


def _conjecture() -> list[_Row]:
    energy, flip = formula("hubble_energy"), formula("margolus_levitin_time")
    bound = formula("landauer")(1.0, _ROOM)

    def refrigerated(_: float) -> float:
        heat = formula("landauer")(1.0, _STATED_TEMPERATURE)
        return heat + formula("carnot_work")(heat, _ROOM, _STATED_TEMPERATURE)

    return [
        _Row("flip",
             "time of one flip of a bit of energy ħH, said to compute faster (against the age of the universe)",
             "Gyr", lambda h: convert(universe(h)[0], "s", "Gyr"), lambda h: flip(energy(h)), "s",
             "A small energy makes a slow bit: this one has not flipped yet.", physics=True),
        _Row("dissipation", "work of erasing a bit in the cold bath of a room at 300 K, said to dissipate less",
             "J", bound, refrigerated, "J", "Cooling costs what the cold saves: the total is kT ln 2 of the room.",
             physics=True),
        _Row("coupling", "wavelength at the stated temperature (against the Hubble radius)",
             "m", lambda h: CONSTANTS["c"].value / h, lambda _: formula("thermal_wavelength")(_STATED_TEMPERATURE),
             "m", "Nothing much smaller than the horizon couples to so cold a bath.", physics=True),
    ]
