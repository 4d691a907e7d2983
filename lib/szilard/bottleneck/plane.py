"""The information plane: what every layer of a network says of input and labels, followed through its training."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn
from torch.nn import functional as F

from szilard.bottleneck.encoders import Noise
from szilard.bottleneck.layer_measures import Estimated, LayerMeasure, Reading
from szilard.bottleneck.networks import NoiseLayer, on_device, seeded
from szilard.progress import progress_bar
from szilard.rng import RNG, spawn
from szilard.validation import check_choice, check_integer

if TYPE_CHECKING:
    import pandas as pd

ROWS = 2048  # samples passed through the network at a time
FEW = 64  # samples passed twice, to see whether there is noise
NO_NOISE = (
    "Two passes agree: a layer without noise holds infinite information on a continuous input, and the number comes "
    "from the estimator."
)

__all__ = ["Plane", "track"]


@dataclass(frozen=True, eq=False)
class Plane:
    """The way of every layer through the information plane.

    Args:
        table: one row per step and layer, in their order: ``step``, ``layer``; ``i_x`` and ``i_y``, I(X; L) and
            I(L; Y) in nats, NaN where refused, with ``stderr`` of i_x and ``stderr_y`` of i_y; ``loss`` in nats and
            ``accuracy`` of the network on the same samples; ``doubts``, why either may be wrong, empty where nothing is
            known.
        measure: how the information was measured.
    """

    table: pd.DataFrame
    measure: LayerMeasure

    def violations(self, sigmas: float = 3.0) -> pd.DataFrame:
        """Rows whose i_x exceeds that of the layer before by more than ``sigmas`` standard errors.

        Exact values of layers that follow each other cannot; estimates that do are biased, or their components miss
        what the layer before holds.
        """
        before = self.table.groupby("step", sort=False)[["i_x", "stderr"]].shift()
        error = np.hypot(self.table.stderr, before.stderr)
        return self.table[self.table.i_x - before.i_x > sigmas * error]


def track(
    model: nn.Module, layers: Sequence[str], data: tuple[ArrayLike, ArrayLike], *, training: Iterable[object],
    schedule: Iterable[int], noise: Noise | None = None, measure: LayerMeasure = Estimated(), rng: RNG = 0,
    progress: bool = True,
) -> Plane:  # fmt: skip
    """Follow a training and measure the information in layers of the network at the steps of a schedule.

    Each item that ``training`` yields is one step, which it has taken: a generator of the user, or
    :func:`~szilard.bottleneck.adam_steps`. Torch's own generators, from which dropout and noise draw, are seeded from
    ``rng`` while it runs and left as they were; measurements draw from streams of their own, so that a schedule does
    not change the training.

    Args:
        model: maps (n, …) to logits or log-probabilities (n, classes). It is measured in evaluation mode.
        layers: names of submodules, from the input on; what they return is flattened.
        data: samples (n, …) to measure on, apart from those of the training, and their labels (n,), integers from 0.
        training: trains ``model`` in place, one step per item.
        schedule: the steps after which to measure; 0 is before the first.
        noise: added to the output of every one of ``layers``, in training and measurement; ``None`` where the network
            has noise of its own or none. Without noise the information is infinite or that of the data
            (`goldfeld2019estimating`).
        measure: how information is measured.
        rng: seeds dropout and noise, encoders and estimators.
        progress: whether a bar is shown on a terminal.

    A training that ends before the schedule does leaves the plane up to there, with a warning.

    Raises:
        ValueError: unknown layers, a step below 0, data that do not fit, or a measure for deterministic layers where
            there is noise.
    """
    import pandas as pd

    steps = _checked(model, layers, schedule, noise, measure)
    x, y = on_device(model, *data)
    labels = y.cpu().numpy()
    seeding, encoding, *streams = spawn(rng, 2 + len(steps))
    encoded = measure.encode(x.flatten(1).double().cpu().numpy(), encoding)
    rows: list[dict[str, Any]] = []
    with ExitStack() as stack:
        stack.enter_context(_noisy(model, layers, noise))
        stack.enter_context(seeded(seeding, x.device))
        show = stack.enter_context(progress_bar(progress, len(steps) * len(layers), "information plane"))
        for step, stream in zip(_reached(iter(training), steps), streams, strict=False):
            outputs, still, scores = _outputs(model, layers, x, y, stream)
            _check_noise(measure, layers, still)
            for layer, source in zip(layers, spawn(stream, len(layers)), strict=True):
                reading = measure.read(encoded, outputs[layer], labels, source)
                columns = _columns(reading, layer in still and not measure.deterministic)
                rows.append({"step": step, "layer": layer, **columns, **scores})
                show(len(rows), f"step {step}, {layer}")
    return Plane(pd.DataFrame(rows), measure)


def _checked(
    model: nn.Module, layers: Sequence[str], schedule: Iterable[int], noise: Noise | None, measure: LayerMeasure
) -> list[int]:
    """The steps of the schedule in order; ValueError where an argument does not fit."""
    steps = list(schedule)
    for step in steps:
        check_integer(step, "schedule", minimum=0)
    if not steps or not layers:
        raise ValueError(f"schedule and layers must not be empty; got {steps} and {list(layers)}")
    names = [name for name, _ in model.named_modules() if name]
    for layer in layers:
        check_choice(layer, "layers", names)
    if measure.deterministic and noise is not None:
        raise ValueError(f"noise must be None for {measure}, which needs deterministic layers; got {noise}")
    return sorted(set(steps))


def _reached(training: Iterator[object], steps: Sequence[int]) -> Iterator[int]:
    """The steps of a schedule, each once the training has taken it."""
    done = 0
    for step in steps:
        while done < step:
            try:
                next(training)
            except StopIteration:
                warnings.warn(
                    f"the training ended after {done} steps, before step {step} of the schedule", stacklevel=3
                )
                return
            done += 1
        yield step


@contextmanager
def _noisy(model: nn.Module, layers: Sequence[str], noise: Noise | None) -> Iterator[None]:
    """The model with noise on the outputs of its layers."""
    with ExitStack() as stack:
        if noise is not None:
            add = NoiseLayer(noise)
            for layer in layers:
                stack.enter_context(model.get_submodule(layer).register_forward_hook(lambda _, __, out: add(out)))
        yield


def _outputs(
    model: nn.Module, layers: Sequence[str], x: Tensor, y: Tensor, rng: RNG
) -> tuple[dict[str, np.ndarray], set[str], dict[str, float]]:
    """Outputs (n, units) of the layers in evaluation mode, which of them have no noise, and the model's scores."""
    trained = model.training
    model.eval()
    try:
        with torch.no_grad(), seeded(rng, x.device):
            outputs, logits = _forward(model, layers, x)
            once, again = (_forward(model, layers, x[:FEW])[0] for _ in range(2))
    finally:
        model.train(trained)
    still = {layer for layer in layers if np.array_equal(once[layer], again[layer], equal_nan=True)}
    right = (logits.argmax(1) == y).double().mean()
    return outputs, still, {"loss": float(F.cross_entropy(logits.double(), y)), "accuracy": float(right)}


