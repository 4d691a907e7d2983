"""A few documents that every model is tried on."""

import pytest

from szilard.language import load


@pytest.fixture(scope="session")
def speeches():
    """Twelve speeches, their first thirty sentences."""
    return [document.first(30) for document in load("sotu-59").every(5)]
