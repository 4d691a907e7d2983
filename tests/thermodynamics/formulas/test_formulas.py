"""Formulas: known values, units, domains, and the numeric function against fifty digits of the definition."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import torch
from formula_points import points, rounding
from hypothesis import given
from hypothesis import strategies as st

from szilard.thermodynamics import (
    CODATA_YEAR,
    CONSTANTS,
    FORMULAS,
    HUBBLE,
    dimension,
    formula,
    generalized_landauer,
    landauer_energy,
    szilard_work,
)
from szilard.thermodynamics.formulas.quantities import parse, unit_of
from szilard.thermodynamics.formulas.symbolic import constant

ALL = pytest.mark.parametrize("law", FORMULAS.values(), ids=list(FORMULAS))
KT = CONSTANTS["k_B"].value * 300.0
SHARE = st.floats(0.0, 1.0)


# --- known values


@pytest.mark.parametrize(
    ("temperature", "joules"),
    [
        (4.0, 3.827972e-23),
        (77.0, 7.368846e-22),
        (293.15, 2.805425e-21),
        (298.15, 2.853275e-21),
        (300.0, 2.870979e-21),
        (2.72548, 2.608265e-23),
    ],
)
def test_a_bit_costs_kt_ln_2(temperature, joules):
    assert landauer_energy(1, temperature) == pytest.approx(joules, rel=2e-7)
    assert formula("landauer")(1, temperature) == landauer_energy(1, temperature)


@pytest.mark.parametrize(
    ("error", "nats"), [(0.0, math.log(2)), (1e-3, 0.6852399), (0.1, 0.3680642), (0.01, 0.6371456), (0.5, 0.0)]
)
def test_error_lowers_the_cost_and_is_symmetric(error, nats):
    assert landauer_energy(1, 300, error) / KT == pytest.approx(nats, abs=5e-8)
    assert landauer_energy(1, 300, 1 - error) / KT == pytest.approx(nats, abs=5e-8)


def test_the_smallest_error_is_not_lost():
    assert abs(landauer_energy(1, 300, 1e-15) / KT - 0.69314718055991) < 1e-14
    assert landauer_energy(1, 300, 0, 1e-15) / KT == pytest.approx(1e-15 * (1 - math.log(1e-15)), rel=1e-12)
    near = 1e-9  # one half of the bits, but for a part in a billion: 2 x² nats are left
    assert szilard_work(0.5 + near) / KT == pytest.approx(2 * near**2, rel=1e-6)


@pytest.mark.parametrize(
    ("key", "arguments", "value"),
    [
        ("bremermann", (1.0,), 1.356392e50),
        ("margolus_levitin_rate", (CONSTANTS["c"].value ** 2,), 5.4256e50),
        ("bekenstein", (1.0, CONSTANTS["c"].value ** 2), 2.57691e43),
        ("holographic", (1.0,), 1.3807e69),
        ("information_mass", (1.0, 300.0), 3.194395e-38),
        ("information_mass", (8e12, 300.0), 2.556e-25),
        ("schwarzschild_radius", (1.0,), 1.4852e-27),
        ("black_hole_bits", (1.0,), 3.827e16),
        ("hardware_ratio", (0.1e-12, 300.0), 3.483e7),
        ("channel_rate", (300.0,), 2.966e13),
        ("erasure_rate", (700.0, 300.0), 2.438e23),
        ("uncertainty_walk", (2.0, 1.0), 2.0794415),
        ("uncertainty_walk", (3.0, 1.0), 2.1972246),
        ("uncertainty_walk", (1.0, 1.0), 2.0),
        ("trap_work", (1.0, 1.0, 1.0, 1.0), 0.3678794),
        ("trap_work", (1.0, 2.0, 1.0, 3.0), 8.199148),
        ("quench_average", (4.0,), 0.5),
    ],
)
def test_known_values(key, arguments, value):
    digits = len(f"{value:.10e}".split("e")[0].rstrip("0").replace(".", ""))
    assert formula(key)(*arguments) == pytest.approx(value, rel=6 * 10.0**-digits)


def test_a_harmonic_quench():
    assert formula("quench_work")(4.0, 300) / KT == pytest.approx(1.5)
    assert formula("quench_free_energy")(4.0, 300) / KT == pytest.approx(math.log(2))
    free = formula("jarzynski")(formula("quench_average")(4.0), 300)
    assert free == pytest.approx(formula("quench_free_energy")(4.0, 300))


@pytest.mark.parametrize(("error", "nats"), [(0, 0.6931), (0.01, 0.6371), (0.1, 0.3681), (0.25, 0.1308), (0.5, 0)])
def test_szilards_engine(error, nats):
    assert szilard_work(error) / KT == pytest.approx(nats, abs=5e-5)


@given(st.floats(1e-9, 1 - 1e-9), st.floats(0.01, 0.99))
def test_no_partition_beats_the_best(error, partition):
    best = szilard_work(error)
    assert szilard_work(error, partition) <= best + 1e-15 * KT
    assert szilard_work(error, formula("szilard_partition")(error)) == pytest.approx(best, abs=1e-15 * KT)


# --- what follows from two formulas at once


@given(st.floats(1e-30, 1e50))
def test_a_black_hole_saturates_bekensteins_bound(mass):
    radius, energy = formula("schwarzschild_radius")(mass), formula("rest_energy")(mass)
    bits = formula("black_hole_bits")(mass)
    assert formula("bekenstein")(radius, energy) == pytest.approx(bits, rel=1e-13)
    assert formula("holographic")(4 * math.pi * radius**2) == pytest.approx(bits, rel=1e-13)


@given(st.floats(1e-20, 1e-15))
def test_the_horizon_holds_two_pi_nats_for_each_quantum(rate):
    quanta = formula("rest_energy")(formula("horizon_mass")(rate)) / formula("hubble_energy")(rate)
    assert formula("horizon_bits")(rate) * math.log(2) == pytest.approx(2 * math.pi * quanta, rel=1e-13)


@given(st.floats(1e-10, 1e10))
def test_margolus_and_levitin_allow_four_times_bremermanns_rate(mass):
    rate = formula("margolus_levitin_rate")(formula("rest_energy")(mass))
    assert rate == pytest.approx(4 * formula("bremermann")(mass), rel=1e-14)


@given(st.floats(1e-6, 300.0))
def test_cooling_does_not_beat_the_bound_of_the_room(cold):
    heat = landauer_energy(1, cold)
    assert heat + formula("carnot_work")(heat, 300.0, cold) == pytest.approx(landauer_energy(1, 300), rel=1e-12)


@given(SHARE, SHARE)
def test_the_general_bound_contains_the_reset(bias, error):
    half = [0.5, 0.5]
    general = generalized_landauer([bias, 1 - bias], [error, 1 - error], half, half, 300.0)
    assert general == pytest.approx(landauer_energy(1, 300, error, bias), abs=1e-12 * KT)


def test_the_work_to_erase_in_time_lies_in_its_sandwich():
    box = formula("transport_work")(math.log(2), 1 / 3, 1.0, 2.0, 300)  # a flat box [-1, 1], variance 1/3
    lower, upper = (formula(f"finite_time_{side}")(1 / 3, 1.0, 2.0, 300) for side in ("lower", "upper"))
    assert lower < box < upper
    assert (upper - KT * math.log(2)) / (lower - KT * math.log(2)) == pytest.approx(4)


# --- every formula


@ALL
def test_units_follow_from_the_symbols(law):
    assert dimension(law) == unit_of("" if law.unit in ("bit", "nat") else law.unit).dimensionality


def test_unlike_things_are_not_added():
    law = formula("landauer")
    wrong = dataclasses.replace(law, expression=law.expression + constant("G"))
    with pytest.raises(ValueError, match="landauer: in .* must be"):
        dimension(wrong)


@ALL
def test_it_keeps_its_digits(law):
    rng = np.random.default_rng(1)
    for edges in (True, False):
        columns = points(law, 150 if edges else 6, rng, edges)
        for row in range(0, len(next(iter(columns.values()))), 13 if edges else 1):
            values = {name: float(column[row]) for name, column in columns.items()}
            shares = [values[v.name] for v in law.variables if v.high == 1.0]
            if any(share in (0.0, 1.0) for share in shares) or values.get("forward") == values.get("backward", 0):
                continue  # the definition is a limit there
            exact = law.precisely(60, **values)
            allowed = max(1e-12 * abs(exact), rounding(law, values), 1e-320)
            assert abs(law(**values) - exact) <= allowed, values


@ALL
def test_arrays_and_tensors_give_what_numbers_give(law):
    columns = points(law, 150, np.random.default_rng(2))
    found = law(**columns)
    one = [law(**{name: float(column[i]) for name, column in columns.items()}) for i in range(0, 150, 29)]
    assert found.shape == (150,) and np.isfinite(found).all()
    np.testing.assert_allclose(found[::29], one, rtol=1e-13)
    tensors = law(**{name: torch.from_numpy(column) for name, column in columns.items()})
    assert tensors.dtype == torch.float64
    assert (np.abs(tensors.numpy() - found) <= 1e-12 * np.abs(found) + rounding(law, columns)).all()


@ALL
def test_values_outside_the_domain_are_refused(law):
    good = {name: float(column[0]) for name, column in points(law, 1, np.random.default_rng(3), False).items()}
    for variable in law.variables:
        bad = [math.nan, math.inf, -math.inf, "1", None, True]
        bad += [variable.low - 1e-9, *([variable.low] if variable.above else [])] if variable.low > -math.inf else []
        bad += [variable.high + 1e-9, *([variable.high] if variable.below else [])] if variable.high < 2 else []
        for value in bad:
            with pytest.raises(ValueError, match=f"^{variable.name} must"):
                law(**good | {variable.name: value})
        with pytest.raises(ValueError, match=variable.name):
            law(**good | {variable.name: np.array([good[variable.name], math.nan])})
        if variable.low == 0.0:
            with pytest.raises(ValueError, match=variable.name):
                law(**good | {variable.name: torch.tensor([good[variable.name], -1.0])})


@ALL
def test_it_is_typeset_and_sourced(law):
    assert law.latex.startswith(f"{law.left} {law.relation} ")
    assert law.latex.count("{") == law.latex.count("}") and "_B" not in law.latex.replace("k_B", "")
    for variable in law.variables:
        assert variable.latex in law.latex
    assert law.title and law.source


def test_arguments_are_named_once():
    law = formula("landauer")
    for args, kwargs in (((1,), {}), ((1, 2, 3), {}), ((1,), {"bits": 1}), ((1, 2), {"bits": 1}), ((), {"n": 1})):
        with pytest.raises(ValueError, match="landauer takes bits, temperature"):
            law(*args, **kwargs)


def test_conditions_between_variables_are_refused():
    with pytest.raises(ValueError, match="hot must be at least as warm as cold"):
        formula("carnot_work")(1.0, 4.0, 300.0)


def test_unknown_formulas_are_refused_with_the_closest():
    with pytest.raises(ValueError, match="did you mean 'landauer'"):
        formula("landaur")


def test_it_broadcasts_and_leaves_its_arguments_alone():
    errors = np.array([0.0, 0.1])
    found = landauer_energy(np.array([[1.0], [2.0]]), 300, errors)
    assert found.shape == (2, 2) and (found[1] == 2 * found[0]).all()
    assert (errors == [0.0, 0.1]).all()
    assert isinstance(landauer_energy(np.float64(1), 300), float)


def test_gradients_flow():
    temperature = torch.tensor(300.0, dtype=torch.float64, requires_grad=True)
    landauer_energy(1.0, temperature).backward()
    assert temperature.grad.item() == pytest.approx(landauer_energy(1, 1.0))


@pytest.mark.parametrize(
    ("law", "says"),
    [([0.5, 0.6], "sum to one"), ([-0.1, 1.1], "probabilities"), ([0.2, 0.3, 0.5], "same shape"), ([], "shape")],
)
def test_what_is_no_distribution_is_refused(law, says):
    with pytest.raises(ValueError, match=says):
        generalized_landauer(law, [1, 0], [0.5, 0.5], [0.5, 0.5], 300)
    with pytest.raises(ValueError, match="final_equilibrium must be positive"):
        generalized_landauer([0.5, 0.5], [1, 0], [0.5, 0.5], [0, 1], 300)


# --- constants


def test_constants_carry_uncertainty_and_year():
    exact = {name for name, known in CONSTANTS.items() if known.uncertainty == 0}
    assert exact == {"k_B", "h", "hbar", "c"}
    assert CONSTANTS["G"].uncertainty / CONSTANTS["G"].value == pytest.approx(2.2e-5, rel=0.03)
    assert {known.year for known in CONSTANTS.values()} == {CODATA_YEAR} and CODATA_YEAR in (2018, 2022)
    assert CONSTANTS["h"].value == 2 * math.pi * CONSTANTS["hbar"].value


def test_the_expansion_rates_are_those_published():
    for known, text in zip(HUBBLE.values(), ("67.4 km/s/Mpc", "73.04 km/s/Mpc"), strict=True):
        assert known.value == pytest.approx(parse(text, "1/s"), rel=1e-15)


@given(SHARE, SHARE)
def test_entropy_drops_are_odd(p, q):
    law = formula("reset_work")
    assert law(1, 300, p, q) == pytest.approx(-law(1, 300, q, p), rel=1e-12, abs=1e-15 * KT)
