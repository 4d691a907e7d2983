"""A battery that any joint law has to pass, ours or the reader's own."""

import math
from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import expit

from szilard.distributions import Distribution
from szilard.distributions.distribution import PointwiseDistribution
from szilard.estimators import KSG
from szilard.rng import RNG, generator, spawn
from szilard.testing.randomness import unread_randomness

_BIAS = 0.01  # nats by which the estimator may err on its own
Promise = tuple[bool, str]  # whether it is kept, and what it is

_ROUNDING = 1e-9  # all that may differ where the density ratio has no spread

__all__ = ["SIGMAS", "check_distribution"]

SIGMAS = 4.0
"""Width of every statistical check, in standard errors: a true law fails one check in about 16,000."""


def check_distribution(law: Distribution, rng: RNG = 0, n: int = 20_000) -> None:
    r"""Check that ``law`` keeps the promises of :class:`szilard.distributions.Distribution`.

    Facts (name, dimensions, a finite information ≥ 0 in nats), samples (shapes, float64, finite, never
    constant), randomness (the same ``rng`` gives the same bits, streams differ, the global state is left
    alone), refused sample sizes. Where the law offers ``pointwise_mutual_information``, i(x, y), two checks
    within four standard errors: its mean over ``n`` samples is the mutual information, and it is the
    logarithm of a density ratio, for which

    .. math:: E_{p(x)p(y)}\Big[\frac{1}{1+e^{-i}}\Big] = E_{p(x,y)}\Big[\frac{1}{1+e^{i}}\Big].

    Without it, the information of two single variables is held against an estimate
    (:class:`szilard.estimators.KSG`); that of longer vectors has to be believed.

    Raises:
        AssertionError: a promise is broken; the message names the law and the promise.

    >>> from szilard.distributions import normal_pair
    >>> check_distribution(normal_pair(0.5), n=1000)
    """
    with unread_randomness() as untouched:
        for kept, promise in _promises(law, spawn(rng, 2), n, untouched):
            if not kept:
                raise AssertionError(f"{getattr(law, 'name', law)!r}: {promise}")


def _promises(
    law: Distribution, streams: list[np.random.Generator], n: int, untouched: Callable[[], bool]
) -> Iterator[Promise]:
    yield from _facts(law)
    yield from _samples(law)
    yield from _randomness(law)
    yield from _refusals(law)
    if isinstance(law, PointwiseDistribution):
        yield from _information(law, streams, n)
    elif law.dims == (1, 1):
        yield from _by_estimation(law, streams[0], n)
    yield untouched(), "global random state must stay"


def _facts(law: Distribution) -> Iterator[Promise]:
    yield isinstance(law, Distribution), "must offer name, dims, truth, mutual_information and sample"
    yield isinstance(law.name, str) and law.name != "", "name must be a non-empty text"
    yield isinstance(law.truth, str) and law.truth != "", "truth must say how the information is known"
    yield isinstance(law.dims, tuple) and len(law.dims) >= 2, "dims must be a tuple of two or more dimensions"
    nats = law.mutual_information
    yield isinstance(nats, float) and math.isfinite(nats), f"information must be a finite float; got {nats!r}"
    yield nats >= 0, f"information must not be negative; got {nats}"


def _samples(law: Distribution) -> Iterator[Promise]:
    for n in (1, 64):
        arrays = law.sample(n, rng=0)
        shapes = tuple(array.shape for array in arrays)
        yield shapes == tuple((n, dim) for dim in law.dims), f"sample({n}) must match dims; got {shapes}"
        yield all(array.dtype == np.float64 for array in arrays), "samples must be float64"
        yield all(np.isfinite(array).all() for array in arrays), "samples must be finite"
    yield all(np.ptp(array, axis=0).all() for array in arrays), "no coordinate may be constant"


def _randomness(law: Distribution) -> Iterator[Promise]:
    once, again, different = law.sample(8, rng=1), law.sample(8, 1), law.sample(8, rng=2)
    yield _same(once, again), "the same rng must give the same bits"
    yield not _same(once, different), "another rng must give other samples"
    shared = generator(1)
    yield _same(law.sample(8, rng=shared), once), "an integer must mean the generator it seeds"
    yield not _same(law.sample(8, rng=shared), law.sample(8, rng=shared)), "a generator must move on"


def _same(one: tuple[np.ndarray, ...], other: tuple[np.ndarray, ...]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def _refusals(law: Distribution) -> Iterator[Promise]:
    for n in (0, -1, 2.5, True, "ten", None):
        try:
            law.sample(n)  # type: ignore[arg-type]  # that is the point
        except ValueError as error:
            yield "\n" not in str(error), f"sample({n!r}) must be refused in one line"
        else:
            yield False, f"sample({n!r}) must raise ValueError"


def _information(law: PointwiseDistribution, streams: list[np.random.Generator], n: int) -> Iterator[Promise]:
    x, y = law.sample(n, rng=streams[0])
    unrelated = law.sample(n, rng=streams[1])[1]
    joint, apart = law.pointwise_mutual_information(x, y), law.pointwise_mutual_information(x, unrelated)
    yield joint.shape == (n,), f"pointwise information must have shape ({n},); got {joint.shape}"
    gap = float(joint.mean()) - law.mutual_information
    near = abs(gap) <= SIGMAS * _error(joint) + _ROUNDING
    yield near, f"pointwise information must average to the truth; off by {gap:.3g} nats"
    # both means are ∫ pq / (p + q) with q = p(x) p(y); bounded, so four errors mean what they say
    under_product, under_joint = expit(apart), expit(-joint)
    gap = float(under_product.mean() - under_joint.mean())
    near = abs(gap) <= SIGMAS * math.hypot(_error(under_product), _error(under_joint)) + _ROUNDING
    yield near, f"pointwise information must be the logarithm of a density ratio; its identity is off by {gap:.3g}"


def _by_estimation(law: Distribution, stream: np.random.Generator, n: int) -> Iterator[Promise]:
    estimate = KSG(k=5).mutual_information(*law.sample(n, rng=stream))
    gap = law.mutual_information - estimate.value
    near = abs(gap) <= SIGMAS * estimate.stderr + _BIAS
    yield near, f"information must be what samples show; {gap:+.3g} nats from {estimate!r}"


def _error(values: np.ndarray) -> float:
    return float(values.std(ddof=1)) / math.sqrt(len(values))
