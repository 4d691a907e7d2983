"""Sphinx extension: figures, tables, claims and overviews of the book, made from what the notebooks really hold.

Directives: ``szilard-figure ID``, ``szilard-table ID``, ``szilard-claims KEY``, ``szilard-ledger``,
``szilard-gallery``, ``szilard-cards``, ``szilard-calculator KEY``, ``szilard-equation KEY``. A cell of a notebook that
shows a figure, a table, claims or headlines is followed by it on the page even without a directive; a directive
elsewhere on the same page moves it there.

Figures, tables and equations are numbered within their page. Built pages ask nothing of the network: formulas are
typeset by the MathJax that ships with the book, and the theme's kernel launcher, which would fetch its program from
afar and declares its settings twice, is left out. When ``szilard_public_address`` is set in ``_config.yml``, buttons
lead to the repository and to Binder.
"""

import hashlib
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from szilard.compendium.site.calculators import CalculatorDirective, EquationDirective, load_script
from szilard.compendium.site.directives import DIRECTIVES, ShowRecords
from szilard.compendium.site.files import write_files
from szilard.compendium.site.fragment import Fragment, depart, skip, visit

WITHOUT_SCRIPTS = "<noscript><p>Formulas, calculators and the search need JavaScript.</p></noscript>"
BINDER = "https://mybinder.org"
STATIC = Path(__file__).with_name("static")

__all__ = ["setup"]


def setup(app: Sphinx) -> dict[str, int | bool]:
    """Register the extension with Sphinx."""
    app.add_config_value("szilard_public_address", "", "html", types=str)
    app.add_config_value("szilard_calculators", "", "env", types=str)
    app.add_config_value("szilard_equations", "", "env", types=str)
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    app.add_directive("szilard-calculator", CalculatorDirective)
    app.add_directive("szilard-equation", EquationDirective)
    nowhere = (skip, None)
    app.add_node(Fragment, html=(visit, depart), latex=nowhere, text=nowhere, man=nowhere, texinfo=nowhere)
    app.add_transform(ShowRecords)
    app.add_css_file("szilard-figures.css")
    app.add_js_file("szilard-figures.js", loading_method="defer")
    app.setup_extension("sphinx.ext.mathjax")
    app.setup_extension("sphinx-mathjax-offline")
    app.connect("config-inited", _add_static)
    app.connect("config-inited", _offer_links, priority=100)
    app.connect("html-page-context", load_script)
    app.connect("env-get-updated", _number_within_pages, priority=900)  # after Sphinx has numbered the whole book
    app.connect("html-page-context", _finish, priority=900)
    app.connect("build-finished", write_files)
    return {"env_version": _version(), "parallel_read_safe": True, "parallel_write_safe": True}


def _version() -> int:
    """A number that changes with this code, so that pages made by other code are made anew."""
    sources = b"".join(path.read_bytes() for path in sorted(STATIC.parent.parent.rglob("*.py")))
    return int(hashlib.sha256(sources).hexdigest()[:12], 16)


def _add_static(app: Sphinx, config: Config) -> None:
    config.html_static_path = [*config.html_static_path, str(STATIC)]


def _offer_links(app: Sphinx, config: Config) -> None:
    address = config.szilard_public_address.rstrip("/")
    if not address:
        return
    config.html_theme_options |= {
        "repository_url": address,
        "repository_provider": next((name for name in ("gitlab", "bitbucket") if name in address), "github"),
        "repository_branch": "main",
        "path_to_docs": "",
        "use_repository_button": True,
        "use_issues_button": True,
        "launch_buttons": {"binderhub_url": BINDER, "notebook_interface": "jupyterlab"},
    }


def _number_within_pages(app: Sphinx, env: BuildEnvironment) -> list[str]:
    for kinds in env.toc_fignumbers.values():
        for numbers in kinds.values():
            numbers |= {id: (place,) for place, id in enumerate(sorted(numbers, key=numbers.__getitem__), start=1)}
    return []


def _finish(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    context["script_files"] = [file for file in context["script_files"] if not _is_launcher(file)]
    if doctree is not None:
        context["body"] = WITHOUT_SCRIPTS + context["body"]


def _is_launcher(script: object) -> bool:
    body = getattr(script, "attributes", {}).get("body") or ""
    return "THEBE_JS_URL" in body or str(getattr(script, "filename", script)).endswith("sphinx-thebe.js")
