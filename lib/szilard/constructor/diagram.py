"""Task networks as drawings: boxes for tasks, lines for substrates, time from left to right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from szilard.constructor.algebra import Task

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT = 0.66  # of a box, of the distance between lines

__all__ = ["Box", "Wire", "draw", "layout", "size"]


@dataclass(frozen=True)
class Box:
    """A task drawn as one box: its first column and first line, from 0, and the lines it covers downwards."""

    task: Task
    column: float
    row: int
    rows: int


@dataclass(frozen=True)
class Wire:
    """A substrate waiting: from one column to another on one line."""

    row: int
    start: float
    stop: float


def size(task: Task) -> tuple[int, int]:
    """Columns and lines that the drawing of a task takes."""
    kind, steps = task.how
    if kind == "":
        x, y = task.pairs[0]
        return 1, max(len(x.parts) or 1, len(y.parts) or 1)
    sizes = [size(step) for step in steps]
    if kind == "serial":
        return sum(width for width, _ in sizes), max(rows for _, rows in sizes)
    return max(width for width, _ in sizes), sum(rows for _, rows in sizes)


def layout(task: Task, column: float = 0, row: int = 0) -> Iterator[Box | Wire]:
    """Boxes and wires of a network, read from how the task was composed.

    >>> from szilard.constructor import Attribute, Task
    >>> a = Task({Attribute("0"): Attribute("0")})
    >>> [(type(item).__name__, item.row) for item in layout((a @ a) | a)]
    [('Box', 0), ('Box', 0), ('Wire', 1), ('Box', 1), ('Wire', 1)]
    """
    kind, steps = task.how
    if kind == "":
        yield Box(task, column, row, size(task)[1])
        return
    width, _ = size(task)
    for step in steps:
        wide, high = size(step)
        if kind == "serial":
            yield from layout(step, column, row)
            column += wide
            continue
        spare = (width - wide) / 2
        for line in range(row, row + high if spare else row):
            yield Wire(line, column, column + spare)
        yield from layout(step, column + spare, row)
        for line in range(row, row + high if spare else row):
            yield Wire(line, column + spare + wide, column + width)
        row += high


def draw(task: Task, ax: Axes, marks: Mapping[str, str] | None = None) -> None:
    """Draw the network of ``task`` into ``ax``.

    Args:
        task: a task, composed by ``@`` and ``|`` or simple.
        ax: where to draw; its axes are hidden.
        marks: by name of a task, a sign to write under it, such as that of a verdict.

    The first input and its output stand at the ends of the lines.
    """
    from matplotlib.patches import FancyBboxPatch

    width, rows = size(task)
    for item in layout(task):
        if isinstance(item, Wire):
            ax.plot([item.start, item.stop], [-item.row, -item.row], color="#5d6672", lw=1.4)
            continue
        for side, attribute in zip((0, 0.8), item.task.pairs[0], strict=True):
            lines = len(attribute.parts) or 1
            first = item.row + (item.rows - lines) / 2  # fewer lines than the box covers: in its middle
            for line in range(lines):
                ends = [item.column + side, item.column + side + 0.2]
                ax.plot(ends, [-first - line, -first - line], color="#5d6672", lw=1.4)
        low = -(item.row + item.rows - 1) - HEIGHT / 2
        shape = FancyBboxPatch(
            (item.column + 0.2, low), 0.6, item.rows - 1 + HEIGHT,
            boxstyle="round,pad=0,rounding_size=0.07", fc="none", ec="#2e7ebf", lw=1.4,
        )  # fmt: skip
        ax.add_patch(shape)
        middle = -(item.row + (item.rows - 1) / 2)
        words = "\n".join(filter(None, (item.task.name, (marks or {}).get(item.task.name))))
        ax.text(item.column + 0.5, middle, words, ha="center", va="center")
    x, y = task.pairs[0]
    for align, attribute, place in (("right", x, -0.06), ("left", y, width + 0.06)):
        parts = attribute.parts or (attribute,)
        low = (rows - len(parts)) / 2
        for line, part in enumerate(parts):
            ax.text(place, -line - low, part.name, ha=align, va="center")
    ax.set(xlim=(-0.5, width + 0.5), ylim=(-rows + 0.45, 0.55))
    ax.set_axis_off()
