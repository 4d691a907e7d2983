"""Where arrays live while a computation runs. Results always come back to the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from szilard.validation import check_choice

if TYPE_CHECKING:
    import torch

__all__ = ["resolve_device", "working_precision"]


def resolve_device(device: str = "auto") -> str:
    """``"cuda"`` or ``"cpu"``; ``"auto"`` picks CUDA when a card is present.

    Raises:
        ValueError: an unknown name, or ``"cuda"`` where there is no card.
    """
    import torch

    check_choice(device, "device", ("auto", "cpu", "cuda"))
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda" and not torch.cuda.is_available():
        raise ValueError("device 'cuda' was asked for and no CUDA card is present: use 'cpu' or 'auto'")
    return device


def working_precision(device: str) -> torch.dtype:
    """Precision in which networks train: float64 on the CPU (reproducible), float32 on the GPU."""
    import torch

    return torch.float32 if device == "cuda" else torch.float64
