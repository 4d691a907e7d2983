"""What the chapter on attention finds by search: optimal pebblings, misses of caches, messages that are too short."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from szilard import io_complexity as io
from szilard.compendium import Rows
from szilard.validation import check_choice

GRAPHS: dict[str, io.Dag] = {
    "dot product of 3": io.dot_dag(3),
    "matrix product 2×2×1": io.matmul_dag(2, 2, 1),
    "matrix times vector 2×2": io.matmul_dag(2, 1, 2),
    "matrix product 2×2×2": io.matmul_dag(2, 2, 2),
    "attention N=1, d=1": io.attention_dag(1, 1, "explicit"),
    "attention N=2, d=1": io.attention_dag(2, 1),
    "pyramid of height 3": io.pyramid_dag(3),
    "matrix product 2×2×3": io.matmul_dag(2, 2, 3),
    "matrix product 3×3×2": io.matmul_dag(3, 3, 2),
    "attention N=2, d=2": io.attention_dag(2, 2),
    "attention N=3, d=1": io.attention_dag(3, 1),
    "pyramid of height 5": io.pyramid_dag(5),
    "tree of 16": io.tree_dag(4),
    "chain used twice": io.Dag(((), (0,), (1,), (2,), (0, 3), (1, 3), (2, 5))),
}

__all__ = ["GRAPHS", "Blocks", "Cachegrind", "Cliff", "Independence", "Pebbled"]


@dataclass(frozen=True)
class Pebbled:
    """A graph and words of fast memory: the least number of moves, with recomputation and, if asked, without it; those
    of the loop that computes it in order and gives up what is needed last; and those that no schedule avoids.

    NaN where the search would need more than ``states`` states.
    """

    graph: str
    M: int
    once: bool = True
    states: int = 4_000_000

    def measure(self) -> Rows:
        check_choice(self.graph, "graph", GRAPHS)
        dag = GRAPHS[self.graph]
        least = self._least(dag, True)
        return [{
            "vertices": len(dag), "io": least, "without": self._least(dag, False) if self.once else math.nan,
            "loop": io.replay(dag, io.order_pebbling(dag, self.M), self.M), "compulsory": dag.compulsory,
        }]  # fmt: skip

    def _least(self, dag: io.Dag, recompute: bool) -> float:
        try:
            found = io.optimal_pebbling(dag, self.M, recompute, self.states)
        except io.SearchTooLarge:
            return math.nan
        if io.replay(dag, found.moves, self.M) != found.io:
            raise ValueError(f"moves must cost what the search says; those of {self.graph} at M = {self.M} do not")
        return found.io


@dataclass(frozen=True)
class Cliff:
    """Lines that attention moves with blocks of so many queries and a cache of ``lines``: by the machine's count, with
    the least recently used line given up, and with the best choice. 0 rows: standard attention, which has no count."""

    rows: int
    N: int = 256
    d: int = 32
    lines: int = 256

    def measure(self) -> Rows:
        plain = self.rows == 0
        trace = io.standard_trace(self.N, self.d) if plain else io.attention_trace(self.N, self.d, self.rows)
        model = math.nan if plain else io.model_lines(self.N, self.d, self.rows)
        return [{"model": model, "lru": io.lru_misses(trace, self.lines), "opt": io.opt_misses(trace, self.lines)}]


@dataclass(frozen=True)
class Cachegrind:
    """The same by compiled C under cachegrind; NaN, and what is missing, where there is no compiler or no valgrind."""

    rows: int
    N: int = 256
    d: int = 32
    lines: int = 256

    def measure(self) -> Rows:
        missing = io.cachegrind_available()
        misses = math.nan if missing else io.cachegrind_misses(self.N, self.d, self.rows, self.lines)
        model = math.nan if self.rows == 0 else io.model_lines(self.N, self.d, self.rows)
        return [{"misses": misses, "model": model, "missing": missing}]


@dataclass(frozen=True)
class Blocks:
    """By number of entries of a product: the least field elements that a block of so many needs, with keys any ``d`` of
    which are independent, that of the squarest block with equal keys (its rows), the lemma's bound, and the two obvious
    protocols."""

    d: int
    points: int = 33

    def measure(self) -> Rows:
        sizes = np.unique(np.round(2 ** np.linspace(0, 16, self.points)).astype(int)).tolist()
        return [
            {
                "entries": b, "least": io.least_block_bound(b, self.d), "equal": io.least_block_bound(b, 1),
                "lemma": io.compression_bound(b, self.d), **io.trivial_protocols(b, self.d),
            }
            for b in sizes
        ]  # fmt: skip


@dataclass(frozen=True)
class Independence:
    """Of all subsets of so many rows of a matrix, how many are dependent; and of a random matrix like it."""

    matrix: str
    size: int

    def measure(self, rng: np.random.Generator) -> Rows:
        made = {
            "Vandermonde modulo 11": (io.vandermonde(10, 3, 11), 11),
            "parity check of 15 bits": (io.bch_rows(4, 5), 2),
        }
        matrix, q = made[check_choice(self.matrix, "matrix", made)]
        dependent, subsets = io.dependent_subsets(matrix, self.size, q)
        chance, _ = io.dependent_subsets(rng.integers(0, q, matrix.shape), self.size, q)
        found = {"subsets": subsets, "dependent": dependent, "chance": chance}
        return [{"rows": len(matrix), "columns": matrix.shape[1]} | found]
