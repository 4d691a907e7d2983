"""The laboratory of the chapter on entropy rates: the cells of each tier, and the claims that tables decide."""

from __future__ import annotations

from itertools import product

from szilard.compendium import Experiment, Laboratory
from szilard.experiments.entropy_rate import contexts, rates, words
from szilard.experiments.entropy_rate.claims import CLAIMS
from szilard.experiments.entropy_rate.our_claims import OUR_CLAIMS
from szilard.language.compressors import COMPRESSORS
from szilard.language.corpora import LANGUAGES

__all__ = ["LABORATORY", "recorded", "run"]

FLOAT32 = {"cpu": "float32", "cuda": "float32"}
LENGTHS = (250, 1000, 4000, 16_000)
SIZES = ((2, 29), (4, 29), (6, 29), (6, 1), (6, 6))
MEASURED = (*(("sotu-59", i) for i in range(30)), *(("brown", i) for i in range(50)), *(("lee", i) for i in range(49)))

# fmt: off
EXPERIMENTS = (
    Experiment("trigram", "models of words by sentence, five parts of a corpus in turn",
               quick=(words.Trigram("sotu-59", fold) for fold in range(5)),
               full=(words.Trigram(*each) for each in product(("sotu", "brown", "lee"), range(5)))),
    Experiment("places", "thirty speeches by a model of bytes, in their context, in none, and as their controls",
               quick=[contexts.Places()]),
    Experiment("network", "speeches, samples and news stories by SmolLM2, likewise", precision=FLOAT32,
               full=(contexts.PlacesOfNetwork(*each) for each in MEASURED)),
    Experiment("sizes", "models of bytes by order and by how much they have read",
               quick=(contexts.Sizes(*each) for each in SIZES)),
    Experiment("windows", "bytes against the window that a model remembers",
               quick=(contexts.Windows(2**k) for k in (6, 7, 8, 9, 10, 11, 12, 13))),
    Experiment("network-windows", "tokens of speeches by SmolLM2 against its window", precision=FLOAT32,
               full=(contexts.WindowsOfNetwork(3 * i + 4, 2**k) for i, k in product(range(6), range(4, 11)))),
    Experiment("evenness", "evenness of surprisal, of speeches and of the same shuffled",
               quick=[contexts.Unevenness()]),
    Experiment("network-evenness", "the same by SmolLM2", precision=FLOAT32,
               full=(contexts.UnevennessOfNetwork(3 * i) for i in range(10))),
    Experiment("mixture", "tosses of one of two coins, a coin a document",
               quick=[rates.Mixture()], light=True),
    Experiment("rates", "estimators on sources whose entropy rate is known",
               quick=(rates.Rate(*each) for each in product(rates.SOURCES, LENGTHS))),
    Experiment("text-rates", "estimators without a model on speeches",
               quick=(rates.TextRate(10**k) for k in (3, 4, 5, 6)), light=True),
    Experiment("convergence", "code length of a text from its start, by its length",
               quick=[rates.Convergence("sotu-59", 1_000_000)],
               full=[rates.Convergence("sotu", 11_000_000), rates.Convergence("brown", 11_000_000)]),
    Experiment("compressors", "corpora under general compressors",
               quick=(rates.Compressed("sotu-59", name, 500_000) for name in COMPRESSORS),
               full=(rates.Compressed(*each) for each in product(("sotu", "brown"), COMPRESSORS))),
    Experiment("languages", "the installation guide in nineteen languages",
               full=(words.Language(f"guide:{name}") for name in LANGUAGES)),
)
# fmt: on

LABORATORY = Laboratory("entropy_rate", EXPERIMENTS, (*CLAIMS, *OUR_CLAIMS))
run = LABORATORY.run
recorded = LABORATORY.recorded
