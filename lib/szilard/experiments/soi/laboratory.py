"""The laboratory of the chapter on SΩI: which cells each tier runs, and the claims that the tables decide."""

from __future__ import annotations

from itertools import product
from typing import Any

from szilard.compendium import Experiment, Laboratory
from szilard.experiments.soi import baselines as beside
from szilard.experiments.soi import cells as cells
from szilard.experiments.soi import untrained as untrained
from szilard.experiments.soi.claims import CLAIMS
from szilard.experiments.soi.tables import UNTRAINED, biases, crossing, quick_table, trained

__all__ = ["LABORATORY", "biases", "crossing", "quick_table", "recorded", "run", "trained"]

STRENGTHS = (0.1, 0.2, 0.25, 0.3, 0.35, 0.375, 0.4, 0.45, 0.5, 0.6, 0.65, 0.7)  # the authors' grid
FINE = tuple(round(0.05 + 0.025 * i, 3) for i in range(27))
PLAIN: dict[str, Any] = {"steps": 1500, "batch": 256, "lr": 2e-3, "strengths": (0.3, 0.6)}
FAMILIES = (("red", 2), ("syn", 2), ("mix", 1))
RECORDED: dict[str, Any] = {"samples": 110_000, "steps": 20_000, "batch": 256, "lr": 2e-3}
MAPS = ("identity", "half-cube", "cdf")

EXPERIMENTS = (
    Experiment(
        "definitions",
        "exact TC, DTC, Ω and S of the synthetic systems against their strength",
        quick=[cells.Exact(*pair, rho) for pair, rho in product((("red", 2), ("syn", 2), ("mix", 0)), FINE)],
        light=True,
    ),
    Experiment(
        "masks",
        "what one network is asked: which variables are noised, clean or absent",
        quick=[cells.Masks(4, False), cells.Masks(4, True)],
        light=True,
    ),
    Experiment(
        "analytic",
        "the time integrals with exact scores in the place of a network's",
        quick=[cells.Analytic(*each, 0.6) for each in product(("red", "syn", "mix"), (2, 1, 0))],
        light=True,
    ),
    Experiment(
        "curves",
        "estimates against truth for redundant, synergistic and mixed systems",
        quick=[cells.Curve(*each, "baseline") for each in FAMILIES]
        + [cells.Curve(family, 2, "plain", **PLAIN) for family in ("red", "syn")]
        + [cells.Curve(*each, "baseline", steps=UNTRAINED) for each in FAMILIES],
        full=[
            cells.Curve(family, 0, protocol, d, repetition, strengths=STRENGTHS, **RECORDED)
            for repetition, protocol, d, family in product(
                range(3), ("plain", "baseline"), (5, 10, 20), ("red", "syn", "mix")
            )
        ]
        + [
            cells.Curve(family, 0, "baseline", d, strengths=STRENGTHS, **RECORDED | {"steps": UNTRAINED})
            for d, (family, _) in product((5, 10, 20), FAMILIES)
        ],
    ),
    Experiment(
        "line",
        "O-information added up from bounds on pairs, beside SΩI, for variables of ten coordinates",
        quick=[beside.Line(name, "syn") for name in beside.BOUNDS]
        + [beside.Line("plain", "syn", steps=1000, batch=256, lr=2e-3), beside.Line("baseline", "syn", batch=256)],
        full=[
            beside.Line(name, family, 0, repetition=repetition, strengths=STRENGTHS, **RECORDED)
            for repetition, family, name in product(
                range(3), ("red", "syn", "mix"), (*beside.BOUNDS, "plain", "baseline")
            )
        ],
    ),
    Experiment("cost", "what Ω costs as variables are added", quick=[beside.Cost(n) for n in (3, 6, 12, 24)]),
    Experiment(
        "authors",
        "the authors' stored estimates beside the closed forms",
        quick=[untrained.Stored(each[0]) for each in untrained.AUTHORS],
        light=True,
    ),
    Experiment(
        "gradients",
        "what each variable adds to Ω, by two routes",
        quick=[cells.Gradients(1)],
        full=[cells.Gradients(*each, **RECORDED) for each in product((0, 1), (10, 20))],
    ),
    Experiment(
        "transform",
        "one redundant system seen through three monotone maps",
        quick=[cells.Transform(name, "rescaled baseline", repetition) for repetition, name in product(range(3), MAPS)]
        + [cells.Transform(name, "rescaled baseline", steps=UNTRAINED) for name in MAPS],
        full=[
            cells.Transform(name, protocol, repetition, d=10, **RECORDED)
            for repetition, name, protocol in product(range(3), MAPS, ("plain", "rescaled baseline", "baseline"))
        ]
        + [cells.Transform(name, "rescaled baseline", d=10, **RECORDED | {"steps": UNTRAINED}) for name in MAPS],
    ),
    Experiment(
        "population",
        "spike counts of six areas in five windows after a flash, with and without a change",
        quick=[untrained.Population(w, name) for w, name in product(range(5), ("change", "non-change"))],
    ),
    Experiment(
        "fmri",
        "every triplet to sextuplet of 28 brain regions under a Gaussian copula",
        quick=[untrained.Fmri(size) for size in (3, 4, 5, 6)],
    ),
    Experiment(
        "zoo",
        "discrete systems, exactly and from samples",
        quick=[untrained.Zoo(law.name) for law in untrained.ZOO],
        light=True,
    ),
)

LABORATORY = Laboratory("soi", EXPERIMENTS, CLAIMS)
run = LABORATORY.run
recorded = LABORATORY.recorded
