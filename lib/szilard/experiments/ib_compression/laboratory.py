"""The laboratory of the chapter on lossy compression: which cells each tier runs, and the claims they decide."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from szilard.compendium import Cell, Experiment, Laboratory
from szilard.experiments.ib_compression import beside, cells, claims, own_claims
from szilard.experiments.ib_compression.cells import CLASSICAL, SIGNAL, Neuron, Normal, Pictures, Weights
from szilard.experiments.ib_compression.digits import Digits
from szilard.experiments.ib_compression.toy import TwelveBits

ABOUT = {
    "estimators": "estimators on normal pairs of 2 + 2 and 4 + 4 coordinates, by information",
    "dimensions": "estimators on normal pairs of 2 nats, by dimension",
    "weights": "norm and sum of the weights that cancel the bias, by dimension and number of neighbours",
    "images": "pictures of known information by codes of several kinds, by pixels, and by codes that keep nothing",
    "rectangles": "rectangles by their parameters and by principal components, without a training",
    "components": "bells by more and more principal components",
    "signal": "vectors whose signal principal components do not see",
    "plane": "the information plane of the noisy network that learns handwritten digits",
    "phases": "the last layer of three such networks while their loss falls",
    "neuron": "one neuron with added noise, relative noise, and bins, exactly",
    "sign": "a sign through normal noise, exactly and in bins of all widths",
    "rivals": "pictures of known information by kernels and by MINE beside weighted KL",
    "smoothing": "curves on which nothing falls, smoothed as published and otherwise",
    "toy": "networks on the 12-bit patterns, tanh and rectified, by bins of all widths and with noise",
}
QUICK_CODES = ("parameters", "PCA", "nothing")
GRID = (0.0, 2.0, 5.0, 10.0)
DIMENSIONS = (1, 2, 3, 4, 6, 8, 10, 14, 20, 40)
GAINS = tuple(2.0**power for power in range(-6, 7))
RIVALS = ("weighted-kl", "weighted-kl-50", "kl", "ksg", "kde", "mine")
LIGHT = ("weights", "neuron", "sign", "smoothing")
NEIGHBOURS = (5, 10, 20, 50, 100)
IMAGES = [name for name in cells.FAMILIES if name != SIGNAL]
LONG: dict[str, Any] = {"steps": 2000, "batch": 128, "lr": 5e-3, "seen": 20_000, "samples": 5000, "points": 11}
NINE: dict[str, Any] = {"most": 9.0, "points": 4}
LEARNT = ("autoencoder", "untrained")
AT_THREE: dict[str, Any] = {"least": 3.0, "most": 3.0, "points": 1}


QUICK: dict[str, Sequence[Cell]] = {
    "estimators": [Normal(*one) for one in product((2, 4), GRID, ("weighted-kl", "kl-1", "kl", "ksg", "kde"))],
    "dimensions": [Normal(d, 2.0, method, 2000) for d, method in product(DIMENSIONS, RIVALS)],
    "weights": [
        Weights(k, d, support)
        for support, k, d in product(("spread", "all"), NEIGHBOURS, range(2, 42))
        if support == "spread" or k >= d // 4 + 1
    ],
    "images": [
        *(Pictures("bells 16", code, **NINE) for code in QUICK_CODES),
        *(Pictures("bells 16", code, **NINE, steps=500) for code in LEARNT),
        Pictures("bells 16", "pixels", samples=1500, **NINE | {"points": 2}),
    ],
    "rectangles": [Pictures("rectangles 16", code, **NINE) for code in QUICK_CODES[:2]],
    "components": [Pictures("bells 16", "PCA", m, 5.0, 5.0, 1) for m in (1, 2, 3, 4, 6, 8)],
    "signal": [
        Pictures(SIGNAL, code, **AT_THREE, samples=5000, steps=12_000)
        for code in ("parameters", "autoencoder", "untrained", "PCA")
    ],
    "plane": [Digits(steps=240, checks=7), Digits("shuffled", steps=240, checks=2)],
    "phases": [Digits(steps=66, checks=12, spacing=1.0, samples=1000, layers="last", repetition=n) for n in (1, 2, 3)],
    "neuron": [Neuron(*pair) for pair in product(cells.NOISES, GAINS)],
    "sign": [beside.Sign(sigma) for sigma in beside.SIGMAS],
    "rivals": [beside.Rivals(*one) for one in product(("bells 16", "rectangles 16"), beside.KEPT)],
    "smoothing": [beside.Smoothed(name) for name in beside.SMOOTHINGS],
    "toy": [TwelveBits(activation) for activation in ("tanh", "relu")],
}  # fmt: skip
FULL: dict[str, Sequence[Cell]] = {
    "estimators": [
        Normal(d, nats / 4, method, 10_000, repetition=again)
        for again, d, nats, method in product(range(3), (2, 4), range(0, 41, 4), CLASSICAL)
    ],
    "dimensions": [
        Normal(d, 2.0, method, 10_000, 2000) for d, method in product(DIMENSIONS, (*CLASSICAL, *cells.BOUNDS))
    ],
    "images": [
        *(Pictures(family, code, **LONG) for code, family in product(LEARNT, reversed(IMAGES))),
        *(Pictures(family, code, samples=5000, points=11, seen=20_000)
          for code, family in product(QUICK_CODES, IMAGES)),
        Pictures("bells 16", "pixels"),
    ],
    "signal": [
        Pictures(SIGNAL, code, **AT_THREE, samples=5000, seen=20_000, steps=300_000, repetition=again)
        for code, again in product(("parameters", "autoencoder", "untrained", "PCA"), range(2))
    ],
    "plane": [
        *(Digits("true", "complete", "autoencoder", 17_400, 1024, 1e-5, 101, 1.0, samples=10_000, repetition=again)
          for again in range(3)),
        Digits("shuffled", "complete", "autoencoder", 17_400, 1024, 1e-5, 2, 1.0, samples=10_000),
    ],
    "phases": [
        Digits(
            "true", "complete", "autoencoder", 17_400, 1024, 1e-5, 101, 1.0, samples=10_000, layers="last",
            repetition=again,
        )
        for again in range(3)
    ],
    "toy": [TwelveBits(activation, 1500, 4e-4, 8, 7) for activation in ("tanh", "relu")],
}  # fmt: skip
EXPERIMENTS = tuple(
    Experiment(name, about, quick=QUICK.get(name, ()), full=FULL.get(name, ()), light=name in LIGHT)
    for name, about in ABOUT.items()
)
LABORATORY = Laboratory("ib_compression", EXPERIMENTS, (*claims.CLAIMS, *own_claims.CLAIMS))
run, recorded = LABORATORY.run, LABORATORY.recorded
