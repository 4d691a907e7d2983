"""Decisions about tasks against toqito and QuTiP, and the Gram test against the Choi program: seconds, values, ratio.

    python tests/benchmarks/bench_constructor.py
    python tests/benchmarks/bench_constructor.py --out constructor.csv

Each runs once before it is timed, so that neither imports nor compilation count; the best of several rounds counts.
"other" is the peer, or, in the rows on sizes, our own Choi program on the same pure states.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from szilard import constructor as ct
from szilard.constructor import _choi


def timed(run: Callable[[], float], rounds: int) -> tuple[float, float]:
    """Seconds of the best round, and the value."""
    value, best = run(), np.inf
    for _ in range(rounds):
        start = time.perf_counter()
        value = run()
        best = min(best, time.perf_counter() - start)
    return best, float(value)


def row(what: str, other: str, ours: Callable[[], float], theirs: Callable[[], float], rounds: int = 3) -> dict:
    mine, value = timed(ours, rounds)
    peer, wanted = timed(theirs, rounds)
    fields = {"ratio": peer / mine, "what": what, "szilard (s)": mine, "other": other, "other (s)": peer}
    return fields | {"difference of values": abs(value - wanted)}


def columns(values: ct.Variable) -> list[np.ndarray]:
    return [ct.vectors(x) for x in values]


def counterfeiting() -> dict:
    """The best copies of the four states of a quantum banknote: 3/4."""
    from toqito.state_opt import optimal_clone

    task, states = ct.clone_task(ct.BB84, ct.Z[0]), columns(ct.BB84)
    return row(
        "best copies of four states",
        "toqito",
        lambda: ct.best_performance(task).value,
        lambda: optimal_clone(states, [0.25] * 4),
    )


def guessing() -> dict:
    """Telling two states apart: Helstrom's value."""
    from toqito.state_opt import state_distinguishability

    labels = ct.QuantumModel(2).labels(2)
    goals = [(0.5, x, label) for x, label in zip((ct.Z[0], ct.X[0]), labels, strict=True)]
    states = [ct.vectors(x) for x in (ct.Z[0], ct.X[0])]
    return row(
        "telling two states apart",
        "toqito",
        lambda: ct.best_score(goals).value,
        lambda: state_distinguishability(states, [0.5, 0.5])[0],
    )


def applying() -> dict:
    """A channel applied to a state, and the trace distance of two states that it leaves."""
    import qutip

    best = ct.best_performance(ct.clone_task(ct.BB84, ct.Z[0])).channel
    inputs = [np.kron(v, [[1.0], [0.0]])[:, 0] for v in columns(ct.Z)]
    operators = [qutip.Qobj(k) for k in best.kraus]
    kets = [qutip.Qobj(v.reshape(-1, 1)) for v in inputs]

    def ours() -> float:
        return float(np.linalg.norm(best(inputs[0]) - best(inputs[1]), "nuc") / 2)

    def theirs() -> float:
        made = [sum(k * qutip.ket2dm(v) * k.dag() for k in operators) for v in kets]
        return qutip.tracedist(*made)

    return row("distance after the best copier", "QuTiP", ours, theirs, 10)


def gram_against_choi(n: int) -> dict:
    """One random task on n pure states, decided by the Gram matrix and by the Choi matrix."""
    rng = np.random.default_rng(n)
    source, target = ct.random_pure_states(1, n, min(n, 4), rng)[0], ct.random_pure_states(1, n, 2, rng)[0]
    given, wanted = [v.reshape(-1, 1) for v in source], [v.reshape(-1, 1) for v in target]
    gram, goal = ct.grams(source[None]), ct.grams(target[None])
    return row(
        f"one decision, {n} states",
        "Choi program",
        lambda: ct.joint_margins(gram, goal)[0] >= 0,
        lambda: _choi.fill(given, wanted).margin > -1e-6,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", help="CSV file to write")
    options = parser.parse_args()
    rows = [counterfeiting(), guessing(), applying(), *(gram_against_choi(n) for n in (2, 3, 4, 6))]
    table = pd.DataFrame(rows)
    print(table.to_string(index=False, float_format="{:.3g}".format))
    if options.out:
        table.to_csv(options.out, index=False, float_format="%.3g")


if __name__ == "__main__":
    main()
