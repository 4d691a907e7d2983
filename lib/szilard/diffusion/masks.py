"""Which variables are noised, which condition, which are left out: one network answers for all of them.

A mask holds one role per variable: ``1`` diffused, ``0`` clean and conditioned on, ``-1`` marginalised out.
An information quantity is a *gap* between two ways of predicting the same noise, one knowing more than the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from szilard.validation import check_choice

DIFFUSED, CONDITION, ABSENT = 1, 0, -1

Mask: TypeAlias = tuple[int, ...]

__all__ = ["ABSENT", "CONDITION", "DIFFUSED", "Gap", "Mask", "coordinates", "mutual_information_gap"]


@dataclass(frozen=True)
class Gap:
    """Two sets of masks that diffuse the same variables: ``fine`` predictors know more than ``coarse`` ones.

    Half the time integral of their mean squared difference is the information that the additional knowledge
    carries. Each set may split the variables over several masks.
    """

    coarse: tuple[Mask, ...]
    fine: tuple[Mask, ...]

    def __post_init__(self) -> None:
        if diffused(self.coarse) != diffused(self.fine):
            raise ValueError(f"both sides of a gap must diffuse the same variables; got {self}")

    @property
    def masks(self) -> tuple[Mask, ...]:
        """Every mask a network must have learnt to evaluate this gap, coarse ones first."""
        return tuple(dict.fromkeys(self.coarse + self.fine))


def mutual_information_gap(variant: str) -> Gap:
    """The gap whose integral is I(X; Y) for two variables.

    ``"c"``: what Y adds to the prediction of X's noise. ``"j"``: what clean partners add to the joint prediction.
    """
    check_choice(variant, "variant", ("c", "j"))
    if variant == "c":
        return Gap(coarse=((DIFFUSED, ABSENT),), fine=((DIFFUSED, CONDITION),))
    return Gap(coarse=((DIFFUSED, DIFFUSED),), fine=((DIFFUSED, CONDITION), (CONDITION, DIFFUSED)))


def diffused(masks: Sequence[Mask]) -> tuple[int, ...]:
    """Indices of the variables that a set of masks diffuses, sorted."""
    return tuple(sorted(i for mask in masks for i, role in enumerate(mask) if role == DIFFUSED))


def coordinates(mask: Mask, dims: Sequence[int], role: int) -> list[int]:
    """Coordinates, in the concatenated sample, of the variables that play ``role`` in ``mask``."""
    if len(mask) != len(dims):
        raise ValueError(
            f"mask must hold one role per variable; got {len(mask)} roles for {len(dims)} variables"
        )
    where, start = [], 0
    for entry, width in zip(mask, dims, strict=True):
        if entry == role:
            where.extend(range(start, start + width))
        start += width
    return where
