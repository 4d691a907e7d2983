"""The kernel in Triton, by its interpreter where there is no card; and reading what the profiler prints."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import numpy as np
import pytest
import torch

from szilard.io_complexity import attention_energy, flash_attention, io_count, kernel_words, triton_missing
from szilard.io_complexity.gpu import CardTask, read_counters

HAS_TRITON = importlib.util.find_spec("triton") is not None
INTERPRETED = """
import torch
from szilard.io_complexity import flash_attention
single, half = (torch.float32, 1e-5), (torch.float16, 5e-3)
for N, d, m, n, (kind, limit) in ((64, 16, 16, 16, single), (50, 32, 32, 16, single), (48, 64, 64, 32, half)):
    q, k, v = (torch.randn(2, N, d, generator=torch.Generator().manual_seed(i)).to(kind) for i in range(3))
    truth = torch.softmax(q.double() @ k.double().mT / d**0.5, -1) @ v.double()
    error = float((flash_attention(q, k, v, m, n).double() - truth).abs().max())
    assert error < limit, (N, d, m, n, kind, error)
print("right")
"""


@pytest.mark.skipif(not HAS_TRITON, reason="Triton is not installed here: the kernel is not tested")
def test_the_interpreted_kernel_is_right():
    here = os.environ | {"TRITON_INTERPRET": "1"}
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", INTERPRETED], env=here, capture_output=True, text=True)
    assert done.stdout == "right\n", done.stderr[-2000:]


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available() or not HAS_TRITON, reason="needs a CUDA card and Triton")
@pytest.mark.parametrize(("dtype", "limit"), [("float32", 1e-5), ("bfloat16", 2e-2)])
@pytest.mark.parametrize(("N", "d", "block_m"), [(256, 64, 64), (1000, 128, 128)])
def test_the_compiled_kernel_is_right(dtype, limit, N, d, block_m):
    q, k, v = (torch.randn(2, 3, N, d, device="cuda").to(getattr(torch, dtype)) for _ in range(3))
    truth = torch.softmax(q.double() @ k.double().mT / d**0.5, -1) @ v.double()
    assert float((flash_attention(q, k, v, block_m, 32).double() - truth).abs().max()) < limit


@pytest.mark.skipif(HAS_TRITON, reason="Triton is installed")
def test_without_triton_the_kernel_says_so():
    assert "not installed" in triton_missing()
    with pytest.raises(ValueError, match="needs Triton"):
        flash_attention(*torch.ones(3, 16, 16))


@pytest.mark.skipif(not HAS_TRITON, reason="Triton is not installed here: its arguments are not tested")
def test_bad_arguments_are_refused():
    x = torch.ones(16, 16)
    for given, message in (
        ((x, x, torch.ones(8, 16)), "one shape"),
        ((x, x, x.double()), "one dtype"),
        ((torch.ones(16, 20),) * 3, "d must be 16, 32"),
        ((x.T, x, x), "contiguous"),
        ((x, x, x, 24), "power of two"),
    ):
        with pytest.raises(ValueError, match=message):
            flash_attention(*given)


def test_the_kernel_reads_what_the_machine_reads():
    """Q once, and K and V for every block; the machine writes O and the logarithms besides."""
    assert kernel_words(1024, 64, 128) == io_count("flash2", 1024, 64, 10**6, rows=128).reads


PRINTED = """==PROF== Connected to process 1
"ID","Process ID","Process Name","Host Name","Kernel Name","Metric Name","Metric Unit","Metric Value"
"0","1","python","h","attention","dram__bytes_read.sum","Mbyte","1.5"
"0","1","python","h","attention","dram__bytes_write.sum","Kbyte","2,000"
"0","1","python","h","attention","lts__t_sectors_op_read.sum","sector","10"
"0","1","python","h","attention","lts__t_sectors_srcunit_tex_op_read.sum","sector","1,000"
"0","1","python","h","attention","lts__t_sectors_srcunit_tex_op_write.sum","sector","5"
"1","1","python","h","other","dram__bytes_read.sum","byte","7"
"""


def test_counters_are_read_with_their_units_and_summed():
    found = read_counters(PRINTED)
    assert found["dram_read"] == 1_500_007 and found["dram_write"] == 2e6
    assert found["l2_read"] == 32_000 and found["l2_write"] == 160 and found["l2_read_all"] == 320
    with pytest.raises(RuntimeError, match="nothing about dram_read"):
        read_counters("==ERROR== nothing")


def test_backends_are_known():
    with pytest.raises(ValueError, match="did you mean 'flash'"):
        CardTask("flas", 64, 16)
    assert CardTask("math", 64, 16, heads=2).flops == 4 * 2 * 64**2 * 16


def test_torch_backends_run_on_the_processor():
    from szilard.io_complexity import task_error, task_seconds

    task = CardTask("math", 64, 16, heads=2, dtype="float32")
    assert task_error(task, "cpu") < 1e-5 and task_seconds(task, "cpu", 2) > 0


def test_energy_adds_up_and_stays_above_the_bound():
    given = {"joules_per_byte": 2e-10, "joules_per_flop": 1e-12, "joules_per_bit": 2.87e-21}
    energy = attention_energy("flash2", 1024, 64, 2**15, **given)
    assert energy.moving == pytest.approx(io_count("flash2", 1024, 64, 2**15).io * 2 * 2e-10)
    assert energy.computing == pytest.approx(4 * 1024**2 * 64 * 1e-12) and energy.total > energy.landauer > 0
    assert np.isclose(energy.landauer, 16 * 2.87e-21 * (io_count("flash2", 1024, 64, 2**15).reads + 2 * 1024**2 * 64))
    with pytest.raises(ValueError, match="joules_per_bit"):
        attention_energy("flash2", 1024, 64, 2**15, **given | {"joules_per_bit": 0})
