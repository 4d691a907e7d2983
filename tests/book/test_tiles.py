"""What can be played with on the page of attention: its numbers against the library, and its handles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from szilard.io_complexity import attention_dag, block_sizes, io_count, lower_bounds, optimal_pebbling, replay

SCRIPT = Path(__file__).parents[2] / "book" / "_static" / "szilard-tiles.js"
SIZES = [(16, 8, 100), (16, 8, 36), (16, 8, 320), (64, 16, 144), (37, 7, 64), (4096, 64, 8192)]


@pytest.fixture(scope="module")
def page(browser) -> Iterator[Any]:
    """A page with the three boxes on it, in a headless Chromium."""
    opened = browser.new_page(viewport={"width": 800, "height": 900})
    kinds = ("tiles", "pebbles", "card")
    opened.set_content("".join(f"<div class='szilard-tiles' data-about='{kind}'>text</div>" for kind in kinds))
    opened.add_script_tag(content=SCRIPT.read_text())
    yield opened
    opened.close()


@pytest.mark.parametrize("algorithm", ["flash2", "square_tile"])
@pytest.mark.parametrize(("N", "d", "M"), SIZES)
def test_counts_blocks_and_bounds_are_those_of_the_library(page, algorithm, N, d, M):
    shown = page.evaluate("([a, N, d, M]) => [szilardTiles.words(a, N, d, M), szilardTiles.blocks(a, N, d, M).rows]",
                          [algorithm, N, d, M])  # fmt: skip
    sizes = block_sizes(algorithm, N, d, M)
    assert shown == [io_count(algorithm, N, d, M).io, sizes.get("rows", sizes.get("tile"))]
    bounds = lower_bounds(N, d, M)
    least = max(bounds[name] for name in ("compulsory", "partition", "product"))
    assert page.evaluate("([N, d, M]) => szilardTiles.bound(N, d, M)", [N, d, M]) == pytest.approx(least)


@pytest.mark.parametrize("algorithm", ["flash2", "square_tile"])
@pytest.mark.parametrize(("N", "d", "M"), SIZES[:-1])
def test_the_tiles_that_move_add_up(page, algorithm, N, d, M):
    found = page.evaluate(
        "(sizes) => { const all = szilardTiles.schedule(...sizes); return szilardTiles.replay(all, all.length); }",
        [algorithm, N, d, M],
    )
    count = io_count(algorithm, N, d, M)
    assert (found["reads"], found["writes"]) == (count.reads, count.writes)
    assert found["peak"] <= M and found["occupied"] == 0 and found["held"] == []


def test_the_graph_and_its_games_are_those_of_the_library(page):
    dag = attention_dag(2, 1)
    assert page.evaluate("szilardTiles.graph.parents") == [list(up) for up in dag.parents]
    assert page.evaluate("szilardTiles.graph.outputs") == list(dag.outputs)
    for M in range(4, 9):
        moves = page.evaluate("(M) => szilardTiles.graph.best(M)", M)
        optimum = optimal_pebbling(dag, M).io
        assert replay(dag, [tuple(move) for move in moves], M) == optimum
        assert page.evaluate("(M) => szilardTiles.graph.cost(M)", M) == optimum


def shown(page, about, name) -> str:
    return page.locator(f"[data-about={about}] [data-result='{name}']").inner_text()


def test_tiles_step_run_and_start_again(page):
    box = page.locator("[data-about=tiles]")
    assert shown(page, "tiles", "words moved in all") == "0"
    box.locator("[data-do=step]").press("Enter")
    assert shown(page, "tiles", "words read") == str(block_sizes("flash2", 16, 8, 100)["rows"] * 8)
    box.locator("[data-do=end]").click()
    assert shown(page, "tiles", "words moved in all") == shown(page, "tiles", "of them at the end")
    box.locator("[data-set=algorithm]").select_option("square_tile")
    assert shown(page, "tiles", "words moved in all") == "0"
    box.locator("[data-set=M]").press("ArrowRight")
    assert shown(page, "tiles", "of them at the end") == str(io_count("square_tile", 16, 8, 104).io)
    box.locator("[data-do=play]").click()
    page.wait_for_timeout(400)
    box.locator("[data-do=play]").click()
    assert (
        "write" in shown(page, "tiles", "last move")
        or "read" in shown(page, "tiles", "last move")
        or int(shown(page, "tiles", "words moved in all"))
    )


def test_pebbles_by_mouse_and_by_keyboard(page):
    box = page.locator("[data-about=pebbles]")
    vertex = [box.locator(f"[data-vertex='{v}']") for v in range(18)]
    vertex[6].click()
    assert "needs q₁ and k₁" in shown(page, "pebbles", "message")
    vertex[0].click()
    vertex[2].focus()
    page.keyboard.press("r")
    vertex[6].focus()
    page.keyboard.press("Enter")
    assert shown(page, "pebbles", "your moves between the memories") == "2"
    assert shown(page, "pebbles", "in fast memory") == "3 of 4"
    vertex[1].click()
    vertex[3].click()
    assert "remove one first" in shown(page, "pebbles", "message")
    page.locator("[data-about=pebbles] [data-do=undo]").click()
    assert shown(page, "pebbles", "in fast memory") == "3 of 4"
    assert vertex[0].get_attribute("aria-label") == "q₁: in fast memory and in slow memory"


def test_an_optimal_game_wins_by_hand(page):
    box = page.locator("[data-about=pebbles]")
    box.locator("[data-set=M]").select_option("8")
    for kind, v in optimal_pebbling(attention_dag(2, 1), 8, recompute=False).moves:
        box.locator(f"[data-vertex='{v}']").focus()
        page.keyboard.press({"remove": "x"}.get(kind, kind[0]))
    assert shown(page, "pebbles", "message") == "Both outputs are written. As few as possible!"
    assert shown(page, "pebbles", "the optimum") == shown(page, "pebbles", "your moves between the memories") == "8"


def watched(page, moves):
    """The box of pebbles with 8 words after so many moves of the computer's game."""
    box = page.locator("[data-about=pebbles]")
    box.locator("[data-set=M]").select_option("8")
    box.locator("[data-do=watch]").click()
    page.clock.run_for(350 * moves)
    return box


