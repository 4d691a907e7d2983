"""The same attention as compiled C, its cache simulated by cachegrind."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from szilard.io_complexity.caches import LINE
from szilard.validation import check_integer

__all__ = ["cachegrind_available", "cachegrind_misses", "run_kernel"]

SOURCE = Path(__file__).with_name("attention.c")
FILL = -1  # fills the arrays and computes nothing
STANDARD = 0


def cachegrind_available() -> str:
    """What is missing on this machine for :func:`cachegrind_misses`; empty where nothing is.

    >>> isinstance(cachegrind_available(), str)
    True
    """
    missing = [
        name
        for name, found in (("a C compiler (cc)", _compiler()), ("valgrind", shutil.which("valgrind")))
        if not found
    ]
    return " and ".join(missing)


def cachegrind_misses(N: int, d: int, rows: int, lines: int) -> int:
    """First-level data misses of attention in float32, those of a run that only fills the arrays subtracted.

    Args:
        N, d: shape of queries, keys and values.
        rows: queries of a block; 0 for standard attention in three passes.
        lines: lines of 64 bytes in the fully associative cache with least-recently-used replacement.

    Raises:
        ValueError: a size that is not positive.
        RuntimeError: compiler or valgrind are missing, or one of them fails.
    """
    for name, value, least in (("N", N, 1), ("d", d, 1), ("rows", rows, 0), ("lines", lines, 1)):
        check_integer(value, name, minimum=least)
    if missing := cachegrind_available():
        raise RuntimeError(f"cachegrind needs {missing} on this machine")
    with tempfile.TemporaryDirectory(prefix="szilard-") as folder:
        program = _build(Path(folder), N, d)
        counted = [_misses(program, each, lines) for each in (rows, FILL)]
    return counted[0] - counted[1]


def run_kernel(N: int, d: int, rows: int) -> float:
    """What the compiled program prints: the sum of o[i, i mod d], the same for every ``rows`` up to float32.

    Raises:
        RuntimeError: no compiler, or it fails.
    """
    if not _compiler():
        raise RuntimeError("the kernel needs a C compiler (cc) on this machine")
    with tempfile.TemporaryDirectory(prefix="szilard-") as folder:
        return float(_call([str(_build(Path(folder), N, d)), str(rows)]))


def _compiler() -> str | None:
    return shutil.which("cc") or shutil.which("gcc")


def _build(folder: Path, N: int, d: int) -> Path:
    program = folder / "attention"
    flags = ["-O1", "-ffp-contract=off", f"-DN={N}", f"-DD={d}", "-o", str(program), str(SOURCE), "-lm"]
    _call([str(_compiler()), *flags])
    return program


def _misses(program: Path, rows: int, lines: int) -> int:
    record = program.with_name("counts")
    size = lines * LINE
    caches = [f"--D1={size},{lines},{LINE}", f"--I1=32768,8,{LINE}", f"--LL=8388608,16,{LINE}"]
    _call(
        [
            "valgrind",
            "--tool=cachegrind",
            "--cache-sim=yes",
            *caches,
            f"--cachegrind-out-file={record}",
            str(program),
            str(rows),
        ]
    )
    text = record.read_text(encoding="utf-8").splitlines()
    names = next(line for line in text if line.startswith("events:")).split()[1:]
    total = next(line for line in text if line.startswith("summary:")).split()[1:]
    events = dict(zip(names, map(int, total), strict=True))
    return events["D1mr"] + events["D1mw"]


def _call(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed ({done.returncode}): {done.stderr.strip()[-300:]}")
    return done.stdout
