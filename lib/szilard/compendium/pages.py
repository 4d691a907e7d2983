"""Sphinx extension: built pages ask nothing of the network and offer links once the project has an address.

Formulas are typeset by the MathJax that ships with the book. The theme's kernel launcher, which would fetch
its program from afar and declares its settings twice, is left out of every page. When
``szilard_public_address`` is set in ``_config.yml``, buttons lead to the repository and to Binder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config

BINDER = "https://mybinder.org"

__all__ = ["setup"]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    if "szilard_public_address" not in app.config.values:
        app.add_config_value("szilard_public_address", "", "html", types=str)
    app.setup_extension("sphinx.ext.mathjax")
    app.setup_extension("sphinx-mathjax-offline")
    app.connect("config-inited", _offer_links, priority=100)
    app.connect("html-page-context", _drop_launcher, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


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


def _drop_launcher(
    app: Sphinx, page: str, template: str, context: dict[str, list[object]], doctree: nodes.document | None
) -> None:
    context["script_files"] = [file for file in context["script_files"] if not _is_launcher(file)]


def _is_launcher(script: object) -> bool:
    body = getattr(script, "attributes", {}).get("body") or ""
    return "THEBE_JS_URL" in body or str(getattr(script, "filename", script)).endswith("sphinx-thebe.js")
