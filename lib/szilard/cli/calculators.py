"""``szilard landauer`` and the other calculators: one command for each, made from their registry."""

import inspect
import re
from collections import Counter
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from szilard.cli.terminal import print_table, say
from szilard.thermodynamics.formulas.calculators import CALCULATORS, Calculator, Input

DIGITS = 7
UNITS = "Quantities are written with their units: 1GB, 25°C, 0.1pJ; with a blank between, in quotes: '25 °C'."
NEGATIVE = re.compile(r"^-(?=[.\d∞]|inf|nan)", re.IGNORECASE)

__all__ = ["COMMANDS", "KIND", "command"]


class _Quantities(TyperCommand):
    """A command that takes a negative quantity for what it is, each option once, and says what quotes are for."""

    allow_extra_args = True  # to say more of them below

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The words that are left, none, after the parameters have their values."""
        options = {name for parameter in self.params for name in parameter.opts if name.startswith("--")}
        for name, times in Counter(word.partition("=")[0] for word in args).items():
            if name in options and times > 1:
                ctx.fail(f"{name} is given {times} times; give it once: the last alone would have an effect")
        if rest := super().parse_args(ctx, [NEGATIVE.sub("−", word) for word in args]):
            ctx.fail(f"unexpected {' '.join(rest)[:40]!r}: a quantity with a blank in it stands in quotes, '25 °C'")
        return rest


def command(calculator: Calculator) -> Callable[..., None]:
    """The command of one calculator: its first input is the argument, the others are options."""

    def run(**texts: str) -> None:
        _print(calculator, {name: " ".join(text.replace("−", "-").split()) for name, text in texts.items()})

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
    say(f"{calculator.title}: {given}")
    rows = []
    for step in calculator.steps:
        law = formula(step.formula)
        shown = [f"{convert(results[step.name], law.unit, unit):.{DIGITS}g} {unit}".strip() for unit in step.units]
        rows.append((step.about, " = ".join(shown), law.source))
    print_table(("result", "value", "source"), rows)


COMMANDS = tuple(command(calculator) for calculator in CALCULATORS.values())
KIND = _Quantities
