"""Formulas of what physics allows a computer, and of information that gravity and cosmology bound."""

from __future__ import annotations

from sympy import Rational, log, pi

from ._symbols import BITS, ENERGY, EXPANSION, MASS, RADIUS, TEMPERATURE
from .symbolic import Formula, Variable, constant

AREA = Variable("area", "A", "m^2", 0.0, above=True)
VOLUME = Variable("volume", "V", "m^3", 0.0, above=True)
SPREAD = Variable("spread", r"\Delta E", "J", 0.0, above=True)
RATE = Variable("rate", r"\nu", "1/s", 0.0, above=True)
MEMORY = Variable("memory", "n", "bit", 0.0, above=True)
POWER = Variable("power", "P", "W", 0.0)
WAVELENGTH = Variable("wavelength", r"\lambda", "m", 0.0, above=True)

K, H, HBAR, C, G = (constant(name) for name in ("k_B", "h", "hbar", "c", "G"))
T = TEMPERATURE.symbol
E = ENERGY.symbol
M = MASS.symbol
R = RADIUS.symbol
X = EXPANSION.symbol
LEAST, MOST = r"\geq", r"\leq"

__all__ = ["FORMULAS"]

# fmt: off
spread = SPREAD.symbol
perpendicular = r"t_\perp"
_SPEED = (
    Formula("rest_energy", "Energy of a mass", "E", "=", M * C**2, (MASS,), "J", "einstein1905tragheit"),
    Formula("bremermann", "Bits per second that a mass can process, as Bremermann has it",
            r"\nu", MOST, M * C**2 / H, (MASS,), "1/s", "bremermann1962optimization"),
    Formula("margolus_levitin_rate", "Orthogonal states per second at a mean energy above the ground state",
            r"\nu", MOST, 2 * E / (pi * HBAR), (ENERGY,), "1/s", "margolus1998maximum"),
    Formula("margolus_levitin_time", "Time to an orthogonal state at a mean energy above the ground state",
            perpendicular, LEAST, pi * HBAR / (2 * E), (ENERGY,), "s", "margolus1998maximum"),
    Formula("mandelstam_tamm_time", "Time to an orthogonal state at a spread of the energy",
            perpendicular, LEAST, pi * HBAR / (2 * spread), (SPREAD,), "s", "mandelstam1945uncertainty"),
)

volume = VOLUME.symbol
radiation = (15 * HBAR**3 * C**3 * E / (pi**2 * volume * K**4)) ** Rational(1, 4)
_MEMORY = (
    Formula("bekenstein", "Bits within a sphere of given energy",
            "n", MOST, 2 * pi * R * E / (HBAR * C * log(2)), (RADIUS, ENERGY), "bit", "bekenstein1981universal"),
    Formula("holographic", "Bits behind a surface",
            "n", MOST, AREA.symbol * C**3 / (4 * G * HBAR * log(2)), (AREA,), "bit", "susskind1995world"),
    Formula("radiation_temperature", "Temperature of light of given energy in a volume",
            "T", "=", radiation, (ENERGY, VOLUME), "K", "lloyd2000ultimate"),
    Formula("radiation_bits", "Bits in thermal light",
            "n", "=", 4 * E / (3 * K * T * log(2)), (ENERGY, TEMPERATURE), "bit", "lloyd2000ultimate"),
    Formula("operations_per_bit", "Operations per second and bit",
            r"\nu_1", "=", RATE.symbol / MEMORY.symbol, (RATE, MEMORY), "1/s", "lloyd2000ultimate"),
    Formula("schwarzschild_radius", "Radius of the black hole of a mass",
            "R", "=", 2 * G * M / C**2, (MASS,), "m", "lloyd2000ultimate"),
    Formula("hawking_temperature", "Temperature of the black hole of a mass",
            "T", "=", HBAR * C**3 / (8 * pi * G * M * K), (MASS,), "K", "hawking1975particle"),
    Formula("black_hole_bits", "Bits of a black hole",
            "n", "=", 4 * pi * G * M**2 / (HBAR * C * log(2)), (MASS,), "bit", "bekenstein1973black"),
    Formula("information_mass", "Mass that a stored bit would have if the conjecture held",
            "m", "=", BITS.symbol * K * T * log(2) / C**2, (BITS, TEMPERATURE), "kg", "vopson2019mass"),
)

bound = K * T * log(2)
_MACHINES = (
    Formula("hardware_ratio", "Energy of an operation over the cost of erasing one bit",
            "r", "=", E / bound, (ENERGY, TEMPERATURE), "", "landauer1961irreversibility"),
    Formula("erasure_rate", "Bits per second that a power can erase",
            r"\dot n", MOST, POWER.symbol / bound, (POWER, TEMPERATURE), "1/s", "landauer1961irreversibility"),
)

paper = "alfonsofaus2013conversion"
companion = "alfonsofaus2013cosmic"
horizon = "gibbons1977cosmological"
h = (EXPANSION,)
_COSMOS = (
    Formula("hubble_energy", "Energy of the Hubble quantum", "E", "=", HBAR * X, h, "J", paper),
    Formula("wavelength_energy", "Energy of a quantum of given reduced wavelength",
            "E", "=", HBAR * C / WAVELENGTH.symbol, (WAVELENGTH,), "J", paper),
    Formula("equivalent_mass", "Mass of an energy", "m", "=", E / C**2, (ENERGY,), "kg", paper),
    Formula("equivalent_temperature", "Temperature of an energy", "T", "=", E / K, (ENERGY,), "K", paper),
    Formula("weinberg_mass", "Mass that Weinberg builds from constants and the expansion rate",
            "m", "=", (HBAR**2 * X / (G * C)) ** Rational(1, 3), h, "kg", "weinberg1972gravitation"),
    Formula("self_energy", "Gravitational energy of a mass at its own reduced Compton length",
            "E_g", "=", G * C * M**3 / HBAR, (MASS,), "J", companion),
    Formula("horizon_temperature", "Temperature of the cosmological horizon",
            "T", "=", HBAR * X / (2 * pi * K), h, "K", horizon),
    Formula("horizon_bits", "Bits of the cosmological horizon",
            "n", "=", pi * C**5 / (G * HBAR * X**2 * log(2)), h, "bit", horizon),
    Formula("horizon_mass", "Mass whose black hole is as large as the Hubble radius",
            "M", "=", C**3 / (2 * G * X), h, "kg", horizon),
    Formula("hubble_volume", "Volume within the Hubble radius",
            "V", "=", Rational(4, 3) * pi * (C / X) ** 3, h, "m^3", "weinberg1972gravitation"),
    Formula("channel_rate", "Bits per second whose entropy one channel of thermal radiation carries away",
            r"\nu", MOST, pi * K * T / (6 * HBAR * log(2)), (TEMPERATURE,), "1/s", "pendry1983quantum"),
    Formula("thermal_wavelength", "Reduced wavelength of light of a temperature",
            r"\lambda", "=", HBAR * C / (K * T), (TEMPERATURE,), "m", "lloyd2000ultimate"),
)
# fmt: on

FORMULAS = (*_SPEED, *_MEMORY, *_MACHINES, *_COSMOS)
