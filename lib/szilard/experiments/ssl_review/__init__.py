"""The chapter on self-supervised learning and information: its laboratory, and what its notebook calls besides."""

from szilard.experiments.ssl_review.exact import WORLD
from szilard.experiments.ssl_review.laboratory import LABORATORY, recorded, run
from szilard.experiments.ssl_review.learning import RELEVANCES
