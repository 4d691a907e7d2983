"""``szilard surprisal``: how surprising each sentence of the reader's own text is, alone and in its context."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from szilard.atomic import write_whole
from szilard.cli.errors import Failure
from szilard.cli.files import check_target
from szilard.cli.terminal import announce, print_table, say

if TYPE_CHECKING:
    import pandas as pd

    from szilard.language import Document, LanguageModel

PLOTS = (".svg", ".png", ".pdf")
MODELS = {
    "ppm": "PPM, knows nothing at first",
    "ppm-sotu": "PPM, has read 59 speeches",
    "smollm2": "SmolLM2, 135 million weights",
}
SHOWN = ("zlib -9", "bz2 -9", "xz -9e")
LEAST = 5  # sentences below which no trend can be significant

__all__ = ["COMMANDS", "surprisal"]

File = Annotated[Path, typer.Argument(metavar="FILE", help="Plain text, at most 10 MB.")]
Names = Annotated[str, typer.Option("--with", metavar="NAMES", help=f"Models, comma-separated: {', '.join(MODELS)}.")]
Folder = Annotated[
    Path | None,
    typer.Option("--model", metavar="FOLDER", help="A causal language model of yours, in Hugging Face's format."),
]
Encoding = Annotated[str | None, typer.Option(help="Of the file; UTF-8, or UTF-16 where it says so, unless given.")]
Kelvin = Annotated[float, typer.Option(help="Temperature in K at which the text is erased.")]
Plot = Annotated[Path | None, typer.Option(help="Plot file; ./FILE-surprisal.svg unless given.")]
NoPlot = Annotated[bool, typer.Option("--no-plot", help="Draw no plot.")]
Out = Annotated[Path | None, typer.Option(help="Also write the bits of every sentence to this CSV file.")]


def surprisal(
    file: File,
    with_: Names = "ppm,ppm-sotu",
    model: Folder = None,
    encoding: Encoding = None,
    temperature: Kelvin = 300.0,
    plot: Plot = None,
    no_plot: NoPlot = False,
    out: Out = None,
) -> None:
    """Surprisal of FILE, sentence by sentence, by several models, each sentence in its context and alone.

    Prints bits a byte, what the context saves, whether the surprisal of sentences rises or falls, and the least heat
    of erasing its shortest code. smollm2 is a network that ``szilard data fetch smollm2`` brings; it is slow.
    """
    from szilard.language.reading import read_text
    from szilard.validation import check_choice

    names = list(dict.fromkeys(check_choice(name.strip(), "--with", MODELS) for name in with_.split(",")))
    if not temperature > 0:
        raise ValueError(f"--temperature must be above 0 K; got {temperature}")
    picture = None if no_plot else plot or Path(f"{file.stem}-surprisal.svg")
    check_target(picture, "--plot", PLOTS, source=file)
    check_target(out, "--out", (".csv",), source=file)
    document = read_text(file, encoding)
    models = {name: partial(_model, name) for name in names}
    if model is not None:
        models[str(model)] = partial(_local, model)
    table = _measured(document, models)
    size = int(table["bytes"].sum()) // len(models)
    many = f"{len(document):,} sentence{'s' * (len(document) != 1)}"
    say(f"{file.name}: {many}, {size:,} bytes, a line feed counted behind every sentence")
    _print(document, table)
    _print_cost(table, temperature)
    if out is not None:
        write_whole(out, table.to_csv(index=False).encode())
        say(f"table: {out}")
    if picture is not None:
        _draw(table, picture, file.name)


def _measured(document: Document, models: Mapping[str, Callable[[], LanguageModel]]) -> pd.DataFrame:
    """A row for every model and sentence: its bytes, and its bits in context and alone."""
    import numpy as np
    import pandas as pd

    sizes = [len(each.encode()) + 1 for each in document.sentences]
    rows = []
    with announce(list(models)) as begin:
        for name, made in models.items():
            begin(name)
            model = made()
            scores = {context: model.surprisal(document, context) for context in ("document", "sentence")}
            bits = {context: np.bincount(each.sentence, each.bits, len(sizes)) for context, each in scores.items()}
            columns = {"bytes": sizes, "in_context": bits["document"], "alone": bits["sentence"]}
            rows.append(pd.DataFrame({"model": name, "sentence": np.arange(1, len(sizes) + 1)} | columns))
    return pd.concat(rows, ignore_index=True)


def _model(name: str) -> LanguageModel:
    from szilard.language import PPM, load

    if name == "smollm2":
        from szilard.language.causal import smollm2

        return smollm2()
    return PPM().fit(load("sotu-59") if name == "ppm-sotu" else ())


def _local(folder: Path) -> LanguageModel:
    from szilard.language import local_model

    return local_model(folder)


def _title(name: object) -> str:
    return MODELS.get(str(name), Path(str(name)).name)


def _print(document: Document, table: pd.DataFrame) -> None:
    from szilard.language import bits_per_byte, mann_kendall

    rows = []
    for name, part in table.groupby("model", sort=False):
        size, context, alone = part["bytes"].sum(), part["in_context"].sum(), part["alone"].sum()
        trend = "too few sentences"
        if len(part) >= LEAST:
            test = mann_kendall((part["in_context"] / part["bytes"]).to_numpy())
            trend = f"{test.direction} (p = {test.p:.2g})"
        saved = (alone - context) / size
        rows.append((_title(name), f"{context / size:.3f}", f"{alone / size:.3f}", f"{saved:.3f}", trend))
    data = "\n".join(document.sentences).encode() + b"\n"
    rows += [(name, f"{bits_per_byte(data, name):.3f}", "", "", "") for name in SHOWN]
    columns = ("bits a byte", "in context", "alone", "context saves", "trend over sentences, in context")
    print_table(columns, rows, right=columns[1:4])


def _print_cost(table: pd.DataFrame, temperature: float) -> None:
    from szilard.thermodynamics.formulas.landauer import landauer_energy

    total = table.groupby("model", sort=False)["in_context"].sum()
    bits = float(total.min())
    if bits <= 0:
        raise Failure("no model finds any information in this text")
    heat = float(landauer_energy(bits, temperature))
    code = _title(total.idxmin())
    say(f"Erasing its code at {temperature:g} K takes at least {heat:.3g} J: {bits:,.0f} bits, by {code}")


def _draw(table: pd.DataFrame, path: Path, title: str) -> None:
    """The contour, whole or not at all."""
    import io
    import warnings

    import matplotlib
    from matplotlib.figure import Figure

    from szilard.compendium.style import rc

    kind = path.suffix.lower().lstrip(".")
    undated: dict[str, None] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}[kind]
    groups = list(table.groupby("model", sort=False))
    buffer = io.BytesIO()
    with matplotlib.rc_context(rc()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # a file name in a script the font lacks
        figure = Figure(figsize=(7.5, 1.2 + 2.2 * len(groups)))
        axes = figure.subplots(len(groups), 1, squeeze=False, sharex=True)[:, 0]
        for ax, (name, part) in zip(axes, groups, strict=True):
            ax.plot(part["sentence"], part["alone"] / part["bytes"], "o:", ms=3, lw=1, label="alone")
            ax.plot(part["sentence"], part["in_context"] / part["bytes"], "o-", ms=3, lw=1.5, label="in context")
            ax.set(ylabel="bits a byte", title=_title(name))
        axes[0].legend(loc="upper right", ncols=2)
        axes[-1].set_xlabel("sentence")
        figure.suptitle(title)
        figure.savefig(buffer, format=kind, dpi=200, metadata=undated)
    write_whole(path, buffer.getvalue())
    say(f"plot: {path}")


COMMANDS = (surprisal,)
