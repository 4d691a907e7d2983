"""The public battery on every registered estimator, in several settings."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from szilard.estimate import Estimate
from szilard.estimators import ESTIMATORS, GaussianMI, make
from szilard.testing.estimators import CHECKS, check_estimator
from szilard.validation import as_samples

TRAINED = {name for name in ESTIMATORS if ESTIMATORS[name].stochastic}  # have their own, shorter runs
VARIED = [
    ("ksg", {"variant": 2, "k": 5}),
    ("ksg", {"metric": "euclidean", "standardize": False}),
    ("mixed-ksg", {"k": 5}),
    ("ksg", {"neighbours": "torch", "device": "cpu"}),
    ("kl", {"metric": "max"}),
    ("histogram", {"binning": "mass", "bins": 6}),
    ("histogram", {"bins": "sturges", "binning": "width", "correction": "none"}),
    ("histogram", {"bins": "scott", "binning": "width", "correction": "miller-madow"}),
    ("gaussian", {"correct_bias": False}),
    ("kde", {"leave_one_out": False, "bandwidth": 0.4}),
]
CASES = [(name, {}) for name in ESTIMATORS if name not in TRAINED] + VARIED


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
@pytest.mark.parametrize(("name", "settings"), CASES, ids=[f"{n}-{s}" for n, s in CASES])
def test_estimator_passes(name, settings, check):
    check(make(name, **settings), 0)


@dataclass(frozen=True)
class Constant:
    """The same answer to everything that is not refused."""

    factor: float = 1.0
    name: ClassVar[str] = "constant"
    stochastic: ClassVar[bool] = False

    def mutual_information(self, x, y):
        n = GaussianMI().mutual_information(x, y).n
        return Estimate(0.25, 0.05, n=n, method="Constant()")


class Broken(GaussianMI):
    """An honest estimator that ``altered`` turns into a dishonest one."""

    def mutual_information(self, x, y):
        estimate = super().mutual_information(x, y)
        value, stderr = self.altered(estimate, as_samples(x), as_samples(y))
        return Estimate(value, stderr, n=estimate.n, method=f"{type(self).__name__}()")

    def altered(self, estimate, x, y):
        return estimate.value, estimate.stderr


class Shifted(Broken):
    def altered(self, estimate, x, y):
        return estimate.value + x[0, 0], estimate.stderr


class Overflowing(Broken):
    """Squares what it gets."""

    def altered(self, estimate, x, y):
        with np.errstate(over="ignore"):
            return estimate.value * np.isfinite(np.square(x).sum()), estimate.stderr


class Positional(GaussianMI):
    """Pairs rows by position, whatever their index."""

    def mutual_information(self, x, y):
        return super().mutual_information(np.asarray(x), np.asarray(y))


class Unmasked(GaussianMI):
    """Measures what a mask hides."""

    def mutual_information(self, x, y):
        return super().mutual_information(np.ma.getdata(x) if isinstance(x, np.ma.MaskedArray) else x, y)


class DeafToY(Broken):
    def altered(self, estimate, x, y):
        return float(0.25 + 0.05 * x.mean() / x.std()), estimate.stderr


class InBits(Broken):
    """Bits that are called nats."""

    def altered(self, estimate, x, y):
        return estimate.bits, estimate.stderr / np.log(2)


class Boastful(Broken):
    def altered(self, estimate, x, y):
        return estimate.value, estimate.stderr / 10


class Timid(Broken):
    """Errors so large that no value could be called wrong."""

    def altered(self, estimate, x, y):
        return estimate.value, 1.0


class Partial(Broken):
    """Prefers its first argument."""

    def altered(self, estimate, x, y):
        return estimate.value + 0.01 * np.ptp(x) / (np.ptp(x) + np.ptp(y)), estimate.stderr


class InOrder(Broken):
    """Takes the samples for a series in time."""

    def altered(self, estimate, x, y):
        return estimate.value + 0.01 * np.corrcoef(x[1:, 0], x[:-1, 0])[0, 1], estimate.stderr


class Noisy(Broken):
    """Adds noise from the global random state."""

    def altered(self, estimate, x, y):
        return estimate.value + 1e-6 * np.random.normal(), estimate.stderr  # noqa: NPY002


class Reseeding(Broken):
    """Sets the global random state, for the sake of reproducibility."""

    def altered(self, estimate, x, y):
        np.random.seed(0)  # noqa: NPY002
        return estimate.value, estimate.stderr


class Remembering(Broken):
    """Carries what it measured over to the next call."""

    last: ClassVar[list[float]] = []

    def altered(self, estimate, x, y):
        value = (estimate.value + self.last[-1]) / 2 if self.last else estimate.value
        self.last.append(estimate.value)
        return value, estimate.stderr


class Unsure(Broken):
    """An error that knows nothing of the number of samples."""

    def altered(self, estimate, x, y):
        return estimate.value, 0.03


class Scribbling(GaussianMI):
    def mutual_information(self, x, y):
        x[0] = 0.0
        return super().mutual_information(x, y)


class Deaf(GaussianMI):
    def mutual_information(self, x, y):
        return super().mutual_information(np.nan_to_num(x), y)


CAUGHT = [
    (Constant, "finds_dependence"),
    (Constant, "tells_dependence_from_independence"),
    (Constant, "states_errors_of_the_right_size"),
    (Constant, "is_surer_with_more_samples"),
    (Shifted, "ignores_origin_and_unit"),
    (Overflowing, "ignores_origin_and_unit"),
    (Positional, "refuses_bad_input"),
    (Unmasked, "refuses_bad_input"),
    (DeafToY, "tells_dependence_from_independence"),
    (InBits, "finds_dependence"),
    (Boastful, "states_errors_of_the_right_size"),
    (Timid, "states_errors_of_the_right_size"),
    (Partial, "is_symmetric"),
    (InOrder, "ignores_the_order_of_samples"),
    (Noisy, "repeats_itself"),
    (Noisy, "leaves_global_randomness_alone"),
    (Reseeding, "leaves_global_randomness_alone"),
    (Remembering, "repeats_itself"),
    (Unsure, "is_surer_with_more_samples"),
    (Scribbling, "leaves_its_input_alone"),
    (Deaf, "refuses_bad_input"),
]


@pytest.fixture
def global_state():
    state = np.random.get_state()  # noqa: NPY002
    yield
    np.random.set_state(state)  # noqa: NPY002
    Remembering.last.clear()


@pytest.mark.parametrize(("broken", "check"), CAUGHT, ids=[f"{b.__name__}-{c}" for b, c in CAUGHT])
@pytest.mark.usefixtures("global_state")
def test_each_fault_is_caught_by_the_check_that_names_it(broken, check):
    with pytest.raises((AssertionError, ValueError)) as caught:  # a read-only array raises ValueError
        CHECKS[check](broken(), 0)
    assert str(caught.value)


@pytest.mark.parametrize("broken", dict(CAUGHT))
@pytest.mark.usefixtures("global_state")
def test_the_whole_battery_refuses_what_is_broken(broken):
    with pytest.raises((AssertionError, ValueError)):
        check_estimator(broken())


def test_what_is_broken_on_purpose_is_otherwise_sound():
    check_estimator(Broken())
