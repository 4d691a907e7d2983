"""Other processors on this one are what they say: the libraries really use other instructions."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from szilard.compendium.places import child_environment
from szilard.compendium.processors import PROCESSORS

PROBE = """
import json, numba, numpy as np, torch
from numba.core.registry import cpu_target
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
from threadpoolctl import threadpool_info

np.ones((2, 2)) @ np.ones((2, 2))
codegen = cpu_target.target_context.codegen()
print(json.dumps({
    "torch": torch.backends.cpu.get_cpu_capability(),
    "blas": sorted({i["architecture"] for i in threadpool_info() if "architecture" in i}),
    "numpy": sorted(name for name in __cpu_dispatch__ if __cpu_features__[name]),
    "numba": codegen._get_host_cpu_name(),
    "numba features": codegen._get_host_cpu_features(),
    "threads": [torch.get_num_threads(), numba.get_num_threads()],
}))
"""


def _instructions(variables: dict[str, str]) -> dict:
    """What the numerical libraries of a process really use: by library, the name it gives its instructions."""
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
        for library in ("torch", "numpy", "numba"):
            assert used["avx2"][library] != used["here"][library], library
        # OpenBLAS has kernels with AVX-512 for some makers' processors only, and takes those of Haswell for others.
        assert set(used["avx2"]["blas"]) == {"Haswell"}
    assert used["here"]["threads"] == [1, 1] and used["two-threads"]["threads"] == [2, 2]
