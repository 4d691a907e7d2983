"""The chapter on entropy rates: its laboratory, and what its notebook calls besides."""

from szilard.experiments.entropy_rate.drawing import (
    draw_by_token, draw_controls, draw_convergence, draw_curves, draw_estimators, draw_languages)
from szilard.experiments.entropy_rate.laboratory import LABORATORY, recorded, run
from szilard.experiments.entropy_rate.tables import (
    by_corpus, by_token, corpora_board, curves, information, profile, size_board, speeches_trend, stacked, trend_board,
    trend_row, version_board, versions, windows, word_board)
