"""What no file of the project may hold: paths of one machine, hosts of registries, placeholders."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = {".bib", ".cff", ".cfg", ".css", ".ipynb", ".js", ".json", ".lock", ".md", ".py", ".svg", ".toml", ".yml", ""}
FORBIDDEN = {
    "a path of one machine": rf"/(home|Users)/\w+|/root/|{re.escape(str(ROOT))}/",
    "the host of a package registry": r"\b(files\.pythonhosted|pypi|anaconda)\.org\b|\bdownload\.pytorch\b",
    "a placeholder": r"\b(TODO|FIXME|XXX)\b",
}


def files() -> list[Path]:
    """The text files of the project, committed or about to be; this one aside: it names what it looks for."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    paths = [ROOT / name for name in listed]
    return [path for path in paths if path.suffix in TEXT and path.is_file() and path != Path(__file__).resolve()]


def lines(path: Path) -> list[str]:
    """The lines of a file; pictures in a notebook, which may spell anything in base64, left out."""
    text = path.read_text(encoding="utf-8").splitlines()
    return [line for line in text if not (path.suffix == ".ipynb" and '"image/png"' in line)]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in files()
        for number, line in enumerate(lines(path), 1)
        if (match := pattern.search(line))
    ]
    assert not found, "\n".join(found)
