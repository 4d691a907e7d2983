"""What the chapter on SΩI measures: the settings of one cell and the function that measures it, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from szilard.datasets import fmri
from szilard.distributions import (
    DiscreteSystem,
    GaussianSystem,
    combine,
    copies,
    gaussian_o_information,
    independent_bits,
    majority,
    mixed,
    parity,
    redundant,
    synergistic,
    xor,
)
from szilard.estimate import OInformation
from szilard.estimators import SOI, DiscretePlugIn, GaussianCopula, scan_nplets, soi_fleet
from szilard.rng import spawn

Rows = list[dict[str, Any]]
QUANTITIES = ("tc", "dtc", "omega", "s")
PROTOCOLS: dict[str, dict[str, Any]] = {
    "plain": {"preprocess": "rescale", "baseline": None},
    "baseline": {"preprocess": "rank", "baseline": "gaussian"},
    "rescaled baseline": {"preprocess": "rescale", "baseline": "gaussian"},
}
ZOO: tuple[DiscreteSystem, ...] = (xor(), copies(3), parity(4), parity(5), majority(3), independent_bits(3))

__all__ = [
    "PROTOCOLS",
    "AUTHORS",
    "QUANTITIES",
    "ZOO",
    "Analytic",
    "Curve",
    "Exact",
    "Fmri",
    "Gradients",
    "Population",
    "Stored",
    "Transform",
    "Zoo",
    "analytic",
    "curve",
    "exact",
    "fmri_scan",
    "gradients",
    "population",
    "stored",
    "system",
    "transform",
    "zoo",
]


def system(family: str, setting: int, rho: float, d: int = 1) -> GaussianSystem:
    """The authors' synthetic systems: setting 0 has ten variables, 1 has six and 2 has three."""
    if family == "mix":
        return mixed(setting, rho, d)
    block = {"red": redundant, "syn": synergistic}[family]
    sizes = {0: (3, 3, 4), 1: (3, 3), 2: (3,)}[setting]
    return combine(*(block(size, rho, d) for size in sizes))


def _soi(protocol: str, steps: int, batch: int, lr: float, device: str) -> SOI:
    from szilard.diffusion import Training

    training = Training(batch=batch, lr=lr)
    return SOI(steps=steps, training=training, redraws=5, device=device, **PROTOCOLS[protocol])


def _measured(found: OInformation, truth: OInformation) -> dict[str, Any]:
    """Truth, estimate and error of every quantity, side by side."""
    row: dict[str, Any] = {"warned": bool(found.warnings)}
    for name in QUANTITIES:
        ours = getattr(found, name)
        row |= {f"{name}_truth": getattr(truth, name).value, name: ours.value, f"{name}_stderr": ours.stderr}
    return row


@dataclass(frozen=True)
class Exact:
    """One family of systems at one strength: nothing but closed forms."""

    family: str
    setting: int
    rho: float


def exact(cell: Exact, rng: np.random.Generator, device: str) -> Rows:
    """TC, DTC, Ω and S of the covariance."""
    del rng, device
    found = system(cell.family, cell.setting, cell.rho).o_information
    return [{name: getattr(found, name).value for name in QUANTITIES}]


@dataclass(frozen=True)
class Analytic:
    """A system whose exact scores are put in the place of the network's."""

    family: str
    setting: int
    rho: float


def analytic(cell: Analytic, rng: np.random.Generator, device: str) -> Rows:
    """TC and DTC by the time integral over exact scores, beside the closed form."""
    from szilard.diffusion import (
        AnalyticGaussianScore,
        ImportanceTimes,
        dual_total_correlation_gap,
        gaussian_gap,
        total_correlation_gap,
    )

    del rng, device
    law = system(cell.family, cell.setting, cell.rho)
    score, truth = AnalyticGaussianScore(law.cov, law.dims), law.o_information
    gaps = {"tc": total_correlation_gap(len(law.dims)), "dtc": dual_total_correlation_gap(len(law.dims))}
    return [
        {
            "quantity": name,
            "truth": getattr(truth, name).value,
            "integral": gaussian_gap(score, gap, ImportanceTimes()),
        }
        for name, gap in gaps.items()
    ]


