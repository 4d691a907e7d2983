"""The calculators: their inputs, the formulas that give the results, and the units of display.

Plain data: formulas are named by key and looked up when a calculator runs, so that the command line and the
pages need :data:`CALCULATORS` alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from .catalogue import Numeric
    from .symbolic import Formula, Variable

__all__ = ["CALCULATORS", "Calculator", "Input", "Results", "Step", "calculator"]

Results: TypeAlias = "dict[str, Numeric]"  # by name, in SI units


@dataclass(frozen=True)
class Input:
    """An input: its name, its default with a unit, and what it is."""

    name: str
    default: str
    about: str


@dataclass(frozen=True)
class Step:
    """One result: its name, the key of its formula, what it is, and its units of display, the main one first; for a
    variable of the formula that has another name, the input or earlier result that it ``takes``."""

    name: str
    formula: str
    about: str
    units: tuple[str, ...]
    takes: Mapping[str, str] = field(default_factory=dict, hash=False)

    def origin(self, variable: str) -> str:
        """The input or earlier result that ``variable`` of the formula is."""
        return self.takes.get(variable, variable)


@dataclass(frozen=True)
class Calculator:
    """A few inputs and the results that follow, each by one formula.

    Called with values in SI units by input name, with quantities of pint, or with texts such as ``"25 °C"``, it returns
    the results by name, in SI units (information in bits). Inputs that are left out have their defaults.

    Raises:
        ValueError: an unknown input, a wrong or missing unit, a value outside a domain.
    """

    key: str
    title: str
    about: str
    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]

    def __call__(self, **inputs: ArrayLike) -> Results:
        """The results in SI units, by name."""
        values = self.values(**inputs)
        for step in self.steps:
            formula = _formula(step.formula)
            result = formula(**{v.name: values[step.origin(v.name)] for v in formula.variables})
            if isinstance(result, float) and not math.isfinite(result):
                raise ValueError(f"{step.about}: beyond the range of numbers with these inputs")
            values[step.name] = result
        return {step.name: values[step.name] for step in self.steps}

    def values(self, **inputs: ArrayLike) -> dict[str, Numeric]:
        """The inputs in SI units, checked for kind and domain."""
        from szilard.validation import check_choice

        from .quantities import in_si, parse

        for name in inputs:
            check_choice(name, f"input of {self.key}", [item.name for item in self.inputs])
        values = {}
        for item in self.inputs:
            value, variable = inputs.get(item.name, item.default), self.variable(item.name)
            read = parse if isinstance(value, str) else in_si
            values[item.name] = read(value, variable.unit, item.name)
            variable.check(values[item.name], item.name)
        return values

    def variable(self, name: str) -> Variable:
        """The variable of a formula that input ``name`` becomes: its unit and its domain."""
        pairs = ((step, variable) for step in self.steps for variable in _formula(step.formula).variables)
        candidates = [variable for step, variable in pairs if step.origin(variable.name) == name]
        if candidates:
            return next((variable for variable in candidates if variable.name == name), candidates[0])
        raise ValueError(f"{self.key}: no formula takes {name!r}")

    def formulas(self) -> tuple[Formula, ...]:
        """The formulas behind the results, in order."""
        return tuple(_formula(step.formula) for step in self.steps)


def calculator(key: str) -> Calculator:
    """The calculator named ``key``.

    >>> round(calculator("information-mass")(information="1 TB")["mass"] * 1e25, 3)
    2.556
    """
    from szilard.validation import check_choice

    return CALCULATORS[check_choice(key, "calculator", CALCULATORS)]


def _formula(key: str) -> Formula:
    from .catalogue import formula

    return formula(key)


_TEMPERATURE = Input("temperature", "300 K", "temperature of the surroundings")
_ENERGY = ("J", "eV")
_EV = ("meV", "J")
_BITS = {"bits": "information"}
_COLD, _HOT = ({**_BITS, "temperature": place} for place in ("cold", "hot"))
_PER_BIT = {"rate": "operations", "memory": "bits"}

# fmt: off
_ALL = (
    Calculator("landauer", "Landauer's bound",
        "The least work of resetting bits to a known value; all of it ends as heat.",
        (Input("information", "1 bit", "how much is erased"), _TEMPERATURE,
         Input("error", "0", "probability that a bit is wrong afterwards"),
         Input("bias", "0.5", "probability that a bit is 1 beforehand")),
        (Step("work", "reset_work", "least work", _ENERGY, _BITS),
         Step("full", "landauer", "for unbiased bits, without error", _ENERGY, _BITS))),
    Calculator("finite-time", "Landauer's bound in finite time",
        "The least work of erasing, in a given time, one bit: the side of a double well on which a particle sits.",
        (Input("duration", "1 s", "time allowed"),
         Input("variance", "0.5 μm^2", "variance of the particle's position beforehand"),
         Input("diffusion", "0.25 μm^2/s", "its diffusion coefficient"),
         Input("rate", "1 Hz", "total jump rate, for a bit that is a two-level system instead"), _TEMPERATURE),
        (Step("at_least", "finite_time_lower", "no protocol needs less than", _EV),
         Step("at_most", "finite_time_upper", "the best protocol needs at most", _EV),
         Step("two_level", "two_level_work", "two-level system, slow limit", _EV))),
    Calculator("engine", "Szilard's engine",
        "Work from one molecule in a box after measuring, with a possible error, in which half it is.",
        (Input("error", "0.1", "probability that the measurement is wrong"), _TEMPERATURE,
         Input("partition", "0.8", "share of the box on the measured side at the end"),
         Input("boxes", "2", "number of boxes of an engine that never errs")),
        (Step("work", "szilard_work", "work, partition at the best place", _EV),
         Step("best_partition", "szilard_partition", "best place of the partition", ("",)),
         Step("given_work", "szilard_partition_work", "work, partition as given", _EV),
         Step("boxes_work", "szilard_boxes", "work with that many boxes", _EV))),
    Calculator("refrigerator", "Erasing in the cold",
        "A cold memory saves nothing: its heat must be lifted to the warm room, at best by a Carnot machine.",
        (Input("information", "1 bit", "how much is erased"), Input("cold", "4 K", "temperature of the memory"),
         Input("hot", "300 K", "temperature of the room")),
        (Step("heat", "landauer", "heat of erasing in the cold, T = T_c", _ENERGY, _COLD),
         Step("cooling", "carnot_work", "least work of lifting it to the room", _ENERGY),
         Step("total", "landauer", "both together: the bound of the room, T = T_h", _ENERGY, _HOT))),
    Calculator("bremermann", "Bremermann's limit",
        "Bits per second that a mass can process, and the rate of state changes that its energy allows.",
        (Input("mass", "1 kg", "mass of the computer"),),
        (Step("bremermann", "bremermann", "Bremermann's rate", ("1/s",)),
         Step("energy", "rest_energy", "rest energy", ("J",)),
         Step("changes", "margolus_levitin_rate", "Margolus and Levitin's rate", ("1/s",)))),
    Calculator("margolus-levitin", "The Margolus–Levitin limit",
        "How fast a state can become an orthogonal one, by its mean energy and by the spread of its energy.",
        (Input("energy", "1 eV", "mean energy above the ground state"),
         Input("spread", "1 eV", "standard deviation of the energy")),
        (Step("time", "margolus_levitin_time", "by the mean energy", ("s",)),
         Step("rate", "margolus_levitin_rate", "that is, per second", ("1/s",)),
         Step("time_spread", "mandelstam_tamm_time", "by the spread", ("s",)))),
    Calculator("bekenstein", "Bekenstein's bound", "Bits that a sphere of given radius and mass can hold.",
        (Input("radius", "1 m", "radius of the sphere"), Input("mass", "1 kg", "mass within it")),
        (Step("energy", "rest_energy", "energy within it", ("J",)),
         Step("bits", "bekenstein", "information at most", ("bit",)))),
    Calculator("holographic", "The holographic bound",
        "Bits that anything behind a surface can hold: a quarter of its area in Planck units.",
        (Input("area", "1 m^2", "area of the surface"),),
        (Step("bits", "holographic", "information at most", ("bit",)),)),
    Calculator("laptop", "Lloyd's ultimate laptop",
        "A computer that turns all its mass into light and calculates with it; and the same as a black hole.",
        (Input("mass", "1 kg", "its mass"), Input("volume", "1 litre", "its volume")),
        (Step("energy", "rest_energy", "energy", ("J",)),
         Step("operations", "margolus_levitin_rate", "operations per second", ("1/s",)),
         Step("temperature", "radiation_temperature", "temperature", ("K",)),
         Step("bits", "radiation_bits", "memory", ("bit",)),
         Step("per_bit", "operations_per_bit", "operations per second and bit", ("1/s",), _PER_BIT),
         Step("horizon", "schwarzschild_radius", "as a black hole, radius", ("m",)),
         Step("hole_temperature", "hawking_temperature", "as a black hole, temperature", ("K",)),
         Step("hole_bits", "black_hole_bits", "as a black hole, memory", ("bit",)))),
    Calculator("information-mass", "The mass of information",
        "Vopson's conjecture that a stored bit has mass, m = kT ln 2 / c². No experiment has shown it.",
        (Input("information", "1 TB", "how much is stored"), _TEMPERATURE),
        (Step("mass", "information_mass", "mass, if it held", ("kg", "g"), _BITS),)),
    Calculator("hubble", "The Hubble quantum",
        "The energy ħH, the least that can be resolved within the age of the universe, and what follows from it.",
        (Input("expansion", "67.4 km/s/Mpc", "expansion rate of the universe"),),
        (Step("energy", "hubble_energy", "energy", ("erg", "J")),
         Step("mass", "equivalent_mass", "as a mass", ("g",)),
         Step("temperature", "equivalent_temperature", "as a temperature", ("K",)),
         Step("horizon", "horizon_temperature", "temperature of the horizon", ("K",)),
         Step("bits", "horizon_bits", "information of the horizon", ("bit",)),
         Step("flip", "margolus_levitin_time", "time that it needs for one flip", ("s", "Gyr")))),
    Calculator("hardware", "Hardware against the bound",
        "Energy of an operation over that of erasing one bit, and how many bits a power could erase at the bound.",
        (Input("energy", "0.1 pJ", "energy of one operation"), Input("power", "700 W", "power of the machine"),
         _TEMPERATURE),
        (Step("ratio", "hardware_ratio", "times the cost of erasing a bit", ("",)),
         Step("erasures", "erasure_rate", "bits per second that the power could erase", ("1/s",)))),
)
# fmt: on

CALCULATORS: dict[str, Calculator] = {item.key: item for item in _ALL}
