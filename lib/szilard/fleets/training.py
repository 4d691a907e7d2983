"""How a network is trained: batch, learning rate, schedule and weight average."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from numbers import Real
from typing import TypeVar

from szilard.validation import check_choice, check_integer, check_positive

__all__ = ["SCHEDULES", "Training", "constant", "cosine"]


def cosine(progress: float, warm: float = 0.1) -> float:
    """Share of the peak rate after ``progress`` of the steps in (0, 1]: it rises until ``warm``, then falls to zero.

    >>> [round(cosine(progress), 9) for progress in (0.05, 0.1, 0.55, 1.0)]
    [0.5, 1.0, 0.5, 0.0]
    """
    if progress < warm:
        return progress / warm
    return 0.5 * (1 + math.cos(math.pi * (progress - warm) / (1 - warm)))


def constant(progress: float) -> float:
    """The peak rate throughout."""
    return 1.0


Number = TypeVar("Number", int, float)

SCHEDULES: dict[str, Callable[[float], float]] = {"cosine": cosine, "constant": constant}


@dataclass(frozen=True)
class Training:
    """How a network is trained.

    Args:
        batch: samples per step; ``None`` leaves the choice to the method that is trained.
        lr: Adam's largest learning rate; ``None`` as for ``batch``.
        schedule: ``"cosine"`` raises the rate over the first tenth, then lets it fall to zero; ``"constant"`` keeps
            it. Without the slow start, short trainings often end with dead units.
        ema: decay of the weight average that is evaluated; shortened in a short training, so that the average
            never reaches back over more than a tenth of it.
    """

    batch: int | None = None
    lr: float | None = None
    schedule: str = "cosine"
    ema: float = 0.999

    def __post_init__(self) -> None:
        check_choice(self.schedule, "schedule", SCHEDULES)
        if self.batch is not None:
            check_integer(self.batch, "batch", minimum=4)
        if self.lr is not None:
            check_positive(self.lr, "lr")
        if not isinstance(self.ema, (Real, float)) or not 0 <= self.ema < 1:
            raise ValueError(f"ema must be a number in [0, 1); got {self.ema!r}")

    def completed(self, batch: int, lr: float) -> Training:
        """These settings, with a method's own ``batch`` and ``lr`` where none was chosen."""
        return replace(self, batch=self.batch or batch, lr=self.lr or lr)

    @property
    def rows(self) -> int:
        """Samples per step; :meth:`completed` settings only."""
        return _chosen(self.batch, "batch")

    def rate(self, step: int, steps: int) -> float:
        """Learning rate at ``step`` of ``steps``; :meth:`completed` settings only."""
        return _chosen(self.lr, "lr") * SCHEDULES[self.schedule]((step + 1) / steps)

    def rates(self, steps: int) -> list[float]:
        """Learning rate at each of ``steps``."""
        return [self.rate(step, steps) for step in range(steps)]

    def decay(self, steps: int) -> float:
        """Decay of the weight average in a training of this many steps."""
        return min(self.ema, 1 - 1 / (1 + 0.1 * steps))


def _chosen(value: Number | None, name: str) -> Number:
    if value is None:
        raise ValueError(f"{name} must be chosen before training; got None")
    return value
