"""``szilard estimate``: mutual information of the reader's own file, several estimators side by side."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from szilard.atomic import write_whole
from szilard.cli.errors import NEGATIVE
from szilard.cli.files import check_target
from szilard.cli.terminal import Unit, announce, print_table, say, shortened, with_error

if TYPE_CHECKING:
    import pandas as pd

    from szilard.estimators import Estimator
    from szilard.userdata import Pair

FAST = "gaussian,copula"  # and the neighbours that suit the columns
K = 3  # neighbours, unless --k says otherwise
PLOTS = (".svg", ".png", ".pdf")

__all__ = ["COMMANDS", "choose", "describe", "draw", "estimate", "print_comparison", "write_table"]

File = Annotated[Path, typer.Argument(metavar="FILE", help="CSV, TSV, TXT (also .gz), Parquet, NPY or NPZ.")]
ColumnsX = Annotated[list[str] | None, typer.Option(metavar="A,B", help="Columns: names, indices from 0, ranges 0-3.")]
ColumnsY = Annotated[list[str] | None, typer.Option(metavar="C", help="Columns of Y, likewise.")]
Names = Annotated[
    str | None,
    typer.Option(
        "--with", metavar="NAMES", help="Estimators, comma-separated, or all; unless given, what suits the columns."
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the estimators that train.")]
Neighbours = Annotated[int | None, typer.Option(min=1, help="Neighbours, for nearest-neighbour estimators.")]
Device = Annotated[str, typer.Option(help="auto, cpu or cuda, for the estimators that train.")]
Drop = Annotated[bool, typer.Option("--drop-missing", help="Leave incomplete rows out.")]
Header = Annotated[bool | None, typer.Option("--header/--no-header", help="Names in the first line of a text file?")]
Decimal = Annotated[str | None, typer.Option(metavar=".|,", help="Decimal mark of a text file.")]
Large = Annotated[bool, typer.Option("--allow-large", help="Read files of any size.")]
Plot = Annotated[Path | None, typer.Option(help="Plot file; ./FILE-information.svg unless given.")]
NoPlot = Annotated[bool, typer.Option("--no-plot", help="Draw no plot.")]
Out = Annotated[Path | None, typer.Option(help="Also write the table to this CSV file.")]


def estimate(
    file: File,
    x: ColumnsX = None,
    y: ColumnsY = None,
    with_: Names = None,
    unit: Annotated[Unit, typer.Option(help="Unit of the estimates.")] = Unit.nats,
    seed: Seed = 0,
    k: Neighbours = None,
    device: Device = "auto",
    drop_missing: Drop = False,
    header: Header = None,
    decimal: Decimal = None,
    allow_large: Large = False,
    plot: Plot = None,
    no_plot: NoPlot = False,
    out: Out = None,
) -> None:
    """Mutual information I(X; Y) of columns of FILE, by several estimators side by side.

    Prints a table and draws the estimates with their standard errors. Units do not matter: estimators that compare
    distances standardise the columns. Unless --with says otherwise, ksg measures continuous columns
    and mixed-ksg those that repeat values.
    """
    from szilard.estimators.comparison import compare, disagreement
    from szilard.estimators.kinds import suited
    from szilard.userdata import LIMIT, read

    picture = None if no_plot else plot or Path(f"{file.stem}-information.svg")
    check_target(picture, "--plot", PLOTS, source=file)
    check_target(out, "--out", (".csv",), source=file)
    table = read(file, header=header, decimal=decimal, limit=None if allow_large else LIMIT)
    if not x or not y:
        raise ValueError(f"--x and --y must each name {table.described()}")
    pair = table.pair(x, y, drop_missing)
    reason = ""
    if with_ is None:
        with_, reason = suited(pair.x, pair.y, k or K, [*pair.x_names, *pair.y_names])
        with_ = f"{FAST},{with_}"
    estimators = choose(with_, k, device)
    with announce([item.name for item in estimators]) as begin:
        result = compare(estimators, pair.x, pair.y, unit=unit.value, rng=seed, before_each=begin)
    measured = result[result["refused"] == ""]
    if measured.empty:
        raise ValueError(result["refused"].iloc[0])
    say(describe(file, pair, table.has_header))
    if reason:
        say(f"Chosen: {with_.replace(',', ', ')}, {reason}")
    print_comparison(result)
    say(disagreement(result) or "Only one estimate: --with names several, to see whether they agree.")
    if out is not None:
        write_table(result, out)
    if picture is not None:
        draw(result, picture, f"I({shortened(pair.x_names)}; {shortened(pair.y_names)})")
    if len(measured) < len(result):
        raise typer.Exit(NEGATIVE)


def choose(names: str, k: int | None, device: str) -> list[Estimator]:
    """The estimators that ``--with`` names, with ``k`` and ``device`` set on those that have such a setting.

    Raises:
        ValueError: no name, an unknown one, or a ``k`` that none of them takes.
    """
    from szilard.estimators import ESTIMATORS, make

    asked = [name.strip() for name in names.split(",") if name.strip()]
    chosen = list(dict.fromkeys(ESTIMATORS if asked == ["all"] else asked))
    if not chosen:
        raise ValueError(f"--with must name estimators among {', '.join(ESTIMATORS)}, or all; got {names!r}")
    made = [make(name) for name in chosen]
    if k is not None and not any(_has(item, "k") for item in made):
        raise ValueError(f"--k {k} concerns nearest-neighbour estimators and none is asked for: leave it out")
    settings = {"k": k, "device": device, "progress": True}
    return [
        make(name, **{key: value for key, value in settings.items() if value is not None and _has(item, key)})
        for name, item in zip(chosen, made, strict=True)
    ]


def describe(file: Path, pair: Pair, has_header: bool) -> str:
    """What is measured, in a line or two."""
    n = len(pair.x)
    lines = [f"{file.name}: {n:,} samples, X = {shortened(pair.x_names)}, Y = {shortened(pair.y_names)}"]
    if pair.dropped:
        lines.append(f"{pair.dropped:,} of {n + pair.dropped:,} rows dropped: they miss a value")
    if not has_header:
        lines.append("The file names no columns: they are numbered from 0.")
    lines += pair.notes
    return "\n".join(lines)


def print_comparison(result: pd.DataFrame) -> None:
    """The comparison as a table on stdout."""
    rows = [
        (
            row.method if not row.refused else row.estimator,
            with_error(row.value, row.stderr),
            row.unit,
            f"{row.seconds:.2f}",
            row.warnings or (f"refused: {row.refused}" if row.refused else ""),
        )
        for row in result.itertuples()
    ]
    columns = ("estimator", "value ± stderr", "unit", "seconds", "warnings")
    print_table(columns, rows, right=("value ± stderr", "seconds"))


def write_table(result: pd.DataFrame, path: Path) -> None:
    """The comparison as CSV, whole or not at all."""
    write_whole(path, result.to_csv(index=False).encode())
    say(f"table: {path}")


def draw(result: pd.DataFrame, path: Path, title: str) -> None:
    """The comparison as a picture, whole or not at all."""
    import io

    import matplotlib
    from matplotlib.figure import Figure

    from szilard.compendium.style import rc
    from szilard.estimators.comparison import plot_comparison

    kind = path.suffix.lower().lstrip(".")
    undated: dict[str, None] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}[kind]
    buffer = io.BytesIO()
    with matplotlib.rc_context(rc()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # a column name in a script the font lacks
        figure = Figure(figsize=(7.5, 1.4 + 0.45 * len(result)))
        plot_comparison(result, figure.subplots(), title)
        figure.savefig(buffer, format=kind, dpi=200, metadata=undated)
    write_whole(path, buffer.getvalue())
    say(f"plot: {path}")


def _has(estimator: Estimator, setting: str) -> bool:
    return setting in getattr(estimator, "__dataclass_fields__", {})


COMMANDS = (estimate,)
