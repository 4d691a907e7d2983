"""From rows of sums to profiles, trends and the tables that the chapter on entropy rates shows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from szilard.language import Profile, context_information, trend

LASTS = (8, 10, 12, 15, 20)
REPLICATES = 1000

__all__ = ["LASTS", "by_corpus", "by_token", "corpora_board", "curves", "information", "profile", "size_board",
    "speeches_trend", "stacked", "trend_board", "trend_row", "version_board", "versions", "windows",
    "word_board"]  # fmt: skip


def profile(
    table: pd.DataFrame, version: str, context: str, last: int | None = None, place: str = "sentence"
) -> Profile:
    """Sums by document and place of one version in one context, up to place ``last``."""
    rows = table[(table.version == version) & (table.context == context) & (table.place == place)]
    return _pivoted(rows[rows["at"] <= last] if last else rows, "at", "bits")


def speeches_trend(table: pd.DataFrame, model: str, last: int) -> Profile:
    """Sums by document and sentence of one model of words."""
    return _pivoted(table[(table.sentence > 0) & (table.sentence <= last)], "sentence", model)


def _pivoted(rows: pd.DataFrame, at: str, bits: str) -> Profile:
    places = np.sort(rows[at].unique())
    sums, tokens = (
        rows.pivot_table(index="document", columns=at, values=name, aggfunc="sum", fill_value=0, dropna=False)
        for name in (bits, "tokens")
    )
    missing = rows[bits].isna().any() or rows["tokens"].isna().any()
    return Profile(sums.to_numpy(float) * (np.nan if missing else 1.0), tokens.to_numpy(float), places)


def information(table: pd.DataFrame, last: int | None = None, context: str = "document") -> Profile:
    """What a context saves of the real documents, place by place."""
    return context_information(profile(table, "real", "sentence", last), profile(table, "real", context, last))


def curves(table: pd.DataFrame, last: int) -> pd.DataFrame:
    """Bits a token by sentence, with bands: alone, in context, and their difference."""
    found = {
        "alone": profile(table, "real", "sentence", last),
        "in context": profile(table, "real", "document", last),
        "context information": information(table, last),
    }
    frames = []
    for name, each in found.items():
        low, high = each.band(REPLICATES, 0)
        frames.append(
            pd.DataFrame({"curve": name, "sentence": each.places, "bits": each.mean(), "low": low, "high": high})
        )
    return pd.concat(frames, ignore_index=True)


def trend_row(found: Profile) -> dict[str, float | str]:
    """A trend as a row of text and numbers."""
    one = trend(found, replicates=REPLICATES, rng=0)
    return {
        "direction": one.test.direction,
        "p": one.test.p,
        "tau": one.test.tau,
        "Theil–Sen": one.theil_sen,
        "slope": one.slope,
        "low": one.low,
        "high": one.high,
        "documents": one.documents,
    }


def trend_board(table: pd.DataFrame, lasts: tuple[int, ...] = LASTS) -> pd.DataFrame:
    """Trends of the three curves by number of sentences, panel, and with or without the first sentence."""
    rows = []
    for last in lasts:
        found = {
            "in context": profile(table, "real", "document", last),
            "alone": profile(table, "real", "sentence", last),
            "context information": information(table, last),
        }
        for name, each in found.items():
            for panel, chosen in (("all", each), ("balanced", each.balanced)):
                for first, shown in (("with", chosen), ("without", chosen.without_first())):
                    rows.append({"K": last, "curve": name, "panel": panel, "first sentence": first} | trend_row(shown))
    return pd.DataFrame(rows)


def versions(table: pd.DataFrame, last: int) -> pd.DataFrame:
    """Bits a token by sentence of the real documents and of their controls, in context and alone."""
    pairs = table.loc[table.place == "sentence", ["version", "context"]].drop_duplicates()
    frames = []
    for version, context in pairs.itertuples(index=False):
        each = profile(table, version, context, last)
        names = {"version": version, "context": context, "sentence": each.places}
        frames.append(pd.DataFrame(names | {"bits": each.mean()}))
    return pd.concat(frames, ignore_index=True)


def version_board(table: pd.DataFrame, last: int = 20) -> pd.DataFrame:
    """Trends from sentence 2 to ``last`` of the real documents and of their controls, in context and alone."""
    pairs = table.loc[table.place == "sentence", ["version", "context"]].drop_duplicates()
    rows = [
        {"version": version, "context": context} | trend_row(profile(table, version, context, last).without_first())
        for version, context in pairs.itertuples(index=False)
    ]
    return pd.DataFrame(rows).drop(columns=["tau", "Theil–Sen"])


def by_token(table: pd.DataFrame) -> pd.DataFrame:
    """Bits a token by its place, in context and alone, of speeches and of excerpts; bins are named by their start."""
    frames = []
    for version, context in (("real", "document"), ("real", "sentence"), ("excerpt", "document")):
        each = profile(table, version, context, place="token")
        low, high = each.band(REPLICATES, 0)
        columns = {"token": each.places + 1, "bits": each.mean(), "low": low, "high": high}
        frames.append(pd.DataFrame({"version": version, "context": context} | columns))
    return pd.concat(frames, ignore_index=True)


def by_corpus(table: pd.DataFrame, model: str, last: int) -> pd.DataFrame:
    """Bits a word by sentence with bands, corpus by corpus."""
    frames = []
    for corpus, part in table.groupby("corpus", sort=False):
        each = speeches_trend(part, model, last)
        low, high = each.band(REPLICATES, 0)
        columns = {"sentence": each.places, "bits": each.mean(), "low": low, "high": high}
        frames.append(pd.DataFrame({"corpus": corpus} | columns))
    return pd.concat(frames, ignore_index=True)


def word_board(table: pd.DataFrame, last: int = 8) -> pd.DataFrame:
    """By corpus: bits a word of three models over all sentences, and the trigram's trend over the first ones, with
    sentence 1 and without."""
    rows: list[dict] = []
    for corpus, part in table.groupby("corpus", sort=False):
        whole = part[part.sentence == 0]
        bits = {name: whole[name].sum() / whole.tokens.sum() for name in ("interpolated", "kneser_ney", "cache")}
        panel = speeches_trend(part, "kneser_ney", last).balanced
        shown = ((1, panel), (2, panel.without_first()))
        rows += [{"corpus": corpus} | bits | {"from sentence": first} | trend_row(each) for first, each in shown]
    return pd.DataFrame(rows)


def corpora_board(table: pd.DataFrame | None, lasts: dict[str, int]) -> pd.DataFrame:
    """Trends in context and alone from sentence 2 on, by corpus and its number of sentences; one row while nothing is
    recorded."""
    if table is None:
        return pd.DataFrame([{"corpus": "not recorded yet"}])
    rows = []
    for corpus, last in lasts.items():
        for curve, context in (("in context", "document"), ("alone", "sentence")):
            found = profile(table[table.corpus == corpus], "real", context, last).without_first()
            rows.append({"corpus": corpus, "curve": curve, "sentences": last} | trend_row(found))
    return pd.DataFrame(rows).drop(columns=["tau", "Theil–Sen"])


def size_board(table: pd.DataFrame, network: pd.DataFrame | None) -> pd.DataFrame:
    """Bits a byte of the same sentences, alone and in context, by models of bytes of several sizes and by SmolLM2."""
    rows = []
    for (order, trained), part in table.groupby(["order", "trained"]):
        mean = part[["local", "in_context"]].sum() / part.tokens.sum()
        name = f"bytes, context up to {order}"
        rows.append({"model": name, "speeches read": str(trained), "alone": mean.local, "in context": mean.in_context})
    if network is not None:
        size = part.set_index(["document", "at"]).tokens
        real = network[(network.version == "real") & (network.place == "sentence")]
        bits = real.pivot(index=["document", "at"], columns="context", values="bits").loc[size.index]
        mean = bits.sum(skipna=False) / size.sum()
        rows.append(
            {"model": "SmolLM2", "speeches read": "–", "alone": mean["sentence"], "in context": mean["document"]}
        )
    return pd.DataFrame(rows).assign(saved=lambda board: board["alone"] - board["in context"])


def stacked(frames: dict[str, pd.DataFrame], name: str = "model") -> pd.DataFrame:
    """Several frames as one, each named in a first column."""
    return pd.concat([frame.assign(**{name: key}) for key, frame in frames.items()], ignore_index=True)


def windows(table: pd.DataFrame) -> pd.DataFrame:
    """Bits a token by window, pooled over documents."""
    sums = table.groupby("window")[["bits", "tokens"]].sum()
    return (sums.bits / sums.tokens).rename("bits").reset_index()
