"""What retraining and searching find: attacks on trained networks, changes of their outputs, and reconstructions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.compendium import Rows
from szilard.experiments.lood.scenes import NOISE, left_out, two_classes
from szilard.leave_one_out import (
    NNGP,
    NTK,
    Difference,
    Distinguishability,
    Recipe,
    Search,
    centred_one_hot,
    compare_images,
    cross_lood,
    influence_estimates,
    measured_attack,
    on_sphere,
    reconstruct,
    retrained,
    self_lood,
)

__all__ = ["Pictures", "Reconstructed", "Retrained"]


@dataclass(frozen=True)
class Retrained:
    """Networks retrained without one record after the other, beside what the closed form says of the same records.

    Some labels are exchanged: ``flipped`` of them, all of which are left out once; the other records left out are
    spread evenly over the ranks of the closed form's areas.
    """

    collection: str = "digits"
    draw: int = 0
    activation: str = "relu"
    n: int = 60
    flipped: int = 6
    records: int = 12
    repeats: int = 28
    width: int = 40
    depth: int = 2
    steps: int = 100
    lr: float = 0.01

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        pick, weights, attacks, traces = rng.spawn(4)
        pool = two_classes(self.collection).taken(pick, self.n)
        labels = pool.labels.copy()
        labels[: self.flipped] = 1 - labels[: self.flipped]
        X, Y = on_sphere(pool.pixels), centred_one_hot(labels, 2)
        K = NNGP(self.activation, self.depth)(X)
        own, cross = self_lood(K, Y, NOISE), cross_lood(K, Y, NOISE)
        chosen = self._chosen(own)
        recipe = Recipe(self.width, self.depth, self.activation, steps=self.steps, lr=self.lr)
        outputs = retrained(recipe, X, Y, [-1, *chosen], self.repeats, weights, device)
        estimates = influence_estimates(recipe, X, Y, rng=traces, device=device)
        tangent = self_lood(NTK(self.activation, self.depth)(X), Y, NOISE)
        unlabelled = self_lood(K, Y[pick.permutation(self.n)], NOISE)
        cosines = X @ X.T / X.shape[1] - 9 * np.eye(self.n)
        around, following = pick.permutation(len(chosen)), np.empty(len(chosen), dtype=int)
        following[around] = np.roll(around, 1)  # a random circle: for each record another one
        rows = []
        for place, i in enumerate(chosen):
            after = int(following[place])
            j, full, out = chosen[after], outputs[0][:, i], outputs[1 + place][:, i]
            elsewhere = outputs[1 + after][:, i]
            rows.append({
                "record": i, "exchanged": bool(i < self.flipped),
                "auc": own.auc[i], "moved": own.mean_distance[i] ** 0.5,
                "attack": measured_attack(full, out, rng=attacks), "change": _change(full, out),
                "auc_elsewhere": cross.auc[j, i], "attack_elsewhere": measured_attack(full, elsewhere, rng=attacks),
                "moved_elsewhere": cross.mean_distance[j, i] ** 0.5, "change_elsewhere": _change(full, elsewhere),
                "auc_other": own.auc[j], "moved_other": own.mean_distance[j] ** 0.5,
                "auc_tangent": tangent.auc[i], "moved_tangent": tangent.mean_distance[i] ** 0.5,
                "auc_unlabelled": unlabelled.auc[i], "moved_unlabelled": unlabelled.mean_distance[i] ** 0.5,
                "isolation": 1 - cosines[i].max(), "tracin": estimates["TracIn"][i],
                "influence": estimates["influence function"][i],
            })  # fmt: skip
        return rows

    def _chosen(self, own: Distinguishability) -> list[int]:
        others = self.flipped + np.argsort(own.auc[self.flipped :])
        spread = others[np.linspace(0, len(others) - 1, self.records).astype(int)]
        return [*range(self.flipped), *map(int, spread)]


def _change(members: np.ndarray, others: np.ndarray) -> float:
    """√M between the mean outputs of two groups of networks, (r, C) each."""
    return float(np.sqrt(0.5 * ((members.mean(0) - others.mean(0)) ** 2).sum()))


@dataclass(frozen=True)
class _Searching:
    """A search for a record left out, from random images: pixels uniform from 0 to twice their mean over the others."""

    kernel: str
    record: int
    n: int = 200
    restarts: int = 6
    steps: int = 250

    def searched(self) -> tuple[Difference, np.ndarray, dict[str, np.ndarray], Search]:
        """What was left out, its image, the nearest of the other images and their mean, and what was found."""
        change, given, record = left_out(self.kernel, self.n, self.record)
        pixels, start = given.pixels, np.random.default_rng(self.record)  # the same for numbers and for pictures
        nearest = pixels[int(np.argmax(pixels @ record / np.linalg.norm(pixels, axis=1)))]
        found = reconstruct(change, self.restarts, self.steps, high=2 * pixels.mean(0), rng=start)
        return change, record, {"nearest": nearest, "mean": pixels.mean(0)}, found


@dataclass(frozen=True)
class Reconstructed(_Searching):
    """The search in numbers."""

    def measure(self) -> Rows:
        """One row per start; beside the result, the image among the others that is nearest to the record."""
        change, record, others, found = self.searched()
        own, best = change.each(record[None]).kl[0], int(np.argmax(found.values))
        rival = {f"nearest_{name}": each for name, each in compare_images(others["nearest"], record).items()}
        return [
            {"run": run, "best": run == best, "ratio": value / own, **compare_images(query, record), **rival}
            for run, (query, value) in enumerate(zip(found.queries, found.values, strict=True))
        ]


@dataclass(frozen=True)
class Pictures(_Searching):
    """The same search as pictures: what was left out, the best and the worst query, the nearest and the mean image."""

    def measure(self) -> Rows:
        """One row per picture and pixel."""
        _, record, others, found = self.searched()
        worst = found.queries[int(np.argmin(found.values))]
        pictures = {"left out": record, "best query": found.best, "worst query": worst, **others}
        return [
            {"picture": name, "pixel": pixel, "ink": float(ink)}
            for name, image in pictures.items()
            for pixel, ink in enumerate(image)
        ]
