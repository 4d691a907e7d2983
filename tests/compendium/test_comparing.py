"""Two displays compared, part by part."""

from __future__ import annotations

from typing import Any

import pytest

from szilard.compendium.comparing import compare, text_moves
from szilard.compendium.drawing import movement
from szilard.compendium.tolerance import Tolerance

SVG = '<svg id="a1" xmlns="x"><g id="m0f"><path d="M 1.5 2.25 L 3 4"/></g><use href="#m0f"/></svg>'


def _record(data: str = "x,word\n1,a\n,b\n3,\n", **changes: Any) -> dict[str, Any]:
    record = {"kind": "figure", "id": "fig-a-b", "caption": "Two of 3.", "alt": "It rises to 0.12.", "svg": SVG}
    record |= {"data": data, "volatile": [], "movement": 1e-3, "provenance": [], "environment": {}}
    return record | {"tolerance": {"x": Tolerance(0.01, 0.001, "measured").to_record()}} | changes


def test_an_untouched_display_agrees_with_itself_missing_entries_too() -> None:
    assert compare(_record(), _record()) == compare(_record(), _record())
    assert compare(_record(), _record()).differences == ()


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("x,word\n1.02,a\n,b\n3,\n", "x, row 0: published 1, now 1.02 (moved 0.02, allowed 0.011)"),
        ("x,word\n1,a\n2,b\n3,\n", "x, row 1: published nan, now 2"),
        ("x,word\n1,a\n,c\n3,\n", "word, row 1: published 'b', now 'c'"),
        ("x,word\n1,a\n,b\n3,a\n", "word, row 2: published '', now 'a'"),
        ("x,word\n1,a\n,b\n", "rows: published 3, now 2"),
        ("x,name\n1,a\n,b\n3,\n", "columns: published ['x', 'word'], now ['x', 'name']"),
    ],
)
def test_every_difference_of_the_data_is_told(data, line) -> None:
    (found,) = compare(_record(), _record(data)).differences
    assert line in found


def test_within_tolerance_the_number_that_moved_most_is_told() -> None:
    found = compare(_record(), _record("x,word\n1.005,a\n,b\n3.001,\n"))
    assert found.differences == ()
    assert str(found.worst) == "x, row 0: published 1, now 1.005 (moved 0.005, allowed 0.011)"


@pytest.mark.parametrize(
    "changes",
    [
        {"caption": "Two of 4."},
        {"caption": "Three of 3."},
        {"alt": "It rises to 0.15."},
        {"svg": SVG.replace("2.25", "2.26")},
        {"svg": SVG.replace("M 1.5", "L 1.5")},
        {"svg": SVG.replace("M 1.5", "M 1.5.1")},
        {"svg": ""},
        {"kind": "table"},
        {"volatile": ["x"]},
        {"movement": 10.0},
        {"tolerance": {"x": Tolerance(0.02, 0.001, "measured").to_record()}},
        {"tolerance": {"x": Tolerance(0.01, 0.001, "stated").to_record()}},
        {"provenance": [{"key": "a"}]},
        {"unknown": 1},
    ],
)
def test_every_other_part_counts(changes) -> None:
    assert compare(_record() | changes, _record()).differences


def test_of_an_origin_what_determines_numbers_counts_and_of_a_recorded_one_all() -> None:
    quick = {"key": "a", "experiment": "b", "tier": "quick", "seed": 0, "fingerprint": "f", "utc": "t"}
    for published, again, agree in (
        (quick, quick | {"utc": "later"}, True),
        (quick | {"seed": 1}, quick, False),
        (quick | {"fingerprint": "g"}, quick, False),
        (quick | {"tier": "full"}, quick | {"tier": "full", "utc": "later"}, False),
    ):
        found = compare(_record(provenance=[published]), _record(provenance=[again]))
        assert (found.differences == ()) is agree


@pytest.mark.parametrize(
    ("old", "new", "agree"),
    [
        ("0.323 nats", "0.324 nats", True),  # the last printed decimal may fall either way
        ("0.323 nats", "0.325 nats", False),
        ("5 of 5", "4 of 5", False),  # a whole number is printed whole
        ("1.23e-21 J", "1.24e-21 J", True),
        ("1.23e-21 J", "1.23e-20 J", False),
        ("−0.5", "0.5", False),
        ("0.323 nats", "0.323 bits", False),
    ],
)
def test_texts_are_compared_word_by_word_and_number_by_number(old, new, agree) -> None:
    moves = list(text_moves("x", old, new, Tolerance(1e-6, 0.0, "rule")))
    assert all(not isinstance(move, str) and move.share <= 1 for move in moves) is agree


def test_drawings_may_move_and_are_built_alike_whatever_their_parts_are_called() -> None:
    assert movement(SVG, SVG.replace("m0f", "m77").replace("2.25", "2.5")) == 0.25
    assert movement(SVG, SVG.replace("#m0f", "#a1")) is None
    assert movement(SVG, SVG.replace("<use", "<use x='1'")) is None


def test_bitmaps_inside_drawings_are_compared_by_their_colours() -> None:
    shades = [_bitmap(level) for level in (0.5, 0.505, 0.6)]
    assert movement(shades[0], shades[1]) == 0.0
    assert movement(shades[0], shades[2]) is None
    assert movement(shades[0], shades[0].replace("iVBOR", "iVBOX")) is None


def _bitmap(level: float) -> str:
    import base64
    import io

    import numpy as np
    from matplotlib.image import imsave

    content = io.BytesIO()
    imsave(content, np.full((3, 3, 3), level), format="png")
    return f'<svg><image href="data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"/></svg>'


def test_all_drawings_of_a_slider_are_compared() -> None:
    near, far = SVG.replace("2.25", "2.2501"), SVG.replace("2.25", "4.25")
    published = _record(frames=[SVG, SVG], slider={"name": "bin size", "positions": ["1", "2", "3"]})
    assert not compare(published, published | {"frames": [SVG, near]}).differences
    moved = compare(published, published | {"frames": [SVG, far]}).differences
    assert any("drawing (points)" in line for line in moved)
    assert compare(published, published | {"frames": [SVG]}).differences == ("drawing: its parts are others now",)
    other = {"name": "bin size", "positions": ["1", "2", "4"]}
    assert any(line.startswith("slider") for line in compare(published, published | {"slider": other}).differences)
