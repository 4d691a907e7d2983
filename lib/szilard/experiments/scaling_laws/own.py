"""A ladder of our own: transformers on a source of known entropy rate, a prediction of the largest from the others that
stands in a file before its training begins, and then the largest."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from szilard.atomic import write_whole
from szilard.compendium import Rows
from szilard.compendium.canonical import digest
from szilard.compendium.fingerprint import fingerprint
from szilard.compendium.places import cache_folder
from szilard.scaling import Ladder, NoisyQuadratic, forecast
from szilard.validation import check_choice

LADDERS = {
    "processor": Ladder(
        vocabulary=128, context=32, layers=2, widths=(16, 24, 32, 40, 48), largest=96, swept=24,
        batches=(8, 16, 32, 64, 128, 256), batch=64, updates=6000, settled=1500,
    ),
    "card": Ladder(
        vocabulary=512, context=256, layers=4, widths=(64, 96, 128, 192, 256, 320), largest=640, swept=96,
        batches=(16, 32, 64, 128, 256, 512, 1024), batch=512, updates=2000, settled=600, precision="bfloat16",
    ),
    "tiny": Ladder(
        vocabulary=12, context=8, layers=1, widths=(4, 8, 16), largest=20, swept=8, batches=(4, 8, 16, 32), batch=16,
        updates=80, settled=8, evaluations=16,
    ),
}  # fmt: skip

__all__ = ["LADDERS", "Own", "Regression"]


@dataclass(frozen=True)
class Own:
    """The ladder of this name. It keeps its models, so that it goes on where it was interrupted."""

    scale: str

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """Every curve, beside what the laws say of the largest, when that was said, and when its training began."""
        ladder, seed = LADDERS[check_choice(self.scale, "scale", LADDERS)], int(rng.integers(2**31))
        kind: type = type(self)
        name = digest([asdict(ladder), fingerprint(kind), device.split(":")[0], seed])[:16]
        folder = cache_folder() / "ladders" / name
        runs = pd.concat(list(ladder.small_runs(seed, device, folder)), ignore_index=True)
        said = _once(folder / "prediction.json", lambda: _said(ladder, runs))
        begun = _once(folder / "begun.json", lambda: {"begun_at": _now()})
        largest = ladder.largest_run(seed, device, folder).merge(pd.DataFrame(said["losses"]), how="left", on="S")
        facts = {"entropy_rate": ladder.source.entropy_rate, "predicted_at": said["at"], **begun, **said["constants"]}
        return pd.concat([runs, largest], ignore_index=True).assign(**facts).to_dict("records")


@dataclass(frozen=True)
class Regression:
    """The same with models trained exactly: regression on the first N of 4096 features, with noise of variance 1."""

    sizes: tuple[int, ...] = (8, 16, 32, 64, 128)
    largest: int = 1024
    steps: int = 2000

    def measure(self) -> Rows:
        """Every curve, at the best of eight rates, beside what the laws say of the largest; the noise is the floor."""
        at = np.unique(np.geomspace(10, self.steps, 40).astype(int))
        runs = [self._run("ladder", N, 64, at) for N in self.sizes]
        runs += [self._run("sweep", self.sizes[2], B, at) for B in (4, 16, 256, 1024)]
        said = forecast(pd.concat(runs, ignore_index=True), self.largest, at, 64.0)
        largest = self._run("largest", self.largest, 64, at).merge(said.losses, how="left", on="S")
        table = pd.concat([*runs, largest], ignore_index=True)
        return table.assign(entropy_rate=1.0, **asdict(said.law)).to_dict("records")

    def _run(self, role: str, N: int, B: int, at: np.ndarray) -> pd.DataFrame:
        losses = NoisyQuadratic(N, 4096).fastest(np.geomspace(0.02, 1.2, 8), [B], self.steps)[0, at]
        return pd.DataFrame({"role": role, "N": float(N), "B": float(B), "S": at, "loss": losses})


def _said(ladder: Ladder, runs: pd.DataFrame) -> dict[str, Any]:
    forecast = ladder.forecast(runs)
    return {"at": _now(), "constants": asdict(forecast.law), "losses": forecast.losses.to_dict("list")}


def _once(path: Path, made: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What ``path`` holds; made and written first where it does not exist yet."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(made()).encode())
    return dict(json.loads(path.read_bytes()))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
