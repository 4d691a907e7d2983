"""O-information by the name of a method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from numpy.typing import ArrayLike

from szilard.distributions import gaussian_o_information as gaussian_oinfo
from szilard.estimate import OInformation
from szilard.estimators.o_information import Variables
from szilard.estimators.registry import LazyRegistry
from szilard.rng import RNG
from szilard.validation import check_choice


class Method(Protocol):
    """An estimator of O-information; where it is stochastic, it also takes ``rng``."""

    def o_information(self, variables: Variables, gradients: bool = False, **rng: Any) -> OInformation: ...


METHODS = LazyRegistry[Method](
    {
        "score": ("soi", "SOI"),
        "gaussian": ("gaussian", "GaussianMI"),
        "copula": ("gaussian", "GaussianCopula"),
        "knn": ("ksg", "KSG"),
        "discrete": ("o_information", "DiscretePlugIn"),
    }
)

__all__ = ["METHODS", "gaussian_oinfo", "oinfo"]


def oinfo(
    data: Mapping[str, ArrayLike] | Variables, method: str = "score", gradients: bool = False,
    unit: str = "nats", *, rng: RNG = 0, **settings: object,
) -> OInformation:  # fmt: skip
    """TC, DTC, Ω, S and, if asked for, gradients of several variables by the named method.

    Args:
        data: samples (n, d_i) of each variable, in order or by name, or an array or frame (n, N) of N variables.
        method: ``"score"`` (:class:`SOI`), ``"gaussian"`` (:class:`GaussianMI`), ``"copula"``
            (:class:`GaussianCopula`), ``"knn"`` (:class:`KSG`) or ``"discrete"`` (:class:`DiscretePlugIn`).
        gradients: also what each variable adds to Ω.
        unit: ``"nats"`` or ``"bits"``.
        rng: randomness of the method ``"score"``; the others have none.
        settings: of the estimator.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> a, b = rng.integers(2, size=(2, 4000))
    >>> round(oinfo({"a": a, "b": b, "a xor b": a ^ b}, "discrete", unit="bits").omega.value, 2)
    -1.0
    """
    check_choice(method, "method", METHODS)
    kind, variables = METHODS[method], list(data.values()) if isinstance(data, Mapping) else data
    randomness = {"rng": rng} if kind.stochastic else {}
    return kind(**settings).o_information(variables, gradients, **randomness).to(unit)
