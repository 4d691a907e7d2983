"""The reader's own file: columns of a CSV, TSV, Parquet, NPY or NPZ as arrays, or one sentence why not.

Nothing is altered on the way: no scaling, no imputation, no silent dropping of rows.
"""

from szilard.userdata.files import SUFFIXES, read
from szilard.userdata.table import Pair, Table

__all__ = ["SUFFIXES", "Pair", "Table", "read"]
