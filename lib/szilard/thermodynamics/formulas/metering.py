"""Energy in joules that a graphics card uses for an operation, from the energy counter of its driver.

The counter is NVML's total energy in millijoules; cards older than Volta, and some virtual machines, have none.
"""

from __future__ import annotations

import ctypes
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from szilard.validation import check_choice, check_integer, check_positive

_LIBRARY = "libnvidia-ml.so.1"
_DTYPES = ("float64", "float32", "bfloat16", "float16")

__all__ = ["EnergyReading", "matmul_energy", "measure_energy", "nvml_counter"]


@dataclass(frozen=True)
class EnergyReading:
    """Energy of an operation in J, idle power included, its standard error over repetitions, and the part ``idle`` that
    the idle card would have used; mean power in W while working, and operations per second."""

    joules: float
    stderr: float
    idle: float
    power: float
    rate: float
    repetitions: int


def nvml_counter(device: int = 0) -> Callable[[], float]:
    """A function that returns the energy in J that the card has used since its driver was loaded.

    Raises:
        ValueError: no driver library, no card ``device`` as torch counts them, or one that exposes no energy counter.
    """
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        raise ValueError(f"an energy counter needs NVIDIA's driver; {_LIBRARY} is not on this machine") from None
    _call(library, "nvmlInit_v2", "starting NVML")
    handle = ctypes.c_void_p()
    if (identity := _identity(device)) is not None:
        _call(library, "nvmlDeviceGetHandleByUUID", "finding the card", identity, ctypes.byref(handle))
    else:
        _call(library, "nvmlDeviceGetHandleByIndex_v2", "finding the card", device, ctypes.byref(handle))
    reading = ctypes.c_ulonglong()

    def joules() -> float:
        name, doing = "nvmlDeviceGetTotalEnergyConsumption", "reading the energy counter"
        _call(library, name, doing, handle, ctypes.byref(reading))
        return reading.value * 1e-3

    joules()
    return joules


def measure_energy(
    work: Callable[[], None],
    operations: float,
    counter: Callable[[], float],
    *,
    seconds: float = 5.0,
    repetitions: int = 5,
    clock: Callable[[], float] = time.perf_counter,
    rest: Callable[[float], None] = time.sleep,
) -> EnergyReading:
    """Energy per operation of ``work``, each repetition at least ``seconds`` long.

    ``work`` does so many ``operations`` > 0 and returns when they are done; ``counter`` gives the energy in J used so
    far, in steps of tens of milliseconds, ``clock`` the seconds that pass; ``rest`` waits for so many seconds, to find
    the idle power. The spread of the ``repetitions`` ≥ 2 gives the error.

    Raises:
        ValueError: bad numbers, or a counter that stands still.
    """
    check_positive(operations, "operations")
    check_positive(seconds, "seconds")
    check_integer(repetitions, "repetitions", minimum=2)
    started, before = clock(), counter()
    rest(seconds)
    idle = (counter() - before) / (clock() - started)
    work()  # warms up: kernels are chosen, clocks rise
    runs = np.array([_repetition(work, counter, seconds, clock) for _ in range(repetitions)])
    energy, spent, calls = runs.T
    if not (energy > 0).all():
        raise ValueError("counter must rise while the card works; it stood still: it does not measure this card")
    each = energy / (calls * operations)
    rate = float(calls.sum() * operations / spent.sum())
    stderr, power = float(each.std(ddof=1) / math.sqrt(repetitions)), float(energy.sum() / spent.sum())
    return EnergyReading(float(each.mean()), stderr, float(idle / rate), power, rate, repetitions)


def matmul_energy(
    size: int = 8192, dtype: str = "bfloat16", *, device: int = 0, seconds: float = 5.0, repetitions: int = 5
) -> EnergyReading:
    """Joules per floating-point operation of dense products of two ``size`` × ``size`` matrices on a card.

    A product counts 2 size³ operations. Entries are normal random numbers: zeros would use less energy.

    ``dtype`` is one of float64, float32, bfloat16 and float16; ``seconds`` is the least length of a repetition.

    Raises:
        ValueError: no CUDA card, or none whose driver exposes an energy counter.
    """
    import torch

    check_integer(size, "size", minimum=1)
    check_choice(dtype, "dtype", _DTYPES)
    if not torch.cuda.is_available():
        raise ValueError("measuring joules per operation needs a CUDA card; there is none")
    counter = nvml_counter(device)
    generator = torch.Generator(f"cuda:{device}").manual_seed(0)
    normal = (torch.randn(size, size, device=f"cuda:{device}", generator=generator) for _ in range(2))
    a, b = (matrix.to(getattr(torch, dtype)) for matrix in normal)
    out = torch.empty_like(a)
    batch = max(1, int(2e13 / (2 * size**3)))

    def work() -> None:
        for _ in range(batch):
            torch.matmul(a, b, out=out)
        torch.cuda.synchronize(device)

    return measure_energy(work, batch * 2.0 * size**3, counter, seconds=seconds, repetitions=repetitions)


def _repetition(
    work: Callable[[], None], counter: Callable[[], float], seconds: float, clock: Callable[[], float]
) -> tuple[float, float, int]:
    """Energy, time and number of calls of at least ``seconds`` of ``work``."""
    calls, before, started = 0, counter(), clock()
    while (spent := clock() - started) < seconds or not calls:
        work()
        calls += 1
    spent = clock() - started
    return counter() - before, spent, calls


def _call(library: ctypes.CDLL, name: str, doing: str, *arguments: object) -> None:
    code = getattr(library, name)(*arguments)
    if code == 3:
        raise ValueError("this card or this virtual machine exposes no energy counter (NVML: not supported)")
    if code:
        raise ValueError(f"{doing} failed with NVML's code {code}")


def _identity(device: int) -> bytes | None:
    """The card's identifier, which holds where some cards are hidden; ``None`` if torch does not tell it."""
    import torch

    if not torch.cuda.is_available():
        return None
    uuid = getattr(torch.cuda.get_device_properties(device), "uuid", None)
    return None if uuid is None else f"GPU-{uuid}".encode()
