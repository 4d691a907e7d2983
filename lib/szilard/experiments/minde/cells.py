"""What the chapter on MINDE measures: the settings of one cell and the function that measures it, side by side."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from szilard.compendium import Rows
from szilard.datasets import digit_halves, fmri
from szilard.distributions import NoisyLinear, normal_pair, task
from szilard.estimators import make, measure

if TYPE_CHECKING:
    from szilard.diffusion import ScoreModel


__all__ = ["Classical", "Consistency", "Entropy", "Forward", "Real", "SampleSize", "Sigma", "Trained", "quick_minde"]

SIGMAS = (0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)  # the authors' ablation list


def quick_minde(steps: int, **settings: Any) -> Any:
    """MINDE as the quick tier runs it: Gaussian ranks, Gaussian baseline, a small network, few steps."""
    from szilard.diffusion import Architecture, Training

    quick = {"architecture": Architecture(hidden=48), "training": Training(lr=5e-3, batch=256), "redraws": 3}
    return make("minde", **{"preprocess": "rank", "baseline": "gaussian", "steps": steps, **quick, **settings})


@dataclass(frozen=True)
class Forward:
    """Train on a normal pair and compare learnt with exact scores along the diffusion."""

    rho: float = 0.75
    samples: int = 20_000
    steps: int = 500
    shown: int = 150

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """Noisy samples at six times with the exact and the learnt joint score, one row per sample."""
        import torch

        from szilard.diffusion import AnalyticGaussianScore

        law = normal_pair(self.rho)
        model = _trained_on(law.sample(self.samples, rng=rng), ((1, 1),), self.steps, rng, device)
        exact = AnalyticGaussianScore(law.cov, (1, 1))
        clean = torch.as_tensor(np.hstack(law.sample(self.shown, rng=rng)))
        rows = []
        for moment in (0.05, 0.1, 0.2, 0.4, 0.7, 1.0):
            t = torch.full((self.shown,), moment, dtype=clean.dtype)
            noisy = exact.process.perturb(clean, t, torch.as_tensor(rng.standard_normal(clean.shape)))
            learnt = model.noise(noisy.to(_like(model)), t.to(_like(model)), (1, 1)).double().cpu()
            columns = torch.hstack([noisy, exact.noise(noisy, t, (1, 1)), learnt]).tolist()
            names = ("x", "y", "exact_x", "exact_y", "learnt_x", "learnt_y")
            rows += [{"t": moment, **dict(zip(names, row, strict=True))} for row in columns]
        return rows


@dataclass(frozen=True)
class Trained:
    """One trained estimate: a benchmark task, a variant, a seed and a budget."""

    task: str
    variant: str
    samples: int
    steps: int
    seed: int = 0

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """MINDE on one task: every form, its standard error and whether the forms disagree."""
        law = task(self.task)
        estimator = quick_minde(self.steps, variant=self.variant, device=device)
        return _forms(estimator.mutual_information(*law.sample(self.samples, rng=rng), rng=rng), law)


@dataclass(frozen=True)
class Classical:
    """One benchmark task and one estimator that needs no training."""

    task: str
    estimator: str
    samples: int

    def measure(self, rng: np.random.Generator) -> Rows:
        """A classical estimator on one task."""
        law = task(self.task)
        settings = {"k": 10, "metric": "euclidean"} if self.estimator == "ksg" else {}
        estimate = make(self.estimator, **settings).mutual_information(*law.sample(self.samples, rng=rng))
        return [{"truth": law.mutual_information, "estimate": estimate.value, "stderr": estimate.stderr}]


@dataclass(frozen=True)
class SampleSize:
    """One task, one estimator, one number of samples and one repetition."""

    task: str
    estimator: str
    samples: int
    repetition: int
    steps: int = 250

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """An estimate from few or many samples."""
        law = task(self.task)
        neural = self.estimator == "minde"
        estimator = quick_minde(self.steps, device=device, holdout=0.2) if neural else make(self.estimator)
        estimate = measure(estimator, *law.sample(self.samples, rng=rng), rng=rng)
        return [{"truth": law.mutual_information, "estimate": estimate.value, "stderr": estimate.stderr}]


@dataclass(frozen=True)
class Consistency:
    """One of the views of a noisy random image."""

    view: str
    rows: int
    samples: int = 50_000
    steps: int = 100

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """I(image; view of its first rows): the estimate and the closed form."""
        from szilard.diffusion import Architecture, Training

        law = getattr(NoisyLinear(), self.view)(self.rows)
        estimator = make(
            "minde",
            steps=self.steps,
            training=Training(lr=3e-4, batch=512),
            architecture=Architecture(hidden=64),
            baseline="gaussian",
            redraws=1,
            device=device,
        )
        estimate = estimator.mutual_information(*law.sample(self.samples, rng=rng), rng=rng)
        return [{"truth": law.mutual_information, "estimate": estimate.value, "stderr": estimate.stderr}]


@dataclass(frozen=True)
class Sigma:
    """One task whose trained network is evaluated with every reference width."""

    task: str
    samples: int = 20_000
    steps: int = 1000

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """The outside form of one trained network, for every width of the Gaussian reference."""
        import torch

        from szilard.diffusion import ImportanceTimes, evaluate_gap, mutual_information_gap
        from szilard.rng import torch_generator

        law, gap = task(self.task), mutual_information_gap("c")
        model = _trained_on(law.sample(self.samples, rng=rng), gap.masks, self.steps, rng, device, baseline=True)
        test = torch.as_tensor(np.hstack(law.sample(self.samples, rng=rng))).to(_like(model))
        rows = []
        for width in SIGMAS:
            drawn = torch_generator(0, test.device)  # the same times and noise for every width
            values = evaluate_gap(model, test, gap, ImportanceTimes(), drawn, redraws=2, sigma=width).outside
            error = float(values.std()) / len(test) ** 0.5
            rows.append(
                {"sigma": width, "truth": law.mutual_information, "estimate": float(values.mean()), "stderr": error}
            )
        return rows


@dataclass(frozen=True)
class Real:
    """One pair of real signals and one estimator."""

    data: str
    estimator: str

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """An estimate on measured data, whose true information nobody knows."""
        x, y = _real_pair(self.data)
        small = {"holdout": 0.3, "device": device}
        estimator = quick_minde(400, **small) if self.estimator == "minde" else make(self.estimator)
        started = time.perf_counter()
        estimate = measure(estimator, x, y, rng=rng)
        facts = {"samples": len(x), "dim_x": x.shape[1], "dim_y": y.shape[1], "seconds": time.perf_counter() - started}
        return [
            {**facts, "estimate": estimate.value, "stderr": estimate.stderr, "warnings": "; ".join(estimate.warnings)}
        ]


@dataclass(frozen=True)
class Entropy:
    """One law with known entropy and one estimator of it."""

    law: str
    estimator: str
    samples: int = 10_000
    steps: int = 600

    def measure(self, rng: np.random.Generator) -> Rows:
        """Differential entropy of a sample, beside the closed form."""
        scale = np.array([0.5, 1.0, 3.0])
        if self.law == "normal in 3 dimensions":
            x, truth = (
                rng.standard_normal((self.samples, 3)) * scale,
                1.5 * np.log(2 * np.pi * np.e) + np.log(scale).sum(),
            )
        else:
            x, truth = rng.random((self.samples, 1)), 0.0
        neural = self.estimator == "minde"
        estimator = quick_minde(self.steps, preprocess="rescale", baseline=None) if neural else make(self.estimator)
        estimate = estimator.entropy(x, rng=rng) if neural else estimator.entropy(x)
        return [{"truth": truth, "estimate": estimate.value, "stderr": estimate.stderr}]


def _trained_on(
    samples: tuple[np.ndarray, ...],
    masks: tuple[tuple[int, ...], ...],
    steps: int,
    rng: np.random.Generator,
    device: str,
    baseline: bool = False,
) -> ScoreModel:
    """A score model of raw samples, which should be standardised already."""
    import torch

    from szilard.device import working_precision
    from szilard.diffusion import AnalyticGaussianScore, Training, train
    from szilard.rng import torch_generator

    joint, dims = np.hstack(samples), tuple(part.shape[1] for part in samples)
    x = torch.as_tensor(joint, dtype=working_precision(device), device=device)
    start = AnalyticGaussianScore(np.cov(joint.T), dims) if baseline else None
    training = Training(lr=5e-3, batch=256)
    return train(x[None], dims, masks, [torch_generator(rng, device)], steps, training, baseline=start)


def _like(model: ScoreModel) -> Any:
    return next(model.network.parameters())


def _forms(estimate: Any, law: Any) -> Rows:
    shared = {"truth": law.mutual_information, "warned": bool(estimate.warnings)}
    forms = estimate.diagnostics["forms"].items()
    return [{**shared, "form": name, "estimate": form.value, "stderr": form.stderr} for name, form in forms]


def _real_pair(data: str) -> tuple[np.ndarray, np.ndarray]:
    """Two simultaneous measurements: columns of a brain region in both hemispheres, or the halves of an image."""
    if data == "digit halves":
        left, right = digit_halves()
        return left[:, left.std(0) > 0.5], right[:, right.std(0) > 0.5]  # the others are blank on nearly all images
    signals = fmri().iloc[1:]  # the first scan, before the magnetisation settles, is four times larger
    left, right = data.split(" | ")
    return signals[[left]].to_numpy(), signals[[right]].to_numpy()
