"""What InfoNCE reads of an arc: against draws, against its ceiling, and the batch that it takes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from szilard.estimators import arc_infonce, batch_for


@pytest.mark.parametrize(("n", "symbols"), [(2, 3), (16, 8), (40, 5)])
def test_equally_likely_symbols_by_playing(n, symbols):
    """A perfect critic cannot tell equal symbols apart: ln n − ln(number of equals), within four standard errors."""
    drawn = np.random.default_rng(0).integers(symbols, size=(4000, n))
    values = math.log(n) - np.log((drawn[:, :, None] == drawn[:, None]).sum(2)).mean(1)
    assert abs(values.mean() - arc_infonce(n, math.log(symbols))) < 4 * values.std() / math.sqrt(4000)


def test_two_pairs_by_hand():
    """Of two symbols in a batch of two, the other one is equal half of the time: ln 2 − ½ ln 2."""
    assert arc_infonce(2, math.log(2)) == pytest.approx(0.5 * math.log(2), abs=1e-14)
    assert arc_infonce(100, 0.0) == pytest.approx(0.0, abs=1e-12)


def test_the_value_stays_below_both_and_grows():
    read = np.array([[arc_infonce(n, nats) for nats in (0.5, 2.0, 5.0, 12.0)] for n in (4, 64, 1024, 16_384)])
    assert (read < np.log([[4], [64], [1024], [16_384]])).all() and (read < [0.5, 2.0, 5.0, 12.0]).all()
    assert (np.diff(read, axis=0) > 0).all() and (np.diff(read, axis=1) > 0).all()
    assert arc_infonce(64, 30.0) == pytest.approx(math.log(64), abs=1e-9)


def test_the_batch_for_a_value_is_the_least_one():
    for nats, within in ((2.0, 0.1), (4.0, 0.5)):
        n = batch_for(nats, within)
        assert nats - arc_infonce(n, nats) <= within < nats - arc_infonce(n - 1, nats)
    assert batch_for(10.0, 0.02) == pytest.approx(math.exp(10) / 0.04, rel=0.02)
    assert batch_for(0.0, 0.1) == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: arc_infonce(1, 1.0), "n must be"),
        (lambda: arc_infonce(8, -1.0), "nats must be a finite number"),
        (lambda: arc_infonce(8, math.inf), "nats must be a finite number"),
        (lambda: batch_for(20.0, 0.1), "nats must lie in"),
        (lambda: batch_for(2.0, 0.0), "within must lie in"),
    ],
)
def test_bad_questions_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
