"""The two laws: golden values, limits, identities, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from szilard.scaling import ChinchillaLaw, KaplanLaw, plan, spend

KAPLAN = KaplanLaw(6.5e13, 0.077, 2.1e3, 0.76, 2.1e8, 0.21)
exponents = st.floats(0.05, 1.5)
laws = st.builds(
    KaplanLaw, st.floats(1e8, 1e15), exponents, st.floats(10, 1e5), exponents, st.floats(1e3, 1e10),
    st.floats(0.1, 1.0), st.floats(0.0, 2.0),
)  # fmt: skip


def test_golden_values():
    assert KAPLAN.loss(1e9, 1e5, 5e5) == pytest.approx(2.5508976265, abs=5e-11)
    assert KAPLAN.loss(1e9, 1e5) == pytest.approx(2.4005136614, abs=5e-11)
    assert KAPLAN.b_crit([3, 2]) == pytest.approx([1122569.71, 7740038.57], abs=0.005)
    expected = [2862121.756, 297768.5636, 41333.2442, 15689.7122]
    assert KAPLAN.steps(2.6, 1e9, [1e4, 1e5, 1e6, 1e7]) == pytest.approx(expected, abs=6e-4)


@given(laws, st.floats(1e5, 1e11), st.floats(10, 1e7), st.floats(1e2, 1e9))
def test_the_loss_solves_its_own_equation_and_falls_with_every_resource(law, N, S, B):
    L = float(law.loss(N, S, B))
    steps = S / (1 + float(law.b_crit(L)) / B)
    assert L == pytest.approx(float(law.converged(N)) + (law.Sc / steps) ** law.alpha_S, rel=1e-12)
    for more in ((2 * N, S, B), (N, 2 * S, B), (N, S, 2 * B)):
        assert law.loss(*more) <= L * (1 + 1e-12)
    assert L >= law.converged(N)
    assert law.loss(N, S, 1e300) == pytest.approx(float(law.loss(N, S)), rel=1e-9)
    assert law.loss(N, 1e300, B) == pytest.approx(float(law.converged(N)), rel=1e-6)


@given(laws, st.floats(1e6, 1e10), st.floats(1.001, 3.0), st.floats(1e-4, 1e4))
def test_steps_and_tokens_trade_along_a_hyperbola(law, N, above, ratio):
    L = float(law.converged(N)) * above
    B = ratio * float(law.b_crit(L))
    S = float(law.steps(L, N, B))
    s_min, e_min = float(law.s_min(L, N)), float(law.e_min(L, N))
    assert (S / s_min - 1) * (B * S / e_min - 1) == pytest.approx(1, rel=1e-6)
    assert law.loss(N, S, B) == pytest.approx(L, rel=1e-9)
    at = float(law.b_crit(L))
    assert law.steps(L, N, at) == pytest.approx(2 * s_min) and at * law.steps(L, N, at) == pytest.approx(2 * e_min)


def test_every_resource_lowers_the_loss():
    N, S, B = np.geomspace(1e6, 1e11, 6), np.geomspace(1e2, 1e6, 5)[:, None], np.geomspace(1e4, 1e8, 4)[:, None, None]
    losses = KAPLAN.loss(N, S, B)
    assert losses.shape == (4, 5, 6) and all((np.diff(losses, axis=axis) < 0).all() for axis in range(3))


def test_a_loss_below_convergence_is_never_reached():
    assert KAPLAN.s_min(float(KAPLAN.converged(1e9)) - 0.01, 1e9) == np.inf


def test_changing_units_of_size_and_of_loss():
    k, two = 7.0, np.log(2)
    other = KaplanLaw(k * KAPLAN.Nc, *list(vars(KAPLAN).values())[1:])
    assert other.loss(k * 1e9, 1e5, 5e5) == pytest.approx(float(KAPLAN.loss(1e9, 1e5, 5e5)), rel=1e-12)
    bits = KaplanLaw(
        KAPLAN.Nc * two ** (-1 / KAPLAN.alpha_N), KAPLAN.alpha_N, KAPLAN.Sc * two ** (-1 / KAPLAN.alpha_S),
        KAPLAN.alpha_S, KAPLAN.Bstar * two ** (-1 / KAPLAN.alpha_B), KAPLAN.alpha_B,
    )  # fmt: skip
    assert bits.loss(1e9, 1e5, 5e5) == pytest.approx(float(KAPLAN.loss(1e9, 1e5, 5e5)) / two, rel=1e-12)


@pytest.mark.parametrize("floor", [0.0, 1.5])
def test_the_best_size_is_the_one_a_search_finds_and_training_stops_ten_per_cent_above(floor):
    law = KaplanLaw(*list(vars(KAPLAN).values())[:6], E_irr=floor)
    made = law.optimal(1e21)
    assert made.N * made.D * 6 == pytest.approx(1e21, rel=1e-9) and made.B * made.S == pytest.approx(made.D)
    assert made.B == pytest.approx(float(law.b_crit(made.loss)))
    assert law.loss(made.N, made.S, made.B) == pytest.approx(made.loss, rel=1e-9)
    reducible = made.loss - floor
    assert reducible / (float(law.converged(made.N)) - floor) == pytest.approx(1 + 0.077 / 0.76, rel=1e-9)
    at = minimize_scalar(
        lambda x: np.log(np.exp(x) * float(law.e_min(made.loss, np.exp(x)))),
        bracket=(np.log(made.N) - 0.5, np.log(made.N), np.log(made.N) + 2), tol=1e-12,
    )  # fmt: skip
    assert np.exp(at.x) == pytest.approx(made.N, rel=1e-6)


def test_exponents_of_the_best_use_of_compute_are_those_derived():
    a, b = KAPLAN.optimal(1e21), KAPLAN.optimal(1e22)
    total = 1 / (1 / 0.077 + 1 / 0.76 + 1 / 0.21)
    slopes = [np.log10(y / x) for x, y in ((a.N, b.N), (a.B, b.B), (a.S, b.S))]
    assert slopes == pytest.approx([total / 0.077, total / 0.21, total / 0.76], abs=1e-9)
    assert sum(slopes) == pytest.approx(1) and total == pytest.approx(0.05245, abs=5e-6)
    assert np.log10(a.loss / b.loss) == pytest.approx(total)


@pytest.mark.parametrize(
    ("law", "ratio"),
    [
        (ChinchillaLaw(np.exp(6.0073404), np.exp(6.0179186), np.exp(0.5267228), 0.33917084, 0.2849083), 59.0),
        (ChinchillaLaw(406.4, 410.7, 1.69, 0.34, 0.28), 92.8),
        (ChinchillaLaw(477.83, 2143.42, 1.81722, 0.347310, 0.367172), 17.91),
    ],
)
def test_tokens_per_parameter_of_published_constants(law, ratio):
    made = law.optimal(5.88e23)
    assert made.tokens_per_parameter == pytest.approx(ratio, rel=2e-3)
    assert 6 * made.N * made.D == pytest.approx(5.88e23)
    for factor in (0.99, 1.01):
        assert law.loss(made.N * factor, made.D / factor) > made.loss


def test_tokens_per_parameter_do_not_depend_on_compute_exactly_where_exponents_are_equal():
    even = ChinchillaLaw(400, 2000, 1.8, 0.3, 0.3)
    assert even.optimal(1e20).tokens_per_parameter == pytest.approx(even.optimal(1e24).tokens_per_parameter)


def test_what_a_budget_buys_at_the_best_size_is_what_the_best_use_buys():
    for law in (KAPLAN, ChinchillaLaw(482.01, 2085.43, 1.8172, 0.3478, 0.3658)):
        best = law.optimal(1e21)
        assert spend(law, 1e21, best.N).loss == pytest.approx(best.loss, rel=1e-9)
        assert min(spend(law, 1e21, best.N * f).loss for f in (0.5, 2)) > best.loss


def test_a_plan_says_where_it_leaves_the_runs_behind_a_law():
    table = plan(1e23, ("kaplan2020", "besiroglu2024", "olmo-ladder")).set_index("law")
    assert "parameters of the largest run" in table.warning["kaplan2020"]
    assert not plan(1e21, ("besiroglu2024",)).warning[0]
    row = table.loc["olmo-ladder"]
    assert row.loss_low < row.loss < row.loss_high and row.N_low < row.N < row.N_high
    assert np.isnan(table.loss_low["besiroglu2024"])
    with pytest.raises(ValueError, match="did you mean 'kaplan2020'"):
        plan(1e21, ("kaplan",))
    with pytest.raises(ValueError, match="flops must be"):
        plan(-1)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: KaplanLaw(6.5e13, -0.1, 2.1e3, 0.76), "alpha_N must be"),
        (lambda: KaplanLaw(6.5e13, 0.1, 2.1e3, float("nan")), "alpha_S must be"),
        (lambda: ChinchillaLaw(1, 1, -1, 0.3, 0.3), "E must be"),
        (lambda: KAPLAN.loss(0, 1e5), "N must be > 0"),
        (lambda: KAPLAN.loss(1e9, -1), "S must be > 0"),
        (lambda: KAPLAN.loss(1e9, float("nan")), "S must be finite"),
        (lambda: KAPLAN.optimal(0), "flops must be"),
        (lambda: KAPLAN.optimal(1e21, -1), "ratio must be"),
        (lambda: KaplanLaw(6.5e13, 0.1, 2.1e3, 0.7).optimal(1e21), "Bstar must be > 0"),
    ],
)
def test_bad_input_is_refused(make, says):
    with pytest.raises(ValueError, match=says):
        make()
