"""Numbered equations on a page that are written once, in the library.

``szilard_equations`` in ``_config.yml`` names a function that returns LaTeX for what a page asks for by name. The
frame knows no science: it numbers what it is handed.
"""

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.directives.patches import MathDirective
from sphinx.util import import_object

__all__ = ["EquationDirective"]


class EquationDirective(MathDirective):
    """``szilard-equation KEY …`` with the options of ``math``: the equations of these names, side by side."""

    has_content = False
    required_arguments = 1
    optional_arguments = 0
    final_argument_whitespace = True
    arguments: list[str]

    def run(self) -> list[nodes.Node]:
        """The equation as a node that is numbered where it has a label."""
        name = self.config.szilard_equations
        try:
            if not name:
                raise ValueError("szilard_equations in _config.yml must name the function that makes them")
            self.arguments = [import_object(name)(self.arguments[0])]
        except ValueError as error:
            raise self.error(f"{self.name}: {error}") from None
        self.content = StringList()
        return super().run()
