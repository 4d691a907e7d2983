"""What a cell of a chapter shows: figure, table, claims or headlines, each with the record that travels with it.

The record is the one source: everything that Jupyter shows is made from it by :func:`bundle`, and
:func:`genuine` tells whether an output is what its record says.
"""

from __future__ import annotations

import html
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from szilard.compendium.canonical import Fields, sha256
from szilard.compendium.checkout import implausible
from szilard.compendium.drawing import on_ground
from szilard.compendium.provenance import Provenance, environment
from szilard.compendium.reading import Format, aligned, formatted, grid
from szilard.compendium.style import SALT
from szilard.compendium.tabular import is_number, parsed, summary, to_csv
from szilard.compendium.tolerance import MOVEMENT, Tolerance, by_rule, measured, tolerances

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_CLAIM_COLUMNS = ("claim", "kind", "published", "quick", "full", "tolerance", "controls", "verdict")

__all__ = ["Display", "bundle", "claims_display", "figure_display", "genuine", "seal", "table_display"]


@dataclass(frozen=True)
class Display:
    """An output of a notebook cell: the record, and what Jupyter shows of it (``data``)."""

    record: Fields

    @property
    def data(self) -> dict[str, str]:
        """By MIME type, what is made from the record."""
        return bundle(self.record)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict[str, str], Fields]:
        return self.data, {"szilard": dict(self.record)}

    def __repr__(self) -> str:
        return self.data["text/plain"]


def figure_display(
    id: str,
    figure: Figure | Mapping[str, Figure],
    frame: pd.DataFrame,
    *,
    caption: str,
    alt: str,
    slider: str = "",
    provenance: Sequence[Provenance],
    volatile: Sequence[str] = (),
    tolerance: Mapping[str, Tolerance] | None = None,
) -> Display:
    """Draw ``figure`` as SVG, close it, and wrap it with its data, their tolerances and origin; or several, one a
    position of a ``slider``."""
    _check_said(id, caption=caption, alt=alt)
    allowed = tolerances(id, [frame], tolerance or {})
    record: dict[str, object] = {"kind": "figure", "id": id, "caption": caption, "alt": alt}
    record |= _frames(id, figure, slider) if isinstance(figure, Mapping) else {"svg": _draw(figure)}
    movement = measured(id).get("drawing", {}).get("tolerance", MOVEMENT)
    record |= {"movement": movement, "volatile": list(volatile)}
    return _display(record, _without_noise(frame, allowed), allowed, provenance)


def table_display(
    id: str,
    frame: pd.DataFrame,
    data: pd.DataFrame,
    *,
    caption: str,
    formats: Mapping[str, Format],
    provenance: Sequence[Provenance],
    volatile: Sequence[str] = (),
    tolerance: Mapping[str, Tolerance] | None = None,
) -> Display:
    """Round ``frame`` for reading, no further than its tolerances carry, and wrap it with its full-precision
    ``data`` and origin."""
    _check_said(id, caption=caption)
    if unknown := sorted(set(formats) - set(frame.columns)):
        raise ValueError(f"formats of {id} must name columns of the table; got {', '.join(unknown)}")
    allowed = tolerances(id, [data, frame], tolerance or {})
    data, shown = _without_noise(data, allowed), _without_noise(frame, allowed)
    columns = [str(name) for name in frame.columns]
    record: dict[str, object] = {"kind": "table", "id": id, "caption": caption, "columns": columns}
    if to_csv(shown) != to_csv(data):
        record |= {"reading": to_csv(shown)}
    read_back = parsed(to_csv(shown))
    forms = {name: formats.get(name, "{:.3g}") for name in shown.columns}
    texts = {name: formatted(shown[name], form, allowed.get(str(name))) for name, form in forms.items()}
    follow = [_followed(read_back, str(name), form, allowed) == texts[name] for name, form in forms.items()]
    record |= {"rows": [list(row) for row in zip(*texts.values(), strict=True)]}
    record |= {"formats": [form if same else None for form, same in zip(forms.values(), follow, strict=True)]}
    record |= {"numeric": [bool(pd.api.types.is_numeric_dtype(frame[name])) for name in frame.columns]}
    record |= {"volatile": list(volatile)}
    return _display(record, data, allowed, provenance)


