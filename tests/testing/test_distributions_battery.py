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
        return {
            "wrong truth": truth + 0.05,
            "a fifth too much": 1.2 * truth,
            "in bits": truth / np.log(2),
            "negative": -1.0,
            "not a number": float("nan"),
        }.get(self.fault, truth)

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
            case "noisy":
                return x, y + 1e-9 * np.random.normal(size=y.shape)  # noqa: NPY002
            case "repeating":
                return x[:1].repeat(n, axis=0) + 1e-12 * x, y
            case "independent":
                return x, super().sample(n, np.random.default_rng(rng).spawn(1)[0])[1]
        return x, y


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        ("wrong truth", "average to the truth"),
        ("a fifth too much", "average to the truth"),
        ("in bits", "average to the truth"),
        ("repeating", "average to the truth"),
        ("wrong ratio", "logarithm of a density ratio"),
        ("independent", "average to the truth"),
        ("negative", "must not be negative"),
        ("not a number", "must be a finite float"),
        ("flat", "must match dims"),
        ("single precision", "must be float64"),
        ("not finite", "must be finite"),
        ("forgetful", "another rng must give other samples"),
        ("restless", "the same rng must give the same bits"),
        ("noisy", "the same rng must give the same bits"),
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


@dataclass(frozen=True)
class Plain:
    """A law of two single variables without a density, whose information is ``factor`` times the true one."""

    pair: Gaussian
    factor: float = 1.0
    name = "plain"
    truth = "closed form"
    dims = (1, 1)

    @property
    def mutual_information(self):
        return self.factor * self.pair.mutual_information

    def sample(self, n, rng=0):
        return self.pair.sample(n, rng)


@pytest.mark.parametrize("factor", [0.8, 1.2])
def test_information_without_a_density_is_held_against_an_estimate(factor):
    pair = normal_pair(mutual_information=0.5)
    check_distribution(Plain(pair))
    with pytest.raises(AssertionError, match="must be what samples show"):
        check_distribution(Plain(pair, factor))


def test_what_is_not_a_law_is_named():
    with pytest.raises(AssertionError, match="must offer name, dims"):
        check_distribution(object())
