"""Work that a cyclic process draws on average from one system: ergotropy, passive and thermal states."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from szilard.constructor.states import as_density
from szilard.information import entropy
from szilard.thermodynamics.work._inputs import as_hamiltonian, as_temperature
from szilard.thermodynamics.work.blocks import energy_blocks
from szilard.validation import refuse_unit

SLACK = 1e-6  # a state may miss trace one and Hermiticity by this

__all__ = ["average_work", "ergotropy", "gibbs", "passive_state"]


def ergotropy(rho: Any, H: Any) -> Any:
    r"""Largest mean energy that a unitary can take out of a state, in the unit of ``H``.

    .. math:: \mathcal W(\rho,H)=\operatorname{tr}\rho H-\sum_k r_k^{\downarrow}\epsilon_k^{\uparrow}

    with the eigenvalues of the state descending and those of the Hamiltonian ascending.

    Args:
        rho: density matrices (..., d, d), NumPy or torch; or one ket (d,).
        H: Hamiltonians (..., d, d) that broadcast against ``rho``, or one vector of levels (d,).

    Returns:
        A float, or an array (a tensor on the same device) over the leading axes.

    Raises:
        ValueError: shapes that do not fit, a state that is none.

    Source: allahverdyan2004maximal.

    >>> import numpy as np
    >>> round(ergotropy(np.diag([0.3, 0.7]), [0, 1]), 12)
    0.4
    """
    torch = sys.modules.get("torch")
    on_torch = torch is not None and (isinstance(rho, torch.Tensor) or isinstance(H, torch.Tensor))
    library: Any = torch if on_torch else np
    rho, H = (_matrices(library, each, name) for each, name in ((rho, "rho"), (H, "H")))
    if rho.shape[-1] != H.shape[-1]:
        raise ValueError(f"rho and H must have one dimension d; got {rho.shape[-1]} and {H.shape[-1]}")
    if on_torch:
        kind = library.promote_types(rho.dtype, H.dtype)
        rho, H = rho.to(kind), H.to(kind)
    occupations, levels = library.linalg.eigvalsh(rho), library.linalg.eigvalsh(H)
    _check_states(occupations)
    energy = library.einsum("...ij,...ji->...", rho, H).real
    work = energy - (library.flip(occupations, (-1,)) * levels).sum(-1)
    return float(work) if work.ndim == 0 else work


def passive_state(rho: ArrayLike, H: ArrayLike) -> np.ndarray:
    r"""The state with the spectrum of ``rho`` from which no unitary draws energy: most likely, lowest.

    .. math:: \pi=\sum_k r_k^{\downarrow}\,|\epsilon_k^{\uparrow}\rangle\langle\epsilon_k^{\uparrow}|

    Args:
        rho: density matrix (d, d) or ket (d,).
        H: Hermitian matrix (d, d) or its levels (d,).

    Source: pusz1978passive.
    """
    frame = energy_blocks(H).frame
    return (frame * np.linalg.eigvalsh(as_density(rho, "rho", len(frame)))[::-1]) @ frame.conj().T


def gibbs(H: ArrayLike, T: float) -> np.ndarray:
    r"""The thermal state :math:`\tau=e^{-H/T}/\operatorname{tr}e^{-H/T}`.

    Args:
        H: Hermitian matrix (d, d), or levels (d,), for which probabilities (d,) come back.
        T: thermal energy kT > 0, in the unit of ``H``.

    >>> gibbs([0.0, 1.0], T=1.0).round(6)
    array([0.731059, 0.268941])
    """
    H, T = as_hamiltonian(H), as_temperature(T)
    if H.ndim == 1:
        weights = np.exp((H.min() - H) / T)
        return weights / weights.sum()
    levels, frame = np.linalg.eigh(H)
    return (frame * gibbs(levels, T)) @ frame.conj().T


def average_work(rho: ArrayLike, H: ArrayLike, T: float) -> float:
    r"""Mean work that a bath at ``T`` lets one draw from a state, :math:`F(\rho)-F(\tau)=T\,D(\rho\|\tau)`.

    Arguments as in :func:`passive_state` and :func:`gibbs`; the result is in the unit of ``H``.
    """
    H, T = as_hamiltonian(H), as_temperature(T)
    matrix = (np.diag(H) if H.ndim == 1 else H) / T
    state, levels = as_density(rho, "rho", len(matrix)), np.linalg.eigvalsh(matrix)
    free = levels.min() - np.log(np.exp(levels.min() - levels).sum())  # F(τ)/T
    return T * float(np.einsum("ij,ji->", state, matrix).real - entropy(np.linalg.eigvalsh(state).clip(0)) - free)


def _matrices(library: Any, x: Any, name: str) -> Any:
    """Square matrices of floats or complex numbers; a vector of levels or a ket becomes one."""
    refuse_unit(x, name)
    x = library.asarray(x)
    kind = str(x.dtype).removeprefix("torch.")
    if not kind.startswith(("float", "complex")):
        x = x * 1.0
    if x.ndim == 1 and name == "H":
        x = library.diag(x)
    elif x.ndim == 1:
        x = x[:, None] * x.conj()[None, :]
    if x.ndim < 2 or x.shape[-1] != x.shape[-2] or not x.shape[-1]:
        raise ValueError(f"{name} must be square matrices (..., d, d); got shape {tuple(x.shape)}")
    skew = abs(x - x.conj().swapaxes(-1, -2)).max()
    if not bool(skew <= SLACK * max(1.0, float(abs(x).max()))):
        raise ValueError(f"{name} must be Hermitian and finite; {name} - {name}† reaches {float(skew):.3g}")
    return x


def _check_states(occupations: Any) -> None:
    off = float(abs(occupations.sum(-1) - 1).max())
    least = float(occupations.min())
    if off > SLACK or least < -SLACK:
        found = f"a trace off by {off:.3g} and a smallest eigenvalue {least:.3g}"
        raise ValueError(f"rho must have trace one and no negative eigenvalue; got {found}")
