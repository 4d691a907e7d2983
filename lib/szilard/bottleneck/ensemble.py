r"""Hundreds of small stochastic networks trained as one stacked model.

Every network minimises :math:`\mathrm{CE}+\lambda(c-\hat I)` by gradient descent with momentum and weight decay, while
:math:`\lambda\leftarrow\lambda+\eta(c-\hat I)` steers the information of its code on the training points to the target
c, from above and from below (`kawaguchi2023ib`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

import numpy as np
import torch
from torch import Tensor

from szilard.bottleneck.descent import Control, Descent, Streams, evaluate, train
from szilard.bottleneck.learners import Configuration, Learner
from szilard.bottleneck.posterior import FLOOR, GaussianPosterior, Moments, posterior_of
from szilard.bottleneck.samples import Samples, blobs
from szilard.bottleneck.stochastic import StochasticNetworks
from szilard.device import is_cuda, resolve_device, working_precision
from szilard.rng import spawn, torch_generator
from szilard.validation import check_integer, check_positive

__all__ = ["train_ensemble"]


def train_ensemble(
    configurations: Sequence[Configuration], descent: Descent = Descent(), *, data: Callable[[int], Samples] = blobs,
    draws: int = 64, floor: float = FLOOR, device: str = "auto",
    dtype: torch.dtype | None = None, fleet: int | None = None,
) -> tuple[Learner, ...]:  # fmt: skip
    """Train a network for each configuration, those of one width together, and return them in the order given.

    Whatever a network is trained beside, its result is the same up to rounding.

    Args:
        configurations: one per network; widths may differ.
        descent: steps, rates and what is collected for the posterior, the same for all.
        data: gives the samples of each draw, all of equal sizes.
        draws: of the code's noise, over which losses and accuracies are averaged; a gap needs 50 or more.
        floor: least variance of a weight in the posterior, see :func:`~szilard.bottleneck.swag`.
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
        dtype: precision of the training; float64 on a processor and float32 on a card unless given.
        fleet: networks stacked at most; the default suits the caches of a processor, or a card.

    Raises:
        ValueError: no configurations, draws of unequal sizes, a number out of its range, or a training that diverged.
    """
    configurations, place = list(configurations), resolve_device(device)
    if not configurations:
        raise ValueError("configurations must hold at least one; got none")
    check_integer(draws, "draws", minimum=1)
    check_positive(floor, "floor")
    size = (512 if is_cuda(place) else 48) if fleet is None else fleet
    check_integer(size, "fleet", minimum=1)
    precision = working_precision(place) if dtype is None else dtype

    def kind(index: int) -> tuple[int, bool]:  # of one width and cost: controlled networks cost more
        return configurations[index].width, configurations[index].control > 0

    learners: dict[int, Learner] = {}
    for _, group in groupby(sorted(range(len(configurations)), key=kind), key=kind):
        alike = list(group)
        for part in (alike[start : start + size] for start in range(0, len(alike), size)):
            members = [configurations[index] for index in part]
            learners.update(zip(part, _trained(members, descent, data, draws, floor, place, precision), strict=True))
    return tuple(learners[index] for index in range(len(configurations)))


def _trained(
    members: Sequence[Configuration], descent: Descent, data: Callable[[int], Samples], draws: int, floor: float,
    place: str, dtype: torch.dtype,
) -> list[Learner]:  # fmt: skip
    samples = [data(each.draw).permuted(each.draw) if each.permuted else data(each.draw) for each in members]
    first = [torch_generator(spawn(each.seed, 3)[0], place) for each in members]
    network = StochasticNetworks(members[0].width, first, dtype, *_sizes(samples))
    noise = _noise_streams([each.seed for each in members], place)
    seen = _stacked([each.train for each in samples], network)
    unseen = _stacked([each.test for each in samples], network)
    columns = [[getattr(each, name) for each in members] for name in ("decay", "control", "target")]
    control = Control(*torch.tensor(columns, dtype=torch.float64).to(seen[0]))
    trace = train(network, *seen, noise[0], control, descent)
    for member, finite in zip(members, network.flat().isfinite().all(1).tolist(), strict=True):
        if not finite:
            raise ValueError(f"lr and control must let every training converge; {member} left the finite numbers")
    scores = [score for pair in (seen, unseen) for score in evaluate(network, *pair, noise[1], draws)]
    parts = [_host(part) for part in (*scores, network.flat(), trace.informations, trace.multipliers)]
    rows = zip(members, samples, *parts, _posteriors(trace.moments, floor), strict=True)
    return [Learner(*row) for row in rows]


def _posteriors(moments: Moments[Tensor], floor: float) -> list[GaussianPosterior]:
    """The posterior of every member from moments (fleet, P)."""
    deviations = torch.stack(list(moments.deviations), dim=1)
    parts = zip(_host(moments.mean), _host(moments.squares / moments.count), _host(deviations), strict=True)
    return [posterior_of(mean, variance, columns, floor) for mean, variance, columns in parts]


def _noise_streams(seeds: Sequence[int], place: str) -> tuple[Streams, Streams]:
    """The noise of training and that of evaluation: by the seed alone, so that it is drawn once for each."""
    different, members = np.unique(seeds, return_inverse=True)
    spawned = zip(*(spawn(int(seed), 3)[1:] for seed in different), strict=True)
    index = torch.from_numpy(members).to(place)
    training, live = ([torch_generator(stream, place) for stream in part] for part in spawned)
    return (training, index), (live, index)


def _sizes(samples: Sequence[Samples]) -> tuple[int, int]:
    """Coordinates and classes of the samples, which must have equal shapes."""
    shapes = {(each.train[0].shape, each.test[0].shape) for each in samples}
    if len(shapes) > 1:
        raise ValueError(f"data must have the same shapes in every draw; got {sorted(shapes)}")
    return samples[0].sizes


def _stacked(parts: Sequence[tuple[np.ndarray, np.ndarray]], network: StochasticNetworks) -> tuple[Tensor, Tensor]:
    """Points (fleet, n, d) and labels (fleet, n) where the network is."""
    points, labels = (torch.from_numpy(np.stack(part)) for part in zip(*parts, strict=True))
    weight = network.head.weight
    return points.to(weight), labels.to(weight.device, torch.int64)


def _host(values: Tensor) -> np.ndarray:
    return values.detach().double().cpu().numpy()
