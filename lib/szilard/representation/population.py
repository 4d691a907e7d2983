"""VICReg of a linear encoder in the limit of endless samples: no batch, no noise, only covariances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.optim.adam import adam

from szilard.rng import RNG, generator
from szilard.validation import as_covariance, check_integer, check_positive

COLLAPSED = 1e-6  # a smaller trace is what rounding leaves of a point

__all__ = ["LinearCodes", "linear_codes"]


@dataclass(frozen=True, eq=False)
class LinearCodes:
    """What each recorded step left: covariance of the codes (steps, d, d), and the number of the step (steps,)."""

    steps: np.ndarray
    covariances: np.ndarray

    @property
    def spectra(self) -> np.ndarray:
        """Eigenvalues of the covariances, largest first, (steps, d)."""
        return np.clip(np.linalg.eigvalsh(self.covariances)[:, ::-1], 0.0, None)

    def summary(self, every: int = 1) -> list[dict[str, float]]:
        """Of one recorded step in ``every``: trace and participation ratio of the covariance, 0 for codes that have
        collapsed, and half the log-determinant of 1e-4 + the covariance in nats."""
        rows = []
        for step, values in zip(self.steps[::every], self.spectra[::every], strict=True):
            total = float(values.sum())
            left = total > COLLAPSED
            rows.append(
                {
                    "step": int(step),
                    "trace": total if left else 0.0,
                    "ratio": total**2 / float((values**2).sum()) if left else 0.0,
                    "half_log_det": 0.5 * float(np.log(values + 1e-4).sum()),
                }
            )
        return rows


def linear_codes(
    signal: np.ndarray, noise: float, weights: tuple[float, float, float], steps: int = 800, width: int = 8,
    lr: float = 1e-2, rng: RNG = 0,
) -> LinearCodes:  # fmt: skip
    """Minimise VICReg's terms over a linear encoder of views signal + noise, by Adam from random weights.

    Args:
        signal: covariance (k, k) of what two views share.
        noise: variance of the fresh noise that each view adds to every coordinate.
        weights: of invariance (mean of ‖z − z′‖²/d), variance and covariance.
        steps: of training, one in ten of which is recorded.
        width: d, coordinates of a code.
        lr: Adam's rate.
        rng: draws the first weights.
    """
    shared = torch.as_tensor(as_covariance(signal, "signal"))
    check_positive(noise, "noise")
    check_integer(steps, "steps", minimum=1)
    start = generator(rng).standard_normal((width, len(shared))) / np.sqrt(len(shared))
    w = torch.tensor(start, requires_grad=True)
    mean, square, counts = [torch.zeros_like(w)], [torch.zeros_like(w)], [torch.zeros(())]
    seen = shared + noise * torch.eye(len(shared), dtype=w.dtype)
    kept: list[tuple[int, Tensor]] = []
    for step in range(steps + 1):
        c = w @ seen @ w.T
        if step % 10 == 0:
            kept.append((step, c.detach().clone()))
        gradient = torch.autograd.grad(_loss(c, 2 * noise * w.square().sum() / width, weights), [w])
        with torch.no_grad():
            adam([w], list(gradient), mean, square, [], counts, amsgrad=False, beta1=0.9, beta2=0.999, lr=lr,
                 weight_decay=0.0, eps=1e-8, maximize=False)  # fmt: skip
    return LinearCodes(np.array([k for k, _ in kept]), torch.stack([c for _, c in kept]).numpy())


def _loss(c: Tensor, invariance: Tensor, weights: tuple[float, float, float]) -> Tensor:
    variances = c.diagonal()
    hinge = F.relu(1 - (variances + 1e-4).sqrt()).mean()
    off = (c.square().sum() - variances.square().sum()) / len(c)
    parts = zip(weights, (invariance, hinge, off), strict=True)
    return sum((weight * part for weight, part in parts), torch.zeros_like(invariance))
