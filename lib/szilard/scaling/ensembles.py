"""Thousands of tiny networks trained at once: f(x) = c + Σ v σ(w·x + b), one hidden layer, as `liu2023lottery`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from szilard.device import is_cuda, resolve_device
from szilard.rng import RNG, spawn
from szilard.scaling import _loops
from szilard.scaling.activations import code
from szilard.scaling.targets import SQUARE, Budget, Target
from szilard.validation import as_samples, check_integer

LANES = 32  # networks whose numbers lie side by side in the compiled loops
N_EVAL = 1001

__all__ = ["Ensemble", "initial", "join", "train_ensemble", "training_path"]


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Networks of one width, activation, target and budget.

    Args:
        w: input weights (M, N, dim) of M networks with N neurons.
        b, v: biases and output weights (M, N).
        c: constants (M,).
        activation: a name in ``szilard.scaling.ACTIVATIONS``.
        target: what they learn.
        budget: how they were trained; zero steps for networks at initialisation.
    """

    w: np.ndarray
    b: np.ndarray
    v: np.ndarray
    c: np.ndarray
    activation: str = "silu"
    target: Target = SQUARE
    budget: Budget = Budget(steps=0)

    def __post_init__(self) -> None:
        code(self.activation)
        shape = np.shape(self.b)
        needed = {"w": (*shape, self.target.dim), "b": shape, "v": shape, "c": shape[:1]}
        for name, wanted in needed.items():
            array = np.asarray(getattr(self, name), dtype=float)
            if len(shape) != 2 or array.shape != wanted:
                raise ValueError(
                    f"{name} must have shape {wanted}, for b of shape (networks, neurons); got {array.shape}"
                )
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        """Number of networks."""
        return len(self.b)

    @property
    def width(self) -> int:
        """Neurons of a network."""
        return int(self.b.shape[1])

    def __getitem__(self, which: ArrayLike | slice) -> Ensemble:
        """The networks picked by a slice, by indices or by truth values."""
        picked = np.arange(len(self))[which if isinstance(which, slice) else np.asarray(which)]
        return replace(self, **{name: getattr(self, name)[np.atleast_1d(picked)] for name in "wbvc"})

    @cached_property
    def _theta(self) -> np.ndarray:
        """Parameters (rows, M) as the compiled loops take them."""
        inputs = self.w.transpose(2, 1, 0).reshape(-1, len(self))
        return np.concatenate([inputs, self.b.T, self.v.T, self.c[None]])

    def predict(self, x: ArrayLike) -> np.ndarray:
        """Outputs (M, n) at points (n, dim), or (n,) on the line.

        Raises:
            ValueError: points of another dimension, NaN or infinite.
        """
        points = as_samples(x)
        if points.shape[1] != self.target.dim:
            raise ValueError(f"x must have {self.target.dim} columns; got shape {points.shape}")
        blocks = [_loops.evaluate(part, points, code(self.activation)) for part in _lanes(self._theta)]
        return np.concatenate(blocks, axis=1).T

    def errors(self, n_eval: int = N_EVAL) -> np.ndarray:
        """Outputs minus target (M, ``n_eval``) on an even grid (a lattice in more dimensions), not the training points.

        Few training points would flatter a wide network, which bends between them: keep ``n_eval`` large.
        """
        x = self.target.points(n_eval, shift=0.25)
        return self.predict(x) - self.target(x)

    def loss(self, n_eval: int = N_EVAL) -> np.ndarray:
        """Mean squared error (M,) over the cube, by Simpson's rule on the line and by the plain mean elsewhere."""
        return self.mean_square(self.errors(n_eval))

    def odd_energy(self, n_eval: int = N_EVAL) -> np.ndarray:
        """Mean square (M,) of the odd part (f(x) - f(-x))/2: the even part of the loss is what remains of it."""
        x = self.target.points(n_eval, shift=0.25)
        return self.mean_square((self.predict(x) - self.predict(-x)) / 2)

    def mean_square(self, values: np.ndarray) -> np.ndarray:
        """Mean square over the cube of functions (…, n) given at the points of :meth:`errors`."""
        n = values.shape[-1]
        if self.target.dim > 1 or n % 2 == 0:
            return np.asarray((values**2).mean(axis=-1))
        weights = np.where(np.arange(n) % 2, 4.0, 2.0)
        weights[[0, -1]] = 1.0
        return np.asarray(values**2 @ (weights / weights.sum()))

    def neuron(self, j: int) -> Ensemble:
        """Neuron ``j`` of every network, without the others and without the constant."""
        return replace(self, w=self.w[:, [j]], b=self.b[:, [j]], v=self.v[:, [j]], c=np.zeros(len(self)))

    def concat(self, k: int) -> Ensemble:
        """Averages of ``k`` consecutive networks each, as networks k times as wide with output weights v/k.

        Raises:
            ValueError: there are fewer than ``k`` networks.
        """
        check_integer(k, "k", minimum=1)
        if k > len(self):
            raise ValueError(f"k must be at most the number of networks, {len(self)}; got {k}")
        groups = len(self) // k
        kept = self[: groups * k]
        w = kept.w.reshape(groups, k * self.width, -1)
        b, v = (each.reshape(groups, -1) for each in (kept.b, kept.v / k))
        return replace(self, w=w, b=b, v=v, c=kept.c.reshape(groups, k).mean(axis=1))


