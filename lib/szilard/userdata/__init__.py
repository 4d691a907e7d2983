"""The reader's own file: columns of a CSV, TSV, Parquet, NPY or NPZ as arrays, or one sentence why not.

Nothing is altered on the way: no scaling, no imputation, no silent dropping of rows.
"""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.userdata.files import SUFFIXES, read
    from szilard.userdata.table import Pair, Table

__getattr__, __dir__, __all__ = attach(__name__)
