"""Equations on a page: the LaTeX of the formula objects, numbered by the directive that asks for them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from szilard.compendium.site.calculators import EquationDirective
from szilard.thermodynamics import formula
from szilard.thermodynamics.formulas.page import equation_latex


def test_equations_are_those_of_the_formulas():
    assert equation_latex("landauer") == formula("landauer").latex
    first, second = equation_latex("quench_work trap_work").split(r",\qquad ")
    assert [first, second] == [formula("quench_work").latex, formula("trap_work").latex]


def test_an_unknown_formula_is_named_with_the_closest():
    with pytest.raises(ValueError, match="did you mean 'landauer'"):
        equation_latex("landaur")


@pytest.mark.parametrize(
    ("provider", "key", "message"),
    [("", "landauer", "must name"), ("szilard.thermodynamics.formulas.page.equation_latex", "landaur", "did you mean")],
)
def test_the_directive_refuses_what_it_cannot_find(provider, key, message):
    class Directive(EquationDirective):
        config = SimpleNamespace(szilard_equations=provider)

        def error(self, text):
            return RuntimeError(text)

    made = Directive.__new__(Directive)
    made.name, made.arguments = "szilard-equation", [key]
    with pytest.raises(RuntimeError, match=message):
        made.run()
