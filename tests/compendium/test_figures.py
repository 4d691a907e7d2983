"""What cells show: the same bytes every time, with data and origin in the record."""

from __future__ import annotations

import io
import json
import re

import numpy as np
import pandas as pd
import pytest
from fake_laboratory import LABORATORY
from matplotlib.figure import Figure

from szilard.compendium import Chapter
from szilard.compendium.comparing import compare
from szilard.compendium.figures import claims_display, genuine
from szilard.compendium.style import BACKGROUND, DARK, FOREGROUND, PALETTE, dark
from szilard.compendium.tabular import as_frame, parsed, summary, to_csv
from szilard.compendium.tolerance import Tolerance

pytestmark = pytest.mark.usefixtures("untouched")
FRAME = pd.DataFrame({"rho": [0.1, 0.9], "mi": [0.005025, 0.830366], "task": ["a", "b"]})


def _metadata(shown) -> dict:
    return json.loads(json.dumps(shown._repr_mimebundle_()[1]))


@pytest.fixture
def chapter() -> Chapter:
    return Chapter(LABORATORY)


def _plot():
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots()
    ax.plot(FRAME.rho, FRAME.mi, "o-", label="$I$")
    ax.legend()
    return fig


def _show(chapter, **changes):
    arguments = {"name": "pair", "fig": _plot(), "data": FRAME, "caption": "A pair. More.", "alt": "A rise."}
    return chapter.figure(**arguments | changes)


def test_a_figure_has_picture_summary_and_record(chapter) -> None:
    data, metadata = _show(chapter)._repr_mimebundle_()
    assert set(data) == {"image/svg+xml", "text/plain"}
    assert data["text/plain"].splitlines()[:2] == ["fig-fake-pair", "  rho: n = 2, min 0.1, mean 0.5, max 0.9"]
    record = metadata["szilard"]
    assert record["id"] == "fig-fake-pair" and record["alt"] == "A rise."
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(record["data"])), FRAME)


def test_drawing_twice_gives_the_same_bytes(chapter) -> None:
    first, second = _show(chapter), _show(chapter)
    assert first.record["svg"] == second.record["svg"]


def test_a_slider_has_a_drawing_for_each_position(chapter) -> None:
    figures = {"0.03": _plot(), "0.07": _plot(), "0.3": _plot()}
    shown = chapter.figure("pair", figures, FRAME, "A pair. More.", "A rise.", slider="bin size")
    record = json.loads(json.dumps(shown.record))
    assert record["slider"] == {"name": "bin size", "positions": ["0.03", "0.07", "0.3"]} and len(record["frames"]) == 2
    assert record["svg"] == _show(chapter).record["svg"]
    output = {"data": shown.data, "metadata": {"szilard": record}}
    assert not genuine(output)
    record["frames"][1] = record["frames"][1].replace("</svg>", "<path/></svg>")
    assert genuine(output)
    for fig, name in (({"0.03": Figure()}, "bin size"), ({"0.03": Figure(), "0.07": Figure()}, " ")):
        with pytest.raises(ValueError, match="a slider must have a name and two positions"):
            chapter.figure("pair", fig, FRAME, "A pair.", "A rise.", slider=name)


def test_what_jupyter_shows_is_the_drawing_on_its_ground(chapter) -> None:
    shown = _show(chapter)
    svg = shown.data["image/svg+xml"]
    ground = f'<rect width="100%" height="100%" fill="{BACKGROUND}"/>'
    assert svg.replace(f"\n {ground}", "") == shown.record["svg"] and svg.index(ground) < svg.index("<g ")


def test_the_figure_is_closed_so_that_it_shows_once(chapter) -> None:
    from matplotlib import pyplot as plt

    _show(chapter)
    assert plt.get_fignums() == []


def test_the_drawing_holds_no_text_in_foreign_fonts_and_no_date(chapter) -> None:
    svg = _show(chapter).record["svg"]
    assert "<text" not in svg and "dc:date" not in svg


