"""The sphere on the pages of constructor theory and work extraction: its formulas against the library, its handles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from szilard.constructor import QuantumModel, Variable, best_performance, clone_task, helstrom, state
from szilard.thermodynamics import work

SCRIPT = Path(__file__).parents[2] / "book" / "_static" / "szilard-bloch.js"


@pytest.fixture(scope="module")
def page(browser) -> Iterator[Any]:
    """An empty page with the sphere on it, in a headless Chromium."""
    opened = browser.new_page(viewport={"width": 800, "height": 700})
    boxes = ("<div class='szilard-bloch'></div>", "<div class='szilard-bloch' data-about='work'></div>")
    opened.set_content("".join(boxes))
    opened.add_script_tag(content=SCRIPT.read_text())
    yield opened
    opened.close()


def ket(theta: float, phi: float) -> np.ndarray:
    return np.array([np.cos(theta / 2), np.sin(theta / 2) * np.exp(1j * phi)])


ANGLES = [((0, 0), (np.pi, 0)), *[(tuple(a), tuple(b)) for a, b in np.random.default_rng(1).uniform(0, 3, (6, 2, 2))]]


@pytest.mark.parametrize(("first", "second"), ANGLES)
def test_its_numbers_are_those_of_the_library(page, first, second):
    shown = page.evaluate("([a, b]) => szilardBloch.compute(a, b)", [list(map(float, first)), list(map(float, second))])
    pair = Variable([state(ket(*first), "a"), state(ket(*second), "b")])
    task = clone_task(pair, pair[0])
    verdict = QuantumModel(2).possible(task)
    overlap = abs(np.vdot(ket(*first), ket(*second)))
    assert shown["possible"] is verdict.possible
    assert shown["margin"] == pytest.approx(verdict.margin, abs=1e-6)
    assert shown["clone"] == pytest.approx(best_performance(task).value, abs=1e-6)
    assert shown["guess"] == pytest.approx(helstrom(min(overlap, 1.0)), abs=1e-9)
    question = ([ket(*first), ket(*second)], [0, 1])
    ladder = work.cosine_ladder(16)
    assert shown["sure"] is work.extractable(*question, [0, 1], [0, -1, 1]).possible
    assert shown["conserving"] == pytest.approx(work.best_success(*question).value, abs=1e-6)
    assert shown["helped"] == pytest.approx(work.best_success(*question, reference=ladder).value, abs=1e-6)


def test_a_place_on_the_near_half_goes_there_and_back(page):
    for px, py in ((150, 150), (200, 120), (100, 190)):
        back = page.evaluate("([x, y]) => szilardBloch.project(szilardBloch.unproject(x, y))", [px, py])
        assert (back["px"], back["py"]) == pytest.approx((px, py), abs=1e-9) and not back["behind"]


def test_dragging_and_sliding_change_the_verdict(page):
    def shown(name: str) -> str:
        return page.locator(".szilard-bloch").first.locator(f"[data-result={name}]").inner_text()

    assert shown("possible") == "✗ impossible" and shown("clone") == "0.982963"
    page.locator("[data-angle='10']").first.fill("180")
    assert shown("possible") == "✓ possible" and shown("clone") == "1.000000"
    handle = page.locator("[data-arrow='0'] circle").first.bounding_box()
    page.mouse.move(handle["x"] + 9, handle["y"] + 9)
    page.mouse.down()
    page.mouse.move(handle["x"] + 60, handle["y"] + 60)
    page.mouse.up()
    assert shown("possible") == "✗ impossible"


def test_what_it_says_of_work(page):
    box = page.locator("[data-about=work]")

    def shown(name: str) -> str:
        return box.locator(f"[data-result={name}]").inner_text()

    assert shown("overlap") == "0.000000" and shown("sure") == "✗ impossible" and shown("conserving") == "0.500000"
    assert box.locator("[data-result=clone]").count() == 0
    box.locator("[data-angle='00']").fill("0")
    box.locator("[data-angle='10']").fill("180")
    assert shown("sure") == "✓ possible" and shown("conserving") == shown("helped") == "1.000000"
