"""The claims of the chapter on Landauer: those of the paper here, each beside its judge and its control."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pandas as pd
from scipy.constants import Julian_year

from szilard.compendium import Control, Finding, Kind, at_least, at_most, between, claim, claims_of
from szilard.experiments.landauer import our_claims
from szilard.thermodynamics import formula

__all__ = ["CLAIMS", "slow_limit"]

LN2 = math.log(2)
SLOW = 3  # cycles of the longest durations, which the line against 1/τ goes through
COMPANION = "companion, abstract"
BATH, ROOM = 1e-29, 300.0  # K, the bath as the abstract states it
BACKGROUND = "a bit in the cosmic microwave background"
audited = partial(claim, experiment="audit", shown="tab-landauer-audit")
number = partial(audited, kind=Kind.NUMBER)
order = partial(between, low=0.2, high=5)  # a power of ten holds within a factor of five


def _background(ladder: pd.DataFrame) -> pd.DataFrame:
    """Energy, mass and temperature of a bit in the microwave background, over what the paper states of its own."""
    bit = ladder.set_index("what").energy[BACKGROUND]
    recomputed = np.array([bit * 1e7, formula("equivalent_mass")(bit) * 1e3, formula("equivalent_temperature")(bit)])
    return pd.DataFrame({"recomputed": recomputed, "factor": recomputed / [1e-45, 1e-66, 1e-29]})


def _instead(source: str, stated: float, *names: str) -> Control:
    """Another number of the audit in the place of what the paper counts."""

    def table(audit: pd.DataFrame) -> pd.DataFrame:
        value = audit.set_index("name").recomputed[source].iloc[0]
        return pd.DataFrame({"name": names, "recomputed": value, "factor": value / stated})

    return Control(table)


@number(
    where="abstract", published="1e-45 erg, 1e-66 g, 1e-29 K", rows="name in ('energy', 'mass', 'temperature')",
    tolerance=order("each over the power of ten, at both rates of expansion,"),
    controls={BACKGROUND: Control(_background, "ladder")},
)  # fmt: skip
def quantum(table: pd.DataFrame) -> Finding:
    """The least quantum today has about 10⁻⁴⁵ erg, 10⁻⁶⁶ g and 10⁻²⁹ K."""
    return Finding("{:.2e} erg, {:.2e} g, {:.2e} K".format(*table.recomputed[:3]), table.factor)


@number(
    where=COMPANION, published="1e122", rows="name == 'bits'",
    tolerance=order("bits of the horizon over 10¹²², at both rates of expansion,"),
    controls={"those of a cubic centimetre": _instead("density", 1e122, "bits")},
)  # fmt: skip
def bits(table: pd.DataFrame) -> Finding:
    """The universe holds some 10¹²² bits."""
    return Finding(f"{table.recomputed[0]:.1e} bits", table.factor)


@number(
    where=COMPANION, published="1e36", rows="name in ('density', 'density-visible')",
    tolerance=(order("10¹²² bits in the visible universe, over 10³⁶ per cm³,"),
               order("in the Hubble volume", partly=(0.05, 20))),
    controls={"all of them in one": _instead("bits", 1e36, "density", "density-visible")},
)  # fmt: skip
def density(table: pd.DataFrame) -> Finding:
    """A cubic centimetre of the universe holds some 10³⁶ bits."""
    hubble, visible = (table[table.name == name] for name in ("density", "density-visible"))
    text = f"{visible.recomputed.iloc[0]:.1e} per cm³ visible, {hubble.recomputed.iloc[0]:.1e} in Hubble's volume"
    return Finding(text, visible.factor, hubble.factor)


def _of_weinberg(table: pd.DataFrame) -> pd.DataFrame:
    """Weinberg's mass in the place of the pion's; the energy grows as its cube."""
    pion, ratio = table[table.name == "self-pion"], table.factor[table.name == "weinberg"].to_numpy()
    return pion.assign(recomputed=pion.recomputed * ratio**3)


@audited(
    where="companion, text", rows="name in ('self-electron', 'self-pion', 'self-proton')",
    tolerance=between("gravitational energy over ħH of electron, pion and proton", 0.1, 10),
    errs=at_least("factor by which each particle is off", 10),
    controls={"a particle of Weinberg's mass": _of_weinberg},
)  # fmt: skip
def any_particle(table: pd.DataFrame) -> Finding:
    """The gravitational energy of a quantum is ħH whatever its mass."""
    energy = table.recomputed
    text = f"from {energy.min():.1e} to {energy.max():.0f} ħH"
    return Finding(text, energy, np.maximum(energy, 1 / energy))


def _room_instead(cold: pd.DataFrame) -> pd.DataFrame:
    """The room in the place of the bath."""
    room = cold[(cold.efficiency == 1) & (cold.temperature == ROOM)]
    return pd.concat([room.assign(temperature=BATH), room])


@claim(
    experiment="cold", shown="fig-landauer-cold", where="the conjecture on computers, abstract",
    tolerance=at_most("least time in which one channel of the bath takes up a bit, over that of one in a room", 1),
    rows=f"efficiency == 1 and temperature in ({BATH}, {ROOM})",
    controls={"a bath as warm as the room": _room_instead},
)  # fmt: skip
def faster(table: pd.DataFrame) -> Finding:
    """Computers coupled to that bath would be faster."""
    bath, room = (table[table.temperature == at].taken.mean() for at in (BATH, ROOM))
    text = f"a channel takes {bath / Julian_year / 1e9:.0f} billion years for a bit, {bath / room:.0e} times as long"
    return Finding(f"{text} as in a room", bath / room)


def _slowest(cycles: pd.DataFrame) -> pd.DataFrame:
    return cycles[(cycles.stages == "scaled") & (cycles.barrier == 14)].nlargest(SLOW, "tau")


def slow_limit(cycles: pd.DataFrame) -> tuple[float, float]:
    """Work at infinite duration, and slope, of a line against 1/τ through the slowest cycles that slow all stages."""
    part = _slowest(cycles)
    slope, limit = np.polyfit(1 / part.tau, part.work, 1)
    return float(limit), float(slope)


def _leaky(cycles: pd.DataFrame) -> pd.DataFrame:
    """The cycle with a low barrier in the place of that with a high one: its line ends near ln 2 too."""
    return cycles[(cycles.stages == "scaled") & (cycles.barrier == 8)].assign(barrier=14.0)


@claim(
    name="slow-limit", experiment="cycles", shown="fig-landauer-berut", tiers=("quick", "full"),
    where="abstract: a bit is worth kT ln 2 (Landauer 1961; measured by Bérut et al. 2012)",
    tolerance=(between("line through the slowest cycles, over kT ln 2", 0.97, 1.03, partly=(0.9, 1.1)),
               at_least("success of these cycles", 0.999),
               at_least("mean work less the bound", -1e-6, unit="kT"),
               at_most("distance of walkers from the density, in standard errors", 4)),
    rows="stages != 'transport'",
    controls={"end stages not slowed": lambda t: t[t.stages == "held"].assign(stages="scaled", barrier=14),
              "a barrier that leaks": _leaky},
)  # fmt: skip
def slow(table: pd.DataFrame) -> Finding:
    """In the limit of long cycles the work of erasing a bit is kT ln 2."""
    limit, _ = slow_limit(table)
    walked = table[table.walkers > 0]
    sigmas = (walked.walked - walked.work).abs() / walked.walked_stderr
    success, text = _slowest(table).success, f"{limit:.3f} kT ({100 * (limit / LN2 - 1):+.1f} %)"
    text += f", success {success.min():.4f}" + (f"; walkers within {sigmas.max():.1f} σ" if len(walked) else "")
    return Finding(text, limit / LN2, success, table.work - table.bound, sigmas)


CLAIMS = (*claims_of(globals()), *our_claims.CLAIMS)
