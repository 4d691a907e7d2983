"""Autoencoders: they learn, keep what principal components miss, repeat to the bit, and say what does not fit."""

import numpy as np
import pytest
import torch

from szilard.bottleneck import PCA, Autoencoder, Encoder, compressed_information
from szilard.bottleneck.autoencoder import _moved
from szilard.distributions import anti_pca, gaussian_images
from szilard.estimators import KSG

BELLS = gaussian_images(3.0, width=8)
SMALL = Autoencoder(2, channels=4, steps=30, batch=32)


@pytest.fixture(scope="module")
def bells():
    return BELLS.sample(600, 1)[0]


def test_a_short_training_lowers_the_loss_and_the_error(bells):
    encoder = Autoencoder(2, steps=125, batch=64, lr=1e-2).fit(bells, device="cpu")
    assert encoder.losses[-1] < 0.6 * encoder.losses[0] and len(encoder.losses) == 5
    fresh = BELLS.sample(300, 2)[0]
    assert ((fresh - encoder.reconstruct(fresh)) ** 2).mean() < 0.5 * fresh.var()
    codes = encoder.transform(fresh)
    assert codes.shape == (300, 2) and np.abs(codes).max() < 1 and isinstance(encoder, Encoder)


def test_a_linear_encoder_keeps_more_of_a_hidden_signal_than_principal_components():
    samples = anti_pca(3.0).sample(2000, 1)[0]
    trained = Autoencoder(2, "linear", steps=8000, batch=64, lr=1e-2).fit(samples, device="cpu")
    x, y = anti_pca(3.0).sample(2000, 2)
    lost, missed = (((x - one.reconstruct(x)) ** 2).mean() for one in (trained, PCA(2).fit(samples)))
    assert lost < 0.2 * missed
    seen, unseen = (
        compressed_information(x, y, KSG(k=5), one, one, baseline=None).nats for one in (trained, PCA(2).fit(samples))
    )
    assert unseen < 0.25 and seen > unseen + 0.1  # far from 3: the codes' curved shape hides the rest from neighbours


def test_trainings_repeat_to_the_bit(bells):
    one, again, other = (SMALL.fit(bells, rng=rng, device="cpu") for rng in (1, 1, 2))
    np.testing.assert_array_equal(one.transform(bells), again.transform(bells))
    assert not np.array_equal(one.transform(bells), other.transform(bells))


def test_images_of_any_side_go_through():
    encoder = Autoencoder(3, channels=4, steps=2, batch=8).fit(np.random.default_rng(0).random((20, 49)), device="cpu")
    assert encoder.reconstruct(np.ones((2, 49))).shape == (2, 49)


@pytest.mark.parametrize("settings", [SMALL, Autoencoder(2, "linear", steps=3)], ids=lambda one: one.architecture)
def test_weights_can_be_stored_and_restored(bells, tmp_path, settings):
    encoder = settings.fit(bells, device="cpu")
    np.savez(tmp_path / "weights.npz", **encoder.weights())
    with np.load(tmp_path / "weights.npz", allow_pickle=False) as stored:
        restored = settings.restore(stored)
    np.testing.assert_array_equal(restored.transform(bells), encoder.transform(bells))
    assert restored.name == encoder.name
    with pytest.raises(ValueError, match="weights must be those of"):
        Autoencoder(3, settings.architecture, channels=4).restore(encoder.weights())
    with pytest.raises(ValueError, match="got none of the name 'shift'"):
        settings.restore({"features": np.asarray(64)})


def test_bad_input_is_named(bells):
    with pytest.raises(ValueError, match="x must hold square images .* got 10 columns"):
        SMALL.fit(bells[:, :10], device="cpu")
    with pytest.raises(ValueError, match="x must vary; got samples that are all the same"):
        SMALL.fit(np.ones((5, 64)), device="cpu")
    with pytest.raises(ValueError, match="x must have the 64 columns of the fitted samples; got 10"):
        SMALL.fit(bells, device="cpu").transform(bells[:, :10])
    for settings, message in (
        ({"latent": 0}, "latent must be an integer ≥ 1; got 0"),
        ({"architecture": "deep"}, "architecture must be one of convolutional, linear; got 'deep'"),
        ({"lr": 0.0}, "lr must be a finite number > 0"),
        ({"input_noise": -1.0}, "input_noise must be a finite number ≥ 0; got -1.0"),
    ):
        with pytest.raises(ValueError, match=message):
            Autoencoder(**{"latent": 2, **settings})


def test_images_are_zoomed_and_moved_by_what_is_drawn():
    image = torch.arange(16.0, dtype=torch.float64).view(1, 16)
    still, centre = torch.tensor([[0.0, 0.5, 0.5]], dtype=torch.float64), (0.0, 0.0)
    torch.testing.assert_close(_moved(image, still, centre, 0.5), image)
    across = torch.tensor([[0.0, 0.75, 0.5]], dtype=torch.float64)  # half of a half side: one of four pixels
    moved = _moved(image, across, centre, 0.5).view(4, 4)
    torch.testing.assert_close(moved, image.view(4, 4)[:, [1, 2, 3, 3]])
    nearer = _moved(image, still, (-0.5, 0.0), 0.0).view(4, 4)
    assert 0 < nearer.min() < nearer.max() < 15 and nearer.mean() == pytest.approx(7.5)


def test_a_training_on_moved_images_is_another_one(bells):
    moved = Autoencoder(2, channels=4, steps=30, batch=32, zoom=(-0.2, 0.0), shift=0.1).fit(bells, rng=1, device="cpu")
    assert not np.array_equal(moved.transform(bells), SMALL.fit(bells, rng=1, device="cpu").transform(bells))


@pytest.mark.parametrize("moves", [{"zoom": (0.2, -0.2)}, {"zoom": (-1.0, 0.0)}, {"shift": 1.0}, {"shift": -0.1}])
def test_moves_out_of_range_are_named(moves):
    with pytest.raises(ValueError, match="zoom must ascend"):
        Autoencoder(2, **moves)
    with pytest.raises(ValueError, match="are for images"):
        Autoencoder(2, "linear", shift=0.1)
