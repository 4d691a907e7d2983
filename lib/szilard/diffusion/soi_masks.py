"""The masks that one network must learn for O-information, in an order that shows their kinds."""

from __future__ import annotations

from szilard.diffusion.masks import ABSENT, CONDITION, DIFFUSED, Mask, dual_total_correlation_gap, total_correlation_gap

__all__ = ["soi_masks"]


def soi_masks(variables: int, gradients: bool = False) -> tuple[Mask, ...]:
    """Every mask of Ω by TC and DTC once; with ``gradients`` also those of Ω without each variable, by the definition.

    Joint masks come first, then marginal, then conditional ones; among equals those with fewest absent variables.

    >>> soi_masks(2)
    ((1, 1), (1, -1), (-1, 1), (1, 0), (0, 1))
    """
    left_out = [(), *((i,) for i in range(variables if gradients and variables > 3 else 0))]
    kinds = total_correlation_gap, dual_total_correlation_gap
    return tuple(sorted({mask for out in left_out for gap in kinds for mask in gap(variables, out).masks}, key=_order))


def _order(mask: Mask) -> tuple[int, ...]:
    kind = 2 if CONDITION in mask else int(mask.count(DIFFUSED) == 1)
    return (kind, mask.count(ABSENT), *(-role for role in mask))
