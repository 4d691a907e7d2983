"""Tables of the chapter on primes as readers see them, made from what the experiments return."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from szilard.algorithmic import CodingTable

__all__ = [
    "bits_table",
    "block_bits",
    "distances_table",
    "learners_table",
    "machine_totals",
    "normal_curve",
    "ranks",
    "sums_table",
    "theorem_table",
    "transitions",
    "tuning_table",
]

SHOWN = {
    "decimal": "digits as one float, as published",
    "n": "n as one float",
    "bits": "one column per digit",
    "residues": "n mod 2, 3, 5",
    "bits and residues": "digits and n mod 3, 5, 7, 11, 13",
}


def learners_table(table: pd.DataFrame) -> pd.DataFrame:
    """One row per learner: what it is shown, quality, and the best rule by the same residues."""
    return pd.DataFrame(
        {
            "shown": table.features.map(SHOWN),
            "learner": table.learner,
            "AUC": table.auc,
            "best by residues": table.oracle,
            "recall": table.recall,
            "called prime": table.predicted_rate,
            "precision": table.precision,
        }
    )


def tuning_table(table: pd.DataFrame) -> pd.DataFrame:
    """The best draw by validation, its test area, and the test area of the best draw by the test part itself."""
    rows = []
    for name, part in table.groupby("features", sort=False):
        chosen = part.loc[part.validation.idxmax()]
        rows.append(
            {
                "shown": SHOWN[str(name)],
                "draws": len(part),
                "validation AUC of the best": chosen.validation,
                "its test AUC": chosen.test,
                "best test AUC": part.test.max(),
            }
        )
    return pd.DataFrame(rows)


def distances_table(table: pd.DataFrame) -> pd.DataFrame:
    """One row per N: moments of ω, errors of their expansions, and Kolmogorov distances of four distributions."""
    first = table.groupby("n", sort=False).first().reset_index()
    return pd.DataFrame(
        {
            "N": first.n,
            "mean": first["mean"],
            "error of the expansion": first.mean_error_2,
            "variance": first.variance,
            "ln ln N": first.log_log,
            "skewness": first.skewness,
            "N(ln ln N, ln ln N)": first.far_normal,
            "N(mean, variance)": first.far_fitted,
            "Selberg–Delange": first.far_next,
        }
    )


def sums_table(table: pd.DataFrame) -> pd.DataFrame:
    """One row per x with the limits that the columns tend to in the last."""
    from szilard.algorithmic.zeta_sums import prime_constants

    c = prime_constants()
    columns = {
        "n": "x",
        "primes": "π(x)",
        "log_sum": "Σ ln p/p − ln x",
        "inverse_sum": "Σ 1/p − ln ln x",
        "theta": "θ(x)/x",
        "psi": "ψ(x)/x",
        "product": "Π(1−1/p) ln x",
    }
    shown = table[list(columns)].rename(columns=columns).astype({"x": str, "π(x)": str})
    limits = ["limit", "", c.mertens_log, c.mertens, 1.0, 1.0, math.exp(-c.gamma)]
    shown.loc[len(shown)] = limits
    return shown


def bits_table(table: pd.DataFrame) -> pd.DataFrame:
    """Bits per integer by description and N."""
    wide = table.pivot(index="description", columns="n", values="per_integer")
    wide = wide.loc[table.description.unique()]
    wide.columns = [f"bits per integer, N = 10^{round(math.log10(n))}" for n in wide.columns]
    return wide.reset_index()


def theorem_table(table: pd.DataFrame) -> pd.DataFrame:
    """What stands for the complexity of the primes ≤ N under four readings, in bits."""
    names = {
        "a sieve in Python": "K of the one sequence there is, at most",
        "one of all sets of that size, log₂ C(N, π(N))": "most entropy with the density known",
        "one bit per integer": "what the theorem says, ∼ N",
        "list of the primes, π(N) log₂ N": "π(N) ln N nats, in bits",
    }
    part = table[table.description.isin(names)]
    wide = part.pivot(index="description", columns="n", values="bits").loc[list(names)]
    wide.columns = [f"N = 10^{round(math.log10(n))}" for n in wide.columns]
    return wide.reset_index(drop=True).assign(reading=list(names.values()))[["reading", *wide.columns]]


def transitions(table: pd.DataFrame, modulus: int, n: int | None = None) -> pd.DataFrame:
    """Ratio of counts to independence: rows by the residue of a prime, columns by that of the next."""
    part = table[(table.modulus == modulus) & (table.n == (n or table.n.max()))]
    return part.pivot(index="first", columns="second", values="ratio")


def normal_curve(x: np.ndarray, mean: float, variance: float) -> np.ndarray:
    """Density of the normal distribution."""
    return np.exp(-((x - mean) ** 2) / 2 / variance) / np.sqrt(2 * np.pi * variance)


def block_bits(table: pd.DataFrame, column: str = "bits") -> pd.DataFrame:
    """Block decomposition into blocks of twelve: rows by coding, columns by source."""
    names = {"cramer": "coins of the primes' density", "coins": "fair coins"}
    wide = table[table.block == 12].pivot(index="coding", columns="source", values=column)
    return wide[["primes", "cramer", "coins"]].rename(columns=names)


def machine_totals(table: pd.DataFrame) -> pd.DataFrame:
    """One row per number of states: machines, halting ones, strings, longest run and what the census had to run."""
    columns = ["machines", "halting", "longest_run", "runs"]
    totals = table.groupby("states")[columns].first()
    totals.insert(2, "strings", table.groupby("states").output.count())
    return totals.reset_index()


def ranks(table: pd.DataFrame, states: int, shortest: int, longest: int) -> float:
    """Spearman correlation of complexity by machines of ``states`` states with the published one."""
    part = table[(table.states == states) & table.published.notna()]
    ours, published = (CodingTable(dict(zip(part.output, part[name], strict=True))) for name in ("bits", "published"))
    return ours.rank_correlation(published, shortest, longest)
