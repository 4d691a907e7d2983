"""Ensembles of tiny networks against a Python loop over networks and torch.func.vmap: ratio and seconds.

    python tests/benchmarks/bench_tiny.py
    python tests/benchmarks/bench_tiny.py --out tiny.csv

All train the same number of steps in float64 on one thread, from the same start, on x² at 65 points. The loop trains
few networks and is scaled to all of them, as it takes minutes; its networks are those of torch.nn and torch.optim.
Each runs once before it is timed, so that imports and compilation do not count; the best round counts.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable

import pandas as pd
import torch

CASES = ((8, 256), (32, 256))
STEPS, ALONE, ROUNDS = 100, 2, 3


def ours(width: int, members: int) -> float:
    from szilard.scaling import SQUARE, Budget, initial, training_path

    start, budget = initial(SQUARE, width, members), Budget(STEPS)
    began = time.perf_counter()
    training_path(start, budget, [STEPS])
    return time.perf_counter() - began


def loop(width: int, members: int) -> float:
    x = torch.linspace(-2, 2, 65, dtype=torch.float64)[:, None]
    began = time.perf_counter()
    for _ in range(ALONE):
        net = torch.nn.Sequential(torch.nn.Linear(1, width), torch.nn.SiLU(), torch.nn.Linear(width, 1)).double()
        optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
        for _ in range(STEPS):
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(net(x), x**2).backward()
            optimizer.step()
    return (time.perf_counter() - began) * members / ALONE


def vmapped(width: int, members: int) -> float:
    from torch.func import grad, vmap

    x = torch.linspace(-2, 2, 65, dtype=torch.float64)[:, None]
    shapes = ((members, width, 1), (members, width), (members, 1, width), (members, 1))
    parameters = [(2 * torch.rand(*shape, dtype=torch.float64) - 1).requires_grad_() for shape in shapes]

    def loss(*each: torch.Tensor) -> torch.Tensor:
        hidden = torch.nn.functional.silu(torch.nn.functional.linear(x, *each[:2]))
        return torch.nn.functional.mse_loss(torch.nn.functional.linear(hidden, *each[2:]), x**2)

    gradients = vmap(grad(loss, argnums=(0, 1, 2, 3)))
    optimizer = torch.optim.Adam(parameters, lr=1e-2, foreach=True)
    began = time.perf_counter()
    for _ in range(STEPS):
        for parameter, slope in zip(parameters, gradients(*[p.detach() for p in parameters]), strict=True):
            parameter.grad = slope
        optimizer.step()
    return time.perf_counter() - began


CONTESTANTS: dict[str, Callable[[int, int], float]] = {"szilard": ours, "loop": loop, "vmap": vmapped}


def race(width: int, members: int, rounds: int = ROUNDS) -> dict[str, float]:
    """Seconds of each contestant, and how many times faster than each we are."""
    torch.set_num_threads(1)
    seconds = dict.fromkeys(CONTESTANTS, math.inf)
    for turn in range(rounds + 1):
        for name, run in CONTESTANTS.items():
            taken = run(width, members)
            seconds[name] = min(seconds[name], taken) if turn else math.inf
    ratios = {f"against {name}": seconds[name] / seconds["szilard"] for name in ("loop", "vmap")}
    return {"width": width, "networks": members, **ratios, **seconds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", help="CSV file to write")
    options = parser.parse_args()
    table = pd.DataFrame([race(*case) for case in CASES])
    print(table.to_string(index=False, float_format="{:.3g}".format))
    if options.out:
        table.to_csv(options.out, index=False, float_format="%.3g")


if __name__ == "__main__":
    main()
