r"""Trajectories of a driven particle: overdamped Langevin dynamics with work and heat of every walker.

.. math:: dx = -\partial_xU(x,t)\,dt + \sqrt2\,dB, \qquad
    W=\sum_k\left[U_{k+1}(x_k)-U_k(x_k)\right], \qquad Q = W-\Delta U

The potential changes at frozen positions, which gives the work; the first law gives the heat. (A sum of force times
displacement has the same limit, but at practical steps it is badly biased: the noise enters it squared.) Heun's steps
leave the walkers in a distribution that is off by the square of a step; Euler's, off by the step itself, end with more
energy than belongs to them, which is missing from the heat.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from szilard.device import resolve_device
from szilard.progress import tracked
from szilard.rng import RNG, generator
from szilard.threads import usable_threads
from szilard.validation import check_integer, refuse_unit

from .protocols import Protocol, Steps, spline_cells, steps
from .wells import Quartic, Tabulated, equilibrium, sample_equilibrium

LONGEST = 1e-3  # default step in L²/D
STIFFEST = 0.1  # longest step in units of 1/⟨U'²⟩; with it the energy of a walker is off by about 0.002 kT

__all__ = ["WorkResult", "simulate_erasure"]


@dataclass(frozen=True, eq=False)
class WorkResult:
    """Work and heat of each walker in kT, (n,), with the positions in L at the start and at the end."""

    work: np.ndarray
    heat: np.ndarray
    """Given to the bath: work less the change of the walker's energy."""
    success: float
    """Share of walkers in the right well, x > 0, at the end."""
    sem: float
    """Standard error of the mean work, in kT."""
    initial: np.ndarray
    final: np.ndarray

    @property
    def mean_work(self) -> float:
        """In kT."""
        return float(self.work.mean())

    @property
    def mean_heat(self) -> float:
        """In kT."""
        return float(self.heat.mean())

    @property
    def success_sem(self) -> float:
        """Standard error of ``success``, binomial, with one walker added on each side."""
        n = len(self.work)
        p = (self.success * n + 1) / (n + 2)
        return math.sqrt(p * (1 - p) / n)

    @property
    def jarzynski(self) -> float:
        """The mean of e^(-W) over these walkers: unbiased, but dominated by rare ones."""
        return float(np.exp(-self.work).mean())


def simulate_erasure(
    protocol: Protocol,
    n: int = 10_000,
    dt: float | None = None,
    *,
    rng: RNG,
    device: str = "auto",
    initial: np.ndarray | None = None,
) -> WorkResult:
    """Drive ``n`` independent walkers through a protocol, by steps of Heun's method.

    On the CPU a compiled engine in double precision, the same bits for a seed whatever the number of threads; on CUDA
    torch with positions in single and work in double precision. Both follow the steps of :func:`.protocols.steps`.

    Args:
        protocol: in kT, L and L²/D.
        n: walkers.
        dt: longest time step in L²/D, at most a tenth of one over the mean of U'² in the equilibrium of any knot, which
            is that of U'' where no wall cuts it off (at a barrier of 8 kT the wells have U'' = 64). By default 1e-3, or
            that limit where it is shorter.
        rng: of the starts and of the noise.
        device: where it runs.
        initial: positions at the start, (n,), within the walls of a table; a sample of the equilibrium unless given.

    Raises:
        ValueError: arguments outside their range.

    >>> from szilard.thermodynamics.driven.protocols import berut_protocol
    >>> result = simulate_erasure(berut_protocol(2.0, 3.5), 200, rng=0, device="cpu")
    >>> bool(abs(result.mean_work - 1.87) < 4 * result.sem)
    True
    """
    check_integer(n, "n", minimum=2)
    stiffest = max(_stiffness(potential) for potential in protocol.potentials)
    limit = STIFFEST / stiffest if stiffest else math.inf
    schedule = steps(protocol, min(LONGEST, limit) if dt is None else dt)
    if (longest := float(schedule.dt.max())) > limit * (1 + 1e-9):
        raise ValueError(
            f"dt must be short enough for the stiffest potential, at most {limit:.2g}; got steps of {longest:.2g}"
        )
    rng = generator(rng)
    start = (
        sample_equilibrium(protocol.potentials[0], n, rng=rng) if initial is None else _positions(initial, n, protocol)
    )
    if (place := resolve_device(device)) != "cpu":
        from ._langevin_torch import walk

        final, work = walk(protocol, schedule, start, rng, place)
    else:
        final, work = _walk(protocol, schedule, start, rng)
    if not (np.isfinite(final).all() and np.isfinite(work).all()):
        raise ValueError("dt must be short enough for the stiffest potential; walkers ran away")
    heat = work - (protocol.potentials[-1].energy(final) - protocol.potentials[0].energy(start))
    sem = float(work.std(ddof=1) / math.sqrt(n))
    return WorkResult(work, heat, float((final > 0).mean()), sem, start, final)


def _stiffness(potential: Quartic | Tabulated) -> float:
    """⟨U'²⟩: longer steps than one over it distort the distribution of the walkers long before any runs away."""
    x = np.linspace(*potential.domain(), 513)
    return float(equilibrium(potential, x) @ potential.slope(x) ** 2)


def _positions(initial: np.ndarray, n: int, protocol: Protocol) -> np.ndarray:
    refuse_unit(initial, "initial")
    x = np.array(initial, dtype=np.float64)
    if x.shape != (n,) or not np.isfinite(x).all():
        raise ValueError(f"initial must be {n} finite positions; got shape {x.shape}")
    low, high = (-math.inf, math.inf) if protocol.quartic else protocol.domain()
    if not (low <= x.min() and x.max() <= high):
        raise ValueError(f"initial must lie within the walls [{low}, {high}]; got [{x.min()}, {x.max()}]")
    return x


def _walk(
    protocol: Protocol, schedule: Steps, start: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Final positions and works, by the compiled engine: blocks of walkers, shared out among threads."""
    from ._langevin_loops import BLOCK, HALF, walk_quartic, walk_table

    n, blocks = len(start), -(-len(start) // BLOCK)
    x = np.concatenate([start, np.full(blocks * BLOCK - n, start[0])]).reshape(blocks, BLOCK)
    work = np.zeros_like(x)
    seeds = rng.integers(1, 2**64, size=(blocks, 4, HALF), dtype=np.uint64)
    walk: Callable[..., None] = walk_quartic if protocol.quartic else walk_table
    arguments = _quartic_steps(protocol, schedule) if protocol.quartic else (*spline_cells(protocol), *schedule)
    with ThreadPoolExecutor(usable_threads()) as pool:
        walks = pool.map(lambda block: walk(seeds[block], x[block], work[block], *arguments), range(blocks))
        tracked(walks, blocks, f"{n:,} walkers")
    return x.ravel()[:n], work.ravel()[:n]


def _quartic_steps(protocol: Protocol, schedule: Steps) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coefficients of the force in each step and of the change of energy before each step and at the end."""
    table = protocol.coefficients()
    share = schedule.share[:, None]
    during = table[schedule.knot] * (1 - share) + table[schedule.knot + 1] * share
    change = np.diff(np.concatenate([table[:1], during, table[-1:]]), axis=0)
    return -during[:, 1:] * np.arange(1, 5), change, schedule.dt
