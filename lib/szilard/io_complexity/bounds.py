"""Below which number of words no schedule of attention gets, with every constant spelt out."""

from __future__ import annotations

from math import log2, sqrt

from szilard.validation import check_integer

__all__ = ["backward_order", "binary_bound", "lower_bounds", "regime_order"]


def lower_bounds(N: int, d: int, M: int) -> dict[str, float]:
    """Words that every schedule moves on matrices (N, d) with ``M`` words of fast memory; the largest binds.

    - ``compulsory``: each input is read once and the output written once, 4 N d.
    - ``partition``: products by sums of d products, in any order and with recomputation. M moves and what lies in fast
      memory before them give 2M words; they hold rows of Q and of K for at most (M/d)² whole scores; at most 2M
      further ones were begun before, and at most 2M are left unfinished: N² d² / (M + 4 d²) - M.
    - ``product``: the same schedules. N² further writes turn attention into the product Q Kᵀ. Pieces of 2M moves with
      at most M^(3/2) multiply-adds each (``smith2017tight``) leave a product 2 N² d / √M - 2M moves.
    - ``any_algorithm``: fast matrix products included, from the compression argument of ``saha2024io`` for integers
      modulo a prime above N: min(N² d² / 8M, N² / 8) - M.

    Raises:
        ValueError: a size that is not a positive integer.

    >>> lower_bounds(64, 16, 64)["compulsory"]
    4096
    """
    for name, value in (("N", N), ("d", d), ("M", M)):
        check_integer(value, name, minimum=1)
    area = N * N
    return {
        "compulsory": 4 * N * d,
        "partition": area * d * d / (M + 4 * d * d) - M,
        "product": 2 * area * d / sqrt(M) - 2 * M - area,
        "any_algorithm": min(area * d * d / (8 * M), area / 8) - M,
    }


def binary_bound(N: int, d: int, M: int) -> float:
    """Words of one bit that every algorithm moves for matrices (N, d) of zeros and ones: Theorem 4.14 of
    ``saha2024io``, N² d² / (M log² N) or N² up to constants, with the constants spelt out.

    Any t = ⌊2 d / log2(N + 1)⌋ - 1 rows of a suitable K are independent modulo 2 (Lemma 4.9). With t in the place of d,
    the compression argument of ``any_algorithm`` in :func:`lower_bounds` gives min(N² t² / 8M, N² / 8) - M; 0 at least.

    >>> binary_bound(1023, 64, 512) == 1023**2 * 11**2 / (8 * 512) - 512
    True
    """
    for name, value in (("N", N), ("d", d), ("M", M)):
        check_integer(value, name, minimum=1)
    free = max(int(2 * d / log2(N + 1)) - 1, 0)
    return max(min(N * N * free * free / (8 * M), N * N / 8) - M, 0.0)


def regime_order(N: int, d: int, M: int) -> float:
    """N d + min(N² d / √M, N² d² / M): the order of growth of attention, forward."""
    return N * d + min(N * N * d / sqrt(M), N * N * d * d / M)


def backward_order(N: int, d: int, M: int) -> float:
    """min((N² d² + N d³) / M, (N² d + N d²) / √M): that of its gradients (``li2024finegrained``)."""
    return min((N * N * d * d + N * d**3) / M, (N * N * d + N * d * d) / sqrt(M))
