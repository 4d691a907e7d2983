"""The claims of the chapter on constructor theory, each beside its judge and the control it must not pass."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from szilard.compendium import Finding, Kind, at_least, at_most, between, claim, claims_of, holds

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
KNOWN = {"{0, 1, +, −}": 3 / 4, "all of the qubit": 5 / 6}  # best fidelities in the literature
LABELS = [f"C{i}" for i in range(1, 9)]


def _within(error: float) -> str:
    """An error as a bound that every machine agrees on: rounding differs in its digits."""
    bound = next((b for b in ("1e-12", "1e-9", "1e-6", "1e-3") if error < float(b) / 10), None)
    return f"below {bound}" if bound else f"{error:.3g}"


def _as(medium: str, other: str) -> dict[str, object]:
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
    """Permuting and copying alone tell what is information: in a qubit, orthonormal pairs and no other set."""
    derived = pd.DataFrame(TRUTH, index=["permutations", "margin", "information"]).T.loc[list(table.states)]
    counts = table.permutations.to_numpy() == derived.permutations.to_numpy()
    errors = np.abs(table.margin.to_numpy() - derived.margin.to_numpy(dtype=float))
    proved = (table.information.to_numpy() == derived.information.to_numpy()) & table.proved.to_numpy(dtype=bool)
    text = f"counts {'as derived' if counts.all() else 'differ'}, errors of margins {_within(errors.max())}"
    return Finding(f"{text}; {int(table.information.sum())} of {len(TRUTH)} inform", counts, errors, proved)


def _held(table: pd.DataFrame, labels: list[str]) -> tuple[str, pd.Series]:
    """Which of the consequences hold with an accepted certificate, each in all its forms."""
    proved = (table.holds == 1) & (table.proved == 1)
    each = proved.groupby(table.label).all().reindex(labels, fill_value=False)
    return f"{int(each.sum())} of {len(labels)} hold", each


@claim(
    experiment="consequences",
    where=CONSEQUENCES,
    tolerance=holds("all of C1 to C8 hold in the qubit, each with an accepted certificate"),
    rows="medium == 'qubit'",
    controls=_as("qubit", "four-state classical"),
    shown="tab-constructor_theory-superinfo-consequences",
)
def superinformation(table: pd.DataFrame) -> Finding:
    """Two information observables whose union is none imply no cloning, no sharpness detector, complementarity,
    unpredictability, perturbation, repeatability and locally inaccessible information."""
    text, held = _held(table, LABELS)
    return Finding(f"{text}, {int(table.proved.sum())} of {len(table)} rows proved", held)


@claim(
    experiment="consequences",
    where=CONSEQUENCES,
    tolerance=holds("C1 to C7 hold in Spekkens' toy bit"),
    rows="medium == 'toy bit'",
    controls=_as("toy bit", "four-state classical"),
    shown="tab-constructor_theory-superinfo-consequences",
)
def not_only_quantum(table: pd.DataFrame) -> Finding:
    """Superinformation is more general than quantum theory: other media have it."""
    return Finding(*_held(table, LABELS[:7]))


@claim(
    experiment="consequences",
    where=CONSEQUENCES,
    tolerance=(holds("C1 to C6 fail in a classical medium"), holds("each verdict has an accepted certificate")),
    rows="medium == 'four-state classical'",
    controls=_as("four-state classical", "qubit"),
    shown="tab-constructor_theory-superinfo-consequences",
)
def not_classical(table: pd.DataFrame) -> Finding:
    """No classical medium is a superinformation medium."""
    fails = (table.holds == 0) == (table.label != "C7")  # a classical measurer may be used again: C7
    holding = ", ".join(sorted(table.label[table.holds == 1]))
    return Finding(f"only {holding} holds", fails, table.proved == 1)


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
    experiment="universal",
    where="judged here: 3/4 and 5/6",
    kind=Kind.OURS,
    tolerance=at_most("distance from 3/4 and 5/6", 1e-6),
    rows=f"states in {tuple(KNOWN)}",
    controls={"measure and prepare": lambda table: table[table.states.isin(KNOWN)].assign(fidelity=2 / 3, bound=2 / 3)},
    shown="tab-constructor_theory-best-copies",
)
def famous(table: pd.DataFrame) -> Finding:
    """The best copiers known to quantum theory come out of the same program."""
    known = table.states.map(KNOWN)
    money, one = table.fidelity
    text = f"{money:.6f} for {{0, 1, +, −}}, {one:.6f} for one copy of any state"
    return Finding(text, np.abs([table.fidelity - known, table.bound - known]))


@claim(
    where=CONSEQUENCES,
    tolerance=at_most("distance of the optimum over all measurers from 1/2", 1e-6),
    controls={"a classical medium, in which all three can be done": lambda table: table.assign(best=1.0, bound=1.0)},
    shown="tab-constructor_theory-measurers",
)
def measurers(table: pd.DataFrame) -> Finding:
    """Every measurer of one observable perturbs the other and cannot predict it; sharpness cannot be detected."""
    distance = (table[["best", "bound"]] - 0.5).abs().to_numpy()
    return Finding(f"distance of all three optima from 1/2 {_within(distance.max())}", distance)


@claim(
    experiment="disturbance",
    where=BEYOND,
    kind=Kind.OURS,
    tolerance=at_most("distance from (2p − 1)² + (2F − 1)² = 1", 1e-10),
    controls={"a straight line of measurers": lambda table: table.assign(fidelity=1.5 - table.guess)},
    shown="fig-constructor_theory-disturbance-circle",
)
def circle(table: pd.DataFrame) -> Finding:
    """What a measurer learns of Z and what it leaves of X are bound together."""
    distance = ((2 * table.guess - 1) ** 2 + (2 * table.fidelity - 1) ** 2 - 1).abs()
    return Finding(f"distance from the circle {_within(distance.max())}", distance)


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
    experiment="stabiliser",
    where="judged here: two independent deciders",
    kind=Kind.OURS,
    tolerance=(
        holds("both deciders agree on computing, copying and informing for each of 57 sets"),
        between("sets that hold information", 3, 3),
    ),
    controls={
        "answers to another set": lambda table: table.assign(
            **{f"clifford {what}": np.roll(table[f"clifford {what}"], 1) for what in ("computes", "copies", "informs")}
        )
    },
    shown="tab-constructor_theory-classical-control",
)
def agreement(table: pd.DataFrame) -> Finding:
    """On the stabiliser states of a qubit, Clifford unitaries and all channels answer alike."""
    answers = [(table[f"quantum {what}"] == table[f"clifford {what}"]) for what in ("computes", "copies", "informs")]
    same = np.logical_and.reduce(answers)
    informing = int(table["quantum informs"].sum())
    text = f"{int(same.sum())} of {len(table)} agree, {informing} hold information"
    return Finding(text, [*same, len(table) == 57], informing)


@claim(
    experiment="graph",
    where="judged here on 18 vectors in four dimensions",
    kind=Kind.OURS,
    tolerance=(
        between("largest clique", 4, 4),
        between("bases", 9, 9),
        holds("edges of every basis: six"),
        holds("no two-valued colouring"),
    ),
    controls={
        "a graph without its ninth basis": lambda table: table[table.basis != 9].assign(bases=8, colourable=True)
    },
    shown="fig-constructor_theory-orthogonality-graph",
)
def capacity(table: pd.DataFrame) -> Finding:
    """The capacity of a medium is the logarithm of its largest information variable."""
    edges = table.groupby("basis").size().drop(0, errors="ignore")
    facts = (table.largest, table.bases, [*(edges == 6), (table.basis == 0).sum() == 9], table.colourable == 0)
    colour = "a" if table.colourable.any() else "no"
    return Finding(f"largest clique {table.largest.max()}, {table.bases.max()} bases, {colour} colouring", *facts)


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
        at_least("share of what passes pair by pair and is impossible", 5, unit="%"),
        holds("nothing possible as a whole fails pair by pair, nothing undecided"),
    ),
    controls={"tasks on two states": lambda table: table[table.n == 2].assign(n=3)},
    shown="fig-constructor_theory-fraction",
    tiers=("quick", "full"),
)
def fraction(table: pd.DataFrame) -> Finding:
    """Deciding pair by pair is wrong often, from three states on."""
    many = table[table.n >= 3]
    wrong = 100 * (1 - many.jointly.to_numpy().sum() / many.pairwise.to_numpy().sum())
    ordered = (table.jointly <= table.pairwise) & (table.undecided == 0)
    return Finding(f"{wrong:.0f} % of what pairs allow is impossible", wrong, ordered)


CLAIMS = claims_of(globals())
