"""A ladder of transformers: some widths at one batch size, one width at several, and what they say of a larger one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from szilard.scaling.fitting import fit
from szilard.scaling.laws import KaplanLaw
from szilard.scaling.recipe import constants_of
from szilard.scaling.source import ContextSource
from szilard.scaling.transformer import Recipe, Shape, train_transformer

if TYPE_CHECKING:
    import pandas as pd

LEVELS, POINTS = 8, 60  # losses at which critical batch sizes are read off; evaluations of a curve
TOLERANT = 1e-2  # relative deviation from which a point pulls no harder

__all__ = ["Forecast", "Ladder", "forecast"]


@dataclass(frozen=True)
class Forecast:
    """What small runs say of a larger one.

    Args:
        law: the constants found, an irreducible loss among them.
        losses: by step ``S``, the loss ``predicted``; the ends ``low`` and ``high`` of what is predicted when one size
            is left out of the fit (``nan`` where too little is left); and by rivals: the law without a floor
            (``floorless``), a straight line in log-log (``line``), and the last loss of the best small model
            (``last``).
    """

    law: KaplanLaw
    losses: pd.DataFrame


@dataclass(frozen=True)
class Ladder:
    """Settings of a ladder, and its runs.

    Args:
        vocabulary, context, layers: of the source and of every model.
        widths: of the ladder; ``largest`` is held out.
        swept: the width whose batch size is swept, over ``batches`` (sequences).
        batch, updates: sequences a step, and steps, of the ladder; a smaller batch gets more steps, up to four times.
        settled: step from which the curves are fitted.
        precision: of the training.
        evaluations: sequences on which losses are measured.
    """

    vocabulary: int
    context: int
    layers: int
    widths: tuple[int, ...]
    largest: int
    swept: int
    batches: tuple[int, ...]
    batch: int
    updates: int
    settled: int
    precision: str = "float32"
    evaluations: int = 1024

    @property
    def source(self) -> ContextSource:
        """The language."""
        return ContextSource(self.vocabulary)

    def small_runs(self, seed: int, device: str = "cpu", store: Path | None = None) -> Iterator[pd.DataFrame]:
        """The curves of the ladder, then those of the sweep; columns as of :meth:`run`."""
        for width in self.widths:
            yield self.run("ladder", width, self.batch, seed, device, store)
        for batch in self.batches:
            if batch != self.batch or self.swept not in self.widths:
                yield self.run("sweep", self.swept, batch, seed, device, store)

    def largest_run(self, seed: int, device: str = "cpu", store: Path | None = None) -> pd.DataFrame:
        """The curve of the model that is held out."""
        return self.run("largest", self.largest, self.batch, seed, device, store)

    def run(self, role: str, width: int, batch: int, seed: int, device: str, store: Path | None) -> pd.DataFrame:
        """One curve: ``role``, ``width``, ``N``, ``B`` in tokens that count, ``S`` and ``loss``; resumed from the
        folder ``store``."""
        import pandas as pd

        shape, steps = Shape(self.layers, width, self.context), int(self.updates * np.clip(self.batch / batch, 1, 4))
        recipe = Recipe(batch, steps, evaluations=self.evaluations, precision=self.precision)
        kept = None if store is None else store / f"{width}-{batch}.pt"
        at = [0, *self._steps(steps).tolist()]
        curve = train_transformer(shape, self.source, recipe, at=at, seed=seed, device=device, store=kept)
        facts = {"role": role, "width": width, "N": float(shape.parameters), "B": self._tokens(batch)}
        return pd.DataFrame({**facts, "S": curve.steps, "loss": curve.loss})

    def forecast(self, runs: pd.DataFrame) -> Forecast:
        """What the small ``runs`` say of the largest model."""
        steps = self._steps(self.updates)
        N = float(Shape(self.layers, self.largest).parameters)
        return forecast(runs, N, steps[steps >= self.settled], self._tokens(self.batch), self.settled)

    def _tokens(self, batch: int) -> float:
        return float(batch * (self.context + 1 - self.source.order))

    @staticmethod
    def _steps(steps: int) -> np.ndarray:
        return np.unique(np.geomspace(min(30, steps), steps, POINTS).astype(int))


def forecast(runs: pd.DataFrame, N: float, S: np.ndarray, B: float, settled: float = 0.0) -> Forecast:
    """Constants from small runs by the recipe, and the losses of a larger model by several laws.

    Args:
        runs: curves with ``role`` ("ladder", all at one batch size, or "sweep"), ``N``, ``B``, ``S`` and ``loss``.
        N, S, B: the larger model, the steps at which its loss is wanted, and its batch size in tokens.
        settled: step from which the ladder obeys the law; batch sizes are compared over the whole of their curves.

    Raises:
        ValueError: as :func:`constants_of`.
    """
    import pandas as pd

    swept = runs[(runs.N == runs.N[runs.role == "sweep"].iloc[0]) & (runs.S > 0)]
    ladder = runs[(runs.role == "ladder") & (runs.S >= max(settled, 1))]
    found = constants_of(swept, ladder, _levels(swept), floor=True, delta=TOLERANT)
    law, both = found.law, (found.batch.Bstar, found.batch.alpha_B)

    def other(table: pd.DataFrame, floor: bool = True) -> np.ndarray:
        try:
            return fit("kaplan", table, delta=TOLERANT, floor=floor, batch=both).predict(N, S, B)
        except ValueError:  # the losses of these runs alone do not fall
            return np.full(len(S), np.nan)

    others = [other(ladder[ladder.N != size]) for size in ladder.N.unique()]
    line = np.polyfit(np.log(ladder.N * ladder.S), np.log(ladder.loss), 1)
    losses = {
        "S": S, "predicted": law.loss(N, S, B), "low": np.min(others, axis=0), "high": np.max(others, axis=0),
        "floorless": other(ladder, floor=False), "line": np.exp(np.polyval(line, np.log(N * S))),
        "last": float(ladder[ladder.N == ladder.N.max()].loss.iloc[-1]),
    }  # fmt: skip
    return Forecast(law, pd.DataFrame(losses))


def _levels(swept: pd.DataFrame) -> np.ndarray:
    """Losses that all batch sizes but the two worst pass."""
    ends = swept.groupby("B").loss.agg(["min", "max"])
    low, high = float(ends["min"].sort_values().iloc[-2]), float(ends["max"].min())
    return np.linspace(low + 0.05 * (high - low), low + 0.6 * (high - low), LEVELS)