def claims_display(
    key: str, rows: Sequence[Mapping[str, str]], provenance: Sequence[Provenance], kind: str = "claims"
) -> Display:
    """The claims of a chapter as a table, or (``kind="headlines"``) some as a strip; its text holds the verdicts."""
    id, told = f"{kind}-{key}", _plain([dict(row) for row in rows])
    record, frame = {"kind": kind, "id": id, "rows": told}, pd.DataFrame(told)
    return _display(record, frame, tolerances(id, [frame], {}), provenance)


def bundle(record: Fields) -> dict[str, str]:
    """What Jupyter shows, by MIME type, made from the record alone."""
    id = record["id"]
    if record["kind"] == "figure":
        plain = "\n  ".join([id, *summary(parsed(record["data"]), record["volatile"])])
        return {"image/svg+xml": on_ground(record["svg"]), "text/plain": plain}
    if record["kind"] == "table":
        columns, volatile = record["columns"], record["volatile"]
        rows = [
            ["…" if name in volatile else text for name, text in zip(columns, row, strict=True)]
            for row in record["rows"]
        ]
        shown = grid(columns, rows, record["numeric"], f"{id}: {record['caption']}")
        return {"text/html": shown, "text/plain": "\n".join([id, *aligned(columns, rows)])}
    if record["kind"] == "headlines":
        return _strip(id, record["rows"])
    columns = [name for name in _CLAIM_COLUMNS if all(name in row for row in record["rows"])]
    rows = [[str(row[name]) for name in columns] for row in record["rows"]]
    key = id.removeprefix("claims-")
    lines = [f"{row['claim']}: {row['quick']} · {row['verdict']}" for row in record["rows"]]
    shown = grid(columns, rows, [False] * len(columns), f"Claims of {key}")
    return {"text/html": shown, "text/plain": "\n  ".join([f"claims of {key}", *lines])}


