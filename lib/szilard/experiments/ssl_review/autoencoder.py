"""The rival of learning from two views: an autoencoder of single views, under the same probes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from szilard.compendium import Rows
from szilard.experiments.ssl_review.bottleneck import NETWORKS, NOISE, _probes
from szilard.experiments.ssl_review.learning import _collection
from szilard.fleets import Training
from szilard.representation import Multiview
from szilard.representation.autoencoding import autoencoded
from szilard.representation.views import augmented, displaced
from szilard.rng import spawn

__all__ = ["Autoencoded"]


@dataclass(frozen=True)
class Autoencoded:
    """Variational autoencoders of single views under the same probes, as many steps and the same sizes."""

    steps: int = 1200
    batch: int = 128
    hidden: int = 64
    collection: str = "digits"
    networks: int = NETWORKS

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        x, labels = _collection(self.collection)
        train, ask = spawn(rng, 2)
        settings = Multiview(hidden=self.hidden, steps=self.steps, noise=NOISE, device=device,
                             training=Training(batch=self.batch, lr=3e-3))  # fmt: skip
        made: Any = autoencoded(settings, x, self.networks, train)
        by = ask.integers(-1, 2, size=(len(x), 2))
        return _probes(made, x, labels, augmented(displaced(x, by), NOISE, 0, ask), by)
