"""Quantities of pint at every door: converted by kind, or refused with a sentence; their unit is never stripped."""

from __future__ import annotations

import decimal
import warnings

import numpy as np
import pandas as pd
import pint
import pytest
import torch
from formula_points import points

from szilard import thermodynamics as thermo
from szilard.thermodynamics import CALCULATORS, FORMULAS, audit_paper, calculator, formula, in_kt, landauer_energy, work
from szilard.thermodynamics.formulas.constants import hubble_rate
from szilard.thermodynamics.formulas.quantities import convert, in_si, kind_of, parse, registry
from szilard.validation import as_numbers, as_samples

U = pint.UnitRegistry()
Q = U.Quantity
# The same value in another unit of pint's own registry, by SI unit: its name and how many of it make one.
OTHERS = {
    "K": ("mK", 1e3), "bit": ("kB", 1 / 8e3), "nat": ("byte", 1 / (8 * np.log(2))), "J": ("erg", 1e7), "kg": ("g", 1e3),
    "m": ("km", 1e-3), "m^2": ("cm**2", 1e4), "m^3": ("litre", 1e3), "s": ("hour", 1 / 3600), "1/s": ("GHz", 1e-9),
    "W": ("kW", 1e-3), "m/s": ("km/hour", 3.6), "m^2/s": ("um**2/s", 1e12), "kg/s": ("g/ms", 1.0), "": ("percent", 1e2),
}  # fmt: skip
ALL = pytest.mark.parametrize("law", FORMULAS.values(), ids=list(FORMULAS))


# --- every formula


@ALL
def test_another_unit_gives_the_same_number(law):
    columns = points(law, 40, np.random.default_rng(5), edges=False)
    quantities = {}
    for v in law.variables:
        unit, factor = OTHERS[v.unit]
        quantities[v.name] = Q(columns[v.name] * factor, unit)
    if law.key == "szilard_boxes":  # per cent of a whole number are not exactly whole
        quantities["boxes"] = Q(columns["boxes"], "")
    assert all(isinstance(quantity, U.Quantity) for quantity in quantities.values())
    np.testing.assert_allclose(law(**quantities), law(**columns), rtol=1e-12, atol=0)


@ALL
def test_a_quantity_of_another_kind_is_refused(law):
    good = {name: float(column[0]) for name, column in points(law, 1, np.random.default_rng(3), False).items()}
    for v in law.variables:
        for wrong in (Q(1.0, "K/s"), Q(0.5, "bit" if v.unit == "" else ""), Q(1.0, "ampere"), Q([1.0], "kg*m")):
            with pytest.raises(ValueError, match=f"^{v.name} must be") as refusal:
                law(**good | {v.name: wrong})
            assert "\n" not in str(refusal.value)
        with pytest.raises(ValueError, match=f"^{v.name} must be complete; got 1 masked"):
            law(**good | {v.name: np.ma.masked_less([good[v.name], -9999.0], -9000)})


# --- what people bring


@pytest.mark.parametrize(
    ("bits", "temperature", "joules"),
    [
        (1, Q(300, "mK"), 2.870979e-24),
        (1, Q(27, "degC"), 2.872414e-21),
        (1, Q(80.6, "degF"), 2.872414e-21),
        (Q(1, "GB"), 300, 2.296783e-11),
        (Q(1, "GiB"), Q(300, "K"), 2.466152e-11),
        (Q(8, "bit"), 300, 2.296783e-20),
        (1, Q(540, "degR"), 2.870979e-21),
        (registry().Quantity(1, "nat"), 300, 2.870979e-21 / np.log(2)),
        (1, Q(300, "K").to("microkelvin"), 2.870979e-21),
    ],
)
def test_temperatures_prefixes_bytes_and_nats(bits, temperature, joules):
    assert landauer_energy(bits, temperature) == pytest.approx(joules, rel=2e-7)


