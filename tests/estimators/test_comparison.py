"""Several estimators on the same samples: one tidy row each, and an honest word on whether they agree."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from szilard.estimate import Estimate
from szilard.estimators import KSG, make, measure
from szilard.estimators.comparison import COLUMNS, compare, disagreement, plot_comparison


@dataclass(frozen=True)
class Fixed:
    """An estimator that answers what it is told to, or refuses."""

    name: ClassVar[str] = "fixed"
    stochastic: ClassVar[bool] = False
    value: float = 0.5
    warnings: tuple[str, ...] = ()

    def mutual_information(self, x, y):
        if self.value < 0:
            raise ValueError("these samples do not suit me")
        return Estimate(self.value, 0.1, n=len(x), method="Fixed", diagnostics={"warnings": self.warnings})


@pytest.fixture
def pair():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 2))
    return x, x[:, :1] + rng.normal(size=(400, 1))


def table(*estimates):
    """A comparison with these (value, stderr)."""
    rows = [(f"e{i}", "", *pair, "nats", 10, 0.0, "", "") for i, pair in enumerate(estimates)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def test_each_estimator_gives_the_row_it_would_give_alone(pair):
    result = compare(["gaussian", KSG(k=5)], *pair)
    assert tuple(result.columns) == COLUMNS and list(result["estimator"]) == ["gaussian", "ksg"]
    for row, estimator in zip(result.itertuples(), (make("gaussian"), KSG(k=5)), strict=True):
        alone = measure(estimator, *pair)
        assert (row.value, row.stderr, row.method, row.n) == (alone.value, alone.stderr, alone.method, 400)
        assert row.seconds > 0 and row.refused == ""


def test_bits_are_nats_over_log_two(pair):
    nats, bits = (compare(["gaussian"], *pair, unit=unit).iloc[0] for unit in ("nats", "bits"))
    assert bits["unit"] == "bits"
    assert bits["value"] == pytest.approx(nats["value"] / math.log(2), rel=1e-12)
    assert bits["stderr"] == pytest.approx(nats["stderr"] / math.log(2), rel=1e-12)


def test_a_refusal_costs_the_others_nothing(pair):
    result = compare([Fixed(-1.0), Fixed(0.5)], *pair)
    assert result["refused"].tolist() == ["these samples do not suit me", ""]
    assert math.isnan(result["value"][0]) and result["value"][1] == 0.5


def test_warnings_become_text_and_progress_is_told(pair):
    told = []
    result = compare([Fixed(warnings=("One.", "Two."))], *pair, before_each=told.append)
    assert result["warnings"][0] == "One. Two." and told == ["fixed"]


def test_the_samples_are_not_altered(pair):
    before = [array.copy() for array in pair]
    compare(["gaussian", "copula", "ksg"], *pair)
    for array, copy in zip(pair, before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_bad_input_is_refused(pair):
    x, y = pair
    for arguments, says in [
        ((["ksgg"], x, y), "did you mean 'ksg'"),
        (([], x, y), "at least one"),
        ((["ksg"], x[:-1], y), "same number of rows"),
        ((["ksg"], x * np.nan, y), "finite"),
    ]:
        with pytest.raises(ValueError, match=says):
            compare(*arguments)
    with pytest.raises(ValueError, match="unit must be one of nats, bits"):
        compare(["ksg"], x, y, unit="bans")


def test_agreement_and_disagreement_are_told_apart():
    assert "agree within 2" in disagreement(table((1.0, 0.1), (1.2, 0.1)))
    said = disagreement(table((1.0, 0.1), (1.05, 0.3), (1.5, 0.1)))
    assert "e2 and e0 lie 0.5 nats apart (3.5 combined standard errors)" in said


def test_the_pair_named_is_the_farthest_in_errors_not_in_nats():
    said = disagreement(table((1.0, 0.01), (1.2, 0.01), (2.0, 5.0)))
    assert "e1 and e0" in said


def test_without_two_errors_nothing_is_claimed():
    assert disagreement(table((1.0, 0.1))) == ""
    assert disagreement(table((1.0, 0.1), (9.0, math.nan), (math.nan, math.nan))) == ""


def test_two_exact_values_agree_only_if_equal():
    assert "agree" in disagreement(table((1.0, 0.0), (1.0, 0.0)))
    assert "disagree" in disagreement(table((1.0, 0.0), (2.0, 0.0)))


def test_the_plot_shows_every_estimate_with_its_error():
    ax = Figure().subplots()
    plot_comparison(table((1.0, 0.1), (math.nan, math.nan), (2.0, math.nan)), ax, title="I($a; b_)")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["e0", "e2"]
    points = [container.lines[0].get_xydata()[0] for container in ax.containers]
    np.testing.assert_array_equal(points, [[1.0, 1], [2.0, 0]])
    first, second = ax.containers
    np.testing.assert_allclose(first.lines[2][0].get_segments()[0][:, 0], [0.9, 1.1])
    assert not second.has_xerr
    ax.figure.canvas.draw()  # a dollar in a name is not a formula


def test_doubtful_estimates_have_open_markers(pair):
    ax = Figure().subplots()
    plot_comparison(compare([Fixed(0.5), Fixed(0.6, ("Careful.",))], *pair), ax)
    faces = [container.lines[0].get_markerfacecolor() for container in ax.containers]
    assert faces[1] == "white" != faces[0]
    assert any("see its warnings" in text.get_text() for text in ax.texts)