def test_the_dark_variant_differs_in_ground_colours_alone(chapter) -> None:
    svg = _show(chapter).record["svg"]
    night = dark(svg)
    assert FOREGROUND in svg and not any(light in night for light in DARK)
    assert PALETTE["blue"] in svg and PALETTE["blue"] in night
    assert re.sub("#[0-9a-f]{6}", "", svg) == re.sub("#[0-9a-f]{6}", "", night)


def test_results_in_the_data_or_named_as_source_are_in_the_provenance(chapter, cache) -> None:
    pair = LABORATORY.run("pair", device="cpu")
    for shown in (_show(chapter, data=pair), _show(chapter, source=[pair]), _show(chapter, data={"a": pair})):
        assert [source["experiment"] for source in shown.record["provenance"]] == ["pair"]


@pytest.mark.parametrize("change", [{"caption": " "}, {"alt": ""}, {"name": "Bad Name"}, {"data": 3}])
def test_a_figure_without_words_or_a_proper_name_is_refused(chapter, change) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(change))}"):
        _show(chapter, **change)


def test_a_table_is_rounded_for_readers_and_exact_in_its_data(chapter) -> None:
    shown = chapter.table("pair", FRAME, caption="A pair.", formats={"mi": "{:.2f}"})
    assert shown.record["rows"] == [["0.1", "0.01", "a"], ["0.9", "0.83", "b"]]
    assert "0.830366" in shown.record["data"] and "0.830366" not in shown.data["text/html"]
    assert '<td style="text-align:right">0.83</td>' in shown.data["text/html"]


def test_volatile_columns_are_shown_on_the_page_but_not_compared(chapter) -> None:
    frame = FRAME.assign(seconds=[1.234, 5.678])
    table = chapter.table("t", frame, caption="T.", volatile=["seconds"])
    assert "1.23" not in str(table.data) and table.record["rows"][0][-1] == "1.23"
    assert "seconds: n = 2, varies" in _show(chapter, data=frame, volatile=["seconds"]).data["text/plain"]


def test_empty_and_missing_entries_are_blank(chapter) -> None:
    frame = pd.DataFrame({"mi": [1.0, np.nan], "name": ["a", None]})
    assert chapter.table("t", frame, caption="T.").record["rows"] == [["1", "a"], ["", ""]]


def test_every_column_of_numbers_says_how_far_it_may_move(chapter) -> None:
    frame = FRAME.assign(n=[1, 10], noise=[2e-16, 3.0])
    record = _show(chapter, data=frame, tolerance={"noise": Tolerance(absolute=1e-12)}).record
    assert record["tolerance"] == {
        "rho": {"relative": 1e-6, "absolute": 1e-7, "from": "rule"},
        "mi": {"relative": 1e-6, "absolute": 6e-9, "from": "rule"},
        "n": {"relative": 0.0, "absolute": 0.0, "from": "rule"},
        "noise": {"relative": 1e-6, "absolute": 1e-12, "from": "stated"},
    }
    assert list(parsed(record["data"]).noise) == [0.0, 3.0]  # noise is no result


def test_columns_that_readers_see_alone_have_their_tolerance_too(chapter) -> None:
    board = pd.DataFrame({"worst flaw": [3e-16]})
    table = chapter.table(
        "t", board, FRAME, "T.", {"worst flaw": "{:.0e}"}, tolerance={"worst flaw": Tolerance(0.0, 1e-12)}
    )
    assert table.record["tolerance"]["worst flaw"]["from"] == "stated" and "mi" in table.record["tolerance"]
    assert table.record["rows"] == [["0e+00"]] and "worst flaw" in table.record["reading"]


def test_a_tolerance_must_name_a_column_of_numbers(chapter) -> None:
    with pytest.raises(ValueError, match="tolerance of fig-fake-pair must name columns of numbers .*got task"):
        _show(chapter, tolerance={"task": Tolerance()})


