"""What the chapter on lossy compression measures in a noisy convolutional network that learns handwritten digits."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import torch
from torch import nn

from szilard import bottleneck
from szilard.bottleneck import PCA, PUBLISHED, Autoencoder, Encoder, Estimated, Mismatched, Noise, track
from szilard.compendium import Rows
from szilard.datasets import images
from szilard.estimators import KSG, KozachenkoLeonenko
from szilard.rng import spawn
from szilard.validation import check_choice

LAYERS, READ = ("L1", "L2", "L3", "L4", "L5"), ("L1", "L3", "L5")  # the second by other measures too
MEAN, DEVIATION = 0.1307, 0.3081  # of all training pixels
TRAINED = Noise(1e-3)  # of the size that is published, added
NOISES = {"as trained": TRAINED, "none": None, "relative 0.001": PUBLISHED, "additive 3": Noise(3.0)}
Data: TypeAlias = tuple[np.ndarray, np.ndarray]  # images and labels

__all__ = ["LAYERS", "NOISES", "READ", "Digits"]


@dataclass(frozen=True)
class Digits:
    """The information plane of the noisy network of 7,274 parameters.

    Args:
        labels: the true ones, or ``"shuffled"``, in training and measurement alike.
        source: ``"subset"``, 5,000 images of which 3,500 are trained on, or ``"complete"``.
        code: of the images, ``"PCA"`` or ``"autoencoder"``, of four numbers.
        steps, batch, lr: of Adam.
        checks: measurements during the training, at the steps that ``spacing`` (1: equal, 2: early ones denser) gives.
        fitting: steps of the autoencoder.
        samples: images to measure on, at most.
        layers: ``"all"`` of them, or the ``"last"`` one.
    """

    labels: str = "true"
    source: str = "subset"
    code: str = "PCA"
    steps: int = 200
    batch: int = 32
    lr: float = 3e-3
    checks: int = 8
    spacing: float = 2.0
    fitting: int = 2000
    samples: int = 1500
    layers: str = "all"
    repetition: int = 0

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """One row per step, layer, way of reading: I(X; L), I(L; Y), loss and accuracy.

        With all layers and the true labels three of them are read in other ways too: before the training by KSG and
        beside images that are not their own, after it under other noise. The last layer alone is read by KSG and beside
        such images all along, in the same training.
        """
        starting, ordering, encoding, planing, reading, shuffling = spawn(rng, 6)
        (x, y), data = self._data(shuffling)
        kind, precision = ("cuda", torch.float32) if device.startswith("cuda") else ("cpu", torch.float64)
        model = bottleneck.noisy_cnn(TRAINED, rng=starting).to(kind, precision)
        encoder, before = self._encoder(x, encoding, device), copy.deepcopy(model)
        settings: dict[str, Any] = {"batch": self.batch, "lr": self.lr}
        again = [copy.deepcopy((model, ordering, planing)) for _ in range(2)]
        training = bottleneck.adam_steps(model, x, y, rng=ordering, **settings)
        steps = {round(self.steps * share**self.spacing) for share in np.linspace(0, 1, self.checks)}
        kl, ksg = KozachenkoLeonenko(k=5, device=device), KSG(k=5, device=device)
        layers = LAYERS if self.layers == "all" else LAYERS[-1:]
        read = Estimated(kl, kl, encode_x=encoder)
        plane = track(model, layers, data, training=training, schedule=steps, measure=read, rng=planing, progress=False)
        tables = [plane.table.assign(way="plane")]
        if self.layers == "last":
            ways = {"KL, shuffled": Estimated(kl, kl, encode_x=Mismatched(encoder, 1)),
                    "KSG": Estimated(ksg, kl, encode_x=encoder)}  # fmt: skip
            for (twin, order, plan), (way, measured) in zip(again, ways.items(), strict=True):
                training = bottleneck.adam_steps(twin, x, y, rng=order, **settings)
                shared: dict[str, Any] = {"training": training, "schedule": steps, "rng": plan, "progress": False}
                tables.append(track(twin, layers, data, measure=measured, **shared).table.assign(way=way))
        if (self.labels, self.layers) == ("true", "all"):
            seed, mixed = int(reading.integers(2**31)), Mismatched(encoder, 1)
            for name, measured in {
                "KL": read, "KL, shuffled": Estimated(kl, kl, encode_x=mixed),
                "KSG": Estimated(ksg, kl, encode_x=encoder), "KSG, shuffled": Estimated(ksg, kl, encode_x=mixed),
            }.items():  # fmt: skip
                tables.append(_once(before, data, measured, seed).assign(way=name))
            for name, noise in NOISES.items():
                other = bottleneck.with_noise(model, noise)
                tables.append(_once(other, data, read, seed).assign(way=name, step=self.steps))
        return pd.concat(tables).drop(columns="doubts").to_dict("records")

    def _data(self, rng: np.random.Generator) -> tuple[Data, Data]:
        """Images and labels to train on, and those to measure on."""
        if self.source == "subset":
            whole = images("mnist", "train", "subset")
            cut = len(whole) * 7 // 10
            parts = [(whole.images[rows], whole.labels[rows]) for rows in (slice(None, cut), slice(cut, None))]
        else:
            parts = [
                (each.images, each.labels) for each in (images("mnist", s, self.source) for s in ("train", "test"))
            ]
        if check_choice(self.labels, "labels", ("true", "shuffled")) == "shuffled":
            parts = [(x, rng.permutation(y)) for x, y in parts]
        one, (x, y) = (((x[:, None] / 255 - MEAN) / DEVIATION, y) for x, y in parts)
        return one, (x[: self.samples], y[: self.samples])

    def _encoder(self, x: np.ndarray, rng: np.random.Generator, device: str) -> Encoder:
        flat = x.reshape(len(x), -1)
        if check_choice(self.code, "code", ("PCA", "autoencoder")) == "PCA":
            return PCA(4).fit(flat)
        return Autoencoder(4, channels=16, steps=self.fitting, batch=128).fit(flat, rng=rng, device=device)


def _once(model: nn.Module, data: Data, measured: Estimated, seed: int) -> pd.DataFrame:
    """A network as it is, always on the same part of the data."""
    return track(model, READ, data, training=(), schedule=[0], measure=measured, rng=seed, progress=False).table
