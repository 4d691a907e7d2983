"""What the chapter on attention claims beyond its paper: of counts, searches, caches, energy, and of a card."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from szilard.compendium import Finding, Kind, at_least, at_most, between, claim, claims_of, holds

__all__ = ["CLAIMS"]

DERIVED, DAO, LI = "derived here", "Dao et al. 2022, Fig. 2", "Li et al. 2024, abstract"
ours = partial(claim, kind=Kind.OURS)
on_card = partial(ours, tiers=("full",), where="nowhere: measured here")


@ours(
    where=DERIVED,
    tolerance=(holds("words counted equal the closed form"), at_most("relative error of the result", 1e-12),
               holds("no more words held than M")),
    rows="algorithm != 'flash1'",
    controls={"the closed form of another run": lambda table: table.query("algorithm != 'flash1'").assign(
                  formula=lambda rows: np.roll(rows.formula, 1)),
              "published blocks of FlashAttention 1": lambda table: table.query("algorithm == 'flash1'")},
    shown="tab-attention_io-executed",
)  # fmt: skip
def executed(table: pd.DataFrame) -> Finding:
    """Every schedule but FlashAttention 1 with its published blocks computes attention or its gradients within its
    memory, and moves as many words as its closed form says."""
    same = table.io == table.formula
    return Finding(f"{int(same.sum())} of {len(table)} runs equal", same, table.error, table.peak <= table.M)


@ours(
    where="Dao et al. 2022, Algorithm 1",
    tolerance=(between("most words needed, over M", 1.2, 1.4), between("M over d² beyond which they fit", 8, 9.1)),
    rows="algorithm == 'flash1' and over >= 1",
    controls={"blocks of FlashAttention 2": lambda table: table.query("algorithm == 'flash2' and over >= 1")},
    shown="fig-attention_io-overflow",
    pooled=True,
)  # fmt: skip
def overflow(table: pd.DataFrame) -> Finding:
    """For d from 16 to 128 and from M = d² on, the block sizes of FlashAttention 1 need up to 1.4 times the fast memory
    they are made for, and fit only beyond eight or nine d²."""
    worst = table.groupby("d").peak.max()
    last = np.nan if table.peak.isna().any() else table.over[table.peak > 1].max() if worst.max() > 1 else 0.0
    text = f"{worst.min():.2f} to {worst.max():.2f} times M, up to {last:.1f} d²"
    return Finding(text, worst, last)


@ours(
    where=LI, experiment="gradients", shown="fig-attention_io-backward", rows="variable == 'M'",
    tolerance=(between("exponent of M, recomputing", -1.06, -0.94), between("exponent of M, by tiles", -0.56, -0.44)),
    controls={"the two exchanged": lambda table: table.query("variable == 'M'").assign(algorithm=table.algorithm.map(
        {"flash_backward": "blocked_backward", "blocked_backward": "flash_backward"}))},
)  # fmt: skip
def gradients(table: pd.DataFrame) -> Finding:
    """Gradients have the two regimes of attention: 1/M by recomputing, 1/√M by products in tiles."""
    parts = (table[table.algorithm == name] for name in ("flash_backward", "blocked_backward"))
    found = [np.polyfit(np.log(part.value), np.log(part.io), 1)[0] for part in parts]
    return Finding("{:.2f} and {:.2f}".format(*found).replace("-", "−"), *found)


@ours(
    where=DERIVED, experiment="pebble", shown="tab-attention_io-pebble",
    tolerance=holds("as many moves with recomputation as without"),
    rows="without == without and graph != 'chain used twice'",
    controls={"a chain used twice": lambda table: table.query("graph == 'chain used twice' and M == 3")},
)  # fmt: skip
def recomputation(table: pd.DataFrame) -> Finding:
    """Of the products, attention and pyramids of up to 24 vertices that were searched both ways, none is cheaper if
    values may be computed again."""
    same = table.io == table.without
    return Finding(f"{int(same.sum())} of {len(table)} optima the same", same)


@ours(
    where=DERIVED, experiment="pebble", shown="tab-attention_io-pebble", pooled=True,
    tolerance=(at_least("moves of the loop over the optimum", 1.0), between("the largest of these ratios", 1.4, 1.6)),
    rows="graph != 'chain used twice'",
    controls={"room for everything": lambda table: table.assign(io=table.compulsory, loop=table.compulsory)},
)  # fmt: skip
def loops(table: pd.DataFrame) -> Finding:
    """Of products, attention, pyramids and a tree, a loop that gives up what is needed last moves up to half as much
    again as an optimal schedule."""
    ratio = table.loop / table.io
    return Finding(f"up to {ratio.max():.2f} times the optimum", ratio, np.nan if ratio.isna().any() else ratio.max())


@ours(
    where="nowhere: simulated here", experiment="cliff", shown="fig-attention_io-cliff",
    tolerance=(at_most("misses over the count, blocks that fit", 1.03), at_least("the same", 1.0),
               at_least("misses over the count, blocks beyond the cache", 20)),
    rows="rows > 0",
    controls={"the best choice of what to keep": lambda table: table.query("rows > 0").assign(lru=lambda t: t.opt)},
)  # fmt: skip
def cliff(table: pd.DataFrame) -> Finding:
    """A cache that gives up the least recently used line does as well as a managed memory up to a block size, and
    beyond it more than twenty times worse."""
    ratio = table.lru / table.model
    fits = table.rows <= 60
    text = f"{ratio[fits].max():.3f} times the count at most, then {ratio[~fits].min():.0f} at least"
    return Finding(text, ratio[fits], ratio[fits], ratio[~fits])


@ours(
    where="nowhere: measured here", experiment="cachegrind", shown="fig-attention_io-cliff", tiers=("full",),
    tolerance=(at_most("relative distance from the count up to 48 rows", 0.03), at_least("the ratio at 60 rows", 20)),
    rows="rows in (8, 16, 32, 48, 60)",
    controls={"blocks beyond the cache": lambda table: table[table.rows >= 60].replace({"rows": {60: 48}})},
)  # fmt: skip
def compiled(table: pd.DataFrame) -> Finding:
    """Compiled C under cachegrind misses as often as the machine counts, and falls off the same cliff."""
    ratio = table.misses / table.model
    fits = table.rows <= 48
    text = f"within {100 * (ratio[fits] - 1).abs().max():.1f} %, then {ratio[~fits].min():.0f} times"
    return Finding(text, (ratio[fits] - 1).abs(), ratio[~fits] if (~fits).any() else np.nan)


@ours(
    where=DAO, experiment="published", shown="tab-attention_io-dao-fig2", published="66.6 and 75.2 G operations",
    tolerance=at_most("factor between counted and published", 1.1), rows="quantity == 'operations (G)'",
    controls={"bytes in their place": lambda table: table[table.quantity != "operations (G)"]},
)  # fmt: skip
def operations(table: pd.DataFrame) -> Finding:
    """The operations of a forward and a backward pass follow from the sizes given."""
    factors = np.concatenate([table.counted_standard / table.standard, table.counted_flash / table.flash])
    text = f"counted {factors.min():.1f} to {factors.max():.1f} times as many"
    return Finding(text, np.maximum(factors, 1 / factors))


@ours(
    where=DAO, experiment="published", shown="tab-attention_io-dao-fig2", published="40.3 and 4.4 GB",
    tolerance=(at_least("published bytes of standard attention over the fewest", 1.0), at_most("the same", 2.0),
               between("published over counted, FlashAttention", 0.5, 1.0)),
    rows="quantity != 'operations (G)'",
    controls={"operations in their place": lambda table: table[table.quantity == "operations (G)"]},
)  # fmt: skip
def published_bytes(table: pd.DataFrame) -> Finding:
    """The published bytes fit the counts within a factor of two: more than the fewest passes over the scores for
    standard attention, and fewer than the machine moves for FlashAttention."""
    passes, share = table.standard / table.counted_standard, table.flash / table.counted_flash
    text = f"{passes.iloc[0]:.1f} times the fewest passes; {share.iloc[0]:.2f} of the machine's words"
    return Finding(text, passes, passes, share)


@ours(
    where="computed here", experiment="energy", shown="fig-attention_io-energy",
    tolerance=(at_most("moving over computing, from M = 7 d² on", 1.0), between("decades above the bound", 7, 9)),
    rows="algorithm == 'flash2' and M >= 7 * d ** 2",
    controls={"standard attention": lambda table: table.query("algorithm == 'standard' and M >= 7 * d ** 2")},
)  # fmt: skip
def energy(table: pd.DataFrame) -> Finding:
    """In the fast memory of one multiprocessor FlashAttention spends less on moving than on computing, and both are
    more than ten million times Landauer's bound."""
    share = table.moving / table.computing
    text = f"moving at most {share.max():.2f} of computing, {table.over.min() / 1e6:.0f} million times the bound"
    return Finding(text, share, table.digits)


