"""How often MINDE's warnings catch a network that is off by more than a fifth, and how often they blame a good one.

    python tests/benchmarks/bench_doubts.py                  the whole panel: about ten minutes on one core
    python tests/benchmarks/bench_doubts.py --steps 150 --seed 3

The panel is of both protocols, trained too briefly or long enough, on systems with and without dependence that
correlation shows. Off is an error of the value above a fifth of the truth, or of 0.2 nats where that is less.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from szilard.distributions import Crossed, Distribution, NoisyXor, sparse, task
from szilard.estimators import MINDE, minde_fleet
from szilard.estimators.score_based import PUBLISHED
from szilard.fleets import Training
from szilard.rng import spawn

OFF, SMALL = 0.2, 0.2
GROUPS: tuple[tuple[Distribution, ...], ...] = (  # of equal widths, which train side by side
    tuple(task(f"1v1-{name}").distribution for name in ("normal-0.75", "additive-0.1", "bimodal-0.75"))
    + (Crossed(0.9), task("asinh-student-identity-1-1-1").distribution),
    (NoisyXor(2.0), task("swissroll_x-normal_cdf-1v1-normal-0.75").distribution),
    tuple(task(name).distribution for name in ("multinormal-sparse-2-2-2-2.0", "student-identity-2-2-1")),
    (
        *(task(name).distribution for name in ("spiral-multinormal-sparse-3-3-2-2.0", "student-identity-3-3-2")),
        *(sparse(3, 3, 2, mutual_information=nats) for nats in (1.0, 3.0)),
    ),
    tuple(task(name).distribution for name in ("multinormal-dense-5-5-0.5", "student-identity-5-5-2")),
)
PROTOCOLS = {
    "ours": MINDE(training=Training(batch=256, lr=5e-3), device="cpu"),
    "plain": MINDE(training=Training(batch=128, lr=2e-3), device="cpu", **PUBLISHED),
}


@dataclass(frozen=True)
class Outcome:
    """One network: what it should have found, what it found, and whether it came with a warning."""

    name: str
    permuted: bool
    truth: float
    value: float
    warnings: tuple[str, ...]

    @property
    def off(self) -> bool:
        """Whether the value is off by more than a fifth."""
        return abs(self.value - self.truth) > OFF * max(self.truth, SMALL)


def trained(estimator: MINDE, laws: Sequence[Distribution], n: int, seed: int) -> Iterator[Outcome]:
    """Every law's samples by a network, and the samples of the last law permuted."""
    data, shuffle, *streams = spawn(np.random.default_rng(seed), len(laws) + 3)
    pairs = [law.sample(n, rng=each) for law, each in zip(laws, spawn(data, len(laws)), strict=True)]
    pairs.append((pairs[-1][0], shuffle.permutation(pairs[-1][1])))
    truths = [*(law.mutual_information for law in laws), 0.0]
    for i, found in enumerate(minde_fleet(estimator, pairs, streams)):
        law = laws[min(i, len(laws) - 1)]
        yield Outcome(law.name, i == len(laws), truths[i], found.value, found.warnings)


def panel(steps: Sequence[int], sizes: Sequence[int], seed: int) -> Iterator[Outcome]:
    """Every group by both protocols and for every number of steps and samples; the variants take turns."""
    for turn, (n, count) in enumerate((n, count) for n in sizes for count in steps):
        for name, protocol in PROTOCOLS.items():
            for i, laws in enumerate(GROUPS):
                variant = "cj"[(turn + i + (name == "plain")) % 2]
                yield from trained(replace(protocol, variant=variant, steps=count), laws, n, seed + 100 * turn + i)


def rates(outcomes: Sequence[Outcome]) -> tuple[int, int, int, int]:
    """Networks that are off, those of them that were warned of, good networks, and those warned of."""
    warned = [[bool(each.warnings) for each in outcomes if each.off == off] for off in (True, False)]
    return len(warned[0]), sum(warned[0]), len(warned[1]), sum(warned[1])


def main() -> None:
    """Train the panel, print each network and then the rates."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--steps", type=int, nargs="*", default=[150, 600, 2000])
    parser.add_argument("--samples", type=int, nargs="*", default=[10_000])
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    outcomes = []
    for each in panel(options.steps, options.samples, options.seed):
        outcomes.append(each)
        name = f"{each.name}{', permuted' if each.permuted else ''}"
        verdict = f"{'off' if each.off else '':4}{'warned' if each.warnings else ''}"
        print(f"{name:48} {each.truth:6.3f} {each.value:6.3f}  {verdict}", flush=True)
    off, caught, good, blamed = rates(outcomes)
    print(f"{caught} of {off} networks that are off are warned of, and {blamed} of {good} good ones")


if __name__ == "__main__":
    main()
