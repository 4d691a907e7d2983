"""Work media and heat media: counting against a model that tries to match microstates, and what entropy says."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import pytest

from szilard.constructor import ClassicalModel, Task
from szilard.thermodynamics.work import exchanges, is_heat_medium, is_work_medium, verify_medium


def bath(units: int, quanta: range) -> list[int]:
    return [math.comb(units, k) for k in quanta]


def test_a_weight_is_a_work_medium_and_a_bath_a_heat_medium():
    for sizes in ([1] * 5, [3] * 5):  # a label that stays unknown does no harm
        assert is_work_medium(range(5), sizes).possible and not is_heat_medium(range(5), sizes).possible
    for units in (6, 20, 200):
        sizes = bath(units, range(1, 6))
        assert is_heat_medium(range(1, 6), sizes).possible and not is_work_medium(range(1, 6), sizes).possible


def test_two_attributes_can_only_be_swapped():
    assert exchanges([0, 1], [1, 1]) == ()
    assert not is_work_medium([0, 1], [1, 1]).possible and not is_heat_medium([0, 1], [1, 1]).possible


def test_attributes_that_no_exchange_links_are_no_work_variable():
    assert exchanges([0, 1, 3], [1, 1, 1]) == ()
    assert not is_work_medium([0, 1, 2, 2.5], [1, 1, 1, 1]).possible
    assert is_work_medium([0, 1, 2, 3], [1, 1, 1, 1]).possible


def test_some_exchanges_both_ways_are_neither():
    energies, sizes = range(5), [1, 1, 1, 2, 2]
    assert not is_work_medium(energies, sizes).possible and not is_heat_medium(energies, sizes).possible


def test_entropy_linear_in_energy_is_work_and_concave_is_heat():
    """An exchange goes both ways exactly where the two entropies add up to the same: on a straight line."""
    assert is_work_medium(range(4), [2**k for k in range(4)]).possible
    assert is_heat_medium(range(4), [1, 10, 50, 100]).possible
    found = exchanges([0, 1, 2], [1, 2, 1])
    assert [each.before for each in found] == [(0, 2)] and found[0].entropy == pytest.approx(math.log(4))


@pytest.mark.parametrize("sizes", [(1, 1, 1), (2, 2, 2), (1, 2, 1), (1, 3, 3), (2, 1, 2), (1, 2, 4)])
def test_counting_agrees_with_matching_every_microstate(sizes):
    world = ClassicalModel(range(sum(sizes)), "permutations")
    places, start = [], 0
    for size in sizes:
        places.append(world.attribute(range(start, start + size), f"x{start}"))
        start += size
    for each in exchanges([0, 1, 2], sizes):
        before, after = (places[i] * places[k] for i, k in (each.before, each.after))
        assert world.possible(Task({before: after})).possible
        assert world.possible(Task({after: before})).possible == each.both_ways
    for x, y in product(places, repeat=2):
        assert world.possible(Task({x * y: y * x})).possible  # the swap, which shows nothing


@pytest.mark.parametrize(
    ("energies", "sizes", "words"),
    [([0, 1], [1], "one entry per energy"), ([0, 0], [1, 1], "different"), ([0, 1], [1, 0], "sizes must be")],
)
def test_what_is_no_medium_is_refused(energies, sizes, words):
    with pytest.raises(ValueError, match=words):
        exchanges(energies, sizes)


@pytest.mark.parametrize(
    ("energies", "sizes"),
    [
        (range(5), [1] * 5), (range(1, 6), bath(20, range(1, 6))), ([0, 1], [1, 1]), ([0, 1, 3], [1, 1, 1]),
        ([0, 1, 2, 2.5], [1] * 4), (range(5), [1, 1, 1, 2, 2]), (range(4), [1, 2, 4, 8]), (range(3), [1, 2, 1]),
    ],
)  # fmt: skip
def test_verdicts_on_media_follow_from_their_exchanges_and_from_no_others(energies, sizes):
    for decide, both_ways in ((is_work_medium, True), (is_heat_medium, False)):
        verdict = decide(energies, sizes)
        assert verify_medium(verdict, energies, sizes, both_ways)
        wrong = replace(verdict, possible=not verdict.possible)
        assert not verify_medium(wrong, energies, sizes, both_ways)
        for i, each in enumerate(verdict.certificate):
            rest = verdict.certificate[:i] + verdict.certificate[i + 1 :]
            spoilt = (*rest, replace(each, sizes=(each.sizes[0], each.sizes[1] + 1)))
            assert not verify_medium(replace(verdict, certificate=rest), energies, sizes, both_ways)
            assert not verify_medium(replace(verdict, certificate=spoilt), energies, sizes, both_ways)