def _math(table: pd.DataFrame) -> pd.DataFrame:
    return table[table.backend == "math"]


@on_card(
    experiment="traffic", shown="fig-attention_io-h100-traffic", rows="backend == 'triton' and block_m <= 128",
    tolerance=between("bytes read from L2 over those of the tiles", 0.85, 1.15, partly=(0.8, 1.3)),
    controls={"standard attention": _math},
)  # fmt: skip
def traffic(table: pd.DataFrame) -> Finding:
    """A kernel with the tiles of the theory reads from L2 what the machine of two memories counts."""
    ratio = table.l2_read / table.model
    return Finding(f"{ratio.min():.2f} to {ratio.max():.2f} times the model", ratio)


@on_card(
    experiment="traffic", shown="tab-attention_io-h100-traffic",
    rows="backend in ('math', 'flash') and N == 4096 and d == 64",
    tolerance=at_least("bytes of main memory, standard attention over FlashAttention", 5),
    controls={"a kernel with tiles in its place": lambda table: table.query(
        "backend in ('cudnn', 'flash') and N == 4096 and d == 64").replace({"backend": {"cudnn": "math"}})},
)  # fmt: skip
def memory(table: pd.DataFrame) -> Finding:
    """Standard attention moves at least five times the bytes of main memory of FlashAttention, for N = 4096, d = 64."""
    moved = (table.dram_read + table.dram_write).groupby(table.backend).sum(min_count=1).reindex(["math", "flash"])
    ratio = moved["math"] / moved["flash"]
    return Finding(f"{ratio:.1f} times as many", ratio)


@on_card(
    experiment="kernels", shown="fig-attention_io-roofline", pooled=True,
    rows="backend == 'triton' and d == 128 and N == 8192",
    tolerance=(at_least("share of a matrix product's rate, best blocks", 0.4), at_most("error in bfloat16", 0.02)),
    controls={"standard attention": lambda table: _math(table).query("d == 128 and N == 8192")},
)  # fmt: skip
def roofline(table: pd.DataFrame) -> Finding:
    """Our kernel computes at 40 % or more of the rate of a product of matrices on the same card."""
    share = np.nan if table.share.isna().any() else table.share.max()
    return Finding(f"{100 * share:.0f} %, {table.rate.max() / 1e12:.0f} T/s", share, table.error.max(skipna=False))


CLAIMS = claims_of(globals())
