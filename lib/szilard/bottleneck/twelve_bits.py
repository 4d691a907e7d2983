"""The networks in which compression was first reported: many trained at once, and their information by any measure."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from szilard.bottleneck.layer_measures import LayerMeasure
from szilard.bottleneck.networks import Stacked, perceptron
from szilard.datasets import tishby12
from szilard.device import resolve_device, working_precision
from szilard.fleets import Block, Stepper, passes
from szilard.information import entropy
from szilard.progress import progress_bar
from szilard.rng import spawn, torch_generator
from szilard.validation import check_integer, check_positive

if TYPE_CHECKING:
    import pandas as pd

PATTERNS = 4096

__all__ = ["TwelveBitRuns", "train_twelve_bits", "twelve_bit_lines"]


def twelve_bit_lines() -> dict[str, float]:
    """Exact values in nats that the curves run between.

    ``input`` is H(X) of the 4,096 patterns, 12 bits; ``labels`` H(Y) = I(X; Y), 0.99916 bit; ``orbits`` what a code
    keeps that forgets all but the orbit of a pattern under the symmetries of the icosahedron, 6.0738 bit, and with it
    all of I(X; Y).

    >>> {name: round(float(nats / np.log(2)), 5) for name, nats in twelve_bit_lines().items()}
    {'input': 12.0, 'labels': 0.99916, 'orbits': 6.07376}
    """
    data = tishby12()
    shares = {"labels": np.bincount(data.labels) / PATTERNS, "orbits": np.bincount(data.orbits) / PATTERNS}
    return {"input": float(np.log(PATTERNS)), **{name: entropy(share) for name, share in shares.items()}}


@dataclass(frozen=True, eq=False)
class TwelveBitRuns:
    """Networks on the 12-bit patterns, as they were at some epochs of their training.

    Args:
        activation: of the hidden layers, ``"tanh"`` or ``"relu"``.
        seeds: one per network.
        networks: by epoch, all networks side by side.
        trained_on: which patterns each network was trained on, (seeds, 4096) of bool.
        signed: whether bits enter as −1 and 1, or as 0 and 1.
    """

    activation: str
    seeds: tuple[int, ...]
    networks: dict[int, Stacked]
    trained_on: np.ndarray
    signed: bool

    @torch.no_grad()
    def layers(self, epoch: int) -> dict[str, np.ndarray]:
        """Outputs of ``T1`` to ``T5`` and of the softmax ``T6`` for all patterns, each (seeds, 4096, units)."""
        *hidden, logits = self.networks[epoch].hidden(_inputs(self.signed).expand(len(self.seeds), -1, -1))
        outputs = [*hidden, logits.softmax(-1)]
        return {f"T{depth}": output.numpy() for depth, output in enumerate(outputs, 1)}

    @torch.no_grad()
    def scores(self) -> pd.DataFrame:
        """``epoch``, ``seed``, and loss in nats and accuracy on the patterns trained on and on the others."""
        import pandas as pd

        rows, labels = [], torch.from_numpy(tishby12().labels)
        for epoch, network in self.networks.items():
            logits = network(_inputs(self.signed).expand(len(self.seeds), -1, -1))
            for seed, each, seen in zip(self.seeds, logits, torch.from_numpy(self.trained_on), strict=True):
                losses, right = F.cross_entropy(each, labels, reduction="none"), (each.argmax(1) == labels).double()
                parts = {"train": seen, "test": ~seen}
                scores = {f"{part}_loss": float(losses[rows_of].mean()) for part, rows_of in parts.items()}
                scores |= {f"{part}_accuracy": float(right[rows_of].mean()) for part, rows_of in parts.items()}
                rows.append({"epoch": epoch, "seed": seed, **scores})
        return pd.DataFrame(rows)

    def information(self, measures: Sequence[LayerMeasure], *, progress: bool = True) -> pd.DataFrame:
        """I(X; T) and I(T; Y) in nats of every layer over all patterns, by every measure.

        Columns: ``epoch``, ``seed``, ``layer``, ``measure`` (its place among ``measures``), ``i_x``, ``i_y``,
        ``doubts``. Measures with noise draw it from the seed of the network.
        """
        import pandas as pd

        rows, labels = [], tishby12().labels
        with progress_bar(progress, len(self.networks) * len(self.seeds), "information") as show:
            for done, (epoch, member) in enumerate((e, m) for e in self.networks for m in range(len(self.seeds))):
                for layer, outputs in self.layers(epoch).items():
                    for place, measure in enumerate(measures):
                        reading = measure.read(None, outputs[member], labels, self.seeds[member])
                        values = {"i_x": reading.input.nats, "i_y": reading.labels.nats}
                        where = {"epoch": epoch, "seed": self.seeds[member], "layer": layer, "measure": place}
                        rows.append({**where, **values, "doubts": " ".join(reading.doubts)})
                show(done + 1, f"epoch {epoch}")
        return pd.DataFrame(rows)


def train_twelve_bits(
    seeds: Sequence[int], epochs: Sequence[int], activation: str = "tanh", *, lr: float = 4e-4, batch: int = 512,
    share: float = 0.8, signed: bool = True, device: str = "cpu", progress: bool = True,
) -> TwelveBitRuns:  # fmt: skip
    """Train networks 12-10-7-5-4-3-2 on the 12-bit patterns of `shwartzziv2017opening`, all seeds at once.

    An epoch is one pass through the patterns to train on, in a fresh order, without the rest that fills no batch.

    Args:
        seeds: one per network: it draws the initial weights, the patterns to train on and their orders. A network is
            the same beside any others, up to rounding.
        epochs: after which the networks are kept; 0 is before the training.
        activation: ``"tanh"`` or ``"relu"``.
        lr: learning rate of Adam (`kingma2015adam`).
        batch: patterns per step.
        share: of the patterns that are trained on, drawn for every network apart.
        signed: whether bits enter as −1 and 1. As 0 and 1 they are not centred: networks learn more slowly, and not all
            of them compress within 1,500 epochs.
        device: ``"auto"``, ``"cpu"`` (float64) or ``"cuda"`` (float32).
        progress: whether a bar is shown on a terminal.

    Raises:
        ValueError: no seeds or epochs, a number out of its range, or fewer patterns to train on than ``batch``.
    """
    kept, place = _checked(seeds, epochs, lr, batch, share), resolve_device(device)
    starts, splits, orders = zip(*(spawn(seed, 3) for seed in seeds), strict=True)
    network = Stacked([perceptron(activation=activation, rng=rng) for rng in starts], activation)
    network, x = network.to(place, precision := working_precision(place)), _inputs(signed).to(place, precision)
    rows = np.stack([np.sort(rng.permutation(PATTERNS)[: round(share * PATTERNS)]) for rng in splits])
    y, generators = torch.from_numpy(tishby12().labels).to(place), [torch_generator(rng) for rng in orders]
    blocks = _epochs(x, y, torch.from_numpy(rows), generators, batch)
    networks, steps = {}, rows.shape[1] // batch
    stepper = Stepper(network, [lr] * (steps * (kept[-1] + 1)), 0.0, _loss)
    with progress_bar(progress, kept[-1], f"{len(seeds)} networks, {activation}") as show:
        for epoch in range(kept[-1] + 1):
            if epoch in kept:
                networks[epoch] = copy.deepcopy(network).to("cpu", torch.float64).requires_grad_(False)
            if epoch < kept[-1]:
                stepper.advance(next(blocks), epoch * steps)
            show(epoch)
    trained_on = np.zeros((len(rows), PATTERNS), bool)
    np.put_along_axis(trained_on, rows, True, axis=1)
    return TwelveBitRuns(activation, tuple(seeds), networks, trained_on, signed)


def _checked(seeds: Sequence[int], epochs: Sequence[int], lr: float, batch: int, share: float) -> list[int]:
    """The epochs in order; ValueError where an argument does not fit."""
    if not len(seeds) or not len(epochs):
        raise ValueError(f"seeds and epochs must not be empty; got {seeds!r} and {epochs!r}")
    for epoch in epochs:
        check_integer(epoch, "epochs", minimum=0)
    check_positive(lr, "lr")
    check_integer(batch, "batch", minimum=1)
    if not 0 < share < 1 or batch > round(share * PATTERNS) or round(share * PATTERNS) == PATTERNS:
        raise ValueError(f"share must leave a batch to train on and patterns to test; got {share!r} with batch {batch}")
    return sorted(set(epochs))


def _inputs(signed: bool) -> Tensor:
    """All patterns as the networks see them, (4096, 12)."""
    patterns = torch.from_numpy(tishby12().patterns).double()
    return 2 * patterns - 1 if signed else patterns


def _epochs(x: Tensor, y: Tensor, rows: Tensor, orders: Sequence[torch.Generator], batch: int) -> Iterator[Block]:
    """Epoch by epoch, batches (steps, fleet, batch, 12) of patterns (4096, 12) and their labels."""
    n = rows.shape[1]
    while True:
        picked = [seen[passes(n, n // batch, batch, order)] for seen, order in zip(rows, orders, strict=True)]
        places = torch.stack(picked, dim=1).to(x.device)
        yield x[places], y[places]


def _loss(network: Stacked, x: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy in nats, the mean over a batch summed over the fleet."""
    return F.cross_entropy(network(x).flatten(0, 1), y.flatten(), reduction="sum") / y.shape[1]
