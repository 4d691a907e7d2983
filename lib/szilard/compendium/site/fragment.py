"""Pieces of pages: HTML with links that fit wherever it is shown, and short texts with formulas."""

import re

from docutils import nodes
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator

# Only as the value of an attribute: in escaped text, which holds no quotation mark, it is a word like any other.
_LINK = re.compile(r'(?<==")szilard:(file|page)/([^"#\s]+)')
_INLINE = re.compile(r"(\$[^$]+\$|`[^`]+`|\*[^*]+\*)")

__all__ = ["Fragment", "depart", "inline", "plain", "skip", "visit"]


class Fragment(nodes.General, nodes.Element):
    """HTML in attribute ``html``, where values ``szilard:file/PATH`` and ``szilard:page/DOC`` are addresses."""


def visit(self: HTML5Translator, node: Fragment) -> None:
    """Write the fragment with its addresses made relative to the page."""
    here = self.builder.current_docname

    def resolve(match: re.Match[str]) -> str:
        if match[1] == "page":
            return self.builder.get_relative_uri(here, match[2])
        return relative_uri(self.builder.get_target_uri(here), match[2])

    self.body.append(_LINK.sub(resolve, node["html"]))


def depart(self: HTML5Translator, node: Fragment) -> None:
    """Nothing to close."""


def skip(self: object, node: Fragment) -> None:
    """Leave fragments out of other formats."""
    raise nodes.SkipNode


def inline(text: str) -> list[nodes.Node]:
    """``text`` as nodes; ``$formulas$``, ``*emphasis*`` and literals in backquotes are understood."""
    made: list[nodes.Node] = []
    for part in filter(None, _INLINE.split(text)):
        kind = {"$": nodes.math, "`": nodes.literal, "*": nodes.emphasis}.get(part[0])
        if kind is not None and len(part) > 2 and part[-1] == part[0]:
            made.append(kind(part[1:-1], part[1:-1]))
        else:
            made.append(nodes.Text(part))
    return made


def plain(text: str) -> str:
    """``text`` without the marks of formulas and emphasis."""
    return re.sub(r"[$`*]", "", text)
