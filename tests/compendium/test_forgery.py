"""Whoever changes a published display is found out: by the display itself, or by executing its cell again.

A clumsy forger changes one thing. A careful one also puts right all that follows from it (checksums, picture,
HTML, plain text), which leaves what the cells themselves show.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from miniature import settle, write_book

from szilard.compendium.build import refresh
from szilard.compendium.comparing import MATERIAL, compare
from szilard.compendium.figures import genuine
from szilard.compendium.notebook import displayed, load
from szilard.compendium.tabular import parsed
from szilard.compendium.verifying import check

pytest.importorskip("nbclient")
ROOT = Path(__file__).parents[2]
REAL = ROOT / "book" / "physics" / "work_extraction.ipynb"
# What no execution can make again: the checksum alone guards it.
CIRCUMSTANCES = {"environment", "provenance"}


def _outputs(notebook: Path) -> list[dict[str, Any]]:
    found = [output for cell in load(notebook).cells for output in displayed(cell)]
    return [json.loads(json.dumps(output)) for output in found]


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What a small chapter shows: a figure, a table and claims."""
    root = tmp_path_factory.mktemp("forged")
    path = write_book(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SZILARD_CACHE", str(root / "cache"))
        refresh(path, root)
    return _outputs(path)


@pytest.fixture(scope="module", params=["small", "real"])
def outputs(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    """What a small chapter shows, or what a real one does."""
    return request.getfixturevalue("fake") if request.param == "small" else _outputs(REAL)


def test_untouched_displays_are_genuine_and_agree_with_themselves(outputs) -> None:
    assert outputs
    for output in outputs:
        assert check(output, copy.deepcopy(output)).agrees, str(check(output, output))


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all single values inside JSON."""
    if isinstance(value, (dict, list)) and value:
        for name in value if isinstance(value, dict) else range(len(value)):
            yield from _leaves(value[name], (*path, name))
    else:
        yield path


def _other(value: Any) -> Any:
    """Something else of the same type."""
    match value:
        case bool():
            return not value
        case int() | float():
            return 10 * value + 1
        case str():
            return _other_text(value)
        case _:
            return [value, "more"]


def _other_text(text: str) -> str:
    """``text`` with its first digit after a decimal point, else a letter, changed."""
    for place in range(1, len(text)):
        if text[place].isdigit() and text[place - 1] == ".":
            return f"{text[:place]}{(int(text[place]) + 5) % 10}{text[place + 1 :]}"
    return f"x{text}"


def _changed(output: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    forged = copy.deepcopy(output)
    place = forged
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = _other(place[path[-1]])
    return forged


def test_a_clumsy_forgery_of_any_value_of_any_display_is_found_in_the_display_itself(outputs) -> None:
    tried = 0
    for output in outputs:
        record = output["metadata"]["szilard"]
        paths = [("data", mime) for mime in output["data"]]
        paths += [("metadata", "szilard", *path) for path in _leaves(record)]
        for path in random.Random(0).sample(paths, min(len(paths), 150)):
            assert genuine(_changed(output, path)), f"{record['id']}: {path}"
            tried += 1
    assert tried > 100


def test_a_careful_forgery_of_any_field_that_readers_see_is_found_by_executing_again(outputs) -> None:
    tried = 0
    for output in outputs:
        record = output["metadata"]["szilard"]
        volatile = set(record.get("volatile", ()))
        for path in _leaves({name: record[name] for name in record.keys() - CIRCUMSTANCES}):
            if path[0] in ("sha256", "data_sha256") or (volatile and path[0] in ("svg", "data", "reading", "rows")):
                continue
            forged = _changed(output, ("metadata", "szilard", *path))
            try:
                settle(forged)
            except Exception:  # not even a display any more, which the display itself tells
                assert genuine(forged), path
            assert not check(forged, output).agrees, f"{record['id']}: {path}"
            tried += 1
    assert tried > 50


def test_no_number_of_any_display_can_grow_tenfold(outputs) -> None:
    tried = 0
    for record in (output["metadata"]["szilard"] for output in outputs):
        for name in set(record["tolerance"]) - set(record.get("volatile", ())):
            place = "data" if name in parsed(record["data"]) else "reading"  # what readers see may have other columns
            data = parsed(record[place])
            rows = data.index[data[name].notna() & (data[name] != 0)]
            for row in random.Random(0).sample(list(rows), min(len(rows), 5)):
                grown = data.astype({name: float})
                grown.loc[row, name] *= 10
                forged = record | {place: grown.to_csv(index=False, float_format="%.9g")}
                assert compare(forged, record).differences, f"{record['id']}: {name}, row {row}"
                tried += 1
    assert tried


def test_a_careful_forgery_of_what_determines_the_numbers_is_found_by_executing_again(outputs) -> None:
    for output in outputs:
        sources = output["metadata"]["szilard"]["provenance"]
        for place, source in enumerate(sources):
            for name in MATERIAL:
                if name in source:
                    forged = _changed(output, ("metadata", "szilard", "provenance", place, name))
                    settle(forged)
                    assert not check(forged, output).agrees, name


@pytest.mark.parametrize(
    ("name", "value"),
    [("commit", "HEAD"), ("commit", None), ("dirty", "no"), ("utc", "yesterday"), ("versions", {}), ("python", 3.11)],
)
def test_a_careful_forgery_of_circumstances_must_at_least_be_plausible(fake, name, value) -> None:
    for output in fake:
        forged = copy.deepcopy(output)
        forged["metadata"]["szilard"]["environment"][name] = value
        settle(forged)
        assert not check(forged, output).agrees


def test_a_flipped_bit_anywhere_in_a_display_is_found(fake) -> None:
    rng = random.Random(0)
    texts = [json.dumps(output, sort_keys=True) for output in fake]
    found = tried = 0
    while tried < 300:
        output, text = rng.choice(list(zip(fake, texts, strict=True)))
        place, bit = rng.randrange(len(text)), 1 << rng.randrange(7)
        flipped = f"{text[:place]}{chr(ord(text[place]) ^ bit)}{text[place + 1 :]}"
        try:
            damaged = json.loads(flipped)
        except ValueError:  # no notebook any more: told when it is read
            continue
        if damaged == output or {k: damaged.get(k) for k in ("data", "metadata")} == {
            k: output[k] for k in ("data", "metadata")
        }:
            continue
        tried += 1
        shown = nbformat.from_dict(damaged).get("metadata", {}).get("szilard")
        found += not shown or not check(damaged, output).agrees
    assert found == tried
