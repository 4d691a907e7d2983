"""Forward attention on a card, in Triton: the tiles of the theory, with their sizes as parameters.

Triton is loaded on first use; it comes with the CUDA builds of torch. With ``TRITON_INTERPRET=1`` in the environment
before that, the same kernel runs on the processor, slowly, which is how it is tested without a card.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from szilard.validation import check_integer

if TYPE_CHECKING:
    import torch

__all__ = ["flash_attention", "kernel_words", "triton_missing"]


def triton_missing() -> str:
    """Why :func:`flash_attention` cannot run here; empty where it can."""
    try:
        import_module("triton")
    except ImportError:
        return "Triton is not installed"
    return ""


def kernel_words(N: int, d: int, block_m: int) -> int:
    """Words that the kernel reads from beyond a multiprocessor for one head: Q once, K and V once a block of queries.

    >>> kernel_words(1024, 64, 128)
    1114112
    """
    return N * d + 2 * N * d * -(-N // block_m)


def flash_attention(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, block_m: int = 128, block_n: int = 64, *,
    scale: float | None = None, warps: int = 0, stages: int = 0,
) -> torch.Tensor:  # fmt: skip
    """softmax(scale · q kᵀ) v, FlashAttention 2's loops: a program a block of queries, which streams keys and values.

    Args:
        q, k, v: (..., N, d) each, contiguous, on the card, of one dtype; d is 16, 32, 64 or 128.
        block_m: queries of a block, a power of two ≥ 16.
        block_n: keys of a block, a power of two ≥ 16.
        scale: of the scores, 1/√d by default.
        warps, stages: of the compiled kernel; 0 lets the sizes of the blocks decide.

    Returns:
        (..., N, d), of the dtype of ``q``; sums are float32.

    Raises:
        ValueError: shapes, dtypes or blocks that do not fit, or Triton is not installed.
    """
    if missing := triton_missing():
        raise ValueError(f"flash_attention needs Triton, which comes with torch for CUDA: {missing}")
    _check(q, k, v, block_m, block_n)
    N, d = q.shape[-2:]
    heads = q.numel() // (N * d)
    out = _empty_like(q)
    factor = (d**-0.5 if scale is None else scale) * 1.4426950408889634  # the kernel takes powers of two
    warps = warps or (8 if block_m * d >= 128 * 128 else 4)
    stages = stages or (2 if block_n * d * q.element_size() > 128 * 128 else 3)  # of which all lie in scratch memory
    kernel, cdiv = _kernel()
    kernel[(cdiv(N, block_m), heads)](
        q, k, v, out, N, factor, D=d, BLOCK_M=block_m, BLOCK_N=block_n, EXACT=str(q.dtype) == "torch.float32",
        EVEN=N % block_n == 0, num_warps=warps, num_stages=stages,
    )  # fmt: skip
    return out


def _empty_like(q: torch.Tensor) -> torch.Tensor:
    import torch

    return torch.empty_like(q)


def _check(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, block_m: int, block_n: int) -> None:
    if not q.shape == k.shape == v.shape or q.ndim < 2:
        raise ValueError(
            f"q, k and v must have one shape (..., N, d); got {tuple(q.shape)}, {tuple(k.shape)}, {tuple(v.shape)}"
        )
    if not q.dtype == k.dtype == v.dtype:
        raise ValueError(f"q, k and v must have one dtype; got {q.dtype}, {k.dtype}, {v.dtype}")
    if q.shape[-1] not in (16, 32, 64, 128):
        raise ValueError(f"d must be 16, 32, 64 or 128; got {q.shape[-1]}")
    if not all(x.is_contiguous() for x in (q, k, v)):
        raise ValueError("q, k and v must be contiguous; call .contiguous() first")
    for name, size in (("block_m", block_m), ("block_n", block_n)):
        check_integer(size, name, minimum=16)
        if size & (size - 1):
            raise ValueError(f"{name} must be a power of two; got {size}")


@cache
def _kernel() -> tuple[Any, Any]:
    """The compiled kernel, and division rounded up."""
    triton = import_module("triton")
    from szilard.io_complexity import _triton_source

    return triton.jit(_triton_source.attention), triton.cdiv
