r"""O-information from any estimator of mutual information, by adding up informations.

.. math:: TC=\sum_{i=2}^N I(X^{1\ldots i-1};X^i),\quad S=\sum_{i=1}^N I(X^{\setminus i};X^i),\quad
    \Omega=2\,TC-S,\quad DTC=S-TC

the baseline that `bounoua2024soi` compare with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from szilard.estimate import Estimate, OInformation
from szilard.estimators.o_information import checked_variables
from szilard.estimators.protocol import Estimator, measure
from szilard.estimators.registry import make
from szilard.rng import RNG, spawn

if TYPE_CHECKING:
    from szilard.estimators.variational import Variational

_Term: TypeAlias = tuple[np.ndarray, np.ndarray, np.random.Generator]  # x, y and the stream of one information

__all__ = ["line_fleet", "line_o_information"]


def line_o_information(variables: Sequence[ArrayLike], estimator: Estimator | str, *, rng: RNG = 0) -> OInformation:
    """TC, DTC, Ω and S in nats of three or more variables (n, d_i), by an estimator or the registered one of a name.

    The last term of the chain is also one of S: it is measured once, so that 2N − 2 measurements suffice for the
    2N − 1 terms. They share samples, so that their errors may line up: the standard errors are those of the worst
    case, the sum of the errors of the terms, and Ω's is usually far too large.

    Raises:
        ValueError: fewer than three variables, different numbers of rows, or samples that the estimator refuses.
    """
    made = make(estimator) if isinstance(estimator, str) else estimator
    return _added([measure(made, *term) for term in _terms(variables, rng)])


def line_fleet(bound: Variational, systems: Sequence[Sequence[ArrayLike]], rngs: Sequence[RNG]) -> list[OInformation]:
    """:func:`line_o_information` of every system by one neural bound, terms of equal shapes trained side by side.

    Each member has its own samples and stream, and is what it would be alone, to rounding.

    Raises:
        ValueError: another number of ``rngs`` than of systems, or what :func:`line_o_information` refuses.
    """
    from szilard.estimators.variational import variational_fleet

    if len(rngs) != len(systems):
        raise ValueError(f"rngs must be as many as systems, {len(systems)}; got {len(rngs)}")
    asked = [_terms(variables, rng) for variables, rng in zip(systems, rngs, strict=True)]
    shapes: dict[tuple[tuple[int, ...], ...], list[_Term]] = {}
    for x, y, stream in (term for terms in asked for term in terms):
        shapes.setdefault((x.shape, y.shape), []).append((x, y, stream))
    answers = {
        shape: iter(variational_fleet(bound, [term[:2] for term in terms], [term[2] for term in terms]))
        for shape, terms in shapes.items()
    }
    return [_added([next(answers[x.shape, y.shape]) for x, y, _ in terms]) for terms in asked]


def _terms(variables: Sequence[ArrayLike], rng: RNG) -> list[_Term]:
    """The 2N − 2 pairs to be measured: TC's chain without its last term, then those of S, the last of them in both."""
    parts = checked_variables(variables, vary=False, fewest=3)
    chain = [(parts[:i], parts[i]) for i in range(1, len(parts) - 1)]
    whole = [(parts[:i] + parts[i + 1 :], parts[i]) for i in range(len(parts))]
    streams = spawn(rng, len(chain) + len(whole))
    return [(np.hstack(x), y, stream) for (x, y), stream in zip(chain + whole, streams, strict=True)]


def _added(terms: Sequence[Estimate]) -> OInformation:
    """TC, DTC, Ω and S from the estimates of all terms."""
    n = len(terms) // 2 + 1
    in_tc = np.array([1.0] * (n - 2) + [0.0] * (n - 1) + [1.0])
    in_s = np.array([0.0] * (n - 2) + [1.0] * n)
    weights = in_tc, in_s - in_tc, 2 * in_tc - in_s, in_s
    tc, dtc, omega, s = (_sum(terms, each) for each in weights)
    warnings = tuple(dict.fromkeys(sentence for term in terms for sentence in term.warnings))
    return OInformation(tc, dtc, omega, s, None, {"terms": tuple(terms), "warnings": warnings})


def _sum(terms: Sequence[Estimate], weights: np.ndarray) -> Estimate:
    value = sum(w * term.nats for w, term in zip(weights, terms, strict=True))
    worst = sum(abs(w) * term.to("nats").stderr for w, term in zip(weights, terms, strict=True) if w)
    return Estimate(value, worst, terms[0].n, f"Line, {terms[0].method}")
