"""``szilard landauer`` and the other calculators: one command for each, made from their registry."""

import inspect
from collections.abc import Callable
from typing import Annotated

import typer

from szilard.cli.terminal import print_table
from szilard.thermodynamics.formulas.calculators import CALCULATORS, Calculator, Input

DIGITS = 7
UNITS = "Quantities are written with their units: 1GB, 25°C, 0.1pJ."

__all__ = ["COMMANDS", "command"]


def command(calculator: Calculator) -> Callable[..., None]:
    """The command of one calculator: its first input is the argument, the others are options."""

    def run(**texts: str) -> None:
        _print(calculator, texts)

    parameters = [_parameter(item, first=item is calculator.inputs[0]) for item in calculator.inputs]
    run.__name__ = calculator.key
    run.__doc__ = f"{calculator.title}. {calculator.about}\n\n{UNITS}"
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # typing knows it in classes only
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _parameter(item: Input, first: bool) -> inspect.Parameter:
    shown = f"{item.about[0].upper()}{item.about[1:]}."
    kind = typer.Argument(metavar=item.name.upper(), help=shown) if first else typer.Option(help=shown)
    return inspect.Parameter(
        item.name, inspect.Parameter.KEYWORD_ONLY, default=item.default, annotation=Annotated[str, kind]
    )


def _print(calculator: Calculator, texts: dict[str, str]) -> None:
    from szilard.thermodynamics.formulas.catalogue import formula
    from szilard.thermodynamics.formulas.quantities import convert

    results = calculator(**texts)
    given = ", ".join(f"{name} {text}" for name, text in texts.items())
    typer.echo(f"{calculator.title}: {given}")
    rows = []
    for step in calculator.steps:
        law = formula(step.formula)
        shown = [f"{convert(results[step.name], law.unit, unit):.{DIGITS}g} {unit}".strip() for unit in step.units]
        rows.append((step.about, " = ".join(shown), law.source))
    print_table(("result", "value", "source"), rows)


COMMANDS = tuple(command(calculator) for calculator in CALCULATORS.values())
