"""What a measurement returns: a value, its standard error, its unit, and what to know before trusting it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

NATS_PER_UNIT = {"nats": 1.0, "bits": math.log(2.0)}

__all__ = ["NATS_PER_UNIT", "Estimate", "Facts", "OInformation", "convert"]


def convert(value: float, source: str, target: str) -> float:
    """Convert an amount of information between "nats" and "bits".

    >>> round(convert(1.0, "bits", "nats"), 6)
    0.693147
    """
    for unit in (source, target):
        if unit not in NATS_PER_UNIT:
            raise ValueError(f"unit must be one of {', '.join(NATS_PER_UNIT)}; got {unit!r}")
    return value * (NATS_PER_UNIT[source] / NATS_PER_UNIT[target])


class Facts(dict[str, Any]):
    """A dictionary that is written once: what an estimate knows of itself is copied and stored with it, not changed."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("diagnostics cannot be changed: dataclasses.replace makes an estimate with others")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type[Facts], tuple[dict[str, Any]]]:
        return Facts, (dict(self),)


@dataclass(frozen=True)
class Estimate:
    """An estimated information quantity with its standard error.

    Args:
        value: the estimate, in ``unit``.
        stderr: one standard error, in ``unit``; ``nan`` where none is known.
        n: number of samples behind it.
        method: what produced it, readable, for example ``"KSG(k=3)"``.
        unit: ``"nats"`` or ``"bits"``.
        diagnostics: named facts about the measurement. The key ``"warnings"`` always holds a tuple of
            sentences, empty when there is nothing to warn about.

    >>> Estimate(0.413, 0.012, n=10_000, method="KSG(k=3)")
    0.413 ± 0.012 nats · KSG(k=3) · n = 10,000
    """

    value: float
    stderr: float
    n: int
    method: str
    unit: str = "nats"
    diagnostics: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.unit not in NATS_PER_UNIT:
            raise ValueError(f"unit must be one of {', '.join(NATS_PER_UNIT)}; got {self.unit!r}")
        object.__setattr__(self, "value", float(self.value))
        object.__setattr__(self, "stderr", float(self.stderr))
        object.__setattr__(self, "diagnostics", Facts({"warnings": (), **self.diagnostics}))

    @property
    def nats(self) -> float:
        """The value in nats."""
        return convert(self.value, self.unit, "nats")

    @property
    def bits(self) -> float:
        """The value in bits."""
        return convert(self.value, self.unit, "bits")

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences that tell why this estimate may be unreliable."""
        return tuple(self.diagnostics["warnings"])

    def to(self, unit: str) -> Estimate:
        """The same estimate expressed in ``unit``."""
        return Estimate(
            convert(self.value, self.unit, unit),
            convert(self.stderr, self.unit, unit),
            n=self.n,
            method=self.method,
            unit=unit,
            diagnostics=self.diagnostics,
        )

    def agrees_with(self, truth: float, sigmas: float = 3.0) -> bool:
        """Whether ``truth`` (in this estimate's unit) lies within ``sigmas`` standard errors."""
        return abs(self.value - truth) <= sigmas * self.stderr

    def to_record(self) -> dict[str, Any]:
        """A flat row of numbers and text, for a table or JSON: all fields, with the warnings alone of the diagnostics.

        >>> Estimate(0.5, 0.1, n=9, method="M").to_record()
        {'value': 0.5, 'stderr': 0.1, 'unit': 'nats', 'n': 9, 'method': 'M', 'warnings': ''}
        """
        return {
            "value": self.value,
            "stderr": self.stderr,
            "unit": self.unit,
            "n": self.n,
            "method": self.method,
            "warnings": " ".join(self.warnings),
        }

    def __float__(self) -> float:
        return self.value

    def __format__(self, spec: str) -> str:
        """``repr`` without a ``spec``; with one, the value alone as ``float`` formats it, infinity as ∞.

        >>> f"{Estimate(0.41327, 0.1, n=9, method='M'):.3f}"
        '0.413'
        """
        return format(self.value, spec).replace("inf", "∞") if spec else repr(self)

    def __repr__(self) -> str:
        error = f" ± {self.stderr:.2g}" if math.isfinite(self.stderr) else ""
        digits = _decimals(self.stderr)
        text = f"{self:.{digits}f}{error} {self.unit} · {self.method} · n = {self.n:,}"
        return text + "".join(f"\n  ! {sentence}" for sentence in self.warnings)


def _decimals(stderr: float) -> int:
    """Decimals worth printing: two significant digits of the standard error."""
    if not math.isfinite(stderr) or stderr <= 0:
        return 4
    return min(max(1 - math.floor(math.log10(stderr)), 0), 8)


@dataclass(frozen=True)
class OInformation:
    """How several variables share information, as `rosas2019oinformation` measures it.

    Args:
        tc: total correlation, the sum of the variables' entropies minus their joint entropy.
        dtc: dual total correlation, the joint entropy minus what each variable keeps to itself.
        omega: O-information, ``tc - dtc``: positive where redundancy prevails, negative where synergy does.
        s: S-information, ``tc + dtc``.
        gradients: per variable, the O-information that is lost without it (`scagliarini2023gradients`), or ``None``
            where not asked for.
        diagnostics: named facts about the measurement; ``"warnings"`` as for :class:`Estimate`.

    >>> half = Estimate(0.5, 0.0, n=0, method="exact")
    >>> OInformation(half, half, Estimate(0.0, 0.0, n=0, method="exact"), Estimate(1.0, 0.0, n=0, method="exact"))
    O-information 0.0000 ± 0 nats · exact · n = 0 (TC 0.5000, DTC 0.5000, S 1.0000)
    """

    tc: Estimate
    dtc: Estimate
    omega: Estimate
    s: Estimate
    gradients: tuple[Estimate, ...] | None = None
    diagnostics: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "diagnostics", Facts({"warnings": (), **self.diagnostics}))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences that tell why these estimates may be unreliable."""
        return tuple(self.diagnostics["warnings"])

    def to(self, unit: str) -> OInformation:
        """The same quantities expressed in ``unit``."""
        gradients = None if self.gradients is None else tuple(each.to(unit) for each in self.gradients)
        tc, dtc, omega, s = (each.to(unit) for each in (self.tc, self.dtc, self.omega, self.s))
        return OInformation(tc, dtc, omega, s, gradients, self.diagnostics)

    def to_record(self) -> dict[str, Any]:
        """A flat row of numbers and text, for a table or JSON: each quantity and its error, and what they share."""
        quantities = {name: getattr(self, name) for name in ("tc", "dtc", "omega", "s")}
        quantities |= {f"gradient_{i}": each for i, each in enumerate(self.gradients or ())}
        numbers = {name: part.value for name, part in quantities.items()}
        numbers |= {f"{name}_stderr": part.stderr for name, part in quantities.items()}
        shared = {name: getattr(self.omega, name) for name in ("unit", "n", "method")}
        warnings = dict.fromkeys((*self.omega.warnings, *self.warnings))
        return {**numbers, **shared, "warnings": " ".join(warnings)}

    def __repr__(self) -> str:
        digits = _decimals(self.omega.stderr)
        others = ", ".join(
            f"{name} {part:.{digits}f}" for name, part in (("TC", self.tc), ("DTC", self.dtc), ("S", self.s))
        )
        first, *rest = repr(self.omega).splitlines()
        sentences = [*rest, *(f"  ! {sentence}" for sentence in self.warnings)]
        return "\n".join([f"O-information {first} ({others})", *sentences])
