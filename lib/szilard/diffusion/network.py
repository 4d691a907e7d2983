"""Score networks: small residual perceptrons that predict noise, stacked so that many train as one.

Every parameter carries a leading axis of length ``fleet``: a single network is a fleet of one, and members never mix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from szilard.diffusion.masks import ABSENT, DIFFUSED, Mask
from szilard.diffusion.process import VPDiffusion
from szilard.fleets import Linear
from szilard.validation import check_choice, check_integer

KINDS = ("residual", "modulated", "published")
GROUPS = 8
EARLIEST = 1e-9  # a uniform number may be exactly 0, where the log signal-to-noise ratio is infinite
LOG_SNR_SCALE = 10.0  # the diffusion spans about ±10 in log signal-to-noise ratio

__all__ = ["Architecture", "ScoreNetwork", "time_features"]


@dataclass(frozen=True)
class Architecture:
    """Shape of a score network.

    Args:
        kind: ``"residual"`` adds SiLU layers, each told the time, to a linear path, without normalisation;
            ``"published"`` is the group-normalised network of `franzese2024minde`'s code, see
            :class:`ScoreNetwork`. The first learns several times faster where variables are few: normalising
            groups of linear features hides how large they are. ``"modulated"`` is the residual one for dependence that
            turns on how long a vector of many coordinates is, see :class:`ScoreNetwork`.
        hidden: width; ``None`` takes 64, 128 or 256 for up to 10, up to 50 or more coordinates, as the authors' code
            does. A multiple of 8.
        blocks: residual layers; ``None`` takes three, or the authors' single block of two.
        time: what the network is told of time: ``"log-snr"`` (log signal-to-noise ratio and role of each variable)
            or ``"raw"`` (as published: t if diffused, 0 if conditioning, 1 if absent).
    """

    kind: str = "residual"
    hidden: int | None = None
    blocks: int | None = None
    time: str = "log-snr"

    def __post_init__(self) -> None:
        check_choice(self.kind, "kind", KINDS)
        check_choice(self.time, "time", ("log-snr", "raw"))
        if self.blocks is not None:
            check_integer(self.blocks, "blocks", minimum=1)
        if self.hidden is not None:
            check_integer(self.hidden, "hidden", minimum=GROUPS)
            if self.hidden % GROUPS:
                raise ValueError(f"hidden must be a multiple of {GROUPS}; got {self.hidden}")

    @property
    def depth(self) -> int:
        """Number of blocks."""
        return self.blocks or (1 if self.kind == "published" else 3)

    def width(self, coordinates: int) -> int:
        """The hidden width used for samples of this many coordinates."""
        if self.hidden is not None:
            return self.hidden
        return 64 if coordinates <= 10 else 128 if coordinates <= 50 else 256

    def features(self, variables: int) -> int:
        """Length of the vector that tells the network time and roles."""
        return variables if self.time == "raw" else 2 * variables


def time_features(t: Tensor, masks: Sequence[Mask] | Tensor, time: str, process: VPDiffusion) -> Tensor:
    """What the network is told of time and roles: (…, n, features) for times (…, n) and one mask per row."""
    roles = torch.as_tensor(masks, dtype=t.dtype, device=t.device)  # a tensor there already is taken as it is
    diffused = roles == DIFFUSED
    if time == "raw":
        absent = (roles == ABSENT).to(t.dtype)
        return torch.where(diffused, t[..., None], absent)
    level = process.log_snr(t.clip(EARLIEST))[..., None] / LOG_SNR_SCALE
    scaled = torch.where(diffused, level, torch.zeros_like(level))
    return torch.cat([scaled, roles.expand(scaled.shape)], dim=-1)


class ScoreNetwork(nn.Module):
    """A fleet of noise predictors: (fleet, n, D) samples and (fleet, n, features) times → (fleet, n, D) noise.

    A linear layer in, residual blocks that are told the time, and a linear layer out that starts at zero. In the
    residual kind the times also enter beside the samples, and one linear layer embeds them. The modulated kind
    multiplies what enters the blocks by one plus learnt functions of the times and of every variable's squared length,
    and its layer out reads linear features: it finds products of a coordinate and a length, of third degree among many
    coordinates, that the residual kind does not. In the published kind the times enter through the embedding alone,
    linear, GELU, linear; each block is (group norm, SiLU, linear, plus the embedding after SiLU and a linear layer)
    twice with a linear skip, and a group norm precedes the layer out. Different from the authors' code: the block sees
    its input once, not concatenated with itself, so that its first norm has 8 groups of h/8 features where theirs has
    4 of h/4, each twice; and weights start as in the residual kind, normal with variance 2.25 / fan-in and not
    uniform. With ``time="raw"`` the times are theirs too.
    """

    def __init__(
        self,
        dims: Sequence[int],
        architecture: Architecture,
        generators: Sequence[torch.Generator],
        dtype: torch.dtype = torch.float64,
    ) -> None:
        super().__init__()
        self.dims, self.architecture = tuple(dims), architecture
        D, h, features = sum(dims), architecture.width(sum(dims)), architecture.features(len(dims))

        def linear(fan_in: int, fan_out: int, gain: float = 1.5) -> Linear:
            return Linear(fan_in, fan_out, generators, dtype, gain)

        published = architecture.kind == "published"
        self.time: nn.Module
        self.last: nn.Module = nn.SiLU()
        self.modulation: nn.Module | None = None
        if published:
            self.time = nn.Sequential(linear(features, h), nn.GELU(), linear(h, h))
            self.enter, self.last = linear(D, h), nn.Sequential(_GroupNorm(h, len(generators), dtype), nn.SiLU())
        else:
            self.time, self.enter = linear(features, h // 4), linear(D + features, h)
        if architecture.kind == "modulated":
            self.modulation, self.last = _Modulation(self.dims, features, h, linear), nn.Identity()
        block = _GroupNormed if published else _Residual
        self.blocks = nn.ModuleList(block(h, linear) for _ in range(architecture.depth))
        self.leave = linear(h, D, 0.0)

    def forward(self, x: Tensor, features: Tensor) -> Tensor:
        """Predicted noise for already masked input."""
        embedding = F.silu(self.time(features))
        beside = self.architecture.kind != "published"  # times enter beside the samples too
        hidden = self.enter(torch.cat([x, features], dim=-1) if beside else x)
        if self.modulation is not None:
            hidden = hidden * self.modulation(x, features)
        for block in self.blocks:
            hidden = block(hidden, embedding)
        return self.leave(self.last(hidden))


class _Modulation(nn.Module):
    """Gains of hidden features: one plus a function of the times and of every variable's squared length."""

    def __init__(self, dims: Sequence[int], features: int, width: int, linear: Callable[..., Linear]) -> None:
        super().__init__()
        self.dims = tuple(dims)
        self.told, self.out = linear(features + len(dims), width // 4), linear(width // 4, width, 1.0)

    def forward(self, x: Tensor, features: Tensor) -> Tensor:
        squares = [part.square().sum(-1) for part in x.split(self.dims, dim=-1)]
        lengths = [(s / d - 1) * (d / 2) ** 0.5 for s, d in zip(squares, self.dims, strict=True)]  # 0 ± 1 if normal
        told = torch.cat([features, torch.stack(lengths, dim=-1)], dim=-1)
        return 1 + self.out(F.silu(self.told(told)))


class _Residual(nn.Module):
    """A layer that adds a function of the hidden state and the time to the hidden state."""

    def __init__(self, width: int, linear: Callable[..., Linear]) -> None:
        super().__init__()
        self.time, self.inner = linear(width // 4, width, 0.7), linear(width, width)

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        return x + 0.7 * self.inner(F.silu(x + self.time(embedding)))


class _GroupNorm(nn.Module):
    """Group normalisation of the hidden axis, with a scale and a shift per member."""

    def __init__(self, width: int, fleet: int, dtype: torch.dtype) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(fleet, 1, width, dtype=dtype))
        self.shift = nn.Parameter(torch.zeros(fleet, 1, width, dtype=dtype))

    def forward(self, x: Tensor) -> Tensor:
        grouped = x.unflatten(-1, (GROUPS, -1))
        normal = F.layer_norm(grouped, grouped.shape[-1:]).flatten(-2)
        return torch.addcmul(self.shift, normal, self.scale)


class _GroupNormed(nn.Module):
    """The published block."""

    def __init__(self, width: int, linear: Callable[..., Linear]) -> None:
        super().__init__()
        self.inner = nn.ModuleList(linear(width, width) for _ in range(2))
        self.time = nn.ModuleList(linear(width, width) for _ in range(2))
        self.skip = linear(width, width)
        weight = self.skip.weight
        self.norms = nn.ModuleList(_GroupNorm(width, len(weight), weight.dtype) for _ in range(2))

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        hidden = x
        for norm, inner, time in zip(self.norms, self.inner, self.time, strict=True):
            hidden = inner(F.silu(norm(hidden))) + time(embedding)
        return self.skip(x) + hidden
