"""A tiny laboratory with every kind of cell that the frame's tests need."""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from szilard.compendium import Claim, Experiment, Judgement, Laboratory, Verdict


@dataclass(frozen=True)
class Pair:
    rho: float
    n: int = 64


def information(settings: Pair, rng: np.random.Generator, device: str) -> list[dict[str, Any]]:
    """Closed-form information of a normal pair, and a sample's correlation."""
    x = rng.normal(size=settings.n)
    y = settings.rho * x + math.sqrt(1 - settings.rho**2) * rng.normal(size=settings.n)
    off = 1 + float(os.environ.get("FAKE_OFFSET", 0))  # as another processor would
    return [
        {"mi": -0.5 * math.log1p(-(settings.rho**2)), "correlation": off * float(np.corrcoef(x, y)[0, 1])}
    ]


@dataclass(frozen=True)
class Step:
    """A cell that logs its start, so that tests can count computations."""

    index: int
    seconds: float = 0.0
    fails: bool = False


def step(settings: Step, rng: np.random.Generator, device: str) -> list[dict[str, Any]]:
    """Append to the log named in the environment, wait, and return a random number."""
    with Path(os.environ["FAKE_LOG"]).open("a") as log:
        log.write(f"{settings.index}\n")
    time.sleep(settings.seconds)
    if settings.fails:
        raise ArithmeticError(f"cell {settings.index} went wrong")
    return [{"value": float(rng.random())}]


def largest(table: pd.DataFrame) -> Judgement:
    """The largest information."""
    return Judgement(f"{table.mi.max():.3f} nats", Verdict.REPRODUCED)


def never(table: pd.DataFrame) -> Judgement:
    """A claim that fails."""
    return Judgement("0 of 5", Verdict.NOT_REPRODUCED)


RHOS = (0.1, 0.5, 0.9)
LABORATORY = Laboratory(
    "fake",
    (
        Experiment(
            "pair",
            "Information of normal pairs.",
            {"quick": [Pair(rho) for rho in RHOS], "full": [Pair(rho, n=4096) for rho in (*RHOS, 0.99)]},
            information,
            light=True,
        ),
        Experiment("steps", "Slow steps.", {"quick": [Step(i, seconds=0.3) for i in range(6)]}, step),
    ),
    (
        Claim(
            "grows",
            "Information grows with $|\\rho|$.",
            "Sec. 2",
            None,
            "any",
            "fig-fake-pair",
            "pair",
            largest,
        ),
        Claim(
            "five", "Five of five.", "Table 1", "5 of 5", "exact", "tab-fake-pair", "pair", never, ("quick",)
        ),
        Claim("paper", "At paper scale.", "Fig. 3", "1.96", "5 %", None, "pair", largest, ("full",)),
    ),
)
