"""Doubts about trained networks: bad ones are warned of, good ones are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from szilard.diffusion import Architecture, Training
from szilard.distributions import NoisyXor, normal_pair, sparse, synergistic, task
from szilard.estimators import MINDE, SOI
from szilard.estimators.doubts import less_than_neighbours
from szilard.estimators.score_based import PUBLISHED

N = 4000
QUICK = MINDE(steps=100, training=Training(batch=128, lr=5e-3), architecture=Architecture(hidden=32), device="cpu")
PLAIN = replace(QUICK, **PUBLISHED)
SPREAD = sparse(3, 3, 2, mutual_information=1.0)


def measured(estimator, law):
    return estimator.mutual_information(*law.sample(N, rng=0)), law.mutual_information


@pytest.mark.parametrize(
    ("estimator", "law"),
    [
        (QUICK, NoisyXor(2.0)),
        (QUICK, task("student-identity-2-2-1").distribution),
        (PLAIN, NoisyXor(2.0)),
        (replace(PLAIN, variant="j"), SPREAD),
    ],
    ids=["XOR", "shared scale", "XOR, plain", "two pairs, plain"],
)
def test_networks_that_are_off_are_warned_of(estimator, law):
    found, truth = measured(estimator, law)
    assert abs(found.value - truth) > 0.2 * truth
    assert any("train longer" in sentence for sentence in found.warnings)


@pytest.mark.parametrize("variant", ["c", "j"])
@pytest.mark.parametrize("law", [normal_pair(0.75), SPREAD], ids=["normal pair", "two pairs"])
def test_networks_that_are_right_are_not(variant, law):
    found, truth = measured(replace(QUICK, variant=variant), law)
    assert abs(found.value - truth) < 0.1 * truth
    assert found.warnings == ()


def test_systems_that_are_off_are_warned_of():
    law = synergistic(4, 0.6, 2)
    estimator = SOI(**{name: getattr(PLAIN, name) for name in ("steps", "training", "architecture", *PUBLISHED)})
    found = estimator.o_information(law.sample(N, rng=0))
    assert abs(found.tc.value / law.o_information.tc.value - 1) > 0.2
    assert any(sentence.startswith("TC:") for sentence in found.diagnostics["warnings"])


def test_neighbours_are_asked_only_where_they_can_tell():
    """Not by few samples, nor by samples with ties; and they speak up only for more than the errors allow."""
    x = np.hstack(normal_pair(0.9).sample(1000, rng=0))
    assert len(less_than_neighbours(0.5, 0.01, x, (1, 1))) == 1
    assert less_than_neighbours(0.5, 0.3, x, (1, 1)) == less_than_neighbours(0.8, 0.01, x, (1, 1)) == []
    assert less_than_neighbours(0.5, 0.01, x[:50], (1, 1)) == []
    assert less_than_neighbours(0.5, 0.01, np.round(x, 1), (1, 1)) == []