def test_printed_digits_stop_where_the_tolerance_does(chapter) -> None:
    loose = {"mi": Tolerance(0.01, 0.001), "rho": Tolerance(1e-6)}
    table = chapter.table("t", FRAME, caption="T.", formats={"mi": "{:.6f}", "rho": "{:.5f}"}, tolerance=loose)
    assert [row[:2] for row in table.record["rows"]] == [["0.10000", "0.005"], ["0.90000", "0.830"]]
    small = pd.DataFrame({"x": [1.23456e-21]})
    shown = chapter.table("t", small, caption="T.", formats={"x": "{:.4e} J"}, tolerance={"x": Tolerance(0.01)})
    assert shown.record["rows"] == [["1.23e-21 J"]]


def test_a_measured_tolerance_is_found_beside_the_results(chapter, tmp_path, monkeypatch) -> None:
    entry = {"relative": 0.03, "absolute": 0.001, "spread": {"relative": 0.01, "absolute": 0.0003}}
    displays = {"fig-fake-pair": {"columns": {"mi": entry}, "drawing": {"moved": 0.1, "tolerance": 0.3}}}
    monkeypatch.setattr("szilard.compendium.tolerance.results_folder", lambda key: tmp_path / key)
    (tmp_path / "fake").mkdir()
    (tmp_path / "fake" / "spread.json").write_text(json.dumps({"displays": displays}))
    record = _show(chapter).record
    assert record["tolerance"]["mi"] == {"relative": 0.03, "absolute": 0.001, "from": "measured"}
    assert record["movement"] == 0.3 and record["tolerance"]["rho"]["from"] == "rule"
    (tmp_path / "fake" / "spread.json").write_text('{"displays": [')
    with pytest.raises(ValueError, match="spread.json is damaged .* make it anew with `szilard spread`"):
        _show(chapter)


def test_formats_must_name_columns(chapter) -> None:
    with pytest.raises(ValueError, match="formats of tab-fake-t must name columns of the table; got nothing"):
        chapter.table("t", FRAME, caption="T.", formats={"nothing": "{}"})


def test_claims_print_their_verdicts(chapter) -> None:
    text = chapter.claims().data["text/plain"]
    assert "fake/grows: 0.830 nats · reproduced" in text and "fake/paper:  · not recorded yet" in text


def test_claims_name_the_results_they_rest_on_in_an_order_of_their_own(chapter, cache) -> None:
    chapter.run("steps")  # which no claim reads, so that its cell is not executed when the claims are verified
    assert [source["experiment"] for source in chapter.claims().record["provenance"]] == ["pair"]


def test_headlines_judge_as_the_claims_do_and_show_the_value_of_the_most_demanding_tier(chapter, cache) -> None:
    shown = chapter.headlines("paper", "grows")
    assert shown.record["id"] == "headlines-fake" and genuine({"data": shown.data, "metadata": _metadata(shown)}) == []
    assert shown.data["text/plain"].splitlines() == [
        "headlines of fake",
        "  ● not recorded yet · At paper scale. · —",
        "  ● reproduced · Information grows with $|\\rho|$. · 0.830 nats",
    ]
    table = {row["claim"]: row for row in chapter.claims().record["rows"]}
    for row in shown.record["rows"]:
        assert row["verdict"] == table[row["claim"]]["verdict"] and row["statement"] == table[row["claim"]]["statement"]
    assert [row["tier"] for row in shown.record["rows"]] == ["", "quick"]
    assert [source["experiment"] for source in shown.record["provenance"]] == ["pair"]


def test_headlines_show_what_is_recorded(chapter, cache, tmp_path, monkeypatch) -> None:
    from szilard.compendium import experiment

    monkeypatch.setattr(experiment, "results_folder", lambda key: tmp_path)
    LABORATORY.run("pair", "full", out=tmp_path)
    (row,) = chapter.headlines("paper").record["rows"]
    assert (row["found"], row["tier"], row["verdict"]) == ("1.959 nats", "full", "reproduced")


@pytest.mark.parametrize("names", [(), ("grows", "grows"), ("grows", "five", "paper", "more")])
def test_headlines_are_one_to_three_different_claims(chapter, names) -> None:
    with pytest.raises(ValueError, match="headlines must name one to three different claims; got"):
        chapter.headlines(*names)


