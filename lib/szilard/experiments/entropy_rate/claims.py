"""The claims of the paper and of the study it answers, each beside its judge."""

from __future__ import annotations

import numpy as np
import pandas as pd

from szilard.compendium import Control, Finding, Kind, at_least, at_most, claim, claims_of, holds
from szilard.experiments.entropy_rate.tables import LASTS, information, profile, speeches_trend
from szilard.language import Profile, trend

OPENING = 6  # sentences over which the rise of the speeches is read
SHORT = 8  # sentences that all documents have
DRAWS = 300

__all__ = ["CLAIMS", "alone_instead", "falling", "settled"]


def alone_instead(table: pd.DataFrame) -> pd.DataFrame:
    """The table in which every sentence stands alone, in the place of the one in context."""
    alone = table[table.context == "sentence"]
    return pd.concat([alone.assign(context="document"), alone], ignore_index=True)


def falling(table: pd.DataFrame, lasts: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """By number of sentences, the first left out: slope, its upper end, and whether the test says decreasing."""
    found = [_trend(profile(table, "real", "document", last)) for last in lasts]
    return tuple(np.array(each, dtype=float) for each in zip(*found, strict=True))  # type: ignore[return-value]


def _trend(curve: Profile) -> tuple[float, float, float]:
    if not np.isfinite(curve.bits).all() or (curve.tokens < 0).any():
        return np.nan, np.nan, np.nan
    one = trend(curve.without_first(), replicates=DRAWS, rng=0)
    return one.slope, one.high, one.test.direction == "decreasing"


def settled(slopes: np.ndarray, highs: np.ndarray) -> float:
    """The worst upper end where all intervals lie below zero, the worst slope where one does not fall; NaN where one
    falls by what may be chance, so that nothing is decided."""
    if (slopes >= 0).any():
        return float(slopes.max())
    return float(highs.max()) if (highs < 0).all() else np.nan


def _later(table: pd.DataFrame) -> pd.DataFrame:
    """Speeches that begin with their second sentence."""
    rest = table[table.corpus.str.startswith("sotu") & (table.sentence != 1)]
    return rest.assign(sentence=np.maximum(rest.sentence - 1, 0))


@claim(
    experiment="trigram",
    where="abstract: the rise of n-gram entropy is found again",
    tolerance=(
        at_least(f"rise from sentence 1 to {OPENING}", 1.0, unit="bits a word"),
        at_least(f"lower end of the slope over sentences 2 to {SHORT}", 0.0, unit="bits a word", soft=True),
    ),
    rows="corpus.str.startswith('sotu')",
    controls={"speeches from their second sentence on": _later},
    shown="fig-entropy_rate-trigram",
    tiers=("quick", "full"),
    pooled=True,
)
def rise(table: pd.DataFrame) -> Finding:
    """What a trigram model finds surprising in a sentence by itself rises with the number of the sentence."""
    curve = speeches_trend(table, "kneser_ney", SHORT)
    if not np.isfinite(curve.bits).all() or len(curve) < SHORT:
        return Finding("places are missing", np.nan, np.nan)
    mean, low = curve.mean(), trend(curve.without_first(), replicates=DRAWS, rng=0).low
    step = mean[OPENING - 1] - mean[0]
    return Finding(f"{step:+.2f} bits at the opening; after it at least {low:+.3f} a sentence", step, low)


@claim(
    experiment="network",
    where="abstract: no clear evidence for constancy",
    tolerance=(
        at_most("upper end of the slope from sentence 2 on, at each of five lengths", -0.001, unit="bits a sentence"),
        holds("Mann and Kendall's test says decreasing at each of them", soft=True),
    ),
    rows="corpus == 'sotu-59'",
    controls={"every sentence alone": lambda table: alone_instead(table[table.corpus == "sotu-59"])},
    shown="fig-entropy_rate-decomposition",
    tiers=("full",),
    pooled=True,
)
def falls(table: pd.DataFrame) -> Finding:
    """In their context, the later sentences of a document surprise a pretrained network less: the rate is not
    constant."""
    slopes, highs, down = falling(table, LASTS)
    sure = f"{(highs < 0).sum()} of {len(highs)} beyond chance"
    text = f"slopes {slopes.min():+.3f} to {slopes.max():+.3f} bits a sentence, {sure}"
    return Finding(text, settled(slopes, highs), down)


@claim(
    experiment="network",
    where="abstract: across corpora",
    tolerance=at_most("upper end of the slope over sentences 2 to 8, on each", -0.001, unit="bits a sentence"),
    rows="corpus != 'sotu-59'",
    controls={"every sentence alone": lambda table: alone_instead(table[table.corpus != "sotu-59"])},
    shown="tab-entropy_rate-corpora",
    tiers=("full",),
    pooled=True,
)
def corpora(table: pd.DataFrame) -> Finding:
    """The same is found in samples of many genres and in news stories."""
    names = ("brown", "lee")
    found = [falling(table[table.corpus == name], (SHORT,)) for name in names]
    text = ", ".join(f"{name.capitalize()} {slope[0]:+.3f}" for name, (slope, _, _) in zip(names, found, strict=True))
    slopes, highs = (np.concatenate(part) for part in list(zip(*found, strict=True))[:2])
    return Finding(f"{text} bits a sentence", settled(slopes, highs))


@claim(
    experiment="network",
    where="the identity that both studies start from",
    tolerance=(
        at_most("saving at the first sentence", 0.001, unit="bits a token"),
        at_least("lower end of the saving at sentences 2 to 12", 0.2, unit="bits a token"),
    ),
    rows="corpus == 'sotu-59'",
    controls={"every sentence alone": lambda table: alone_instead(table[table.corpus == "sotu-59"])},
    shown="fig-entropy_rate-decomposition",
    tiers=("full",),
    pooled=True,
)
def saves(table: pd.DataFrame) -> Finding:
    """Context saves nothing at the first sentence, where there is none, and something at each of the next."""
    saved = information(table, 12)
    if not np.isfinite(saved.bits).all():
        return Finding("places are missing", np.nan, np.nan)
    mean = saved.mean()
    return Finding(f"{mean[1:].min():.2f} to {mean[1:].max():.2f} bits a token", abs(mean[0]), saved.band(DRAWS)[0, 1:])


@claim(
    name="inference",
    experiment="mixture",
    where="not in the paper: our example of its argument",
    kind=Kind.OURS,
    tolerance=(
        at_most("distance of the measured rate from the exact one", 0.01, unit="bits"),
        at_most("distance of any single toss from one bit", 0.002, unit="bits"),
        at_least("fall of the exact rate in context", 0.25, unit="bits"),
    ),
    controls={"one coin for all documents": lambda table: table.assign(in_context=table.rate, measured=table.rate)},
    shown="fig-entropy_rate-mixture",
)
def _inference(table: pd.DataFrame) -> Finding:
    """A local entropy does not tell the rate in context: a source exists, stationary at that, whose single symbols are
    equally uncertain at every place while in context they become more and more certain."""
    off, local = (table.measured - table.in_context).abs(), (table.measured_alone - 1).abs()
    steps = np.diff(table.in_context)
    fall = table.in_context.iloc[0] - table.in_context.iloc[-1] if (steps < 0).all() else 0.0
    text = f"falls by {table.in_context.iloc[0] - table.in_context.iloc[-1]:.3f} bits, measured within {off.max():.3f}"
    return Finding(text, off, local, fall)


@claim(
    experiment="languages",
    where="abstract: across languages",
    tolerance=(
        at_most("upper end of the slope in context, in most languages", 0.0, unit="bits a byte and sentence"),
        at_least("languages", 19),
    ),
    controls={
        "pages alone": Control(
            lambda table: table[table.model != "in context"].replace({"model": {"alone": "in context"}})
        )
    },
    shown="fig-entropy_rate-languages",
    tiers=("full",),
    pooled=True,
    offline="no pretrained network for these languages is at hand; a model of bytes stands in",
)
def languages(table: pd.DataFrame) -> Finding:
    """In most languages surprisal in context falls, by a model of bytes that keeps learning."""
    rows = table[table.model == "in context"]
    if rows[["slope", "high"]].isna().any().any():
        return Finding("a slope is missing", np.nan, np.nan)
    return Finding(
        f"falls in {int((rows.high < 0).sum())} of {len(rows)}, rises in {int((rows.low > 0).sum())}",
        float(np.median(rows.high)),
        len(rows),
    )


CLAIMS = claims_of(globals())
