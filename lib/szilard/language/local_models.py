"""A causal language model that lies in a folder of the user's, in the format of Hugging Face, wholly offline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from szilard.device import resolve_device
from szilard.language.causal import CausalLM

LONGEST = 2048  # tokens in a row at most, whatever the model could take

__all__ = ["LocalLM", "local_model"]


@dataclass(frozen=True)
class _Rows:
    """What a model of the package transformers finds surprising in rows of tokens."""

    model: Any
    device: str

    def bits(self, ids: np.ndarray, sees: np.ndarray | None = None, before: np.ndarray | None = None) -> np.ndarray:
        """Bits of all tokens of a row, or of several, float64, (…, n); 0 for the first. Every token sees all before."""
        import torch

        if sees is not None or before is not None:
            raise ValueError("sees and before must be None: rows of this model are read from left to right")
        rows = torch.as_tensor(np.atleast_2d(ids), device=self.device)
        with torch.inference_mode():
            logits = self.model(rows).logits[:, :-1].float()
            found = torch.nn.functional.cross_entropy(logits.transpose(1, 2), rows[:, 1:], reduction="none")
        bits = found.double().cpu().numpy() / np.log(2)
        return np.concatenate([np.zeros((len(rows), 1)), bits], axis=1).reshape(np.shape(ids))


@dataclass(frozen=True)
class _Pieces:
    """Its tokenizer, without the tokens that it would put around a text."""

    tokenizer: Any

    def encode(self, text: str) -> list[int]:
        return list(self.tokenizer.encode(text, add_special_tokens=False))


@dataclass(frozen=True, eq=False)
class LocalLM(CausalLM):
    """A network of which nothing is known but that it reads a row from left to right: a row for every sentence."""

    def _after(self, ids: np.ndarray, sentence: np.ndarray, told: np.ndarray, places: np.ndarray) -> np.ndarray:
        found = []
        for k in np.unique(sentence):
            own = ids[sentence == k]
            row = np.concatenate([[self.start], told[places < k], own])
            if len(row) > self.longest:
                raise ValueError(f"a sentence with its context must have at most {self.longest} tokens; got {len(row)}")
            found.append(self.network.bits(row)[len(row) - len(own) :])
        return np.concatenate(found)


def local_model(folder: str | Path, device: str = "auto", start: int | None = None) -> LocalLM:
    """The causal language model in ``folder``, as ``save_pretrained`` of transformers leaves it; nothing is fetched.

    Args:
        folder: ``config.json``, a tokenizer, and weights as ``*.safetensors`` (pickled weights are not read).
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
        start: the token before every text; by default what the tokenizer puts at the beginning, else at the end of one.

    Raises:
        FileNotFoundError: no such folder, or no ``config.json`` in it.
        ValueError: transformers is not installed, the folder holds no causal model or no safetensors, or no token for
            the start of a text is known.
    """
    place = Path(folder)
    if not (place / "config.json").is_file():
        raise FileNotFoundError(f"{place} holds no config.json: give the folder of a model")
    try:
        from transformers import AutoModelForCausalLM, AutoTokenizer
    except ImportError:
        raise ValueError("models in folders need a package: pip install transformers") from None
    try:
        tokenizer = AutoTokenizer.from_pretrained(place, local_files_only=True, trust_remote_code=False)
        model = AutoModelForCausalLM.from_pretrained(
            place, local_files_only=True, trust_remote_code=False, use_safetensors=True
        )
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f"{place} holds no causal language model with safetensors: {error}".splitlines()[0]) from None
    begin = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
    if start is None and begin is None:
        raise ValueError(f"the tokenizer in {place} opens no text: say with which token to start")
    where = str(resolve_device(device))
    most = getattr(model.config, "max_position_embeddings", None) or LONGEST + 1
    network = _Rows(model.eval().to(where), where)
    return LocalLM(network, _Pieces(tokenizer), begin if start is None else start, min(most - 1, LONGEST))
