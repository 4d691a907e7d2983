"""What the notebooks really hold, on pages: the Sphinx extension of the book."""

from szilard.compendium.site.extension import setup

__all__ = ["setup"]
