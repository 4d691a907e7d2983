"""MINDE's training step beside the loop one would write first: steps a second, their ratio, and the network's share;
and a fleet of networks beside as many trained one after the other.

    python tests/benchmarks/bench_minde.py                     hidden widths 64, 128, 256
    python tests/benchmarks/bench_minde.py --widths 64 --json minde.json --device cuda
    python tests/benchmarks/bench_minde.py --widths 64 --device cuda --fleet 27 --batch 1024 --fuse

The plain loop draws a batch, times and noise in every step, picks one mask, and trains a network of the same layers
made of `torch.nn.Linear`, with Adam and an average of the weights. Both take turns; the best of a few rounds counts.
The share is the time of the forward and backward passes alone, on inputs prepared before, over that of whole steps.
A fleet has eight members and batches of 256 unless told otherwise; its ratio is the time of as many trainings alone
over that of the fleet.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import time
from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional as F

from szilard.device import resolve_device, working_precision
from szilard.diffusion import Architecture, ImportanceTimes, ScoreNetwork, Training, mutual_information_gap, train
from szilard.diffusion.network import time_features

WIDTHS = (64, 128, 256)
DIMS = (3, 3)
MASKS = mutual_information_gap("c").masks
TIMES = ImportanceTimes()
TRAINING = Training(batch=128, lr=1e-3)


class PlainNetwork(nn.Module):
    """The layers of the default score network, one member, written with nn.Linear."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        h, features = architecture.width(sum(DIMS)), architecture.features(len(DIMS))
        self.time, self.enter = nn.Linear(features, h), nn.Linear(sum(DIMS) + features, h)
        self.told = nn.ModuleList(nn.Linear(h, h) for _ in range(architecture.depth))
        self.inner = nn.ModuleList(nn.Linear(h, h) for _ in range(architecture.depth))
        self.leave = nn.Linear(h, sum(DIMS))

    def forward(self, x: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        embedding = F.silu(self.time(features))
        hidden = self.enter(torch.cat([x, features], dim=-1))
        for told, inner in zip(self.told, self.inner, strict=True):
            hidden = hidden + 0.7 * inner(F.silu(hidden + told(embedding)))
        return self.leave(F.silu(hidden))


def samples(device: str) -> torch.Tensor:
    """Ten thousand rows of three correlated pairs."""
    generator = torch.Generator().manual_seed(0)
    x, z = torch.randn(2, 10_000, DIMS[0], generator=generator, dtype=torch.float64)
    return torch.hstack([x, 0.75 * x + math.sqrt(1 - 0.75**2) * z]).to(device, working_precision(device))


def ours(x: torch.Tensor, architecture: Architecture, steps: int) -> None:
    generator = torch.Generator(device=x.device).manual_seed(0)
    train(x[None], DIMS, MASKS, [generator], steps, TRAINING, architecture, TIMES)


def plain(x: torch.Tensor, architecture: Architecture, steps: int) -> None:
    generator = torch.Generator(device=x.device).manual_seed(0)
    rows, options = TRAINING.batch, {"generator": generator, "dtype": x.dtype, "device": x.device}
    network = PlainNetwork(architecture).to(x)
    average = [parameter.detach().clone() for parameter in network.parameters()]
    optimiser = torch.optim.Adam(network.parameters())
    width = torch.tensor(DIMS, device=x.device)
    for step in range(steps):
        mask = MASKS[step % len(MASKS)]
        role = torch.tensor(mask, device=x.device).repeat_interleave(width)
        clean = x[torch.randint(len(x), (rows,), generator=generator, device=x.device)]
        t, z = TIMES.inverse_cdf(torch.rand(rows, **options)), torch.randn(clean.shape, **options)
        noisy = torch.where(role == 1, TIMES.process.perturb(clean, t, z), clean) * (role >= 0)
        predicted = network(noisy, time_features(t, [mask], architecture.time, TIMES.process))
        loss = ((predicted - z) * (role == 1)).square().sum(1).mean()
        optimiser.zero_grad()
        loss.backward()
        for group in optimiser.param_groups:
            group["lr"] = TRAINING.rate(step, steps)
        optimiser.step()
        with torch.no_grad():
            for mean, parameter in zip(average, network.parameters(), strict=True):
                mean.lerp_(parameter, 1 - TRAINING.ema)


def passes(x: torch.Tensor, architecture: Architecture, steps: int) -> None:
    """Forward and backward alone, on one prepared batch."""
    network = ScoreNetwork(DIMS, architecture, [torch.Generator(device=x.device).manual_seed(0)], x.dtype)
    inputs = x[None, : TRAINING.batch]
    features = torch.ones(*inputs.shape[:2], architecture.features(len(DIMS)), dtype=x.dtype, device=x.device)
    for _ in range(steps):
        network(inputs, features).square().sum().backward()


def seconds(run: Callable[[], None], device: str) -> float:
    start = time.perf_counter()
    run()
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def race(width: int, steps: int, rounds: int, device: str) -> dict[str, float]:
    """One row: the ratio first, then steps a second and the share of the network."""
    x, architecture = samples(device), Architecture(hidden=width)
    best = dict.fromkeys((ours, plain, passes), math.inf)
    for contestant in best:
        contestant(x, architecture, 60)  # imports, allocators and graphs are not timed
    for _ in range(rounds):
        for contestant in best:
            best[contestant] = min(best[contestant], seconds(lambda c=contestant: c(x, architecture, steps), device))
    return {
        "ratio": best[plain] / best[ours],
        "hidden": width,
        "steps_per_second": steps / best[ours],
        "plain_steps_per_second": steps / best[plain],
        "share_of_network": best[passes] / best[ours],
    }


def fleet_race(width: int, steps: int, rounds: int, device: str, size: int, batch: int, fuse: bool) -> dict[str, float]:
    """Networks one after the other, and as one fleet."""
    x, training = samples(device), Training(batch=batch)

    def go(members: int) -> None:
        generators = [torch.Generator(device=x.device).manual_seed(i) for i in range(members)]
        copies = x.expand(members, -1, -1).contiguous()
        train(copies, DIMS, MASKS, generators, steps, training, Architecture(hidden=width), TIMES, fuse=fuse)

    best = {1: math.inf, size: math.inf}
    for _ in range(1 + rounds):  # the first round also imports and allocates; it can only lose
        best = {members: min(record, seconds(lambda m=members: go(m), device)) for members, record in best.items()}
    return {
        "ratio": size * best[1] / best[size],
        "hidden": width,
        "fleet": size,
        "steps_per_second": steps / best[size],
        "member_steps_per_second": size * steps / best[size],
        "alone_steps_per_second": steps / best[1],
    }


def show(rows: list[dict[str, float]]) -> None:
    print("  ".join(f"{name:>22}" for name in rows[0]))
    for row in rows:
        print("  ".join(f"{value:22.4g}" for value in row.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--widths", type=int, nargs="+", default=WIDTHS)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--fleet", type=int, default=8, help="networks in a fleet")
    parser.add_argument("--batch", type=int, default=256, help="rows in a batch of the fleet")
    parser.add_argument("--fuse", action="store_true", help="compile the fleet's loss on CUDA")
    parser.add_argument("--json", help="file to write the table and the machine to")
    options = parser.parse_args()
    device = resolve_device(options.device)
    rows = [race(width, options.steps, options.rounds, device) for width in options.widths]
    sizes = options.rounds, device, options.fleet, options.batch, options.fuse
    fleets = [fleet_race(width, max(options.steps // 5, 50), *sizes) for width in options.widths]
    show(rows)
    show(fleets)
    if options.json:
        machine = {"device": device, "cores": os.cpu_count(), "threads": torch.get_num_threads()}
        versions = {"torch": torch.__version__, "python": platform.python_version()}
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"steps": options.steps, **machine, **versions, "rows": rows, "fleets": fleets}, file, indent=1)


if __name__ == "__main__":
    main()