def test_a_watched_game_is_the_computers_until_it_is_taken_over(page):
    """Also when its moves are taken back one by one, and played again by hand."""
    moves = page.evaluate("szilardTiles.graph.best(8)")
    page.clock.install()
    everything = "Both outputs are written. This game was the computer's."
    box = watched(page, len(moves) + 1)
    assert shown(page, "pebbles", "message") == everything
    box.locator("[data-do=undo]").click()
    assert (
        shown(page, "pebbles", "message") == everything
    )  # its last move gives a word up: both outputs are still there
    for kept, told in (
        (3, f"The computer made the first 3 of {len(moves)} moves. As few as possible!"),
        (0, "As few as possible!"),
    ):
        box = watched(page, 5)
        for _ in range(5 - kept):
            box.locator("[data-do=undo]").click()
        for kind, v in moves[kept:]:
            box.locator(f"[data-vertex='{v}']").focus()
            page.keyboard.press({"remove": "x"}.get(kind, kind[0]))
        assert shown(page, "pebbles", "message") == f"Both outputs are written. {told}"


def test_a_card_has_its_regime(page):
    assert shown(page, "card", "M") == "116,736" and shown(page, "card", "share") == "7.13"
    assert shown(page, "card", "regime").startswith("large")
    page.locator("[data-about=card] [data-set=kilobytes]").fill("16")
    assert shown(page, "card", "regime").startswith("small")
    assert shown(page, "card", "square") == f"{io_count('square_tile', 4096, 128, 8192).io:,}"
