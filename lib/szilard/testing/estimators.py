"""A battery of checks that every estimator of mutual information must pass, ours or a user's own.

Each check is a function of an estimator and a seed that raises ``AssertionError`` with what went wrong;
:func:`check_estimator` runs all of them, ``CHECKS`` lists them by name for use with test parametrisation.
"""

import math
from collections.abc import Callable
from dataclasses import Field, FrozenInstanceError, fields, is_dataclass
from functools import partial
from typing import Any

import numpy as np

from szilard.estimate import Estimate
from szilard.estimators import ESTIMATORS, EntropyEstimator, Estimator, make, measure
from szilard.rng import RNG, generator, spawn
from szilard.testing.randomness import unread_randomness

__all__ = ["CHECKS", "SAMPLES", "TOLERANCE", "check_estimator", "gaussian_pair"]

SAMPLES = 400
REPEATS = 12  # samples over which estimates are averaged; half as many where each is trained
GAP = 0.3  # nats that must lie between correlations 0.8 (0.511 nats) and 0, for whatever follows the data
ERROR_FACTOR = 4.0  # by which a stated error may miss the spread of estimates, itself known to a fifth
TOLERANCE = 0.12  # nats of finite-sample bias allowed on top of four standard errors, with so few samples

# Factors of two columns of x and one of y, and how far each is moved, in its own unit.
AFFINE = [
    ((4.0, 4.0, 4.0), -2.0), ((1e3, 1.0, 1.0), 0.0), ((1.0, 1e-3, -1.0), 1e4), ((1e200, 1.0, 1e-200), 0.0),
    ((-1e-200, -1e200, 1e200), 0.0), ((1e-9, -1e40, 1.0), 3.0),
]  # fmt: skip

_Pair = tuple[np.ndarray, np.ndarray]


def check_estimator(estimator: Estimator, rng: int = 0) -> None:
    """Run every check of the battery on an :class:`szilard.estimators.Estimator`; ``rng`` is the seed of the test data
    and of stochastic estimators.

    Raises:
        AssertionError: the first check that fails, with the reason.

    >>> from szilard.estimators import GaussianMI
    >>> check_estimator(GaussianMI())
    """
    for check in CHECKS.values():
        check(estimator, rng)


def gaussian_pair(n: int, rho: float, rng: RNG = 0) -> tuple[np.ndarray, np.ndarray]:
    """n samples (n, 1) of two standard normal variables of correlation rho: I = −½ ln(1 − ρ²) nats."""
    u, v = generator(rng).normal(size=(2, n, 1))
    return u, rho * u + math.sqrt(1 - rho**2) * v


def is_a_frozen_record_of_settings(estimator: Estimator, rng: int) -> None:
    """Settings only, immutable, with a name and a say on whether randomness is needed."""
    assert isinstance(estimator.name, str) and isinstance(estimator.stochastic, bool)
    first = _settings(estimator)[0].name
    try:
        setattr(estimator, first, getattr(estimator, first))
    except FrozenInstanceError:
        return
    raise AssertionError("an estimator must be frozen")


def returns_a_complete_estimate(estimator: Estimator, rng: int) -> None:
    """A finite value with a positive standard error, in nats, and warnings that are sentences."""
    estimate = measure(estimator, *gaussian_pair(SAMPLES, 0.6, rng), rng)
    assert isinstance(estimate, Estimate), f"expected an Estimate; got {type(estimate).__name__}"
    assert math.isfinite(estimate.value) and estimate.stderr > 0, f"incomplete: {estimate!r}"
    assert estimate.unit == "nats" and estimate.n > 0
    assert estimate.method.startswith(type(estimator).__name__), estimate.method
    assert all(isinstance(sentence, str) for sentence in estimate.warnings)


