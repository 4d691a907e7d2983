"""Quantities at the edge: as people write them, ``1 GB``, ``25 °C``, ``67.4 km/s/Mpc``, and as objects of pint.

Inside the library numbers are plain and in SI units. Information has a dimension here, so that bits, bytes and nats
differ from each other and from bare numbers; ``flop`` and ``op`` are counts.
"""

from __future__ import annotations

import functools
import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from szilard.names import did_you_mean
from szilard.validation import has_unit, plain_array, refuse_unit

if TYPE_CHECKING:
    import pint

_PREFIXES = {
    "quecto": ("1e-30", "q"), "ronto": ("1e-27", "r"), "yocto": ("1e-24", "y"), "zepto": ("1e-21", "z"),
    "atto": ("1e-18", "a"), "femto": ("1e-15", "f"), "pico": ("1e-12", "p"), "nano": ("1e-9", "n"),
    "micro": ("1e-6", "μ = u"), "milli": ("1e-3", "m"), "centi": ("1e-2", "c"), "kilo": ("1e3", "k"),
    "mega": ("1e6", "M"), "giga": ("1e9", "G"), "tera": ("1e12", "T"), "peta": ("1e15", "P"),
    "exa": ("1e18", "E"), "zetta": ("1e21", "Z"), "yotta": ("1e24", "Y"), "kibi": ("2**10", "Ki"),
    "mebi": ("2**20", "Mi"), "gibi": ("2**30", "Gi"), "tebi": ("2**40", "Ti"), "pebi": ("2**50", "Pi"),
}  # fmt: skip
_UNITS = (
    "metre = [length] = m = meter", "second = [time] = s", "gram = [mass] = g", "kelvin = [temperature]; offset: 0 = K",
    "bit = [information] = b", "operation = [] = op", "flop = operation", "percent = 0.01 = pct",
    "degree_Celsius = kelvin; offset: 273.15 = degC", "degree_Fahrenheit = 5/9 * kelvin; offset: 459.67 * 5/9 = degF",
    f"nat = {1 / math.log(2)!r} * bit", "byte = 8 * bit = B", "minute = 60 * second = min", "hour = 3600 * second = h",
    "day = 86400 * second = d", "year = 31557600 * second = yr", "hertz = 1 / second = Hz",
    "litre = 1e-3 * metre**3 = L = liter = l", "newton = 1000 * gram * metre / second**2 = N",
    "joule = newton * metre = J", "watt = joule / second = W", "watt_hour = 3600 * joule = Wh", "erg = 1e-7 * joule",
    "electron_volt = 1.602176634e-19 * joule = eV", "light_year = 9460730472580800 * metre = ly",
    "parsec = 3.0856775814913673e16 * metre = pc",
)  # fmt: skip
_SIGNS = {"°C": "degC", "℃": "degC", "°F": "degF", "%": "percent", "µ": "μ", "²": "^2", "³": "^3"}
_SIGNS |= {"⁻¹": "^-1", "⁻²": "^-2", "⁻³": "^-3", "**": "^", "·": "*"}
_SIGNS = dict(sorted(_SIGNS.items(), key=lambda item: -len(item[0])))  # "⁻²" before "²"
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*((?![\d.,'_]).*|)", re.DOTALL)
_LONGEST = 200  # letters of a unit; what is longer is none
_SHOWN = 40  # letters of either end of what an error quotes
_FACTOR = re.compile(r"([A-Za-zμ]+(?:_[A-Za-z]+)*)(?:\^(-?[1-9]))?")
_KINDS = {
    "K": "a temperature", "bit": "an amount of information", "J": "an energy", "kg": "a mass",
    "m": "a length", "m^2": "an area", "m^3": "a volume", "s": "a time", "1/s": "a rate", "W": "a power",
    "m/s": "a speed", "m^2/s": "a diffusion coefficient", "kg/s": "a friction coefficient",
    "1/J": "an inverse energy", "": "a number without unit",
}  # fmt: skip
_COMMON = (
    "bit", "byte", "B", "kB", "MB", "GB", "TB", "nat", "K", "mK", "degC", "J", "pJ", "eV", "kg", "g", "m", "nm", "s",
    "ms", "ns", "yr", "W", "kW", "Hz", "L", "litre", "erg", "ly", "Mpc",
)  # fmt: skip

__all__ = ["convert", "in_si", "kind_of", "parse", "registry", "scale", "split", "unit_of"]


@functools.cache
def registry() -> pint.UnitRegistry:
    """The units that are understood; in it information is a dimension and one byte is eight bits."""
    import pint

    units: pint.UnitRegistry = pint.UnitRegistry(None)
    for name, (value, symbols) in _PREFIXES.items():
        units.define(" = ".join((f"{name}-", value, *(f"{symbol}-" for symbol in symbols.split(" = ")))))
    for definition in _UNITS:
        units.define(definition)
    return units


def parse(text: object, unit: str, name: str = "value") -> float:
    """The number of SI ``unit`` (``""`` for a pure number) that ``text`` stands for; errors call it ``name``.

    Raises:
        ValueError: no number, an unknown unit, a unit of another kind, a missing unit, a temperature that is
            not above absolute zero.

    >>> parse("1 GB", "bit"), parse("25 °C", "K")
    (8000000000.0, 298.15)
    """
    number, suffix = split(text, name)
    if not suffix and unit:
        raise ValueError(f"{name} needs a unit: it is {kind_of(unit)}, for example {text:.{_SHOWN}} {unit}")
    value = float(_carried(number, _units(suffix, name, unit), unit, name, shortened(text)))
    if not math.isfinite(value):
        raise ValueError(f"{name} must be finite; got {shortened(text)}")
    if unit == "K" and value <= 0:
        raise ValueError(f"{name} must lie above absolute zero, 0 K or -273.15 °C; got {shortened(text)}")
    return value


def in_si(value: Any, unit: str, name: str = "value") -> Any:
    """``value`` as float64 numbers of SI ``unit``, an array, or the tensor that it is: the door of every formula.

    Plain numbers are numbers of ``unit``. A quantity of pint, of any registry, is converted, within lists too.

    Raises:
        ValueError: not real numbers, a quantity of another kind or another library, a difference of temperatures,
            masked entries or sparse storage.

    >>> float(in_si(registry().Quantity(300, "mK"), "K", "temperature"))
    0.3
    """
    if isinstance(value, (list, tuple)):
        value = [each if isinstance(each, (int, float)) else in_si(each, unit, name) for each in value]
    if has_unit(value):
        number, source = _foreign(value, unit, name)
        return in_si(_carried(in_si(number, unit, name), source, unit, name, shortened(value)), unit, name)
    if hasattr(value, "detach") and not value.is_complex() and str(value.dtype) != "torch.bool":
        return value  # a tensor of torch, with its gradient
    return plain_array(value, name, "fiu").astype(np.float64)


def split(text: object, name: str = "value") -> tuple[float, str]:
    """The number in front of a quantity and the unit behind it.

    >>> split("67.4 km/s/Mpc")
    (67.4, 'km/s/Mpc')
    """
    words = str(text).replace("−", "-").strip()
    match = _NUMBER.fullmatch(words)
    if match is None:
        raise ValueError(f"{name} must be a number with its unit, such as 300 K or 1.5 GB; got {shortened(text)}")
    return float(match[1]), match[2]


def shortened(value: object) -> str:
    """How an error shows ``value``: on one line, without its middle where it is long."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 2 * _SHOWN else f"{text[:_SHOWN]} … {text[-_SHOWN:]} ({len(text)} letters)"


def convert(value: float, unit: str, target: str) -> float:
    """``value`` of ``unit`` in ``target``.

    Raises:
        ValueError: an unknown unit, or one of another kind.

    >>> round(convert(2.870979e-21, "J", "meV"), 5)
    17.91924
    """
    refuse_unit(value, "value")
    old, new = unit_of(unit), unit_of(target)
    if old.dimensionality != new.dimensionality:
        raise ValueError(f"target must measure {_kind(old)}, as {unit!r} does; got {target!r}, {_kind(new)}")
    return float(registry().Quantity(value, old).to(new).magnitude)


def scale(unit: str, target: str) -> tuple[float, float]:
    """Factor and offset with which a number of ``unit`` becomes one of ``target``: number × factor + offset.

    >>> scale("°C", "K")
    (1.0, 273.15)
    """
    offset = convert(0.0, unit, target)
    if not offset:
        return convert(1.0, unit, target), offset
    difference = f"delta_{registry().get_name(_plain(unit))}"
    step = registry().Quantity(1.0, difference).to(_units(target, "target", unit))
    return float(step.magnitude), offset


def unit_of(unit: str) -> pint.Unit:
    """``unit`` in the registry; it is dimensionless for ``""``."""
    return _units(unit, "unit", unit)


def kind_of(unit: str) -> str:
    """What is measured in SI ``unit``, in words."""
    return _kind(_units(unit, "unit", unit))


def _carried(number: Any, source: pint.Unit, unit: str, name: str, given: str) -> Any:
    """``number`` of ``source`` as one of ``unit``; errors call it ``name`` and say what was ``given``."""
    target = _units(unit, name, unit)
    if source.dimensionality != target.dimensionality or (unit == "K" and str(source).startswith("delta_")):
        raise ValueError(f"{name} must be {kind_of(unit)}{_for_example(unit)}; got {given}, {_kind(source)}")
    try:
        return registry().Quantity(number, source).to(target).magnitude
    except (TypeError, OverflowError):  # °C within a product; a prefix to a power beyond the range of numbers
        raise ValueError(f"{name} must be {kind_of(unit)}{_for_example(unit)}; got {given}") from None


def _foreign(quantity: Any, unit: str, name: str) -> tuple[Any, pint.Unit]:
    """Magnitude and unit of a quantity of any registry of pint, by the root units, which go by the same names."""
    try:
        parts, root = dict(quantity.unit_items()), quantity.to_root_units()
        source = _units(" ".join(f"{part}^{power:g}" for part, power in root.unit_items()), name, unit)
    except (AttributeError, TypeError, ValueError):
        raise ValueError(f"{name} must be {kind_of(unit)}, as a number of {unit or 'no unit'} or a quantity of pint"
                         f"{_for_example(unit)}; got {shortened(quantity)}") from None  # fmt: skip
    difference = len(parts) == 1 and next(iter(parts)).startswith("delta_")
    return root.magnitude, registry().Unit("delta_degree_Celsius") if difference else source


def _kind(units: pint.Unit) -> str:
    if str(units).startswith("delta_"):
        return "a difference of temperatures"
    if not units.dimensionality:
        return _KINDS[""]
    for unit, words in _KINDS.items():
        if unit and _units(unit, "unit", unit).dimensionality == units.dimensionality:
            return words
    return f"a quantity in {units:~}"


def _units(text: str, name: str, unit: str) -> pint.Unit:
    """What ``text`` stands for; errors call it ``name`` and suggest ``unit``."""
    product, sign = registry().Unit(""), 1
    text = _plain(text)
    if len(text) > _LONGEST:
        _refuse_unit(text, name, unit)
    parts = re.split(r"\s*([*/ ])\s*", text.removeprefix("1") if text.startswith("1/") else text)
    if "" in parts[2 if parts[1:2] == ["/"] else 0 :: 2] and text:
        raise ValueError(f"{name}: unit {text!r} is cut off{_for_example(unit, '; try')}")
    for part in parts:
        match = _FACTOR.fullmatch(part)
        if match is not None and match[1] in registry():
            product *= registry().Unit(match[1]) ** (sign * int(match[2] or 1))
        elif part in ("*", "/", " "):
            sign = -1 if part == "/" else 1
        elif part:
            _refuse_unit(part, name, unit)
    return product


def _refuse_unit(text: str, name: str, unit: str) -> None:
    hint = did_you_mean(text, _COMMON) or _for_example(unit, "; try")
    raise ValueError(f"{name}: unknown unit {shortened(text)}{hint}")


def _for_example(unit: str, lead: str = ", such as") -> str:
    examples = {"K": "300 K or 25 °C", "bit": "8 bit or 1 GB", "J": "0.1 pJ or 2 eV", "": "0.1"}
    return f"{lead} {examples.get(unit, f'1 {unit}')}"


def _plain(unit: str) -> str:
    for sign, plain in _SIGNS.items():
        unit = unit.replace(sign, plain)
    return unit.strip()
