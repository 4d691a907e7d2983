"""The claims of the chapter on constructor theory, each beside its judge and the control it must not pass."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from szilard.compendium import Control, Finding, Kind, at_least, at_most, between, claim, claims_of, holds

__all__ = ["CLAIMS"]

DEFINITIONS, CONSEQUENCES, BEYOND = "the definitions", "the consequences", "beyond the paper"
TRUTH = {  # permutations possible, margin of copying, whether it is an information variable: derived by hand
    "{0, 1}": (2, 1.0, True),
    "{+, −}": (2, 1.0, True),
    "{0, +}": (2, 1 - 2**0.5, False),
    "{0, 1, +, −}": (8, -1.0, False),
    "three at 120°": (6, -3.0, False),
    "{0, +, i}": (3, -1.0, False),
}
LABELS = [f"C{i}" for i in range(1, 9)]
SUPER, OVERLAPPING, PLAIN = (True, False, True), (False, False, False), (True, True, False)
CHAIN = {  # whether values are disjoint, whether the union is an information variable, whether it is superinformation
    "qubit": SUPER, "qubit, Clifford gates only": SUPER, "toy bit": SUPER, "qutrit, states left out": SUPER,
    "toy bit, points as states": OVERLAPPING, "classical, overlapping": OVERLAPPING, "classical, disjoint": PLAIN,
}  # fmt: skip
LINES = 14
GRANTED = {  # which consequences hold: by counting states, and by a measurer that prepares + wherever it saw 0 or 1
    "classical, all maps": ("C7",),
    "classical, permutations": ("C2", "C5", "C7"),
    "classical, permutations and a blank": ("C7",),
    "qutrit, states left out": ("C1", "C2", "C3", "C6′", "C7"),
}
PAIRS = {4: 3, 5: 55, 6: 655}  # by the number of states, from Stirling numbers of the second kind


def _within(error: float) -> str:
    """An error as a bound that every machine agrees on: rounding differs in its digits."""
    bound = next((b for b in ("1e-12", "1e-9", "1e-6", "1e-3") if error < float(b) / 10), None)
    return f"below {bound}" if bound else f"{error:.3g}"


def _as(medium: str, other: str) -> dict[str, Callable[[pd.DataFrame], pd.DataFrame]]:
    """The control that puts the rows of one medium in the place of another's."""
    return {f"{other} in its place": lambda table: table[table.medium == other].assign(medium=medium)}


@claim(
    experiment="truth",
    where=DEFINITIONS,
    tolerance=(
        holds("permutations counted as derived by hand"),
        at_most("error of the margin of copying", 1e-6),
        holds("information variables as derived, all certificates accepted"),
    ),
    controls={
        "a medium in which everything is possible": lambda table: table.assign(
            permutations=table.of, margin=1.0, information=True
        )
    },
    shown="tab-constructor_theory-qubit-truth",
)
def definitions(table: pd.DataFrame) -> Finding:
    """Permuting and copying alone tell which of six sets of qubit states are information: the orthonormal pairs."""
    derived = pd.DataFrame(TRUTH, index=["permutations", "margin", "information"]).T.loc[list(table.states)]
    counts = table.permutations.to_numpy() == derived.permutations.to_numpy()
    errors = np.abs(table.margin.to_numpy() - derived.margin.to_numpy(dtype=float))
    proved = (table.information.to_numpy() == derived.information.to_numpy()) & (table.proved == 1).to_numpy()
    proved = np.where(table[["information", "proved"]].isna().any(axis=1), np.nan, proved)
    text = f"counts {'as derived' if counts.all() else 'differ'}, errors of margins {_within(errors.max())}"
    return Finding(f"{text}; {int(table.information.sum())} of {len(TRUTH)} inform", counts, errors, proved)


@claim(
    where=DEFINITIONS,
    tolerance=holds("all seven media pass every line but those that derivation says they fail"),
    controls=_as("qubit", "classical, overlapping"),
    shown="tab-constructor_theory-chain",
)
def chain(table: pd.DataFrame) -> Finding:
    """Every definition from information to superinformation is decided from the ones before; two classical observables
    whose union is none fail because their values share states."""
    last = table.groupby("medium").cumcount(ascending=False)
    wanted = [k > 2 or CHAIN[medium][2 - k] for k, medium in zip(last, table.medium, strict=True)]
    right = table.holds.to_numpy() == np.array(wanted)
    lines = table.groupby("medium").size().reindex(list(CHAIN), fill_value=0) == LINES
    return Finding(f"{int(right.sum())} of {len(table)} lines as derived", [*right, *lines])


def _held(table: pd.DataFrame, labels: list[str]) -> tuple[str, pd.Series]:
    """Which of the consequences hold with an accepted certificate, each in all its forms, C6 with C6′."""
    proved = (table.holds == 1) & (table.proved == 1)
    each = proved.groupby(table.label.str.rstrip("′")).all().reindex(labels, fill_value=False)
    return f"{int(each.sum())} of {len(labels)} hold", each


