"""The chapter on scaling by lottery tickets: its laboratory, and what its notebook calls besides."""

from szilard.experiments.lottery_ticket.drawing import (
    COLORS,
    NAMES,
    draw_budgets,
    draw_curves,
    draw_function,
    draw_law,
    draw_losses,
    draw_widths,
)
from szilard.experiments.lottery_ticket.laboratory import LABORATORY, recorded, run
from szilard.experiments.lottery_ticket.tables import exponent, fitted, signed, summary