def refuses_bad_input(estimator: Estimator, rng: int) -> None:
    """One line of ValueError for whatever is not two finite numeric samples of the same length that vary."""
    x, y = gaussian_pair(SAMPLES, 0.6, rng)
    import pandas as pd

    holed, endless, flat = x.copy(), x.copy(), np.hstack([x, np.ones_like(x)])
    holed[3], endless[5] = np.nan, np.inf
    cases: dict[str, tuple[Any, Any]] = {
        "NaN": (holed, y),
        "infinity": (x, endless),
        "a constant column": (flat, y),
        "a constant variable": (x, np.zeros_like(y)),
        "different numbers of rows": (x[:-1], y),
        "three axes": (x[:, None], y),
        "no rows": (x[:0], y[:0]),
        "text": (["a"] * SAMPLES, y),
        "one sample": (x[:1], y[:1]),
        "None": (None, y),
        "masked entries": (np.ma.masked_greater(x, 1.0), y),
        "rows in another order": (pd.DataFrame(x), pd.DataFrame(y)[::-1]),
    }
    if k := getattr(estimator, "k", None):
        cases["no more samples than neighbours"] = (x[:k], y[:k])
    for what, (a, b) in cases.items():
        message = _refusal(partial(measure, estimator, a, b, rng))
        assert message, f"{what} must raise ValueError"
        assert "\n" not in message, f"{what}: the message must be one line; got {message!r}"


def refuses_unknown_settings(estimator: Estimator, rng: int) -> None:
    """The registry names the valid settings."""
    if estimator.name not in ESTIMATORS:
        return
    message = _refusal(lambda: make(estimator.name, no_such_setting=1))
    assert "no_such_setting" in message and all(f.name in message for f in _settings(estimator) if f.init), message


def accepts_lists_frames_tensors_and_vectors(estimator: Estimator, rng: int) -> None:
    """The same numbers in another container give the same estimate."""
    import pandas as pd
    import torch

    x, y = gaussian_pair(SAMPLES, 0.6, rng)
    expected = measure(estimator, x, y, rng).value
    others: dict[str, tuple[Any, Any]] = {
        "vectors": (x[:, 0], y[:, 0]),
        "lists": (x.tolist(), y[:, 0].tolist()),
        "pandas": (pd.DataFrame(x), pd.Series(y[:, 0])),
        "nullable": (pd.DataFrame(x).convert_dtypes(), pd.Series(y[:, 0], dtype="Float64")),
        "torch": (torch.as_tensor(x).requires_grad_(), torch.as_tensor(y)),
        "Fortran order": (np.asfortranarray(x), y[::-1][::-1]),
    }
    for what, (a, b) in others.items():
        got = measure(estimator, a, b, rng).value
        assert got == expected, f"{what} gave {got}, NumPy arrays {expected}"
    u, v = x.astype(np.float32), y.astype(np.float32)
    widened = measure(estimator, u.astype(np.float64), v.astype(np.float64), rng).value
    assert measure(estimator, u, v, rng).value == widened, "float32 must be widened"


def repeats_itself(estimator: Estimator, rng: int) -> None:
    """Equal input and seed give the same bits, whatever was measured in between."""
    x, y = gaussian_pair(SAMPLES, 0.6, rng)
    first = measure(estimator, x, y, rng)
    measure(estimator, *gaussian_pair(SAMPLES, 0.3, rng + 1), rng)
    second = measure(estimator, x, y, rng)
    assert (first.value, first.stderr) == (second.value, second.stderr), f"{first!r} then {second!r}"


def leaves_global_randomness_alone(estimator: Estimator, rng: int) -> None:
    """The global random states of NumPy, Python and torch are neither read nor set."""
    with unread_randomness() as untouched:
        measure(estimator, *gaussian_pair(SAMPLES, 0.6, rng), rng)
        assert untouched(), "global random state must stay as it was: take rng instead"


