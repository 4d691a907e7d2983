"""The laboratory of the chapter on attention: the cells of each tier, and the claims that tables decide."""

from __future__ import annotations

from itertools import product

from szilard.compendium import Experiment, Laboratory
from szilard.experiments.attention_io import card, counting, searching
from szilard.experiments.attention_io.claims import CLAIMS
from szilard.experiments.attention_io.drawing import NAMES

__all__ = ["LABORATORY", "recorded", "run"]

SIZES = ((64, 16, 144), (64, 16, 1024), (96, 24, 400), (37, 7, 64), (40, 8, 4096))
TRIED = [(a, *s) for a in NAMES if a != "standard" for s in SIZES] + [("standard", 40, 8, 4096)]
SHAPES = ((2048, 32), (4096, 64), (16384, 64), (16384, 128))
WIDE = tuple(round(64 * 64 * 2 ** (i / 4)) for i in range(4, 21))
EVEN = tuple(4 * b * b for b in range(2, 33))
LONG, DEEP, FLAT = (1024, 2048, 4096, 8192, 16384), (16, 32, 64, 128), (64, 128, 256, 512)
TABLE = {
    "matrix product 2×2×1": (3, 4), "matrix times vector 2×2": (4, 5), "dot product of 3": (3, 4),
    "matrix product 2×2×2": (4, 5, 6, 7, 8), "attention N=1, d=1": (3,), "attention N=2, d=1": (4, 5, 6, 7, 8),
    "pyramid of height 3": (3, 4, 5), "matrix product 2×2×3": (4, 5, 6, 7, 8), "chain used twice": (3, 4),
}  # fmt: skip
LARGER = {
    "matrix product 3×3×2": (4, 5, 8),
    "pyramid of height 5": (4, 5, 6),
    "tree of 16": (5, 6),
    "attention N=2, d=2": (5, 8),
}
LARGEST = {"attention N=2, d=2": (4, 6, 7), "matrix product 3×3×2": (6, 7), "attention N=3, d=1": (8, 9, 10, 12)}
ROWS = (8, 12, 16, 24, 32, 40, 48, 52, 56, 60, 62, 64, 80, 96, 128, 0)
BLOCKS, HEAD = (16, 32, 64, 128), (1024, 2048, 4096, 8192, 16384)


def exponents() -> list[counting.Exponent]:
    """Each algorithm in the regime that it is made for, and standard attention in both."""
    cells = []
    for name, (variable, values) in product(
        ("flash2", "flash1", "standard"), {"M": WIDE, "N": LONG, "d": DEEP}.items()
    ):
        cells.append(counting.Exponent(name, variable, M=8192 if variable == "N" else 65536, values=values))
    for variable, values in {"M": EVEN, "N": LONG, "d": FLAT}.items():
        cells.append(counting.Exponent("square_tile", variable, d=64 if variable == "N" else 256, M=256, values=values))
    return cells


def gradients() -> list[counting.Exponent]:
    """Both ways to the gradients, by M, N and d."""
    flash = {"M": WIDE, "N": LONG, "d": DEEP}
    tiled = {"M": tuple(b * b + 2 * b for b in range(4, 64)), "N": LONG, "d": FLAT}
    cells = [
        counting.Exponent("flash_backward", name, M=8192 if name == "N" else 65536, values=values)
        for name, values in flash.items()
    ]
    return cells + [
        counting.Exponent("blocked_backward", name, d=256, M=288, values=values) for name, values in tiled.items()
    ]


def kernels() -> list[card.Kernel]:
    """Our kernel by its blocks, and the backends of torch."""
    ours = [card.Kernel("triton", N, d, m) for N, d, m in product((1024, 4096, 8192), (64, 128), BLOCKS)]
    ours += [card.Kernel("triton", 8192, d, m, n) for d, m, n in product((64, 128), (64, 128), (32, 128))]
    others = [card.Kernel(name, N, d) for name, N, d in product(("efficient", "flash", "cudnn"), HEAD, (64, 128))]
    return ours + others + [card.Kernel("math", N, d) for N, d in product((1024, 2048, 4096, 8192), (64, 128))]


