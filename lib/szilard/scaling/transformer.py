"""A ladder of small transformers trained on a source of known entropy rate: their loss at chosen steps, with a training
that can be interrupted and goes on where it stopped."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.adam import adam

from szilard.atomic import write_whole
from szilard.scaling.source import ContextSource
from szilard.validation import check_choice, check_integer, check_positive

PRECISIONS = {"float64": torch.float64, "float32": torch.float32, "bfloat16": torch.bfloat16}
SAVE_SECONDS = 30.0

__all__ = ["Curve", "Recipe", "Shape", "Transformer", "train_transformer"]


@dataclass(frozen=True)
class Shape:
    """Layers and width of a transformer, and the tokens it looks back on; heads are about 16 wide.

    Raises:
        ValueError: a size that is no positive integer.

    >>> Shape(2, 64).parameters
    98304
    """

    layers: int
    width: int
    context: int = 32

    def __post_init__(self) -> None:
        for name in ("layers", "width", "context"):
            check_integer(getattr(self, name), name, 1)

    @property
    def heads(self) -> int:
        """Attention heads: as many as divide the width and leave each at least 16 wide, or one."""
        return max(heads for heads in range(1, max(1, self.width // 16) + 1) if self.width % heads == 0)

    @property
    def parameters(self) -> int:
        """N: weights of attention and of the hidden layers, 12 width² a layer; embeddings do not count."""
        return 12 * self.layers * self.width**2


@dataclass(frozen=True)
class Recipe:
    """How a transformer is trained: Adam with a rate that rises over ``warmup`` steps and then stays.

    Args:
        batch: sequences per step.
        steps: number of steps.
        rate: learning rate of a model 64 wide; others get it times √(64/width).
        warmup: steps over which the rate rises.
        evaluations: sequences on which the loss is measured.
        precision: ``"float64"``, ``"float32"``, or ``"bfloat16"`` for products, with float32 weights.
    """

    batch: int
    steps: int
    rate: float = 3e-3
    warmup: int = 100
    evaluations: int = 512
    precision: str = "float32"

    def __post_init__(self) -> None:
        for name in ("batch", "steps", "warmup", "evaluations"):
            check_integer(getattr(self, name), name, 1)
        check_positive(self.rate, "rate")
        check_choice(self.precision, "precision", PRECISIONS)


@dataclass(frozen=True)
class Curve:
    """Loss in nats per token after so many steps, arrays of equal length; steps begin with 0, untrained."""

    steps: np.ndarray
    loss: np.ndarray


class _Block(nn.Module):
    """Attention and a hidden layer four times as wide, each after a normalisation and added to what came in."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads, width = shape.heads, shape.width
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mix, self.out = _matrix(3 * width, width), _matrix(width, width)
        self.up, self.down = _matrix(4 * width, width), _matrix(width, 4 * width)

    def forward(self, x: Tensor) -> Tensor:
        split = (self.first(x) @ self.mix.T).unflatten(-1, (3, self.heads, -1)).movedim(-3, 0).transpose(2, 3)
        seen = F.scaled_dot_product_attention(split[0], split[1], split[2], is_causal=True)
        x = x + seen.transpose(1, 2).flatten(2) @ self.out.T
        return x + F.gelu(self.second(x) @ self.up.T) @ self.down.T


class Transformer(nn.Module):
    """A decoder with learnt positions; tokens are embedded and read out by one matrix.

    Weights are normal, of standard deviation 0.02 in embeddings and 1/√width elsewhere, less in outputs.
    """

    def __init__(self, shape: Shape, vocabulary: int, random: torch.Generator) -> None:
        super().__init__()
        self.tokens, self.positions = _matrix(vocabulary, shape.width), _matrix(shape.context, shape.width)
        self.blocks = nn.ModuleList(_Block(shape) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width)
        for name, weight in self.named_parameters():
            if weight.ndim == 2:
                scale = 0.02 if name in ("tokens", "positions") else weight.shape[1] ** -0.5
                scale *= 0.5 / shape.layers if name.endswith(("out", "down")) else 1.0
                weight.data.copy_(scale * torch.randn(weight.shape, generator=random))

    def forward(self, tokens: Tensor) -> Tensor:
        """Scores of the next token, (sequences, length, vocabulary)."""
        x = self.tokens[tokens] + self.positions[: tokens.shape[1]]
        for block in self.blocks:
            x = block(x)
        return self.norm(x) @ self.tokens.T


def _matrix(rows: int, columns: int) -> nn.Parameter:
    return nn.Parameter(torch.empty(rows, columns))


def train_transformer(
    shape: Shape,
    source: ContextSource,
    recipe: Recipe,
    *,
    at: Sequence[int],
    seed: int = 0,
    device: str = "cpu",
    store: Path | None = None,
) -> Curve:
    """Train one transformer on fresh sequences, none seen twice, and measure its loss on others.

    The loss is the expected one given each context: − Σ p(w) ln q(w) over the successors w, so that no luck of a drawn
    token enters, and the entropy rate of the source is its exact floor. Positions before a whole context do not count.

    Args:
        shape, source, recipe: what is trained, on what, how.
        at: steps at which the loss is measured; 0 is the untrained model.
        seed: of weights and sequences; the sequences of a step depend on the seed and the step alone.
        device: where to compute.
        store: a file to keep the state in every half minute and at the end; a training that finds its file goes on
            from there, with the same result as if it had not stopped.

    Raises:
        ValueError: no steps to measure at, or one beyond the last step.
    """
    wanted = sorted(set(at))
    if not wanted or wanted[0] < 0 or wanted[-1] > recipe.steps:
        raise ValueError(f"at must hold steps from 0 to {recipe.steps}; got {wanted[:1]} to {wanted[-1:]}")
    run = _Run(shape, source, recipe, seed, device)
    run.load(store)
    saved = time.monotonic()
    while run.step <= recipe.steps:
        if run.step in wanted and run.step not in run.seen:
            run.seen[run.step] = run.evaluate()
        if run.step == recipe.steps:
            break
        run.advance()
        if store and time.monotonic() - saved > SAVE_SECONDS:
            run.save(store)
            saved = time.monotonic()
    if store:
        run.save(store)
    steps = np.array([step for step in wanted if step in run.seen])
    return Curve(steps, np.array([run.seen[int(step)] for step in steps]))


