"""What the chapter on work extraction measures of work on average and at a risk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.compendium import Rows
from szilard.thermodynamics.work import (
    average_work,
    copies_ergotropy,
    copies_one_shot_work,
    dephase,
    ergotropy,
    ergotropy_limit,
    extractable,
    formation_work,
    one_shot_work,
    second_order_work,
    thermal_divergence,
    thermo_majorization_curve,
)
from szilard.validation import check_choice

LEVELS = (0.0, 0.5, 1.0, 2.0)
LAW = (0.7, 0.2, 0.1, 0.0)
WEAK, WEAK_LEVELS = (0.538, 0.237, 0.224), (0.0, 0.579, 1.0)
IID, IID_LEVELS = (0.7, 0.2, 0.1), (0.0, 0.5, 1.0)

__all__ = ["Activation", "Curve", "Mixture", "RandomStates", "Risk", "SecondOrder"]


@dataclass(frozen=True)
class Mixture:
    """The qubit (1-λ)|1⟩⟨1| + λ|+⟩⟨+|, with levels 0 and 1 and kT = 1."""

    weight: float
    eps: float = 0.1

    def measure(self) -> Rows:
        """Ergotropy, mean, certain and risky work; and whether one gap of work is certain as the theorem means it."""
        rho = (1 - self.weight) * np.diag([0.0, 1.0]) + self.weight * np.full((2, 2), 0.5)
        p = np.diag(dephase(rho, [0, 1])).real
        return [
            {
                "ergotropy": ergotropy(rho, [0, 1]),
                "average": average_work(rho, [0, 1], 1.0),
                "certain": one_shot_work(p, [0, 1], 1.0),
                "risky": one_shot_work(p, [0, 1], 1.0, self.eps),
                "possible": float(bool(extractable([rho], [0, 1], [1], [0, 0]).possible)),
            }
        ]


@dataclass(frozen=True)
class Curve:
    """The law whose thermo-majorisation curve is drawn; "thermal" is the reference law itself."""

    law: str

    def measure(self) -> Rows:
        """The corners of the curve."""
        weights = np.exp(-np.array(LEVELS))
        curves = {"state": np.array(LAW), "thermal": weights / weights.sum()}
        p = curves[check_choice(self.law, "law", curves)]
        x, y = thermo_majorization_curve(p, LEVELS, 1.0)
        return [{"thermal": a, "held": b} for a, b in zip(x, y, strict=True)]


@dataclass(frozen=True)
class Risk:
    """One allowed probability of failure."""

    eps: float

    def measure(self) -> Rows:
        """Work at that risk, with levels kept in part and as a whole, beside mean and formation work."""
        return [
            {
                "work": one_shot_work(LAW, LEVELS, 1.0, self.eps),
                "whole": one_shot_work(LAW, LEVELS, 1.0, self.eps, fractional=False),
                "average": thermal_divergence(LAW, LEVELS, 1.0)[0],
                "formation": formation_work(LAW, LEVELS, 1.0),
            }
        ]


@dataclass(frozen=True)
class Activation:
    """A number of copies of a passive state that is not thermal."""

    copies: int

    def measure(self) -> Rows:
        """Ergotropy per copy, and its limit."""
        p = np.array(WEAK) / sum(WEAK)
        limit = ergotropy_limit(p, WEAK_LEVELS)
        return [
            {
                "work": copies_ergotropy(p, WEAK_LEVELS, self.copies) / self.copies,
                "limit": limit.work,
                "beta": limit.beta,
            }
        ]


@dataclass(frozen=True)
class SecondOrder:
    """Copies of one law, worked on together at one risk."""

    copies: int
    eps: float

    def measure(self) -> Rows:
        """Exact work per copy, its normal approximation, and the mean."""
        given = (IID, IID_LEVELS, 1.0, self.eps, self.copies)
        return [
            {
                "exact": copies_one_shot_work(*given),
                "normal": second_order_work(*given),
                "average": thermal_divergence(IID, IID_LEVELS, 1.0)[0],
            }
        ]


@dataclass(frozen=True)
class RandomStates:
    """Random states with random Hamiltonians whose levels are spread over one unit."""

    d: int
    samples: int
    batch: int = 50_000

    def measure(self, rng: np.random.Generator, device: str) -> Rows:
        """Ergotropy of many random pairs at once: mean with error, quantiles, and the share of the energy it is."""
        import torch

        work, energy = [], []
        for start in range(0, self.samples, self.batch):
            count = min(self.batch, self.samples - start)
            rho, H = (torch.from_numpy(each).to(device) for each in _drawn(rng, count, self.d))
            levels = torch.linalg.eigvalsh(H)
            spread, ground = levels[:, -1] - levels[:, 0], levels[:, 0]
            held = torch.einsum("nij,nji->n", rho, H).real
            work.append((ergotropy(rho, H) / spread).cpu().numpy())
            energy.append(((held - ground) / spread).cpu().numpy())
        drawn, stored = np.concatenate(work), np.concatenate(energy)
        low, high = np.quantile(drawn, [0.05, 0.95])
        return [
            {
                "work": drawn.mean(),
                "stderr": drawn.std(ddof=1) / np.sqrt(self.samples),
                "energy": stored.mean(),
                "low": low,
                "high": high,
                "share": drawn.mean() / stored.mean(),
            }
        ]


def _drawn(rng: np.random.Generator, n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """States uniform in Hilbert-Schmidt distance, Hamiltonians of the Gaussian unitary ensemble."""
    G, A = (rng.standard_normal((n, d, d)) + 1j * rng.standard_normal((n, d, d)) for _ in range(2))
    rho = G @ G.conj().swapaxes(1, 2)
    rho /= np.einsum("nii->n", rho).real[:, None, None]
    return rho, (A + A.conj().swapaxes(1, 2)) / 2
