"""Constants of nature, each with its uncertainty, its source and the year of that source.

The values of CODATA are those that scipy carries; h, k_B, c and e are exact since 2019. The expansion rate of
the universe is measured in two ways that disagree, so it is never a constant here but one of :data:`HUBBLE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scipy import constants as si
from scipy.constants import physical_constants

from .quantities import in_si

# The mass of the electron moves with every adjustment, and so tells which one scipy ships.
_ADJUSTMENTS = {9.1093837015e-31: (2018, "tiesinga2021codata"), 9.1093837139e-31: (2022, "mohr2025codata")}
_MEGAPARSEC = 1e6 * si.parsec

__all__ = ["CODATA_YEAR", "CONSTANTS", "HUBBLE", "PARTICLES", "Constant", "hubble_rate"]


@dataclass(frozen=True)
class Constant:
    """A measured or defined quantity: its name in formulas, how it is typeset, what it is, its value and one standard
    uncertainty (0 if exact) in an SI unit, and the BibTeX key and year of the source."""

    name: str
    latex: str
    about: str
    value: float
    uncertainty: float
    unit: str
    source: str
    year: int


def hubble_rate(kilometres_per_second_per_megaparsec: Any) -> float:
    """An expansion rate in 1/s, of a number of km/s/Mpc or a quantity of pint.

    >>> f"{hubble_rate(67.4):.4e}"
    '2.1843e-18'
    """
    rate = in_si(kilometres_per_second_per_megaparsec, "km/s/Mpc", "kilometres_per_second_per_megaparsec")
    return float(rate) * 1e3 / _MEGAPARSEC


def _adjustment() -> tuple[int, str]:
    mass = physical_constants["electron mass"][0]
    if mass not in _ADJUSTMENTS:
        raise ValueError(f"scipy must carry CODATA 2018 or 2022; its electron mass is {mass!r} kg")
    return _ADJUSTMENTS[mass]


CODATA_YEAR, _SOURCE = _adjustment()


def _codata(name: str, latex: str, title: str, unit: str) -> Constant:
    value, _, uncertainty = physical_constants[title]
    return Constant(name, latex, title, value, uncertainty, unit, _SOURCE, CODATA_YEAR)


def _table(*constants: Constant) -> dict[str, Constant]:
    return {constant.name: constant for constant in constants}


CONSTANTS = _table(
    _codata("k_B", "k_B", "Boltzmann constant", "J/K"),
    _codata("h", "h", "Planck constant", "J*s"),
    _codata("hbar", r"\hbar", "reduced Planck constant", "J*s"),
    _codata("c", "c", "speed of light in vacuum", "m/s"),
    _codata("G", "G", "Newtonian constant of gravitation", "m^3/kg/s^2"),
)

_MEV = 1e6 * si.e / si.c**2
PARTICLES = _table(
    _codata("electron", "m_e", "electron mass", "kg"),
    Constant("pion", "m_\\pi", "charged pion mass", 139.57039 * _MEV, 0.00018 * _MEV, "kg", "workman2022review", 2022),
    _codata("proton", "m_p", "proton mass", "kg"),
)


def _expansion(name: str, value: float, uncertainty: float, source: str, year: int) -> Constant:
    about = f"H0 = {value} ± {uncertainty} km/s/Mpc"
    return Constant(name, "H_0", about, hubble_rate(value), hubble_rate(uncertainty), "1/s", source, year)


HUBBLE = _table(
    _expansion("microwave background", 67.4, 0.5, "planck2020cosmological", 2020),
    _expansion("distance ladder", 73.04, 1.04, "riess2022comprehensive", 2022),
)
