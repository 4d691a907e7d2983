"""The estimators by name, so that tests, benchmarks, experiments and the command line go over all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, fields
from importlib import import_module
from typing import Any, ClassVar, Protocol, TypeVar

from szilard.estimators.protocol import Estimator
from szilard.names import did_you_mean
from szilard.validation import check_choice

__all__ = ["ESTIMATORS", "LazyRegistry", "make"]


Kind_co = TypeVar("Kind_co", covariant=True)


class Makes(Protocol[Kind_co]):
    """A class of estimators: settings in, an estimator out."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    name: str
    stochastic: bool

    def __call__(self, **settings: Any) -> Kind_co: ...


class LazyRegistry(Mapping[str, Makes[Kind_co]]):
    """Estimator classes by id, each imported when it is first asked for."""

    def __init__(self, places: dict[str, tuple[str, str]]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> Makes[Kind_co]:
        module, attribute = self._places[name]
        return getattr(import_module(f".{module}", __package__), attribute)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: object) -> bool:  # without importing
        return name in self._places

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self)})"


ESTIMATORS = LazyRegistry[Estimator](
    {
        "histogram": ("histogram", "Histogram"),
        "gaussian": ("gaussian", "GaussianMI"),
        "copula": ("gaussian", "GaussianCopula"),
        "kl": ("kozachenko_leonenko", "KozachenkoLeonenko"),
        "weighted-kl": ("kozachenko_leonenko", "WeightedKL"),
        "ksg": ("ksg", "KSG"),
        "mixed-ksg": ("mixed_ksg", "MixedKSG"),
        "kde": ("kde", "KernelDensity"),
        "minde": ("minde", "MINDE"),
        "dv": ("variational", "DonskerVaradhan"),
        "mine": ("variational", "MINE"),
        "nwj": ("variational", "NWJ"),
        "infonce": ("variational", "InfoNCE"),
        "smile": ("variational", "SMILE"),
        "club": ("variational", "CLUB"),
    }
)


def make(name: str, **settings: object) -> Estimator:
    """The estimator of that registry id with these settings.

    Raises:
        ValueError: an unknown id or setting, with the closest match and the valid ones.

    >>> make("ksg", k=5).k
    5
    >>> make("kgs")
    Traceback (most recent call last):
    ...
    ValueError: estimator must be one of ksg, ...; got 'kgs'; did you mean 'ksg'?
    """
    check_choice(name, "estimator", ESTIMATORS)
    kind = ESTIMATORS[name]
    valid = [field.name for field in fields(kind) if field.init]
    for setting in settings:
        if setting not in valid:
            hint = did_you_mean(setting, valid)
            raise ValueError(f"settings of {name} must be among {', '.join(valid)}; got {setting!r}{hint}")
    return kind(**settings)
