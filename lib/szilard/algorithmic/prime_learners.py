"""Learners of the primes: the published boosted trees with their settings, two others, and the split of the data.

Settings are tuned on a validation part and judged on a test part that nothing else has seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from szilard.rng import RNG, generator
from szilard.validation import check_choice, check_integer

__all__ = ["LEARNERS", "Boosting", "Split", "fit_predict", "published_draw", "split"]


@dataclass(frozen=True)
class Boosting:
    """Gradient-boosted trees; the defaults are the published fixed run."""

    rounds: int = 10
    max_depth: int = 10
    learning_rate: float = 0.05
    subsample: float = 0.8
    colsample: float = 0.8
    alpha: float = 0.1
    lambda_: float = 1.0


def published_draw(rng: np.random.Generator) -> Boosting:
    """A random point of the published search space."""
    return Boosting(
        max_depth=int(rng.integers(2, 17)),
        learning_rate=float(np.exp(rng.uniform(-4, 0))),
        subsample=float(rng.uniform(0.5, 1)),
        colsample=float(rng.uniform(0.5, 1)),
        alpha=float(np.exp(rng.uniform(-5, 2))),
        lambda_=float(np.exp(rng.uniform(-5, 2))),
    )


@dataclass(frozen=True)
class Split:
    """Indices of the three parts of a data set."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def split(n: int, test: float = 0.2, validation: float = 0.1, *, rng: RNG) -> Split:
    """A random split of 0, …, n − 1.

    Args:
        n: samples, ≥ 10.
        test: share of the test part.
        validation: share of the validation part.
        rng: seed or generator.
    """
    check_integer(n, "n", minimum=10)
    if not (test > 0 and validation >= 0 and test + validation < 1):
        raise ValueError(f"shares must be positive with a sum below 1; got {test} and {validation}")
    order = generator(rng).permutation(n)
    first, second = round(n * test), round(n * (test + validation))
    return Split(order[second:], order[first:second], order[:first])


def fit_predict(
    learner: str,
    x: np.ndarray,
    prime: np.ndarray,
    unseen: np.ndarray,
    settings: Boosting | None = None,
    *,
    rng: RNG,
    threads: int = 1,
) -> np.ndarray:
    """Scores in [0, 1] that ``learner`` gives to ``unseen`` after training, primes weighted up to half of the weight.

    Args:
        learner: one of ``LEARNERS``.
        x: features of the training part, (n, d).
        prime: their truth, (n,).
        unseen: features to score, (m, d).
        settings: of boosted trees.
        rng: seed or generator.
        threads: of XGBoost.

    Raises:
        ValueError: unknown learner, or its package is missing.
    """
    check_choice(learner, "learner", LEARNERS)
    seed = int(generator(rng).integers(2**31))
    return LEARNERS[learner](x, np.asarray(prime, bool), unseen, settings or Boosting(), seed, threads)


def _xgboost(x: np.ndarray, prime: np.ndarray, unseen: np.ndarray, s: Boosting, seed: int, threads: int) -> np.ndarray:
    try:
        import xgboost
    except ImportError:
        raise ValueError("learner 'xgboost' needs its package: pip install 'szilard[algorithmic]'") from None
    parameters = {
        "objective": "binary:logistic", "max_depth": s.max_depth, "learning_rate": s.learning_rate,
        "subsample": s.subsample, "colsample_bytree": s.colsample, "reg_alpha": s.alpha, "reg_lambda": s.lambda_,
        "scale_pos_weight": float((~prime).sum() / prime.sum()), "seed": seed, "nthread": threads, "verbosity": 0,
    }  # fmt: skip
    data = xgboost.DMatrix(x, label=prime, nthread=threads)
    model = xgboost.train(parameters, data, num_boost_round=s.rounds)
    return model.predict(xgboost.DMatrix(unseen, nthread=threads))


def _histogram(
    x: np.ndarray, prime: np.ndarray, unseen: np.ndarray, s: Boosting, seed: int, threads: int
) -> np.ndarray:
    from sklearn.ensemble import HistGradientBoostingClassifier

    del threads
    model = HistGradientBoostingClassifier(
        max_iter=s.rounds, max_depth=s.max_depth, max_leaf_nodes=None, learning_rate=s.learning_rate,
        l2_regularization=s.lambda_, early_stopping=False, class_weight="balanced", random_state=seed,
    )  # fmt: skip
    return model.fit(x, prime).predict_proba(unseen)[:, 1]


def _logistic(x: np.ndarray, prime: np.ndarray, unseen: np.ndarray, s: Boosting, seed: int, threads: int) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    del s, threads
    regression = LogisticRegression(class_weight="balanced", max_iter=200, random_state=seed)
    model = make_pipeline(StandardScaler(), regression)
    return model.fit(x, prime).predict_proba(unseen)[:, 1]


LEARNERS: dict[str, Callable[..., np.ndarray]] = {
    "xgboost": _xgboost, "histogram trees": _histogram, "logistic": _logistic,
}  # fmt: skip
"""Learners by name: each trains and scores in one call."""
