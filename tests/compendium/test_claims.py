"""Claims are judged per tier, what is not measured says so, and a control that passes undoes a verdict."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from fake_laboratory import LABORATORY, grows, paper

from szilard.compendium.claims import Control, Errs, Finding, Kind, claim, evaluate
from szilard.compendium.criteria import Limit, Verdict, at_least, at_most, between, holds, worst

QUICK = pd.DataFrame({"rho": [0.1, 0.9], "mi": [0.1, 0.83]})
FULL = pd.DataFrame({"rho": [0.1, 0.99], "mi": [0.1, 1.9586]})


def _rows(**tiers) -> dict[str, dict[str, str]]:
    return {row["claim"]: row for row in evaluate("fake", LABORATORY.claims, tiers)}


def test_values_and_verdicts_per_tier() -> None:
    rows = _rows(quick={"pair": QUICK}, full={"pair": FULL})
    assert rows["fake/grows"]["quick"] == "0.830 nats" and rows["fake/grows"]["full"] == "1.959 nats"
    assert rows["fake/five"]["verdict"] == "not reproduced"
    assert rows["fake/five"]["full"] == "" and rows["fake/paper"]["quick"] == ""


def test_what_is_not_recorded_says_so() -> None:
    rows = _rows(quick={"pair": QUICK}, full={"pair": None})
    assert rows["fake/paper"]["verdict"] == "not recorded yet" and rows["fake/paper"]["full"] == "—"
    assert rows["fake/grows"]["verdict"] == "reproduced"


def test_an_unknown_published_value_is_never_invented() -> None:
    rows = _rows(quick={"pair": QUICK})
    assert rows["fake/grows"]["published"] == "not available to us"
    assert rows["fake/five"]["published"] == "5 of 5" and rows["fake/five"]["kind"] == "number"
    with pytest.raises(ValueError, match="must quote the published value"):
        replace(paper, published=None)


def test_the_verdict_is_that_of_the_most_demanding_tier() -> None:
    weak = pd.DataFrame({"rho": [0.1, 0.9], "mi": [0.1, 0.79]})
    tiers = {"quick": {"pair": QUICK}, "full": {"pair": weak}}
    assert evaluate("k", [grows], tiers)[0]["verdict"] == "not reproduced"


def test_the_tolerance_tells_where_partly_ends() -> None:
    assert paper.reproduced_if == "Largest information at least 1.9 nats; partly at least 1.8 nats"


@pytest.mark.parametrize(
    ("limit", "value", "verdict"),
    [
        (at_most("x", 1.0), 1.0, Verdict.REPRODUCED),
        (at_most("x", 1.0, partly=2.0), 1.5, Verdict.PARTLY),
        (at_most("x", 1.0, partly=2.0), 2.5, Verdict.NOT_REPRODUCED),
        (at_most("x", 1.0, soft=True), 2.5, Verdict.PARTLY),
        (at_most("x", 1.0), [0.5, 3.0], Verdict.NOT_REPRODUCED),
        (at_most("x", 1.0), math.nan, Verdict.UNDECIDED),
        (at_most("x", 1.0), [0.5, math.nan], Verdict.UNDECIDED),
        (at_most("x", 1.0), [], Verdict.UNDECIDED),
        (at_least("x", 1.0, partly=0.5), 0.7, Verdict.PARTLY),
        (at_least("x", 0.0, partly=-1.0), -0.5, Verdict.PARTLY),
        (between("x", -1, 1), [-1, 1], Verdict.REPRODUCED),
        (between("x", -1, 1, partly=(-2, 3)), [-1, 2.5], Verdict.PARTLY),
        (holds("x"), np.array([True, True]), Verdict.REPRODUCED),
        (holds("x"), np.array([True, False]), Verdict.NOT_REPRODUCED),
        (holds("x", soft=True), False, Verdict.PARTLY),
    ],
)
def test_limits_decide(limit: Limit, value: object, verdict: Verdict) -> None:
    assert limit.decide(value) is verdict


def test_the_worst_criterion_decides_and_nothing_outweighs_an_unmeasured_one() -> None:
    assert worst([Verdict.REPRODUCED, Verdict.PARTLY]) is Verdict.PARTLY
    assert worst([Verdict.NOT_REPRODUCED, Verdict.UNDECIDED]) is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (at_most("error", 0.03, partly=0.06, unit="nats"), "error at most 0.03 nats; partly at most 0.06 nats"),
        (between("slope", -1, 1e-9), "slope from −1 to 10⁻⁹"),
        (at_most("drift", 2.5e-12), "drift at most 2.5 × 10⁻¹²"),
        (holds("signs right", soft=True), "signs right; else partly"),
    ],
)
def test_limits_read_as_words(limit: Limit, text: str) -> None:
    assert str(limit) == text


def test_a_claim_that_passes_its_control_is_undecided_and_shows_what_the_control_said() -> None:
    untrained = replace(grows, controls={"untrained": Control(lambda table: table)})
    row = evaluate("k", [untrained], {"quick": {"pair": QUICK}})[0]
    assert row["verdict"] == "undecided" and row["controls"] == "untrained: reproduced (0.830 nats)"


def test_a_control_that_decides_nothing_says_no_more_than_one_that_passes() -> None:
    for spoilt in (QUICK.assign(mi=math.nan), QUICK.iloc[:0]):
        silent = replace(grows, controls={"silent": Control(lambda table, spoilt=spoilt: spoilt)})
        judged = silent.evaluate({"pair": QUICK})
        assert judged.controls["silent"].verdict is Verdict.UNDECIDED and judged.verdict is Verdict.UNDECIDED
    refuted = replace(silent, tolerance=(at_least("largest information", 2.0, unit="nats"),))
    assert refuted.evaluate({"pair": QUICK}).verdict is Verdict.NOT_REPRODUCED


def test_a_control_says_no_where_one_limit_fails_whatever_the_others_cannot_decide() -> None:
    limits = (at_least("first", 1.0), at_least("second", 1.0))
    values = {1: (2.0, 2.0), 2: (0.0, math.nan), 3: (2.0, math.nan)}
    both = replace(
        grows, tolerance=limits, judge=lambda table: Finding("", *values[table.iloc[0, 0]]),
        controls={"half": Control(lambda table: table + 1)},
    )  # fmt: skip
    first = pd.DataFrame({"which": [1]})
    assert both.evaluate({"pair": first}).verdict is Verdict.REPRODUCED
    assert both.read(first + 1).verdict is Verdict.UNDECIDED  # of a measurement, all limits have to be decided
    silent = replace(both, controls={"silent": Control(lambda table: table + 2)})
    assert silent.evaluate({"pair": first}).verdict is Verdict.UNDECIDED


def test_a_control_may_come_from_another_experiment_and_is_pending_without_it() -> None:
    other = replace(grows, controls={"noise": Control(lambda table: table, "noise")})
    assert other.experiments == ("pair", "noise")
    weak = QUICK.assign(mi=0.0)
    assert other.evaluate({"pair": QUICK, "noise": weak}).controls["noise"].verdict is Verdict.NOT_REPRODUCED
    row = evaluate("k", [other], {"quick": {"pair": QUICK}})[0]
    assert row["verdict"] == "reproduced" and row["controls"] == "noise: not recorded yet"


def test_a_paper_errs_only_where_a_measurement_shows_it() -> None:
    @claim(
        experiment="pair",
        where="eq. 1",
        tolerance=between("information of a strong pair", 0.9, 1.1),
        errs=between("closed form", 0.8, 0.85),
    )
    def strong(table: pd.DataFrame) -> Finding:
        """A strong pair has one nat."""
        return Finding(f"{table.mi.max():.2f}", table.mi.max(), table.mi.max())

    assert strong.read(QUICK).verdict is Verdict.PAPER_ERRS
    assert strong.read(QUICK.assign(mi=1.0)).verdict is Verdict.REPRODUCED
    assert strong.read(QUICK.assign(mi=0.5)).verdict is Verdict.UNDECIDED
    code = replace(strong, errs=Errs(strong.errs.tolerance, Verdict.CODE_ERRS))
    assert code.read(QUICK).verdict is Verdict.CODE_ERRS
    passing = replace(strong, controls={"same": Control(lambda table: table)})
    assert passing.evaluate({"pair": QUICK}).verdict is Verdict.UNDECIDED


def test_the_rows_a_claim_is_about_are_declared() -> None:
    weak = replace(grows, rows="rho < 0.5", controls={})
    assert weak.evaluate({"pair": QUICK}).verdict is Verdict.NOT_REPRODUCED
    none = replace(grows, rows="rho > 2", controls={})
    assert none.evaluate({"pair": QUICK}).verdict is Verdict.UNDECIDED


def test_what_cannot_be_had_offline_says_so_whatever_a_stand_in_shows() -> None:
    absent = replace(grows, offline="the recordings are not redistributable")
    row = evaluate("k", [absent], {"quick": {"pair": QUICK}})[0]
    assert row["verdict"] == "not reproducible offline" and row["note"].startswith("the recordings")


def test_a_claim_says_what_it_claims_and_can_fail() -> None:
    with pytest.raises(ValueError, match="must say what is claimed"):
        replace(grows, statement="")
    with pytest.raises(ValueError, match="at least one limit"):
        replace(grows, tolerance=())
    with pytest.raises(ValueError, match="one value per limit: 1, got 2"):
        replace(grows, judge=lambda table: Finding("", 1.0, 2.0)).read(QUICK)
    assert grows.kind is Kind.STATEMENT
