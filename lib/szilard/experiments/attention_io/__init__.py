"""The chapter on the I/O complexity of attention: its laboratory, and what its notebook calls besides."""

from szilard.experiments.attention_io.claims import slopes
from szilard.experiments.attention_io.counting import tile_bytes
from szilard.experiments.attention_io.drawing import (BLUE, COLOURS, GREEN, GREY, INK, NAMES, ORANGE, draw_roof, label,
    measured_told, moves_told, ticks, traffic_board)  # fmt: skip
from szilard.experiments.attention_io.laboratory import LABORATORY, recorded, run
