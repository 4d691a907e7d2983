"""The application behind the ``szilard`` command. Nothing heavy is imported until a command needs it."""

from typing import Annotated, Any

import typer

from szilard.cli import calculators, chapters, cite, estimate, plan, site, surprisal
from szilard.cli.data import data
from szilard.cli.errors import OneLineErrors
from szilard.cli.signals import catch_signals
from szilard.cli.terminal import say

__all__ = ["app", "main"]

_CALCULATORS = {command.__name__ for command in calculators.COMMANDS}


class _Commands(OneLineErrors):
    """The commands in two lists: those of the book, and the calculators."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write both lists."""
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        commands = {name: command for name, command in found if command}
        width = formatter.width - 6 - max(map(len, commands))
        for title, of_calculators in (("Commands", False), ("Calculators", True)):
            chosen = {name: item for name, item in commands.items() if (name in _CALCULATORS) == of_calculators}
            with formatter.section(title):
                formatter.write_dl([(name, item.get_short_help_str(width)) for name, item in chosen.items()])


app = typer.Typer(cls=_Commands, add_completion=False, rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def szilard(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """An executable, citable compendium of information in learning, language, computation and physics.

    Exit codes: 0 fine, 1 a negative answer or failed work, 2 wrong usage or bad input, 130 interrupted.
    """
    if version:
        from szilard import __version__

        say(f"szilard {__version__}")
    elif context.invoked_subcommand is None:
        say(context.get_help())


for room in (chapters, site, cite, estimate, plan, surprisal, calculators):
    for command in room.COMMANDS:
        app.command(command.__name__.rstrip("_"), cls=getattr(room, "KIND", None))(command)


app.add_typer(data, name="data")


def main() -> None:
    """Run the command line of this process and exit with its code."""
    catch_signals()
    app()