def test_arrays_lists_and_tensors_of_quantities_keep_their_unit():
    expected = landauer_energy(1, np.array([0.3, 300.0]))
    for given in (Q([300.0, 300e3], "mK"), [Q(300, "mK"), 300], (Q(300, "mK"), Q(26.85, "degC")), Q([0.3, 300], "K")):
        np.testing.assert_allclose(landauer_energy(1, given), expected, rtol=1e-12)
    np.testing.assert_allclose(
        landauer_energy(1, [[Q([300.0], "mK")], [Q([300.0], "K")]]).ravel(), expected, rtol=1e-12
    )
    tensor = torch.tensor([300.0, 300e3], dtype=torch.float64, requires_grad=True)
    found = landauer_energy(1, Q(tensor, "mK"))
    np.testing.assert_allclose(found.detach().numpy(), expected, rtol=1e-12)
    found.sum().backward()
    assert tensor.grad.numpy() == pytest.approx(landauer_energy(1, 1e-3))


def test_any_registry_will_do():
    own = pint.UnitRegistry(None)
    for line in ("metre = [length]", "kilogram = [mass]", "kelvin = [temperature]; offset: 0", "room = 300 * kelvin"):
        own.define(line)
    assert landauer_energy(1, own.Quantity(1, "room")) == pytest.approx(landauer_energy(1, 300))
    assert thermo.bremermann(own.Quantity(2, "kilogram")) == pytest.approx(thermo.bremermann(2))
    assert landauer_energy(1, pint.get_application_registry().Quantity(26.85, "degC")) == pytest.approx(2.870979e-21)
    with pytest.raises(ValueError, match="^temperature must be a temperature"):
        landauer_energy(1, own.Quantity(1, "metre"))
    exact = pint.UnitRegistry(non_int_type=decimal.Decimal).Quantity("300 mK")
    assert landauer_energy(1, exact) == pytest.approx(2.870979e-24)


class Foreign(np.ndarray):
    """An array with a unit, as other libraries have it."""

    unit = "mK"


def test_what_cannot_be_read_is_refused_and_not_stripped():
    for bad, says in (
        (Q(27, "delta_degC"), "a difference of temperatures"),
        (U.K, "must be numeric"),
        (np.array([300.0]).view(Foreign), "as a number of K or a quantity of pint"),
        (np.array([Q(1, "K"), Q(2, "K")], dtype=object), "must be numeric"),
        (Q(np.ma.masked_less([1.0, -1.0], 0), "K"), "masked"),
        (torch.tensor([True]), "must be numeric"),
        (torch.tensor([1j]), "must be numeric"),
        (Q(-300, "degC"), "> 0 K"),
        (Q(float("nan"), "degC"), "> 0 K"),
    ):
        with pytest.raises(ValueError, match=f"^temperature .*{says}"):
            landauer_energy(1, bad)
    with pytest.raises(ValueError, match="must be numeric; got str") as refusal:
        landauer_energy(1, "warm" * 1000)
    assert len(str(refusal.value)) < 200


# --- every function of the room


@pytest.mark.parametrize(
    ("function", "quantities", "numbers"),
    [
        (thermo.bremermann, (Q(2, "g"),), (0.002,)),
        (thermo.margolus_levitin, (Q(1, "eV"),), (1.602176634e-19,)),
        (thermo.bekenstein_bits, (Q(2, "km"), Q(3, "erg")), (2000, 3e-7)),
        (thermo.holographic_bits, (Q(1, "cm**2"),), (1e-4,)),
        (thermo.information_mass, (Q(1, "TB"), Q(27, "degC")), (8e12, 300.15)),
        (thermo.schwarzschild_radius, (Q(2, "tonne"),), (2000,)),
        (thermo.hawking_temperature, (Q(2, "tonne"),), (2000,)),
        (thermo.szilard_work, (Q(10, "percent"), Q(0.8, ""), Q(27, "degC")), (0.1, 0.8, 300.15)),
        (thermo.refrigerated_erasure, (Q(1, "B"), Q(4e3, "mK"), Q(27, "degC"), Q(50, "percent")), (8, 4, 300.15, 0.5)),
        (thermo.hardware_ratio, (Q(1, "pJ"), Q(27, "degC")), (1e-12, 300.15)),
        (hubble_rate, (Q(2.2685455e-18, "Hz"),), (70,)),
    ],
)
def test_functions_convert(function, quantities, numbers):
    assert function(*quantities) == pytest.approx(function(*numbers), rel=1e-8)


