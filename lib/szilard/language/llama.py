"""A causal language model of the Llama kind: the block in full, and its weights from a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from szilard.language.gguf import ModelFile

if TYPE_CHECKING:
    import torch

PIECE = 512  # tokens whose logits are made together

__all__ = ["Llama", "LlamaShape"]


@dataclass(frozen=True)
class LlamaShape:
    """Sizes of a model.

    Args:
        layers: blocks.
        heads, shared: heads of queries, and of keys and values, each of which serves several of queries.
        epsilon: under the root of the norm.
        theta: base of the rotary frequencies.
        longest: tokens of the longest context that it was trained on.
    """

    layers: int
    heads: int
    shared: int
    epsilon: float
    theta: float
    longest: int


@dataclass(frozen=True, eq=False)
class Llama:
    """Weights by their names in the file, on one device, and the function that they make.

    Args:
        shape: sizes.
        weights: tensors of one floating-point type.
    """

    shape: LlamaShape
    weights: dict[str, torch.Tensor]

    @classmethod
    def of(cls, file: ModelFile, device: str = "cpu", dtype: torch.dtype | None = None) -> Llama:
        """The model in a GGUF file of the architecture ``llama``; float32 unless ``dtype`` says otherwise.

        Raises:
            ValueError: another architecture.
        """
        import torch

        settings = file.settings
        if settings.get("general.architecture") != "llama":
            raise ValueError(f"the model must be of the kind llama; got {settings.get('general.architecture')!r}")
        shape = LlamaShape(
            settings["llama.block_count"],
            settings["llama.attention.head_count"],
            settings["llama.attention.head_count_kv"],
            settings["llama.attention.layer_norm_rms_epsilon"],
            settings.get("llama.rope.freq_base", 10_000.0),
            settings["llama.context_length"],
        )
        weights = {
            name: torch.as_tensor(np.ascontiguousarray(file.tensor(name))).to(device, dtype or torch.float32)
            for name in file.tensors
        }
        return cls(shape, weights)

    @property
    def device(self) -> torch.device:
        """Where its weights are."""
        return self.weights["token_embd.weight"].device

    def bits(self, ids: np.ndarray, sees: np.ndarray | None = None, before: np.ndarray | None = None) -> np.ndarray:
        """Surprisal in bits of all tokens of a row, or of several, float64, (…, n); 0 for the first.

        Args:
            ids: tokens, (n,) or (rows, n).
            sees: for a single row, which tokens each one sees, (n, n), itself included; by default itself and all
                before it. Its place, for the rotation of keys and queries, is how many it sees besides itself.
            before: the token after which each one is predicted, (n,); by default the one before it.
        """
        import torch

        rows = np.atleast_2d(ids)
        at = np.arange(rows.shape[1]) - 1 if before is None else before
        with torch.inference_mode():
            hidden = self._hidden(torch.as_tensor(rows, device=self.device), sees)[:, at[1:]]
            wanted = torch.as_tensor(rows[:, 1:], device=self.device).reshape(-1)
            pieces = zip(hidden.reshape(len(wanted), -1).split(PIECE), wanted.split(PIECE), strict=True)
            loss = torch.nn.functional.cross_entropy
            found = torch.cat([loss(self.logits(part), target, reduction="none") for part, target in pieces])
        bits = found.double().cpu().numpy().reshape(len(rows), -1) / np.log(2)
        return np.concatenate([np.zeros((len(rows), 1)), bits], axis=1).reshape(np.shape(ids))

    def logits(self, hidden: torch.Tensor) -> torch.Tensor:
        """Logits of the next token in float32, (…, tokens)."""
        last = self.weights.get("output.weight", self.weights["token_embd.weight"])
        return (hidden @ last.T).float()

    def _hidden(self, ids: torch.Tensor, sees: np.ndarray | None) -> torch.Tensor:
        """Outputs of the last block, normalised, (rows, n, width)."""
        import torch

        n = ids.shape[1]
        places = np.arange(n) if sees is None else sees.sum(axis=1) - 1
        mask = None if sees is None else torch.as_tensor(sees, device=self.device)
        turn = self._turns(torch.as_tensor(places, device=self.device))
        x = self.weights["token_embd.weight"][ids]
        for layer in range(self.shape.layers):
            x = x + self._attention(layer, self._norm(x, f"blk.{layer}.attn_norm"), turn, mask)
            x = x + self._gated(layer, self._norm(x, f"blk.{layer}.ffn_norm"))
        return self._norm(x, "output_norm")

    def _norm(self, x: torch.Tensor, name: str) -> torch.Tensor:
        wide = x.float()
        scaled = wide * (wide.square().mean(-1, keepdim=True) + self.shape.epsilon).rsqrt()
        return scaled.to(x.dtype) * self.weights[f"{name}.weight"]

    def _turns(self, places: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Cosines and sines by place (n,) and pair of coordinates, (n, half a head)."""
        import torch

        half = self.weights["blk.0.attn_q.weight"].shape[0] // self.shape.heads // 2
        speed = self.shape.theta ** -(torch.arange(half, device=self.device, dtype=torch.float64) / half)
        angle = places.double()[:, None] * speed
        dtype = self.weights["token_embd.weight"].dtype
        return angle.cos().to(dtype), angle.sin().to(dtype)

    def _attention(
        self, layer: int, x: torch.Tensor, turn: tuple[torch.Tensor, torch.Tensor], mask: torch.Tensor | None
    ) -> torch.Tensor:
        import torch

        batch, n, _ = x.shape
        q, k, v = (
            (x @ self.weights[f"blk.{layer}.attn_{name}.weight"].T).view(batch, n, heads, -1).transpose(1, 2)
            for name, heads in (("q", self.shape.heads), ("k", self.shape.shared), ("v", self.shape.shared))
        )
        q, k = _turned(q, *turn), _turned(k, *turn)
        each = self.shape.heads // self.shape.shared
        k, v = k.repeat_interleave(each, dim=1), v.repeat_interleave(each, dim=1)
        seen = torch.nn.functional.scaled_dot_product_attention(q, k, v, mask, is_causal=mask is None)
        return seen.transpose(1, 2).reshape(batch, n, -1) @ self.weights[f"blk.{layer}.attn_output.weight"].T

    def _gated(self, layer: int, x: torch.Tensor) -> torch.Tensor:
        import torch

        gate, up, down = (self.weights[f"blk.{layer}.ffn_{name}.weight"] for name in ("gate", "up", "down"))
        return (torch.nn.functional.silu(x @ gate.T) * (x @ up.T)) @ down.T


def _turned(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """Each pair of neighbouring coordinates turned by the angle of its place: GGUF keeps the halves of a pair
    together."""
    import torch

    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], dim=-1).flatten(-2)
