"""Worlds of two views whose information is known: normal ones, bits, and the divided power."""

from __future__ import annotations

import math

import numpy as np
import pytest

from szilard.representation import OBJECTIVES, PowerSplit, TwoViewBits, augmented, mixed_views, two_views
from szilard.representation.bits import CODES
from szilard.representation.objectives import QUANTITIES
from szilard.representation.views import unmixed_views

LN2 = math.log(2)
WORLD = PowerSplit()


@pytest.mark.parametrize(
    ("s", "c", "values"),
    [
        (0.1, 0, (0.875634, 0.875634, 0.875634, 0.128581, 0.128581, 0.875634)),
        (0.1, 1, (0.875634, 1.198948, 0.283610, 1.043919, 0.128581, 0.283610)),
        (0.01, 0, (1.963468, 1.151743, 1.151743, 0.022928, 0.022928, 1.151743)),
        (0.01, 1, (1.963468, 1.475056, 0.318833, 1.179151, 0.022928, 0.318833)),
    ],
)
def test_the_information_of_two_normal_views(s, c, values):
    """Computed independently from the same definitions."""
    w = two_views(s, c)
    found = (w.information("X1", "X2"), w.information("Y", "X1"), w.information("Y", "X2"),
             w.information("Y", "X1", "X2"), w.information("Y", "X2", "X1"), w.information("Y", "S1"))  # fmt: skip
    assert found == pytest.approx(values, abs=1.5e-6)


def test_channels_and_the_chain_rule():
    w = two_views(0.1, 0.7).with_channel("Z1", "X1", [[1.0, 0.5]]).with_channel("Z2", "X2", [[0.4, 0.3]], 0.5)
    whole = w.information("X1", "Z1")
    assert whole == pytest.approx(w.information("X1", "Z1", "X2") + w.information("Z1", "X2"), abs=1e-12)
    assert w.information("Z1", "Z2") < w.information("Z1", "X2") < w.information("X1", "X2")
    assert whole == pytest.approx(0.5 * math.log(1 + 1.1 + 0.25))


def test_the_posteriors_divergence_bounds_what_is_not_shared():
    """I(Z1; X1 | X2) ≤ E KL(p(z1 | x1) ‖ p(z1 | x2 by the same map)), in closed form for normal encoders."""
    for a, b in ((1.0, 0.5), (0.3, 2.0)):
        w = two_views(0.1).with_channel("Z1", "X1", [[a, 0.0], [0.0, b]])
        divergence = 0.5 * (a**2 * 0.2 + b**2 * 2)  # half the mean squared distance of the two means
        assert 0 < w.information("Z1", "X1", "X2") < divergence


def test_samples_follow_the_covariance():
    draws = two_views(0.1, 1.0).sample(50_000, rng=0)
    assert np.corrcoef(draws["S1"][:, 0], draws["S2"][:, 0])[0, 1] == pytest.approx(1 / 1.1, abs=0.01)
    assert draws["Y"].var() == pytest.approx(2.1, abs=0.05) and draws["X1"].shape == (50_000, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda w: w.information("X1", "S1"), "must not repeat a column"),
        (lambda w: w.information("X1", "X3"), "vector must be one of"),
        (lambda w: w.with_channel("Y", "X1", [[1, 1]]), "name must be new"),
        (lambda w: w.with_channel("Z", "X1", [[1.0]]), "matrix must have 2 columns"),
    ],
)
def test_bad_questions_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(two_views())


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("label", ["shared", "both"])
@pytest.mark.parametrize("flip", [0.0, 0.1, 0.5])
def test_identities_of_bits(flip, label, code):
    """Chain rule, data processing, the review's Eqs. 2 and 4, and H(Z1 | X2) = I(Z1; X1 | X2) of functions."""
    w = TwoViewBits(flip, label, code)
    assert w.information("X1", "Z1") == pytest.approx(w.information("X1", "Z1", "X2") + w.information("Z1", "X2"))
    assert w.entropy("Z1", "X2") == pytest.approx(w.information("Z1", "X1", "X2"))
    assert w.information("Z1", "X2") <= w.information("X1", "X2") + 1e-12
    superfluous = w.information("X1", "Z1", "Y") + w.information("Z1", "Y")
    assert w.information("X1", "Z1") == pytest.approx(superfluous)
    if w.information("Z1", "X2") == pytest.approx(w.information("X1", "X2")):
        assert w.information("Z1", "Y") >= w.information("X1", "Y") - w.information("X1", "Y", "X2") - 1e-12


def test_the_shared_bit_is_enough_for_one_task_and_loses_a_bit_of_the_other():
    shared, both = TwoViewBits(0, "shared"), TwoViewBits(0, "both")
    assert shared.information("Z1", "Y") == pytest.approx(LN2)
    assert shared.information("Z1", "X1", "X2") == 0
    assert both.information("Y", "X1", "X2") == pytest.approx(LN2)
    assert both.information("X1", "Y") - both.information("Z1", "Y") == pytest.approx(LN2)
    assert TwoViewBits(0, "both", "the view").information("Z1", "Y") == pytest.approx(2 * LN2)