def _strip(id: str, rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Headlines, a line each."""
    lines = [" · ".join((f"● {row['verdict']}", row["statement"], row["found"])) for row in rows]
    items = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    shown = f'<ul style="list-style:none;padding:0;text-align:left">{items}</ul>'
    return {"text/html": shown, "text/plain": "\n  ".join([f"headlines of {id.removeprefix('headlines-')}", *lines])}


def genuine(output: Fields) -> list[str]:
    """What of an output is not what its record says, or cannot be, one readable line each; empty for a genuine one."""
    record = output["metadata"]["szilard"]
    try:
        made, shown = bundle(record), {name: "".join(text) for name, text in output.get("data", {}).items()}
        unlike = [name for name in sorted(made.keys() | shown.keys()) if made.get(name) != shown.get(name)]
        return [*(f"{name} is not made from the record" for name in unlike), *_flaws(record), *implausible(record)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [f"the record is incomplete or damaged ({type(error).__name__}: {error})"]


def seal(record: Fields) -> str:
    """SHA-256 (hex) of all fields of the record but ``sha256`` itself."""
    fields = {name: value for name, value in record.items() if name != "sha256"}
    return sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False))


def _check_said(id: str, **texts: str) -> None:
    for name, text in texts.items():
        if not text.strip():
            raise ValueError(f"{name} of {id} must not be empty: readers of the page rely on it")


def _display(
    record: dict[str, object], frame: pd.DataFrame, allowed: Mapping[str, Tolerance], provenance: Iterable[Provenance]
) -> Display:
    csv, texts = to_csv(frame), measured(str(record["id"])).get("texts", {})
    of_texts = {name: Tolerance(entry["relative"], entry["absolute"], "measured") for name, entry in texts.items()}
    record |= {
        "data": csv,
        "data_sha256": sha256(csv),
        "tolerance": {name: tolerance.to_record() for name, tolerance in allowed.items()},
        "text_tolerance": {name: tolerance.to_record() for name, tolerance in of_texts.items()},
        "provenance": [source.to_record() for source in provenance],
        "environment": environment(),
    }
    plain = _plain(record)
    return Display(plain | {"sha256": seal(plain)})


def _plain(content: object) -> Any:
    """What comes back of ``content`` when it is written as JSON; what JSON does not know is text."""
    return json.loads(json.dumps(content, ensure_ascii=False, default=str))


def _without_noise(frame: pd.DataFrame, allowed: Mapping[str, Tolerance]) -> pd.DataFrame:
    """``frame`` where what is smaller than half of a stated floor reads 0: it is noise, and no result."""
    cleaned = {}
    for name in frame.columns:
        tolerance = allowed.get(str(name))
        if tolerance and tolerance.origin == "stated" and tolerance.absolute > 0 and is_number(frame[name]):
            cleaned[name] = frame[name].where(~(frame[name].abs() <= tolerance.absolute / 2), 0)
    return frame.assign(**cleaned) if cleaned else frame


def _followed(
    frame: pd.DataFrame, name: str, form: Format | None, allowed: Mapping[str, Tolerance]
) -> list[str] | None:
    """The column as texts, if it follows from a format string and the printed numbers; else ``None``."""
    if not isinstance(form, str) or name not in frame or not is_number(frame[name]):
        return None
    try:
        return formatted(frame[name], form, allowed.get(name))
    except (ValueError, TypeError, IndexError, KeyError):
        return None


def _flaws(record: Fields) -> Iterator[str]:
    """What in a record contradicts itself."""
    if record["data_sha256"] != sha256(record["data"]):
        yield "data and their checksum differ"
    data, shown = parsed(record["data"]), parsed(record.get("reading", record["data"]))
    allowed = {name: Tolerance.from_record(entry) for name, entry in record["tolerance"].items()}
    columns = {name: frame[name] for frame in (shown, data) for name in frame if is_number(frame[name])}
    yield from _unfounded(columns, allowed)
    if record["kind"] == "table":
        for place, (name, form) in enumerate(zip(record["columns"], record["formats"], strict=True)):
            if form is not None and _followed(shown, name, form, allowed) != [row[place] for row in record["rows"]]:
                yield f"the rows of {name} are not the data in their format"
    if record["kind"] in ("claims", "headlines"):
        rows = pd.DataFrame(record["rows"])
        if sorted(rows.columns) != sorted(data.columns) or to_csv(rows[list(data.columns)]) != record["data"]:
            yield "the rows are not the data"
    if seal(record) != record["sha256"]:
        yield "the record and its checksum differ"


def _unfounded(numbers: Mapping[str, pd.Series], allowed: Mapping[str, Tolerance]) -> Iterator[str]:
    """Columns of numbers whose tolerance is missing, superfluous, or not what the rule gives."""
    yield from (f"{name} has no tolerance" for name in numbers if name not in allowed)
    for name, tolerance in allowed.items():
        if name not in numbers:
            yield f"{name}, which has a tolerance, is no column of numbers"
        elif tolerance.origin == "rule" and tolerance != by_rule(numbers[name], tolerance.relative == 0):
            yield f"the tolerance of {name} is not what the rule gives"


def _frames(id: str, figures: Mapping[str, Figure], slider: str) -> Fields:
    """The drawings of a slider, the first one in the place of the only one of other figures."""
    if len(figures) < 2 or not slider.strip():
        raise ValueError(f"{id}: a slider must have a name and two positions; got {slider!r} and {len(figures)}")
    first, *others = map(_draw, figures.values())
    return {"svg": first, "frames": others, "slider": {"name": slider, "positions": list(figures)}}


def _draw(figure: Figure) -> str:
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    vector = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": SALT, "svg.fonttype": "path"}):
        figure.savefig(vector, format="svg", facecolor="none", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    return vector.getvalue()
