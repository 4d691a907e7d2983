"""The reader's own file: columns of a CSV, TSV, Parquet, NPY or NPZ as arrays, or one sentence why not.

Nothing is altered on the way: no scaling, no imputation, no silent dropping of rows. What a file may cost is bounded
before it is read, and only columns asked for are.
"""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.userdata.files import SUFFIXES, read
    from szilard.userdata.options import LIMIT
    from szilard.userdata.display import printable
    from szilard.userdata.table import Pair, Table

__getattr__, __dir__, __all__ = attach(__name__)
