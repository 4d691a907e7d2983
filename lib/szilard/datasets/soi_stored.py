"""Estimates that the authors of SΩI stored beside their code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["SOI_STORED", "StoredRun"]


class StoredRun(NamedTuple):
    """Exact and estimated Ω, TC and DTC, in nats, as the file has them."""

    omega_truth: float
    omega: float
    tc_truth: float
    tc: float
    dtc_truth: float
    dtc: float


SOI_STORED: Mapping[float, StoredRun] = MappingProxyType(
    {
        0.1: StoredRun(0.0483, -0.0052, 0.5526, 0.3751, 0.5042, 0.3803),
        0.2: StoredRun(0.3285, 0.3392, 2.0953, 1.9239, 1.7667, 1.5847),
        0.25: StoredRun(0.6008, 0.6142, 3.2161, 3.0143, 2.6153, 2.4000),
        0.35: StoredRun(1.4846, 1.3622, 6.1819, 5.8483, 4.6973, 4.4862),
        0.375: StoredRun(1.7880, 1.6423, 7.0851, 6.7287, 5.2971, 5.0864),
        0.4: StoredRun(2.1291, 2.0172, 8.0587, 7.6873, 5.9297, 5.6701),
        0.5: StoredRun(3.9304, 3.9273, 12.7472, 12.3813, 8.8168, 8.4540),
        0.6: StoredRun(6.6373, 6.6600, 19.0375, 18.4957, 12.4002, 11.8357),
        0.65: StoredRun(8.4621, 8.3695, 23.0057, 22.4196, 14.5435, 14.0501),
    }
)
"""By strength r: ten redundant variables of ten coordinates, blocks of 3, 3 and 4, by the authors' transformer, seed 77
(`bounoua2024soi`). From the JSON files in the history of github.com/MustaphaBounoua/soi, MIT licence."""
