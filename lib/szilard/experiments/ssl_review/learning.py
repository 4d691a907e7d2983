"""What the chapter trains: encoders that compress or retain in a known world, and a zoo of objectives on digits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from szilard.compendium import Rows
from szilard.datasets import images
from szilard.estimators import KSG
from szilard.experiments.ssl_review.exact import WORLD
from szilard.fleets import Training
from szilard.representation import Pretraining, Retention, pretrain, retained
from szilard.representation.probes import averaged_probe, informed_nats, regression_probe
from szilard.representation.ranks import effective_rank, participation_ratio, sphere_spread, view_share
from szilard.representation.views import augmented
from szilard.rng import spawn
from szilard.validation import check_choice

MEASURED = (-0.8, -0.3, 0.0, 0.2, 0.4, 0.7, 1.2, 2.0)
BENT = (0.0, 0.0, 0.0, 0.7, 2.0, 20.0, 20.0, 20.0)  # the ends from three starts
READ = 5000  # things whose codes are read by nearest neighbours
RELEVANCES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25)
VIEWS = {"turned": {"bend": 0.0, "layers": 0}, "bent": {"bend": 0.5, "layers": 2}}
SPLITS = 16  # draws of labelled images over which a probe is averaged
PER_CLASS = 10
UNTRAINED = 3  # networks whose mean a trained one is compared with

__all__ = ["BENT", "MEASURED", "RELEVANCES", "Encoders", "Zoo"]


@dataclass(frozen=True)
class Encoders:
    """Encoders trained on two views without labels, one per weight μ of retention, then asked about many labels."""

    views: str
    partner: str = "same"
    steps: int = 250
    batch: int = 160
    fresh: int = 20_000
    mus: tuple[float, ...] = MEASURED

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        form = VIEWS[check_choice(self.views, "views", VIEWS)]
        settings = Retention(WORLD, steps=self.steps, training=Training(batch=self.batch, lr=2e-2), device=device,
                             partner=self.partner, bend=form["bend"], layers=int(form["layers"]))  # fmt: skip
        train, ask = spawn(rng, 2)
        codes = retained(settings, self.mus, train, self.fresh)
        labels = {c: codes.label(c, WORLD.label_noise, each) for c, each in zip(RELEVANCES, spawn(ask, 6), strict=True)}
        rows, read = [], _nats if not form["layers"] else _nearest
        for mu, z, kept in zip(self.mus, codes.z, codes.kept.tolist(), strict=True):
            shared, private = read(z, codes.shared), read(z, codes.private)
            rows += [{"mu": mu, "relevance": c, "nats": read(z, y), "shared": shared, "private": private, "kept": kept,
                      "closed": float(WORLD.about_label(*WORLD.best_code(mu), c))}
                     for c, y in labels.items()]  # fmt: skip
        return rows


def _nats(z: np.ndarray, y: np.ndarray) -> float:
    return informed_nats(regression_probe(z, y))


def _nearest(z: np.ndarray, y: np.ndarray) -> float:
    return max(KSG(k=10).mutual_information(z[:READ], y[:READ]).value, 0.0)


@dataclass(frozen=True)
class Zoo:
    """One objective trained on two noisy, shifted views of images, without labels."""

    method: str
    partner: str = "same"
    steps: int = 250
    batch: int = 128
    lr: float = 1e-2
    collection: str = "digits"
    seeds: int = 1

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        x, labels = _collection(self.collection)
        train, untrained, ask = spawn(rng, 3)
        settings = Pretraining(self.method, steps=self.steps, training=Training(batch=self.batch, lr=self.lr),
                               noise=0.3, partner=self.partner, device=device)  # fmt: skip
        made = pretrain(settings, x, self.seeds, train)
        drawn = pretrain(replace(settings, steps=0), x, UNTRAINED, untrained)
        flat, views = x.reshape(len(x), -1), [augmented(x, 0.3, 1, each) for each in spawn(ask, 2)]
        random = np.mean([_accuracies(h, labels) for h in drawn.representations(flat)], axis=0)
        beside = dict(
            zip(("raw", "raw_few", "random", "random_few"), (*_accuracies(flat, labels), *random), strict=True)
        )
        rows = []
        for h, z, *seen in zip(*map(made.representations, [flat]), *map(made.projections, (flat, *views)), strict=True):
            probe, few = _accuracies(h, labels)
            rows.append(beside | {"probe": probe, "few": few, "rank": effective_rank(h), "shift": view_share(*seen),
                                  "participation": participation_ratio(z), "spread": sphere_spread(z)})  # fmt: skip
        return rows


def _accuracies(z: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """With all labels that are not held out, and with few."""
    return averaged_probe(z, labels), averaged_probe(z, labels, PER_CLASS, SPLITS)


@cache
def _collection(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Images with ink from 0 to 1, and labels."""
    found = images(name, source="subset" if name == "mnist" else "auto")
    return found.images / (16.0 if name == "digits" else 255.0), found.labels
