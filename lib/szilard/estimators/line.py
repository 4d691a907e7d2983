r"""O-information from any estimator of mutual information, by adding up informations.

.. math:: TC=\sum_{i=2}^N I(X^{1\ldots i-1};X^i),\quad S=\sum_{i=1}^N I(X^{\setminus i};X^i),\quad
    \Omega=2\,TC-S,\quad DTC=S-TC

the baseline that `bounoua2024soi` compare with.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from szilard.estimate import Estimate, OInformation
from szilard.estimators.o_information import checked_variables
from szilard.estimators.protocol import Estimator, measure
from szilard.rng import RNG, spawn

__all__ = ["line_o_information"]


def line_o_information(variables: Sequence[ArrayLike], estimator: Estimator, *, rng: RNG = 0) -> OInformation:
    """TC, DTC, Ω and S in nats of three or more variables (n, d_i).

    The last term of the chain is also one of S: it is measured once, so that 2N − 2 measurements suffice for the
    2N − 1 terms. They share samples, so that their errors may line up: the standard errors are those of the worst
    case, the sum of the errors of the terms, and Ω's is usually far too large.

    Raises:
        ValueError: fewer than three variables, different numbers of rows, or samples that the estimator refuses.
    """
    parts = checked_variables(variables, vary=False, fewest=3)
    last = len(parts) - 1
    chain = [(parts[:i], parts[i]) for i in range(1, last)]
    whole = [(parts[:i] + parts[i + 1 :], parts[i]) for i in range(len(parts))]
    streams = spawn(rng, len(chain) + len(whole))
    terms = [measure(estimator, np.hstack(x), y, stream) for (x, y), stream in zip(chain + whole, streams, strict=True)]
    in_tc = np.array([1.0] * len(chain) + [0.0] * last + [1.0])
    in_s = np.array([0.0] * len(chain) + [1.0] * len(whole))
    weights = in_tc, in_s - in_tc, 2 * in_tc - in_s, in_s
    tc, dtc, omega, s = (_sum(terms, each, len(parts[0])) for each in weights)
    warnings = tuple(dict.fromkeys(sentence for term in terms for sentence in term.warnings))
    return OInformation(tc, dtc, omega, s, None, {"terms": tuple(terms), "warnings": warnings})


def _sum(terms: Sequence[Estimate], weights: np.ndarray, n: int) -> Estimate:
    value = sum(w * term.nats for w, term in zip(weights, terms, strict=True))
    worst = sum(abs(w) * term.to("nats").stderr for w, term in zip(weights, terms, strict=True) if w)
    return Estimate(value, worst, n, f"Line, {terms[0].method}")
