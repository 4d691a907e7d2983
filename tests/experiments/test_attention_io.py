"""The laboratory of attention, beyond the battery: what a card would measure, and numbers of other chapters."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from szilard import io_complexity
from szilard.compendium import Verdict
from szilard.compendium.cell import measure
from szilard.compendium.style import FOREGROUND, MUTED, PALETTE
from szilard.experiments import landauer
from szilard.experiments.attention_io import (
    LABORATORY,
    card,
    counting,
    drawing,
    measured_told,
    moves_told,
    searching,
    slopes,
    traffic_board,
)

BYTES = dict.fromkeys(("dram_read", "dram_write", "l2_write", "l2_read_all"), 1.0)


def measured(cell, device="cpu"):
    return pd.DataFrame(measure(cell, np.random.default_rng(0), device))


def claim(name):
    return next(each for each in LABORATORY.claims if each.name == name)


def table(experiment):
    """The full tier of an experiment, its cells on a card that is made up."""
    cells = LABORATORY.experiment(experiment).cells["full"]
    rows = [dataclasses.asdict(cell) | row for cell in cells for row in cell.measure("cuda")]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    "cell", [card.Ceiling(), card.Kernel("math", 64, 64), card.CopyEnergy(), card.Traffic("math", 64, 64)]
)
def test_without_a_card_they_say_so(cell):
    with pytest.raises(ValueError, match="must be a CUDA card"):
        measured(cell)


def test_traffic_is_held_against_the_tiles(monkeypatch):
    def traffic(task):
        many = 9.0 if task.backend == "math" else 1.05
        return BYTES | {"l2_read": many * 2 * task.heads * io_complexity.kernel_words(task.N, task.d, task.block_m)}

    monkeypatch.setattr(io_complexity, "task_traffic", traffic)
    found = table("traffic")
    judgement = claim("traffic").evaluate({"traffic": found})
    assert judgement.verdict is Verdict.REPRODUCED and judgement.value == "1.05 to 1.05 times the model"
    assert judgement.controls["standard attention"].verdict is Verdict.NOT_REPRODUCED

    def forbidden(task):
        raise RuntimeError("ncu failed (1): ERR_NVGPUCTRPERM")

    monkeypatch.setattr(io_complexity, "task_traffic", forbidden)
    found = table("traffic")
    assert found.remark.str.contains("ERR_NVGPUCTRPERM").all() and found.l2_read.isna().all()
    assert claim("traffic").evaluate({"traffic": found}).verdict is Verdict.UNDECIDED


def test_standard_attention_is_held_against_the_main_memory_of_flash_attention(monkeypatch):
    def traffic(task):
        return BYTES | {"l2_read": 1.0, "dram_read": 7e9 if task.backend == "math" else 1e9, "dram_write": 1e9}

    monkeypatch.setattr(io_complexity, "task_traffic", traffic)
    found = table("traffic")
    judgement = claim("memory").evaluate({"traffic": found})
    assert judgement.verdict is Verdict.NOT_REPRODUCED and judgement.value == "4.0 times as many"
    found.loc[found.backend == "math", "dram_read"] = 20e9
    judgement = claim("memory").evaluate({"traffic": found})
    assert judgement.verdict is Verdict.REPRODUCED and judgement.value == "10.5 times as many"
    assert judgement.controls["a kernel with tiles in its place"].verdict is Verdict.NOT_REPRODUCED
    for lost in (found[found.backend != "math"], found.assign(dram_read=np.nan)):
        assert claim("memory").evaluate({"traffic": lost}).verdict is not Verdict.REPRODUCED


def test_a_board_of_traffic_has_the_tiles_of_our_kernel_only(monkeypatch):
    monkeypatch.setattr(io_complexity, "task_traffic", lambda task: BYTES | {"l2_read": 3e9})
    found = table("traffic")
    board, empty = traffic_board(found), traffic_board(None)
    assert list(board.columns) == list(empty.columns) and len(board) == len(found)
    assert board.l2_read.eq(3.0).all() and board.dram.eq(2e-9).all()
    ours = board[board.backend == "triton"]
    assert ours.model.notna().all() and board[board.backend != "triton"][["model", "block_m"]].isna().all(axis=None)
    assert empty[["l2_read", "dram"]].isna().all(axis=None)
    first = empty.query("N == 1024 and block_m == 128").iloc[0]
    assert first.model == ours.query("N == 1024 and block_m == 128").model.iloc[0]
    assert first.least == pytest.approx(8 * 64 * 1024 * 64 / 1e9)


def test_moves_and_measurements_are_told():
    assert moves_told(3, 7, 7) == "3 [7] (7)" and moves_told(9, 9, 10) == "9 (10)"
    assert moves_told(9, np.nan, 10) == "9 (10)" and moves_told(np.nan, np.nan, 10) == "? (10)"
    assert measured_told(np.nan) == "–" and measured_told(0.03355) == "0.0336" and measured_told(1024) == "1024"


def test_kernels_are_held_against_a_product_timed_beside_them(monkeypatch):
    monkeypatch.setattr(
        io_complexity, "task_seconds", lambda task, device: task.flops / (4e14 if task.backend != "math" else 2e13)
    )
    monkeypatch.setattr(io_complexity, "card_ceilings", lambda device, dtype: {"flops": 8e14, "bytes": 3e12})
    monkeypatch.setattr(io_complexity, "task_error", lambda task, device: 4e-3)
    judgement = claim("roofline").evaluate({"kernels": table("kernels")})
    assert judgement.verdict is Verdict.REPRODUCED and judgement.value == "50 %, 400 T/s"
    assert judgement.controls["standard attention"].verdict is Verdict.NOT_REPRODUCED


def test_a_backend_that_fails_leaves_a_remark(monkeypatch):
    def missing(task, device):
        raise RuntimeError("No available kernel")

    monkeypatch.setattr(io_complexity, "task_seconds", missing)
    row = card.Kernel("cudnn", 64, 64).measure("cuda")[0]
    assert np.isnan(row["seconds"]) and "No available kernel" in row["remark"]


def test_compiled_code_is_judged_by_what_it_misses():
    rows = [(8, 34_000), (16, 17_500), (32, 9300), (48, 7300), (60, 251_000)]
    found = pd.DataFrame(rows, columns=["rows", "misses"])
    found["model"] = [io_complexity.model_lines(256, 32, each) for each in found.rows]
    judgement = claim("compiled").evaluate({"cachegrind": found})
    assert judgement.verdict is Verdict.REPRODUCED and judgement.value == "within 1.8 %, then 41 times"
    assert judgement.controls["blocks beyond the cache"].verdict is not Verdict.REPRODUCED


def test_missing_tools_are_named(monkeypatch):
    monkeypatch.setattr(io_complexity, "cachegrind_available", lambda: "valgrind")
    row = searching.Cachegrind(8).measure()[0]
    assert row["missing"] == "valgrind" and np.isnan(row["misses"])


def test_the_joules_of_an_operation_are_those_recorded_for_landauer():
    recorded = landauer.LABORATORY.recorded("gpu").table.set_index("dtype").joules
    assert counting.Energy("flash2").joules_per_flop == pytest.approx(recorded["bfloat16"], rel=1e-3)


def test_exponents_of_powers():
    values = np.array([2, 4, 8, 16])
    found = slopes(pd.DataFrame({"algorithm": "a", "variable": "M", "value": values, "io": 3.0 / values**2}))
    assert found.exponent.iloc[0] == pytest.approx(-2)
    flat = slopes(pd.DataFrame({"algorithm": "a", "variable": "M", "value": values, "io": 7}))
    assert flat.exponent.iloc[0] == 0.0


def test_unsolved_graphs_have_no_optimum():
    row = searching.Pebbled("attention N=2, d=1", 4, True, 50).measure()[0]
    assert np.isnan(row["io"]) and np.isnan(row["without"]) and row["loop"] == 16


def test_words_in_figures_are_read_on_a_dark_page_too():
    """Pure black, which is not exchanged there, would vanish."""
    colours = {colour for words in drawing.PLACES.values() for *_, colour in words}
    assert colours <= {*PALETTE.values(), MUTED, FOREGROUND}
