"""The chapter on entropy rates: its laboratory, and what its notebook calls besides."""

from szilard.experiments.entropy_rate.laboratory import LABORATORY, recorded, run
from szilard.experiments.entropy_rate.tables import (
    by_corpus, by_token, curves, information, profile, speeches_trend, stacked, trend_board, trend_row, versions,
    windows, word_board)
