"""Data sets inside packages: content, provenance, and one-line errors when they are missing or altered."""

import dataclasses
import hashlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits  # here, since its first import changes the environment

import szilard
from szilard.datasets import CTM_D5, DIGITS, FMRI, TR_SECONDS, digit_halves, digits, files, fmri


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """No package, an empty cache, and a user folder."""
    monkeypatch.setattr(files, "find_spec", lambda package: None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("SZILARD_DATA", str(tmp_path / "mine"))
    (tmp_path / "cache" / "szilard").mkdir(parents=True)
    (tmp_path / "mine").mkdir()
    return tmp_path


def test_fmri_is_250_scans_of_28_named_regions():
    frame = fmri()
    assert frame.shape == (250, 28)
    assert list(frame.columns[:3]) == ["LCau", "LPut", "LThal"]
    assert frame.index.name == "seconds"
    assert frame.index[1] == TR_SECONDS == 1.89
    assert frame["LCau"].iloc[0] == -7.39443  # first entry of the file
    assert np.isfinite(frame.to_numpy()).all()


def test_fmri_facts_told_in_its_documentation_hold():
    frame = fmri()
    assert np.mean([frame[name].autocorr(1) for name in frame]) == pytest.approx(0.68, abs=0.005)
    size = frame.abs().mean(axis=1)
    assert 3.5 < size.iloc[0] / size.iloc[1:].mean() < 4.5


def test_fmri_keeps_nuisance_signals_on_request_and_carries_its_provenance():
    frame = fmri(nuisance=True)
    assert list(frame.columns[:3]) == ["WM", "Vent", "Brain"]
    assert frame.shape == (250, 31)
    for kept in (frame, fmri()):
        assert kept.attrs["sha256"] == FMRI.sha256
        assert "Mormino" in kept.attrs["source"]
        assert "BSD" in kept.attrs["licence"]


def test_digits_are_those_of_scikit_learn():
    ours, theirs = digits(), load_digits()
    np.testing.assert_array_equal(ours.images, theirs.images)
    np.testing.assert_array_equal(ours.labels, theirs.target)


def test_halves_hold_every_pixel_that_varies():
    left, right = digit_halves()
    assert (left.shape, right.shape) == ((1797, 30), (1797, 31))
    images = digits().images
    # the pixels left out are blank in every image, so no ink is lost
    assert (left.sum(), right.sum()) == (images[:, :, :4].sum(), images[:, :, 4:].sum())
    assert np.ptp(left, axis=0).min() > 0
    assert np.ptp(right, axis=0).min() > 0


@pytest.mark.parametrize("file", [FMRI, DIGITS, CTM_D5], ids=lambda file: file.name)
def test_missing_data_names_the_install_command(elsewhere, file):
    with pytest.raises(FileNotFoundError, match=rf"^{file.name} was not found: run `{file.install}`[^\n]*$"):
        file.read()


@pytest.mark.parametrize("file", [FMRI, DIGITS, CTM_D5], ids=lambda file: file.name)
def test_altered_data_are_refused_with_both_hashes(elsewhere, file):
    (elsewhere / "mine" / file.name).write_bytes(b"something else")
    with pytest.raises(ValueError, match=rf"{file.sha256[:12]}… is needed[^\n]*{file.install}[^\n]*$"):
        file.read()


@pytest.mark.parametrize("folder", ["cache/szilard", "mine"])
def test_copies_outside_the_package_are_found(folder, request):
    content = FMRI.read()
    place = request.getfixturevalue("elsewhere") / folder / FMRI.name
    place.write_bytes(content)
    assert FMRI.read() == content


def test_a_good_copy_is_used_although_another_is_altered(elsewhere):
    content = b"tiny"
    good = dataclasses.replace(FMRI, sha256=hashlib.sha256(content).hexdigest())
    (elsewhere / "cache" / "szilard" / FMRI.name).write_bytes(b"altered")
    (elsewhere / "mine" / FMRI.name).write_bytes(content)
    assert good.read() == content


def test_loading_opens_no_connection(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a data set tried to use the network")

    monkeypatch.setattr(socket, "socket", refuse)
    assert len(fmri()) == 250
    assert len(digits().labels) == 1797


def test_the_package_is_located_without_importing_it():
    code = (
        "import sys; from szilard.datasets import fmri, digits; fmri(); digits();"
        "print('nitime' in sys.modules, 'sklearn' in sys.modules)"
    )
    env = os.environ | {"PYTHONPATH": str(Path(szilard.__file__).parents[1])}
    ran = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "False"]
