"""The lock: hashed, naming no host, complete for every covered Python, of one mind with conda's file."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ("requirements.lock", "requirements-cuda.lock")
PYTHONS = ("3.11.0", "3.12.0", "3.13.0")


def blocks(lock: str) -> list[str]:
    """The packages of a lock file, each with its hashes."""
    return re.split(r"(?m)^(?=[a-z0-9])", (ROOT / lock).read_text())[1:]


def requirements(lock: str) -> list[Requirement]:
    return [Requirement(block.split("\\")[0].strip()) for block in blocks(lock)]


def locked(python: str) -> dict[str, str]:
    """Version by name of all that the main lock installs under one Python on Linux x86-64."""
    here = {"python_full_version": python, "python_version": python.rpartition(".")[0]}
    entries = requirements("requirements.lock")
    chosen = [r for r in entries if r.marker is None or r.marker.evaluate(here)]
    assert len({r.name for r in chosen}) == len(chosen), "a package is locked twice"
    return {r.name: str(r.specifier).removeprefix("==") for r in chosen}


def direct() -> list[Requirement]:
    """Everything pyproject.toml asks for, extras included."""
    extras = PROJECT["project"]["optional-dependencies"].values()
    return [Requirement(text) for text in PROJECT["project"]["dependencies"] + sum(extras, [])]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_and_hashed(lock: str) -> None:
    for block in blocks(lock):
        assert re.match(r"[a-z0-9._-]+==[^ *]+ ", block), block.splitlines()[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", block), block.splitlines()[0]


@pytest.mark.parametrize("lock", LOCKS)
def test_no_host_is_named(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|--(extra-)?index-url|--find-links|(^|\s)-[if]\s", text)


@pytest.mark.parametrize("python", PYTHONS)
def test_every_direct_dependency_is_locked_within_its_bounds(python: str) -> None:
    versions = locked(python)
    for requirement in direct():
        assert versions[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def test_cuda_libraries_stand_apart() -> None:
    names = [requirement.name for requirement in requirements("requirements.lock")]
    assert not [name for name in names if name.startswith(("nvidia-", "cuda-", "triton"))]
    assert {"triton", "nvidia-cudnn-cu13"} <= {
        requirement.name for requirement in requirements("requirements-cuda.lock")
    }


def test_conda_agrees_with_the_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    pip = next(entry["pip"] for entry in environment if isinstance(entry, dict))
    conda = [entry for entry in environment if isinstance(entry, str) and "=" in entry]
    python, *versions = [entry.split("=", 1) for entry in conda]
    original = {name: key for key, name in PROJECT["tool"]["szilard"]["lock"]["conda"]["names"].items()}
    found = {original.get(name, name): version for name, version in versions}
    found |= dict(entry.split("==") for entry in pip if "==" in entry)
    wanted = locked(f"{python[1]}.0")
    assert python[0] == "python"
    assert found == {canonicalize_name(r.name): wanted[canonicalize_name(r.name)] for r in direct()}
