"""Small semidefinite programs, solved by Clarabel without a modelling layer: the data go to the solver as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from szilard.threads import interruptible

__all__ = ["Solution", "best_channel", "hermitian_basis", "minimise"]


@dataclass(frozen=True, eq=False)
class Solution:
    """The optimum of :func:`minimise`.

    Args:
        value: the minimum.
        y: where it is attained.
        multipliers: for each block, the positive semidefinite matrix dual to it.
        solved: whether the solver says that it converged.
    """

    value: float
    y: np.ndarray
    multipliers: tuple[np.ndarray, ...]
    solved: bool


def minimise(cost: np.ndarray, blocks: Sequence[tuple[np.ndarray, np.ndarray]]) -> Solution:
    r"""The minimum of :math:`c\cdot y` over real y with :math:`F_0+\sum_m y_mF_m\succeq0` in every block.

    Args:
        cost: c, (m,).
        blocks: pairs :math:`F_0` (k, k) and :math:`F` (m, k, k), Hermitian.
    """
    import clarabel
    from scipy import sparse

    isreal = not any(np.iscomplexobj(part) and part.imag.any() for block in blocks for part in block)
    rows, rights, cones, sizes = [], [], [], []
    for constant, slopes in blocks:
        stack = _real(np.concatenate([constant[None], slopes]), isreal)
        packed = _pack(stack)
        rights.append(packed[0])
        rows.append(-packed[1:].T)
        sizes.append(stack.shape[1])
        cones.append(clarabel.PSDTriangleConeT(stack.shape[1]))
    count = len(cost)
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-11
    matrix = sparse.csc_matrix(np.concatenate(rows))
    none = sparse.csc_matrix((count, count))
    solver = clarabel.DefaultSolver(none, np.asarray(cost, float), matrix, np.concatenate(rights), cones, settings)
    result = interruptible(solver.solve)  # up to 64 dimensions take seconds, 100 take minutes
    parts = np.split(np.array(result.z), np.cumsum([size * (size + 1) // 2 for size in sizes])[:-1])
    duals = [_complex(_unpack(part, size), isreal) for part, size in zip(parts, sizes, strict=True)]
    solved = result.status in (clarabel.SolverStatus.Solved, clarabel.SolverStatus.AlmostSolved)
    return Solution(float(result.obj_val), np.array(result.x), tuple(duals), solved)


def best_channel(
    gain: np.ndarray, d: int, face: np.ndarray | None = None, full: bool = False
) -> tuple[float, np.ndarray, np.ndarray]:
    r"""The largest :math:`\mathrm{Tr}[GJ]` over Choi matrices J of channels, and the proof that it is the largest.

    J lives on input ⊗ output, :math:`\mathcal E(\rho)=\mathrm{Tr}_\text{in}[(\rho^\top\otimes1)J]`, on the range of
    ``face`` only, with :math:`\mathrm{Tr}_\text{out}J\preceq1`, or equality if ``full``.

    Args:
        gain: positive semidefinite (D, D), D = input times output dimension; (k, k) on a face.
        d: input dimension.
        face: orthonormal columns (D, k); all of the space by default.
        full: whether every input must be served.

    Returns:
        The value; J (D, D) or (k, k), in the coordinates of the gain; and Z (d, d), which bounds the value by
        its trace because :math:`Z\otimes1-G\succeq0` on the face.
    """
    size = len(gain)
    columns = np.eye(size) if face is None else face
    out = len(columns) // d
    units = hermitian_basis(d, real=not (np.iscomplexobj(columns) or np.iscomplexobj(gain)))
    tensor = columns.reshape(d, out, size)
    lifted = np.einsum("aok,mab,bol->mkl", tensor.conj(), units, tensor, optimize=True)
    cost = np.einsum("maa->m", units).real
    blocks = [(-gain, lifted)] if full else [(-gain, lifted), (np.zeros((d, d)), units)]
    optimum = minimise(cost, blocks)
    z = np.einsum("m,mab->ab", optimum.y, units)
    return optimum.value, optimum.multipliers[0], z


def hermitian_basis(d: int, real: bool = False, entries: np.ndarray | None = None) -> np.ndarray:
    """A basis (m, d, d) of the Hermitian, or real symmetric, matrices of size ``d``.

    Args:
        d: ≥ 1.
        real: only the symmetric ones.
        entries: which entries may differ from zero (d, d), symmetric and boolean; all by default.
    """
    units = []
    for i, j in zip(*np.nonzero(np.tril(np.ones((d, d)) if entries is None else entries)), strict=True):
        for phase in (1.0,) if real or i == j else (1.0, 1j):
            unit = np.zeros((d, d), float if real else complex)
            unit[i, j], unit[j, i] = phase, np.conj(phase)
            units.append(unit)
    return np.array(units)


def _real(stack: np.ndarray, isreal: bool) -> np.ndarray:
    """Hermitian matrices as real symmetric ones of twice the size, which are positive when they are."""
    if isreal:
        return stack.real
    return np.block([[stack.real, -stack.imag], [stack.imag, stack.real]])


def _complex(matrix: np.ndarray, isreal: bool) -> np.ndarray:
    """The Hermitian matrix whose products with Hermitian ones are those of the real multiplier."""
    if isreal:
        return matrix
    half = len(matrix) // 2
    real = matrix[:half, :half] + matrix[half:, half:]
    return real + 1j * (matrix[half:, :half] - matrix[:half, half:])


def _pack(stack: np.ndarray) -> np.ndarray:
    """Upper triangles column by column, off the diagonal times √2, as the solver's cone has them."""
    column, row = np.tril_indices(stack.shape[1])
    return stack[:, row, column] * np.where(row == column, 1.0, np.sqrt(2))


def _unpack(packed: np.ndarray, size: int) -> np.ndarray:
    column, row = np.tril_indices(size)
    matrix = np.zeros((size, size))
    matrix[row, column] = packed * np.where(row == column, 1.0, np.sqrt(0.5))
    return matrix + matrix.T - np.diag(np.diag(matrix))
