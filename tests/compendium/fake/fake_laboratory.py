"""A tiny laboratory with every kind of cell that the frame's tests need."""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from szilard.compendium import Experiment, Finding, Kind, Laboratory, Rows, at_least, claim, claims_of, holds


@dataclass(frozen=True)
class Pair:
    """Closed-form information of a normal pair, and a sample's correlation."""

    rho: float
    n: int = 64

    def measure(self, rng: np.random.Generator) -> Rows:
        x = rng.normal(size=self.n)
        y = self.rho * x + math.sqrt(1 - self.rho**2) * rng.normal(size=self.n)
        off = 1 + float(os.environ.get("FAKE_OFFSET", 0))  # as on another processor
        return [{"mi": -0.5 * math.log1p(-(self.rho**2)), "correlation": off * float(np.corrcoef(x, y)[0, 1])}]


@dataclass(frozen=True)
class Step:
    """Append to the log named in the environment, so that tests can count; wait; return a random number."""

    index: int
    seconds: float = 0.0
    fails: bool = False

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        with Path(os.environ["FAKE_LOG"]).open("a") as log:
            log.write(f"{self.index}\n")
        time.sleep(self.seconds)
        if self.fails:
            raise ArithmeticError(f"cell {self.index} went wrong")
        return [{"value": float(rng.random())}]


@claim(
    experiment="pair",
    where="Sec. 2",
    tolerance=at_least("largest information", 0.8, unit="nats"),
    controls={"weak pairs": lambda table: table[table.rho < 0.5]},
    shown="fig-fake-pair",
    tiers=("quick", "full"),
)
def grows(table: pd.DataFrame) -> Finding:
    """Information grows with $|\\rho|$."""
    return Finding(f"{table.mi.max():.3f} nats", table.mi.max())


@claim(
    experiment="pair",
    where="Table 1",
    kind=Kind.NUMBER,
    published="5 of 5",
    tolerance=holds("five of five"),
    controls={"none": lambda table: table[:0]},
    shown="tab-fake-pair",
)
def five(table: pd.DataFrame) -> Finding:
    """Five of five."""
    return Finding(f"{len(table)} of 5", len(table) == 5)


@claim(
    experiment="pair",
    where="Fig. 3",
    kind=Kind.NUMBER,
    published="1.96",
    tolerance=at_least("largest information", 1.9, partly=1.8, unit="nats"),
    controls={"without the largest": lambda table: table.nsmallest(len(table) - 1, "mi")},
    tiers=("full",),
)
def paper(table: pd.DataFrame) -> Finding:
    """At paper scale."""
    return Finding(f"{table.mi.max():.3f} nats", table.mi.max())


RHOS = (0.1, 0.5, 0.9)
LABORATORY = Laboratory(
    "fake",
    (
        Experiment(
            "pair",
            "Information of normal pairs.",
            quick=(Pair(rho) for rho in RHOS),
            full=(Pair(rho, n=4096) for rho in (*RHOS, 0.99)),
            light=True,
        ),
        Experiment("steps", "Slow steps.", quick=(Step(i, seconds=0.3) for i in range(6))),
    ),
    claims_of(globals()),
)