def leaves_its_input_alone(estimator: Estimator, rng: int) -> None:
    """Works on read-only arrays, which stay as they were."""
    x, y = gaussian_pair(SAMPLES, 0.6, rng)
    before = x.copy(), y.copy()
    for z in (x, y):
        z.flags.writeable = False
    measure(estimator, x, y, rng)
    assert np.array_equal(x, before[0]) and np.array_equal(y, before[1]), "the input was changed"


def is_symmetric(estimator: Estimator, rng: int) -> None:
    """I(X; Y) = I(Y; X)."""
    x, y = gaussian_pair(SAMPLES, 0.6, rng)
    x = np.hstack([x, gaussian_pair(SAMPLES, 0.0, rng + 1)[0]])
    _same(estimator, (x, y), (y, x), rng, "swapping x and y")


def ignores_origin_and_unit(estimator: Estimator, rng: int) -> None:
    """Each column may have its own unit, sign and origin: the same estimate, with an error of the same size. An
    estimator that is set not to ``standardize`` is asked for a common unit only.
    """
    x, y = gaussian_pair(SAMPLES, 0.6, rng)
    x = np.hstack([x, gaussian_pair(SAMPLES, 0.0, rng + 1)[0]])
    before = measure(estimator, x, y, rng)
    for factors, origin in AFFINE if getattr(estimator, "standardize", True) else AFFINE[:1]:
        moved = x * factors[:2] + origin * np.abs(factors[:2]), y * factors[2] + origin * abs(factors[2])
        after = measure(estimator, *moved, rng)
        _alike(estimator, before, after, f"columns times {factors}, moved by {origin:g} of them,")


def finds_nothing_in_independence(estimator: Estimator, rng: int) -> None:
    """Independent variables: 0 within four standard errors and the tolerance."""
    estimate = measure(estimator, *gaussian_pair(SAMPLES, 0.0, rng), rng)
    assert abs(estimate.nats) <= 4 * estimate.stderr + TOLERANCE, f"{estimate!r} for independent variables"


def finds_dependence(estimator: Estimator, rng: int) -> None:
    """Correlated normal variables: the mean over samples is the closed form within four standard errors and the
    tolerance, close enough to tell nats from bits."""
    rho = 0.8
    truth = -0.5 * math.log1p(-(rho**2))
    values = [estimate.nats for estimate in _estimates(estimator, rho, rng)]
    allowed = 4 * float(np.std(values, ddof=1)) / math.sqrt(len(values)) + TOLERANCE
    mean = float(np.mean(values))
    assert abs(mean - truth) <= allowed, f"{mean:.3f} nats on average over samples of {truth:.3f}"


def tells_dependence_from_independence(estimator: Estimator, rng: int) -> None:
    """The estimate rises by at least ``GAP`` nats from independent variables to those of correlation 0.8."""
    low, high = (measure(estimator, *gaussian_pair(SAMPLES, rho, rng), rng) for rho in (0.0, 0.8))
    rise = high.nats - low.nats
    assert rise >= GAP, f"{low!r} without dependence and {high!r} with 0.511 nats: only {rise:.3f} between them"


def states_errors_of_the_right_size(estimator: Estimator, rng: int) -> None:
    """Standard errors agree with the spread of estimates over samples within ``ERROR_FACTOR``."""
    estimates = _estimates(estimator, 0.6, rng)
    spread = float(np.std([estimate.nats for estimate in estimates], ddof=1))
    stated = math.sqrt(float(np.mean([estimate.to("nats").stderr ** 2 for estimate in estimates])))
    assert stated / ERROR_FACTOR <= spread <= stated * ERROR_FACTOR, (
        f"estimates of {len(estimates)} samples spread by {spread:.2g}; their stated error is {stated:.2g}"
    )


def is_surer_with_more_samples(estimator: Estimator, rng: int) -> None:
    """Four times the samples shrink the standard error, by half where it is statistical: by a fifth at least."""
    few, many = (measure(estimator, *gaussian_pair(n, 0.6, rng), rng) for n in (SAMPLES, 4 * SAMPLES))
    assert many.stderr <= 0.8 * few.stderr, f"{few!r} and, with four times the samples, {many!r}"


