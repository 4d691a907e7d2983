"""Attention on a card: how long it takes, and what its counters say was moved.

Bytes come from Nsight Compute, around one marked call in a process of its own:

    ncu --csv --clock-control none --profile-from-start off --metrics … python -m szilard.io_complexity.gpu BACKEND …
"""

from __future__ import annotations

import csv
import io
import math
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from szilard.io_complexity.triton_kernel import flash_attention
from szilard.validation import check_choice

if TYPE_CHECKING:
    import torch

__all__ = [
    "BACKENDS",
    "CardTask",
    "card_ceilings",
    "copy_work",
    "read_counters",
    "task_error",
    "task_seconds",
    "task_traffic",
]

BACKENDS = ("math", "efficient", "flash", "cudnn", "triton")
SECTOR = 32  # bytes
COUNTERS = {
    "dram_read": ("dram__bytes_read.sum", 1),
    "dram_write": ("dram__bytes_write.sum", 1),
    "l2_read": ("lts__t_sectors_srcunit_tex_op_read.sum", SECTOR),
    "l2_write": ("lts__t_sectors_srcunit_tex_op_write.sum", SECTOR),
    "l2_read_all": ("lts__t_sectors_op_read.sum", SECTOR),
}
SCALES = {"byte": 1, "Kbyte": 1e3, "Mbyte": 1e6, "Gbyte": 1e9, "sector": 1, "": 1}


@dataclass(frozen=True)
class CardTask:
    """Forward attention of ``heads`` matrices (N, d): by a backend of torch, or by our kernel with its block sizes."""

    backend: str
    N: int
    d: int
    block_m: int = 128
    block_n: int = 64
    heads: int = 64
    dtype: str = "bfloat16"

    def __post_init__(self) -> None:
        check_choice(self.backend, "backend", BACKENDS)

    @property
    def flops(self) -> int:
        """Operations of both products."""
        return 4 * self.heads * self.N**2 * self.d

    def inputs(self, device: str) -> tuple[torch.Tensor, ...]:
        """Normal random queries, keys and values."""
        import torch

        generator = torch.Generator(device).manual_seed(0)
        shape = (1, self.heads, self.N, self.d)
        made = (torch.randn(shape, generator=generator, device=device) for _ in range(3))
        return tuple(x.to(getattr(torch, self.dtype)) for x in made)

    def call(self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        """Attention with the usual scale."""
        import torch

        if self.backend == "triton":
            return flash_attention(q, k, v, self.block_m, self.block_n)
        with _only(self.backend):
            return torch.nn.functional.scaled_dot_product_attention(q, k, v)


@contextmanager
def _only(backend: str) -> Iterator[None]:
    from torch.nn.attention import SDPBackend, sdpa_kernel

    names = {"math": "MATH", "efficient": "EFFICIENT_ATTENTION", "flash": "FLASH_ATTENTION", "cudnn": "CUDNN_ATTENTION"}
    with sdpa_kernel(getattr(SDPBackend, names[backend])):
        yield


def task_seconds(task: CardTask, device: str, repetitions: int = 20) -> float:
    """Median time of one call in s."""
    arrays = task.inputs(device)
    return _seconds(lambda: task.call(*arrays), device, repetitions)


def task_error(task: CardTask, device: str) -> float:
    """Largest difference between one head and the same in double precision."""
    import torch

    arrays = task.inputs(device)
    q, k, v = (x[:, :1].double() for x in arrays)
    truth = torch.softmax(q @ k.mT / math.sqrt(task.d), -1) @ v
    return float((task.call(*arrays)[:, :1].double() - truth).abs().max())


def task_traffic(task: CardTask) -> dict[str, float]:
    """Bytes of one call by counter of ``COUNTERS``, measured by Nsight Compute in a process of its own.

    Raises:
        RuntimeError: Nsight Compute (``ncu``) is missing, may not read the counters, or the run fails.
    """
    if not (ncu := shutil.which("ncu")):
        raise RuntimeError("bytes need Nsight Compute; there is no ncu on this machine")
    names = ",".join(name for name, _ in COUNTERS.values())
    command = [ncu, "--csv", "--clock-control", "none", "--profile-from-start", "off", "--metrics", names]
    words = (task.backend, task.N, task.d, task.block_m, task.block_n, task.heads, task.dtype)
    command += [sys.executable, "-m", "szilard.io_complexity.gpu", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or "ERR_NVGPUCTRPERM" in done.stdout:
        raise RuntimeError(f"ncu failed ({done.returncode}): {(done.stdout + done.stderr).strip()[-300:]}")
    return read_counters(done.stdout)


def read_counters(text: str) -> dict[str, float]:
    """Bytes by counter, summed over kernels, from what ``ncu --csv`` prints.

    Raises:
        RuntimeError: no row of a counter.
    """
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith('"ID"')), len(lines))
    found = dict.fromkeys(COUNTERS, math.nan)
    for row in csv.DictReader(io.StringIO("\n".join(lines[start:]))):
        for key, (name, factor) in COUNTERS.items():
            if row.get("Metric Name") == name:
                value = float(row["Metric Value"].replace(",", "")) * SCALES[row.get("Metric Unit") or ""] * factor
                found[key] = value if math.isnan(found[key]) else found[key] + value
    if missing := [key for key, value in found.items() if math.isnan(value)]:
        raise RuntimeError(f"ncu printed nothing about {', '.join(missing)}")
    return found


def card_ceilings(device: str, size: int = 8192, megabytes: int = 1024, dtype: str = "bfloat16") -> dict[str, float]:
    """Operations per second of a square product and bytes per second of a copy: what a kernel can be compared with."""
    import torch

    kind = getattr(torch, dtype)
    a, b = (torch.randn(size, size, device=device).to(kind) for _ in range(2))
    flops = 2 * size**3 / _seconds(lambda: a @ b, device, 20)
    work, moved = copy_work(device, megabytes)
    return {"flops": flops, "bytes": moved / _seconds(work, device, 20)}


def copy_work(device: str, megabytes: int = 1024) -> tuple[Callable[[], object], int]:
    """A copy within the memory of the card, and the bytes that it reads and writes."""
    import torch

    source = torch.randn(megabytes * 2**20 // 4, device=device)
    target = torch.empty_like(source)
    return lambda: target.copy_(source), 2 * source.numel() * 4


def _seconds(work: Callable[[], object], device: str, repetitions: int) -> float:
    import time

    import torch

    wait = torch.cuda.synchronize if device.startswith("cuda") else lambda: None
    for _ in range(3):
        work()
    times = []
    for _ in range(repetitions):
        wait()
        start = time.perf_counter()
        work()
        wait()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _main(words: list[str]) -> None:
    """One marked call, for the profiler."""
    import torch

    backend, *sizes, dtype = words
    N, d, block_m, block_n, heads = map(int, sizes)
    task = CardTask(backend, N, d, block_m, block_n, heads, dtype)
    arrays = task.inputs("cuda")
    for _ in range(2):
        task.call(*arrays)
    torch.cuda.synchronize()
    torch.cuda.cudart().cudaProfilerStart()
    task.call(*arrays)
    torch.cuda.synchronize()
    torch.cuda.cudart().cudaProfilerStop()


if __name__ == "__main__":
    _main(sys.argv[1:])
