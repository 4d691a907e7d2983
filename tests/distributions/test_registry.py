"""Every registered law passes the battery."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import szilard
from szilard.distributions import DISTRIBUTIONS, beyond_normal, make
from szilard.testing.distributions import check_distribution


@pytest.mark.parametrize("id", DISTRIBUTIONS)
def test_registered_law_passes_the_battery(id):
    check_distribution(make(id), rng=14)


def test_registry_opens_with_the_benchmark_in_published_order():
    assert list(DISTRIBUTIONS)[:40] == [one.id for one in beyond_normal()]


def test_laws_rebuilt_from_their_id_are_equal():
    assert all(make(id) == make(id) for id in DISTRIBUTIONS)


def test_unknown_ids_are_refused_with_the_closest_match():
    with pytest.raises(ValueError, match="did you mean 'normal-pair-2-nats'"):
        make("normal-pair-2-nat")


def test_importing_the_room_stays_cheap():
    heavy = "{'torch', 'pandas', 'hypothesis', 'numba'}"
    code = f"import sys, szilard.distributions; print(*{heavy} & set(sys.modules))"
    env = os.environ | {"PYTHONPATH": str(Path(szilard.__file__).parents[1])}
    ran = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []
