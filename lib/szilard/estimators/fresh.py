"""Critics learnt on fresh batches, where samples never run out: what training loses beside what a bound loses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from szilard.device import resolve_device, working_precision
from szilard.distributions.distribution import Distribution
from szilard.estimators.critic import SeparableCritic, train_critics
from szilard.fleets import Training
from szilard.rng import RNG, spawn, torch_generator

__all__ = ["learnt_values"]

Bound = Callable[[Tensor], Tensor]


def learnt_values(
    tasks: Sequence[Distribution], learn: Bound, read: Bound, steps: int, *, batch: int = 64, hidden: int = 128,
    held: int = 100, cubed: bool = False, device: str = "auto", rng: RNG = 0,
) -> np.ndarray:  # fmt: skip
    """What ``read`` says of ``held`` fresh batches, (tasks, held), after separable critics were learnt by ``learn``.

    Args:
        tasks: distributions of equal dimensions, one critic each, learnt as one fleet.
        learn, read: bounds of :mod:`szilard.estimators.bounds`, the first of which is maximised.
        steps: of training, each on a batch that is never seen again.
        batch: pairs per batch.
        hidden: width of the critics' two hidden layers.
        held: fresh batches to read.
        cubed: whether y is cubed, which changes no information.
        device: ``"auto"``, ``"cpu"`` (float64) or ``"cuda"`` (float32).
        rng: of samples and first weights.
    """
    place, (data, *streams) = resolve_device(device), spawn(rng, 1 + len(tasks))
    generators, dtype, cut = [torch_generator(each, place) for each in streams], working_precision(place), steps * batch
    drawn = zip(*(task.sample((steps + held) * batch, rng=data) for task in tasks), strict=True)
    x, y = (torch.as_tensor(np.stack(part), dtype=dtype, device=place) for part in drawn)
    y = y**3 if cubed else y
    critic: nn.Module = SeparableCritic((x.shape[2], y.shape[2]), hidden, 2, generators, dtype).to(place)
    critic = train_critics(critic, x[:, :cut], y[:, :cut], generators, steps, Training(batch=batch, lr=2e-3),
                           lambda net, a, b: -learn(net(a, b)).sum(), lambda done: None)  # fmt: skip
    with torch.no_grad():
        fresh = zip(x[:, cut:].split(batch, 1), y[:, cut:].split(batch, 1), strict=True)
        return torch.stack([read(critic(a, b)) for a, b in fresh], 1).double().cpu().numpy()