def profiled() -> list[card.Traffic]:
    """A few of these under the profiler, which takes seconds for each."""
    ours = [card.Traffic("triton", N, 64, m) for N, m in product((1024, 4096), BLOCKS)]
    others = [card.Traffic(name, N, 64) for name, N in product(("flash", "cudnn", "math"), (1024, 4096))]
    return [*ours, card.Traffic("triton", 4096, 128, 128), *others]


CARD = {"cuda": "bfloat16, sums float32", "cpu": "float64"}

# fmt: off
EXPERIMENTS = (
    Experiment("executed", "schedules run on the machine, counted and compared with closed forms", light=True,
               quick=(counting.Executed(*each) for each in TRIED)),
    Experiment("regimes", "words moved by words of fast memory, and how far above the best lower bound", light=True,
               quick=(counting.Regime(a, *s) for a, s in product(list(NAMES)[:6], SHAPES))),
    Experiment("limits", "lower bounds and orders of growth by words of fast memory", light=True,
               quick=(counting.Limits(*shape) for shape in SHAPES)),
    Experiment("exponents", "words moved as one of M, d, N grows", light=True, quick=exponents()),
    Experiment("crossings", "at which M one algorithm overtakes another", light=True,
               quick=(counting.Crossing(*pair, d) for pair, d in product(
                   (("flash2", "square_tile"), ("flash2", "outer_tile"), ("flash2", "standard"), ("flash1", "standard"),
                    ("flash1", "square_tile")), (32, 64, 128, 256)))),
    Experiment("overflow", "words that blocks need, over M", light=True,
               quick=(counting.Overflow(a, d) for a, d in product(("flash1", "flash2"), DEEP))),
    Experiment("gradients", "words moved for gradients as one of M, d, N grows", light=True, quick=gradients()),
    Experiment("pebble", "optimal pebblings of small graphs", light=True,
               quick=[*(searching.Pebbled(g, M) for g, Ms in TABLE.items() for M in Ms),
                      *(searching.Pebbled(g, M, False) for g, Ms in LARGER.items() for M in Ms)],
               full=[searching.Pebbled(g, M, False, 12_000_000) for g, Ms in LARGEST.items() for M in Ms]),
    Experiment("cliff", "lines missed by caches, by the size of a block", light=True, quick=map(searching.Cliff, ROWS)),
    Experiment("cachegrind", "lines missed by compiled C", full=map(searching.Cachegrind, ROWS)),
    Experiment("blocks", "field elements needed for so many entries of a product", light=True,
               quick=map(searching.Blocks, (4, 16, 64))),
    Experiment("independence", "dependent subsets of rows", light=True,
               quick=[searching.Independence("Vandermonde modulo 11", 3),
                      *(searching.Independence("parity check of 15 bits", size) for size in (2, 3, 4, 5))]),
    Experiment("published", "measurements published with FlashAttention, beside counts", light=True,
               quick=[counting.DaoFigure()]),
    Experiment("energy", "joules of one head by words of fast memory", light=True,
               quick=map(counting.Energy, ("standard", "flash2"))),
    Experiment("ceilings", "what a card does at most", full=[card.Ceiling()], precision=CARD),
    Experiment("kernels", "time of attention on a card", full=kernels(), precision=CARD),
    Experiment("traffic", "bytes of attention on a card, by the profiler", full=profiled(), precision=CARD),
    Experiment("copying", "joules per byte of a copy on a card", full=[card.CopyEnergy()], precision=CARD),
)
# fmt: on

LABORATORY = Laboratory("attention_io", EXPERIMENTS, CLAIMS)
run = LABORATORY.run
recorded = LABORATORY.recorded
