"""What the chapter on attention measures on a card: time, bytes by the profiler's counters, ceilings, and energy."""

from __future__ import annotations

import math
from dataclasses import dataclass

from szilard import io_complexity as io
from szilard import thermodynamics as thermo
from szilard.compendium import Rows
from szilard.device import is_cuda

__all__ = ["Ceiling", "CopyEnergy", "Kernel", "Traffic"]


def _needs_card(device: str) -> None:
    if not is_cuda(device):
        raise ValueError(f"device must be a CUDA card for this measurement; got {device}")


def _remark(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


@dataclass(frozen=True)
class Ceiling:
    """Operations per second of a large product, and bytes per second of a copy."""

    dtype: str = "bfloat16"

    def measure(self, device: str) -> Rows:
        _needs_card(device)
        return [io.card_ceilings(device, dtype=self.dtype)]


@dataclass(frozen=True)
class Kernel:
    """Forward attention by one backend: seconds, operations per second, their share of those of a product of matrices
    that is timed beside it, and the error against double precision."""

    backend: str
    N: int
    d: int
    block_m: int = 128
    block_n: int = 64
    heads: int = 64
    dtype: str = "bfloat16"

    @property
    def task(self) -> io.CardTask:
        """What is run."""
        return io.CardTask(self.backend, self.N, self.d, self.block_m, self.block_n, self.heads, self.dtype)

    def measure(self, device: str) -> Rows:
        _needs_card(device)
        row: dict[str, float | str] = dict.fromkeys(("seconds", "rate", "share", "error"), math.nan) | {"remark": ""}
        try:
            seconds, most = io.task_seconds(self.task, device), io.card_ceilings(device, dtype=self.dtype)["flops"]
            rate = self.task.flops / seconds
            row |= {"seconds": seconds, "rate": rate, "share": rate / most, "error": io.task_error(self.task, device)}
        except Exception as error:  # whatever keeps a backend from running here is what the row says
            row["remark"] = _remark(error)
        return [row]


@dataclass(frozen=True)
class Traffic(Kernel):
    """The same call under the profiler: bytes between L2 and the multiprocessors, and of main memory, beside the
    words that the tiles of the theory read and the least that must be moved."""

    def measure(self, device: str) -> Rows:
        _needs_card(device)
        words = self.heads * io.kernel_words(self.N, self.d, self.block_m)
        row: dict[str, float | str] = {"model": 2.0 * words, "least": 8.0 * self.heads * self.N * self.d, "remark": ""}
        try:
            row |= io.task_traffic(self.task)
        except RuntimeError as error:
            row |= dict.fromkeys(("dram_read", "dram_write", "l2_read", "l2_write", "l2_read_all"), math.nan)
            row["remark"] = _remark(error)
        return [row]


@dataclass(frozen=True)
class CopyEnergy:
    """Joules per byte of a copy within the memory of the card, read off its energy counter."""

    megabytes: int = 4096
    seconds: float = 2.0
    repetitions: int = 5

    def measure(self, device: str) -> Rows:
        _needs_card(device)
        import torch

        work, moved = io.copy_work(device, self.megabytes)

        def several() -> None:
            for _ in range(64):
                work()
            torch.cuda.synchronize()

        found = thermo.measure_energy(
            several, 64.0 * moved, thermo.nvml_counter(), seconds=self.seconds, repetitions=self.repetitions
        )
        return [{name: getattr(found, name) for name in ("joules", "stderr", "idle", "power", "rate")}]
