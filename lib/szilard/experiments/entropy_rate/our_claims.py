"""What the chapter on entropy rates claims beyond the paper, each beside its judge."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from szilard.compendium import Finding, Kind, at_least, at_most, between, claim, claims_of, holds
from szilard.experiments.entropy_rate.claims import alone_instead
from szilard.experiments.entropy_rate.tables import information, profile, speeches_trend
from szilard.language import extrapolate, trend

OURS: dict[str, Any] = {"where": "not in the paper", "kind": Kind.OURS}
BOTH = ("quick", "full")
DRAWS = 300

__all__ = ["OUR_CLAIMS"]


@claim(
    experiment="trigram",
    tolerance=(
        at_most("lower end of the slope over sentences 1 to 25", 0.0, unit="bits a word"),
        between("slope", -0.01, 0.01, unit="bits a word"),
    ),
    rows="corpus == 'brown'",
    controls={"speeches, which begin where the author began": lambda table: table[table.corpus == "sotu"]},
    shown="fig-entropy_rate-trigram",
    tiers=("full",),
    pooled=True,
    **OURS,
)
def brown(table: pd.DataFrame) -> Finding:
    """Samples that begin anywhere in their source show no rise."""
    curve = speeches_trend(table, "kneser_ney", 25)
    if not np.isfinite(curve.bits).all():
        return Finding("places are missing", np.nan, np.nan)
    found = trend(curve, replicates=DRAWS, rng=0)
    return Finding(f"slope {found.slope:+.4f} [{found.low:+.4f}, {found.high:+.4f}]", found.low, found.slope)


@claim(
    experiment="trigram",
    tolerance=at_least("gain of the cache", 0.18, partly=0.02, unit="bits a word"),
    rows="corpus == 'brown' and sentence == 0",
    controls={"a cache of weight 0": lambda table: table.assign(cache=table.kneser_ney).query("sentence == 0")},
    shown="fig-entropy_rate-cache",
    tiers=("full",),
    pooled=True,
    name="cache",
    **OURS,
)
def _cache(table: pd.DataFrame) -> Finding:
    """On samples of many genres, remembering the words of the document saves a fifth of a bit a word."""
    gain = (table.kneser_ney.sum(skipna=False) - table.cache.sum(skipna=False)) / table.tokens.sum(skipna=False)
    return Finding(f"{gain:.3f} bits a word", gain)


@claim(
    experiment="network",
    tolerance=(
        between("share of the saving that another speech's sentences bring, too", 0.25, 0.75, partly=(0.1, 0.9)),
        at_least("what the own sentences bring more", 0.05, unit="bits a token"),
    ),
    rows="corpus == 'sotu-59'",
    controls={
        "every sentence alone": lambda table: alone_instead(table[table.corpus == "sotu-59"]).pipe(
            lambda rows: pd.concat([rows, rows[rows.context == "sentence"].assign(context="other")])
        )
    },
    shown="fig-entropy_rate-controls",
    tiers=("full",),
    pooled=True,
    **OURS,
)
def other(table: pd.DataFrame) -> Finding:
    """Of what context saves a pretrained network, a quarter to three quarters is saved by another speech, too: it tells
    the kind of text, not its subject."""
    own, foreign = (information(table, 12, name).without_first() for name in ("document", "other"))
    sums = [each.bits.sum() / each.tokens.sum() for each in (own, foreign)]
    share = sums[1] / sums[0] if sums[0] != 0 else 0.0
    return Finding(f"{sums[1]:.2f} of {sums[0]:.2f} bits a token", share, sums[0] - sums[1])


@claim(
    experiment="network",
    tolerance=(
        at_most("upper end of the slope of excerpts in context, sentences 1 to 12", -0.001, unit="bits a sentence"),
        at_least("first sentence alone: excerpt over opening", 0.05, unit="bits a token"),
    ),
    rows="corpus == 'sotu-59'",
    controls={"openings in the place of excerpts": lambda table: _openings(table[table.corpus == "sotu-59"])},
    shown="fig-entropy_rate-controls",
    tiers=("full",),
    pooled=True,
    name="excerpt",
    **OURS,
)
def _excerpt(table: pd.DataFrame) -> Finding:
    """Excerpts from the middle of a speech begin dearer than openings and fall in context: that fall is the model
    settling in, and the easy openings are the author's."""
    inside = profile(table, "excerpt", "document", 12)
    first = [profile(table, name, "sentence", 1).mean()[0] for name in ("excerpt", "real")]
    high = trend(inside, replicates=DRAWS, rng=0).high if np.isfinite(inside.bits).all() else np.nan
    return Finding(f"first sentence {first[0]:.2f} against {first[1]:.2f} bits a token", high, first[0] - first[1])