@dataclass(frozen=True)
class Curve:
    """A family of systems at several strengths, trained as one fleet."""

    family: str
    setting: int
    protocol: str
    d: int = 1
    repetition: int = 0
    samples: int = 20_000
    steps: int = 600
    batch: int = 256
    lr: float = 1e-3
    strengths: tuple[float, ...] = (0.2, 0.4, 0.6)


def curve(cell: Curve, rng: np.random.Generator, device: str) -> Rows:
    """TC, DTC, Ω and S at every strength, with truth."""
    laws = [system(cell.family, cell.setting, rho, cell.d) for rho in cell.strengths]
    data, streams = (spawn(each, len(laws)) for each in spawn(rng, 2))
    samples = [law.sample(cell.samples, rng=g) for law, g in zip(laws, data, strict=True)]
    estimator = _soi(cell.protocol, cell.steps, cell.batch, cell.lr, device)
    found = soi_fleet(estimator, samples, streams)
    return [
        {"rho": rho, **_measured(each, law.o_information)}
        for rho, law, each in zip(cell.strengths, laws, found, strict=True)
    ]


@dataclass(frozen=True)
class Gradients:
    """The authors' systems for gradients.

    Setting 0 is R(3) + S(3) + R(4), all at 0.7; setting 1 is R(3) at 0.6 + S(3) at 0.7.
    """

    setting: int
    d: int = 1
    samples: int = 20_000
    steps: int = 400
    batch: int = 256
    lr: float = 1e-3


def gradients(cell: Gradients, rng: np.random.Generator, device: str) -> Rows:
    """Per variable: the exact gradient of Ω, ours by the definition and by mutual informations alone."""
    if cell.setting == 0:
        law = combine(redundant(3, 0.7, cell.d), synergistic(3, 0.7, cell.d), redundant(4, 0.7, cell.d))
    else:
        law = combine(redundant(3, 0.6, cell.d), synergistic(3, 0.7, cell.d))
    estimator = _soi("baseline", cell.steps, cell.batch, cell.lr, device)
    found = estimator.o_information(law.sample(cell.samples, rng=rng), gradients=True, rng=rng)
    terms = found.diagnostics["gradient_terms"]
    return [
        {
            "variable": i + 1,
            "truth": each.value,
            "estimate": ours.value,
            "stderr": ours.stderr,
            "by_information": other.value,
        }
        for i, (each, ours, other) in enumerate(
            zip(law.o_information.gradients, found.gradients, terms, strict=True)
        )
    ]


@dataclass(frozen=True)
class Transform:
    """One redundant system seen through a monotone map of every coordinate."""

    map: str
    protocol: str
    rho: float = 0.6
    d: int = 1
    samples: int = 20_000
    steps: int = 800
    batch: int = 256
    lr: float = 1e-3


def transform(cell: Transform, rng: np.random.Generator, device: str) -> Rows:
    """The same information through different maps."""
    law = redundant(3, cell.rho, cell.d)
    seen = law if cell.map == "identity" else law.transformed(cell.map)
    estimator = _soi(cell.protocol, cell.steps, cell.batch, cell.lr, device)
    found = estimator.o_information(seen.sample(cell.samples, rng=rng), rng=rng)
    return [_measured(found, law.o_information)]


@dataclass(frozen=True)
class Population:
    """Spike counts of six areas in one time window after a flash, with or without a change of image."""

    window: int
    condition: str
    events: int = 2000
    resamples: int = 60
    bins: int = 5
    units: int = 20


DRIVE = {"change": (0.10, 0.45, 0.40, 0.30, 0.15), "non-change": (0.10, 0.20, 0.15, 0.12, 0.10)}
PRIVATE = 0.4
AREAS = 6


def population(cell: Population, rng: np.random.Generator, device: str) -> Rows:
    """Ω of the areas' counts under a Gaussian copula, its bootstrap interval, and Ω of the hidden drives.

    Every area's rate is driven by one common latent number per event and one of its own; counts are Poisson,
    averaged over units. The hidden drives are jointly normal, so that theirs is a closed form.
    """
    del device
    common = DRIVE[cell.condition][cell.window]
    latent = common * rng.standard_normal((cell.events, 1)) + PRIVATE * rng.standard_normal(
        (cell.events, AREAS)
    )
    rate = 0.5 * np.exp(latent)[:, :, None] * np.ones(cell.bins)
    counts = rng.poisson(cell.units * rate) / cell.units
    estimator = GaussianCopula(correct_bias=True)
    areas = [counts[:, a] + 1e-6 * rng.standard_normal(counts[:, a].shape) for a in range(AREAS)]  # no ties
    value = estimator.o_information(areas).omega.value
    again = []
    for _ in range(cell.resamples):
        rows = rng.integers(cell.events, size=cell.events)
        again.append(GaussianCopula().o_information([area[rows] for area in areas]).omega.value)
    rho = common**2 / (common**2 + PRIVATE**2)
    hidden = gaussian_o_information(np.full((AREAS, AREAS), rho) + (1 - rho) * np.eye(AREAS), (1,) * AREAS)
    return [{"omega": value, "half_width": 1.96 * float(np.std(again, ddof=1)), "hidden": hidden.omega.value}]


