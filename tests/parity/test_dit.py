"""Exact measures of discrete systems against an independent program."""

from itertools import product

import numpy as np
import pytest

from szilard.distributions import copies, independent_bits, majority, parity, xor
from szilard.distributions.discrete import discrete_o_information

ZOO = (xor(), parity(4), copies(3), copies(4), majority(3), majority(5), independent_bits(3))


def peer_measures(probabilities: np.ndarray) -> dict[str, float]:
    """TC, DTC and O-information in bits by dit."""
    with np.errstate():  # which dit changes when it is imported
        dit = pytest.importorskip("dit")
    outcomes = list(product(*(range(size) for size in probabilities.shape)))
    law = dit.Distribution(outcomes, [float(probabilities[each]) for each in outcomes])
    measures = dit.multivariate
    return {
        "tc": measures.total_correlation(law),
        "dtc": measures.dual_total_correlation(law),
        "omega": measures.o_information(law),
    }


@pytest.mark.filterwarnings("ignore")  # deprecations inside the peer
@pytest.mark.parametrize("system", ZOO, ids=lambda each: each.name)
def test_the_zoo_equals_dit(system):
    for name, value in peer_measures(system.probabilities).items():
        assert getattr(system.o_information, name).bits == pytest.approx(value, abs=1e-9)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(3))
def test_any_law_equals_dit(seed):
    probabilities = np.random.default_rng(seed).dirichlet(np.full(24, 0.5)).reshape(2, 3, 2, 2)
    ours = discrete_o_information(probabilities)
    for name, value in peer_measures(probabilities).items():
        assert getattr(ours, name).bits == pytest.approx(value, abs=1e-9)
