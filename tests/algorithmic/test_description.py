"""Compressors: round trip, structure is found, coin flips are not compressed, missing packages are named."""

import numpy as np
import pytest

from szilard.algorithmic import COMPRESSORS, compressed_bits, description


@pytest.mark.parametrize("method", COMPRESSORS)
def test_structure_is_found_and_coin_flips_are_not_compressed(method):
    coins = np.random.default_rng(0).integers(0, 2, 80_000)
    assert compressed_bits("01101001" * 10_000, method) < 4000
    assert 80_000 <= compressed_bits(coins, method) < 1.05 * 80_000  # bzip2 adds most, 4.9 %


@pytest.mark.parametrize("method", COMPRESSORS)
@pytest.mark.parametrize("length", [1, 7, 8, 9])
def test_short_sequences_pass(method, length):
    assert compressed_bits([1] * length, method) % 8 == 0


def test_a_compressor_that_loses_data_is_caught(monkeypatch):
    monkeypatch.setitem(COMPRESSORS, "zlib", lambda: (lambda data: data[:-1], lambda data: data))
    with pytest.raises(RuntimeError, match="zlib did not give the data back"):
        compressed_bits("01" * 100, "zlib")


def test_missing_packages_and_unknown_methods_are_named(monkeypatch):
    def absent(name):
        raise ImportError(name)

    monkeypatch.setattr(description, "import_module", absent)
    with pytest.raises(ValueError, match=r"'brotli' needs its package: pip install 'szilard\[algorithmic\]'"):
        compressed_bits("01", "brotli")
    with pytest.raises(ValueError, match="did you mean 'lzma'"):
        compressed_bits("01", "lzam")
