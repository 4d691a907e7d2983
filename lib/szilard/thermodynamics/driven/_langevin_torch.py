"""The Langevin engine in torch: all walkers at once, on CUDA replayed as a graph of many steps.

Potentials are rows of polynomial coefficients, one for all of the line (quartic) or one for each cell of a table. The
steps and the order of events are those of the compiled engine.
"""

from __future__ import annotations

import numpy as np
import torch

from szilard.device import is_cuda, working_precision
from szilard.fleets import Replay, aside
from szilard.rng import torch_generator

from .protocols import Protocol, Steps, spline_cells

REPLAYED = 100  # steps in one graph
WARM_UP = 3  # steps before one is captured

__all__ = ["Walkers", "walk"]


class Walkers:
    """Positions of many walkers, in the working precision of the device, their works, in double precision, and the step
    of the ``schedule`` they have reached; all of it stays on the device."""

    def __init__(
        self, protocol: Protocol, schedule: Steps, start: np.ndarray, rng: np.random.Generator, device: str
    ) -> None:
        self.random = torch_generator(rng, device)
        self.x = torch.tensor(start, dtype=working_precision(device), device=device)
        self.work = torch.zeros(len(start), dtype=torch.float64, device=device)
        self.noise = torch.empty_like(self.x)
        self.walls: tuple[float, float, float] | None = None
        if protocol.quartic:
            knots = protocol.coefficients()[:, None]
        else:
            low, spacing, knots = spline_cells(protocol)
            self.walls = (low, spacing, low + spacing * knots.shape[1])
        self.knots = torch.tensor(knots, device=device)
        self.now = self.knots[0].clone()
        self.reached = torch.zeros(1, dtype=torch.int64, device=device)
        self.knot, self.share, self.dt = (torch.tensor(part, device=device) for part in schedule)

    def step(self) -> None:
        """One step: change the potential, then move in it."""
        knot, share, dt = (part[self.reached] for part in (self.knot, self.share, self.dt))
        new = torch.lerp(self.knots[knot], self.knots[knot + 1], share)[0]
        here = self._local(self.x)
        self.work += self._polynomial(new - self.now, *here)
        self.now.copy_(new)
        powers = torch.arange(1, new.shape[1], device=new.device)
        pulls = new[:, 1:] * powers * dt
        self.noise.normal_(generator=self.random)
        kicked = self.x + self.noise * (2 * dt).sqrt().to(self.x.dtype)
        pull = self._polynomial(pulls, *here)
        ahead, sign = self._folded(kicked - pull)
        pull = pull + sign * self._polynomial(pulls, *self._local(ahead))
        self.x.copy_(self._folded(kicked - pull / 2)[0])
        self.reached += 1

    def finish(self) -> None:
        """Change the potential to that of the end."""
        self.work += self._polynomial(self.knots[-1] - self.now, *self._local(self.x))
        self.now.copy_(self.knots[-1])

    def _folded(self, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | int]:
        """Where walls turn back a step that ends at ``y``, and the sign of the mirror image that it ends in."""
        if self.walls is None:
            return y, 1
        low, _, high = self.walls
        way = torch.remainder(y - low, 2 * (high - low))
        turned = (low + torch.minimum(way, 2 * (high - low) - way)).clamp(low, high)
        inside = (low <= y) & (y <= high)
        return torch.where(inside, y, turned), torch.where(inside | (way <= high - low), 1, -1)

    def _local(self, x: torch.Tensor) -> tuple[torch.Tensor | None, torch.Tensor]:
        """Cells of positions and the positions in them; the whole line is one cell for quartic potentials."""
        if self.walls is None:
            return None, x
        low, spacing, _ = self.walls
        cell = ((x - low) / spacing).long().clamp_(0, self.knots.shape[1] - 1)
        return cell, x - (low + cell.to(x.dtype) * spacing)

    def _polynomial(self, rows: torch.Tensor, cell: torch.Tensor | None, t: torch.Tensor) -> torch.Tensor:
        factors = rows.to(t.dtype)
        columns = factors[0] if cell is None else factors[cell].unbind(1)
        value = columns[-1]
        for column in reversed(columns[:-1]):
            value = torch.addcmul(column, value, t)  # one kernel a power
        return value


@torch.no_grad()
def walk(
    protocol: Protocol, schedule: Steps, start: np.ndarray, rng: np.random.Generator, device: str
) -> tuple[np.ndarray, np.ndarray]:
    """Final positions and works of walkers that start at ``start``, (n,) each, on the host."""
    walkers = Walkers(protocol, schedule, start, rng, device)
    remaining = len(schedule.dt)
    if is_cuda(device) and remaining > 2 * REPLAYED:
        with torch.cuda.device(device):  # graphs are captured on the current card
            remaining -= _replay(walkers, remaining)
    for _ in range(remaining):
        walkers.step()
    walkers.finish()
    return walkers.x.double().cpu().numpy(), walkers.work.cpu().numpy()


def _replay(walkers: Walkers, count: int) -> int:
    """Do as many of ``count`` steps as come in whole graphs, the first ones eagerly to warm up; how many were done."""

    def steps(number: int) -> None:
        for _ in range(number):
            walkers.step()

    aside(lambda: steps(WARM_UP))
    graph = Replay(lambda: steps(REPLAYED), (walkers.random,))
    replays = (count - WARM_UP) // REPLAYED
    for _ in range(replays):
        graph()
    return WARM_UP + replays * REPLAYED
