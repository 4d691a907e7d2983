"""What the tests of pages share: a headless browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium: the system's, else the one that playwright installed."""
    playwright = pytest.importorskip("playwright.sync_api")
    system = next(filter(None, map(shutil.which, BROWSERS)), None)
    with playwright.sync_playwright() as driver:
        if system is None and not Path(driver.chromium.executable_path).exists():
            pytest.skip("no Chromium on this machine")
        instance = driver.chromium.launch(executable_path=system, args=["--no-sandbox"])
        yield instance
        instance.close()
