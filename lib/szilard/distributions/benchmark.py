"""The 40 tasks of the "beyond normal" benchmark, in published order, each with its mutual information."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from szilard.distributions.additive import UniformAdditive
from szilard.distributions.distribution import PointwiseDistribution
from szilard.distributions.gaussian import dense, normal_pair, sparse
from szilard.distributions.student import Student
from szilard.distributions.transformed import Transformed
from szilard.distributions.transforms import (
    Asinh,
    Homeomorphism,
    NormalCDF,
    NormalToMixture,
    SignedPower,
    Spiral,
    SwissRoll,
    Wiggly,
)
from szilard.rng import RNG
from szilard.validation import check_choice

__all__ = ["Task", "beyond_normal", "task"]

_RHO = 0.75  # correlation of every task made of one normal pair
_WIGGLES_X = ((0.4, 1.0, 0.0), (0.2, 1.7, 1.0), (0.03, 3.3, -2.5))
_WIGGLES_Y = ((-0.4, 0.4, 0.0), (0.17, 1.3, 3.5), (0.02, 4.3, -2.5))
_SPIRALS = (Spiral(plane=(0, 1)), Spiral(plane=(1, 2)))


@dataclass(frozen=True)
class Task:
    """One named problem of the benchmark: a distribution whose mutual information is to be recovered from samples.

    Args:
        id: published identifier, for example ``"1v1-normal-0.75"``.
        name: published name.
        family: "bivariate", "additive", "dense", "sparse" or "student".
        distribution: what the samples are drawn from.

    Source: `czyz2023beyond`.
    """

    id: str
    name: str
    family: str
    distribution: PointwiseDistribution

    @property
    def dims(self) -> tuple[int, ...]:
        """(dx, dy)."""
        return self.distribution.dims

    @property
    def truth(self) -> str:
        """How the information is known."""
        return self.distribution.truth

    @property
    def mutual_information(self) -> float:
        """Exact mutual information in nats."""
        return self.distribution.mutual_information

    def sample(self, n: int, rng: RNG = 0) -> tuple[np.ndarray, ...]:
        """``n`` independent draws: arrays (n, dx) and (n, dy)."""
        return self.distribution.sample(n, rng)

    def pointwise_mutual_information(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Exact pointwise mutual information in nats, shape (n,)."""
        return self.distribution.pointwise_mutual_information(x, y)


def beyond_normal() -> list[Task]:
    """The 40 tasks in published order (`czyz2023beyond`).

    >>> tasks = beyond_normal()
    >>> len(tasks), tasks[0].id, round(tasks[0].mutual_information, 6)
    (40, '1v1-normal-0.75', 0.413339)
    """
    return list(_tasks().values())


def task(id: str) -> Task:
    """The benchmark task with this published identifier; ValueError with the closest match otherwise.

    >>> task("student-identity-3-3-2").dims
    (3, 3)
    """
    return _tasks()[check_choice(id, "id", _tasks())]


@cache
def _tasks() -> dict[str, Task]:
    families = (_one_by_one, _multinormal, _student, _through_maps)
    return {one.id: one for family in families for one in family()}


def _one_by_one() -> Iterator[Task]:
    pair = normal_pair(_RHO)
    yield Task(f"1v1-normal-{_RHO}", pair.name, "bivariate", pair)
    yield _mapped(f"normal_cdf-1v1-normal-{_RHO}", "bivariate", pair, NormalCDF())
    for noise in (0.1, 0.75):
        distribution = UniformAdditive(noise)
        yield Task(f"1v1-additive-{noise}", distribution.name, "additive", distribution)
    modes = NormalToMixture((0.3, 0.7), (0.0, 5.0)), NormalToMixture((0.5, 0.5), (-1.0, 3.0))
    yield _mapped(f"1v1-bimodal-{_RHO}", "bivariate", pair, *modes, name="Bimodal 1 x 1")
    wiggles = Wiggly(_WIGGLES_X), Wiggly(_WIGGLES_Y)
    yield _mapped(f"wiggly-1v1-normal-{_RHO}", "bivariate", pair, *wiggles)
    yield _mapped(f"half_cube-1v1-normal-{_RHO}", "bivariate", pair, SignedPower())
    cauchy = Student.identity(1, 1, dof=1)
    yield Task("student-identity-1-1-1", cauchy.name, "student", cauchy)
    yield _mapped("asinh-student-identity-1-1-1", "student", cauchy, Asinh())
    roll = SwissRoll() @ NormalCDF(), NormalCDF()
    swissroll = f"swissroll_x-normal_cdf-1v1-normal-{_RHO}"
    yield _mapped(swissroll, "bivariate", pair, *roll, name="Swiss roll 2 x 1")


def _multinormal() -> Iterator[Task]:
    for dim in (2, 3, 5, 25, 50):
        distribution = dense(dim, dim, correlation=0.5)
        yield Task(f"multinormal-dense-{dim}-{dim}-0.5", distribution.name, "dense", distribution)
    for dim in (2, 3, 5, 25):
        distribution = sparse(dim, dim, pairs=2, strength=2.0)
        yield Task(f"multinormal-sparse-{dim}-{dim}-2-2.0", distribution.name, "sparse", distribution)


def _student() -> Iterator[Task]:
    for dim, dof in ((2, 1), (2, 2), (3, 2), (3, 3), (5, 2), (5, 3)):
        distribution = Student.identity(dim, dim, dof)
        yield Task(f"student-identity-{dim}-{dim}-{dof}", distribution.name, "student", distribution)


def _through_maps() -> Iterator[Task]:
    uniform = NormalCDF()
    ways: tuple[tuple[str, tuple[Homeomorphism, ...]], ...] = (
        ("normal_cdf", (uniform,)),
        ("half_cube", (SignedPower(),)),
        ("spiral", _SPIRALS),
        ("spiral-normal_cdf", tuple(spiral @ uniform for spiral in _SPIRALS)),
    )
    for prefix, maps in ways:
        for dim in (3, 5, 25):
            base = sparse(dim, dim, pairs=2, strength=2.0)
            yield _mapped(f"{prefix}-multinormal-sparse-{dim}-{dim}-2-2.0", "sparse", base, *maps)
    for dim, dof in ((2, 1), (3, 2), (5, 2)):
        distribution = Student.identity(dim, dim, dof)
        yield _mapped(f"asinh-student-identity-{dim}-{dim}-{dof}", "student", distribution, Asinh())


def _mapped(id: str, family: str, base: PointwiseDistribution, *maps: Homeomorphism, name: str = "") -> Task:
    distribution = Transformed(base, maps[0], maps[-1], name)
    return Task(id, distribution.name, family, distribution)
