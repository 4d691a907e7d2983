"""Real data sets that arrive inside ordinary packages: found offline and checked by hash; only `fetch` downloads."""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.datasets.ctm import CTM_D5, ctm_d5
    from szilard.datasets.fetching import FETCHED, fetch
    from szilard.datasets.files import DataFile
    from szilard.datasets.image_files import FASHION_MNIST, MNIST, MNIST_SUBSET
    from szilard.datasets.image_collections import COLLECTIONS, Images, images
    from szilard.datasets.real import DIGITS, FMRI, TR_SECONDS, Digits, digit_halves, digits, fmri
    from szilard.datasets.scaling_runs import (CHINCHILLA_POINTS, GADRE_TESTBED, OLMO_LADDER, chinchilla_points,
        gadre_testbed, olmo_ladder)
    from szilard.datasets.soi_stored import SOI_STORED, StoredRun
    from szilard.datasets.text_files import GUIDE, LEE, BROWN, SMOLLM2, SOTU, SOTU_PART, TEXTS
    from szilard.datasets.tishby import Tishby12, icosahedral_symmetries, tishby12

__getattr__, __dir__, __all__ = attach(__name__)
