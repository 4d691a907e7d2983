"""The public battery on every registered estimator, in several settings."""

import numpy as np
import pytest

from szilard.estimate import Estimate
from szilard.estimators import ESTIMATORS, GaussianMI, make
from szilard.testing.estimators import CHECKS, check_estimator

TRAINED = {name for name in ESTIMATORS if ESTIMATORS[name].stochastic}  # have their own, shorter runs
VARIED = [
    ("ksg", {"variant": 2, "k": 5}),
    ("ksg", {"metric": "euclidean", "standardize": True}),
    ("ksg", {"neighbours": "torch", "device": "cpu"}),
    ("kl", {"metric": "max"}),
    ("histogram", {"binning": "mass", "bins": 6}),
    ("histogram", {"bins": "sturges", "correction": "none"}),
    ("gaussian", {"correct_bias": True}),
    ("kde", {"leave_one_out": False, "bandwidth": 0.4}),
]
CASES = [(name, {}) for name in ESTIMATORS if name not in TRAINED] + VARIED


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
@pytest.mark.parametrize(("name", "settings"), CASES, ids=[f"{n}-{s}" for n, s in CASES])
def test_estimator_passes(name, settings, check):
    check(make(name, **settings), 0)


class Shifted(GaussianMI):
    def mutual_information(self, x, y):
        estimate = super().mutual_information(x, y)
        return Estimate(estimate.value + x[0, 0], estimate.stderr, n=estimate.n, method="Shifted()")


class Scribbling(GaussianMI):
    def mutual_information(self, x, y):
        x[0] = 0.0
        return super().mutual_information(x, y)


class Deaf(GaussianMI):
    def mutual_information(self, x, y):
        return super().mutual_information(np.nan_to_num(x), y)


@pytest.mark.parametrize("broken", [Shifted, Scribbling, Deaf])
def test_battery_notices_what_is_wrong(broken):
    with pytest.raises((AssertionError, ValueError, TypeError, IndexError)):
        check_estimator(broken())
