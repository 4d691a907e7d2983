"""The laboratory of the chapter on SΩI: which cells each tier runs, and the claims that the tables decide."""

from __future__ import annotations

from itertools import product
from typing import Any

from szilard.compendium import Experiment, Laboratory
from szilard.datasets import SOI_STORED
from szilard.experiments.soi import beside, cells
from szilard.experiments.soi.claims import CLAIMS
from szilard.experiments.soi.tables import UNTRAINED

__all__ = ["LABORATORY", "recorded", "run"]

FINE = tuple(round(0.05 + 0.025 * i, 3) for i in range(27))
PROTOCOLS = tuple(cells.PROTOCOLS)
# The full tier: as many steps as a card makes in two minutes for all fleets, and samples that are drawn in seconds.
LONG: dict[str, Any] = {"samples": 100_000, "batch": 512}
STEPS = {"plain": 20_000, "baseline": 10_000}
GRID: dict[str, Any] = LONG | {"samples": 50_000, "repetitions": 2, "strengths": (0.2, 0.3, 0.4, 0.45, 0.5, 0.65)}
TEN: dict[str, Any] = {"d": 10, "samples": 50_000, "batch": 512, "repetitions": 3}
LEAST: dict[str, Any] = {"steps": UNTRAINED}
FEW: dict[str, Any] = LEAST | {"repetitions": 1, "samples": 20_000}
LIVE = {"plain": 2000, "baseline": 600}  # steps of the quick tier
RATES = dict.fromkeys(PROTOCOLS, 5e-3) | dict.fromkeys(beside.BOUNDS, 2e-3)  # each at the rate that suits it
EXACT = [cells.Exact(*each, rho) for each, rho in product((("red", 2), ("syn", 2), ("mix", 0)), FINE)]
ANALYTIC = [cells.Analytic(*each, 0.6) for each in product(("red", "syn", "mix"), (2, 1, 0))]
POPULATION = [beside.Population(*each, resamples=40) for each in product(range(5), beside.DRIVE)]

EXPERIMENTS = (
    Experiment("definitions", "exact TC, DTC, Ω and S of the synthetic systems", quick=EXACT, light=True),
    Experiment("masks", "what a network is asked", quick=[cells.Masks(4, False), cells.Masks(4, True)], light=True),
    Experiment("analytic", "the time integrals with exact scores", quick=ANALYTIC, light=True),
    Experiment(
        "curves",
        "estimates against truth for redundant, synergistic and mixed systems",
        quick=[cells.Curves(protocol, steps=steps) for protocol, steps in LIVE.items()]
        + [cells.Curves(each, **LEAST) for each in PROTOCOLS],
        full=[cells.Curves(each, 0, 10, steps=STEPS[each], **GRID) for each in PROTOCOLS]
        + [cells.Curves(each, 0, 10, **GRID | FEW) for each in PROTOCOLS],
    ),
    Experiment(
        "beyond",
        "systems without correlations, by SΩI, by a Gaussian copula and by networks that did not learn",
        quick=[cells.Beyond(*each) for each in product(("parity", "scale"), (*PROTOCOLS, "copula"))]
        + [cells.Beyond(*each, **LEAST) for each in product(("parity", "scale"), PROTOCOLS)],
        full=[cells.Beyond(*each, 3, steps=15_000, **LONG) for each in product(cells.BEYOND, (*PROTOCOLS, "copula"))]
        + [cells.Beyond(*each, 3, **LONG | LEAST) for each in product(cells.BEYOND, PROTOCOLS)],
    ),
    Experiment(
        "line",
        "O-information added up from bounds on pairs, beside SΩI, with the same samples, batch and steps",
        quick=[beside.Line(name, steps=300, lr=rate) for name, rate in RATES.items()],
        full=[
            beside.Line(name, d, 50_000, 5_000, 256, rate, (0.3, 0.6))
            for d, (name, rate) in product((1, 5, 10), RATES.items())
        ],
    ),
    Experiment("cost", "what Ω costs as variables are added", quick=[beside.Cost(n) for n in (3, 6, 12, 24)]),
    Experiment("authors", "the authors' stored estimates", quick=map(beside.Stored, SOI_STORED), light=True),
    Experiment("zoo", "bits with exact TC, DTC and Ω", quick=map(beside.Zoo, beside.ZOO), light=True),
    Experiment(
        "gradients",
        "what each variable adds to Ω, by two routes",
        quick=[cells.Gradients(1, protocol, steps=steps) for protocol, steps in LIVE.items()]
        + [cells.Gradients(1, protocol, **LEAST) for protocol in PROTOCOLS],
        full=[cells.Gradients(*each, steps=20_000, **TEN) for each in product((0, 1), PROTOCOLS)]
        + [cells.Gradients(*each, **TEN | FEW) for each in product((0, 1), PROTOCOLS)],
    ),
    Experiment(
        "transform",
        "one redundant system seen through three monotone maps",
        quick=[cells.Transform(protocol, steps=steps // 3) for protocol, steps in LIVE.items()]
        + [cells.Transform(protocol, **LEAST) for protocol in PROTOCOLS],
        full=[cells.Transform(protocol, steps=15_000, **TEN) for protocol in PROTOCOLS]
        + [cells.Transform(protocol, **TEN | LEAST) for protocol in PROTOCOLS],
    ),
    Experiment("population", "spike counts of six areas after a flash, with and without a change", quick=POPULATION),
    Experiment("fmri", "Gaussian-copula Ω of subsets of brain regions", quick=[beside.Fmri(n) for n in (3, 4, 5, 6)]),
)

LABORATORY = Laboratory("soi", EXPERIMENTS, CLAIMS)
run, recorded = LABORATORY.run, LABORATORY.recorded