@claim(
    experiment="consequences",
    where=CONSEQUENCES,
    tolerance=holds("all of C1 to C8 hold in the qubit, each with an accepted certificate"),
    rows="medium == 'qubit'",
    controls=_as("qubit", "classical, all maps"),
    shown="tab-constructor_theory-superinfo-consequences",
)
def superinformation(table: pd.DataFrame) -> Finding:
    """In one superinformation medium, the qubit, all eight consequences hold, among them no cloning, complementarity,
    unpredictability, perturbation and locally inaccessible information."""
    text, held = _held(table, LABELS)
    return Finding(f"{text}, {int(table.proved.sum())} of {len(table)} rows proved", held)


@claim(
    experiment="consequences",
    where=CONSEQUENCES,
    tolerance=holds("all of C1 to C8 hold in Spekkens' toy bit, each with an accepted certificate"),
    rows="medium == 'toy bit'",
    controls=_as("toy bit", "classical, all maps"),
    shown="tab-constructor_theory-superinfo-consequences",
)
def not_only_quantum(table: pd.DataFrame) -> Finding:
    """All eight consequences hold in a medium that is not quantum: the toy bit, knowledge taken as states."""
    return Finding(*_held(table, LABELS))


@claim(
    experiment="partitions",
    where=CONSEQUENCES,
    tolerance=(
        at_most("superinformation pairs of observables", 0),
        holds("as many pairs decided as there are, for four, five and six states"),
    ),
    rows="dynamics == 'all'",
    controls={
        "permutations alone, no ancilla": Control(lambda table: table[table.dynamics == "permutations"], "partitions")
    },
    shown="tab-constructor_theory-partitions",
)
def not_classical(table: pd.DataFrame) -> Finding:
    """No classical medium of up to six states on which all maps can be done is a superinformation medium."""
    complete = table.pairs.to_numpy() == table.states.map(PAIRS).to_numpy()
    text = f"{int(table.super.sum())} of {int(table.pairs.sum())} pairs"
    return Finding(text, table.super, [*complete, len(table) == len(PAIRS)])


@claim(
    experiment="consequences",
    where="judged here: what is granted",
    kind=Kind.OURS,
    tolerance=(
        holds("C7 alone holds; with permutations and no blank, C2 and C5 too; in the qutrit, C1 to C3 and C6′ too"),
        holds("each verdict has an accepted certificate"),
    ),
    rows="medium.str.contains('classical|qutrit')",
    controls={
        "the qubit in their place": lambda table: pd.concat(
            table[(table.medium == "qubit") & (table.label != "C8")].assign(medium=medium) for medium in GRANTED
        )
    },
    shown="tab-constructor_theory-superinfo-consequences",
)
def dynamics(table: pd.DataFrame) -> Finding:
    """In a classical medium maps refute C1 to C6, save C2 and C5 for permutations without a blank; in a qutrit, C4 to
    C6 fail for observables that leave states out, and C6 holds for measurers that leave X as it was."""
    wanted = [label in GRANTED[medium] for label, medium in zip(table.label, table.medium, strict=True)]
    right = (table.holds.to_numpy() == np.array(wanted)) & (table.groupby(["medium", "label"]).cumcount() == 0)
    complete = len(table) == 8 * len(GRANTED)
    return Finding(f"{int(right.sum())} of {len(table)} as derived", [*right, complete], table.proved)


@claim(
    experiment="cloning",
    where="what impossible means; judged here on copying two states",
    tolerance=(
        at_most("error of the closed form", 1e-6),
        at_least("gap at overlaps strictly between 0 and 1", 1e-6),
        at_most("gap at overlaps 0 and 1", 1e-6),
    ),
    controls={
        "states that can be copied": lambda table: table.assign(bound=1.0),
        "a linear gap": lambda table: table.assign(fidelity=1 - 0.02 * table.overlap),
    },
    shown="fig-constructor_theory-cloning-gap",
)
def gap(table: pd.DataFrame) -> Finding:
    """An impossible task stays a fixed amount away from being performed."""
    errors = (table.fidelity - table.formula).abs()
    inside = (table.overlap > 0) & (table.overlap < 1)
    gaps = 1 - table.bound
    text = f"error of the formula {_within(errors.max())}; gap {gaps[inside].min():.1e} to {gaps.max():.4f} inside"
    return Finding(text, errors, gaps[inside], gaps[~inside].abs())


@claim(
    where=f"{CONSEQUENCES}; judged here on one pair of bases of a qubit",
    tolerance=(
        at_most("distance of four optima from 1/2", 1e-6),
        at_most("best chance that the records of two measurers differ", 1e-6),
    ),
    controls={"a classical medium, in which all can be done": lambda table: table.assign(best=1.0, bound=1.0)},
    shown="tab-constructor_theory-measurers",
)
def measurers(table: pd.DataFrame) -> Finding:
    """The best measurer of Z spares + and − by half on average and, fed +, has no sharp record, though two in a row
    agree with certainty; the best detector of sharpness only guesses."""
    differ = table.goal.str.contains("different").to_numpy()
    values = table[["best", "bound"]].to_numpy()
    half, none = np.abs(values[~differ] - 0.5), np.abs(values[differ])
    text = f"four optima off 1/2 by {_within(half.max())}; two records differ with a chance {_within(none.max())}"
    return Finding(text, [*half.ravel(), 0.0 if len(half) == 4 else 1.0], none)


