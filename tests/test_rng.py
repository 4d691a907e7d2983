"""Random sources: what is accepted, that streams are independent, and that nothing global is touched."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from szilard.rng import generator, spawn, torch_generator


def test_integers_and_seed_sequences_seed_alike():
    values = [generator(source).random() for source in (7, np.int64(7), np.random.SeedSequence(7))]
    assert len(set(values)) == 1 and values[0] == np.random.default_rng(7).random()


def test_a_generator_is_returned_as_it_is():
    source = np.random.default_rng(0)
    assert generator(source) is source


OTHER_SOURCES = [-1, 1.0, "1", None, True, [1], np.random.RandomState(0)]  # noqa: NPY002


@pytest.mark.parametrize("rng", OTHER_SOURCES, ids=lambda rng: type(rng).__name__)
def test_other_sources_are_refused(rng):
    with pytest.raises(ValueError, match="rng must be an integer ≥ 0, a SeedSequence or a numpy Generator; got"):
        generator(rng)


def test_streams_are_those_of_spawning():
    ours = [stream.random() for stream in spawn(5, 3)]
    theirs = [np.random.default_rng(child).random() for child in np.random.SeedSequence(5).spawn(3)]
    assert ours == theirs and len(set(ours)) == 3


def test_streams_of_neighbouring_seeds_differ():
    values = [stream.random() for seed in range(20) for stream in spawn(seed, 20)]
    assert len(set(values)) == 400


def test_a_generator_spawns_new_streams_each_time():
    source = np.random.default_rng(5)
    first, second = spawn(source, 2), spawn(source, 2)
    assert len({stream.random() for stream in first + second}) == 4


def test_spawning_draws_nothing_from_the_parent():
    source = np.random.default_rng(5)
    spawn(source, 3)
    assert source.random() == np.random.default_rng(5).random()


def test_torch_streams_follow_the_seed():
    first, again, other = (torch.rand(3, generator=torch_generator(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again) and not torch.equal(first, other)
    assert torch_generator(1).device.type == "cpu"
