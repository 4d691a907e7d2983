"""Other processors on this one: environments that hold the numerical libraries to older instructions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_AVX512 = ("AVX512F", "AVX512VL", "AVX512BW", "AVX512DQ", "AVX512CD")
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")

__all__ = ["PROCESSORS", "Processor"]


@dataclass(frozen=True)
class Processor:
    """Environment variables, read when libraries are loaded, under which a process computes as another processor."""

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