def _check_noise(measure: LayerMeasure, layers: Sequence[str], still: set[str]) -> None:
    noisy = [layer for layer in layers if layer not in still]
    if measure.deterministic and noisy:
        raise ValueError(f"{noisy[0]} must be a function of the input for {measure}, but two passes differ: drop noise")


def _forward(model: nn.Module, layers: Sequence[str], x: Tensor) -> tuple[dict[str, np.ndarray], Tensor]:
    collected: dict[str, list[np.ndarray]] = {layer: [] for layer in layers}
    with ExitStack() as stack:
        for layer, parts in collected.items():
            stack.enter_context(model.get_submodule(layer).register_forward_hook(_collect(parts)))
        logits = torch.cat([model(part) for part in x.split(ROWS)])
    for layer, parts in collected.items():
        if sum(map(len, parts)) != len(x):
            raise ValueError(f"{layer} must run once in a pass of the model; got {sum(map(len, parts))} outputs")
    return {layer: np.concatenate(parts) for layer, parts in collected.items()}, logits


def _collect(parts: list[np.ndarray]) -> Callable[[nn.Module, tuple[Any, ...], Tensor], None]:
    def collect(_: nn.Module, __: tuple[Any, ...], output: Tensor) -> None:
        parts.append(output.flatten(1).double().cpu().numpy())

    return collect


def _columns(reading: Reading, without_noise: bool) -> dict[str, float | str]:
    about_input, about_labels = reading.input, reading.labels
    doubts = [NO_NOISE, *reading.doubts] if without_noise and about_input.value != 0 else reading.doubts
    return {
        "i_x": about_input.nats, "i_y": about_labels.nats, "stderr": about_input.to("nats").stderr,
        "stderr_y": about_labels.to("nats").stderr, "doubts": " ".join(doubts),
    }  # fmt: skip
