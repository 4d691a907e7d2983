"""Every closed form for losses of tiny networks beside the same number found in another way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from szilard.scaling.ensembles import Ensemble
from szilard.scaling.optima import best_relu_network, relu_modes, relu_optimum, silu_pair, silu_valley, trivial_loss

__all__ = ["ClosedForm", "closed_forms"]


@dataclass(frozen=True)
class ClosedForm:
    """A loss at a = 2 by a formula, and by a network that is meant to have it or by a search over kinks."""

    name: str
    closed: float
    numeric: float


def closed_forms() -> list[ClosedForm]:
    """The best constant, optima of ReLU networks, modes of two ReLU neurons, and the valley of a SiLU pair, whose
    formula is the limit for small ``w``."""
    flat = Ensemble(np.ones((1, 1, 1)), np.zeros((1, 1)), np.zeros((1, 1)), np.array([4 / 3]))
    x, modes = np.linspace(-2, 2, 2001), relu_modes()
    ramp = min(_fit(x, np.maximum(x - kink, 0)) for kink in np.linspace(0.9, 1.3, 41))
    return [
        ClosedForm("best constant", trivial_loss(), float(flat.loss()[0])),
        *(
            ClosedForm(f"ReLU, N = {n}", relu_optimum(n), float(best_relu_network(n).loss(500 * n + 1)[0]))
            for n in (2, 4, 8, 16, 64)
        ),
        ClosedForm("ReLU, N = 2, one ramp", modes["one ramp"], ramp),
        ClosedForm("ReLU, N = 2, line and kink", modes["line and kink"], _fit(x, x, np.maximum(x, 0))),
        *(
            ClosedForm(f"SiLU pair, w = {w}", silu_valley(w), float(silu_pair(w).loss()[0]))
            for w in (0.5, 0.3, 0.2, 0.1)
        ),
    ]


def _fit(x: np.ndarray, *functions: np.ndarray) -> float:
    """Loss of the least-squares fit of x² by a constant and these functions on the grid ``x``."""
    design = np.column_stack([np.ones_like(x), *functions])
    residual = design @ np.linalg.lstsq(design, x * x, rcond=None)[0] - x * x
    return float(np.trapezoid(residual**2, x) / np.ptp(x))
