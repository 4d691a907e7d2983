"""What the chapter on lossy compression measures of the networks in which compression was first reported."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from szilard.bottleneck import Binned, TwelveBitRuns, train_twelve_bits
from szilard.compendium import Rows
from szilard.estimators import mixture_information
from szilard.rng import generator

PUBLISHED = 0.067  # width of thirty bins from −1 to 1
FINEST = 1e-6
WIDTHS = (PUBLISHED, 0.01, 1e-3, 1e-4, FINEST)
VARIANCES = (1e-3, 1e-5)
LAST = "T5"  # the last hidden layer, of three units
BOUNDS = ("bd", "kt")  # lower and upper bound of the information under noise

__all__ = ["BOUNDS", "FINEST", "LAST", "PUBLISHED", "VARIANCES", "WIDTHS", "TwelveBits"]


@dataclass(frozen=True)
class TwelveBits:
    """Networks 12-10-7-5-4-3-2 on the 12-bit patterns, read by bins of all widths and, the last hidden layer of the
    first network, with noise of several variances added after the fact.

    They are read before the training and after the last ``octaves`` halvings of ``epochs``.
    """

    activation: str
    epochs: int = 240
    lr: float = 3e-3
    seeds: int = 2
    octaves: int = 5

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per epoch, seed, layer and measure: its kind and size, I(X; T) and, with bins, I(T; Y) in nats."""
        epochs = [0, *(self.epochs >> octave for octave in reversed(range(self.octaves)))]
        seeds = generator(rng).integers(2**31, size=self.seeds).tolist()
        runs = train_twelve_bits(seeds, epochs, self.activation, lr=self.lr, device=device, progress=False)
        table = runs.information([Binned(self._width(size)) for size in WIDTHS], progress=False)
        table = table.assign(kind="bins", size=[WIDTHS[place] for place in table.measure])
        table = table.merge(runs.scores()[["epoch", "seed", "train_loss", "test_accuracy"]], on=["epoch", "seed"])
        rows = table.drop(columns=["measure", "doubts"]).assign(seed=table.seed.map(seeds.index)).to_dict("records")
        return [*rows, *self._noisy(runs)]

    @staticmethod
    def _width(size: float) -> float:
        return 2 / 30 if size == PUBLISHED else size

    @staticmethod
    def _noisy(runs: TwelveBitRuns) -> Rows:
        """I(X; T) of the last hidden layer of the first network between its bounds, at every second epoch."""
        rows: Rows = []
        for epoch in list(runs.networks)[::-2]:
            outputs = runs.layers(epoch)[LAST][0]
            for kind, size in product(BOUNDS, VARIANCES):
                nats = mixture_information(outputs, size, kind).nats
                rows.append({"epoch": epoch, "seed": 0, "layer": LAST, "kind": kind, "size": size, "i_x": nats})
        return rows
