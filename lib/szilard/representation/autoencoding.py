r"""A variational autoencoder of single views, the rival that keeps what the pixels need: several trained as one fleet.

What is maximised is :math:`\mathbb E\ln q(x|z)-\mathrm{KL}(p(z|x)\Vert N(0,1))` (`kingma2014auto`), with a normal
:math:`q` whose width is that of the views' noise. No second view and no label takes part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from szilard.device import resolve_device, working_precision
from szilard.fleets import BLOCK, Perceptron, Stepper
from szilard.representation.multiview import Multiview
from szilard.representation.views import augmented
from szilard.rng import RNG, spawn, torch_generator

__all__ = ["AutoencoderCodes", "autoencoded"]


class _Autoencoder(nn.Module):
    def __init__(
        self, pixels: int, settings: Multiview, streams: Sequence[torch.Generator], dtype: torch.dtype
    ) -> None:
        super().__init__()
        hidden, width = settings.hidden, settings.width
        self.encoder = Perceptron([pixels, hidden, hidden, 2 * width], streams, dtype, 0.5)
        self.decoder = Perceptron([width, hidden, hidden, pixels], streams, dtype, 0.5)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Means and standard deviations of the codes, both (fleet, n, width)."""
        mean, raw = self.encoder(x).chunk(2, dim=-1)
        return mean, F.softplus(raw) + 1e-3


@dataclass(frozen=True, eq=False)
class AutoencoderCodes:
    """Trained encoders."""

    network: _Autoencoder

    @torch.no_grad()
    def means(self, x: np.ndarray) -> np.ndarray:
        """Means of the codes of images (n, pixels): (fleet, n, width), float64."""
        like = next(self.network.parameters())
        seen = torch.as_tensor(x, dtype=like.dtype, device=like.device).expand(len(like), -1, -1)
        return self.network(seen)[0].double().cpu().numpy()


def autoencoded(settings: Multiview, images: np.ndarray, networks: int, rng: RNG = 0) -> AutoencoderCodes:
    """Train ``networks`` autoencoders on random views of ``images`` (n, height, width); ``settings.partner`` is not
    used. All see the same views."""
    device = resolve_device(settings.device)
    dtype, (data, *seeds) = working_precision(device), spawn(rng, 1 + networks)
    streams = [torch_generator(seed, device) for seed in seeds]
    network = _Autoencoder(images[0].size, settings, streams, dtype).to(device)
    training, fresh, steps = settings.training.completed(128, 3e-3), np.random.default_rng(data), settings.steps
    if not steps:
        return AutoencoderCodes(network.requires_grad_(False))
    stepper = Stepper(network, training.rates(steps), training.decay(steps), partial(_loss, settings.noise**2))
    for start in range(0, steps, BLOCK):
        count, rows = min(BLOCK, steps - start), min(training.rows, len(images))
        chosen = np.stack([fresh.permutation(len(images))[:rows] for _ in range(count)])
        views = augmented(images[chosen.ravel()], settings.noise, settings.shift, fresh).reshape(count, 1, rows, -1)
        parts = views, fresh.standard_normal((count, 1, rows, settings.width))
        block = [torch.as_tensor(part, dtype=dtype, device=device).expand(count, networks, -1, -1) for part in parts]
        stepper.advance((block[0], block[1]), start)
    return AutoencoderCodes(stepper.averaged())


def _loss(variance: float, network: _Autoencoder, x: Tensor, noise: Tensor) -> Tensor:
    mean, deviation = network(x)
    missed = (network.decoder(mean + deviation * noise) - x).square().sum(-1) / (2 * variance)
    rate = 0.5 * (mean.square() + deviation.square() - 1).sum(-1) - deviation.log().sum(-1)
    return (missed + rate).mean(-1).sum()
