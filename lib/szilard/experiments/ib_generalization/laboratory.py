"""The laboratory of the chapter on bottleneck and generalisation: the cells of each tier, and the claims."""

from __future__ import annotations

from itertools import product
from typing import Any

from szilard.compendium import Experiment, Laboratory
from szilard.experiments.ib_generalization import looks, toys
from szilard.experiments.ib_generalization.cells import Group
from szilard.experiments.ib_generalization.claims import CLAIMS
from szilard.experiments.ib_generalization.looks import ETA
from szilard.experiments.ib_generalization.our_claims import OUR_CLAIMS

__all__ = ["LABORATORY", "recorded", "run"]

DECAYS, RATES = (0.0, 1e-2, 1e-1), (0.0, ETA, 2 * ETA)
TARGETS = (looks.FREE, 0.5, 1.0, 1.5, 2.0, 3.0)
FLOORS = (1e-6, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0)
SHARES = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
WEAK = (0.0, 1e-3, 4e-3)  # decays for images
DIGITS: dict[str, Any] = {"data": "digits", "sizes": (120, 600, 1000), "lr": 0.03}
IMAGES: dict[str, Any] = {"sizes": (1000, 2000, 500), "lr": 0.02}

# fmt: off
EXPERIMENTS = (
    Experiment("grid", "networks of several widths, decays and controls on draws of clusters",
               quick=[*(Group(*each) for each in product((16, 32), DECAYS, RATES[:2])),
                      *(Group(16, decay, permuted=True) for decay in DECAYS)],
               full=[*(Group(*each, draws=100, seeds=3) for each in product((64, 32), DECAYS, RATES)),
                     *(Group(width, decay, permuted=True, draws=100) for width, decay in product((64, 32), DECAYS))]),
    Experiment("widest", "the same for the two greatest widths",
               full=(Group(*each, draws=100, seeds=3) for each in product((256, 128), DECAYS, RATES))),
    Experiment("held", "networks whose code is held at a target, and the same left alone",
               quick=[looks.Held(TARGETS)],
               full=(looks.Held(tuple(0.25 * k for k in range(13)), width, draws=50) for width in (32, 64, 128))),
    Experiment("traces", "λ and the information of the code during training",
               quick=[looks.Traces((0.5, 1.5, 3.0))]),
    Experiment("clouds", "codes of networks that are held at targets, on two axes",
               quick=[looks.Clouds(TARGETS)]),
    Experiment("regions", "where networks decide on the first draws of clusters", quick=[looks.Regions()]),
    Experiment("floors", "what models tell of their data by the least variance of a weight and the points in common",
               quick=(looks.Floors(common, FLOORS, 16) for common in (0.0, 0.5, 0.8))),
    Experiment("binned", "layers in ten bins, of trained and untrained networks",
               quick=(looks.Binned(*each) for each in product((4, 8, 16, 64), (True, False)))),
    Experiment("noised", "deterministic layers that are given noise afterwards, right and as published",
               quick=[looks.Noised()]),
    Experiment("separation", "estimates of the information of a known mixture by its separation", light=True,
               quick=(toys.Separation(2.0**k) for k in range(-2, 7))),
    Experiment("cells", "gaps of codes of few cells beside the proved bound", light=True,
               quick=(toys.Cells(*each) for each in product((2, 8, 32), (100, 1000, 10_000, 100_000), (0.0, 0.5)))),
    Experiment("memorised", "a code of one bit that memorises its training points, or others", light=True,
               quick=(toys.Memorised(share, fixed=fixed) for share, fixed in product(SHARES, (False, True)))),
    Experiment("digits", "networks on digits of 8 × 8 pixels",
               quick=(Group(*each, draws=5, **DIGITS) for each in product((16, 32), WEAK)),
               full=(Group(*each, draws=20, seeds=3, **DIGITS) for each in product((16, 32, 64), WEAK))),
    Experiment("mnist", "networks on MNIST's 5,000 digits that come in a package",
               full=(Group(*each, draws=12, data="mnist", **IMAGES) for each in product((32, 64), WEAK))),
    Experiment("fashion", "networks on Fashion-MNIST",
               full=(Group(*each, draws=12, data="fashion-mnist", **IMAGES) for each in product((64, 128), WEAK))),
)
# fmt: on

LABORATORY = Laboratory("ib_generalization", EXPERIMENTS, (*CLAIMS, *OUR_CLAIMS))
run = LABORATORY.run
recorded = LABORATORY.recorded
