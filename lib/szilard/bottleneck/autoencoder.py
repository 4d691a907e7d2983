"""Compression by a network that is trained to give back what it was shown, after `butakov2024lossy`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn
from torch.nn import functional as F

from szilard.device import resolve_device, working_precision
from szilard.fleets import BLOCK, Stepper, Training
from szilard.rng import RNG, spawn, torch_generator
from szilard.validation import as_samples, check_choice, check_integer

__all__ = ["ARCHITECTURES", "Autoencoder", "NetworkEncoder"]

TILE = 4096  # samples that are encoded at a time
CODE_NOISE = {"convolutional": 0.02, "linear": 0.01}
SLOPE = {"convolutional": 0.2, "linear": 0.01}  # of the rectifiers below zero

BESIDE = ("features", "shift", "scale", "losses")  # what an encoder holds besides its network

Layers = Callable[..., nn.Module]


@dataclass(frozen=True, eq=False)
class NetworkEncoder:
    """A trained network's codes; made by :class:`Autoencoder`.

    Args:
        name: readable name.
        network: encoder and decoder.
        features: d, columns of the samples.
        shift: taken from all entries before they enter the network.
        scale: what they are divided by then.
        losses: of the training, each the mean over 25 steps.
    """

    name: str
    network: _Network = field(repr=False)
    features: int
    shift: float
    scale: float
    losses: np.ndarray = field(repr=False)

    def transform(self, x: ArrayLike, rng: RNG = 0) -> np.ndarray:
        """Codes (n, latent) of samples ``x`` (n, d), without noise."""
        return self._through(self.network.encoder, x)

    def reconstruct(self, x: ArrayLike) -> np.ndarray:
        """What the decoder makes of the codes of samples ``x`` (n, d), (n, d)."""
        decoded = self._through(lambda scaled: self.network.decoder(self.network.encoder(scaled)), x)
        return self.shift + self.scale * decoded

    def weights(self) -> dict[str, np.ndarray]:
        """All that was learnt, as arrays by name, for :func:`numpy.savez` and :meth:`Autoencoder.restore`."""
        learnt = {name: tensor.cpu().numpy() for name, tensor in self.network.state_dict().items()}
        return learnt | {name: np.asarray(getattr(self, name)) for name in BESIDE}

    def _through(self, function: Callable[[Tensor], Tensor], x: ArrayLike) -> np.ndarray:
        x = as_samples(x)
        if x.shape[1] != self.features:
            raise ValueError(f"x must have the {self.features} columns of the fitted samples; got {x.shape[1]}")
        like = next(self.network.parameters())
        with torch.no_grad():
            scaled = torch.as_tensor((x - self.shift) / self.scale).to(like)
            return torch.cat([function(tile) for tile in scaled.split(TILE)]).double().cpu().numpy()


@dataclass(frozen=True)
class Autoencoder:
    """An encoder and a decoder with ``latent`` numbers between them.

    The ``"convolutional"`` one takes square images, x (n, side²), rows first: blocks of 3 × 3 convolution, batch
    normalisation, rectifier and pooling until one pixel is left, then a tanh; the decoder mirrors it. It minimises the
    absolute error. The ``"linear"`` one takes any vectors: its encoder is linear, its decoder has one hidden layer, and
    it minimises the squared error. Noise on what enters (images only) and on the codes keeps codes from hiding much in
    few digits. Data are first shifted and scaled by two numbers. Where samples are few, images may be moved and zoomed
    at random, as the authors do; where the family can draw as many as are wanted, fresh ones are better.

    Args:
        latent: numbers in a code.
        architecture: ``"convolutional"`` or ``"linear"``.
        channels: of the convolutions; half as many in the outermost. Hidden units of the linear one: 4 times as many.
        steps: of Adam.
        batch: samples per step, at least 4, drawn with replacement.
        lr, schedule: as in :class:`szilard.diffusion.Training`.
        input_noise: standard deviation of the noise on images, in units of that of all their pixels.
        zoom: least and greatest change of the field of view, as a share of the side, drawn for every image shown; the
            authors' are (−0.2, 0) for bells and (−0.2, 0.2) for rectangles.
        shift: most by which an image is moved along either axis, as a share of the side; the authors' is 0.2 for
            rectangles. What comes in from beyond the edge repeats the edge.
    """

    latent: int
    architecture: str = "convolutional"
    channels: int = 8
    steps: int = 2000
    batch: int = 500
    lr: float = 3e-3
    schedule: str = "cosine"
    input_noise: float = 0.1
    zoom: tuple[float, float] = (0.0, 0.0)
    shift: float = 0.0

    def __post_init__(self) -> None:
        for argument, minimum in (("latent", 1), ("channels", 2), ("steps", 1)):
            check_integer(getattr(self, argument), argument, minimum=minimum)
        check_choice(self.architecture, "architecture", ARCHITECTURES)
        self._training  # noqa: B018 — checks batch, lr and schedule
        if not 0 <= self.input_noise < float("inf"):
            raise ValueError(f"input_noise must be a finite number ≥ 0; got {self.input_noise!r}")
        if not -1 < self.zoom[0] <= self.zoom[1] < 1 or not 0 <= self.shift < 1:
            raise ValueError(
                f"zoom must ascend within (−1, 1) and shift lie in [0, 1); got {self.zoom}, {self.shift!r}"
            )
        if self._moving and self.architecture == "linear":
            raise ValueError("zoom and shift are for images: they must be 0 with the linear architecture")

    def fit(self, x: ArrayLike, *, rng: RNG = 0, device: str = "auto") -> NetworkEncoder:
        """The encoder learnt from samples ``x`` (n, d): in double precision on the processor, in single on a card.

        Raises:
            ValueError: not numeric or finite, all entries equal, or, convolutional, not square images.
        """
        x, device = as_samples(x), resolve_device(device)
        if np.ptp(x) == 0:
            raise ValueError("x must vary; got samples that are all the same")
        shift, scale = float(x.mean()), float(x.std())
        first, moving = spawn(rng, 2)
        network = ARCHITECTURES[self.architecture](x.shape[1], self)
        _draw(network, INITIAL[self.architecture], torch_generator(first))
        network.to(device, working_precision(device))
        samples = torch.as_tensor((x - shift) / scale).to(next(network.parameters()))
        network, losses = self._train(network, samples, torch_generator(moving, device))
        return NetworkEncoder(self._name, network.eval(), x.shape[1], shift, scale, losses.cpu().numpy())

    def restore(self, weights: Mapping[str, np.ndarray]) -> NetworkEncoder:
        """The encoder whose :meth:`NetworkEncoder.weights` were stored, on the processor.

        Raises:
            ValueError: weights that are missing or belong to other settings.
        """
        for name in BESIDE:
            if name not in weights:
                raise ValueError(f"weights must hold {', '.join(BESIDE)}; got none of the name {name!r}")
        features, shift, scale, losses = (np.asarray(weights[name]) for name in BESIDE)
        network = ARCHITECTURES[self.architecture](int(features), self).double()
        try:
            network.load_state_dict({key: torch.as_tensor(weights[key]) for key in weights if key not in BESIDE})
        except RuntimeError:
            raise ValueError(f"weights must be those of {self!r}; got others, or not all of them") from None
        return NetworkEncoder(self._name, network.eval(), int(features), float(shift), float(scale), losses)

    @property
    def _name(self) -> str:
        return f"Autoencoder({self.latent})"

    @property
    def _training(self) -> Training:
        return Training(self.batch, self.lr, self.schedule)

    @property
    def _moving(self) -> bool:
        return any(self.zoom) or self.shift > 0

    def _train(self, network: _Network, samples: Tensor, generator: torch.Generator) -> tuple[_Network, Tensor]:
        """The trained network and its mean losses, one for every block of steps."""
        stepper = Stepper(network, self._training.rates(self.steps), 0.0, partial(self._loss, samples))
        losses = []
        for start in range(0, self.steps, BLOCK):
            count = min(BLOCK, self.steps - start)
            losses.append(stepper.advance(self._block(samples, count, generator), start) / count)
        return stepper.averaged(), torch.stack(losses)  # of a weight average that remembers nothing: the last weights

    def _block(self, samples: Tensor, count: int, generator: torch.Generator) -> tuple[Tensor, ...]:
        """For each of ``count`` steps noise of codes and of what enters, rows, and moves, as of a fleet of one."""
        shape, device = (count, 1, self.batch), samples.device
        sizes = (self.latent, 0 if self.architecture == "linear" else samples.shape[1])
        noises = [torch.randn(*shape, size, generator=generator, dtype=samples.dtype, device=device) for size in sizes]
        rows, moves = torch.randint(len(samples), shape, generator=generator, device=device), (*shape, 3 * self._moving)
        return *noises, rows, torch.rand(moves, generator=generator, dtype=samples.dtype, device=device)

    def _loss(
        self, samples: Tensor, network: _Network, at_codes: Tensor, at_x: Tensor, rows: Tensor, moves: Tensor
    ) -> Tensor:
        x, noise = samples[rows[0]], CODE_NOISE[self.architecture] * at_codes[0]
        if self._moving:
            x = _moved(x, moves[0], self.zoom, self.shift)
        if self.architecture == "linear":
            return F.mse_loss(network.decoder(network.encoder(x) * (1 + noise)), x)
        return F.l1_loss(network.decoder(network.encoder(x + self.input_noise * at_x[0]) + noise), x)


def _moved(x: Tensor, moves: Tensor, zoom: tuple[float, float], shift: float) -> Tensor:
    """Square images (n, side²), zoomed and moved by uniform numbers (n, 3); beyond the edge lies the edge."""
    side, none = round(x.shape[1] ** 0.5), torch.zeros_like(moves[:, 0])
    scale = 1 + zoom[0] + (zoom[1] - zoom[0]) * moves[:, 0]
    across, along = (2 * shift * (2 * moves[:, axis] - 1) for axis in (1, 2))  # in half sides
    view = torch.stack([torch.stack([scale, none, across], 1), torch.stack([none, scale, along], 1)], 1)
    grid = F.affine_grid(view, [len(x), 1, side, side], align_corners=False)
    images = x.view(-1, 1, side, side)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False).flatten(1)


class _Network(nn.Module):
    def __init__(self, encoder: nn.Module, decoder: nn.Module) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder, decoder


def _linear(features: int, settings: Autoencoder) -> _Network:
    hidden, latent = 4 * settings.channels, settings.latent
    rectifier = nn.LeakyReLU(SLOPE["linear"])
    decoder = nn.Sequential(_made(nn.Linear, latent, hidden), rectifier, _made(nn.Linear, hidden, features))
    return _Network(_made(nn.Linear, features, latent), decoder)


def _convolutional(features: int, settings: Autoencoder) -> _Network:
    side, latent, wide = round(features**0.5), settings.latent, settings.channels
    if side**2 != features or side < 2:
        raise ValueError(f"x must hold square images (n, side²) with side ≥ 2; got {features} columns")
    halvings = (side - 1).bit_length()
    margin = 2**halvings - side
    widths = [1, wide // 2] + [wide] * (halvings - 1)
    deepest, back = widths[-1], widths[:0:-1]
    encoder = [nn.Unflatten(1, (1, side, side)), nn.ReplicationPad2d((0, margin, 0, margin))]
    for a, b in pairwise(widths):
        encoder += [*_block(a, b), nn.MaxPool2d(2)]
    encoder += [nn.Flatten(), _made(nn.Linear, deepest, latent), nn.Tanh()]
    rectifier = nn.LeakyReLU(SLOPE["convolutional"])
    decoder = [_made(nn.Linear, latent, deepest), nn.BatchNorm1d(deepest), rectifier, nn.Unflatten(1, (deepest, 1, 1))]
    for a, b in pairwise([deepest, *back]):
        decoder += [nn.Upsample(scale_factor=2), *_block(a, b)]
    decoder += [_made(nn.Conv2d, back[-1], 1, 3, padding=1), nn.ZeroPad2d((0, -margin, 0, -margin)), nn.Flatten()]
    return _Network(nn.Sequential(*encoder), nn.Sequential(*decoder))


ARCHITECTURES = {"convolutional": _convolutional, "linear": _linear}
INITIAL = {"convolutional": 0.1, "linear": None}  # standard deviation of the first weights, or 1 / √fan_in


def _block(fan_in: int, fan_out: int) -> list[nn.Module]:
    convolution = _made(nn.Conv2d, fan_in, fan_out, 3, padding=1)
    return [convolution, nn.BatchNorm2d(fan_out), nn.LeakyReLU(SLOPE["convolutional"])]


def _made(kind: Layers, *sizes: int, **settings: int) -> nn.Module:
    """A layer whose weights are not drawn yet, so that no global random state is read."""
    return nn.utils.skip_init(kind, *sizes, **settings)


def _draw(network: nn.Module, deviation: float | None, generator: torch.Generator) -> None:
    """Draw the first weights, normal of this standard deviation, or else 1 / √fan_in; biases are zero."""
    for layer in network.modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            nn.init.normal_(layer.weight, 0.0, deviation or layer.weight[0].numel() ** -0.5, generator=generator)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
