"""The laboratory of the chapter on self-supervised learning: the cells of each tier, and the claims tables decide."""

from __future__ import annotations

from itertools import product

from szilard.compendium import Experiment, Laboratory
from szilard.estimators.optimal import BOUNDS
from szilard.experiments.ssl_review import exact, measuring
from szilard.experiments.ssl_review.autoencoder import Autoencoded
from szilard.experiments.ssl_review.bottleneck import COMPRESSED, NETWORKS, Bottleneck
from szilard.experiments.ssl_review.claims import CLAIMS
from szilard.experiments.ssl_review.exact import Bins, Bits, EquationSix, Mixtures, Peaks, Squashed, Surrogate
from szilard.experiments.ssl_review.learning import BENT, Encoders, Zoo
from szilard.experiments.ssl_review.measuring import Batch, Certificate, Consistency, Dimension, Learnt, Optimal
from szilard.representation import OBJECTIVES

__all__ = ["LABORATORY", "recorded", "run"]

STAIRS = (2.0, 4.0, 6.0, 8.0, 10.0)
TINY = tuple(Optimal(nats, 8, 10_000) for nats in (1.0, 1.5))  # batches in which the exponential counts
LOW = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
METHODS = ("simclr", "vicreg", "vicreg-code", "barlow", "simsiam", "simsiam-no-stop", "byol")
CONTROLS = [Encoders("turned", steps=0, mus=(0.0,)), Encoders("turned", "other", mus=(0.0,)),
            Encoders("bent", steps=0, mus=BENT)]  # fmt: skip
ALONE = (Bottleneck("self", NETWORKS * (0.0,)), Bottleneck("other", NETWORKS * (COMPRESSED,)),
         Bottleneck(steps=0, betas=NETWORKS * (0.0,)))  # fmt: skip
LEARNT = ("infonce", "nwj", "dv", "jensen-shannon")
FLIPS = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3)

# fmt: off
EXPERIMENTS = (
    Experiment("phase", "the best codes by weight of retention, asked about labels that need private information",
               quick=map(exact.Phase, exact.MUS), light=True),
    Experiment("encoders", "encoders trained on two views, by weight of retention, asked about many labels",
               quick=[Encoders("turned"), Encoders("bent", mus=BENT), *CONTROLS],
               full=[Encoders("turned", steps=3000, fresh=200_000),
                     Encoders("bent", steps=3000, fresh=200_000, mus=BENT), *CONTROLS]),
    Experiment("objectives", "every objective's terms, evaluated on two codes",
               quick=map(exact.Unified, OBJECTIVES), light=True),
    Experiment("bits", "two views made of bits, by flip of the shared bit, label and code",
               quick=(Bits(*each) for each in product(FLIPS, ("shared", "both"))), light=True),
    Experiment("optimal", "variational bounds with a perfect critic, 20 normal pairs",
               quick=[*(Optimal(nats, 64, 1000) for nats in STAIRS), *(Optimal(nats, 512, 16) for nats in STAIRS),
                      *(Optimal(nats, 64, 1500) for nats in LOW), *TINY],
               full=[*(Optimal(nats, *size) for nats, size in product(STAIRS, ((64, 20_000), (512, 1000)))),
                     *(Optimal(nats, 64, 100_000) for nats in LOW), *TINY]),
    Experiment("batches", "InfoNCE with a perfect critic by size of the batch: of an arc, and of 20 normal pairs",
               quick=[Batch(8, 2000), Batch(64, 200), Batch(512, 8), Batch(4096), Batch(32_768)], light=True),
    Experiment("learnt", "variational bounds with a critic learnt on fresh batches of 64",
               quick=[*map(Learnt, LEARNT), Learnt("infonce", steps=1)],
               full=[*(Learnt(bound, STAIRS, steps=2000, hidden=256) for bound in measuring.OBJECTIVES),
                     *(Learnt(bound, STAIRS, True, 2000, 256) for bound in LEARNT),
                     *(Learnt(bound, steps=1000, hidden=64, critic="joint") for bound in LEARNT),
                     Learnt("infonce", steps=1)]),
    Experiment("certificate", "the most that n samples can certify",
               quick=map(Certificate, (10, 30, 100, 300, 1000, 3000, 10_000, 30_000)), light=True),
    Experiment("consistency", "three tests of self-consistency, by estimator",
               quick=map(Consistency, (*BOUNDS, *measuring.CLASSICAL))),
    Experiment("dimension", "estimators without training by dimension, as they come and with y cubed",
               quick=(Dimension(*each) for each in product((1, 2, 5, 10, 20), (2.0, 10.0), (False, True)))),
    Experiment("bins", "a deterministic unit in bins", light=True,
               quick=map(Bins, (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003))),
    Experiment("squashed", "a unit whose weight grows, seen through noise", light=True,
               quick=(Squashed(*each) for each in product(exact.ACTIVATIONS, (0.01, 0.03, 0.1, 0.3, 1.0)))),
    Experiment("surrogate", "half a sum of squares for a log-determinant", light=True,
               quick=map(Surrogate, (0.001, 0.003, 0.01, 0.02, 0.03))),
    Experiment("peaks", "four peaks that move apart: entropy and its bounds",
               quick=map(Peaks, (0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0)), light=True),
    Experiment("mixtures", "random mixtures: their entropy, its bounds by pairs of peaks and by the log-determinant",
               quick=map(Mixtures, (0.5, 1.0, 2.0, 4.0, 8.0)), light=True),
    Experiment("collapse", "a linear encoder under one, two and three terms of VICReg",
               quick=map(exact.Collapse, exact.TERMS), light=True),
    Experiment("zoo", "objectives on two views of digits",
               quick=[*map(Zoo, METHODS), Zoo("simclr", "other")],
               full=[*(Zoo(each, steps=3000, seeds=5) for each in METHODS), Zoo("simclr", "other", 3000, seeds=5),
                     *(Zoo(each, steps=1000, batch=256, collection="mnist", seeds=3) for each in METHODS)]),
    Experiment("bottleneck", "the multi-view bottleneck on two views of digits, by weight of compression",
               full=[Bottleneck(), *ALONE, Bottleneck(hidden=128, collection="mnist")]),
    Experiment("autoencoder", "variational autoencoders of single views of digits, under the same probes",
               full=[Autoencoded(), Autoencoded(steps=0), Autoencoded(hidden=128, collection="mnist")]),
    Experiment("equation-six", "the review's Eq. 6 over codes, as printed and as meant",
               quick=map(EquationSix, (0.0, 0.5, 1.0, 2.0, 4.0, 8.5, 16.0)), light=True),
    Experiment("units", "VICReg's terms by three conventions", quick=[exact.Units()], light=True),
)
# fmt: on

LABORATORY = Laboratory("ssl_review", EXPERIMENTS, CLAIMS)
run = LABORATORY.run
recorded = LABORATORY.recorded
