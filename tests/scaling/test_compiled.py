"""What a card trains with is compiled: each function of a step is traced whole, once for all widths, and the compiled
step is the plain one. Here the compiler writes for the processor; on a card it writes Triton's language."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

SCRIPT = """
import sys
import numpy as np
import torch
from torch._dynamo.testing import CompileCounterWithBackend
from szilard.scaling import SQUARE, Budget, _batched, initial, training_path
from szilard.scaling.activations import code

traced, compiled = CompileCounterWithBackend(sys.argv[1]), {}


def compiling(device, function):
    if function not in compiled:
        compiled[function] = torch.compile(function, dynamic=True, fullgraph=True, backend=traced)
    return compiled[function]


_batched._for = compiling
for width in (3, 9, 17):  # no width, offset or number of points equals the seven networks: equal sizes share a symbol
    start, budget = initial(SQUARE, width, 7, "silu", rng=1), Budget(40, n_points=4 * width + 1)
    x = SQUARE.points(budget.n_points)
    card = _batched.train(start._theta, x, SQUARE(x), budget.rates(), code("silu"), "cpu", [40])[0]
    plain = training_path(start, budget, [40])[0]._theta
    np.testing.assert_allclose(card, plain, atol=1e-10)
assert len(compiled) == traced.frame_count == 3, traced.frame_count
print("the same")
"""
COMPILERS = [
    "aot_eager",
    pytest.param("inductor", marks=[
        pytest.mark.slow, pytest.mark.skipif(shutil.which("g++") is None, reason="needs a compiler of C++"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize("compiler", COMPILERS)
def test_the_compiled_step_is_the_plain_one_and_serves_all_widths(compiler, tmp_path):
    here = os.environ | {"TORCHINDUCTOR_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, compiler]
    done = subprocess.run(command, env=here, capture_output=True, text=True)
    assert done.stdout == "the same\n", done.stderr[-2000:]
