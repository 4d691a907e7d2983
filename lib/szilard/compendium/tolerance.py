"""How far a published number may move: by column, stated by its author, measured, or by rule."""

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from szilard.compendium.canonical import Fields
from szilard.compendium.places import SPREAD, results_folder
from szilard.compendium.tabular import is_number, parsed, to_csv

RELATIVE = 1e-6
# A coordinate of a drawing is a number of points: a thousandth of one is invisible.
MOVEMENT = 1e-3

__all__ = ["MOVEMENT", "RELATIVE", "Tolerance", "by_rule", "measured", "round_up", "tolerances"]


@dataclass(frozen=True)
class Tolerance:
    """A number agrees with a published one if they differ by at most ``absolute + relative · |published|``.

    Args:
        relative: share of the published value.
        absolute: floor, in the unit of the column.
        origin: ``"stated"`` by the author, ``"measured"`` over processors, or ``"rule"``.

    Raises:
        ValueError: a part is negative or not finite, or ``origin`` is unknown.

    >>> Tolerance(absolute=0.5).allows(2.0, 2.4)
    True
    """

    relative: float = RELATIVE
    absolute: float = 0.0
    origin: str = "stated"

    def __post_init__(self) -> None:
        for name in ("relative", "absolute"):
            value = getattr(self, name)
            if not (isinstance(value, (int, float)) and math.isfinite(value) and value >= 0):
                raise ValueError(f"{name} tolerance must be a finite number ≥ 0; got {value!r}")
        if self.origin not in ("stated", "measured", "rule"):
            raise ValueError(f"origin must be 'stated', 'measured' or 'rule'; got {self.origin!r}")

    def allowed(self, published: float | np.ndarray) -> float | np.ndarray:
        """The largest difference from ``published`` that agrees; arrays give arrays."""
        return self.absolute + self.relative * np.abs(published)

    def allows(self, published: float, again: float) -> bool:
        """Whether ``again`` agrees with ``published``; NaN agrees with NaN."""
        if math.isnan(published) or math.isnan(again) or math.isinf(published):
            return published == again or (math.isnan(published) and math.isnan(again))
        return bool(abs(again - published) <= self.allowed(published))

    def to_record(self) -> Fields:
        """The same as a JSON-safe dictionary."""
        return {"relative": self.relative, "absolute": self.absolute, "from": self.origin}

    @classmethod
    def from_record(cls, record: Fields) -> Self:
        """Read back what :meth:`to_record` wrote."""
        return cls(record["relative"], record["absolute"], record["from"])


def by_rule(column: pd.Series, whole: bool = False) -> Tolerance:
    """The tolerance of a deterministic column: a millionth of each value; whole numbers are exact.

    What is published as 0 may become a millionth of the column's smallest other magnitude; so no published
    number can grow tenfold unnoticed, however many magnitudes its column mixes.
    """
    if whole:
        return Tolerance(0.0, 0.0, "rule")
    sizes = np.abs(column.to_numpy(dtype=float))
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    return Tolerance(RELATIVE, round_up(RELATIVE * float(sizes.min())) if len(sizes) else 0.0, "rule")


def tolerances(id: str, frames: Sequence[pd.DataFrame], stated: Mapping[str, Tolerance]) -> dict[str, Tolerance]:
    """The tolerance of every column of numbers of ``frames``; of columns of one name the first counts.

    Args:
        id: what shows them, for example ``"fig-minde-forward"``.
        frames: the data, and the table that readers see where that is another.
        stated: by column, what the author states.

    Raises:
        ValueError: ``stated`` names no column of numbers.
    """
    known = measured(id).get("columns", {})
    found: dict[str, Tolerance] = {}
    for frame in frames:
        printed = parsed(to_csv(frame))
        for name, source in zip(printed, frame, strict=True):
            if name in found or not is_number(printed[name]):
                continue
            if name in stated:
                found[name] = stated[name]
            elif name in known:
                found[name] = Tolerance(known[name]["relative"], known[name]["absolute"], "measured")
            else:
                whole = pd.api.types.is_integer_dtype(printed[name])
                found[name] = by_rule(printed[name], whole and not pd.api.types.is_float_dtype(frame[source]))
    if unknown := sorted(set(stated) - set(found)):
        there = ", ".join(found)
        raise ValueError(f"tolerance of {id} must name columns of numbers ({there}); got {', '.join(unknown)}")
    return found


def measured(id: str, folder: Path | None = None) -> Fields:
    """What ``spread.json`` of the chapter holds about ``id``: ``columns``, ``texts``, ``drawing``; about headlines what
    it holds about the claims that they are taken from.

    Nothing while the spread itself is measured (``SZILARD_SPREAD=none`` in the environment).

    Raises:
        ValueError: the file is there and is not what ``szilard spread`` writes.
    """
    if os.environ.get("SZILARD_SPREAD") == "none":
        return {}
    path = (folder or results_folder(id.split("-")[1])) / f"{SPREAD}.json"
    try:
        displays = json.loads(path.read_bytes())["displays"]
        found = displays.get(id.replace("headlines-", "claims-"), {})
        for part in ("columns", "texts"):
            for entry in found.get(part, {}).values():
                Tolerance(entry["relative"], entry["absolute"], "measured")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is damaged ({error}): make it anew with `szilard spread`") from None
    return found


def round_up(value: float) -> float:
    """``value`` with one significant digit, rounded up.

    >>> round_up(0.0123), round_up(0.002), round_up(0.0)
    (0.02, 0.002, 0.0)
    """
    if value == 0 or not math.isfinite(value):
        return value
    unit = 10.0 ** math.floor(math.log10(value))
    return float(f"{math.ceil(value / unit - 1e-9) * unit:.0e}")
