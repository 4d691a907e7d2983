"""The ``szilard`` command."""

from szilard.cli.application import app, main

__all__ = ["app", "main"]
