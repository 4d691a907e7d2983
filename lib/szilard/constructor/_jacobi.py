"""The compiled loop over many small Hermitian matrices: smallest eigenvalue by Jacobi rotations."""

from __future__ import annotations

import numpy as np

from szilard.jit import njit

ZERO = 1e-9  # modulus of an overlap below which it counts as zero
SWEEPS = 30

__all__ = ["quotient_margins"]


@njit(cache=True, nogil=True)
def _lowest(m: np.ndarray) -> float:
    """Smallest eigenvalue of a Hermitian matrix, which is overwritten."""
    n = len(m)
    for _ in range(SWEEPS):
        off, total = 0.0, 0.0
        for p in range(n):
            total += m[p, p].real ** 2
            for q in range(p):
                off += m[p, q].real ** 2 + m[p, q].imag ** 2
        if off <= 1e-30 * total + 1e-300:
            break
        for p in range(n - 1):
            for q in range(p + 1, n):
                _rotate(m, p, q)
    lowest = m[0, 0].real
    for p in range(1, n):
        lowest = min(lowest, m[p, p].real)
    return lowest


@njit(cache=True, nogil=True)
def _rotate(m: np.ndarray, p: int, q: int) -> None:
    """Make the entry (p, q) zero by a unitary that mixes rows and columns p and q."""
    size = abs(m[p, q])
    if size < 1e-300:
        return
    phase = m[p, q] / size
    tau = (m[q, q].real - m[p, p].real) / (2 * size)
    t = 1 / (abs(tau) + np.sqrt(1 + tau * tau))
    if tau < 0:
        t = -t
    c = 1 / np.sqrt(1 + t * t)
    s = t * c
    for k in range(len(m)):
        if k != p and k != q:
            kp, kq = m[k, p], m[k, q]
            m[k, p] = c * kp - s * phase.conjugate() * kq
            m[k, q] = s * phase * kp + c * kq
            m[p, k] = m[k, p].conjugate()
            m[q, k] = m[k, q].conjugate()
    m[p, p] -= t * size
    m[q, q] += t * size
    m[p, q] = 0.0
    m[q, p] = 0.0


@njit(cache=True, nogil=True)
def quotient_margins(source: np.ndarray, target: np.ndarray, margins: np.ndarray) -> None:
    """Smallest eigenvalue of source ⊘ target, for matrices (B, n, n) with unit diagonals, into ``margins`` (B,)."""
    n = source.shape[1]
    m = np.empty((n, n), np.complex128)
    for b in range(len(source)):
        defined = True
        for i in range(n):
            m[i, i] = 1.0
            for j in range(i):
                h = target[b, i, j]
                if abs(h) <= ZERO:
                    defined = False
                else:
                    m[i, j] = source[b, i, j] / h
                    m[j, i] = m[i, j].conjugate()
        margins[b] = _lowest(m) if defined else np.nan