def test_calculators_convert():
    assert thermo.ultimate_laptop(Q(500, "g"), Q(2, "litre")) == pytest.approx(thermo.ultimate_laptop(0.5, 2e-3))
    assert thermo.hubble_quantum(Q(70, "km/s/Mpc")) == pytest.approx(thermo.hubble_quantum(hubble_rate(70)))
    assert thermo.hubble_quantum("70 km/s/Mpc") == pytest.approx(thermo.hubble_quantum(hubble_rate(70)))
    for made in CALCULATORS.values():
        defaults = {item.name: made.variable(item.name) for item in made.inputs}
        values = {item.name: parse(item.default, defaults[item.name].unit) for item in made.inputs}
        quantities = {
            n: Q(value * OTHERS[defaults[n].unit][1], OTHERS[defaults[n].unit][0]) for n, value in values.items()
        }
        if made.key == "engine":
            quantities["boxes"] = 2
        assert made(**quantities) == pytest.approx(made(), rel=1e-10)
    with pytest.raises(ValueError, match="^information must be an amount of information"):
        calculator("landauer")(information=Q(1, "kg"))
    with pytest.raises(ValueError, match="^information must be finite and ≥ 0 bit"):
        calculator("landauer")(information=-1)


def test_general_landauer_takes_its_temperature_and_energy_with_units():
    laws = ([0.5, 0.5], [1, 0], [0.5, 0.5], [0.5, 0.5])
    found = thermo.generalized_landauer(*laws, Q(27, "degC"), Q(1, "eV"))
    assert found == pytest.approx(thermo.generalized_landauer(*laws, 300.15, 1.602176634e-19))


def test_the_black_hole_of_the_sun():
    """2.95 km and 61.7 nK, as textbooks have them; its entropy follows from T by dE = T dS."""
    sun = Q(1.98841e30, "kg")
    assert thermo.schwarzschild_radius(sun) == pytest.approx(2953.3, rel=1e-4)
    assert thermo.hawking_temperature(sun) == pytest.approx(6.170e-8, rel=1e-3)
    mass, step = 1e12, 1e6
    bits = formula("black_hole_bits")
    entropy = (
        (bits(mass + step) - bits(mass - step)) / (2 * step) * landauer_energy(1, thermo.hawking_temperature(mass))
    )
    assert entropy == pytest.approx(formula("rest_energy")(1.0), rel=1e-6)


def test_the_audit_by_an_expansion_rate_of_ones_own():
    for hubble in ("70 km/s/Mpc", Q(70, "km/s/Mpc"), hubble_rate(70), np.float64(hubble_rate(70))):
        rows = {row.name: row for row in audit_paper(hubble=hubble)}
        assert rows["energy"].recomputed["given"] == pytest.approx(1.054571817e-34 * 2.2685455e-18 * 1e7, rel=1e-7)
    (near, far), both = thermo.HUBBLE.values(), audit_paper()
    for row, one in zip(both, audit_paper(far.value), strict=True):
        assert one.recomputed["given"] == row.recomputed["distance ladder"]
        assert one.name == row.name and np.array_equal(one.stated, row.stated, equal_nan=True)
    for bad in (70, Q(70, "km/s"), "70", "fast", np.nan, [near.value, far.value], Q(1, "bit/s"), "-70 km/s/Mpc"):
        with pytest.raises(ValueError, match="^hubble"):
            audit_paper(hubble=bad)


# --- doors that take plain numbers


