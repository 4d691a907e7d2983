"""Equations as the book sets them: LaTeX from the formula objects, and from nowhere else."""

from __future__ import annotations

from .catalogue import formula

__all__ = ["equation_latex"]


def equation_latex(keys: str) -> str:
    """The equations of the formulas named in ``keys``, which are separated by blanks, side by side.

    :mod:`szilard.compendium.site` finds this function by ``szilard_equations`` in ``_config.yml``.

    Raises:
        ValueError: an unknown key; the message offers the closest.

    >>> equation_latex("rest_energy equivalent_mass")
    'E = m c^{2},\\\\qquad m = \\\\frac{E}{c^{2}}'
    """
    return r",\qquad ".join(formula(key).latex for key in keys.split())