class _Run:
    """The state of one training: weights, moments, the step, and losses so far."""

    def __init__(self, shape: Shape, source: ContextSource, recipe: Recipe, seed: int, device: str) -> None:
        self.source, self.recipe, self.seed, self.device = source, recipe, seed, device
        self.length, self.step, self.seen = shape.context + 1, 0, dict[int, float]()
        kind = torch.float64 if recipe.precision == "float64" else torch.float32
        self.model = Transformer(shape, source.vocabulary, torch.Generator().manual_seed(_seed(seed, 0)))
        self.model.to(device=device, dtype=kind)
        self.weights: list[Tensor] = list(self.model.parameters())
        self.mean, self.square = ([torch.zeros_like(each) for each in self.weights] for _ in range(2))
        self.counts = [torch.zeros((), device=device) for _ in self.weights]
        self.rate = recipe.rate * (64 / shape.width) ** 0.5
        self.half = torch.autocast(device.split(":")[0], torch.bfloat16, enabled=recipe.precision == "bfloat16")
        self.pool, self.drawn = torch.empty(0), -1
        self.held = source.sample(recipe.evaluations, self.length, np.random.SeedSequence(_seed(seed, 1)), device)

    def sequences(self) -> Tensor:
        """The batch of this step, cut from a block of sequences that is drawn at once."""
        block, place = divmod(self.step, BLOCK)
        if block != self.drawn:
            spring = np.random.SeedSequence(_seed(self.seed, 2 + block))
            self.pool = self.source.sample(BLOCK * self.recipe.batch, self.length, spring, self.device)
            self.drawn = block
        return self.pool[place * self.recipe.batch : (place + 1) * self.recipe.batch]

    def advance(self) -> None:
        """One step."""
        tokens = self.sequences()
        first = self.source.order
        with self.half:
            scores = self.model(tokens[:, :-1])[:, first - 1 :]
        loss = F.cross_entropy(scores.flatten(0, 1).to(self.model.norm.weight.dtype), tokens[:, first:].flatten())
        gradients = list(torch.autograd.grad(loss, self.weights, materialize_grads=True))
        norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
        torch._foreach_mul_(gradients, torch.clamp(1.0 / norm, max=1.0))
        with torch.no_grad():  # the class of torch would import its compiler, which takes seconds
            adam(
                self.weights, gradients, self.mean, self.square, [], self.counts, fused=True, amsgrad=False, beta1=0.9,
                beta2=0.95, lr=self.rate * min(1.0, (self.step + 1) / self.recipe.warmup), weight_decay=0.0, eps=1e-8,
                maximize=False,
            )  # fmt: skip
        self.step += 1

    @torch.no_grad()
    def evaluate(self) -> float:
        """Expected loss on the held-out sequences."""
        total, count = 0.0, 0
        p = torch.tensor(self.source.probabilities, device=self.device)
        table = self.source.table(self.device)
        for tokens in self.held.split(max(1, 2**14 // self.length)):
            with self.half:
                scores = self.model(tokens[:, :-1])[:, self.source.order - 1 :]
            after = table[self.source.contexts(tokens[:, :-1])]
            log_q = scores.double().log_softmax(-1).gather(-1, after)
            total -= float((log_q * p.double()).sum())
            count += after.shape[0] * after.shape[1]
        return total / count

    def save(self, store: Path) -> None:
        """Write everything that the rest of the training depends on."""
        store.parent.mkdir(parents=True, exist_ok=True)
        content = io.BytesIO()
        tensors = [each.detach() for each in self._state()]
        torch.save({"tensors": tensors, "step": self.step, "seen": self.seen}, content)
        write_whole(store, content.getvalue())

    def load(self, store: Path | None) -> None:
        """Go on from ``store`` if it is there and whole."""
        if store is None or not store.is_file():
            return
        try:
            state: dict[str, Any] = torch.load(store, map_location=self.device, weights_only=True)
            kept = dict(zip(self._state(), state["tensors"], strict=True))
            if any(into.shape != each.shape for into, each in kept.items()):
                raise ValueError("a state of another shape")
        except (OSError, RuntimeError, KeyError, ValueError, EOFError, UnpicklingError):
            return  # of another training, or damaged: begin anew
        for into, each in kept.items():
            into.data.copy_(each)
        self.step, self.seen = int(state["step"]), dict(state["seen"])

    def _state(self) -> list[Tensor]:
        return [*self.weights, *self.mean, *self.square, *self.counts]


def _seed(seed: int, stream: int) -> int:
    """A seed for one stream of a training."""
    return int(np.random.SeedSequence(seed, spawn_key=(stream,)).generate_state(2, np.uint64)[0] >> np.uint64(1))


BLOCK = 32  # steps whose sequences are drawn at once