def ignores_the_order_of_samples(estimator: Estimator, rng: int) -> None:
    """Samples are independent: shuffling the pairs does not matter."""
    x, y = gaussian_pair(SAMPLES, 0.6, rng)
    order = generator(rng).permutation(SAMPLES)
    _same(estimator, (x, y), (x[order], y[order]), rng, "shuffling the pairs")


def entropy_obeys_its_laws(estimator: Estimator, rng: int) -> None:
    """Where entropy is defined: H(aX + b) = H(X) + d ln |a|, and that of a standard normal variable is ½ ln 2πe."""
    if not isinstance(estimator, EntropyEstimator):
        return
    extra = {"rng": rng} if estimator.stochastic else {}
    x, _ = gaussian_pair(SAMPLES, 0.0, rng)
    estimate = estimator.entropy(x, **extra)
    slack = 1e-9 if not estimator.stochastic else 4 * estimate.stderr + TOLERANCE
    for factor in (4.0, -1e200, 1e-200):
        scaled = estimator.entropy(factor * x + 2 * factor, **extra)
        rise = scaled.nats - estimate.nats - math.log(abs(factor))
        assert abs(rise) <= slack, f"{estimate!r} times {factor:g} gave {scaled!r}"
    truth = 0.5 * math.log(2 * math.pi * math.e)
    assert abs(estimate.nats - truth) <= 4 * estimate.stderr + TOLERANCE, f"{estimate!r}, truth {truth:.3f}"
    for bad in (x[:1], np.zeros((SAMPLES, 1)), np.full((SAMPLES, 1), np.nan)):
        assert _refusal(partial(estimator.entropy, bad, **extra)), "entropy must refuse bad input"


CHECKS: dict[str, Callable[[Estimator, int], None]] = {
    check.__name__: check
    for check in (
        is_a_frozen_record_of_settings, returns_a_complete_estimate, refuses_bad_input, refuses_unknown_settings,
        accepts_lists_frames_tensors_and_vectors, repeats_itself, leaves_global_randomness_alone,
        leaves_its_input_alone, is_symmetric, ignores_origin_and_unit, finds_nothing_in_independence,
        finds_dependence, tells_dependence_from_independence, states_errors_of_the_right_size,
        is_surer_with_more_samples, ignores_the_order_of_samples, entropy_obeys_its_laws,
    )
}  # fmt: skip


def _same(estimator: Estimator, first: _Pair, second: _Pair, rng: int, what: str) -> None:
    a, b = (measure(estimator, x, y, rng) for x, y in (first, second))
    _alike(estimator, a, b, what)


def _alike(estimator: Estimator, a: Estimate, b: Estimate, what: str) -> None:
    # What is trained from random numbers is the same only within its error.
    slack = 4 * math.hypot(a.stderr, b.stderr) + TOLERANCE if estimator.stochastic else 1e-9
    assert abs(a.nats - b.nats) <= slack, f"{what} changed {a!r} to {b!r}"
    assert estimator.stochastic or math.isclose(a.stderr, b.stderr, rel_tol=1e-6), f"{what} changed {a!r} to {b!r}"


def _estimates(estimator: Estimator, rho: float, rng: int) -> list[Estimate]:
    """Estimates of independent samples of the same correlation."""
    streams = spawn(rng, REPEATS // 2 if estimator.stochastic else REPEATS)
    return [measure(estimator, *gaussian_pair(SAMPLES, rho, stream), rng) for stream in streams]


def _settings(estimator: object) -> tuple[Field[object], ...]:
    assert is_dataclass(estimator) and not isinstance(estimator, type), "an estimator must be a dataclass"
    return fields(estimator)


def _refusal(call: Callable[[], object]) -> str:
    """The message of the ValueError that a call raises, empty if it raises none."""
    try:
        call()
    except ValueError as error:
        return str(error)
    return ""
