"""From tables of the chapter on self-supervised learning to what it shows, and what its claims decide."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from szilard.compendium import Verdict
from szilard.experiments import ssl_review
from szilard.experiments.ssl_review import tables
from szilard.experiments.ssl_review.measuring import OBJECTIVES

CLAIMS = {claim.name: claim for claim in ssl_review.LABORATORY.claims}


def learnt(**facts) -> pd.DataFrame:
    """Every reading of every objective at 2 and 10 nats, half a nat below a perfect critic that is 0.1 off."""
    rows = [{"objective": name, "bound": bound, "truth": truth, "perfect": truth + 0.1, "value": truth - 0.4}
            for name, each in OBJECTIVES.items() for bound in each.reads for truth in (2.0, 10.0)]  # fmt: skip
    table = pd.DataFrame(rows).assign(**({"steps": 600, "cubed": False, "critic": "separable", "spread": 0.1} | facts))
    return table.assign(perfect=table.perfect.mask(table.bound.str.startswith("I_α")))


def test_every_reading_has_a_colour_and_a_line() -> None:
    assert set(learnt().bound) == set(tables.HUE) == set(tables.STYLE)


def test_what_a_perfect_critic_reads_is_exact_where_its_mean_is_known() -> None:
    rows = tables.learnt(pd.concat([learnt(), learnt(steps=1)], ignore_index=True)).set_index(["bound", "truth"])
    assert len(rows) == len(learnt())
    assert rows.perfect["nwj", 10] == rows.perfect["js", 10] == rows.perfect["tuba", 10] == 10
    assert rows.perfect["dv", 10] == pytest.approx(10.1) and np.isnan(rows.perfect["I_α, α = 0.5", 2])


def test_panels_hold_every_separable_critic_once() -> None:
    whole = pd.concat([learnt(), learnt(cubed=True)[:14], learnt(critic="joint")[:14]], ignore_index=True)
    panels = tables.staircases(whole)
    assert list(panels) == ["normal pairs", "y cubed", "with a baseline"]
    assert sum(map(len, panels.values())) == len(learnt()) + 14
    assert set(panels["with a baseline"].bound) == {"tuba", *(name for name in tables.HUE if name.startswith("I_α"))}


def test_a_table_says_what_learnt_and_perfect_critics_read() -> None:
    whole = pd.concat([learnt(), learnt(cubed=True, value=-250.0)[:14]], ignore_index=True)
    board = tables.critics(whole).set_index("bound")
    assert list(board) == ["2 nats", "10 nats", "10, y cubed"]
    assert board.loc["Donsker–Varadhan"].tolist() == ["1.6 (2.1)", "9.6 (10.1)", "−250 (10.1)"]
    assert board.loc["TUBA"].tolist() == ["1.6 (2.0)", "9.6 (10.0)", "—"]
    assert board.loc["I_α, α = 0.5", "2 nats"] == "1.6"
    endless = tables.critics(learnt(value=-np.inf)).set_index("bound")
    assert endless.loc["Donsker–Varadhan", "2 nats"] == "overflow (2.1)"


def zoo(**few: float) -> pd.DataFrame:
    rows = [
        {"method": name, "partner": "same", "few": few.get(name.replace("-", "_"), 0.88)} for name in tables.METHODS
    ]
    rows.append({"method": "simclr", "partner": "other", "few": 0.83})
    facts = {"random_few": 0.82, "steps": 250, "collection": "digits", "spread": 0.9, "participation": 4.0}
    return pd.DataFrame(rows).assign(**facts)


def test_the_zoo_stands_by_objective_with_both_collections_side_by_side() -> None:
    board = tables.zoo(pd.concat([zoo(), zoo(simclr=0.7).query("partner == 'same'").assign(collection="mnist")]))
    assert board.objective.tolist() == [*tables.METHODS.values(), "SimCLR, views of different images"]
    row = board.set_index("objective").loc["SimCLR"]
    assert row["digits: gain"] == pytest.approx(0.06) and row["MNIST: gain"] == pytest.approx(-0.12)
    assert np.isnan(board["MNIST: accuracy"].iloc[-1])
    printed = tables.rounded(board)["MNIST: gain"]
    assert [printed(each) for each in board["MNIST: gain"].iloc[[0, -1]]] == ["−0.120", "—"]


@pytest.mark.parametrize(
    ("few", "verdict"),
    [
        ({"simsiam_no_stop": 0.83}, Verdict.REPRODUCED),
        ({"simsiam_no_stop": 0.85, "byol": 0.845, "vicreg": 0.845}, Verdict.PARTLY),
        ({"simsiam_no_stop": 0.89}, Verdict.NOT_REPRODUCED),
        (
            {"simsiam_no_stop": 0.81} | dict.fromkeys(("simclr", "vicreg", "barlow", "byol"), 0.82) | {"simsiam": 0.83},
            Verdict.NOT_REPRODUCED,
        ),
    ],
)
def test_labels_go_further_only_if_most_objectives_beat_one_that_collapses(few: dict, verdict: Verdict) -> None:
    judged = CLAIMS["labels"].evaluate({"zoo": zoo(**few)})
    assert judged.verdict is verdict
    assert {said.verdict for said in judged.controls.values()} == {Verdict.NOT_REPRODUCED}


def bent(gains: tuple[float, ...], steps: int = 250) -> pd.DataFrame:
    """Encoders of bent views from three starts at both ends; ``gains``: of the half private label, by start."""
    rows = [{"relevance": c, "mu": mu, "nats": base + (gain if mu and c else -0.1 if mu else 0.0)}
            for c, base in ((0, 0.4), (1, 0.2)) for mu in (0.0, 20.0) for gain in gains]  # fmt: skip
    return pd.DataFrame(rows).assign(views="bent", steps=steps, kept=0.6)


@pytest.mark.parametrize(
    ("gains", "verdict"),
    [((0.1, 0.1, 0.1), Verdict.REPRODUCED), ((0.1, 0.1, -0.1), Verdict.PARTLY),
     ((0.3, -0.01, -0.01), Verdict.NOT_REPRODUCED), ((0.1, 0.1, np.nan), Verdict.UNDECIDED)],
)  # fmt: skip
def test_the_sign_change_is_judged_by_starts_and_not_by_their_mean(gains: tuple, verdict: Verdict) -> None:
    claim = CLAIMS["nonlinear"]
    assert claim.read(claim.picked(bent(gains))).verdict is verdict


def digits(**one: float) -> pd.DataFrame:
    keys = [("multi", "same", 0.003, "digits"), ("two", "same", 0.0, "digits"), ("single", "self", 0.0, "digits"),
            ("other", "other", 0.003, "digits"), ("mnist_multi", "same", 0.003, "mnist"),
            ("mnist_two", "same", 0.0, "mnist")]  # fmt: skip
    rows = [{"partner": partner, "beta": beta, "collection": collection, "one": one.get(name, 0.5)}
            for name, partner, beta, collection in keys]  # fmt: skip
    table = pd.DataFrame(rows).assign(steps=1200, position=0.4, random_position=0.4)
    return table.assign(few=table.one)


def test_scarce_labels_are_asked_on_mnist_and_with_ten_labels_too() -> None:
    high = {"multi": 0.7, "two": 0.6, "single": 0.4, "other": 0.3, "mnist_multi": 0.6}
    assert CLAIMS["scarce"].evaluate({"bottleneck": digits(**high)}).verdict is Verdict.REPRODUCED
    tied = digits(**(high | {"mnist_multi": 0.51}))
    assert CLAIMS["scarce"].evaluate({"bottleneck": tied}).verdict is Verdict.PARTLY
    assert CLAIMS["scarce-ten"].evaluate({"bottleneck": tied}).verdict is Verdict.REPRODUCED
    fewer = digits(multi=0.5, two=0.6, other=0.3)
    assert CLAIMS["scarce-ten"].evaluate({"bottleneck": fewer}).verdict is Verdict.NOT_REPRODUCED


def test_implicit_compression_needs_a_position_that_is_dropped() -> None:
    claim, table = CLAIMS["implicit-on-digits"], digits()
    assert claim.evaluate({"bottleneck": table}).verdict is Verdict.NOT_REPRODUCED
    dropped = table.assign(position=np.where(table.partner == "same", 0.1, 0.4))
    assert claim.evaluate({"bottleneck": dropped}).verdict is Verdict.REPRODUCED
    assert claim.evaluate({"bottleneck": table.assign(position=0.1)}).verdict is Verdict.UNDECIDED


def test_critics_are_judged_by_what_a_perfect_one_reads() -> None:
    table = learnt().assign(value=lambda of: np.where(of.bound == "infonce", of.perfect, 0.6 * of.truth))
    once = table[table.bound == "infonce"].assign(steps=1, value=0.0)
    whole = pd.concat([table, once, learnt(cubed=True), learnt(critic="joint")], ignore_index=True)
    assert CLAIMS["critics"].evaluate({"learnt": whole}).verdict is Verdict.REPRODUCED
    near = whole.assign(value=lambda of: np.where(of.bound == "dv", of.truth - 1.5, of.value))
    assert CLAIMS["critics"].evaluate({"learnt": near}).verdict is Verdict.PARTLY
