"""Other processors on this one: environments that hold the numerical libraries to older instructions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from szilard.validation import check_choice

_AVX512 = ("AVX512F", "AVX512VL", "AVX512BW", "AVX512DQ", "AVX512CD")
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")

__all__ = ["PROCESSORS", "Processor", "instructions", "processor"]


@dataclass(frozen=True)
class Processor:
    """Settings under which a new process computes as another processor does.

    Args:
        name: a word.
        about: what it stands for.
        variables: environment variables, read when the libraries are loaded.
    """

    name: str
    about: str
    variables: Mapping[str, str] = field(default_factory=dict)


def _held(torch: str, blas: str, onednn: str, numba: str, libc: tuple[str, ...], numpy: str) -> dict[str, str]:
    return {
        "ATEN_CPU_CAPABILITY": torch,
        "OPENBLAS_CORETYPE": blas,
        # MKL serves every processor of the last ten years with at least these.
        "MKL_ENABLE_INSTRUCTIONS": "AVX2",
        "MKL_CBWR": "AVX2",
        "ONEDNN_MAX_CPU_ISA": onednn,
        "NUMBA_CPU_NAME": numba,
        "NUMBA_CPU_FEATURES": "",  # those of the named processor, none of this one's own
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=" + ",".join(f"-{name}" for name in libc),
        "NPY_DISABLE_CPU_FEATURES": numpy,
    }


def _dispatched(beyond_avx2: bool) -> str:
    """The instruction sets that this NumPy chooses among, by its own names for them."""
    from numpy._core._multiarray_umath import __cpu_dispatch__ as names

    return " ".join(name for name in names if not beyond_avx2 or "AVX512" in name or name == "X86_V4")


def _all() -> tuple[Processor, ...]:
    avx2 = _held("avx2", "Haswell", "AVX2", "haswell", _AVX512, _dispatched(True))
    older = (*_AVX512, "AVX2", "AVX", "FMA", "FMA4")
    sse = _held("default", "Prescott", "SSE41", "generic", older, _dispatched(False))
    return (
        Processor("here", "the machine as it is, one thread", _ONE_THREAD),
        Processor("avx2", "instructions up to AVX2 and FMA, as of 2013", _ONE_THREAD | avx2),
        Processor("sse", "no AVX and no FMA, as of 2008", _ONE_THREAD | sse),
        Processor("two-threads", "the machine as it is, two threads", dict.fromkeys(_ONE_THREAD, "2")),
    )


PROCESSORS = _all()


def processor(name: str) -> Processor:
    """The processor called ``name``."""
    known = {one.name: one for one in PROCESSORS}
    return known[check_choice(name, "processor", known)]


def instructions() -> dict[str, object]:
    """What the numerical libraries of this process really use: by library, the name it gives its instructions."""
    import numba
    import numpy as np
    import torch
    from numba.core.registry import cpu_target
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
    from threadpoolctl import threadpool_info

    np.ones((2, 2)) @ np.ones((2, 2))
    codegen = cpu_target.target_context.codegen()
    return {
        "torch": torch.backends.cpu.get_cpu_capability(),
        "blas": sorted({i["architecture"] for i in threadpool_info() if "architecture" in i}),
        "numpy": sorted(name for name in __cpu_dispatch__ if __cpu_features__[name]),
        "numba": codegen._get_host_cpu_name(),
        "numba features": codegen._get_host_cpu_features(),
        "threads": [torch.get_num_threads(), numba.get_num_threads()],
    }
