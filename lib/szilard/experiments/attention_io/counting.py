"""What the chapter on attention counts: schedules that are executed, and closed forms over many sizes of memory."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from szilard import io_complexity as io
from szilard.compendium import Rows
from szilard.rounding import above_rounding
from szilard.thermodynamics import landauer_energy

HEADS, WORD = 1024, 2  # of GPT-2 medium with a batch of 64, in half precision
CARD_M = 51_200  # words: 100 KB of half precision
# Dao et al. 2022, Fig. 2, an A100: forward and backward, standard and FlashAttention.
PUBLISHED = {"operations (G)": (66.6, 75.2), "bytes of main memory (GB)": (40.3, 4.4)}

__all__ = ["Crossing", "DaoFigure", "Energy", "Executed", "Exponent", "Limits", "Overflow", "Regime", "tile_bytes"]


def grid(low: float, high: float, points: int) -> list[int]:
    """Different whole numbers in nearly equal ratios."""
    return [int(x) for x in np.unique(np.round(np.geomspace(low, high, points)).astype(int))]


@dataclass(frozen=True)
class Executed:
    """A schedule run on the machine: words counted, words by the closed form, and how wrong its result is."""

    algorithm: str
    N: int
    d: int
    M: int
    scale: float = 1.0

    def measure(self, rng: np.random.Generator) -> Rows:
        arrays = self.scale * rng.normal(size=(4, self.N, self.d))
        q, k, v, g = arrays
        if self.algorithm in io.BACKWARD_ALGORITHMS:
            result, truth = io.run_backward(self.algorithm, q, k, v, g, self.M), io.gradient_reference(q, k, v, g)
        else:
            fits = self.algorithm != "flash1"
            result = io.run_attention(self.algorithm, q, k, v, self.M, strict=fits)
            truth = io.attention_reference(q, k, v)
        error = float(np.abs(result.output - truth).max() / np.abs(truth).max())
        count = io.io_count(self.algorithm, self.N, self.d, self.M)
        return [{
            "reads": result.reads, "writes": result.writes, "io": result.io, "formula": count.io,
            "peak": result.peak, "error": above_rounding(error, 1e-12),
        }]  # fmt: skip


@dataclass(frozen=True)
class Regime:
    """Words that an algorithm moves, by words of fast memory from 16 to N d, and how far above the best lower bound."""

    algorithm: str
    N: int
    d: int
    points: int = 60

    def measure(self) -> Rows:
        rows = []
        for M in grid(16, self.N * self.d, self.points):
            bounds = io.lower_bounds(self.N, self.d, M)
            try:
                words = io.io_count(self.algorithm, self.N, self.d, M).io
            except ValueError:  # no block fits into so small a memory
                continue
            fast = max(bounds["compulsory"], bounds["any_algorithm"])
            rows.append({"M": M, "io": words, "ratio": words / max(bounds.values()), "fast": words / fast})
        return rows


@dataclass(frozen=True)
class Limits:
    """Lower bounds, the order of growth as stated, and that with the inputs and the output added, by M up to N² d."""

    N: int
    d: int
    points: int = 60

    def measure(self) -> Rows:
        rows = []
        for M in grid(16, self.N**2 * self.d, self.points):
            bounds = {name: max(value, 0.0) for name, value in io.lower_bounds(self.N, self.d, M).items()}
            order = io.regime_order(self.N, self.d, M)
            rows.append({"M": M, **bounds, "stated": order - self.N * self.d, "order": order})
        return rows


@dataclass(frozen=True)
class Exponent:
    """Words that an algorithm moves while one of M, d and N grows and the others stay."""

    algorithm: str
    variable: str
    N: int = 8192
    d: int = 64
    M: int = 8192
    values: tuple[int, ...] = ()

    def measure(self) -> Rows:
        sizes = {"N": self.N, "d": self.d, "M": self.M}
        counts = [io.io_count(self.algorithm, **sizes | {self.variable: value}).io for value in self.values]
        return [{"value": value, "io": count} for value, count in zip(self.values, counts, strict=True)]


@dataclass(frozen=True)
class Crossing:
    """At which M over d², N = 64 d, one algorithm comes to move no more words than another, first and for good."""

    first: str
    second: str
    d: int

    def measure(self) -> Rows:
        once, always = io.crossover(64 * self.d, self.d, self.first, self.second)
        return [{"once": once, "always": always}]


@dataclass(frozen=True)
class Overflow:
    """Words that the blocks of an algorithm need, over M."""

    algorithm: str
    d: int
    points: int = 120

    def measure(self) -> Rows:
        N, rows = 64 * self.d, []
        for M in grid(self.d**2 // 4, 16 * self.d**2, self.points):
            try:
                sizes = io.block_sizes(self.algorithm, N, self.d, M)
            except ValueError:
                continue
            rows.append({"M": M, "over": M / self.d**2, "peak": io.flash1_peak(N, self.d, M, **sizes) / M})
        return rows


@dataclass(frozen=True)
class DaoFigure:
    """The published measurements on a card, beside what counting gives for the same 1024 heads, N = 1024, d = 64."""

    N: int = 1024
    d: int = 64

    def measure(self) -> Rows:
        matrices = 2 * HEADS * self.N**2 * self.d / 1e9
        passes = HEADS * WORD * self.N**2 / 1e9  # one matrix of scores for every head
        forward, backward = (io.io_count(each, self.N, self.d, CARD_M).io for each in ("flash1", "flash_backward"))
        counted = {
            "operations (G)": (6 * matrices, 7 * matrices),
            "bytes of main memory (GB)": (11 * passes, HEADS * WORD * (forward + backward) / 1e9),
        }
        return [
            {
                "quantity": name, "standard": PUBLISHED[name][0], "flash": PUBLISHED[name][1],
                "counted_standard": counted[name][0], "counted_flash": counted[name][1],
            }
            for name in PUBLISHED
        ]  # fmt: skip


@dataclass(frozen=True)
class Energy:
    """Joules of one head: moving and computing by nominal and measured energies, and the least for the bits erased.

    Computing: measured on an H200 in bfloat16, recorded in the chapter on Landauer's bound. Moving: the rated power of
    an H100 over its rated bandwidth, which is no measurement.
    """

    algorithm: str
    N: int = 8192
    d: int = 128
    points: int = 24
    joules_per_flop: float = 1.038e-12
    joules_per_byte: float = 700 / 3.35e12

    def measure(self) -> Rows:
        rows = []
        for M in grid(2 * self.d**2 / 4, 2**20, self.points):
            found = io.attention_energy(
                self.algorithm, self.N, self.d, M, joules_per_byte=self.joules_per_byte,
                joules_per_flop=self.joules_per_flop, joules_per_bit=landauer_energy(1, 300.0),
            )  # fmt: skip
            over = found.total / found.landauer
            parts = {"moving": found.moving, "computing": found.computing, "landauer": found.landauer}
            rows.append({"M": M, **parts, "over": over, "digits": math.log10(over)})
        return rows


def tile_bytes(d: int = 64, heads: int = 64) -> pd.DataFrame:
    """Bytes that the tiles of a kernel read in half precision, and the least that must be moved, by queries a block."""
    sizes = product((1024, 4096), (16, 32, 64, 128, 256))
    rows = [(N, b, WORD * heads * io.kernel_words(N, d, b), 4 * WORD * heads * N * d) for N, b in sizes]
    return pd.DataFrame(rows, columns=["N", "block", "bytes", "least"])
