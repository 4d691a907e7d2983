r"""The best protocol of a double well whose barrier and tilt alone can be driven, by exact gradients.

If every force is possible, the least work of erasure is known (:mod:`.transport`); an experiment has a barrier and a
tilt. Sequential quadratic programming chooses their values at a few knots: least mean work for a given probability of
error, both from the Fokker-Planck solver, with derivatives from its steps run backwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import count

import numpy as np

from szilard.progress import progress_bar
from szilard.validation import check_integer, check_positive, refuse_unit

from .evolution import cells, grid
from .protocols import Protocol, Steps, steps
from .wells import double_well, equilibrium

FEWEST_STEPS = 240
LOWEST, HIGHEST, STRONGEST = 1.0, 30.0, 12.0  # barrier in kT and tilt in kT/L that a knot may have

__all__ = ["OptimizedErasure", "WorkGradient", "optimize_erasure", "work_gradient"]


@dataclass(frozen=True, eq=False)
class WorkGradient:
    """Mean work in kT and success of a protocol, and on first use their derivatives by the potential at its knots.

    A small change δU of the potential, (K, n), with the start fixed, changes the mean work by the sum of
    ``work_by_potential`` · δU over knots and cells, and the success by that of ``success_by_potential`` · δU.
    """

    table: np.ndarray
    """Energies of the cells at the knots, (K, n)."""
    schedule: Steps
    positions: np.ndarray
    start: np.ndarray

    @property
    def _spacing(self) -> float:
        return float(self.positions[1] - self.positions[0])

    @cached_property
    def _forward(self) -> tuple[float, np.ndarray]:
        from ._adjoint_loops import forward

        path = np.empty((len(self.schedule.dt) + 1, len(self.positions)))
        path[0] = self.start
        return forward(self.table, *self.schedule, self._spacing, path), path

    @property
    def mean_work(self) -> float:
        """In kT."""
        return self._forward[0]

    @cached_property
    def _right(self) -> np.ndarray:
        """The share of each cell that lies at x > 0."""
        return np.clip(0.5 + self.positions / self._spacing, 0.0, 1.0)

    @property
    def success(self) -> float:
        """Probability of x > 0 at the end."""
        return float(self._forward[1][-1] @ self._right)

    @cached_property
    def work_by_potential(self) -> np.ndarray:
        """(K, n)."""
        return self._backward(1.0, np.zeros_like(self._right))

    @cached_property
    def success_by_potential(self) -> np.ndarray:
        """(K, n)."""
        return self._backward(0.0, self._right)

    def _backward(self, price: float, worth: np.ndarray) -> np.ndarray:
        from ._adjoint_loops import backward

        return backward(self.table, *self.schedule, self._spacing, self._forward[1], price, worth)


def work_gradient(
    protocol: Protocol, *, dt: float = 1e-2, points: int = 256, domain: tuple[float, float] | None = None
) -> WorkGradient:
    """Mean work and success of a protocol that starts in equilibrium, with their exact derivatives by the potential.

    Args and errors are those of :func:`.evolution.fokker_planck`.

    >>> from szilard.thermodynamics.driven.protocols import berut_protocol
    >>> work_gradient(berut_protocol(1.0, 3.0), dt=0.05, points=64).work_by_potential.shape
    (4, 64)
    """
    x, _ = grid(protocol, domain, points)
    start = equilibrium(protocol.potentials[0], x)
    return WorkGradient(protocol.energies(x), steps(protocol, dt), x, start)


@dataclass(frozen=True, eq=False)
class OptimizedErasure:
    """The protocol of least mean work, in kT, within its family."""

    protocol: Protocol
    work: float
    error: float
    """Probability of the wrong well at the end."""
    converged: bool
    evaluations: int
    controls: np.ndarray
    """Barrier in kT and tilt in kT/L at the inner knots, (knots, 2)."""


def optimize_erasure(
    tau: float,
    *,
    error: float,
    barrier: float = 8.0,
    knots: int = 9,
    start: np.ndarray | None = None,
    points: int = 192,
    dt: float = 2e-2,
    iterations: int = 200,
) -> OptimizedErasure:
    """Least work of erasure within ``tau`` by barrier and tilt, with at most ``error`` in the wrong well.

    Between rest at both ends, barrier and tilt are linear between ``knots`` equidistant times, the first at the
    start and the last at the end, where both may jump. Barriers stay between 1 and 30 kT, tilts within 12 kT/L.

    Args:
        tau: duration in L²/D, > 0.
        error: in (0, 1/2).
        barrier: height at rest in kT, > 0.
        knots: ≥ 2.
        start: barrier and tilt at the knots from which to search, (knots, 2); a lowered, tilted well unless given.
        points: cells of the solver.
        dt: longest time step of the solver in L²/D; it takes 240 steps at least.
        iterations: at most.

    Source: `proesmans2020finite` for the bound that full control attains.
    """
    from scipy.optimize import minimize

    for value, name in ((tau, "tau"), (barrier, "barrier"), (dt, "dt")):
        check_positive(value, name)
    check_integer(knots, "knots", minimum=2)
    check_integer(points, "points", minimum=32)
    if not 0 < error < 0.5:
        raise ValueError(f"error must lie in (0, 1/2); got {error!r}")
    family = _Family(tau, barrier, knots, points, min(dt, tau / FEWEST_STEPS))
    refuse_unit(start, "start")
    guess = family.guess() if start is None else np.asarray(start, dtype=np.float64)
    if guess.shape != (knots, 2) or not np.isfinite(guess).all():
        raise ValueError(f"start must be finite, of shape ({knots}, 2); got shape {guess.shape}")
    bounds = [(LOWEST, HIGHEST)] * knots + [(-STRONGEST, STRONGEST)] * knots
    enough = {
        "type": "ineq", "fun": lambda v: family.at(v).success - (1 - error),
        "jac": lambda v: family.chain(family.at(v).success_by_potential),
    }  # fmt: skip
    done = count(1)
    with progress_bar(True, iterations, "erasure") as show:
        optimum = minimize(
            lambda v: family.at(v).mean_work, np.clip(guess.T.ravel(), *np.transpose(bounds)),
            jac=lambda v: family.chain(family.at(v).work_by_potential), method="SLSQP", bounds=bounds,
            constraints=[enough], options={"maxiter": iterations, "ftol": 1e-8}, callback=lambda v: show(next(done)),
        )  # fmt: skip
    best = family.at(optimum.x)
    converged = bool(optimum.success) and best.success >= 1 - error - 1e-6
    controls = optimum.x.reshape(2, knots).T
    protocol, evaluations = family.protocol(optimum.x), int(optimum.nfev)
    return OptimizedErasure(protocol, best.mean_work, 1 - best.success, converged, evaluations, controls)


class _Family:
    """Protocols of one duration as functions of their controls: the barriers at the knots, then the tilts."""

    def __init__(self, tau: float, barrier: float, knots: int, points: int, dt: float) -> None:
        self.barrier, self.knots, self.dt = barrier, knots, dt
        reach = double_well(min(LOWEST, barrier), STRONGEST).domain()[1]
        self.x = cells(-reach, reach, points)
        self.well = (self.x**2 - 1) ** 2
        self.rest = equilibrium(double_well(barrier), self.x)
        self.times = np.concatenate([[0.0], np.linspace(0.0, tau, knots), [tau]])
        self.last: tuple[bytes, WorkGradient] | None = None

    def guess(self) -> np.ndarray:
        """Lower the barrier, tilt, raise it again."""
        s = np.linspace(0.0, 1.0, self.knots)
        return np.stack([self.barrier + (2.2 - self.barrier) * np.sin(np.pi * s), 4.0 * np.sin(np.pi * s**1.5)], axis=1)

    def protocol(self, controls: np.ndarray) -> Protocol:
        """The protocol of these controls."""
        rest = double_well(self.barrier)
        stages = [double_well(b, f) for b, f in controls.reshape(2, -1).T]
        return Protocol(tuple(self.times), (rest, *stages, rest))

    def at(self, controls: np.ndarray) -> WorkGradient:
        """The solution for these controls; the latest is stored: value and derivatives are separate calls."""
        key = controls.tobytes()
        if self.last is None or self.last[0] != key:
            protocol = self.protocol(controls)
            sweep = WorkGradient(protocol.energies(self.x), steps(protocol, self.dt), self.x, self.rest)
            self.last = key, sweep
        return self.last[1]

    def chain(self, gradient: np.ndarray) -> np.ndarray:
        """Derivatives by the controls, (2·knots,), of what has the derivatives ``gradient`` by the potential."""
        inner = gradient[1:-1]
        return np.concatenate([inner @ self.well, -inner @ self.x])