@dataclass(frozen=True)
class Fmri:
    """All subsets of one size of the 28 brain regions."""

    size: int
    top: int = 5


def fmri_scan(cell: Fmri, rng: np.random.Generator, device: str) -> Rows:
    """The most redundant and most synergistic subsets, with the error of each and the moments of all."""
    del rng, device
    signals = fmri().iloc[1:]  # the first scan, before the magnetisation settles, is four times larger
    scan = scan_nplets(signals, (cell.size,), top=cell.top, device="cpu")
    summary = scan.summary.iloc[0]
    rows = []
    for extreme in scan.extremes.itertuples():
        columns = [signals[[name]].to_numpy() for name in extreme.variables]
        error = GaussianCopula().o_information(columns).omega.stderr
        rows.append(
            {
                "extreme": extreme.extreme,
                "rank": extreme.rank,
                "regions": " – ".join(extreme.variables),
                "tc": extreme.tc,
                "dtc": extreme.dtc,
                "omega": extreme.omega,
                "stderr": error,
                "subsets": int(summary["count"]),
                "synergistic": summary.synergistic,
                "mean": summary["mean"],
                "sd": summary.sd,
            }
        )
    return rows


@dataclass(frozen=True)
class Zoo:
    """One discrete system, exactly and from samples."""

    name: str
    samples: int = 20_000


def zoo(cell: Zoo, rng: np.random.Generator, device: str) -> Rows:
    """TC, DTC and Ω in bits: exact, and by frequencies."""
    del device
    law = next(each for each in ZOO if each.name == cell.name)
    found = DiscretePlugIn().o_information(law.sample(cell.samples, rng=rng))
    sides = {"exact": law.o_information.to("bits"), "sampled": found.to("bits")}
    return [
        {
            f"{name}_{side}": getattr(each, name).value
            for name in ("tc", "dtc", "omega")
            for side, each in sides.items()
        }
    ]


# The authors' stored run, ten redundant variables of ten coordinates, transformer, seed 77: r, then true and estimated
# Ω, TC and DTC. From the JSON files in the history of their repository.
AUTHORS = (
    (0.1, 0.0483, -0.0052, 0.5526, 0.3751, 0.5042, 0.3803),
    (0.2, 0.3285, 0.3392, 2.0953, 1.9239, 1.7667, 1.5847),
    (0.25, 0.6008, 0.6142, 3.2161, 3.0143, 2.6153, 2.4000),
    (0.35, 1.4846, 1.3622, 6.1819, 5.8483, 4.6973, 4.4862),
    (0.375, 1.7880, 1.6423, 7.0851, 6.7287, 5.2971, 5.0864),
    (0.4, 2.1291, 2.0172, 8.0587, 7.6873, 5.9297, 5.6701),
    (0.5, 3.9304, 3.9273, 12.7472, 12.3813, 8.8168, 8.4540),
    (0.6, 6.6373, 6.6600, 19.0375, 18.4957, 12.4002, 11.8357),
    (0.65, 8.4621, 8.3695, 23.0057, 22.4196, 14.5435, 14.0501),
)


@dataclass(frozen=True)
class Stored:
    """One strength of the authors' stored run."""

    rho: float


def stored(cell: Stored, rng: np.random.Generator, device: str) -> Rows:
    """Their estimates beside the closed forms, which are recomputed here."""
    del rng, device
    row = next(each for each in AUTHORS if each[0] == cell.rho)
    truth = system("red", 0, cell.rho, 10).o_information
    return [
        {f"{name}_truth": getattr(truth, name).value for name in QUANTITIES[:3]}
        | {"omega": row[2], "tc": row[4], "dtc": row[6]}
    ]
