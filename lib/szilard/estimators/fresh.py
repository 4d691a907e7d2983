"""Critics learnt on fresh batches, where samples never run out: what training loses beside what a bound loses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from szilard.device import resolve_device, working_precision
from szilard.distributions.distribution import Distribution
from szilard.estimators.critic import CRITICS, train_critics
from szilard.fleets import Perceptron, Training
from szilard.rng import RNG, spawn, torch_generator
from szilard.validation import check_choice

__all__ = ["learnt_values"]

Bound = Callable[..., Tensor]


def learnt_values(
    tasks: Sequence[Distribution], learn: Bound, reads: Mapping[str, Bound], steps: int, *, batch: int = 64,
    hidden: int = 128, held: int = 100, cubed: bool = False, critic: str = "separable", baseline: bool = False,
    device: str = "auto", rng: RNG = 0,
) -> dict[str, np.ndarray]:  # fmt: skip
    """What each of ``reads`` says of ``held`` fresh batches, (tasks, held), after critics were learnt by ``learn``.

    Args:
        tasks: distributions of equal dimensions, one critic each, learnt as one fleet.
        learn, reads: bounds of :mod:`szilard.estimators.bounds`, the first of which is maximised; functions of the
            scores (tasks, n, n), and of ln a(y), (tasks, n), where there is a baseline.
        steps: of training, each on a batch that is never seen again.
        batch: pairs per batch.
        hidden: width of the critics' two hidden layers.
        held: fresh batches to read.
        cubed: whether y is cubed, which changes no information.
        critic: ``"separable"`` or ``"joint"``, as in :class:`~szilard.estimators.Variational`.
        baseline: whether a second network learns ln a(y) beside the scores.
        device: ``"auto"``, ``"cpu"`` (float64) or ``"cuda"`` (float32).
        rng: of samples and first weights.

    Raises:
        ValueError: an unknown ``critic``.
    """
    kind = CRITICS[check_choice(critic, "critic", CRITICS)]
    place, (data, *streams) = resolve_device(device), spawn(rng, 1 + len(tasks))
    generators, dtype, cut = [torch_generator(each, place) for each in streams], working_precision(place), steps * batch
    drawn = zip(*(task.sample((steps + held) * batch, rng=data) for task in tasks), strict=True)
    x, y = (torch.as_tensor(np.stack(part), dtype=dtype, device=place) for part in drawn)
    y = y**3 if cubed else y
    scores = kind((x.shape[2], y.shape[2]), hidden, 2, generators, dtype)
    beside = Perceptron([y.shape[2], hidden, hidden, 1], generators, dtype, 0.0) if baseline else None
    network = train_critics(_Scored(scores, beside).to(place), x[:, :cut], y[:, :cut], generators, steps,
                            Training(batch=batch, lr=2e-3), lambda net, a, b: -learn(*net(a, b)).sum(),
                            lambda done: None)  # fmt: skip
    with torch.no_grad():
        fresh = zip(x[:, cut:].split(batch, 1), y[:, cut:].split(batch, 1), strict=True)
        seen = [network(a, b) for a, b in fresh]
        return {name: torch.stack([read(*each) for each in seen], 1).double().cpu().numpy()
                for name, read in reads.items()}  # fmt: skip


class _Scored(nn.Module):
    """Scores of every x with every y and, where there is a baseline, ln a(y)."""

    def __init__(self, scores: nn.Module, baseline: nn.Module | None) -> None:
        super().__init__()
        self.scores, self.baseline = scores, baseline

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, ...]:
        f = self.scores(x, y)
        return (f,) if self.baseline is None else (f, self.baseline(y)[..., 0])