@claim(
    where=CONSEQUENCES,
    tolerance=(
        at_most("distance of the chance from both sides from 1", 1e-9),
        at_most("distance of the chance from one side from (1 + |cos 2θ|)/2, which is 1/2 at 45°", 1e-9),
    ),
    controls={"products of states, which each side holds": lambda table: table.assign(**{"one side": 1.0})},
    shown="fig-constructor_theory-bell-local",
)
def local(table: pd.DataFrame) -> Finding:
    """Two systems can hold information of which neither holds any."""
    both = (table["both sides"] - 1).abs()
    one = (table["one side"] - (1 + np.abs(np.cos(np.radians(2 * table.angle)))) / 2).abs()
    bell = table.iloc[(table.angle - 45).abs().argmin()]
    return Finding(f"together {bell['both sides']:.6f}, one side {bell['one side']:.6f}", both, one)


@claim(
    experiment="phase",
    where="the definition of a task; judged here on three states",
    tolerance=(
        at_most("distance of the worst pair's margin from 0, where it is possible", 1e-9),
        holds("the whole task is impossible for every phase strictly between 0 and π"),
        at_most("margin of the whole task", -1e-3),
    ),
    rows="0 < phase < 3.14",
    controls={"judged pair by pair": lambda table: table[table.phase > 0].assign(joint=table.pair, possible=True)},
    shown="fig-constructor_theory-triple-phase",
)
def joint(table: pd.DataFrame) -> Finding:
    """A task has to be possible as a whole; pairs may all be possible when it is not."""
    text = f"joint margin down to {table.joint.min():.4f} where every pair stands at 0"
    return Finding(text, table.pair.abs(), table.possible == 0, table.joint)


@claim(
    where=BEYOND,
    kind=Kind.OURS,
    tolerance=(
        between("states of the largest computation variable", 3, 3),
        holds("triples that compute hold no information"),
        holds("as many sets searched as there are"),
    ),
    controls={
        "orthonormal pairs taken for triples": lambda table: table.assign(
            information=table.computation, computation=table.computation + (table["size"] == 4)
        )
    },
    shown="tab-constructor_theory-search",
    tiers=("quick", "full"),
)
def search(table: pd.DataFrame) -> Finding:
    """Computation variables of a qubit that hold no information have two or three states, never more."""
    computing = table.groupby("size").computation.agg(lambda part: part.to_numpy().sum())
    largest = float("nan") if computing.isna().any() else float(computing.index[computing > 0].max())
    three = table[table["size"] == 3]
    complete = table.sets == [math.comb(*each) for each in zip(table.directions, table["size"], strict=True)]
    text = f"{int(three.computation.sum())} of {int(three.sets.sum())} triples; largest has {largest:.0f} states"
    return Finding(text, largest, three.information == 0, complete)


@claim(
    where=BEYOND,
    kind=Kind.OURS,
    tolerance=(
        at_most("pairs misjudge two states", 0.01, unit="%"),
        at_most("possible with more states than dimensions", 0),
        holds("from three states on the misjudged share falls with the dimension and rises with the number of states"),
        at_most("undecided", 1e-5),
    ),
    controls={"tasks on two states": lambda table: pd.concat(table[table.n == 2].assign(n=n) for n in (2, 3))},
    shown="fig-constructor_theory-fraction",
    tiers=("quick", "full"),
)
def fraction(table: pd.DataFrame) -> Finding:
    """Pairs decide random tasks on two states only: on more, what they allow is impossible where the states outnumber
    the dimensions, and less and less often beyond."""
    if table[["n", "before", "pairwise", "jointly"]].isna().any(axis=None):
        return Finding("a number is missing", *[np.nan] * 4)
    whole = len(table) == table.n.nunique() * table.before.nunique()
    wrong = 100 * (1 - table.jointly / table.pairwise)
    grid = wrong.where(table.before >= table.n - 1).groupby([table.n, table.before]).first().unstack().loc[3:]
    apart = [np.diff(grid.loc[n].dropna()) < 0 for n in grid.index] + [np.diff(grid[d].dropna()) > 0 for d in grid]
    few = table[(table.n > table.before) & (table.n > 2)]
    few_to_many = f"{grid.loc[3].iloc[0]:.0f} % in two dimensions to {grid.loc[3].iloc[-1]:.0f} % in {grid.columns[-1]}"
    text = f"of what pairs allow for three states, impossible are {few_to_many}"
    return Finding(text, wrong[table.n == 2].abs(), few.jointly, [*np.concatenate(apart), whole], table.undecided)


CLAIMS = claims_of(globals())
