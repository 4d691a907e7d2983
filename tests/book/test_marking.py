"""The marking language on the page of the primes: its runs against the library, its fields under a keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from szilard.algorithmic import run_marking

SCRIPT = Path(__file__).parents[2] / "book" / "_static" / "szilard-marking.js"


@pytest.fixture(scope="module")
def page(browser) -> Iterator[Any]:
    """An empty page with the fields on it, in a headless Chromium."""
    opened = browser.new_page(viewport={"width": 390, "height": 700})
    opened.set_content('<div class="szilard-marking"></div>')
    opened.add_script_tag(content=SCRIPT.read_text())
    yield opened
    opened.close()


def test_its_runs_are_those_of_the_library(page):
    rng = np.random.default_rng(1)
    drawn = ["".join(rng.choice(list("><+=x[]"), rng.integers(1, 9))) for _ in range(200)]
    programs = [">=[+x]<", "", "]", "]x>", ">[x", ">x>", "+=x", *drawn]
    shown = page.evaluate("all => all.map(each => szilardMarking.run(each, 40, 2000))", programs)
    runs = [run_marking(program, 40, 2000) for program in programs]
    assert [(found["halted"], found["unmarked"]) for found in shown] == [
        (run.halted, (2 + np.flatnonzero(run.unmarked[2:])).tolist()) for run in runs
    ]
    pairs = zip(shown, runs, strict=True)
    assert all(found["steps"] == run.steps for found, run in pairs if run.halted)
    assert sum(run.halted for run in runs) > 20


def test_what_is_typed_is_judged(page):
    assert page.inner_text("output") == "24 bits, 1,620 steps: ✓ the primes below 100"
    for program, said in {
        ">x>": "✗ wrong at 2", "[": "✗ no end within", ">y": "✗ y is no symbol", "": "✗ no end within",
    }.items():  # fmt: skip
        page.fill("[name=program]", program)
        assert said in page.inner_text("output")
    page.fill("[name=program]", ">=[+x]<")
    page.fill("[name=size]", "12")
    assert page.inner_text("li.left:last-child") == "11" and page.locator("li.left").count() == 5
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
