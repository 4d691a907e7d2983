"""Every distribution by its id, so that tests, the command line and the book iterate over all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np

from szilard.distributions.additive import UniformAdditive
from szilard.distributions.benchmark import beyond_normal, task
from szilard.distributions.distribution import Distribution
from szilard.distributions.gaussian import Gaussian, dense, normal_pair, sparse
from szilard.distributions.mixture import MixturePair
from szilard.distributions.noisy_linear import NoisyLinear
from szilard.distributions.student import Student
from szilard.distributions.unseen import Crossed, NoisyXor
from szilard.validation import check_choice

__all__ = ["DISTRIBUTIONS", "make"]


_FIELD = NoisyLinear(side=4)


def _correlated_student() -> Student:
    return Student(Gaussian(np.array([[1.0, 0.6], [0.6, 1.0]]), (1, 1)), dof=5)


def _images(family: str, mutual_information: float, **settings: Any) -> Distribution:
    from szilard.distributions import images  # loads torch

    return getattr(images, family)(mutual_information, **settings)


_BEYOND_THE_BENCHMARK: dict[str, Callable[[], Distribution]] = {
    "normal-pair-2-nats": partial(normal_pair, mutual_information=2.0),
    "dense-3-3-1-nat": partial(dense, 3, 3, mutual_information=1.0),
    "sparse-3-2-1-nat": partial(sparse, 3, 2, mutual_information=1.0),
    "uniform-additive-1-nat": partial(UniformAdditive.from_information, 1.0),
    "student-correlated-1-1-5": _correlated_student,
    "mixture-pair": MixturePair,
    "crossed-pair": Crossed,
    "crossed-pixels-repeated": partial(Crossed(pixels=2).repeated_view, 1),
    "noisy-xor": NoisyXor,
    "noisy-rows-2": partial(_FIELD.view, 2),
    "noisy-rows-2-repeated": partial(_FIELD.repeated_view, 2, extra=1),
    "noisy-rows-2-paired": partial(_FIELD.paired_view, 2),
    "gaussian-images-2-nats": partial(_images, "gaussian_images", 2.0, width=8),
    "correlated-gaussian-images-2-nats": partial(_images, "gaussian_images", 2.0, width=8, correlated=True),
    "rectangle-images-2-nats": partial(_images, "rectangle_images", 2.0, width=8),
    "hidden-signal-1-nat": partial(_images, "anti_pca", 1.0),
}

DISTRIBUTIONS: Mapping[str, Callable[[], Distribution]] = MappingProxyType(
    {one.id: partial(task, one.id) for one in beyond_normal()} | _BEYOND_THE_BENCHMARK
)
"""Id → factory without arguments: the 40 benchmark tasks in published order, then distributions beyond them."""


def make(id: str) -> Distribution:
    """The registered distribution with this id; ValueError with the closest match otherwise.

    >>> make("normal-pair-2-nats").dims
    (1, 1)
    """
    return DISTRIBUTIONS[check_choice(id, "id", DISTRIBUTIONS)]()