def _openings(table: pd.DataFrame) -> pd.DataFrame:
    real = table[table.version == "real"]
    return pd.concat([real, real.assign(version="excerpt")], ignore_index=True)


@claim(
    experiment="network-evenness",
    tolerance=(
        at_most("change of the mean of sentences alone", 0.1, unit="bits a token"),
        at_least("rise of the mean in context, less two standard errors", 0.001, unit="bits a token"),
    ),
    controls={"the speeches not shuffled": lambda table: _unshuffled(table)},
    shown="tab-entropy_rate-evenness",
    tiers=("full",),
    pooled=True,
    **OURS,
)
def shuffle(table: pd.DataFrame) -> Finding:
    """Sentences in random order are as surprising alone and more surprising in context."""
    found = table.pivot(index="document", columns="version", values=["local", "mean"])
    steps = found.xs("shuffled", axis=1, level=1) - found.xs("real", axis=1, level=1)
    step, error = steps.mean(skipna=False), steps.sem(skipna=False)
    text = f"{step['mean']:+.3f} in context, {step['local']:+.3f} alone"
    return Finding(text, abs(step["local"]), step["mean"] - 2 * error["mean"])


def _unshuffled(table: pd.DataFrame) -> pd.DataFrame:
    real = table[table.version == "real"]
    return pd.concat([real, real.assign(version="shuffled")], ignore_index=True)


@claim(
    experiment="network",
    tolerance=(
        at_least("bits a token over tokens 17–32 less those over 129–512", 0.3, unit="bits"),
        at_most("distance between tokens 129–256 and 257–512", 0.25, unit="bits"),
    ),
    rows="corpus == 'sotu-59'",
    controls={"every sentence alone": lambda table: alone_instead(table[table.corpus == "sotu-59"])},
    shown="fig-entropy_rate-token-position",
    tiers=("full",),
    pooled=True,
    name="token",
    **OURS,
)
def _token(table: pd.DataFrame) -> Finding:
    """By place of the token, surprisal falls for about a hundred tokens and hardly after."""
    curve = profile(table, "real", "document", place="token")
    if not np.isfinite(curve.bits).all():
        return Finding("places are missing", np.nan, np.nan)
    mean = dict(zip(curve.places.tolist(), curve.mean(), strict=True))
    late = (mean[128] + mean[256]) / 2
    text = f"{mean[16]:.2f}, {mean[128]:.2f}, {mean[256]:.2f} bits a token from token 17, 129, 257 on"
    return Finding(text, mean[16] - late, abs(mean[128] - mean[256]))


@claim(
    experiment="windows",
    tolerance=(holds("every doubling of the window lowers the surprisal"), between("exponent of the fall", 0.05, 1.0)),
    controls={"the smallest window throughout": lambda table: _smallest(table)},
    shown="fig-entropy_rate-windows",
    pooled=True,
    **OURS,
)
def window(table: pd.DataFrame) -> Finding:
    """The further back a model of bytes remembers, the better it predicts: every doubling helps."""
    sums = table.groupby("window")[["bits", "tokens"]].agg(lambda column: column.sum(skipna=False))
    mean = (sums.bits / sums.tokens).to_numpy()
    if not np.isfinite(mean).all():
        return Finding("a window is missing", np.nan, np.nan)
    fall = np.diff(mean) < 0
    slope = -np.polyfit(np.log(sums.index), np.log(np.maximum(mean, 1e-9)), 1)[0]
    return Finding(f"{mean[0]:.2f} to {mean[-1]:.2f} bits a byte, exponent {slope:.2f}", fall, slope)


def _smallest(table: pd.DataFrame) -> pd.DataFrame:
    least = table[table.window == table.window.min()].set_index("document").bits
    return table.assign(bits=table.document.map(least))


@claim(
    experiment="rates",
    tolerance=(
        at_most("error of context trees at 16,000 symbols", 0.01, unit="bits"),
        between("error of every estimate from matches and phrases", 0.01, 0.3, partly=(0.005, 0.3), unit="bits"),
    ),
    rows="n == 16000",
    controls={"match lengths in the place of trees": lambda table: _swapped(table[table.n == 16_000])},
    shown="fig-entropy_rate-estimators",
    **OURS,
)
def known(table: pd.DataFrame) -> Finding:
    """On sources that are known, context trees find the rate; match lengths and phrases are still off."""
    off = (table.value - table.truth).abs()
    trees = table.estimator == "context trees"
    blocks = table.estimator.str.startswith("blocks")
    slow = off[~trees & ~blocks]
    if off.isna().any() or blocks.sum() != 4:
        return Finding("a value is missing", np.nan, np.nan)
    if not (off[blocks] < 0.05).all():
        return Finding("block entropies are off", np.nan, np.nan)
    return Finding(
        f"trees off by {off[trees].max():.3f}, others by {slow.min():.3f} to {slow.max():.3f}", off[trees], slow
    )


