"""A bead in a double well as the memory of a bit: what it costs to read a fair bit into it, and to clear it again."""

from __future__ import annotations

from functools import partial

import numpy as np

from szilard.information import divergence, entropy
from szilard.validation import check_positive

from .evolution import FPResult, cells, fokker_planck
from .protocols import Protocol
from .wells import double_well, equilibrium

DOMAIN, CELLS = (-2.2, 2.2), 512

__all__ = ["measure_and_erase"]


def measure_and_erase(
    tau: float, lean: float = 0.0, error: float = 0.0, *, barrier: float = 14.0, dt: float = 2e-2
) -> dict[str, float]:
    """A bead, ready on the left, is carried to the right where the bit reads 1, left alone where it reads 0 (wrongly
    with probability ``error``), and later reset to the left, in ``tau`` (L²/D) each.

    ``lean`` tilts the well at rest, in k_B T/L; ``dt`` is the step of the Fokker-Planck solver. Returned are the mean
    work of ``measuring`` and ``erasing`` and what the free energy of the memory ``kept``, in k_B T, ``information``
    between bit and bead in nats, and ``success``, the probability that the bead is ready again.

    Source: `sagawa2009minimal`.
    """
    check_positive(tau, "tau")
    if not 0 <= error <= 1:
        raise ValueError(f"error must lie between 0 and 1; got {error!r}")
    rest, x = double_well(barrier, lean), cells(*DOMAIN, CELLS)
    ready = np.where(x < 0, equilibrium(rest, x), 0.0)
    ready /= ready.sum()

    def pushed(first: float, last: float) -> Protocol:
        # Tilt, lower the barrier, tilt the other way, raise the barrier, and go back to rest.
        wells = map(double_well, (barrier, barrier, 2.2, 2.2, barrier, barrier), (lean, first, first, last, last, lean))
        return Protocol(tuple(share * tau for share in (0.0, 0.1, 0.3, 0.7, 0.9, 1.0)), tuple(wells))

    run = partial(fokker_planck, dt=dt, points=CELLS, domain=DOMAIN)
    left, moved = run(Protocol((0.0, tau), (rest, rest)), initial=ready), run(pushed(-4.0, 4.0), initial=ready)
    read = np.array([[1 - error, error], [error, 1 - error]]) / 2
    joint = read @ np.stack([_proper(left), _proper(moved)])
    erased = run(pushed(0.0, -4.0), initial=joint.sum(0))
    before, after = (float(p @ rest.energy(x)) - entropy(p) for p in (ready, _proper(erased)))
    return {
        "measuring": (left.mean_work + moved.mean_work) / 2, "erasing": erased.mean_work,
        "information": divergence(joint, np.outer(joint.sum(1), joint.sum(0))), "kept": after - before,
        "success": 1 - erased.success,
    }  # fmt: skip


def _proper(run: FPResult) -> np.ndarray:
    """The final probabilities of a run, without what rounding left below 0."""
    p = run.final.clip(min=0.0)
    return p / p.sum()