BAD, SHARE, GRID = Q(1.5, "J"), Q(50, "percent"), [-1.0, 0.0, 1.0]
HALF = np.eye(2) / 2
PLAIN_ONLY = [
    lambda: in_kt("landauer", bits=Q(1, "GB")),
    lambda: in_kt("feedback_work", free_energy=BAD, information=1.0),
    lambda: in_kt("landauer", bits=1, temperature=300),
    lambda: convert(BAD, "J", "eV"),
    lambda: thermo.reeb_wolf(HALF, Q(np.eye(2), "J"), 1.0, np.eye(4)),
    lambda: thermo.reeb_wolf(HALF, np.eye(2), Q(1, "1/J"), np.eye(4)),
    lambda: thermo.reeb_wolf(HALF, np.eye(2), 1.0, Q(np.eye(4), "")),
    lambda: thermo.thermal_state(Q(np.eye(2), "J"), 1.0),
    lambda: thermo.von_neumann(Q(np.eye(2) / 2, "")),
    lambda: thermo.double_well(BAD),
    lambda: thermo.double_well(8.0, SHARE),
    lambda: thermo.harmonic_trap(SHARE),
    lambda: thermo.double_well(8.0).energy(Q([1.0], "nm")),
    lambda: thermo.Quartic(Q([0, 0, 1, 0, 1], "J")),
    lambda: thermo.Tabulated(Q(np.arange(5.0), "nm"), np.arange(5.0)),
    lambda: thermo.finite_time_landauer(Q([10.0], "s"), var=1.0, target="free"),
    lambda: thermo.finite_time_landauer(10.0, var=Q(1.0, "nm**2"), target="free"),
    lambda: thermo.finite_time_landauer(10.0, SHARE, var=1.0, target="free"),
    lambda: thermo.wasserstein2_1d(Q(GRID, "nm"), [0.5, 0.5], [0, 1]),
    lambda: thermo.wasserstein2_1d(GRID, Q([50.0, 50.0], "percent"), [0, 1]),
    lambda: thermo.jarzynski(Q([1.0, 2.0], "J")),
    lambda: thermo.jarzynski([Q(1.0, "J"), Q(2.0, "J")]),
    lambda: thermo.tur_ratio([1.0, 2.0], SHARE),
    lambda: thermo.berut_protocol(SHARE, 3.5),
    lambda: thermo.Protocol(Q([0.0, 1.0], "s"), (thermo.double_well(8.0),) * 2),
    lambda: thermo.HarmonicQuench(SHARE),
    lambda: thermo.DraggedTrap(SHARE, 1.0),
    lambda: thermo.HarmonicQuench(2.0).log_density(Q([1.0], "J")),
    lambda: thermo.simulate_erasure(thermo.berut_protocol(2.0, 3.5), 2, rng=0, initial=Q([1.0, 1.0], "nm")),
    lambda: work.one_shot_work([0.5, 0.5], Q([0.0, 1.0], "J"), 1.0),
    lambda: work.ergotropy(HALF, Q(np.eye(2), "J")),
    lambda: work.formation_work([0.5, 0.5], [0.0, 1.0], SHARE),
    lambda: work.extractable([[1, 0]], H=Q([0, 1], "J"), amounts=[1]),
    lambda: thermo.measure_energy(lambda: None, SHARE, lambda: 0.0),
]


@pytest.mark.parametrize("call", PLAIN_ONLY, ids=range(len(PLAIN_ONLY)))
def test_functions_of_kt_refuse_units(call):
    """Where energies are in kT, times in L²/D, a quantity cannot be read: it is refused by name."""
    with warnings.catch_warnings(), pytest.raises(ValueError, match="^[a-zA-Z_]+ must be (plain|left out)"):
        warnings.simplefilter("error")
        call()


def test_labels_that_are_called_unit_are_no_units():
    frame = pd.DataFrame({"unit": [1.0, 2.0], "units": [3.0, 5.0]})
    assert as_samples(frame).tolist() == [[1.0, 3.0], [2.0, 5.0]]
    assert as_numbers(frame.T.iloc[0].set_axis(["unit", "units"]), "x").tolist() == [1.0, 2.0]


def test_the_door_names_kinds_in_words():
    assert in_si(Q(1, "GB"), "bit").dtype == np.float64
    assert kind_of("1/J") == "an inverse energy"


def test_series_are_paired_by_index_or_refused():
    bits, hot = pd.Series([1.0, 2.0]), pd.Series([300.0, 600.0])
    np.testing.assert_allclose(landauer_energy(bits, hot), np.array([1.0, 4.0]) * landauer_energy(1, 300))
    with pytest.raises(ValueError, match="^bits and temperature must have the same index"):
        landauer_energy(bits, hot[::-1])
    assert landauer_energy(1, decimal.Decimal(300)) == landauer_energy(1, 300)