def _swapped(table: pd.DataFrame) -> pd.DataFrame:
    names = {"context trees": "matches, inverse of mean", "matches, inverse of mean": "context trees"}
    return table.assign(estimator=table.estimator.replace(names))


@claim(
    experiment="convergence",
    tolerance=(
        between("limit of the power form on speeches", 1.0, 1.4, partly=(0.7, 1.6), unit="bits a byte"),
        at_least("what the lowest rate lies above it", 0.1, unit="bits a byte"),
    ),
    rows="corpus.str.startswith('sotu')",
    controls={"a flat curve": lambda table: table[table.corpus.str.startswith("sotu")].assign(rate=2.0)},
    shown="fig-entropy_rate-convergence",
    tiers=BOTH,
    pooled=True,
    **OURS,
)
def hilberg(table: pd.DataFrame) -> Finding:
    """Even after megabytes a model that starts from nothing pays more than it would at infinity."""
    if table.rate.isna().any() or (table.rate <= 0).any() or (table.rate > 8).any() or len(table) < 5:
        return Finding("a length is missing", np.nan, np.nan)
    fitted = extrapolate(table.n, table.rate)
    return Finding(f"limit {fitted.h:.2f} ± {fitted.stderr:.2f} bits a byte", fitted.h, table.rate.min() - fitted.h)


@claim(
    experiment="compressors",
    tolerance=(
        at_least("least saving of PPMd, order 6 and above, on the best of the others", 0.05),
        at_most("bits a byte of any", 4.0),
    ),
    controls={"their names turned round": lambda table: table.assign(bits_a_byte=table.bits_a_byte[::-1].to_numpy())},
    shown="tab-entropy_rate-compressors",
    tiers=BOTH,
    pooled=True,
    **OURS,
)
def compressed(table: pd.DataFrame) -> Finding:
    """Of general compressors, those that predict byte by byte from six bytes or more come closest to the entropy of
    text."""
    predicting = table.compressor.isin([f"PPMd order {order}" for order in (6, 8, 12)])
    best = table[~table.compressor.str.startswith("PPMd")].groupby("corpus").bits_a_byte.min()
    saving = 1 - table[predicting].groupby("corpus").bits_a_byte.max().reindex(best.index) / best
    values = table.bits_a_byte.where(table.bits_a_byte > 0)
    return Finding(f"at least {min(saving):.0%} fewer bits", saving, values)


@claim(
    experiment="languages",
    tolerance=between("bits of a page, over those of the English one", 0.5, 2.0, unit=""),
    rows="model == 'in context'",
    controls={"characters counted as bytes": lambda table: _per_character(table)},
    shown="fig-entropy_rate-languages",
    tiers=("full",),
    name="meaning",
    **OURS,
)
def _meaning(table: pd.DataFrame) -> Finding:
    """The same page takes a similar number of bits in every language, though not a similar number of characters."""
    english = table.bits_a_page[table.corpus == "guide:en"].iloc[0]
    share = table.bits_a_page / english
    return Finding(f"{share.min():.2f} to {share.max():.2f} of English", share)


def _per_character(table: pd.DataFrame) -> pd.DataFrame:
    rows = table[table.model == "in context"]
    return rows.assign(bits_a_page=rows.bits_a_character)


@claim(
    experiment="sizes",
    tolerance=(
        holds("a higher order and more reading lower the surprisal in context"),
        at_least("saving by context, of each model", 0.003, unit="bits a byte"),
    ),
    controls={"context left out": lambda table: table.assign(in_context=table.local)},
    shown="tab-entropy_rate-sizes",
    pooled=True,
    **OURS,
)
def sizes(table: pd.DataFrame) -> Finding:
    """Larger models and better-read ones predict better, and every one of them is helped by context."""
    names = ["local", "in_context", "tokens"]
    sums = table.groupby(["order", "trained"])[names].agg(lambda column: column.sum(skipna=False))
    mean, saved = sums.in_context / sums.tokens, (sums.local - sums.in_context) / sums.tokens
    by_order = [mean[order, 29] for order in (2, 4, 6)]
    by_reading = [mean[6, trained] for trained in (1, 6, 29)]
    if not np.isfinite(mean).all() or (mean <= 0).any():
        return Finding("a model is missing", np.nan, np.nan)
    better = np.concatenate([np.diff(by_order) < 0, np.diff(by_reading) < 0])
    return Finding(f"{mean.max():.2f} to {mean.min():.2f} bits a byte", better, saved)


OUR_CLAIMS = claims_of(globals())
