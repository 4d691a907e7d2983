"""The masks of O-information, counted."""

import pytest

from szilard.diffusion import soi_masks


@pytest.mark.parametrize("n", [2, 3, 5, 8])
def test_one_joint_mask_and_two_for_each_variable(n):
    masks = soi_masks(n)
    assert len(set(masks)) == len(masks) == 1 + 2 * n and masks[0] == (1,) * n


@pytest.mark.parametrize("n", [4, 6])
def test_gradients_add_a_joint_mask_and_conditionals_for_each_variable_left_out(n):
    assert len(soi_masks(n, gradients=True)) == 1 + 2 * n + n + n * (n - 1)


def test_of_three_variables_gradients_ask_nothing_more():
    assert soi_masks(3, gradients=True) == soi_masks(3)
