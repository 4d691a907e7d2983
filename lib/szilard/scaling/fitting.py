r"""Fits of a loss law to runs: a robust penalty on the logarithm of the loss, many starts, tight tolerances, and what
the data leave open, by a bootstrap over runs.

The objective is the *sum* over points of a Huber penalty on ln L̂ − ln L, with L̂ a log-sum-exp of its terms, as in
`hoffmann2022training`. Dividing the sum by the number of points and keeping an optimiser's default tolerances stops too
early, as `besiroglu2024chinchilla` found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from szilard.rng import RNG, generator
from szilard.scaling import _power_loops as loops
from szilard.scaling.laws import ChinchillaLaw, KaplanLaw
from szilard.threads import in_threads, usable_threads
from szilard.validation import as_numbers, check_choice, check_integer, check_positive

Law: TypeAlias = "ChinchillaLaw | KaplanLaw"
Penalty: TypeAlias = Literal["huber", "soft_l1", "square"]
PENALTIES = {"huber": loops.HUBER, "soft_l1": loops.SOFT_L1, "square": loops.SQUARE}
LAWS = {"chinchilla": ("N", "D"), "kaplan": ("N", "S")}
PARAMETERS = ("log_A", "log_B", "log_E", "alpha", "beta")
GRID = ((0.0, 5.0, 10.0, 15.0, 20.0, 25.0),) * 2 + ((-1.0, -0.5, 0.0, 0.5, 1.0),) + ((0.0, 0.5, 1.0, 1.5, 2.0),) * 2
SHARES = ((0.2, 0.2, 0.6), (0.1, 0.4, 0.5), (0.4, 0.1, 0.5), (0.35, 0.35, 0.3), (0.05, 0.05, 0.9), (0.49, 0.49, 0.02))
EXPONENTS = (0.05, 0.15, 0.3, 0.6, 1.2)
LIMIT = 500
BEST = 10
ROUNDING = 1e-20  # a penalty a point that is rounding alone

__all__ = ["Bootstrap", "FitResult", "Problem", "bootstrap", "columns", "fit", "grid_starts"]


@dataclass(frozen=True)
class FitResult:
    """A fitted law, how well it fits, and whether the search can be trusted.

    Args:
        law: the law at the best minimum.
        theta: its parameters (ln A, ln B, ln E, α, β), (5,), the first two the terms' values at N = D = 1.
        objective: the sum of penalties there.
        n: points fitted.
        starts, converged: how many starts there were, and from how many a minimum was reached.
        spread: relative distance of the tenth best minimum from the best; large where the best was found once.
        warnings: sentences about what to doubt.
        problem: what was minimised.
    """

    law: Law
    theta: np.ndarray
    objective: float
    n: int
    starts: int
    converged: int
    spread: float
    warnings: tuple[str, ...]
    problem: Problem = field(repr=False)

    def predict(self, N: ArrayLike, other: ArrayLike, B: ArrayLike = np.inf) -> np.ndarray:
        """Loss in nats of ``N`` parameters and so many tokens; or, where the law counts steps, so many steps of ``B``
        tokens."""
        return self.law.loss(N, other, B) if isinstance(self.law, KaplanLaw) else self.law.loss(N, other)

    def objective_at(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """The sum of penalties at other parameters (ln A, ln B, ln E, α, β), and its gradient (5,)."""
        gradient, curvature = np.empty(5), np.empty((2, 5, 5))
        at, problem = np.asarray(theta, dtype=float), self.problem
        once = np.ones(self.n)
        value = loops.evaluate(at, problem.x, once, problem.delta, problem.kind, gradient, *curvature)
        return float(value), gradient

    @property
    def residuals(self) -> np.ndarray:
        """ln L̂ − ln L at each point, (n,)."""
        return np.log(_predicted(self.theta[None], *self.problem.x[:2])[0]) - self.problem.x[2]


@dataclass(frozen=True)
class Problem:
    """What is minimised: ln N, ln D (or ln S) and ln L (3, n), which parameters are free, and the penalty.

    ``fixed`` holds the values of parameters that are not free; ``made`` turns parameters into a law.
    """

    x: np.ndarray
    fixed: np.ndarray
    free: np.ndarray
    delta: float
    kind: int
    made: Callable[[np.ndarray], Law]

    def descend(self, starts: np.ndarray, weights: np.ndarray | None = None) -> tuple[np.ndarray, ...]:
        """Minima from ``starts`` (m, 5): parameters (m, 5), objectives, whether converged, iterations (m,).

        ``weights`` (m, n) or (1, n) counts points, by default each once.
        """
        centre = self.x[:2].mean(axis=1)
        x = self.x - np.array([*centre, 0.0])[:, None]
        thetas = np.where(self.free, starts, self.fixed)
        thetas[:, :2] -= thetas[:, 3:] * centre
        weights = np.ones((1, x.shape[1])) if weights is None else np.ascontiguousarray(weights, dtype=float)
        m = len(thetas)
        values, converged, iterations = np.empty(m), np.empty(m, dtype=np.bool_), np.empty(m, dtype=np.int64)

        def work(begin: int, end: int) -> None:
            part = slice(begin, end)
            mine = weights if len(weights) == 1 else weights[part]
            loops.descend(
                thetas[part], x, mine, self.free, self.delta, self.kind, LIMIT,
                values[part], converged[part], iterations[part],
            )  # fmt: skip

        workers = min(usable_threads(), m)
        in_threads(work, m, min(m, 8 * workers), workers)
        thetas[:, :2] += thetas[:, 3:] * centre
        return thetas, values, converged, iterations


def fit(
    law: Literal["chinchilla", "kaplan"],
    runs: Any,
    *,
    loss: Penalty = "huber",
    delta: float = 1e-3,
    starts: ArrayLike | Literal["near", "grid"] = "near",
    floor: bool = True,
    first_term: tuple[float, float] | None = None,
    batch: tuple[float, float] | None = None,
) -> FitResult:
    """Fit a law to points of training runs.

    Args:
        law: ``"chinchilla"``, in tokens, or ``"kaplan"``, in steps.
        runs: a table (or mapping of columns) with ``N``, ``loss`` in nats, and ``D`` tokens or ``S`` steps; for
            ``"kaplan"`` with ``batch`` also ``B``, in tokens.
        loss: penalty on ln L̂ − ln L: ``"huber"``, ``"soft_l1"`` (as SciPy scales it), or ``"square"`` (half of it).
        delta: residual from which the penalty grows linearly.
        starts: rows (ln A, ln B, ln E, α, β) to start from, (m, 5); ``"near"``, 150 that split the typical loss in six
            ways and take five exponents for each term; or ``"grid"``, the 4,500 of `besiroglu2024chinchilla`.
        floor: whether there is an irreducible loss; without it E is zero.
        first_term: scale N_c and exponent of the term in N, if they are known and held.
        batch: scale and exponent of the critical batch size; steps are then turned into S_min by it and the loss seen.

    Raises:
        ValueError: an unknown law or penalty, a missing column, values that are not positive, fewer points than
            parameters, or losses that do not fall.
    """
    check_choice(law, "law", LAWS)
    check_positive(delta, "delta")
    problem = _problem(law, runs, check_choice(loss, "loss", PENALTIES), delta, floor, first_term, batch)
    begin = _starts(starts, problem.x)
    thetas, values, converged, _ = problem.descend(begin)
    order = np.argsort(np.where(np.isfinite(values), values, np.inf), kind="stable")
    best = order[0]
    tenth = values[order[min(BEST, len(order)) - 1]]
    spread = float((tenth - values[best]) / max(values[best], ROUNDING * len(problem.x[0])))
    theta = thetas[best]
    if not (theta[3:] > 0).all():
        raise ValueError(
            f"runs must have losses that fall with both columns; best exponents {theta[3]:.3g} and {theta[4]:.3g}"
        )
    made = problem.made(theta)
    return FitResult(
        made,
        theta,
        float(values[best]),
        problem.x.shape[1],
        len(begin),
        int(converged.sum()),
        spread,
        _doubts(bool(converged[best]), int(converged.sum()), len(begin), spread),
        problem,
    )


def grid_starts(*axes: Sequence[float]) -> np.ndarray:
    """Starts on a grid over ln A, ln B, ln E, α and β, (m, 5); by default the 4,500 of `besiroglu2024chinchilla`.

    >>> grid_starts().shape
    (4500, 5)
    """
    return np.array(list(product(*(axes or GRID))), dtype=float)


@dataclass(frozen=True)
class Bootstrap:
    """Laws fitted to runs drawn with replacement: how far a constant or a prediction may be trusted.

    Args:
        laws: a law for each draw in which the loss falls.
        thetas: parameters (ln A, ln B, ln E, α, β) of all draws, (draws, 5).
        groups: how many runs there were to draw from.
        failed: draws in which the loss does not fall, of which there is no law.
    """

    laws: tuple[Law, ...]
    thetas: np.ndarray
    groups: int
    failed: int = 0

    def interval(self, of: Callable[[Law], float], level: float = 0.95) -> tuple[float, float]:
        """Ends of the percentile interval of ``of(law)``."""
        low, high = np.quantile([of(law) for law in self.laws], [(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)

    def predict(self, N: ArrayLike, other: ArrayLike, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the percentile interval of the loss at ``N`` and so many tokens (or steps)."""
        losses = np.array([law.loss(N, other) for law in self.laws])
        low, high = np.quantile(losses, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return low, high

    def correlation(self, first: str, second: str) -> float:
        """Correlation over draws of two of the parameters "log_A", "log_B", "log_E", "alpha" and "beta"."""
        pair = np.array(
            [self.thetas[:, PARAMETERS.index(check_choice(name, "parameter", PARAMETERS))] for name in (first, second)]
        )
        return float(np.corrcoef(pair)[0, 1])


def bootstrap(result: FitResult, n: int = 200, by: ArrayLike | None = None, rng: RNG = 0) -> Bootstrap:
    """Refit ``result`` to its points drawn with replacement, each time from the optimum.

    Args:
        result: the fit.
        n: number of draws.
        by: the run that each point belongs to, (points,): whole runs are drawn, since the points of one training curve
            are not independent. Without it, points are drawn.
        rng: randomness of the draws.

    Raises:
        ValueError: labels of another length than the points, or fewer than two runs.
    """
    check_integer(n, "n", 1)
    labels = np.arange(result.n) if by is None else np.unique(np.asarray(by), return_inverse=True)[1].ravel()
    if len(labels) != result.n:
        raise ValueError(f"by must label each of the {result.n} points; got {len(labels)} labels")
    groups = int(labels.max()) + 1
    if groups < 2:
        raise ValueError("by must tell at least 2 runs apart; got one run: its points are not independent")
    drawn = generator(rng).multinomial(groups, np.full(groups, 1 / groups), size=n)
    weights = drawn[:, labels].astype(float)
    thetas, *_ = result.problem.descend(np.tile(result.theta, (n, 1)), weights)
    falling = (thetas[:, 3:] > 0).all(axis=1)
    laws = tuple(result.problem.made(theta) for theta in thetas[falling])
    return Bootstrap(laws, thetas, groups, int((~falling).sum()))


def columns(runs: Any, names: Sequence[str]) -> list[np.ndarray]:
    """Columns of a table or mapping as positive float64 vectors of one length.

    Raises:
        ValueError: a column is missing, not finite and positive, or of another length.
    """
    found = []
    for name in names:
        if name not in runs:
            raise ValueError(f"runs must have the columns {', '.join(names)}; {name} is missing")
        values = as_numbers(np.asarray(runs[name], dtype=float).ravel(), f"column {name}")
        if not len(values) or (values <= 0).any():
            raise ValueError(f"column {name} must hold numbers > 0; got {min(values, default=None)}")
        found.append(values)
    if len({len(values) for values in found}) > 1:
        raise ValueError(f"columns {', '.join(names)} must be of one length; got {[len(v) for v in found]}")
    return found


def _problem(
    law: str,
    runs: Any,
    loss: str,
    delta: float,
    floor: bool,
    first_term: tuple[float, float] | None,
    batch: tuple[float, float] | None,
) -> Problem:
    if batch and law != "kaplan":
        raise ValueError(f"batch goes with law 'kaplan', which counts steps; got law {law!r}")
    n, other, losses = columns(runs, (*LAWS[law], "loss"))
    if batch:
        other = other / (1 + batch[0] * losses ** (-1 / batch[1]) / columns(runs, ("B",))[0])
    fixed, free = np.array([0.0, 0.0, -np.inf, 0.0, 0.0]), np.array([True, True, floor, True, True])
    if first_term:
        scale, exponent = first_term
        fixed[[0, 3]], free[[0, 3]] = (exponent * np.log(scale), exponent), False
    if len(n) < free.sum():
        raise ValueError(f"runs must hold at least {free.sum()} points, one a parameter; got {len(n)}")
    made = _chinchilla if law == "chinchilla" else lambda theta: _kaplan(theta, batch)
    return Problem(np.log([n, other, losses]), fixed, free, float(delta), PENALTIES[loss], made)


def _starts(starts: Any, x: np.ndarray) -> np.ndarray:
    if isinstance(starts, str):
        named = {"near": _near, "grid": lambda _: grid_starts()}
        return named[check_choice(starts, "starts", named)](x)
    array = np.atleast_2d(as_numbers(np.where(np.isneginf(starts), 0.0, starts), "starts"))  # of a fit without E
    if array.ndim != 2 or array.shape[1] != len(PARAMETERS):
        raise ValueError(f"starts must have shape (m, 5); got {array.shape}")
    return array


def _near(x: np.ndarray) -> np.ndarray:
    """Starts that pass through the middle of the data: ln N, ln D and ln L, (3, n)."""
    log_n, log_d, log_l = x.mean(axis=1)
    pairs = product(SHARES, EXPONENTS, EXPONENTS)
    parts = [(*(np.log(shares) + log_l), alpha, beta) for shares, alpha, beta in pairs]
    starts = np.array(parts)
    starts[:, :2] += starts[:, 3:] * (log_n, log_d)
    return starts


def _doubts(best: bool, converged: int, starts: int, spread: float) -> tuple[str, ...]:
    told = []
    if not best:
        told.append("the best start did not converge: its objective may still fall")
    if converged < starts / 10:
        told.append(f"only {converged} of {starts} starts converged")
    if starts >= BEST and spread > 1e-6:
        told.append(f"the ten best minima differ by {spread:.1e} of the best: more starts may find a better one")
    return tuple(told)


def _chinchilla(theta: np.ndarray) -> ChinchillaLaw:
    a, b, e = np.exp(theta[:3])
    return ChinchillaLaw(float(a), float(b), float(e), float(theta[3]), float(theta[4]))


def _kaplan(theta: np.ndarray, batch: tuple[float, float] | None) -> KaplanLaw:
    with np.errstate(over="ignore"):  # a law refuses a scale that is not finite
        scales = np.exp(theta[:2] / theta[3:])
    law = (float(scales[0]), float(theta[3]), float(scales[1]), float(theta[4]))
    return KaplanLaw(*law, *(batch or (0.0, 1.0)), E_irr=float(np.exp(theta[2])))


def _predicted(thetas: np.ndarray, log_n: np.ndarray, log_d: np.ndarray) -> np.ndarray:
    """Losses (m, n) of parameters (m, 5)."""
    first, second, floor, alpha, beta = thetas.T[:, :, None]
    return np.exp(first - alpha * log_n) + np.exp(second - beta * log_d) + np.exp(floor)
