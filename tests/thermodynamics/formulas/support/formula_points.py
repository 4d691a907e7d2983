"""Random arguments of formulas, inside their domains and close to the ends of them."""

from __future__ import annotations

import numpy as np
from scipy.special import xlog1py, xlogy

from szilard.thermodynamics import CONSTANTS

K_B = CONSTANTS["k_B"].value
EDGES = [0.0, 1e-300, 1e-15, 1e-8, 0.25, 0.5 - 1e-9, 0.5, 0.5 + 1e-9, 0.75, 1 - 1e-8, 1 - 2**-53, 1.0]
DECADES = {"K": (-6, 9), "J": (-24, 3), "s": (-12, 12), "1/s": (-18, 12), "m": (-15, 26), "kg": (-31, 40)}


def points(formula, n, rng, edges=True):
    """By variable, ``n`` values; probabilities take every pair of edge values in turn if ``edges``."""
    values = {v.name: _column(v, n, rng) for v in formula.variables}
    shares = [v for v in formula.variables if v.high == 1.0]
    if edges and shares:
        grid = np.meshgrid(*[_edges(v) for v in shares])
        for variable, column in zip(shares, grid, strict=True):
            values[variable.name][: column.size] = column.ravel()[:n]
    if formula.key == "carnot_work":
        values["cold"], values["hot"] = np.sort([values["cold"], values["hot"]], axis=0)
    if "boxes" in values:
        values["boxes"] = np.floor(values["boxes"])
    if formula.key == "trap_work":  # where series and exponential meet, not only far off
        values["relaxation"] = values["duration"] * 10 ** rng.uniform(-2, 6, n)
    if formula.key == "uncertainty_walk":
        values["backward"][::2] = values["forward"][::2] * 10 ** rng.normal(size=n)[::2]
    if formula.key == "crooks":  # a few kT, else the exponential leaves the range of numbers
        for name in ("work", "free_energy"):
            values[name] = rng.normal(size=n) * 10 * K_B * values["temperature"]
    return values


def rounding(formula, values):
    """What cancellation between the terms of a difference may cost: a few roundings of the terms."""
    if formula.key == "reset_work":
        entropy = _entropy(values["bias"]) + _entropy(values["error"])
        deficit = 2 * np.log(2) - entropy  # the terms that are subtracted near one half
        terms = values["bits"] * np.minimum(entropy, deficit + 1e-16)
    elif formula.key == "szilard_partition_work":
        v, error = values["partition"], values["error"]
        terms = (1 - error) * np.abs(np.log(2 * v)) + error * np.abs(np.log(2 * (1 - v)))
    else:
        return 0.0
    return 8 * np.finfo(float).eps * K_B * values["temperature"] * terms


def _entropy(p):
    return -xlogy(p, p) - xlog1py(1 - p, -p)


def _edges(variable):
    return [edge for edge in EDGES if not (variable.above and edge in (0.0, 1.0))]


def _column(variable, n, rng):
    if variable.high == 1.0:
        return rng.uniform(0.001, 0.999, n)
    low, high = DECADES.get(variable.unit, (-6, 6))
    column = 10 ** rng.uniform(low, high, n)
    if variable.low == 1.0:
        return 1 + column
    return column * rng.choice([-1.0, 1.0], n) if variable.low == -np.inf else column
