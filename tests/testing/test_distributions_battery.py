"""The battery itself: it has to catch each broken promise."""

from dataclasses import dataclass

import numpy as np
import pytest

from szilard.distributions import Gaussian, normal_pair
from szilard.testing.distributions import check_distribution

PAIR = normal_pair(0.6)


@dataclass(frozen=True, eq=False)
class Broken(Gaussian):
    """A normal pair that breaks one promise."""

    fault: str = ""

    def pointwise_mutual_information(self, x, y):
        # Gaussian adds its own information here; "wrong truth" is to be wrong against a right ratio
        excess = super().pointwise_mutual_information(x, y) - self.mutual_information
        return excess + super().mutual_information + (0.05 if self.fault == "wrong ratio" else 0.0)

    @property
    def mutual_information(self):
        truth = super().mutual_information + (0.05 if self.fault == "wrong ratio" else 0.0)
        return {"wrong truth": truth + 0.05, "negative": -1.0, "not a number": float("nan")}.get(
            self.fault, truth
        )

    def sample(self, n, rng=0):
        if self.fault == "accepts no samples" and n == 0:
            return np.empty((0, 1)), np.empty((0, 1))
        x, y = super().sample(n, rng)
        match self.fault:
            case "flat":
                return x[:, 0], y
            case "single precision":
                return x.astype(np.float32), y
            case "not finite":
                return x, y * np.inf
            case "forgetful":
                return super().sample(n, 0)
            case "restless":
                return super().sample(n, np.random.default_rng())
            case "global":
                np.random.seed(0)  # noqa: NPY002
            case "independent":
                return x, super().sample(n, np.random.default_rng(rng).spawn(1)[0])[1]
        return x, y


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        ("wrong truth", "average to the truth"),
        ("wrong ratio", "logarithm of a density ratio"),
        ("independent", "average to the truth"),
        ("negative", "must not be negative"),
        ("not a number", "must be a finite float"),
        ("flat", "must match dims"),
        ("single precision", "must be float64"),
        ("not finite", "must be finite"),
        ("forgetful", "another rng must give other samples"),
        ("restless", "the same rng must give the same bits"),
        ("global", "global random state must stay"),
        ("accepts no samples", r"sample\(0\) must raise ValueError"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_broken_promises_are_caught(fault, promise):
    state = np.random.get_state()  # noqa: NPY002
    try:
        with pytest.raises(AssertionError, match=promise):
            check_distribution(Broken(PAIR.cov, PAIR.dims, fault=fault))
    finally:
        np.random.set_state(state)  # noqa: NPY002


def test_an_honest_law_passes():
    check_distribution(Broken(PAIR.cov, PAIR.dims))


def test_what_is_not_a_law_is_named():
    with pytest.raises(AssertionError, match="must offer name, dims"):
        check_distribution(object())
