"""Queries that tell most: gradient ascent on the distinguishability, from many starts at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike
from scipy.linalg import cho_solve
from torch import Tensor, nn

from szilard.fleets import BLOCK, Stepper, Training
from szilard.leave_one_out.leaving_out import Difference
from szilard.rng import RNG, generator
from szilard.validation import as_samples, check_choice, check_integer, check_positive

OBJECTIVES = ("kl", "mean_distance")
TINY = 1e-300

__all__ = ["Search", "compare_images", "maximise", "reconstruct"]


@dataclass(frozen=True, eq=False)
class Search:
    """Queries found from several starts.

    Args:
        queries: where each run ended, (runs, d).
        values: the objective there, (runs,).
        trace: the objective every ``BLOCK`` steps and at the end, (checks, runs).
    """

    queries: np.ndarray
    values: np.ndarray
    trace: np.ndarray

    @property
    def best(self) -> np.ndarray:
        """The query with the largest objective, (d,)."""
        return self.queries[int(np.argmax(self.values))]


def maximise(
    change: Difference, starts: ArrayLike, objective: str = "kl", steps: int = 300, lr: float = 0.05
) -> Search:
    """Adam on the logarithm of the objective, all starts (runs, d) side by side.

    The logarithm keeps the gradient alive far from the record, where the divergence itself is flat.

    Args:
        change: the process without the records, and the records.
        starts: first queries, (runs, d).
        objective: ``"kl"`` or ``"mean_distance"``.
        steps: of Adam.
        lr: its largest rate, in units of the inputs; it rises at first, and falls to zero at the end.

    Raises:
        ValueError: an unknown objective, or numbers out of range.
    """
    check_choice(objective, "objective", OBJECTIVES)
    check_integer(steps, "steps", minimum=1)
    check_positive(lr, "lr")
    first = as_samples(starts, "starts")
    network, surface = _Queries(first), _Surface(change)
    rates = Training(batch=4, lr=lr).rates(steps)
    stepper = Stepper(network, rates, 0.0, lambda each, _: -surface.log_of(each.rows, objective).sum())
    trace = []
    for start in range(0, steps, BLOCK):
        stepper.advance((torch.zeros(min(BLOCK, steps - start), len(first)),), start)
        trace.append(getattr(change.each(network.host()), objective))
    return Search(network.host(), trace[-1], np.array(trace))


def reconstruct(
    change: Difference, restarts: int = 8, steps: int = 300, lr: float = 0.05, *,
    low: ArrayLike = 0.0, high: ArrayLike = 1.0, rng: RNG = 0,
) -> Search:  # fmt: skip
    """Search for the record left out: :func:`maximise` the divergence from uniform random images.

    Args:
        change: the process without the record, and the record, which only the objective sees.
        restarts: number of random images.
        steps, lr: as for :func:`maximise`.
        low, high: range of the pixels of the first images, the same for all or (d,) each.
        rng: draws them.
    """
    check_integer(restarts, "restarts", minimum=1)
    first = generator(rng).uniform(np.asarray(low, float), np.asarray(high, float), (restarts, change.x.shape[1]))
    return maximise(change, first, "kl", steps, lr)


def compare_images(query: ArrayLike, record: ArrayLike) -> dict[str, float]:
    """Cosine of two images (d,), and the distance between them over the record's length: as they are, and with the
    query rescaled to fit best, since networks without biases do not see an image's scale."""
    q, s = as_samples(query, "query").ravel(), as_samples(record, "record").ravel()
    norm = float(np.linalg.norm(s))
    scale = float(q @ s) / max(float(q @ q), TINY)
    cosine = float(q @ s) / max(float(np.linalg.norm(q)) * norm, TINY)
    distances = [float(np.linalg.norm(each - s)) / norm for each in (q, scale * q)]
    return {"cosine": cosine, "error": distances[0], "rescaled_error": distances[1]}


class _Queries(nn.Module):
    def __init__(self, rows: np.ndarray) -> None:
        super().__init__()
        self.rows = nn.Parameter(torch.from_numpy(rows.copy()))

    def host(self) -> np.ndarray:
        return self.rows.detach().numpy().copy()


class _Surface:
    """The objective as a function of queries, with gradients. What does not depend on them is solved for once."""

    def __init__(self, change: Difference) -> None:
        process = change.posterior
        self.kernel, n, m = process.kernel, len(process.X), len(change.x)
        across = process.kernel(process.X, change.x)
        solved = cho_solve((process.factor, True), np.hstack([np.eye(n), across]))
        whiten = np.linalg.inv(change.factor)
        parts = (process.X, change.x, solved[:, :n], solved[:, n:], whiten, change.residual)
        self.X, self.S, self.inverse, self.weights, self.whiten, self.residual = map(torch.from_numpy, parts)
        self.outputs, self.records = change.residual.shape[1], m

    def log_of(self, rows: Tensor, objective: str) -> Tensor:
        """log of the objective at rows (q, d)."""
        seen = self.kernel.covariance(rows, self.X)
        reach = (self.kernel.covariance(rows, self.S) - seen @ self.weights) @ self.whiten.T
        moved = ((reach @ self.residual) ** 2).sum(1)
        if objective == "mean_distance":
            return torch.log(moved / 2 + TINY)
        variance = self.kernel.variance(rows) - ((seen @ self.inverse) * seen).sum(1)
        squares = (reach**2).sum(1)
        share = (squares / variance.clamp(min=TINY)).clamp(max=1 - 1e-12)
        odds = share / (1 - share)
        own = self.outputs * (torch.log1p(-share) + odds)
        return torch.log((own + moved / squares.clamp(min=TINY) * odds) / 2 + TINY)
