"""The claims of the chapter on constructor theory, and how a table decides each of them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from szilard.compendium import Claim, Judgement, Verdict

TRUTH = {  # permutations possible, margin of copying
    "{0, 1}": (2, 1.0),
    "{+, −}": (2, 1.0),
    "{0, +}": (2, 1 - 2**0.5),
    "{0, 1, +, −}": (8, -1.0),
    "three at 120°": (6, -3.0),
    "{0, +, i}": (3, -1.0),
}

__all__ = ["CLAIMS", "consequence_table"]


def consequence_table(table: pd.DataFrame) -> pd.DataFrame:
    """One row per statement: what each medium says, with the margin in the qubit."""
    first = table[table.medium == "qubit"][["label", "statement", "method", "margin", "proved"]]
    board = first.reset_index(drop=True)
    for medium, part in table.groupby("medium", sort=False):
        holds = part.drop_duplicates(["label"]).set_index("label").holds
        shown = holds.reindex(board.label).to_numpy()
        board[medium] = ["–" if pd.isna(h) else "holds" if h else "fails" for h in shown]
    return board


def _within(off: float) -> str:
    """An error as a bound that every machine agrees on: rounding differs in its digits."""
    bound = next((b for b in ("1e-12", "1e-9", "1e-6", "1e-3") if off < float(b) / 10), None)
    return f"below {bound}" if bound else f"{off:.3g}"


def _truth(table: pd.DataFrame) -> Judgement:
    rows = table.set_index("states")
    counts = all(rows.permutations[name] == count for name, (count, _) in TRUTH.items())
    off = max(abs(rows.margin[name] - margin) for name, (_, margin) in TRUTH.items())
    informing = int(rows.information.sum())
    text = f"counts {'as derived' if counts else 'differ'}, errors of margins {_within(off)}; {informing} of 6 inform"
    return Judgement(text, Verdict.of(counts and off < 1e-6 and informing == 2 and bool(rows.proved.all())))


def _superinformation(table: pd.DataFrame) -> Judgement:
    qubit = table[table.medium == "qubit"]
    held, proved = int(qubit.holds.sum()), int(qubit.proved.sum())
    good = held == proved == len(qubit)
    return Judgement(
        f"{qubit.label[qubit.holds].nunique()} of 8 hold, {proved} of {len(qubit)} rows proved",
        Verdict.of(good),
    )


def _toy(table: pd.DataFrame) -> Judgement:
    toy = table[table.medium == "toy bit"]
    return Judgement(f"{int(toy.holds.sum())} of 7 hold", Verdict.of(bool((toy.holds & toy.proved).all())))


def _control(table: pd.DataFrame) -> Judgement:
    classical = table[table.medium == "four-state classical"]
    holding = sorted(classical.label[classical.holds])
    return Judgement(
        f"only {', '.join(holding)} holds", Verdict.of(holding == ["C7"] and bool(classical.proved.all()))
    )


def _gap(table: pd.DataFrame) -> Judgement:
    off = (table.fidelity - table.formula).abs().max()
    inside = table[(table.overlap > 0) & (table.overlap < 1)]
    gap = float((1 - inside.bound).min())
    text = f"error of the formula {_within(off)}; smallest gap inside {gap:.1e}, largest {1 - table.bound.min():.4f}"
    return Judgement(text, Verdict.of(off < 1e-6 and gap > 0))


def _famous(table: pd.DataFrame) -> Judgement:
    best = table.set_index("states").fidelity
    money, one = best["{0, 1, +, −}"], best["all of the qubit"]
    text = f"{money:.6f} for {{0, 1, +, −}}, {one:.6f} for one copy of any state"
    return Judgement(text, Verdict.of(abs(money - 0.75) < 1e-6 and abs(one - 5 / 6) < 1e-6))


def _measurers(table: pd.DataFrame) -> Judgement:
    off = float((table.bound - 0.5).abs().max())
    return Judgement(f"distance of all three bounds from 1/2 {_within(off)}", Verdict.of(off < 1e-6))


def _circle(table: pd.DataFrame) -> Judgement:
    off = table.residual.abs().max()
    return Judgement(f"distance from the circle {_within(off)}", Verdict.of(off < 1e-10))


def _local(table: pd.DataFrame) -> Judgement:
    bell = table[table.angle == 45].iloc[0]
    off = (table["one side"] - table.formula).abs().max()
    text = f"together {bell['both sides']:.6f}, one side {bell['one side']:.6f}"
    good = abs(bell["both sides"] - 1) < 1e-9 and abs(bell["one side"] - 0.5) < 1e-9 and off < 1e-10
    return Judgement(text, Verdict.of(good))


def _agreement(table: pd.DataFrame) -> Judgement:
    same = sum(
        (table[f"quantum {what}"] == table[f"clifford {what}"]).astype(int)
        for what in ("computes", "copies", "informs")
    )
    agreed, informing = int((same == 3).sum()), int(table["quantum informs"].sum())
    return Judgement(
        f"{agreed} of {len(table)} agree, {informing} hold information",
        Verdict.of(agreed == 57 and informing == 3),
    )


def _graph(table: pd.DataFrame) -> Judgement:
    row = table.iloc[0]
    good = row.largest == 4 and row.bases == 9 and not row.colourable
    colour = "a" if row.colourable else "no"
    return Judgement(
        f"largest clique {row.largest}, {row.bases} bases, {colour} colouring", Verdict.of(bool(good))
    )


def _phase(table: pd.DataFrame) -> Judgement:
    inside = table[(table.phase > 0) & (table.phase < 3.14)]
    good = bool((inside.pair.abs() < 1e-9).all()) and not inside.possible.any()
    text = f"joint margin down to {table.joint.min():.4f} where every pair stands at 0"
    return Judgement(text, Verdict.of(good))


def _search(table: pd.DataFrame) -> Judgement:
    found = table.groupby("size").computation.sum()
    largest = int(found[found > 0].index.max())
    three = table[table["size"] == 3]
    text = f"{int(found[3])} of {int(three.sets.sum())} triples; largest has {largest} states"
    return Judgement(text, Verdict.of(largest == 3 and not three.information.any()))


def _fraction(table: pd.DataFrame) -> Judgement:
    three = table[table.n >= 3]
    wrong = float(1 - three.jointly.sum() / three.pairwise.sum())
    ordered = bool((table.jointly <= table.pairwise).all()) and not table.undecided.any()
    return Judgement(
        f"{100 * wrong:.0f} % of what pairs allow is impossible", Verdict.of(ordered and wrong > 0.05)
    )


def _claim(
    name: str,
    statement: str,
    where: str,
    tolerance: str,
    figure: str,
    judge: Callable[[pd.DataFrame], Judgement],
    experiment: str,
    tiers: tuple[str, ...] = ("quick",),
) -> Claim:
    return Claim(name, statement, where, None, tolerance, figure, experiment, judge, tiers)


DEFINITIONS, CONSEQUENCES, BEYOND = "the definitions", "the consequences", "beyond the paper"
CLAIMS = (
    _claim(
        "definitions",
        "Permuting and copying alone tell what is information: in a qubit, orthonormal pairs and no other set.",
        DEFINITIONS,
        "counts of permutations exact, margins within 1e-6 of closed forms, all certificates accepted",
        "tab-constructor_theory-qubit-truth",
        _truth,
        "truth",
    ),
    _claim(
        "superinformation",
        "Two information observables whose union is none imply no cloning, no sharpness detector, complementarity, "
        "unpredictability, perturbation, repeatability and locally inaccessible information.",
        CONSEQUENCES,
        "all of C1 to C8 hold in the qubit, each with an accepted certificate",
        "tab-constructor_theory-superinfo-consequences",
        _superinformation,
        "consequences",
    ),
    _claim(
        "not-only-quantum",
        "Superinformation is more general than quantum theory: other media have it.",
        CONSEQUENCES,
        "C1 to C7 hold in Spekkens' toy bit",
        "tab-constructor_theory-superinfo-consequences",
        _toy,
        "consequences",
    ),
    _claim(
        "not-classical",
        "No classical medium is a superinformation medium.",
        CONSEQUENCES,
        "of C1 to C7 only repeatability holds in a classical medium",
        "tab-constructor_theory-superinfo-consequences",
        _control,
        "consequences",
    ),
    _claim(
        "gap",
        "An impossible task stays a fixed amount away from being performed.",
        "what impossible means; judged here on copying two states",
        "closed form within 1e-6; gap positive at every overlap between 0 and 1",
        "fig-constructor_theory-cloning-gap",
        _gap,
        "cloning",
    ),
    _claim(
        "famous",
        "The best copiers known to quantum theory come out of the same program.",
        "judged here: 3/4 and 5/6",
        "within 1e-6",
        "tab-constructor_theory-best-copies",
        _famous,
        "universal",
    ),
    _claim(
        "measurers",
        "Every measurer of one observable perturbs the other and cannot predict it; sharpness cannot be detected.",
        CONSEQUENCES,
        "optimum over all measurers 1/2, within 1e-6",
        "tab-constructor_theory-measurers",
        _measurers,
        "measurers",
    ),
    _claim(
        "circle",
        "What a measurer learns of Z and what it leaves of X are bound together.",
        BEYOND,
        "(2p − 1)² + (2F − 1)² = 1 within 1e-10",
        "fig-constructor_theory-disturbance-circle",
        _circle,
        "disturbance",
    ),
    _claim(
        "local",
        "Two systems can hold information of which neither holds any.",
        CONSEQUENCES,
        "at 45°: together 1, one side 1/2",
        "fig-constructor_theory-bell-local",
        _local,
        "local",
    ),
    _claim(
        "agreement",
        "On the stabiliser states of a qubit, Clifford unitaries and all channels answer alike.",
        "judged here: two independent deciders",
        "57 of 57 agree, exactly 3 information variables",
        "tab-constructor_theory-classical-control",
        _agreement,
        "stabiliser",
    ),
    _claim(
        "capacity",
        "The capacity of a medium is the logarithm of its largest information variable.",
        "judged here on 18 vectors in four dimensions",
        "largest clique 4, 9 bases, no two-valued colouring",
        "fig-constructor_theory-orthogonality-graph",
        _graph,
        "graph",
    ),
    _claim(
        "joint",
        "A task has to be possible as a whole; pairs may all be possible when it is not.",
        "the definition of a task; judged here on three states",
        "exchange impossible for every phase strictly between 0 and π",
        "fig-constructor_theory-triple-phase",
        _phase,
        "phase",
    ),
    _claim(
        "search",
        "Computation variables of a qubit that hold no information have two or three states, never more.",
        BEYOND,
        "no set of four or more among those searched",
        "tab-constructor_theory-search",
        _search,
        "search",
        ("quick", "full"),
    ),
    _claim(
        "fraction",
        "Deciding pair by pair is wrong often.",
        BEYOND,
        "more than 5 % of the tasks on three states or more that pass pair by pair are impossible",
        "fig-constructor_theory-fraction",
        _fraction,
        "fraction",
        ("quick", "full"),
    ),
)
