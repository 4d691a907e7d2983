"""Small stochastic networks trained as one ensemble beside the same networks trained one after the other.

    python tests/benchmarks/bench_ensemble.py                        widths 32 and 64, alone and controlled
    python tests/benchmarks/bench_ensemble.py --widths 64 --members 96 --precision single --json ensemble.json

The loop is what one would write first: a network of `torch.nn.Linear`, `torch.distributions.Normal`, `torch.optim.SGD`,
the same steps, moments of the weights and draws of the evaluation. Both take turns; the best of a few rounds counts, in
processor time (``ratio``, what other work on the machine disturbs least) and in wall time. The last row is the whole
grid: the time of its loops over that of its ensembles.

The ensemble is limited by its matrix products: 0.34 Gflop a network of width 32 and 1.3 of width 64, in 300 steps. At
the 35 Gflop/s of one core in double precision the latter take 40 ms, a seventh of the loop's whole time.

On one busy core the ratio is 6.3 to 7.7 for width 32, 6 for width 64, and 11 for width 32 in single precision. Ten in
double precision would leave 79 ms for a network of width 64 that now takes 130. Of these the backward pass takes one
half and the forward pass a fifth, most of it in products of 50 × 64 by 64 × 64 that run at a third of the peak; the
information takes a tenth, descent and moments the same together. Half of the whole is therefore not to be had.
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
from torch.distributions import Normal
from torch.nn import functional as F

from szilard.bottleneck import Configuration, Descent, blobs, train_ensemble

PRECISIONS = {"double": torch.float64, "single": torch.float32}
DESCENT, DRAWS = Descent(), 64


class PlainNetwork(nn.Module):
    """Networks for μ and σ, and a linear head."""

    def __init__(self, width: int) -> None:
        super().__init__()
        sizes = [(2, width), (width, width), (width, width // 2), (width // 2, width // 2)]

        def perceptron() -> nn.Sequential:
            return nn.Sequential(*[part for a, b in sizes for part in (nn.Linear(a, b), nn.ReLU())][:-1])

        self.mean, self.raw, self.head = perceptron(), perceptron(), nn.Linear(width // 2, 5)

    def forward(self, x: torch.Tensor) -> Normal:
        return Normal(self.mean(x), F.softplus(self.raw(x)).clamp(min=1e-10))


def alone(c: Configuration, dtype: torch.dtype) -> None:
    """Train, collect moments and evaluate one network."""
    torch.manual_seed(c.seed)
    (x, y), test = (
        (torch.as_tensor(x, dtype=dtype), torch.as_tensor(y)) for x, y in (blobs(c.draw).train, blobs(c.draw).test)
    )
    network = PlainNetwork(c.width).to(dtype)
    optimiser = torch.optim.SGD(network.parameters(), lr=DESCENT.lr, momentum=DESCENT.momentum, weight_decay=c.decay)
    weight, count, deviations = 0.0, 0, []
    for step in range(DESCENT.steps):
        q = network(x)
        z = q.rsample()
        loss = F.cross_entropy(network.head(z), y)
        if c.control:
            density = Normal(q.loc[None], q.scale[None]).log_prob(z[:, None]).sum(-1)
            information = (density.diagonal() - density.logsumexp(1)).mean() + math.log(len(x))
            loss = loss + weight * (c.target - information)
            weight += c.control * (c.target - information.item())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step >= DESCENT.collect_from:
            weights = nn.utils.parameters_to_vector(network.parameters()).detach()
            if count == 0:
                mean, squares = torch.zeros_like(weights), torch.zeros_like(weights)
            count += 1
            mean = mean + (weights - mean) / count
            squares = squares + (weights**2 - squares) / count
            deviations = [*deviations, weights - mean][-DESCENT.rank :]
    with torch.no_grad():
        for points, labels in ((x, y), test):
            q = network(points)
            for _ in range(DRAWS):
                logits = network.head(q.sample())
                float(F.cross_entropy(logits, labels)), float((logits.argmax(1) == labels).double().mean())


def grid(width: int, control: float, members: int) -> list[Configuration]:
    """Three decays, eight draws of data, and as many seeds as it takes."""
    decays = (0.0, 1e-2, 1e-1)
    return [Configuration(width, decays[i % 3], control, draw=i // 3 % 8, seed=i // 24) for i in range(members)]


def seconds(run: Callable[[], None]) -> tuple[float, float]:
    """Processor time and wall time."""
    busy, wall = time.process_time(), time.perf_counter()
    run()
    return time.process_time() - busy, time.perf_counter() - wall


def race(width: int, control: float, members: int, rounds: int, dtype: torch.dtype) -> dict[str, float]:
    """One row: the ratio first, then milliseconds a network."""
    configurations = grid(width, control, members)
    contestants = {
        "loop": (lambda: [alone(c, dtype) for c in configurations[:2]], 2),
        "ensemble": (lambda: train_ensemble(configurations, DESCENT, draws=DRAWS, device="cpu", dtype=dtype), members),
    }
    best = dict.fromkeys(contestants, (math.inf, math.inf))
    for _ in range(1 + rounds):  # the first round also imports and allocates; it can only lose
        for name, (run, count) in contestants.items():
            best[name] = tuple(min(a, b / count) for a, b in zip(best[name], seconds(run), strict=True))
    return {
        "ratio": best["loop"][0] / best["ensemble"][0],
        "wall_ratio": best["loop"][1] / best["ensemble"][1],
        "width": width,
        "control": control,
        "loop_ms": 1e3 * best["loop"][0],
        "ensemble_ms": 1e3 * best["ensemble"][0],
    }


def total(rows: list[dict[str, float]]) -> dict[str, float]:
    loop, ensemble = (sum(row[name] for row in rows) for name in ("loop_ms", "ensemble_ms"))
    return {
        "ratio": loop / ensemble,
        "wall_ratio": math.nan,
        "width": 0,
        "control": math.nan,
        "loop_ms": loop,
        "ensemble_ms": ensemble,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--widths", type=int, nargs="+", default=(32, 64))
    parser.add_argument("--controls", type=float, nargs="+", default=(0.0, 5e-4))
    parser.add_argument("--members", type=int, default=48, help="networks in an ensemble")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--precision", default="double", choices=PRECISIONS)
    parser.add_argument("--threads", type=int, default=1, help="of the tensor library; the loop cannot use a second")
    parser.add_argument("--json", help="file to write the table and the machine to")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    settings = options.members, options.rounds, PRECISIONS[options.precision]
    rows = [race(width, control, *settings) for width in options.widths for control in options.controls]
    rows.append(total(rows))
    print("  ".join(f"{name:>12}" for name in rows[0]))
    for row in rows:
        print("  ".join(f"{value:12.4g}" for value in row.values()))
    if options.json:
        machine = {"cores": os.cpu_count(), "torch": torch.__version__, "python": platform.python_version()}
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(
                {"members": options.members, "precision": options.precision, **machine, "rows": rows}, file, indent=1
            )


if __name__ == "__main__":
    main()
