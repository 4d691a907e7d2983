"""A published number holds on every processor: the chapters once more, held to instructions of 2008."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from szilard.compendium.notebook import chapters
from szilard.compendium.places import child_environment
from szilard.compendium.processors import PROCESSORS, processor
from szilard.compendium.verifying import verify_chapter

ROOT = Path(__file__).parents[2]
NOTEBOOKS = {path.stem: path for path in chapters(ROOT)}
PROBE = "import json; from szilard.compendium.processors import instructions; print(json.dumps(instructions()))"


def _instructions(variables: dict[str, str]) -> dict:
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=child_environment() | variables, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def used() -> dict[str, dict]:
    """What each processor really uses, by its name."""
    return {one.name: _instructions(dict(one.variables)) for one in PROCESSORS}


def test_the_oldest_processor_really_uses_other_instructions(used) -> None:
    old = used["sse"]
    assert old["torch"] == "DEFAULT"  # torch's word for: nothing beyond the baseline
    assert old["numpy"] == []
    assert not {"SkylakeX", "Cooperlake", "Sapphirerapids", "Haswell", "Zen"} & set(old["blas"])
    assert (old["numba"], old["numba features"]) == ("generic", "")


def test_every_processor_differs_from_this_machine_in_every_library(used) -> None:
    if used["here"]["torch"] == "DEFAULT":
        pytest.skip("this machine is no younger than the oldest of the processors")
    for library in ("torch", "blas", "numpy", "numba"):
        assert used["sse"][library] != used["here"][library], library
    if used["here"]["torch"] == "AVX512":
        for library in ("torch", "blas", "numpy", "numba"):
            assert used["avx2"][library] != used["here"][library], library
    assert used["here"]["threads"] == [1, 1] and used["two-threads"]["threads"] == [2, 2]


class Chapter:
    """One chapter; a class for each, so that workers share them."""

    key: str

    @pytest.mark.timeout(1800)
    def test_it_holds_on_another_processor(self, tmp_path: Path) -> None:
        variables = {**processor("sse").variables, "SZILARD_CACHE": str(tmp_path)}
        reports = verify_chapter(NOTEBOOKS[self.key], variables)
        assert reports and not [str(report) for report in reports if not report.agrees]


for key in NOTEBOOKS:
    globals()[f"Test_{key}"] = type(f"Test_{key}", (Chapter,), {"key": key})
