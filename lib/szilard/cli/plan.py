"""``szilard plan``: what to train with a budget of computation, under several fitted laws side by side."""

import math
from typing import Annotated, Any

import typer

from szilard.cli.terminal import print_table, say

DAY = 86_400
COLUMNS = ("law", "parameters", "tokens", "tokens/parameter", "batch", "steps", "loss", "interval")

__all__ = ["COMMANDS", "plan"]


def plan(
    flops: Annotated[float | None, typer.Option(help="Budget in floating-point operations, 6 N D.")] = None,
    gpus: Annotated[float | None, typer.Option(help="Instead of --flops: number of processors, with --days.")] = None,
    days: Annotated[float | None, typer.Option(help="Days of training, with --gpus.")] = None,
    rate: Annotated[float, typer.Option(help="Operations per second that one processor achieves.")] = 4e14,
    parameters: Annotated[float | None, typer.Option(help="Size of the model; by default the best one.")] = None,
    law: Annotated[str, typer.Option(help="Names of laws, with commas; by default all.")] = "",
    level: Annotated[float, typer.Option(help="Level of the intervals of the loss.")] = 0.9,
) -> None:
    """Size, tokens, batch, steps and loss that a budget buys, under several laws.

    A law fitted to the curves that come with the library has an interval: how far its runs, drawn again, would move the
    loss. Below the table stands which laws are asked for more than they were fitted to. Losses of different laws do not
    compare: they are of different text and tokens.
    """
    from szilard.scaling import LAWS
    from szilard.scaling import plan as planned

    budget = _budget(flops, gpus, days, rate)
    names = [name.strip() for name in law.split(",") if name.strip()] or list(LAWS)
    table = planned(budget, names, parameters=parameters, level=level)
    say(f"{budget:.4g} operations" + ("" if parameters is None else f", {_count(parameters)} parameters"))
    print_table(COLUMNS, [_row(row) for row in table.to_dict("records")], right=COLUMNS[1:])
    for row in table[table.warning != ""].itertuples():
        say(f"{row.law}: {row.warning}")


def _budget(flops: float | None, gpus: float | None, days: float | None, rate: float) -> float:
    """Operations, given or as a product."""
    from szilard.validation import check_positive

    parts = {"gpus": gpus, "days": days}
    given = [name for name, value in parts.items() if value is not None]
    if flops is not None:
        if given:
            raise ValueError(f"give --flops or --{given[0]}, not both")
        check_positive(flops, "flops")
        return flops
    if len(given) < len(parts):
        raise ValueError("a budget is needed: --flops 1e21, or --gpus 8 --days 30")
    total = float(rate)
    check_positive(rate, "rate")
    for name, value in parts.items():
        check_positive(value, name)
        total *= float(value or 0)
    return total * DAY


def _row(row: dict[str, Any]) -> tuple[str, ...]:
    interval = "" if math.isnan(row["loss_low"]) else f"{row['loss_low']:.3f}–{row['loss_high']:.3f}"
    counts = (row["N"], row["D"], row["tokens_per_parameter"], row["B"], row["S"])
    return (row["law"], *map(_count, counts), f"{row['loss']:.3f}", interval)


def _count(value: float) -> str:
    """A number as one says it: 2.78B, 60B, 21.6.

    >>> _count(2.7785e9), _count(21.59), _count(float("nan"))
    ('2.78B', '21.6', '')
    """
    if math.isnan(value):
        return ""
    for size, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g}{letter}" if value < 1e3 * size else f"{value:.3g}"
    return f"{value:.3g}"


COMMANDS = (plan,)
