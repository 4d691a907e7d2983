"""O-information of every small subset of a data set, as a Gaussian copula sees it: all triplets, quadruplets and so on.

The subsets of N variables are many, but each is cheap: TC and DTC need one determinant and the diagonal of one inverse.
They are walked through in blocks, and only extremes and moments are kept.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import digamma

from szilard.device import resolve_device
from szilard.estimators._common import tie_warnings
from szilard.estimators._nplet_loops import SINGULAR, scan
from szilard.estimators.gaussian import DISCRETE, few_doubts, normal_scores
from szilard.progress import progress_bar
from szilard.threads import usable_threads
from szilard.validation import as_samples, check_integer, check_varies, has_ties

BLOCK = 1 << 16  # subsets at work in one thread
MEASURES = ("tc", "dtc", "omega", "s")

Samples: TypeAlias = ArrayLike | pd.DataFrame

__all__ = ["NPlets", "nplets", "scan_nplets"]


@dataclass(frozen=True)
class NPlets:
    """What a scan over all subsets keeps.

    Args:
        extremes: the subsets with largest and smallest Ω of each size, one row each, in nats: ``size``, ``extreme``
            ("redundant" or "synergistic"), ``rank``, ``variables``, ``tc``, ``dtc``, ``omega``, ``s``.
        summary: one row per size: ``count``, ``singular``, mean, standard deviation, smallest and largest Ω, and the
            share of subsets with negative Ω.
        warnings: why the numbers may be unreliable: ties, or few samples for the largest subsets.
    """

    extremes: pd.DataFrame
    summary: pd.DataFrame
    warnings: tuple[str, ...] = ()


def nplets(
    data: Samples, subsets: Sequence[Sequence[Hashable]], *, correct_bias: bool = True, device: str = "auto"
) -> pd.DataFrame:
    """TC, DTC, Ω and S in nats of the named subsets of a data set's columns under a Gaussian copula.

    Args:
        data: samples (n, N), an array or a data frame.
        subsets: column names of a frame, or column numbers; two or more each, of one size or of several.
        correct_bias: as :func:`scan_nplets`.
        device: ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"cuda:N"``.

    Returns:
        One row per subset in the given order: ``variables``, ``tc``, ``dtc``, ``omega``, ``s``. A subset in which some
        variable is fixed by the others has infinite TC and DTC, and Ω is nan. Its ``attrs["warnings"]`` are those of
        :class:`NPlets`.
    """
    names, correlation, n, ties = _copula(data)
    places = {name: i for i, name in enumerate(names)}
    rows = [_located(subset, places, len(names)) for subset in subsets]
    table = pd.DataFrame(index=range(len(rows)), columns=list(MEASURES), dtype=float)
    for size in sorted({len(row) for row in rows}):
        _check_size(size, len(names), n)
        where = [i for i, row in enumerate(rows) if len(row) == size]
        chosen = np.array([rows[i] for i in where])
        parts = _by_factorisation(correlation, chosen, resolve_device(device))
        table.loc[where] = _measures(*parts, size, n if correct_bias else None)
    table.insert(0, "variables", [tuple(names[i] for i in row) for row in rows])
    table.attrs["warnings"] = (*ties, *few_doubts(n, (1,) * max(map(len, rows), default=0), 0.0, correct_bias))
    return table


def scan_nplets(
    data: Samples, sizes: Sequence[int] = (3, 4, 5, 6), *, top: int = 20, correct_bias: bool = True,
    device: str = "auto", progress: bool = True,
) -> NPlets:  # fmt: skip
    r"""The most redundant and most synergistic subsets among all of the given sizes, under a Gaussian copula.

    With R the correlations of the normal scores within a subset of k columns and P its inverse,

    .. math:: TC = -\tfrac12\ln|R|,\qquad DTC = \tfrac12\Bigl(\ln|R| + \sum_i \ln P_{ii}\Bigr),\qquad \Omega = TC - DTC

    (`rosas2019oinformation`). Time grows with the number of subsets, memory does not.

    Args:
        data: samples (n, N), an array or a data frame, whose column names then stand in the result.
        sizes: sizes of the subsets, each from 2 to N and below n.
        top: how many extremes to keep of either kind and every size.
        correct_bias: take off the expectation of the plug-in value minus the truth for n normal samples.
        device: ``"auto"``, ``"cpu"`` (compiled, all cores), ``"cuda"`` or ``"cuda:N"`` (batched factorisations).
        progress: show a bar on a terminal.

    Raises:
        ValueError: data not numeric, not finite, a constant column, a size that does not fit, ``top`` below 1.
    """
    check_integer(top, "top", minimum=1)
    names, correlation, n, ties = _copula(data)
    for size in sizes:
        _check_size(size, len(names), n)
    place = resolve_device(device)
    extremes, summary, done = [], [], 0
    with progress_bar(progress, sum(comb(len(names), size) for size in sizes), "n-plets") as show:
        for size in sizes:
            running = _Running(top, size)
            for subsets, dets, precisions in _blocks(correlation, size, place):
                running.add(subsets, _measures(dets, precisions, size, n if correct_bias else None))
                done += len(subsets)
                show(done, f"size {size}")
            extremes.append(running.extremes(names))
            summary.append(running.summary())
    warnings = (*ties, *few_doubts(n, (1,) * max(sizes), 0.0, correct_bias))
    return NPlets(pd.concat(extremes, ignore_index=True), pd.DataFrame(summary), warnings)


def _copula(data: Samples) -> tuple[list[Hashable], np.ndarray, int, list[str]]:
    """Column names, correlations of the normal scores, the number of samples, and a sentence on ties."""
    names = list(data.columns) if isinstance(data, pd.DataFrame) else None
    if names and len(set(names)) < len(names):
        raise ValueError(f"data must name each column once; got {len(names)} columns of {len(set(names))} names")
    x = as_samples(data, "data")
    check_varies(x, "data")
    correlation, ties = np.corrcoef(normal_scores(x).T), tie_warnings(has_ties(x), DISCRETE)
    return names or list(range(x.shape[1])), np.atleast_2d(correlation), len(x), ties


def _located(subset: Sequence[Hashable], places: dict[Hashable, int], columns: int) -> list[int]:
    missing = [name for name in subset if name not in places]
    if missing:
        raise ValueError(f"subsets must name columns of the data ({columns} of them); got {missing[0]!r}")
    if len(set(subset)) < len(subset):
        raise ValueError(f"a subset must not name a column twice; got {tuple(subset)}")
    return [places[name] for name in subset]


def _check_size(size: int, columns: int, n: int) -> None:
    check_integer(size, "sizes", minimum=2)
    if size > columns:
        raise ValueError(f"sizes must be at most the {columns} columns of the data; got {size}")
    if size >= n:
        raise ValueError(f"a subset of {size} columns needs more than {size} samples; got {n}")


def _measures(dets: np.ndarray, precisions: np.ndarray, size: int, n: int | None) -> np.ndarray:
    """(count, 4): TC, DTC, Ω and S from determinants and products of precisions; infinite where the former is 0."""
    regular = dets > 0
    log_det = np.log(dets, where=regular, out=np.full(len(dets), -np.inf))
    log_precision = np.log(precisions, where=regular, out=np.full(len(dets), np.inf))
    tc = -0.5 * log_det
    dtc = 0.5 * np.add(log_det, log_precision, where=regular, out=np.full(len(dets), np.inf))
    if n is not None:
        whole, rest, one = (_entropy_bias(order, n) for order in (size, size - 1, 1))
        tc -= size * one - whole
        dtc -= size * rest - (size - 1) * whole
    omega = np.subtract(tc, dtc, where=regular, out=np.full(len(dets), np.nan))
    return np.stack([tc, dtc, omega, tc + dtc], axis=1)


def _entropy_bias(order: int, n: int) -> float:
    """Expectation of the plug-in entropy in ``order`` normal dimensions minus the entropy, in nats."""
    freedom = n - 1
    halves = (freedom + 1 - np.arange(1, order + 1)) / 2
    return 0.5 * float(digamma(halves).sum() + order * np.log(2 / freedom))


def _blocks(correlation: np.ndarray, size: int, device: str) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """All subsets with their determinants and precision products, block by block, in lexicographic order."""
    work = _prefix_blocks(len(correlation), size)
    if device != "cpu":
        for prefixes in work:
            subsets = np.array([(*p, *rest) for p in prefixes for rest in _completions(p, len(correlation), size)])
            yield (subsets, *_by_factorisation(correlation, subsets, device))
        return
    threads = usable_threads()
    with ThreadPoolExecutor(threads) as pool:
        while batch := list(islice(work, 2 * threads)):  # a few blocks in memory, never all
            yield from pool.map(lambda prefixes: _by_scan(correlation, prefixes, size), batch)


def _by_scan(
    correlation: np.ndarray, prefixes: list[tuple[int, ...]], size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    count = sum(_below(prefix, len(correlation), size) for prefix in prefixes)
    subsets, dets, precisions = np.empty((count, size), np.int64), np.empty(count), np.empty(count)
    first = np.array(prefixes, dtype=np.int64).reshape(len(prefixes), -1)
    scan(correlation, first, subsets, dets, precisions)
    return subsets, dets, precisions


def _by_factorisation(correlation: np.ndarray, subsets: np.ndarray, device: str) -> tuple[np.ndarray, np.ndarray]:
    """Determinants and precision products of the given subsets by batched Cholesky factors in torch."""
    import torch

    whole, chosen = torch.as_tensor(correlation, device=device), torch.as_tensor(subsets, device=device)
    dets, precisions = [], []
    for part in chosen.split(BLOCK):
        factor, _ = torch.linalg.cholesky_ex(whole[part[:, :, None], part[:, None, :]])
        left = factor.diagonal(dim1=1, dim2=2).square()
        singular = ~(left >= SINGULAR).all(1)
        factor[singular] = torch.eye(subsets.shape[1], dtype=factor.dtype, device=device)
        dets.append(left.prod(1).masked_fill(singular, 0.0))
        precisions.append(torch.cholesky_inverse(factor).diagonal(dim1=1, dim2=2).prod(1))
    return torch.cat(dets).cpu().numpy(), torch.cat(precisions).cpu().numpy()


def _prefix_blocks(columns: int, size: int) -> Iterator[list[tuple[int, ...]]]:
    """Prefixes in lexicographic order, together so many that each list stands for about ``BLOCK`` subsets."""
    length = next(m for m in range(size) if comb(columns - m, size - m) <= BLOCK or m == size - 1)
    block: list[tuple[int, ...]] = []
    size_of_block = 0
    for prefix in combinations(range(columns), length):
        below = _below(prefix, columns, size)
        if size_of_block and size_of_block + below > BLOCK:
            yield block
            block, size_of_block = [], 0
        if below:
            block.append(prefix)
            size_of_block += below
    if block:
        yield block


def _below(prefix: tuple[int, ...], columns: int, size: int) -> int:
    """How many subsets begin with a prefix."""
    start = prefix[-1] + 1 if prefix else 0
    return comb(columns - start, size - len(prefix))


def _completions(prefix: tuple[int, ...], columns: int, size: int) -> Iterator[tuple[int, ...]]:
    start = prefix[-1] + 1 if prefix else 0
    return combinations(range(start, columns), size - len(prefix))


class _Running:
    """Running extremes and moments of the subsets of one size."""

    def __init__(self, top: int, size: int) -> None:
        self.top, self.size, self.count, self.singular, self.negative = top, size, 0, 0, 0
        self.total = self.squares = 0.0
        self.low = self.high = np.empty((0, size), np.int64), np.empty((0, len(MEASURES)))

    def add(self, subsets: np.ndarray, values: np.ndarray) -> None:
        regular = np.isfinite(values[:, 2])
        self.singular += int((~regular).sum())
        subsets, values = subsets[regular], values[regular]
        omega = values[:, 2]
        self.count += len(omega)
        self.negative += int((omega < 0).sum())
        self.total += float(omega.sum())
        self.squares += float((omega**2).sum())
        self.low = self._best(self.low, subsets, values, sign=1)
        self.high = self._best(self.high, subsets, values, sign=-1)

    def _best(
        self, best: tuple[np.ndarray, np.ndarray], subsets: np.ndarray, values: np.ndarray, sign: int
    ) -> tuple[np.ndarray, np.ndarray]:
        if len(values) > self.top:  # ties at the cut stay in, so that the order of blocks cannot decide
            edge = np.partition(sign * values[:, 2], self.top - 1)[self.top - 1]
            inside = sign * values[:, 2] <= edge
            subsets, values = subsets[inside], values[inside]
        subsets, values = np.concatenate([best[0], subsets]), np.concatenate([best[1], values])
        order = np.lexsort([*subsets.T[::-1], sign * values[:, 2]])[: self.top]
        return subsets[order], values[order]

    def extremes(self, names: list[Hashable]) -> pd.DataFrame:
        parts = []
        for extreme, (subsets, values) in (("redundant", self.high), ("synergistic", self.low)):
            part = pd.DataFrame(values, columns=list(MEASURES))
            part.insert(0, "variables", [tuple(names[i] for i in row) for row in subsets])
            part.insert(0, "rank", range(1, len(part) + 1))
            part.insert(0, "extreme", extreme)
            part.insert(0, "size", subsets.shape[1])
            parts.append(part)
        return pd.concat(parts, ignore_index=True)

    def summary(self) -> dict[str, float]:
        mean = self.total / self.count if self.count else np.nan
        variance = max(self.squares / self.count - mean**2, 0.0) if self.count else np.nan
        ends = [float(best[1][0, 2]) if len(best[1]) else np.nan for best in (self.low, self.high)]
        return {
            "size": self.size,
            "count": self.count + self.singular,
            "singular": self.singular,
            "mean": mean,
            "sd": float(np.sqrt(variance)),
            "smallest": ends[0],
            "largest": ends[1],
            "synergistic": self.negative / self.count if self.count else np.nan,
        }
