"""What a cell of a chapter shows: figure, table or claims, each with the record that travels with it.

The record is the one source: everything that Jupyter shows is made from it by :func:`bundle`, and
:func:`genuine` tells whether an output is what its record says.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from szilard.compendium.drawing import on_ground
from szilard.compendium.provenance import Provenance, environment
from szilard.compendium.reading import Format, aligned, formatted, grid
from szilard.compendium.style import SALT
from szilard.compendium.tabular import parsed, summary, to_csv
from szilard.compendium.tolerance import MOVEMENT, Tolerance, by_rule, is_number, measured, tolerances

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_CLAIM_COLUMNS = ("claim", "kind", "published", "quick", "full", "tolerance", "controls", "verdict")

__all__ = ["Display", "Format", "bundle", "claims_display", "figure_display", "genuine", "seal", "table_display"]


@dataclass(frozen=True)
class Display:
    """An output of a notebook cell: the record, and what Jupyter shows of it (``data``)."""

    record: Mapping[str, Any]

    @property
    def data(self) -> dict[str, str]:
        """By MIME type, what is made from the record."""
        return bundle(self.record)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:
        return self.data, {"szilard": dict(self.record)}

    def __repr__(self) -> str:
        return self.data["text/plain"]


def figure_display(
    id: str,
    figure: Figure,
    frame: pd.DataFrame,
    *,
    caption: str,
    alt: str,
    provenance: Sequence[Provenance],
    volatile: Sequence[str] = (),
    tolerance: Mapping[str, Tolerance] | None = None,
) -> Display:
    """Draw ``figure`` as SVG, close it, and wrap it with its data, their tolerances and origin."""
    for name, text in (("caption", caption), ("alt", alt)):
        if not text.strip():
            raise ValueError(f"{name} of {id} must not be empty: readers of the page rely on it")
    allowed = tolerances(id, [frame], tolerance or {})
    record: dict[str, Any] = {"kind": "figure", "id": id, "caption": caption, "alt": alt, "svg": _draw(figure)}
    record |= {"movement": measured(id).get("drawing", {}).get("tolerance", MOVEMENT)}
    record |= {"volatile": list(volatile)}
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
    if not caption.strip():
        raise ValueError(f"caption of {id} must not be empty: readers of the page rely on it")
    if unknown := sorted(set(formats) - set(frame.columns)):
        raise ValueError(f"formats of {id} must name columns of the table; got {', '.join(unknown)}")
    allowed = tolerances(id, [data, frame], tolerance or {})
    data, shown = _without_noise(data, allowed), _without_noise(frame, allowed)
    record: dict[str, Any] = {
        "kind": "table",
        "id": id,
        "caption": caption,
        "columns": [str(name) for name in frame.columns],
    }
    if to_csv(shown) != to_csv(data):
        record |= {"reading": to_csv(shown)}
    read_back = parsed(to_csv(shown))
    texts, followed = [], []
    for name in shown.columns:
        form = formats.get(name, "{:.3g}")
        column = formatted(shown[name], form, allowed.get(str(name)))
        again = _followed(read_back, str(name), form, allowed)
        texts.append(column)
        followed.append(form if again == column else None)
    record |= {"rows": [list(row) for row in zip(*texts, strict=True)], "formats": followed}
    record |= {"numeric": [bool(pd.api.types.is_numeric_dtype(frame[name])) for name in frame.columns]}
    record |= {"volatile": list(volatile)}
    return _display(record, data, allowed, provenance)


def claims_display(key: str, rows: Sequence[Mapping[str, Any]], provenance: Sequence[Provenance]) -> Display:
    """The claims of a chapter as a table; its text holds the verdicts."""
    rows = json.loads(json.dumps([dict(row) for row in rows], ensure_ascii=False, default=str))
    record: dict[str, Any] = {"kind": "claims", "id": f"claims-{key}", "rows": rows}
    frame = pd.DataFrame(rows)
    return _display(record, frame, tolerances(f"claims-{key}", [frame], {}), provenance)


def bundle(record: Mapping[str, Any]) -> dict[str, str]:
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
    columns = [name for name in _CLAIM_COLUMNS if all(name in row for row in record["rows"])]
    rows = [[str(row[name]) for name in columns] for row in record["rows"]]
    key = id.removeprefix("claims-")
    lines = [f"{row['claim']}: {row['quick']} · {row['verdict']}" for row in record["rows"]]
    shown = grid(columns, rows, [False] * len(columns), f"Claims of {key}")
    return {"text/html": shown, "text/plain": "\n  ".join([f"claims of {key}", *lines])}


def genuine(output: Mapping[str, Any]) -> list[str]:
    """What of an output is not what its record says, one readable line each; empty for a genuine one."""
    record = output["metadata"]["szilard"]
    try:
        made = bundle(record)
        wrong = [f"{name} is not made from the record" for name in _unlike(made, output.get("data", {}))]
        if record["data_sha256"] != hashlib.sha256(record["data"].encode()).hexdigest():
            wrong.append("data and their checksum differ")
        wrong += [*_unfounded(record), *_unformatted(record)]
        if record["kind"] == "claims" and not _rows_are_data(record):
            wrong.append("the rows are not the data")
        if seal(record) != record["sha256"]:
            wrong.append("the record and its checksum differ")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [f"the record is incomplete or damaged ({type(error).__name__}: {error})"]
    return wrong


def seal(record: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of all fields of the record but ``sha256`` itself."""
    fields = {name: value for name, value in record.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _display(
    record: dict[str, Any], frame: pd.DataFrame, allowed: Mapping[str, Tolerance], provenance: Sequence[Provenance]
) -> Display:
    csv = to_csv(frame)
    record |= {
        "data": csv,
        "data_sha256": hashlib.sha256(csv.encode()).hexdigest(),
        "tolerance": {name: tolerance.to_record() for name, tolerance in allowed.items()},
        "text_tolerance": {
            name: {"relative": entry["relative"], "absolute": entry["absolute"], "from": "measured"}
            for name, entry in measured(record["id"]).get("texts", {}).items()
        },
        "provenance": [source.to_record() for source in provenance],
        "environment": environment(),
    }
    record = json.loads(json.dumps(record, ensure_ascii=False, default=str))
    return Display(record | {"sha256": seal(record)})


def _without_noise(frame: pd.DataFrame, allowed: Mapping[str, Tolerance]) -> pd.DataFrame:
    """``frame`` where what is smaller than half of a stated floor reads 0: it is noise, and no result."""
    cleaned = {}
    for name in frame.columns:
        tolerance = allowed.get(str(name))
        if tolerance and tolerance.origin == "stated" and tolerance.absolute > 0 and is_number(frame[name]):
            cleaned[name] = frame[name].where(~(frame[name].abs() <= tolerance.absolute / 2), 0)
    return frame.assign(**cleaned) if cleaned else frame


def _followed(frame: pd.DataFrame, name: str, form: Any, allowed: Mapping[str, Tolerance]) -> list[str] | None:
    """The column as texts, if it follows from a format string and the printed numbers; else ``None``."""
    if not isinstance(form, str) or name not in frame or not is_number(frame[name]):
        return None
    try:
        return formatted(frame[name], form, allowed.get(name))
    except (ValueError, TypeError, IndexError, KeyError):
        return None


def _unformatted(record: Mapping[str, Any]) -> list[str]:
    if record["kind"] != "table":
        return []
    frame = parsed(record.get("reading", record["data"]))
    allowed = {name: Tolerance.from_record(entry) for name, entry in record["tolerance"].items()}
    wrong = []
    for place, (name, form) in enumerate(zip(record["columns"], record["formats"], strict=True)):
        texts = [row[place] for row in record["rows"]]
        if form is not None and _followed(frame, name, form, allowed) != texts:
            wrong.append(f"the rows of {name} are not the data in their format")
    return wrong


def _unfounded(record: Mapping[str, Any]) -> list[str]:
    """Columns whose tolerance is missing, superfluous, or not what the rule gives."""
    data, shown = parsed(record["data"]), parsed(record.get("reading", record["data"]))
    columns = {name: frame[name] for frame in (shown, data) for name in frame if is_number(frame[name])}
    wrong = [f"{name} has no tolerance" for name in columns if name not in record["tolerance"]]
    for name, entry in record["tolerance"].items():
        tolerance = Tolerance.from_record(entry)
        if name not in columns:
            wrong.append(f"{name}, which has a tolerance, is no column of numbers")
        elif tolerance.origin == "rule" and tolerance != by_rule(columns[name], tolerance.relative == 0):
            wrong.append(f"the tolerance of {name} is not what the rule gives")
    return wrong


def _rows_are_data(record: Mapping[str, Any]) -> bool:
    rows, columns = pd.DataFrame(record["rows"]), parsed(record["data"]).columns
    return sorted(rows.columns) == sorted(columns) and to_csv(rows[list(columns)]) == record["data"]


def _unlike(made: Mapping[str, str], found: Mapping[str, Any]) -> list[str]:
    texts = {name: value if isinstance(value, str) else "".join(value) for name, value in found.items()}
    return sorted(name for name in made.keys() | texts.keys() if made.get(name) != texts.get(name))


def _draw(figure: Figure) -> str:
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    vector = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": SALT, "svg.fonttype": "path"}):
        figure.savefig(vector, format="svg", facecolor="none", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    return vector.getvalue()
