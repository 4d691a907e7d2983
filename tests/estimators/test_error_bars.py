"""Standard errors mean what they say: the spread over many small experiments against the average reported error.

The ratio of a standard deviation over 60 experiments to its truth has a standard error of 1/√118 = 0.09. The bounds
allow four of these around the smallest and largest ratio expected: errors may be overstated (up to twofold at
independence, where first- and second-order errors are both counted) and are hardly understated.
"""

import math

import numpy as np
import pytest

from szilard.estimators import make
from szilard.rng import spawn

EXPERIMENTS, N = 60, 300
CASES = {
    "histogram": {},
    "gaussian": {},
    "copula": {},
    "kl": {},
    "weighted-kl": {"k": 8},
    "ksg": {},
    "mixed-ksg": {},
    "kde": {},
}


def experiments(rho, d, seed):
    for stream in spawn(seed, EXPERIMENTS):
        u, v = stream.normal(size=(2, N, d))
        yield u, rho * u + math.sqrt(1 - rho**2) * v


def spread_over_error(estimates):
    return np.std([e.nats for e in estimates], ddof=1) / np.mean([e.stderr for e in estimates])


@pytest.mark.parametrize(("rho", "d"), [(0.0, 1), (0.6, 1), (0.95, 1), (0.6, 2)])
@pytest.mark.parametrize("name", CASES)
def test_error_bars_match_the_spread(name, rho, d):
    estimator = make(name, **CASES[name])
    estimates = [estimator.mutual_information(x, y) for x, y in experiments(rho, d, seed=0)]
    assert 0.4 < spread_over_error(estimates) < 1.5


@pytest.mark.parametrize("settings", [{"k": 10}, {"variant": 2}, {"metric": "euclidean", "k": 10}])
def test_error_bars_match_the_spread_for_other_ksg(settings):
    estimates = [make("ksg", **settings).mutual_information(x, y) for x, y in experiments(0.6, 2, seed=1)]
    assert 0.5 < spread_over_error(estimates) < 1.5


@pytest.mark.parametrize("name", ["histogram", "kl", "weighted-kl", "kde"])
def test_error_bars_of_entropies_match_the_spread(name):
    estimates = [make(name).entropy(x) for x, _ in experiments(0.0, 1, seed=2)]
    assert 0.5 < spread_over_error(estimates) < 1.5
