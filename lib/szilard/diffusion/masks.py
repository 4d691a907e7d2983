"""Which variables are noised, which condition, which are left out: one network answers for all of them.

A mask holds one role per variable: ``1`` diffused, ``0`` clean and conditioned on, ``-1`` marginalised out.
An information quantity is a *gap* between two ways of predicting the same noise, one knowing more than the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from szilard.validation import check_choice, check_integer

DIFFUSED, CONDITION, ABSENT = 1, 0, -1

Mask: TypeAlias = tuple[int, ...]

__all__ = [
    "ABSENT", "CONDITION", "DIFFUSED", "Gap", "Mask", "coordinates", "dependence_gap", "dual_total_correlation_gap",
    "mutual_information_gap", "s_information_gap", "total_correlation_gap",
]  # fmt: skip


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
    return dependence_gap(2, 0) if variant == "c" else dual_total_correlation_gap(2)


def total_correlation_gap(variables: int, without: Sequence[int] = ()) -> Gap:
    """The gap whose integral is the total correlation of N variables, or of all but those in ``without``.

    What noisy partners add to the prediction of each variable's noise: marginals against the joint. Raises ValueError
    where fewer than two variables are left, as the next two gaps do.
    """
    remaining = _remaining(variables, without)
    return Gap(_each(variables, remaining, ABSENT), (_mask(variables, remaining),))


def dual_total_correlation_gap(variables: int, without: Sequence[int] = ()) -> Gap:
    """The gap whose integral is the dual total correlation of N variables, or of all but those in ``without``.

    What clean partners add where noisy ones are known already: the joint against the conditionals.
    """
    remaining = _remaining(variables, without)
    return Gap((_mask(variables, remaining),), _each(variables, remaining, CONDITION))


def s_information_gap(variables: int, without: Sequence[int] = ()) -> Gap:
    """The gap whose integral is TC + DTC: the chain from marginals to conditionals, with the joint left out of it."""
    remaining = _remaining(variables, without)
    return Gap(_each(variables, remaining, ABSENT), _each(variables, remaining, CONDITION))


def dependence_gap(variables: int, index: int, without: Sequence[int] = ()) -> Gap:
    """The gap whose integral is I(X^i; all others) for i = ``index``, with the variables in ``without`` left out."""
    remaining = _remaining(variables, without)
    if index not in remaining:
        raise ValueError(f"index must be one of the variables kept, {remaining}; got {index!r}")
    rest = [j for j in remaining if j != index]
    return Gap((_mask(variables, (index,)),), (_mask(variables, (index,), rest),))


def _remaining(variables: int, without: Sequence[int]) -> tuple[int, ...]:
    check_integer(variables, "variables", minimum=2)
    remaining = tuple(i for i in range(variables) if i not in without)
    if len(remaining) < 2:
        raise ValueError(f"at least two of {variables} variables must be kept; got without = {tuple(without)}")
    return remaining


def _mask(variables: int, noised: Sequence[int], conditioning: Sequence[int] = ()) -> Mask:
    return tuple(DIFFUSED if i in noised else CONDITION if i in conditioning else ABSENT for i in range(variables))


def _each(variables: int, remaining: Sequence[int], others: int) -> tuple[Mask, ...]:
    """One mask per kept variable, diffused alone, where the others kept play one role."""
    conditioning = remaining if others == CONDITION else ()
    return tuple(_mask(variables, (i,), conditioning) for i in remaining)


def diffused(masks: Sequence[Mask]) -> tuple[int, ...]:
    """Indices of the variables that a set of masks diffuses, sorted."""
    return tuple(sorted(i for mask in masks for i, role in enumerate(mask) if role == DIFFUSED))


def coordinates(mask: Mask, dims: Sequence[int], role: int) -> list[int]:
    """Coordinates, in the concatenated sample, of the variables that play ``role`` in ``mask``."""
    if len(mask) != len(dims):
        raise ValueError(f"mask must hold one role per variable; got {len(mask)} roles for {len(dims)} variables")
    where: list[int] = []
    start = 0
    for entry, width in zip(mask, dims, strict=True):
        if entry == role:
            where.extend(range(start, start + width))
        start += width
    return where
