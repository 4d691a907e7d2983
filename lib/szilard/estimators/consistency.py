"""Three questions that any estimator can be asked without knowing the truth (`song2020understanding`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from scipy.linalg import block_diag

from szilard.distributions import Gaussian, stacked_pair, with_noisier_copy

TARGETS: Mapping[str, float] = MappingProxyType({"independence": 0.0, "processing": 1.0, "additivity": 2.0})
"""Ratios to the value of a pair: of independent variables, of [Y, a noisier copy of Y] for Y, of two pairs."""

__all__ = ["TARGETS", "self_consistency"]


def self_consistency(read: Callable[[Gaussian], float], pair: Gaussian) -> tuple[float, dict[str, float]]:
    """The value of a pair, and the ratios to it that ``TARGETS`` says, as ``read`` measures them.

    Args:
        read: information in nats of a distribution, by samples of it or in any other way.
        pair: a normal pair that shares something.

    >>> _, ratios = self_consistency(lambda task: task.mutual_information, Gaussian([[1, 0.5], [0.5, 1]], (1, 1)))
    >>> {name: round(ratio, 9) for name, ratio in ratios.items()}
    {'independence': 0.0, 'processing': 1.0, 'additivity': 2.0}
    """
    value = read(pair)
    tasks = (Gaussian(block_diag(*pair.blocks), pair.dims), with_noisier_copy(pair), stacked_pair(pair))
    return value, {name: read(task) / value for name, task in zip(TARGETS, tasks, strict=True)}
