"""Sums of bounds for many systems at once: each member is what it is alone."""

import pytest

from szilard.distributions import redundant, synergistic
from szilard.estimators import line_fleet, line_o_information, make
from szilard.fleets import Training

SYSTEMS = [redundant(3, 0.6, 2).sample(200, rng=1), synergistic(3, 0.6, 2).sample(200, rng=2)]


def bound(name):
    return make(name, steps=5, training=Training(32, 2e-3), device="cpu")


@pytest.mark.parametrize("name", ["mine", "nwj", "infonce", "club"])
def test_terms_trained_side_by_side_add_up_as_one_by_one(name):
    together = line_fleet(bound(name), SYSTEMS, [3, 4])
    for variables, rng, found in zip(SYSTEMS, (3, 4), together, strict=True):
        alone = line_o_information(variables, bound(name), rng=rng)
        assert [float(found.tc), float(found.omega)] == pytest.approx([float(alone.tc), float(alone.omega)], rel=1e-9)
        assert len(found.diagnostics["terms"]) == 4


def test_systems_of_other_sizes_share_a_fleet():
    """Terms are sorted by their shapes and come back to the systems that asked."""
    other = redundant(4, 0.5).sample(150, rng=5)
    alone = line_fleet(bound("nwj"), [other], [6])[0]
    found = line_fleet(bound("nwj"), [SYSTEMS[0], other], [3, 6])[1]
    assert float(found.s) == pytest.approx(float(alone.s), rel=1e-9) and found.s.n == 150


def test_every_system_needs_its_stream():
    with pytest.raises(ValueError, match="^rngs must be as many as systems, 2; got 1"):
        line_fleet(bound("nwj"), SYSTEMS, [3])


def test_an_estimator_goes_by_its_name_too():
    variables = redundant(3, 0.3).sample(200, rng=0)
    assert line_o_information(variables, "gaussian") == line_o_information(variables, make("gaussian"))
