"""What compression does to encoders of two views of digits: labels they need, the position they forget."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from szilard.compendium import Rows
from szilard.experiments.ssl_review.learning import PER_CLASS, SPLITS, UNTRAINED, _collection
from szilard.fleets import Training
from szilard.representation import Multiview, MultiviewCodes, bottlenecked
from szilard.representation.probes import averaged_probe, regression_probe
from szilard.representation.views import augmented, displaced
from szilard.rng import spawn

SEEN = 512  # pairs of views on which the two terms are evaluated
NOISE = 0.3
COMPRESSED = 0.003  # the weight of compression that claims speak of
NETWORKS = 5  # of each kind

__all__ = ["COMPRESSED", "NETWORKS", "Bottleneck"]


@dataclass(frozen=True)
class Bottleneck:
    """Encoders by weight β of compression: probes of the digit with few labels and of its position, beside networks
    that were drawn and not trained."""

    partner: str = "same"
    betas: tuple[float, ...] = NETWORKS * (0.0,) + NETWORKS * (COMPRESSED,)
    steps: int = 1200
    batch: int = 128
    hidden: int = 64
    collection: str = "digits"

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        x, labels = _collection(self.collection)
        train, untrained, ask, codes = spawn(rng, 4)
        settings = Multiview(self.partner, hidden=self.hidden, steps=self.steps, noise=NOISE, device=device,
                             training=Training(batch=self.batch, lr=1e-2))  # fmt: skip
        made = bottlenecked(settings, x, self.betas, train)
        drawn = bottlenecked(replace(settings, steps=0), x, (0.0,) * UNTRAINED, untrained)
        by = ask.integers(-1, 2, size=(len(x), 2))
        placed = augmented(displaced(x, by), NOISE, 0, ask)
        beside = pd.DataFrame(_probes(drawn, x, labels, placed, by)).mean().add_prefix("random_").to_dict()
        first, second = (augmented(x[:SEEN], NOISE, 1, ask) for _ in range(2))
        pair = {"same": second, "self": first, "other": np.roll(second, 1, axis=0)}[self.partner]
        terms, probes = made.terms(first, pair, codes), _probes(made, x, labels, placed, by)
        return [{"beta": beta, "shared": float(shared), "excess": float(excess)} | each | beside
                for beta, shared, excess, each in zip(self.betas, *terms, probes, strict=True)]  # fmt: skip


def _probes(made: MultiviewCodes, x: np.ndarray, labels: np.ndarray, placed: np.ndarray, by: np.ndarray) -> Rows:
    """Of each network: accuracies with one and with few labels per class and with all, and R² of the position."""
    pairs = zip(made.means(x.reshape(len(x), -1)), made.means(placed), strict=True)
    return [{"one": averaged_probe(h, labels, 1, SPLITS), "few": averaged_probe(h, labels, PER_CLASS, SPLITS),
             "all": averaged_probe(h, labels), "position": regression_probe(z, by)} for h, z in pairs]  # fmt: skip
