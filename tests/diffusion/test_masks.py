"""Masks and gaps: who is noised, who conditions, and which comparisons are allowed."""

from __future__ import annotations

import pytest

from szilard.diffusion import (
    ABSENT,
    CONDITION,
    DIFFUSED,
    Gap,
    dependence_gap,
    dual_total_correlation_gap,
    mutual_information_gap,
    s_information_gap,
    total_correlation_gap,
)
from szilard.diffusion.masks import coordinates


def test_coordinates_follow_the_widths():
    mask, dims = (DIFFUSED, CONDITION, ABSENT, DIFFUSED), (2, 1, 3, 1)
    assert coordinates(mask, dims, DIFFUSED) == [0, 1, 6]
    assert coordinates(mask, dims, CONDITION) == [2]
    assert coordinates(mask, dims, ABSENT) == [3, 4, 5]


@pytest.mark.parametrize("mask", [(1,), (1, 0, 0)])
def test_a_mask_needs_one_role_per_variable(mask):
    with pytest.raises(ValueError, match=f"got {len(mask)} roles for 2 variables"):
        coordinates(mask, (1, 1), DIFFUSED)


def test_conditional_variant_compares_with_and_without_the_partner():
    assert mutual_information_gap("c") == Gap(coarse=((1, -1),), fine=((1, 0),))


def test_joint_variant_compares_the_joint_with_both_conditionals():
    gap = mutual_information_gap("j")
    assert gap == Gap(coarse=((1, 1),), fine=((1, 0), (0, 1)))
    assert gap.masks == ((1, 1), (1, 0), (0, 1))


def test_a_mask_on_both_sides_is_learnt_once():
    assert Gap(coarse=((1, -1), (-1, 1)), fine=((1, 0), (-1, 1))).masks == ((1, -1), (-1, 1), (1, 0))


@pytest.mark.parametrize("fine", [((0, 1),), ((1, 1),), ((1, 0), (1, 0))])
def test_both_sides_must_diffuse_the_same_variables(fine):
    with pytest.raises(ValueError, match="must diffuse the same variables"):
        Gap(coarse=((1, -1),), fine=fine)


def test_unknown_variant_is_refused():
    with pytest.raises(ValueError, match="variant must be one of c, j; got 'joint'"):
        mutual_information_gap("joint")


def test_gaps_of_three_variables_are_a_chain_from_marginals_over_the_joint_to_conditionals():
    marginals = ((1, -1, -1), (-1, 1, -1), (-1, -1, 1))
    conditionals = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    assert total_correlation_gap(3) == Gap(coarse=marginals, fine=((1, 1, 1),))
    assert dual_total_correlation_gap(3) == Gap(coarse=((1, 1, 1),), fine=conditionals)
    assert s_information_gap(3) == Gap(coarse=marginals, fine=conditionals)


def test_variables_left_out_are_absent_in_every_mask():
    assert total_correlation_gap(3, (1,)) == Gap(((1, -1, -1), (-1, -1, 1)), ((1, -1, 1),))
    assert dual_total_correlation_gap(4, (0, 2)) == Gap(((-1, 1, -1, 1),), ((-1, 1, -1, 0), (-1, 0, -1, 1)))
    assert dependence_gap(4, 2) == Gap(((-1, -1, 1, -1),), ((0, 0, 1, 0),))
    assert dependence_gap(4, 2, (0,)) == Gap(((-1, -1, 1, -1),), ((-1, 0, 1, 0),))


@pytest.mark.parametrize("make", [total_correlation_gap, dual_total_correlation_gap, s_information_gap])
def test_at_least_two_variables_must_be_kept(make):
    with pytest.raises(ValueError, match="at least two of 3 variables must be kept"):
        make(3, (0, 1))


def test_dependence_needs_a_variable_that_is_kept():
    with pytest.raises(ValueError, match=r"index must be one of the variables kept, \(0, 2\); got 1"):
        dependence_gap(3, 1, (1,))
