"""Text and its information: corpora, models of language, surprisal by place, trends, entropy rates without a model."""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.language.cache import Cache
    from szilard.language.causal import CausalLM, smollm2
    from szilard.language.compressors import COMPRESSORS, bits_per_byte
    from szilard.language.controls import excerpt, others, shuffled
    from szilard.language.corpora import CORPORA, LANGUAGES, available, load
    from szilard.language.ctw import ctw_bits, kt_bits
    from szilard.language.documents import Corpus, Document
    from szilard.language.extrapolation import ANSATZES, Extrapolation, extrapolate
    from szilard.language.interpolated import FittedInterpolated, Interpolated
    from szilard.language.kneser_ney import FittedKneserNey, KneserNey
    from szilard.language.local_models import LocalLM, local_model
    from szilard.language.measures import Profile, context_information
    from szilard.language.ppm import PPM, FittedPPM
    from szilard.language.reading import read_text
    from szilard.language.rates import (
        BlockEntropies, MatchRates, block_entropies, lz76_rate, lz78_rate, match_lengths, match_rates)
    from szilard.language.scores import LanguageModel, Scores, score
    from szilard.language.sources import GOLDEN_MEAN, Markov, TwoCoins
    from szilard.language.splitting import paragraphs, sentences, words
    from szilard.language.trends import MannKendall, Trend, mann_kendall, theil_sen, trend
    from szilard.language.uniformity import Uniformity, uniformity
    from szilard.language.vocabulary import Vocabulary

__getattr__, __dir__, __all__ = attach(__name__)
