"""Estimators of entropy and mutual information from samples: settings in, an :class:`~szilard.estimate.Estimate` out.

>>> from szilard.estimators import KSG
>>> KSG(k=3).mutual_information([0.1, 0.4, 0.2, 0.9, 0.7], [0.2, 0.5, 0.1, 0.8, 0.9]).n
5
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .registry import ESTIMATORS, EntropyEstimator, Estimator, make, measure

if TYPE_CHECKING:
    from .fleet import minde_fleet
    from .gaussian import GaussianCopula, GaussianMI
    from .histogram import Histogram
    from .kde import KernelDensity
    from .kozachenko_leonenko import KozachenkoLeonenko, WeightedKL, bias_cancelling_weights
    from .ksg import KSG
    from .line import line_o_information
    from .minde import MINDE
    from .neighbours import count_within, k_nearest
    from .nplet_scan import NPlets, nplets, scan_nplets
    from .o_information import DiscretePlugIn, gaussian_oinfo, oinfo
    from .soi import SOI, soi_fleet
    from .variational import CLUB, MINE, NWJ, SMILE, DonskerVaradhan, InfoNCE, variational_fleet

_PLACES = {
    "DiscretePlugIn": "o_information",
    "GaussianCopula": "gaussian",
    "GaussianMI": "gaussian",
    "Histogram": "histogram",
    "KSG": "ksg",
    "KernelDensity": "kde",
    "KozachenkoLeonenko": "kozachenko_leonenko",
    "MINDE": "minde",
    "SOI": "soi",
    "NPlets": "nplet_scan",
    "WeightedKL": "kozachenko_leonenko",
    "bias_cancelling_weights": "kozachenko_leonenko",
    "count_within": "neighbours",
    "k_nearest": "neighbours",
    "gaussian_oinfo": "o_information",
    "nplets": "nplet_scan",
    "oinfo": "o_information",
    "scan_nplets": "nplet_scan",
    "minde_fleet": "fleet",
    "soi_fleet": "soi",
    "line_o_information": "line",
    "CLUB": "variational",
    "DonskerVaradhan": "variational",
    "InfoNCE": "variational",
    "MINE": "variational",
    "NWJ": "variational",
    "SMILE": "variational",
    "variational_fleet": "variational",
}

__all__ = [
    "DiscretePlugIn",
    "ESTIMATORS",
    "gaussian_oinfo",
    "oinfo",
    "KSG",
    "MINDE",
    "SOI",
    "EntropyEstimator",
    "Estimator",
    "GaussianCopula",
    "GaussianMI",
    "Histogram",
    "KernelDensity",
    "KozachenkoLeonenko",
    "NPlets",
    "WeightedKL",
    "bias_cancelling_weights",
    "count_within",
    "k_nearest",
    "make",
    "measure",
    "nplets",
    "scan_nplets",
    "minde_fleet",
    "soi_fleet",
    "line_o_information",
    "CLUB",
    "DonskerVaradhan",
    "InfoNCE",
    "MINE",
    "NWJ",
    "SMILE",
    "variational_fleet",
]


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(import_module(f".{_PLACES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
