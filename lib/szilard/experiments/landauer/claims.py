"""The claims of the chapter on Landauer, and how a table decides each of them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from szilard.compendium import Claim, Judgement, Verdict

SLOW = 3  # cycles of the longest durations that the line through 1/τ is laid through
LIMIT = (math.pi / 2) ** 2

__all__ = ["CLAIMS", "slow_limit"]


def slow_limit(table: pd.DataFrame) -> tuple[float, float]:
    """Work at infinite duration, and the slope, of the line through the slowest scaled cycles against 1/τ."""
    part = table[table.stages == "scaled"].nlargest(SLOW, "tau")
    slope, limit = np.polyfit(1 / part.tau, part.work, 1)
    return float(limit), float(slope)


def _errs(wrong: bool) -> Verdict:
    return Verdict.PAPER_ERRS if wrong else Verdict.REPRODUCED


def _number(table: pd.DataFrame, name: str, column: str = "recomputed") -> list[float]:
    return table[table.name == name][column].tolist()


def _quantum(table: pd.DataFrame) -> Judgement:
    rows = table[table.name.isin(["energy", "mass", "temperature"])]
    first = rows[rows.rate == rows.rate.iloc[0]].recomputed.tolist()
    text = "{:.2e} erg, {:.2e} g, {:.2e} K".format(*first)
    return Judgement(text, Verdict.of(bool(rows.factor.between(0.2, 5).all())))


def _horizon(table: pd.DataFrame) -> Judgement:
    bits, density = (_number(table, name)[0] for name in ("bits", "density"))
    good = [all(0.2 <= f <= 5 for f in _number(table, name, "factor")) for name in ("bits", "density")]
    return Judgement(f"{bits:.1e} bits, {density:.1e} per cm³", Verdict.of(all(good), any(good)))


def _bit_energy(table: pd.DataFrame) -> Judgement:
    factor = _number(table, "landauer", "factor")[0]
    return Judgement(f"kT ln 2 is {factor:.3f} of kT", _errs(abs(factor - 1) > 0.05))


def _particles(table: pd.DataFrame) -> Judgement:
    electron, proton = (_number(table, f"self-{name}")[0] for name in ("electron", "proton"))
    text = f"electron {electron:.1e} ħH, proton {proton:.0f} ħH"
    return Judgement(text, _errs(electron < 0.1 or proton > 10))


def _faster(table: pd.DataFrame) -> Judgement:
    flips, ages = (_number(table, "flip", column) for column in ("recomputed", "stated"))
    text = f"one flip takes {flips[0]:.1f} Gyr"
    return Judgement(text, _errs(all(flip > age for flip, age in zip(flips, ages, strict=True))))


def _dissipation(table: pd.DataFrame) -> Judgement:
    ideal = table[table.efficiency == 1.0].total
    flat = float(ideal.max() / ideal.min() - 1)
    text = f"{ideal.mean():.3e} J from 10⁻²⁹ to 300 K, constant within {flat:.0e}"
    return Judgement(text, _errs(flat < 1e-9))


def _vopson(table: pd.DataFrame) -> Judgement:
    rows = table[table.quantity.str.startswith('mass of "1 Tb"')].set_index("quantity").recomputed
    text = f"terabyte {rows.iloc[0]:.2e} kg, terabit {rows.iloc[1]:.2e} kg"
    return Judgement(text, _errs(abs(rows.iloc[1] / 2.5e-25 - 1) > 0.1))


def _lloyd(table: pd.DataFrame) -> Judgement:
    rows = table[(table.source == "lloyd2000ultimate") & table.published.notna()].iloc[:3]
    worst = float((rows.factor - 1).abs().max())
    return Judgement(f"largest deviation {100 * worst:.2f} %", Verdict.of(worst < 2e-3))


def _slow(table: pd.DataFrame) -> Judgement:
    limit, _ = slow_limit(table)
    off = limit / math.log(2) - 1
    lawful = bool((table.work >= table.bound - 1e-6).all())
    walked = table[table.walked.notna()]
    sigmas = float(((walked.walked - walked.work) / walked.walked_stderr).abs().max())
    text = f"{limit:.3f} kT ({100 * off:+.1f} %); walkers within {sigmas:.1f} σ"
    return Judgement(text, Verdict.of(abs(off) < 0.03 and lawful and sigmas < 4, abs(off) < 0.1 and lawful))


def _sandwich(table: pd.DataFrame) -> Judgement:
    ordered = (table.lower <= table.free) & (table.free <= table.local + 1e-9) & (table.local <= table.upper)
    fast = table.nsmallest(1, "tau").iloc[0]
    ratio = (fast.upper - math.log(2)) / (fast.lower - math.log(2))
    text = f"ordered in {int(ordered.sum())} of {len(table)} durations; ratio of the bounds {ratio:.2f}"
    return Judgement(text, Verdict.of(bool(ordered.all())))


def _transport(table: pd.DataFrame) -> Judgement:
    rows = table[table.which == "transport"]
    off = float((rows.work / rows.theory - 1).abs().max())
    walked = rows[rows.walked.notna()]
    sigmas = float(((walked.walked - walked.theory) / walked.walked_stderr).abs().max())
    text = f"density within {100 * off:.1f} %, walkers within {sigmas:.1f} σ"
    return Judgement(text, Verdict.of(off < 0.015 and sigmas < 4, off < 0.05))


def _habit(table: pd.DataFrame) -> Judgement:
    rows = table[(table.which == "plain") & (table.success > 0.95)]
    best = table[(table.which == "transport") & (table.barrier == rows.barrier.iloc[0])]
    plain = float(((rows.work - rows.bound) * rows.tau).median())
    ideal = float(((best.theory - best.bound) * best.tau)[best.tau <= 1].median())
    return Judgement(f"{plain / ideal:.0f} times", Verdict.of(5 <= plain / ideal <= 30))


def _front(table: pd.DataFrame) -> Judgement:
    good = table[table.converged]
    ratio = (good.work - good.bound) / (good.free - good.bound)
    text = f"excess {ratio.min():.1f} to {ratio.max():.1f} times the least"
    return Judgement(text, Verdict.of(len(good) == len(table) and bool(ratio.between(1, 4).all())))


def _split(table: pd.DataFrame) -> Judgement:
    off = max((table.left - 0.5).abs().max(), (table.right - 0.5).abs().max())
    return Judgement(f"both averages 1/2 within {off:.0e}", Verdict.of(off < 1e-4))


def _crooks(table: pd.DataFrame) -> Judgement:
    slope, stderr = float(table.slope.mean()), float(table.slope_stderr.max())
    far = float(((table.slope - 1) / table.slope_stderr).abs().max())
    worst = float((table.slope - 1).abs().max())
    text = f"slope {slope:.3f} ± {stderr:.3f}"
    return Judgement(text, Verdict.of(worst < 0.03 and far < 4, worst < 0.06))


def _bias(table: pd.DataFrame) -> Judgement:
    rows = table[(table.process == "drag") & (table["size"] == 64)].sort_values("mean_work")
    values = ", ".join(f"{row.bias:.2f} at ⟨W⟩ = {row.mean_work:.1f}" for row in rows.itertuples())
    strong = rows.iloc[-1]
    good = strong.bias > 5 * strong.bias_stderr and strong.bias > 3 * abs(strong.ratio_bias)
    return Judgement(f"with 64 runs {values}", Verdict.of(bool(good)))


def _engine(table: pd.DataFrame) -> Judgement:
    best = table[table.best].set_index("error").work
    text = ", ".join(f"{work:.4f}" for work in best)
    expected = math.log(2) - pd.Series(best.index).map(_entropy).to_numpy()
    return Judgement(text, Verdict.of(bool(np.allclose(best.to_numpy(), expected, atol=1e-9))))


def _feedback(table: pd.DataFrame) -> Judgement:
    off = ((table.identity - 1) / table.identity_stderr.where(table.identity_stderr > 1e-9)).abs().max()
    back = ((table.returned - table.efficacy) / table.returned_stderr.where(table.returned_stderr > 0)).abs().max()
    n = len(table)
    return Judgement(f"{n} engines, {off:.1f} σ and {back:.1f} σ at most", Verdict.of(max(off, back) < 4.5))


def _two_state(table: pd.DataFrame) -> Judgement:
    row = table[table.duration == 1000.0].iloc[0]
    product = float(row.excess * row.duration)
    return Judgement(f"{product:.3f} at Γτ = 1000 (π²/4 = {LIMIT:.3f})", Verdict.of(abs(product / LIMIT - 1) < 0.02))


def _reeb_wolf(table: pd.DataFrame) -> Judgement:
    worst = float(table.residual.max())
    lawful = bool((table[["information", "divergence", "excess"]] > -1e-10).all(axis=None))
    return Judgement(f"residual {worst:.0e}", Verdict.of(worst < 1e-10 and lawful))


def _precision(table: pd.DataFrame) -> Judgement:
    least = float(table[["exact", "least_ring"]].min(axis=None))
    return Judgement(f"least {least:.3f}", Verdict.of(least >= 2 - 1e-9))


def _demon(table: pd.DataFrame) -> Judgement:
    best = table.groupby("gas").net.max()
    good = best["random"] <= 1e-9 and best["generated"] <= 1e-9 and best["periodic"] > best["biased"] > 0
    text = ", ".join(f"{name} {round(best[name], 2) + 0:.2f}" for name in ("random", "generated", "biased", "periodic"))
    return Judgement(f"{text} kT a molecule", Verdict.of(bool(good)))


def _flop(table: pd.DataFrame) -> Judgement:
    row = table.nsmallest(1, "joules").iloc[0]
    text = f"{row.joules * 1e12:.3f} ± {row.stderr * 1e12:.3f} pJ, {row.ratio:.1e} kT ln 2"
    return Judgement(text, Verdict.of(1e6 < row.ratio < 1e10))


def _entropy(p: float) -> float:
    return 0.0 if p in (0.0, 1.0) else -p * math.log(p) - (1 - p) * math.log1p(-p)


def _claim(
    name: str,
    statement: str,
    where: str,
    tolerance: str,
    figure: str,
    experiment: str,
    judge: Callable[[pd.DataFrame], Judgement],
    published: str | None = None,
    tiers: tuple[str, ...] = ("quick",),
) -> Claim:
    return Claim(name, statement, where, published, tolerance, figure, experiment, judge, tiers)


BOTH = ("quick", "full")
CONJECTURE = "the conjecture on computers, abstract"
AUDIT, OPTIMAL, FLUCTUATION = "tab-landauer-audit", "fig-landauer-optimal", "fig-landauer-fluctuation"
_PAPER = (
    _claim("quantum", "The least quantum today has about 10⁻⁴⁵ erg, 10⁻⁶⁶ g and 10⁻²⁹ K.", "abstract",
           "within a factor of five, both expansion rates", AUDIT, "audit", _quantum,
           "1e-45 erg, 1e-66 g, 1e-29 K"),
    _claim("horizon", "The universe holds some 10¹²² bits, 10³⁶ in a cubic centimetre.", "companion, abstract",
           "within a factor of five, both expansion rates", AUDIT, "audit", _horizon, "1e122, 1e36"),
    _claim("bit-energy", "The quantum of 10⁻²⁹ K is the energy of a bit.", "abstract",
           "E/k against kT ln 2: within 5 %", AUDIT, "audit", _bit_energy),
    _claim("any-particle", "The gravitational energy of a quantum is ħH whatever its mass.", "companion",
           "within a factor of ten for electron and proton", AUDIT, "audit", _particles),
    _claim("faster", "Computers coupled to that bath would be faster.", CONJECTURE,
           "a flip within the age of the universe", AUDIT, "audit", _faster),
    _claim("dissipation", "Computers coupled to that bath would dissipate less.", CONJECTURE,
           "total work, with a Carnot refrigerator, falls as it gets colder", "fig-landauer-cold", "cold",
           _dissipation),
)  # fmt: skip
_ERASURE = (
    _claim("slow-limit", "In the limit of long cycles the work of erasure is kT ln 2.",
           "Bérut et al. 2012, abstract",
           "line through the slowest cycles within 3 % of ln 2; no mean below the bound; walkers within 4 σ",
           "fig-landauer-berut", "cycles", _slow, "the Landauer bound", BOTH),
    _claim("sandwich", "Erasure in a time τ costs between ln 2 + Var/2Dτ and ln 2 + 2Var/Dτ.", "Proesmans et al. 2020",
           "inequalities hold at every duration", OPTIMAL, "sandwich", _sandwich),
    _claim("transport", "Optimal transport gives a protocol that attains its bound.", "Aurell et al. 2011",
           "density within 1.5 %, walkers within 4 σ", OPTIMAL, "played", _transport),
    _claim("habit", "Protocols in use dissipate an order of magnitude more than the best.",
           "Proesmans et al. 2020, abstract",
           "between 5 and 30 times", OPTIMAL, "played", _habit, "an order of magnitude"),
    _claim("front", "Barrier and tilt alone, well chosen, dissipate two to three times what is needed.",
           "nowhere: tested here",
           "every search converges; excess 1 to 4 times the least", "fig-landauer-front", "front", _front, tiers=BOTH),
    _claim("split", "Split by the final well, ⟨exp(-W/kT)⟩ is 1/2 + 1/2 at any speed.", "Bérut et al. 2013",
           "within 1e-4", FLUCTUATION, "fluctuation", _split, tiers=BOTH),
    _claim("crooks", "ln P(W)/P'(-W) rises with slope one.", "Crooks 1999",
           "slope 1 ± 0.03 and within 4 σ", FLUCTUATION, "fluctuation", _crooks, tiers=BOTH),
    _claim("tails", "Exponential averages of few runs err upwards.", "nowhere: tested here",
           "bias above five standard errors and three times that of Bennett's ratio", "fig-landauer-bias", "bias",
           _bias),
)  # fmt: skip
_INFORMATION = (
    _claim("szilard", "An error ε of the measurement costs Szilard's engine h(ε).", "Sagawa & Ueda 2010",
           "ln 2 - h(ε) to nine decimals", "fig-landauer-szilard", "engine", _engine),
    _claim("feedback", "⟨exp(W-I)⟩ = 1, and the efficacy is the chance of coming back.", "Sagawa & Ueda 2010",
           "every simulated engine within 4.5 σ", "fig-landauer-szilard", "engine", _feedback),
    _claim("two-state", "A two-level bit pays π²/4 over Γτ for haste.", "Scandi et al. 2022",
           "within 2 % at Γτ = 1000", "fig-landauer-twostate", "twostate", _two_state),
    _claim("equality", "β ΔQ = ΔS + I + D for every unitary.", "Reeb & Wolf 2014",
           "residual below 1e-10, every term ≥ 0", "tab-landauer-quantum", "quantum", _reeb_wolf),
    _claim("precision", "Entropy production times relative variance of a current is at least 2.",
           "Barato & Seifert 2015",
           "no walk and no random ring below 2", "fig-landauer-precision", "precision", _precision, "2"),
    _claim("demon", "A demon gains only from a gas whose record can be compressed.", "Zurek 1989",
           "net work above 0 for ordered gases alone", "tab-landauer-demon", "demon", _demon),
    _claim("laptop", "One kilogram in one litre computes 5.4258·10⁵⁰ operations a second on 2.13·10³¹ bits.",
           "Lloyd 2000",
           "energy, rate and memory within 0.2 %", "tab-landauer-limits", "limits", _lloyd, "5.4258e50, 2.13e31"),
    _claim("mass", "A device of 1 Tb would weigh 2.5·10⁻²⁵ kg more when full.", "Vopson 2019, abstract",
           "within 10 % for a terabit", "tab-landauer-limits", "limits", _vopson, "2.5e-25 kg"),
    _claim("flop", "A floating-point operation takes some hundred million times kT ln 2.", "nowhere: measured here",
           "between 1e6 and 1e10", "fig-landauer-gpu", "gpu", _flop, tiers=("full",)),
)  # fmt: skip
CLAIMS = (*_PAPER, *_ERASURE, *_INFORMATION)
