"""Does a wide network average many small ones? Bias and variance of averages, and networks put together from parts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from szilard.rng import RNG, generator
from szilard.scaling.ensembles import N_EVAL, Ensemble
from szilard.validation import check_choice, check_integer

UNITS = ("neurons", "tickets")

__all__ = ["BiasVariance", "average_losses", "bias_variance", "shuffled", "tickets"]


@dataclass(frozen=True)
class BiasVariance:
    """The mean loss of networks, split: what all of them get wrong together, and where they differ.

    Args:
        bias2: mean square of the average error over the cube; no averaging removes it.
        variance: mean square of what is left; averaging k independent networks divides it by k.
        loss: mean loss of a network, the sum of the two.
    """

    bias2: float
    variance: float
    loss: float

    def average_of(self, k: ArrayLike) -> np.ndarray:
        """Expected loss bias² + variance/k of the average of ``k`` independent networks."""
        return np.asarray(self.bias2 + self.variance / np.asarray(k, dtype=float))


def bias_variance(ensemble: Ensemble, n_eval: int = N_EVAL) -> BiasVariance:
    """Bias and variance of the networks of an ensemble, as if they were all there are.

    Raises:
        ValueError: fewer than two networks.
    """
    if len(ensemble) < 2:
        raise ValueError(f"ensemble must hold at least two networks; got {len(ensemble)}")
    errors = ensemble.errors(n_eval)
    average = errors.mean(axis=0)
    bias2, variance, loss = (float(ensemble.mean_square(each).mean()) for each in (average, errors - average, errors))
    return BiasVariance(bias2, variance, loss)


def average_losses(ensemble: Ensemble, k: int, groups: int = 64, rng: RNG = 0) -> tuple[np.ndarray, np.ndarray]:
    """Losses (groups,) of averages of ``k`` networks drawn with replacement, and the same once the error that all
    networks share is taken away: there the central limit theorem has its way.

    Raises:
        ValueError: ``k`` or ``groups`` is not a positive integer.
    """
    check_integer(k, "k", minimum=1)
    check_integer(groups, "groups", minimum=1)
    errors = ensemble.errors()
    drawn = errors[generator(rng).integers(len(errors), size=(groups, k))].mean(axis=1)
    return ensemble.mean_square(drawn), ensemble.mean_square(drawn - errors.mean(axis=0))


def tickets(ensemble: Ensemble) -> np.ndarray:
    """Pairs of mirrored neurons (M, N/2, 2), as indices: in each network the pairs (w, b, v) and (-w, b, v) that
    match best come first, until all neurons are paired.

    Raises:
        ValueError: the width is odd.
    """
    if ensemble.width % 2:
        raise ValueError(f"ensemble must have an even width for its neurons to be paired; got {ensemble.width}")
    neurons = np.concatenate([ensemble.w, ensemble.b[..., None], ensemble.v[..., None]], axis=2)
    mirror = np.array([*[-1.0] * ensemble.target.dim, 1.0, 1.0])
    return np.array([_paired(each / (each.std(axis=0) + 1e-300), mirror) for each in neurons])


def _paired(neurons: np.ndarray, mirror: np.ndarray) -> np.ndarray:
    """Greedy pairs (n/2, 2) of the neurons (n, coordinates) of one network."""
    gaps = np.linalg.norm(neurons[:, None] - neurons * mirror, axis=2)
    first, second = np.triu_indices(len(neurons), 1)
    free, pairs = np.ones(len(neurons), dtype=bool), []
    for k in np.argsort(gaps[first, second], kind="stable"):
        i, j = first[k], second[k]
        if free[i] and free[j]:
            free[[i, j]] = False
            pairs.append((i, j))
    return np.array(pairs)


def shuffled(ensemble: Ensemble, unit: str = "tickets", rng: RNG = 0) -> Ensemble:
    """Networks put together from parts of different networks of the ensemble, constants averaged.

    Were a network an average of parts that solve the task each on their own, such a network would be as good as any.

    Args:
        unit: what is exchanged: ``"neurons"``, or pairs of mirrored ``"tickets"`` (see :func:`tickets`).
        rng: of the exchange.

    Raises:
        ValueError: fewer than two networks, an unknown unit, or tickets of an odd width.
    """
    if len(ensemble) < 2:
        raise ValueError(f"ensemble must hold at least two networks; got {len(ensemble)}")
    pairs = check_choice(unit, "unit", UNITS) == "tickets"
    order = tickets(ensemble) if pairs else np.arange(ensemble.width)[None, :, None].repeat(len(ensemble), 0)
    streams = generator(rng)
    donors = np.stack([streams.permutation(len(ensemble)) for _ in range(order.shape[1])], axis=1)
    slots = np.arange(order.shape[1])
    neurons = order[donors, slots].reshape(len(ensemble), -1)
    who = donors[:, :, None].repeat(order.shape[2], axis=2).reshape(len(ensemble), -1)
    parts = {name: getattr(ensemble, name)[who, neurons] for name in "wbv"}
    return replace(ensemble, **parts, c=np.full(len(ensemble), ensemble.c.mean()))
