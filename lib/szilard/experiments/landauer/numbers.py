"""The numbers of the chapter on Landauer: the paper's audited, a ladder of energies, limits of computation."""

from __future__ import annotations

import math
from dataclasses import dataclass

from szilard.compendium import Rows
from szilard.thermodynamics import HUBBLE, audit_paper, formula, hardware_table, landauer_energy, ultimate_laptop

ROOM = 300.0

__all__ = ["ROOM", "Audit", "Ladder", "Limits"]


@dataclass(frozen=True)
class Audit:
    """The numbers of the paper and its companion, with one expansion rate."""

    rate: str

    def measure(self) -> Rows:
        """Stated and recomputed value, their ratio and the finding, number by number."""
        return [
            {
                "name": item.name,
                "quantity": item.quantity,
                "unit": item.unit,
                "stated": item.stated[self.rate],
                "recomputed": item.recomputed[self.rate],
                "factor": item.factors[self.rate],
                "finding": item.finding.value,
                "remark": item.remark,
            }
            for item in audit_paper()
        ]


@dataclass(frozen=True)
class Ladder:
    """Energies from the Hubble quantum to an operation of a card, at a room temperature in K."""

    room: float = ROOM

    def measure(self) -> Rows:
        """What, its energy in J, and whether physics bounds it, a machine takes it, or a paper conjectures it."""
        h = HUBBLE["microwave background"].value
        quantum = formula("hubble_energy")(h)
        horizon = formula("horizon_temperature")(h)
        bits = (
            ("a bit at the horizon's temperature", horizon),
            ("a bit in the cosmic microwave background", 2.72548),
            ("a bit at 4 K", 4.0),
            ("a bit at 300 K", self.room),
        )
        rows = [{"what": "the Hubble quantum ħH", "energy": quantum, "kind": "conjecture"}]
        rows += [{"what": name, "energy": landauer_energy(1, t), "kind": "bound"} for name, t in bits]
        rows += [
            {"what": item["operation"], "energy": item["energy"], "kind": "machine"}
            for item in hardware_table(self.room)
        ]
        return sorted(rows, key=lambda row: row["energy"])


@dataclass(frozen=True)
class Limits:
    """Published limits of computation, recomputed."""

    mass: float = 1.0
    volume: float = 1e-3

    def measure(self) -> Rows:
        """Quantity, published value (NaN where we could not read it) and ours."""
        laptop = ultimate_laptop(self.mass, self.volume)
        h = HUBBLE["microwave background"].value
        mass = formula("horizon_mass")(h)
        universe = formula("margolus_levitin_rate")(formula("rest_energy")(mass)) / h
        vopson = formula("information_mass")
        none = math.nan
        table = (
            ("lloyd2000ultimate", "energy of one kilogram", "J", 8.9874e16, laptop["energy"]),
            ("lloyd2000ultimate", "operations per second", "1/s", 5.4258e50, laptop["operations"]),
            ("lloyd2000ultimate", "memory of one litre", "bit", 2.13e31, laptop["bits"]),
            ("lloyd2000ultimate", "its temperature", "K", none, laptop["temperature"]),
            ("lloyd2000ultimate", "operations per second and bit", "1/s", 1e19, laptop["operations"] / laptop["bits"]),
            ("bremermann1962optimization", "bits per second and kilogram", "1/s", none, formula("bremermann")(1.0)),
            ("bekenstein1981universal", "bits per joule and metre", "bit", none, formula("bekenstein")(1.0, 1.0)),
            ("bekenstein1973black", "bits of a black hole of one kilogram", "bit", none, formula("black_hole_bits")(1.0)),
            ("susskind1995world", "bits per square metre", "bit", none, formula("holographic")(1.0)),
            ("lloyd2002computational", "operations of the universe", "", 1e120, universe),
            ("vopson2019mass", "mass of a bit at 300 K", "kg", 3.19e-38, vopson(1, ROOM)),
            ("vopson2019mass", "mass of \"1 Tb\" read as a terabyte", "kg", 2.5e-25, vopson(8e12, ROOM)),
            ("vopson2019mass", "mass of \"1 Tb\" read as a terabit", "kg", 2.5e-25, vopson(1e12, ROOM)),
        )  # fmt: skip
        keys = ("source", "quantity", "unit", "published", "recomputed")
        rows = [dict(zip(keys, row, strict=True)) for row in table]
        for row in rows:
            row["factor"] = row["recomputed"] / row["published"]
        return rows
