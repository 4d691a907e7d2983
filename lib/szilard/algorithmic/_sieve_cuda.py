"""The factor-counting sieve on a CUDA card: one block of threads per segment, the segment in shared memory.

Threads of a block meet at the same number, so that every update is one atomic addition to one 32-bit word per number:
how many prime factors were found in the low six bits, and the sum of their logarithms above, in steps of 2⁻¹⁹ bit. What
is left of n is a prime above √n or nothing: the sum misses log₂ n by more than half of log₂ n, or only by roundings,
which for the at most 50 factors of a number below 10¹⁵ stay below 50 · 2⁻²⁰ bit. Anything between decides exactly.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numba.cuda
import numpy as np
from numba import int64, uint32, uint64

__all__ = ["cuda_histogram"]

cuda: Any = numba.cuda  # Numba's annotations are those of its compiler, not of kernels
SEGMENT = 8192  # words of shared memory: 32 kB, which every card offers
THREADS = 256
BLOCKS = 4096
COUNT_BITS = 6
STEPS = 1 << 19  # of the logarithm, per bit
MOST_FACTORS = 64


def prime_powers(primes: np.ndarray, n: int, multiplicity: bool) -> tuple[np.ndarray, np.ndarray]:
    """Every power ≤ n of a prime ≤ √n (int64), ascending by prime, and what one multiple of it adds to its word."""
    powers, words = [], []
    for p in map(int, primes):
        step = round(math.log2(p) * STEPS) << COUNT_BITS
        power = p
        while power <= n:
            powers.append(power)
            words.append(step + (1 if multiplicity or power == p else 0))
            power *= p
    return np.array(powers, np.int64), np.array(words, np.uint32)


@lru_cache(maxsize=1)
def _kernel() -> Any:
    @cuda.jit
    def sieve(n: int, powers: np.ndarray, words: np.ndarray, histogram: np.ndarray) -> None:
        word = cuda.shared.array(SEGMENT, uint32)
        counts = cuda.shared.array(MOST_FACTORS, uint64)
        thread, width = cuda.threadIdx.x, cuda.blockDim.x
        for k in range(thread, MOST_FACTORS, width):
            counts[k] = 0
        base = int64(cuda.blockIdx.x) * SEGMENT
        while base <= n:
            for i in range(thread, SEGMENT, width):
                word[i] = 0
            cuda.syncthreads()
            for k in range(len(powers)):
                # Small powers have work for every thread of the block; of large ones each thread takes its own.
                if powers[k] < SEGMENT // 8:
                    first = (powers[k] - base % powers[k]) % powers[k] + powers[k] * thread
                    for i in range(first, SEGMENT, powers[k] * width):
                        cuda.atomic.add(word, i, words[k])
                elif k % width == thread:
                    for i in range((powers[k] - base % powers[k]) % powers[k], SEGMENT, powers[k]):
                        cuda.atomic.add(word, i, words[k])
            cuda.syncthreads()
            for i in range(thread, SEGMENT, width):
                m = base + i
                if 1 <= m <= n:
                    logarithm = (word[i] >> COUNT_BITS) / STEPS
                    large = 1 if m > 1 and logarithm < 0.75 * math.log2(float(m)) else 0
                    cuda.atomic.add(counts, (word[i] & (MOST_FACTORS - 1)) + large, 1)
            cuda.syncthreads()
            base += int64(cuda.gridDim.x) * SEGMENT
        for k in range(thread, MOST_FACTORS, width):
            cuda.atomic.add(histogram, k, counts[k])

    return sieve


def cuda_histogram(
    n: int, primes: np.ndarray, multiplicity: bool, device: str = "cuda", blocks: int = BLOCKS
) -> np.ndarray:
    """How many of 1, …, n have 0, 1, 2, … prime factors (int64, 64 entries); ``primes`` are those up to √n."""
    powers, words = prime_powers(primes, n, multiplicity)
    blocks = min(blocks, n // SEGMENT + 1)
    with cuda.gpus[int(device.partition(":")[2] or 0)]:
        histogram = cuda.to_device(np.zeros(MOST_FACTORS, np.uint64))
        _kernel()[blocks, THREADS](n, cuda.to_device(powers), cuda.to_device(words), histogram)
        return histogram.copy_to_host().astype(np.int64)
