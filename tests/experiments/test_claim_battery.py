"""The battery of claims finds judges that cannot fail, that skip rows, and controls that say nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from battery import problems

from szilard.compendium import Experiment, Finding, Laboratory, Rows, at_most, claim, holds


@dataclass(frozen=True)
class Error:
    """A cell that has an error of 0.01."""

    index: int

    def measure(self) -> Rows:
        return [{"error": 0.01, "good": True}]


TABLE = pd.DataFrame({"index": range(6), "error": [0.01, 0.02, 0.005, -0.01, 0.0, 0.015], "good": True})
CONTROL = {"noise": lambda table: table.assign(error=1.0, good=False)}
LABORATORY = Laboratory("k", (Experiment("error", "errors", quick=[Error(i) for i in range(6)]),))


def said(judge, tolerance=at_most("largest error", 0.05), **facts) -> str:  # noqa: B008
    facts = {"controls": CONTROL} | facts
    made = claim(name="x", experiment="error", where="Sec. 1", tolerance=tolerance, **facts)(judge)
    return "; ".join(problems(made, {"error": TABLE}, LABORATORY))


def sound(table: pd.DataFrame) -> Finding:
    """Errors are small."""
    return Finding("", table.error.abs())


def test_a_sound_claim_has_no_problem() -> None:
    assert said(sound) == ""


def yes(table: pd.DataFrame) -> Finding:
    """Always."""
    return Finding("", 0.0)


def first(table: pd.DataFrame) -> Finding:
    """Looks at one row."""
    return Finding("", abs(table.error.iloc[0]))


def dropping(table: pd.DataFrame) -> Finding:
    """Drops what is missing."""
    return Finding("", table.error.dropna().abs().max())


def signed(table: pd.DataFrame) -> Finding:
    """Forgets the sign: too low passes, and so does nothing at all."""
    return Finding("", np.nanmean(table.error))


def inverting(table: pd.DataFrame) -> Finding:
    """Says yes to what is out of its band."""
    worst = table.error.abs().max()
    return Finding("", 0.0 if worst < 0.05 or worst > 1.0 or np.isnan(worst) else worst)


@pytest.mark.parametrize("judge", [yes, first, dropping, signed, inverting])
def test_a_judge_that_overlooks_rows_is_found(judge) -> None:
    assert "without notice" in said(judge)


def test_a_claim_about_all_rows_may_overlook_one_and_not_a_third_of_them() -> None:
    def most(table: pd.DataFrame) -> Finding:
        """Most errors are small."""
        return Finding("", np.nan if table.error.isna().sum() > 1 else (table.error.abs() < 0.05).mean() > 0.7)

    assert "without notice" in said(most, holds("most are small"))
    assert said(most, holds("most are small"), pooled=True) == ""
    assert "without notice" in said(yes, pooled=True)


def test_a_claim_without_a_control_or_with_a_mute_one_is_found() -> None:
    assert "no control" in said(sound, controls={})
    assert "decides nothing" in said(sound, controls={"none": lambda table: table[:0]})


def test_a_judge_that_changes_its_table_or_its_mind_is_found() -> None:
    def spoils(table: pd.DataFrame) -> Finding:
        """Writes."""
        table["error"] = table.error + 0.001
        return Finding("", table.error.abs())

    answers = iter(range(1000))

    def wavers(table: pd.DataFrame) -> Finding:
        """Counts."""
        return Finding(f"{next(answers)}", table.error.abs())

    assert "changes the table" in said(spoils, controls={"noise": lambda table: table.assign(error=1.0)})
    TABLE["error"] = [0.01, 0.02, 0.005, -0.01, 0.0, 0.015]
    assert "another answer" in said(wavers)
