"""What each objective of two-view learning asks for: signed terms of information, with the paths that make them.

A term is evaluated on any :class:`szilard.representation.GaussianVariables` that has views X1, X2, codes Z1, Z2 and,
for labels, Y; so a table of objectives can be filled with numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from szilard.representation.gaussian_views import GaussianVariables

QUANTITIES: Mapping[str, Callable[[GaussianVariables], float]] = MappingProxyType(
    {
        "I(Z1; Z2)": lambda w: w.information("Z1", "Z2"),
        "I(X1; Z1)": lambda w: w.information("X1", "Z1"),
        "I(X2; Z2)": lambda w: w.information("X2", "Z2"),
        "I(X1; Z1 | X2)": lambda w: w.information("X1", "Z1", "X2"),
        "I(X2; Z1)": lambda w: w.information("X2", "Z1"),
        "I(Z1; Y)": lambda w: w.information("Z1", "Y"),
        "I(Z1 Z2; Y)": lambda w: w.information("Z1 Z2", "Y"),
        "H(Z1)": lambda w: w.entropy("Z1"),
        "H(Z1 | Z2)": lambda w: w.entropy("Z1 Z2") - w.entropy("Z2"),
    }
)
"""Quantities in nats by name."""

__all__ = ["OBJECTIVES", "QUANTITIES", "Objective", "Term"]


@dataclass(frozen=True)
class Term:
    """One signed quantity of an objective.

    Args:
        sign: ``"+"`` where it is maximised, ``"−"`` where it is minimised.
        quantity: a name of ``QUANTITIES``.
        path: which networks it runs through.
        means: how the method gets hold of it.
    """

    sign: str
    quantity: str
    path: str
    means: str

    def __str__(self) -> str:
        return f"{self.sign} {self.quantity}"

    def value(self, world: GaussianVariables) -> float:
        """The quantity in nats in a world with codes, without its sign."""
        return QUANTITIES[self.quantity](world)


@dataclass(frozen=True)
class Objective:
    """An objective by its terms.

    Args:
        name: readable name.
        source: BibTeX key.
        terms: what is maximised or minimised.
        stance: ``"compress"``, ``"retain"`` or ``"neither"``: what its terms do to what the views do not share.
    """

    name: str
    source: str
    terms: tuple[Term, ...]
    stance: str = "neither"


ENCODERS = "both encoders"
CROSS = "encoder 1 → decoder of the other code"
SHARED_BOUND = Term("+", "I(Z1; Z2)", ENCODERS, "InfoNCE, at most ln n")
ENTROPY = "spread of the batch, to second order"
INVARIANT = Term("−", "H(Z1 | Z2)", CROSS, "squared distance, a normal decoder of fixed width")

OBJECTIVES: Mapping[str, Objective] = MappingProxyType(
    {
        "infonce": Objective("InfoNCE, SimCLR", "chen2020simple", (SHARED_BOUND,)),
        "vicreg": Objective("VICReg", "bardes2022vicreg", (
            INVARIANT, Term("+", "H(Z1)", "encoder 1", "variance hinge and covariance: " + ENTROPY))),
        "barlow": Objective("Barlow Twins", "zbontar2021barlow", (
            INVARIANT, Term("+", "H(Z1)", "encoder 1", "off-diagonal correlations: " + ENTROPY))),
        "byol": Objective("BYOL, SimSiam", "grill2020bootstrap", (
            Term("−", "H(Z1 | Z2)", CROSS, "cosine to a target whose gradient is stopped; no term keeps H(Z1)"),)),
        "infomax": Objective("InfoMax", "hjelm2019learning", (
            Term("+", "I(X1; Z1)", "encoder 1", "Jensen–Shannon critic of view and code"),), "retain"),
        "mib": Objective("Multi-view bottleneck", "federici2020learning", (
            SHARED_BOUND,
            Term("−", "I(X1; Z1 | X2)", "both encoders", "divergence of the two posteriors, an upper bound")),
            "compress"),
        "supervised": Objective("Multi-view bottleneck with labels", "shwartzziv2024compress", (
            Term("+", "I(Z1 Z2; Y)", "encoders → label decoder", "cross-entropy"),
            Term("−", "I(X1; Z1)", "encoder 1", "rate of a noisy code"),
            Term("−", "I(X2; Z2)", "encoder 2", "rate of a noisy code")), "compress"),
        "retain": Objective("Not shared (review, Eq. 9)", "shwartzziv2024compress", (
            SHARED_BOUND,
            Term("+", "I(X1; Z1)", "encoder 1 → decoder of the view", "reconstruction or InfoNCE with the view"),
            Term("+", "I(X2; Z2)", "encoder 2 → decoder of the view", "the same")), "retain"),
    }
)  # fmt: skip
"""Objectives by id."""
