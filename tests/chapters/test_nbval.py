"""What nbval makes of a chapter: the untouched one passes, every forged one fails."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from szilard.compendium.places import child_environment

ROOT = Path(__file__).parents[2]
FAKE = ROOT / "tests" / "compendium" / "fake"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says of a small chapter and of forged copies of it."""
    root = tmp_path_factory.mktemp("nbval")
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; root = Path(sys.argv[2])\n"
        "import nbformat\nfrom miniature import forge, write_book\nfrom szilard.compendium.build import refresh\n"
        "path = write_book(root); refresh(path, root); book = nbformat.read(path, as_version=4)\n"
        "forge(book, 'fig-fake-pair', data=lambda csv: csv.replace('0.1438', '0.2438'))\n"
        "nbformat.write(book, path.with_name('careful.ipynb'))\n"
    )
    environment = child_environment() | {"SZILARD_CACHE": str(root / "cache")}
    subprocess.run([sys.executable, "-c", program, str(FAKE), str(root)], env=environment, check=True)
    folder = root / "book" / "measuring"
    for name, mime in (("picture", "image/svg+xml"), ("words", "text/plain")):
        book = nbformat.read(folder / "fake.ipynb", as_version=4)
        book.cells[3].outputs[0].data[mime] += " "
        nbformat.write(book, folder / f"{name}.ipynb")
    shutil.copy(ROOT / "book" / "conftest.py", root / "book")
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "--nbval"]
    done = subprocess.run(
        [*command, "--nbval-current-env", "--rootdir", str(root), "-c", "/dev/null", str(root / "book")],
        env=environment,
        cwd=root,
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


def test_an_untouched_chapter_passes(outcome) -> None:
    assert len(re.findall(r"^PASSED .*fake.ipynb::", outcome, re.MULTILINE)) == 6, outcome[-3000:]
    assert not re.findall(r"^FAILED .*fake.ipynb::", outcome, re.MULTILINE)


@pytest.mark.parametrize("name", ["careful", "picture", "words"])
def test_a_forged_one_fails_in_the_cell_that_shows_it(outcome, name) -> None:
    assert len(re.findall(rf"^FAILED .*{name}.ipynb::", outcome, re.MULTILINE)) == 1


def test_the_number_that_moved_is_told(outcome) -> None:
    assert "published 0.243841036, now 0.143841036 (moved 0.1, allowed 2.5e-07)" in outcome
    assert "image/svg+xml is not made from the record" in outcome
