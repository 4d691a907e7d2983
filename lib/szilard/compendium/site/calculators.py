"""Calculators and equations on a page. Which they are, and what they say, the book tells in its configuration.

``szilard_calculators`` in ``_config.yml`` names a function; given the key of a calculator it returns a mapping with
``title``, ``about``, ``inputs``, ``steps`` and ``script``, plain values all. ``szilard_equations`` names one that
returns the LaTeX of equations that are written once, in the library. The frame knows no science: it lays out and
numbers what it is handed.
"""

from collections.abc import Callable
from html import escape
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.directives.patches import MathDirective
from sphinx.util import import_object
from sphinx.util.docutils import SphinxDirective

from szilard.compendium.canonical import Fields
from szilard.compendium.ids import check_name
from szilard.compendium.site.fragment import Fragment

CLASS = "szilard-calculator"

__all__ = ["CalculatorDirective", "EquationDirective", "load_script"]


class CalculatorDirective(SphinxDirective):
    """``szilard-calculator KEY``: inputs with units, and results that follow them, each with its formula.

    Sources are cited with the name of the page and a hyphen before their key, so that the page can have a
    bibliography of its own: give that as its ``keyprefix``.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The calculator as nodes."""
        key = self.arguments[0]
        try:
            check_name(key, "the key of a calculator")
            made = _provider(self.config, "szilard_calculators")(key)
        except ValueError as error:
            raise self.error(f"{self.name}: {error}") from None
        box = nodes.container("", nodes.paragraph("", made["about"]), classes=[CLASS])
        box += Fragment(html=_form(key, made))
        for step in made["steps"]:
            source = f"{self.env.docname.rpartition('/')[2]}-{step['source']}"
            formula = self.parse_text_to_nodes(f"$\\displaystyle {step['latex']}$ {{cite:p}}`{source}`")
            result = f'<p class="szilard-about">{escape(step["about"])}</p>'
            result += f'<output data-szilard-result="{escape(step["name"])}">–</output>'
            box += nodes.container("", Fragment(html=result), *formula, classes=["szilard-result"])
        script = made["script"].replace("</", "<\\/").replace("<!--", "<\\!--")
        code = f'(window.szilardCalculators ??= {{}})["{key}"] = {script};'
        box += Fragment(html=f"<script>{code}</script>")
        return [box]


class EquationDirective(MathDirective):
    """``szilard-equation KEY …`` with the options of ``math``: the equations of these names, side by side."""

    has_content = False
    required_arguments = 1
    optional_arguments = 0
    final_argument_whitespace = True
    arguments: list[str]

    def run(self) -> list[nodes.Node]:
        """The equation as a node that is numbered where it has a label."""
        try:
            self.arguments = [_provider(self.config, "szilard_equations")(self.arguments[0])]
        except ValueError as error:
            raise self.error(f"{self.name}: {error}") from None
        self.content = StringList()
        return super().run()


def load_script(
    app: Sphinx, page: str, template: str, context: dict[str, object], doctree: nodes.document | None
) -> None:
    """Let pages that hold calculators, and no others, load the script that works them."""
    if doctree is not None and any(CLASS in node["classes"] for node in doctree.findall(nodes.container)):
        app.add_js_file("szilard-calculators.js", loading_method="defer")


def _provider(config: Config, setting: str) -> Callable[[str], Any]:
    """The function that a setting of ``_config.yml`` names."""
    if not (name := getattr(config, setting)):
        raise ValueError(f"{setting} in _config.yml must name the function that makes them")
    return import_object(name)


def _form(key: str, made: Fields) -> str:
    fields = "".join(_field(key, item) for item in made["inputs"])
    return (
        f'<form class="szilard-inputs" data-szilard-calculator="{escape(key)}" '
        f'aria-label="{escape(made["title"])}" autocomplete="off">{fields}</form>'
        '<p class="szilard-refusal" role="status"></p>'
    )


def _field(key: str, item: Fields) -> str:
    name, id = escape(item["name"]), escape(f"{key}-{item['name']}")
    symbol = f'<span class="math notranslate nohighlight">\\({escape(item["latex"])}\\)</span>'
    unit = ""
    if any(item["units"]):
        options = "".join(
            f'<option value="{i}"{" selected" if i == item["unit"] else ""}>{escape(label)}</option>'
            for i, label in enumerate(item["units"])
        )
        unit = f'<select data-szilard-unit="{name}" aria-label="unit of {name}">{options}</select>'
    return (
        f'<div class="szilard-field"><label for="{id}">{name} {symbol}</label>'
        f'<span class="szilard-entry"><input id="{id}" data-szilard-input="{name}" value="{escape(item["value"])}" '
        f'inputmode="decimal" spellcheck="false" aria-describedby="{id}-about">{unit}</span>'
        f'<span class="szilard-where" id="{id}-about">{escape(item["about"])}</span></div>'
    )
