"""Exponents: exact on power laws, covered by their intervals, and never without a budget."""

from __future__ import annotations

import numpy as np
import pytest

from szilard.scaling import fit_exponent, local_exponents

WIDTHS = [4, 8, 16, 32]


def test_a_power_law_is_found_exactly():
    losses = [[3.0 * n**-1.7] * 5 for n in WIDTHS]
    found = fit_exponent(WIDTHS, losses, "none")
    assert found.slope == pytest.approx(-1.7) and found.low == pytest.approx(-1.7) == found.high
    assert [each.slope for each in local_exponents(WIDTHS, losses, "none")] == pytest.approx([-1.7] * 3)


def test_the_budget_is_named():
    found = fit_exponent(WIDTHS, [[1.0, 2.0]] * 4, "3,000 steps", rng=1)
    assert "3,000 steps" in str(found) and "median" in str(found) and "N = 4 to 32" in str(found)


def test_a_median_overlooks_dead_networks():
    losses = [[1.4, 1.4, *[1 / n] * 8] for n in WIDTHS]
    assert fit_exponent(WIDTHS, losses, "none").slope == pytest.approx(-1)
    assert fit_exponent(WIDTHS, losses, "none", stat="mean").slope > -0.6


def test_intervals_cover():
    """95 ± 3 per cent of 400 intervals: four standard errors are 4.4 per cent, a wrong interval misses by more."""
    rng, covered = np.random.default_rng(0), []
    for _ in range(400):
        losses = [n**-1.0 * np.exp(rng.normal(0, 0.7, 200)) for n in WIDTHS]
        found = fit_exponent(WIDTHS, losses, "none", bootstrap=200, rng=rng)
        covered.append(found.low <= -1 <= found.high)
    assert 0.92 <= np.mean(covered) <= 0.98


@pytest.mark.parametrize(
    ("widths", "losses", "settings", "message"),
    [
        ([4], [[1.0]], {}, "widths must be"),
        ([4, 4], [[1.0]] * 2, {}, "widths must be"),
        ([4, 8], [[1.0]], {}, "widths must be"),
        ([4, 8], [[1.0], [0.0]], {}, "losses must be positive"),
        ([4, 8], [[1.0], [np.nan]], {}, "finite"),
        ([4, 8], [[1.0]] * 2, {"stat": "mode"}, "stat must be"),
        ([4, 8], [[1.0]] * 2, {"level": 1.0}, "level must be"),
    ],
)
def test_bad_input(widths, losses, settings, message):
    with pytest.raises(ValueError, match=message):
        fit_exponent(widths, losses, "none", **settings)