def test_headlines_of_unknown_claims_are_helped(chapter) -> None:
    with pytest.raises(ValueError, match="did you mean 'grows'"):
        chapter.headlines("grow")


def test_numbers_of_headlines_move_as_those_of_the_claims(chapter, cache, tmp_path, monkeypatch) -> None:
    entry = {"relative": 0.03, "absolute": 0.001, "spread": {"relative": 0.01, "absolute": 0.0003}}
    monkeypatch.setattr("szilard.compendium.tolerance.results_folder", lambda key: tmp_path / key)
    (tmp_path / "fake").mkdir()
    displays = {"claims-fake": {"texts": {"fake/grows": entry}}}
    (tmp_path / "fake" / "spread.json").write_text(json.dumps({"displays": displays}))
    published = chapter.headlines("grows").record
    moved, far = (
        json.loads(json.dumps(published).replace("0.830 nats", value)) for value in ("0.838 nats", "0.930 nats")
    )
    assert compare(published, moved).differences == ()
    assert compare(published, far).differences


def test_claims_may_hold_more_than_text(chapter) -> None:
    row = dict.fromkeys(("claim", "published", "quick", "full", "tolerance", "verdict"), "so")
    shown = claims_display("fake", [row | {"controls": (("shuffled", 0.5),), "kind": "ours"}], ())
    data, metadata = shown._repr_mimebundle_()
    output = json.loads(json.dumps({"data": data, "metadata": metadata}, sort_keys=True))
    assert genuine(output) == [] and "shuffled" in data["text/html"]


def test_rounding_noise_does_not_reach_the_summary() -> None:
    noisy = pd.DataFrame({"x": [1.0, -1.0, 1e-17]})
    assert summary(noisy) == ["x: n = 3, min -1, mean 0, max 1"]
    assert to_csv(pd.DataFrame({"x": [0.1 + 0.2]})) == "x\n0.3\n"


def test_data_of_every_shape_become_one_tidy_table() -> None:
    assert list(as_frame({"x": [1, 2], "y": [3]}).columns) == ["x", "y"]
    stacked = as_frame({"a": FRAME, "b": FRAME})
    assert list(stacked.series) == ["a", "a", "b", "b"] and stacked.columns[0] == "series"
    assert "task" in as_frame(FRAME.set_index("task")).columns


def _luminance(color: str) -> float:
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("name", PALETTE)
@pytest.mark.parametrize("ground", [BACKGROUND, DARK[BACKGROUND]])
def test_every_colour_reads_on_both_grounds(name, ground) -> None:
    low, high = sorted((_luminance(PALETTE[name]), _luminance(ground)))
    assert (high + 0.05) / (low + 0.05) >= 3  # WCAG 2.1, criterion 1.4.11


def test_what_older_code_recorded_says_so_and_what_is_damaged_too(chapter, cache, tmp_path, monkeypatch) -> None:
    from szilard.compendium import Experiment, experiment

    monkeypatch.setattr(experiment, "results_folder", lambda key: tmp_path)
    LABORATORY.run("pair", "full", out=tmp_path)
    today = chapter.table("t", FRAME, source=chapter.recorded("pair"), caption="A table.").record["caption"]
    row = chapter.claims().record["rows"][0]
    assert today == "A table." and row["full"] == "1.959 nats" and row["verdict"] == "reproduced"
    monkeypatch.setattr(Experiment, "fingerprint", lambda self, tier: "0" * 64)
    later = chapter.table("t", FRAME, source=chapter.recorded("pair"), caption="A table.").record["caption"]
    assert later == "A table. Recorded by older code: pair."
    assert chapter.claims().record["rows"][0]["full"] == "1.959 nats (by older code)"
    monkeypatch.undo()
    monkeypatch.setattr(experiment, "results_folder", lambda key: tmp_path)
    (tmp_path / "pair.json").write_text("{")
    row = chapter.claims().record["rows"][0]
    assert row["full"] == "the record is damaged" and row["verdict"] == "undecided"
