"""What a layer keeps, by every measure at once, beside the estimators themselves and their order."""

from __future__ import annotations

import math

import pytest

from szilard.bottleneck import Configuration, Descent, kept_information, train_ensemble
from szilard.estimators import mixture_information

CEILING = math.log(100)  # of a hundred points in every class


@pytest.fixture(scope="module")
def learner():
    return train_ensemble([Configuration(8, 1e-2)], Descent(60, 40), device="cpu", draws=2)[0]


def test_measures_stand_in_their_order(learner) -> None:
    found = kept_information(learner, rng=0)
    assert found["jensen_y"] >= found["kt_y"] >= found["mc_y"] - 0.1
    assert 0 <= found["mc_y"] <= CEILING and found["kt_y"] <= CEILING
    assert found["mc"] <= math.log(500) and found["mc"] > found["mc_y"]
    assert found["least"] == min(found[name] for name in ("mc_y", "layer1", "layer2", "layer3"))


def test_what_is_closed_is_the_estimator_s(learner) -> None:
    code, labels = learner.codes()[-1], learner.samples.wide[1]
    found = kept_information(learner, rng=0)
    for name, given in (("jensen", None), ("jensen_y", labels)):
        assert found[name] == mixture_information(code.means, code.variances, "jensen", given).value


def test_the_noise_of_monte_carlo_is_the_caller_s(learner) -> None:
    assert kept_information(learner, rng=1) == kept_information(learner, rng=1)
    assert kept_information(learner, rng=1)["mc"] != kept_information(learner, rng=2)["mc"]
