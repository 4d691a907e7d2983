"""Randomness is an argument: one helper turns what a caller passes as ``rng`` into a generator."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import torch

RNG: TypeAlias = "int | np.random.Generator | np.random.SeedSequence"

__all__ = ["RNG", "generator", "spawn", "torch_generator"]


def generator(rng: RNG) -> np.random.Generator:
    """A NumPy generator from an int, a seed sequence or a generator (returned as it is).

    >>> float(generator(0).random()) == float(generator(0).random())
    True
    """
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, np.random.SeedSequence):
        return np.random.default_rng(rng)
    if isinstance(rng, (int, np.integer)) and not isinstance(rng, bool) and rng >= 0:
        return np.random.default_rng(int(rng))
    raise ValueError(f"rng must be an integer ≥ 0, a SeedSequence or a numpy Generator; got {rng!r}")


def spawn(rng: RNG, count: int) -> list[np.random.Generator]:
    """``count`` independent streams, by spawning (never ``seed + i``)."""
    return generator(rng).spawn(count)


def torch_generator(rng: RNG, device: torch.device | str = "cpu") -> torch.Generator:
    """A torch generator on ``device`` seeded from ``rng``."""
    import torch

    seed = int(generator(rng).integers(2**63))
    return torch.Generator(device=device).manual_seed(seed)
