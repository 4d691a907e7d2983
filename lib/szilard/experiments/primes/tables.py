"""Tables of the chapter on primes as readers see them, made from what the experiments return."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

__all__ = ["SHOWN", "power", "ranks"]

SHOWN = {
    "decimal": "digits as one float, as published",
    "n": "n as one float",
    "bits": "one column per digit",
    "residues": "n mod 2, 3, 5",
    "bits and residues": "digits and n mod 3, 5, 7, 11, 13",
}


def power(n: int) -> str:
    """A power of ten or two as readers write it."""
    for base in (10, 2):
        exponent = round(math.log(n, base))
        if base**exponent == n:
            return f"{base}{str(exponent).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
    return f"{n:,}"


def ranks(table: pd.DataFrame, length: int) -> float:
    """Spearman correlation of complexity with the published one among the strings of one length; 0 of a constant."""
    part = table[(table.output.str.len() == length) & table.published.notna()]
    pair = part[["bits", "published"]].round(9)  # a last bit would decide about ties of complements and mirror images
    return float(np.nan_to_num(pair.corr("spearman").iloc[0, 1]))
