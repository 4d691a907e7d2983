"""What closed forms say: the worked example, landscapes, joint queries, depth, noise, copies and pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.compendium import Rows
from szilard.experiments.lood.scenes import KERNELS, NOISE, all_digits, controlled, left_out, two_classes
from szilard.leave_one_out import (
    NNGP,
    RBF,
    Difference,
    Variances,
    centred_one_hot,
    difference,
    effective_rank,
    group_lood,
    lood,
    maximise,
    on_sphere,
    posterior,
    self_lood,
)
from szilard.rounding import above_rounding

RELEASED = {"released": 2.0, "released, wider": 1.9822**2}  # variances of weights, without biases
NOISES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
LAYERS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)

__all__ = ["NOISES", "RELEASED", "Copies", "Depth", "Everyone", "Joint", "Landscape", "Noise", "Pairs", "Queries",
           "Rates", "Resolved", "Worked"]  # fmt: skip


def worked(noise: float) -> Difference:
    """Two records on a line: at 0 with target 1, and at 1 with target −1, which is left out."""
    return difference(posterior(RBF(0.5), [[0.0]], [1.0], noise), ([1.0], [-1.0]))


@dataclass(frozen=True)
class Worked:
    """The worked example: two records on a line, k = exp(−(x − x′)²/2)."""

    noise: float

    def measure(self) -> Rows:
        change = worked(self.noise)
        one = change.each([[1.0]])
        ends = {name: maximise(change, [[0.9]], name, 400) for name in ("kl", "mean_distance")}
        return [{
            "mean_out": float(change.posterior.mean([[1.0]])[0, 0]),
            "variance_out": float(change.posterior.variance([[1.0]])[0]),
            **{name: getattr(one, name)[0] for name in ("kl", "mean_distance", "auc", "information")},
            "best_for_kl": float(ends["kl"].best[0]), "best_for_mean": float(ends["mean_distance"].best[0]),
            "largest_mean": ends["mean_distance"].values[0],
        }]  # fmt: skip


@dataclass(frozen=True)
class Resolved:
    """Every record left out by one factorisation, and some by solving anew without them."""

    depth: int
    n: int = 400
    resolved: int = 40

    def measure(self, rng: np.random.Generator) -> Rows:
        pool = two_classes("mnist subset").taken(rng, self.n)
        X, Y, kernel = on_sphere(pool.pixels), centred_one_hot(pool.labels, 2), NNGP("relu", self.depth)
        own, again = self_lood(kernel(X), Y, NOISE), np.full(self.n, np.nan)
        order = np.argsort(-own.kl)
        for i in order[np.linspace(0, self.n - 1, self.resolved).astype(int)]:
            rest = np.delete(np.arange(self.n), i)
            again[i] = lood(kernel, X[rest], Y[rest], (X[i], Y[i]), X[[i]], NOISE).kl[0]
        gaps = [above_rounding(abs(again[i] / own.kl[i] - 1), 1e-8) for i in order]
        rows = zip(own.kl[order], own.auc[order], again[order], gaps, strict=True)
        return [
            {"place": place, "kl": kl, "auc": auc, "again": solved, "difference": gap}
            for place, (kl, auc, solved, gap) in enumerate(rows, 1)
        ]


@dataclass(frozen=True)
class Everyone:
    """Every digit of the collection left out: how well the best attack sees it, and the pictures of the extremes."""

    n: int = 1000
    shown: int = 8

    def measure(self, rng: np.random.Generator) -> Rows:
        pool = all_digits().taken(rng, self.n)
        own = self_lood(NNGP("relu", 2)(on_sphere(pool.pixels)), centred_one_hot(pool.labels, 10), NOISE)
        order = np.argsort(-own.auc)
        rows: Rows = [
            {"place": place, "label": int(pool.labels[i]), "auc": own.auc[i], "kl": own.kl[i], "pixel": -1, "ink": 0.0}
            for place, i in enumerate(order, 1)
        ]
        places = [*range(1, self.shown + 1), *range(self.n - self.shown + 1, self.n + 1)]
        return rows + [
            rows[place - 1] | {"pixel": pixel, "ink": float(ink)}
            for place in places
            for pixel, ink in enumerate(pool.pixels[order[place - 1]])
        ]


@dataclass(frozen=True)
class Landscape:
    """Three measures along a line through the record, towards where the mean moves most."""

    case: str

    def measure(self) -> Rows:
        if self.case == "worked example":
            change, record, target = worked(0.1), np.array([1.0]), np.array([2.0])
        else:
            change, _, record = left_out(self.case, 200)
            target = maximise(change, record[None], "mean_distance", 200).best
        along = (target - record) / np.linalg.norm(target - record) * np.linalg.norm(record)
        steps = np.linspace(-0.5, 0.5, 101)
        found = change.each(record + steps[:, None] * along)
        columns = zip(steps, found.kl, found.mean_distance, found.auc, strict=True)
        return [{"step": step, "kl": kl, "mean_distance": mean, "auc": auc} for step, kl, mean, auc in columns]


@dataclass(frozen=True)
class Queries:
    """The largest value of each measure over many queries, over its value at the record itself."""

    kernel: str
    record: int
    n: int = 200
    queries: int = 200

    def measure(self, rng: np.random.Generator) -> Rows:
        change, _, record = left_out(self.kernel, self.n, self.record)
        others = all_digits().taken(rng, self.queries).pixels
        families = {
            "random images": rng.uniform(0, 1, (self.queries, 64)),
            "neighbourhood": record + rng.uniform(-1, 1, (self.queries, 64)) * rng.uniform(0, 0.3, (self.queries, 1)),
            "other digits": others[(others != record).any(1)],
        }
        own, rows = change.each(record[None]), []
        for name, queries in families.items():
            found = change.each(queries)
            ratios = {
                each: getattr(found, each).max() / getattr(own, each)[0] for each in ("kl", "auc", "mean_distance")
            }
            rows.append({"family": name, **ratios})
        return rows


@dataclass(frozen=True)
class Joint:
    """A set of queries that grows: near the record, which comes first, in the middle, or never."""

    place: int
    n: int = 200
    largest: int = 24

    def measure(self) -> Rows:
        change, _, record = left_out("ReLU", self.n)
        queries = record + 0.25 * np.random.default_rng(1).normal(size=(self.largest, 64))
        if self.place:
            queries[min(self.place, self.largest) - 1] = record
        own = change.each(record[None])
        found = [change.together(queries[: size + 1]) for size in range(self.largest)]
        return [
            {"size": size, "kl": float(each.kl), "auc": float(each.auc), "own": own.kl[0],
             "excess": above_rounding(float(each.kl / own.kl[0]) - 1, 1e-9)}
            for size, each in enumerate(found, 1)
        ]  # fmt: skip


@dataclass(frozen=True)
class Depth:
    """Every record left out under one architecture, with the scale of the kernel controlled or as released."""

    activation: str
    depth: int
    scale: str = "edge of chaos"
    n: int = 400
    shown: int = 60

    def measure(self) -> Rows:
        pool = two_classes("mnist subset").taken(np.random.default_rng(0), self.n)
        if self.scale in RELEASED:
            K = NNGP(self.activation, self.depth, Variances(RELEASED[self.scale]))(pool.pixels)
        else:
            K = controlled(self.activation, self.depth)(on_sphere(pool.pixels))
        found = self_lood(K, centred_one_hot(pool.labels, 2), NOISE)
        facts = {"rank": effective_rank(K), "variance": float(np.diag(K).mean()), "mean_kl": found.kl.mean()}
        rows = zip(found.kl[: self.shown], found.auc[: self.shown], strict=True)
        return [{"record": i, "kl": kl, "auc": auc, **facts} for i, (kl, auc) in enumerate(rows)]


@dataclass(frozen=True)
class Rates:
    """How far from one the correlation of two inputs is after some layers on the edge of chaos; it begins at 0.3."""

    activation: str

    def measure(self) -> Rows:
        pair = np.sqrt(2) * np.array([[1.0, 0.0], [0.3, np.sqrt(1 - 0.3**2)]])
        kernels = [controlled(self.activation, layers)(pair) for layers in LAYERS]
        gaps = [1 - K[0, 1] / np.sqrt(K[0, 0] * K[1, 1]) for K in kernels]
        return [{"layers": layers, "gap": gap} for layers, gap in zip(LAYERS, gaps, strict=True)]


@dataclass(frozen=True)
class Noise:
    """Attack, divergence and information over the noise σ² that regularises."""

    depth: int
    n: int = 400

    def measure(self) -> Rows:
        pool = two_classes("mnist subset").taken(np.random.default_rng(0), self.n)
        K, Y, rows = controlled("relu", self.depth)(on_sphere(pool.pixels)), centred_one_hot(pool.labels, 2), []
        for noise in NOISES:
            found = self_lood(K, Y, noise)
            low, middle, high = np.quantile(found.auc, (0.1, 0.5, 0.9))
            means = {name: getattr(found, name).mean() for name in ("kl", "reverse_kl", "information")}
            rows.append({"noise": noise, "low": low, "median": middle, "high": high, **means})
        return rows


@dataclass(frozen=True)
class Copies:
    """A record left out of a set in which copies of it stay."""

    copies: int
    records: int = 12
    n: int = 200

    def measure(self) -> Rows:
        pool = all_digits().taken(np.random.default_rng(0), self.n + self.records)
        X, Y, found = on_sphere(pool.pixels), centred_one_hot(pool.labels, 10), []
        for i in range(self.n, self.n + self.records):
            kept = np.r_[np.arange(self.n), np.full(self.copies, i)]
            found.append(lood(KERNELS["ReLU"], X[kept], Y[kept], (X[i], Y[i]), X[[i]], NOISE))
        names = ("kl", "auc", "information")
        return [{name: float(np.mean([getattr(each, name)[0] for each in found])) for name in names}]


@dataclass(frozen=True)
class Pairs:
    """Two records left out together, against the sum of each by itself."""

    partner: str
    n: int = 350
    shown: int = 100

    def measure(self, rng: np.random.Generator) -> Rows:
        pool = two_classes("digits").taken(np.random.default_rng(0), self.n)
        X, Y = on_sphere(pool.pixels), centred_one_hot(pool.labels, 2)
        K, cosines = NNGP("relu", 2)(X), X @ X.T / X.shape[1]
        np.fill_diagonal(cosines, -np.inf)
        first = np.arange(min(self.shown, len(X)))
        second = (
            cosines.argmax(1)[first]
            if self.partner == "nearest"
            else (first + rng.integers(1, len(X), len(first))) % len(X)
        )
        own, both = self_lood(K, Y, NOISE), group_lood(K, Y, np.stack([first, second], 1).tolist(), NOISE)
        columns = zip(cosines[first, second], both.kl, own.kl[first] + own.kl[second], both.information,
                      own.information[first] + own.information[second], strict=True)  # fmt: skip
        names = ("cosine", "kl", "kl_apart", "information", "information_apart")
        return [dict(zip(names, map(float, row), strict=True)) for row in columns]
