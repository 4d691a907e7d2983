"""Resolve pyproject.toml into requirements.lock, requirements-cuda.lock and environment.yml (`make lock`).

requirements.lock holds one version of every package for Python 3.11–3.13 on Linux x86-64, with the hashes of
its files. The CUDA libraries, several gigabytes that only a CUDA build of torch needs, stand apart in
requirements-cuda.lock.
environment.yml is the same choice of versions for conda and Binder, direct dependencies only.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CUDA = re.compile(r"(nvidia-|cuda-|triton==)")
HEADER = "# Written by `make lock` from pyproject.toml: change that, not this.\n"
CONDA_PYTHON = "3.12"


def resolve() -> str:
    """The resolver's answer from the default package index alone, so that every machine gets the same."""
    sources = ("UV_FIND_LINKS", "UV_INDEX", "UV_EXTRA_INDEX_URL")
    environment = {name: value for name, value in os.environ.items() if name not in sources}
    command = [
        *(str(Path(sys.executable).with_name("uv")), "pip", "compile", "pyproject.toml"),
        *("--universal", "--python-version", "3.11", "--fork-strategy", "fewest", "--all-extras"),
        *("--generate-hashes", "--no-header", "--no-annotate", "--quiet"),
    ]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, text=True, capture_output=True).stdout


def blocks(text: str) -> list[str]:
    """One string per package: its requirement and hashes, without the marker that all of them share."""
    packages = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]
    common = set.intersection(*({m.strip() for m in marker(package).split(" and ")} for package in packages))
    return [without(package, common) for package in packages]


def marker(block: str) -> str:
    """The environment marker of a block."""
    return re.match(r"[^;\\]*;?([^\\]*)", block)[1]


def without(block: str, common: set[str]) -> str:
    """The block without the conditions in ``common``."""
    old = marker(block)
    kept = [condition for condition in map(str.strip, old.split(" and ")) if condition not in common]
    return block.replace(f" ;{old}", f" ; {' and '.join(kept)} " if kept else " ", 1)


def add_hashes(block: str, extra: dict[str, list[str]]) -> str:
    """The block with the hashes of further builds of the same version, in order."""
    name = block.partition("==")[0]
    if name not in extra:
        return block
    head, *hashes = block.split(" \\\n")
    hashes = sorted({text.strip() for text in hashes} | {f"--hash={value}" for value in extra[name]})
    return " \\\n    ".join([head, *hashes]) + "\n"


def versions(packages: list[str]) -> dict[str, str]:
    """Version by name."""
    return dict(re.match(r"([a-z0-9._-]+)==([^ ]+)", package).groups() for package in packages)


def conda(project: dict, locked: dict[str, str], settings: dict) -> str:
    """environment.yml: the direct dependencies at their locked versions."""
    wanted = project["dependencies"] + sum(project["optional-dependencies"].values(), [])
    names = sorted({re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower() for requirement in wanted})
    from_conda = [
        f"{settings['names'].get(name, name)}={locked[name]}" for name in names if name not in settings["pip"]
    ]
    from_pip = [f"{name}=={locked[name]}" for name in names if name in settings["pip"]]
    lines = [f"  - {entry}" for entry in (f"python={CONDA_PYTHON}", "pip", *from_conda)]
    lines += ["  - pip:", *(f"      - {entry}" for entry in from_pip), "      - -e ."]
    return "\n".join([HEADER + "name: szilard", "channels:", "  - conda-forge", "dependencies:", *lines]) + "\n"


def main() -> None:
    """Write the three files."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    settings = pyproject["tool"]["szilard"]["lock"]
    packages = [add_hashes(block, settings["extra-hashes"]) for block in blocks(resolve())]
    cuda = [block for block in packages if CUDA.match(block)]
    rest = [block for block in packages if not CUDA.match(block)]
    (ROOT / "requirements.lock").write_text(HEADER + "".join(rest))
    (ROOT / "requirements-cuda.lock").write_text(HEADER + "".join(cuda))
    (ROOT / "environment.yml").write_text(conda(pyproject["project"], versions(rest), settings["conda"]))
    print(f"locked {len(rest)} packages and {len(cuda)} CUDA libraries")


if __name__ == "__main__":
    main()