def initial(
    target: Target, width: int, n_seeds: int, activation: str = "silu", *, init_power: float = 0.5, rng: RNG = 0
) -> Ensemble:
    """Networks at PyTorch's default initialisation, each from a random stream of its own.

    Args:
        target: what they are to learn; it sets their number of inputs.
        width: neurons N.
        n_seeds: number of networks.
        activation: a name in ``szilard.scaling.ACTIVATIONS``.
        init_power: output weights and constant are uniform within ±N^-init_power; PyTorch's is a half.
        rng: the first networks of a larger ensemble are those of a smaller one.
    """
    check_integer(width, "width", minimum=1)
    check_integer(n_seeds, "n_seeds", minimum=1)
    dim, inner, outer = target.dim, 1 / np.sqrt(target.dim), float(np.float32(width**-init_power))
    draws = np.array([stream.uniform(-1, 1, (dim + 2) * width + 1) for stream in spawn(rng, n_seeds)])
    w, b, v, c = np.split(draws, np.cumsum([dim * width, width, width]), axis=1)
    inputs = inner * w.reshape(n_seeds, width, dim)
    return Ensemble(inputs, inner * b, outer * v, outer * c[:, 0], activation, target)


def training_path(start: Ensemble, budget: Budget, at: Sequence[int], device: str = "cpu") -> list[Ensemble]:
    """``start`` after each number of steps in ``at``, in the course of a training with ``budget``.

    Args:
        start: the networks at step 0.
        budget: how they are trained.
        at: increasing numbers of steps, the last at most ``budget.steps``.
        device: ``"cpu"`` (compiled loops, float64), or a card (float32); ``"auto"`` picks a card where there is one.

    Raises:
        ValueError: ``at`` is not increasing, or beyond the budget.
    """
    if list(at) != sorted(set(at)) or not len(at) or at[0] < 0 or at[-1] > budget.steps:
        raise ValueError(f"at must be increasing steps from 0 to {budget.steps}; got {list(at)}")
    x, place = start.target.points(budget.n_points), resolve_device(device)
    inputs = (np.ascontiguousarray(x), start.target(x), budget.rates(), code(start.activation))
    if is_cuda(place):
        from szilard.scaling import _batched

        states = _batched.train(start._theta, *inputs, place, at)
    else:
        paths = [_walk(part, *inputs, at) for part in _lanes(start._theta)]
        states = [np.concatenate(moments, axis=1) for moments in zip(*paths, strict=True)]
    return [_filled(start, state, budget) for state in states]


def train_ensemble(
    target: Target,
    width: int,
    n_seeds: int,
    activation: str = "silu",
    *,
    budget: Budget = Budget(),  # noqa: B008  frozen
    init_power: float = 0.5,
    rng: RNG = 0,
    device: str = "cpu",
) -> Ensemble:
    """``n_seeds`` networks of ``width`` neurons trained side by side, each as if it were alone.

    Arguments are those of :func:`initial` and :func:`training_path`.

    >>> ensemble = train_ensemble(SQUARE, 4, 8, budget=Budget(steps=500))
    >>> bool(np.median(ensemble.loss()) < 1.0)
    True
    """
    start = initial(target, width, n_seeds, activation, init_power=init_power, rng=rng)
    return training_path(start, budget, [budget.steps], device)[0]


def join(parts: Sequence[Ensemble]) -> Ensemble:
    """The networks of several ensembles of one width, one after the other."""
    if not len(parts):
        raise ValueError("parts must hold at least one ensemble; got none")
    w, b, v, c = (np.concatenate([getattr(part, name) for part in parts]) for name in "wbvc")
    return replace(parts[0], w=w, b=b, v=v, c=c)


def _lanes(theta: np.ndarray) -> list[np.ndarray]:
    return [np.ascontiguousarray(theta[:, i : i + LANES]) for i in range(0, theta.shape[1], LANES)]


def _walk(
    theta: np.ndarray, x: np.ndarray, y: np.ndarray, rates: np.ndarray, kind: int, at: Sequence[int]
) -> list[np.ndarray]:
    state, mean, square = theta.copy(), np.zeros_like(theta), np.zeros_like(theta)
    kept = []
    for first, last in zip((0, *at), at, strict=False):
        _loops.train(state, mean, square, x, y, rates, first, last, kind)
        kept.append(state.copy())
    return kept


def _filled(start: Ensemble, theta: np.ndarray, budget: Budget) -> Ensemble:
    dim, width, members = start.target.dim, start.width, len(start)
    w, b, v, c = np.split(theta, np.cumsum([dim * width, width, width]))
    return replace(start, w=w.reshape(dim, width, members).transpose(2, 1, 0), b=b.T, v=v.T, c=c[0], budget=budget)
