"""What the frame's tests share: a tiny laboratory that other processes can import too, and a cache of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FAKE = Path(__file__).with_name("fake")
sys.path.insert(0, str(FAKE))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and the log in which the fake laboratory's steps sign."""
    monkeypatch.setenv("SZILARD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    return tmp_path / "cache"


@pytest.fixture
def untouched() -> Iterator[None]:
    """Put back what a ``Chapter`` openly changes: the style, the environment, warnings, torch's threads."""
    import logging
    import warnings

    import matplotlib as mpl

    level, environment = logging.getLogger("szilard").level, dict(os.environ)
    torch = sys.modules.get("torch")
    threads = torch.get_num_threads() if torch else 0
    with mpl.rc_context(), warnings.catch_warnings():
        yield
    logging.getLogger("szilard").setLevel(level)
    os.environ.clear()
    os.environ.update(environment)
    if torch:
        torch.set_num_threads(threads)
