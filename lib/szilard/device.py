"""Where arrays live while a computation runs. Results always come back to the host."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

from szilard.threads import interruptible

if TYPE_CHECKING:
    import torch

_DEVICE = re.compile("auto|cpu|cuda(:[0-9]+)?")

__all__ = ["check_device", "is_cuda", "resolve_device", "working_precision"]


def check_device(device: str) -> str:
    """``device`` if it is ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"cuda:N"``, whether or not it is there.

    Raises:
        ValueError: anything else.

    >>> check_device("cpu:1")
    Traceback (most recent call last):
    ...
    ValueError: device must be one of auto, cpu, cuda, cuda:N; got 'cpu:1'
    """
    if not isinstance(device, str) or not _DEVICE.fullmatch(device):
        raise ValueError(f"device must be one of auto, cpu, cuda, cuda:N; got {device!r}")
    return device


def is_cuda(device: str) -> bool:
    """Whether ``device``, as :func:`resolve_device` returns it, is a CUDA card."""
    return device.split(":")[0] == "cuda"


def resolve_device(device: str = "auto") -> str:
    """``"cpu"``, ``"cuda"`` or ``"cuda:N"``, the card with number N from 0; ``"auto"`` picks CUDA where it is present.

    Raises:
        ValueError: an unknown name, or a card that is not there.
    """
    if check_device(device) == "cpu":
        return device  # asking about cards takes seconds
    # Beside the main thread: an interruption that cut its loading short would break torch, and with it Python's end.
    torch = interruptible(lambda: import_module("torch"))
    cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if device == "auto":
        return "cuda" if cards else "cpu"
    if not cards:
        raise ValueError(f"device {device!r} was asked for and no CUDA card is present: use 'cpu' or 'auto'")
    if int(device.removeprefix("cuda").removeprefix(":") or 0) >= cards:
        raise ValueError(f"device {device!r} was asked for and the last CUDA card is 'cuda:{cards - 1}'")
    return device


def working_precision(device: str) -> torch.dtype:
    """Precision in which networks train: float64 on the CPU (reproducible), float32 on the GPU."""
    import torch

    return torch.float32 if is_cuda(device) else torch.float64