def test_noise_leaves_no_common_part_and_no_code_without_excess():
    assert TwoViewBits(0).common == pytest.approx(LN2) and TwoViewBits(0.01).common == 0
    assert TwoViewBits(0.01).information("Z1", "X1", "X2") > 0.05
    assert TwoViewBits(0.01).information("X1", "X2") == pytest.approx(LN2 - 0.056, abs=1e-3)
    with pytest.raises(ValueError, match="flip must lie in"):
        TwoViewBits(0.6)


@pytest.mark.parametrize("seed", range(20))
def test_what_a_code_loses_is_at_most_what_the_other_view_does_not_know(seed):
    """On random joint tables: I(Z1; Y) ≥ I(X1; Y) − I(X1; X2 | Z1) − I(X1; Y | X2, Z1), for functions Z1 of X1."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.full(36, 0.3)).reshape(4, 3, 3)  # x1, x2, y
    z = rng.integers(2, size=4)
    q = np.zeros((2, 4, 3, 3))
    q[z, np.arange(4)] = p

    def h(*axes):
        kept = q.sum(axis=tuple(i for i in range(4) if i not in axes))
        return -float((kept[kept > 0] * np.log(kept[kept > 0])).sum())

    about = h(0) + h(3) - h(0, 3)
    whole = h(1) + h(3) - h(1, 3)
    lost = (h(1, 0) + h(2, 0) - h(0, 1, 2) - h(0)) + (h(1, 2, 0) + h(3, 2, 0) - h(0, 1, 2, 3) - h(2, 0))
    assert about >= whole - lost - 1e-12


@pytest.mark.parametrize(("a", "b", "c"), [(2.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.5, 1.2, 0.4)])
def test_the_closed_forms_of_codes_are_determinants(a, b, c):
    w = WORLD.world(a, b, c)
    assert float(WORLD.between_codes(a) + 0.5 * np.log1p(-0.0)) <= w.information("Z1", "Z2") + 1e-12
    assert float(WORLD.between_codes(a)) == pytest.approx(w.information("Z1", "Z2"), abs=1e-12)
    assert float(WORLD.kept(a, b)) == pytest.approx(w.information("X1", "Z1"), abs=1e-12)
    assert float(WORLD.about_label(a, b, c)) == pytest.approx(w.information("Z1", "Y"), abs=1e-12)


def test_the_best_code_beats_a_grid():
    grid = np.linspace(0, 2, 201)
    for mu in (-0.6, -0.1, 0.0, 0.3, 0.7, 2.0):
        a, b = WORLD.best_code(mu)
        value = WORLD.between_codes(a) + mu * WORLD.kept(a, b)
        one, other = np.meshgrid(grid, grid)
        allowed = one + other <= 2
        assert value >= (WORLD.between_codes(one) + mu * WORLD.kept(one, other))[allowed].max() - 1e-12


def test_the_sign_changes_at_the_threshold():
    for c, mu in ((0.0, 0.0), (0.9 * WORLD.threshold, 0.0), (0.6, WORLD.best_mu(0.6))):
        a, b = WORLD.best_code(mu)
        best = max(float(WORLD.about_label(*WORLD.best_code(m), c)) for m in np.linspace(-0.5, 3, 351))
        assert float(WORLD.about_label(a, b, c)) == pytest.approx(best, abs=1e-5)
    assert WORLD.best_mu(1.01 * WORLD.threshold) == pytest.approx(WORLD.onset, rel=0.02)
    assert WORLD.best_mu(1.0) == math.inf
    assert WORLD.best_code(0.99 * WORLD.onset)[1] < 1e-6 < WORLD.best_code(1.01 * WORLD.onset)[1]


def test_every_term_of_every_objective_has_a_value():
    w = WORLD.world(1.0, 0.5, 1.0)
    for objective in OBJECTIVES.values():
        for term in objective.terms:
            assert term.quantity in QUANTITIES and term.sign in "+−" and math.isfinite(term.value(w))
    assert {each.stance for each in OBJECTIVES.values()} == {"compress", "retain", "neither"}


def test_mixing_can_be_undone():
    x = np.random.default_rng(0).normal(size=(100, 2))
    assert np.allclose(unmixed_views(mixed_views(x)), x)
    assert np.allclose((mixed_views(x, 0.0) ** 2).sum(1), (x**2).sum(1))  # without bend they are only turned


def test_augmented_images_are_moved_and_noisy():
    images = np.zeros((200, 5, 5))
    images[:, 2, 2] = 1
    still = augmented(images, noise=0.0, shift=0, rng=0).reshape(-1, 5, 5)
    assert np.array_equal(still, images)
    moved = augmented(images, noise=0.0, shift=1, rng=0).reshape(-1, 5, 5)
    assert moved.sum() == 200 and (moved.mean(0)[1:4, 1:4] > 0.04).all()
    assert augmented(images, noise=0.3, rng=0).std() == pytest.approx(0.3, abs=0.1)
