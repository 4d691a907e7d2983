"""The registry: every id leads to a class of that name, lazily; what is unknown is named."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import szilard.estimators as room
from szilard.estimators import ESTIMATORS, Estimator, make, measure
from szilard.testing.estimators import gaussian_pair


@pytest.mark.parametrize("name", ESTIMATORS)
def test_ids_and_classes_agree(name):
    estimator = make(name)
    assert isinstance(estimator, ESTIMATORS[name])
    assert isinstance(estimator, Estimator)
    assert estimator.name == name
    assert type(estimator).__name__ in room.__all__


def test_every_public_name_exists():
    assert all(hasattr(room, name) for name in room.__all__)
    assert set(room.__all__) == set(dir(room))


def test_importing_the_room_imports_nothing_heavy():
    code = (
        "import sys, szilard.estimators as room; list(room.ESTIMATORS); 'minde' in room.ESTIMATORS\n"
        "assert not {'torch', 'numba', 'scipy', 'pandas'} & set(sys.modules)"
    )
    library = str(Path(room.__file__).parents[2])
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": library})


def test_unknown_ids_and_settings_are_named():
    with pytest.raises(ValueError, match="estimator must be one of .*; got 'kgs'; did you mean 'ksg'"):
        make("kgs")
    with pytest.raises(ValueError, match="settings of ksg must be among k, variant.*; got 'kk'; did you mean 'k'"):
        make("ksg", kk=3)
    with pytest.raises(AttributeError, match="KSQ"):
        _ = room.KSQ


class Noisy:
    name, stochastic = "noisy", True

    def mutual_information(self, x, y, *, rng):
        return np.random.default_rng(rng).normal()


def test_measure_passes_rng_to_stochastic_estimators_only():
    x, y = gaussian_pair(50, 0.5)
    assert measure(make("gaussian"), x, y, rng=1) == measure(make("gaussian"), x, y, rng=2)
    assert measure(Noisy(), x, y, rng=1) == Noisy().mutual_information(x, y, rng=1)
    assert measure(Noisy(), x, y, rng=1) != measure(Noisy(), x, y, rng=2)
