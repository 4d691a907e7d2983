"""The numbers of `alfonsofaus2013conversion` and `alfonsofaus2013cosmic`, recomputed with both expansion rates.

The paper gives powers of ten. Such a number *holds* when the recomputed one lies within a factor of five of it for all
rates. What the paper does not state stands beside a number that it may be compared with, and gets no verdict.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from scipy.integrate import quad

from .catalogue import Variable, formula
from .constants import CONSTANTS, HUBBLE, PARTICLES
from .quantities import convert, in_si, parse

_ORDER = 5.0
_STATED_ENERGY, _STATED_TEMPERATURE, _STATED_BITS = 1e-52, 1e-29, 1e122  # J, K, bit
_MATTER = 0.315  # share of matter in a flat universe, `planck2020cosmological`
_BACKGROUND = 2.72548  # temperature of the microwave background in K, `fixsen2009temperature`
_EXPANSION = Variable("hubble", "H_0", "1/s", 1e-19, 1e-16)  # 3 to 3000 km/s/Mpc
_NEUTRINOS = 3.046 * 7 / 8 * (4 / 11) ** (4 / 3)  # energy of three neutrinos over that of light

__all__ = ["Audited", "Finding", "audit_paper", "judge", "universe"]


class Finding(enum.StrEnum):
    """What became of a number of the paper."""

    HOLDS = "holds"
    OFF = "off by the factor given"
    DIMENSIONS = "dimensionally wrong"
    COMPARED = "not stated"


@dataclass(frozen=True)
class Audited:
    """One number: ``recomputed`` in ``unit`` and what it is ``compared`` with, by expansion rate.

    ``stated`` is the number in the paper, NaN where the paper has none; ``remark`` says why, in a sentence.
    """

    name: str
    quantity: str
    unit: str
    stated: float
    compared: dict[str, float]
    recomputed: dict[str, float]
    finding: Finding
    remark: str

    @property
    def factors(self) -> dict[str, float]:
        """Recomputed over what it is compared with, by expansion rate."""
        return {rate: value / self.compared[rate] for rate, value in self.recomputed.items()}


_Row: TypeAlias = Callable[..., Audited]


def audit_paper(hubble: Any = None) -> list[Audited]:
    """Every number, in the order of the argument of the paper.

    Args:
        hubble: an expansion rate by which to recompute, ``"given"`` in the results: a number in 1/s, which
            :func:`hubble_rate` makes from km/s/Mpc, a quantity of pint, or a text such as ``"70 km/s/Mpc"``; those of
            :data:`HUBBLE` unless given.

    Raises:
        ValueError: no single rate between 1e-19 and 1e-16 per second, which are 3 and 3000 km/s/Mpc.

    >>> f"{audit_paper('70 km/s/Mpc')[0].recomputed['given']:.4e}"
    '2.3923e-45'
    """
    rates = {name: known.value for name, known in HUBBLE.items()} if hubble is None else {"given": _rate(hubble)}
    row = partial(_audited, rates)
    return [*_quantum(row), *_horizon(row), *_particles(row)]


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
    expansion = _rate(expansion, "expansion")
    k, hbar, c, g = (CONSTANTS[name].value for name in ("k_B", "hbar", "c", "G"))
    light = math.pi**2 * (k * _BACKGROUND) ** 4 / (15 * hbar**3 * c**5)  # mass density
    radiation = light * (1 + _NEUTRINOS) * 8 * math.pi * g / (3 * expansion**2)
    rest = 1 - _MATTER - radiation

    def speed(a: float) -> float:
        return math.sqrt(radiation + _MATTER * a + rest * a**4)  # a² times the expansion rate, today 1

    age = quad(lambda a: a / speed(a), 0, 1)[0] / expansion
    return age, quad(lambda a: 1 / speed(a), 0, 1)[0] * c / expansion


def _rate(hubble: Any, name: str = "hubble") -> float:
    """One expansion rate in 1/s, of a number, a quantity or a text."""
    rate = parse(hubble, "1/s", name) if isinstance(hubble, str) else in_si(hubble, "1/s", name)
    if np.ndim(rate):
        raise ValueError(f"{name} must be one rate; got shape {np.shape(rate)}")
    _EXPANSION.check(float(rate), name)
    return float(rate)


def _audited(
    rates: Mapping[str, float],
    name: str,
    quantity: str,
    unit: str,
    reference: float | Callable[[float], float],
    value: Callable[[float], float],
    si: str,
    remark: str,
    stated: bool = True,
) -> Audited:
    """A row: ``value`` in unit ``si`` of an expansion rate in 1/s, beside a number or another function of the rate."""
    values = {rate: value(h) for rate, h in rates.items()}
    compared = {rate: reference(h) if callable(reference) else reference for rate, h in rates.items()}
    judged = {judge(values[rate], si, compared[rate], unit) for rate in rates}
    finding = next(each for each in (Finding.DIMENSIONS, Finding.OFF, Finding.HOLDS) if each in judged)
    recomputed = {rate: convert(each, si, unit) for rate, each in values.items()}
    number = float(reference) if stated and not callable(reference) else math.nan
    return Audited(name, quantity, unit, number, compared, recomputed, finding if stated else Finding.COMPARED, remark)


# fmt: off
def _quantum(row: _Row) -> list[Audited]:
    energy, temperature = formula("hubble_energy"), formula("equivalent_temperature")
    mass, wave = formula("equivalent_mass"), formula("wavelength_energy")
    together = "The three stated numbers belong together; they are rounded."
    return [
        row("energy", "least quantum, ħH", "erg", 1e-45, energy, "J", "The order of magnitude is right."),
        row("mass", "its mass", "g", 1e-66, lambda h: mass(energy(h)), "kg", "The order is right."),
        row("temperature", "its temperature",
            "K", 1e-29, lambda h: temperature(energy(h)), "K", "The order is right."),
        row("energy-unreduced", "hH, the same with c/H as the wavelength itself", "erg", 1e-45,
            lambda h: 2 * math.pi * energy(h), "J", "2π more than with c/H as the reduced wavelength."),
        row("energy-age", "the same with the reduced wavelength c times age", "erg", 1e-45,
            lambda h: wave(CONSTANTS["c"].value * universe(h)[0]), "J",
            "Age and 1/H agree within a few per cent."),
        row("energy-visible", "the same with the radius of the visible universe",
            "erg", 1e-45, lambda h: wave(universe(h)[1]), "J", "A third of ħH; the order stands."),
        row("triple-temperature", "temperature of the stated energy",
            "K", 1e-29, lambda _: temperature(_STATED_ENERGY), "K", together),
        row("triple-mass", "mass of the stated energy",
            "g", 1e-66, lambda _: mass(_STATED_ENERGY), "kg", together),
        row("landauer", "erasing a bit at the stated temperature",
            "erg", 1e-45, lambda _: formula("landauer")(1.0, _STATED_TEMPERATURE), "J",
            "A bit costs kT ln 2, 31 per cent less than kT; as powers of ten both are right."),
    ]


def _horizon(row: _Row) -> list[Audited]:
    bits, volume = formula("horizon_bits"), formula("hubble_volume")
    energy, rest, mass = formula("hubble_energy"), formula("rest_energy"), formula("horizon_mass")
    return [
        row("horizon-temperature", "temperature of the horizon, beside ħH/k",
            "K", lambda h: formula("equivalent_temperature")(energy(h)), formula("horizon_temperature"), "K",
            "The horizon has ħH/(2πk), 2π less than the temperature of the quantum.", stated=False),
        row("bits", "information of the horizon", "bit", _STATED_BITS, bits, "bit", "The order is right."),
        row("density", "bits per cubic centimetre, 10¹²² over the Hubble volume",
            "1/cm^3", 1e36, lambda h: _STATED_BITS / volume(h), "1/m^3", "The stated number is low by about ten."),
        row("density-visible", "the same over the visible universe",
            "1/cm^3", 1e36, lambda h: _STATED_BITS / (4 / 3 * math.pi * universe(h)[1] ** 3), "1/m^3",
            "With the radius from which light has reached us the order is right."),
        row("quanta", "energy of the universe in quanta, Mc²/(ħH)",
            "", _STATED_BITS, lambda h: rest(mass(h)) / energy(h), "",
            "With M = c³/(2GH) the entropy of the horizon is exactly 2πk times this number."),
    ]


def _particles(row: _Row) -> list[Audited]:
    rest, self_energy, quantum = formula("rest_energy"), formula("self_energy"), formula("hubble_energy")
    pion = convert(rest(PARTICLES["pion"].value), "J", "MeV")

    def over(mass: float) -> Callable[[float], float]:
        return lambda h: self_energy(mass) / quantum(h)

    return [
        row("weinberg", "rest energy of Weinberg's mass, beside the pion's",
            "MeV", pion, lambda h: rest(formula("weinberg_mass")(h)), "J",
            "The pion is more than twice as heavy, and the mass enters cubed.", stated=False),
        *(row(f"self-{name}", f"gravitational energy of the {name} over ħH",
              "", 1.0, over(particle.value), "",
              "The energy grows as the cube of the mass: it is ħH for Weinberg's mass alone.")
          for name, particle in PARTICLES.items()),
    ]
