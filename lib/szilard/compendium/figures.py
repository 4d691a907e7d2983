"""What a cell of a chapter shows: figure, table or claims, each with the record that travels with it."""

from __future__ import annotations

import base64
import hashlib
import html
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from szilard.compendium.provenance import Provenance, environment
from szilard.compendium.style import BACKGROUND, SALT
from szilard.compendium.tabular import summary, to_csv

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Format = str | Callable[[Any], str]

__all__ = ["Display", "Format", "claims_display", "figure_display", "table_display"]


@dataclass(frozen=True)
class Display:
    """An output of a notebook cell: what Jupyter shows (``data``) and the record behind it."""

    data: Mapping[str, str]
    record: Mapping[str, Any]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:
        return dict(self.data), {"szilard": dict(self.record)}

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
) -> Display:
    """Draw ``figure`` once as SVG and PNG, close it, and wrap it with its data and origin."""
    for name, text in (("caption", caption), ("alt", alt)):
        if not text.strip():
            raise ValueError(f"{name} of {id} must not be empty: readers of the page rely on it")
    svg, png = _draw(figure)
    record = {"kind": "figure", "id": id, "caption": caption, "alt": alt, "svg": svg, "volatile": list(volatile)}
    plain = "\n  ".join([id, *summary(frame, volatile)])
    return Display({"image/png": png, "text/plain": plain}, record | _origin(frame, provenance))


def table_display(
    id: str,
    frame: pd.DataFrame,
    data: pd.DataFrame,
    *,
    caption: str,
    formats: Mapping[str, Format],
    provenance: Sequence[Provenance],
    volatile: Sequence[str] = (),
) -> Display:
    """Round ``frame`` for reading and wrap it with its full-precision ``data`` and origin."""
    if not caption.strip():
        raise ValueError(f"caption of {id} must not be empty: readers of the page rely on it")
    if unknown := sorted(set(formats) - set(frame.columns)):
        raise ValueError(f"formats of {id} must name columns of the table; got {', '.join(unknown)}")
    texts = [[_cell(value, formats.get(name, "{:.3g}")) for value in frame[name]] for name in frame.columns]
    numeric = [pd.api.types.is_numeric_dtype(frame[name]) for name in frame.columns]
    rows = [list(row) for row in zip(*texts, strict=True)]
    record = {"kind": "table", "id": id, "caption": caption, "columns": [str(name) for name in frame.columns]}
    record |= {"rows": rows, "numeric": numeric, "volatile": list(volatile)}
    shown = [["…" if name in volatile else text for name, text in zip(frame, row, strict=True)] for row in rows]
    plain = f"{id}\n" + pd.DataFrame(shown, columns=record["columns"]).to_string(index=False)
    mimes = {"text/html": _html(record["columns"], shown, numeric, f"{id}: {caption}"), "text/plain": plain}
    return Display(mimes, record | _origin(data, provenance))


def claims_display(key: str, rows: Sequence[Mapping[str, str]], provenance: Sequence[Provenance]) -> Display:
    """The claims of a chapter as a table; its text holds the verdicts."""
    columns = ["claim", "kind", "published", "quick", "full", "tolerance", "controls", "verdict"]
    texts = [[row[name] for name in columns] for row in rows]
    plain = "\n  ".join([f"claims of {key}", *(f"{row['claim']}: {row['quick']} · {row['verdict']}" for row in rows)])
    record = {"kind": "claims", "id": f"claims-{key}", "rows": [dict(row) for row in rows]}
    mimes = {"text/html": _html(columns, texts, [False] * len(columns), f"Claims of {key}"), "text/plain": plain}
    return Display(mimes, record | _origin(pd.DataFrame(rows), provenance))


def _origin(frame: pd.DataFrame, provenance: Sequence[Provenance]) -> dict[str, Any]:
    csv = to_csv(frame)
    return {
        "data": csv,
        "data_sha256": hashlib.sha256(csv.encode()).hexdigest(),
        "provenance": [source.to_record() for source in provenance],
        "environment": environment(),
    }


def _draw(figure: Figure) -> tuple[str, str]:
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    vector, raster = io.StringIO(), io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": SALT, "svg.fonttype": "path"}):
        figure.savefig(vector, format="svg", facecolor="none", metadata={"Date": None, "Creator": None})
        figure.set_layout_engine("none")  # the raster keeps the vector's layout, which is half of the work
        figure.savefig(raster, format="png", dpi=200, facecolor=BACKGROUND, metadata={"Software": None})
    plt.close(figure)
    return vector.getvalue(), base64.b64encode(raster.getvalue()).decode()


def _cell(value: Any, form: Format) -> str:
    if callable(form):
        return form(value)
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, str | bool):
        return str(value)
    if isinstance(value, int) or (hasattr(value, "dtype") and value.dtype.kind in "iu"):
        return str(value) if form == "{:.3g}" else form.format(value)
    return form.format(value) if hasattr(value, "__float__") else str(value)


def _html(columns: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool], caption: str) -> str:
    align = ["right" if number else "left" for number in numeric]
    head = "".join(f'<th style="text-align:{a}">{html.escape(c)}</th>' for c, a in zip(columns, align, strict=True))
    body = "".join(
        "<tr>"
        + "".join(f'<td style="text-align:{a}">{html.escape(c)}</td>' for c, a in zip(row, align, strict=True))
        + "</tr>"
        for row in rows
    )
    caption = f'<caption style="text-align:left">{html.escape(caption)}</caption>'
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
