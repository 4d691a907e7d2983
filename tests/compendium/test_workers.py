"""Sweeps on worker processes, on clusters, and beside other sweeps: nothing is lost and nothing is done twice."""

from __future__ import annotations

import importlib.util
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fatal_laboratory import Fatal

from szilard.compendium.pools import open_local
from szilard.compendium.sweep import cell_rng

FAKE = Path(__file__).with_name("fake")
LIBRARY = Path(__file__).resolve().parents[2] / "lib"
RAY = """
import sys, ray
ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, _temp_dir=sys.argv[1])
print("at", ray.get_runtime_context().gcs_address, flush=True)
sys.stdin.read()
ray.shutdown()
"""


def needs(package: str) -> pytest.MarkDecorator:
    """Skip where a cluster's package is not installed."""
    missing = importlib.util.find_spec(package) is None
    return pytest.mark.skipif(missing, reason=f"{package} is not installed: pip install 'szilard[cluster]'")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder with a short name, for sockets lie in it."""
    with tempfile.TemporaryDirectory(prefix="szilard-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def environment(home: Path) -> dict[str, str]:
    """What drivers and workers share; the log is the clusters' own."""
    paths = os.pathsep.join([str(FAKE), str(LIBRARY)])
    return os.environ | {
        "PYTHONPATH": paths,
        "FAKE_LOG": str(home / "log"),
        "HOME": str(home),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_MODE": "disabled",
    }


@contextmanager
def program(*command: str, environment: dict[str, str], **options) -> Iterator[subprocess.Popen]:
    """A program at work, ended with all that it has started."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | options
    process = subprocess.Popen([sys.executable, *command], env=environment, start_new_session=True, text=True, **quiet)
    try:
        yield process
    finally:
        for end in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, end)
                process.wait(5)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        for pipe in filter(None, (process.stdin, process.stdout, process.stderr)):
            pipe.close()


@pytest.fixture(scope="module")
def dask(home: Path, environment) -> Iterator[str]:
    """The address of a scheduler with two workers, each restarted by its nanny when killed."""
    file = home / "scheduler.json"
    scheduler = ["-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    worker = ["-m", "distributed.cli.dask_worker", "--nthreads", "1", "--nworkers", "2", "--no-dashboard"]
    with program(*scheduler, "--scheduler-file", str(file), environment=environment):
        deadline = time.monotonic() + 60
        while not (file.exists() and file.read_text().endswith("}")) and time.monotonic() < deadline:
            time.sleep(0.05)
        address = json.loads(file.read_text())["address"]
        with program(*worker, address, "--local-directory", str(home / "dask"), environment=environment):
            yield address


@pytest.fixture(scope="module")
def ray(home: Path, environment) -> Iterator[str]:
    """The address of a cluster of two processors."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with program("-c", RAY, str(home / "ray"), environment=environment, **pipes) as cluster:
        yield next(line.split()[1] for line in cluster.stdout if line.startswith("at "))
        cluster.stdin.close()
        cluster.wait(30)


def szilard(*words: str, environment: dict[str, str], cache: Path) -> subprocess.CompletedProcess[str]:
    """The command, knowing the laboratory of fatal cells."""
    command = [sys.executable, str(FAKE / "fatal_laboratory.py"), *words, "--device", "cpu"]
    return subprocess.run(
        command,
        env=environment | {"SZILARD_CACHE": str(cache)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def begun(environment: dict[str, str]) -> Counter[int]:
    """How often each cell has begun."""
    lines = Path(environment["FAKE_LOG"]).read_text().splitlines()
    return Counter(int(line.split()[0]) for line in lines)


def begun_after_they_were_stored(environment: dict[str, str], cache: Path) -> list[int]:
    """The cells of the fatal laboratory that began when their result lay in the store already."""
    stored = {}
    for file in cache.glob("cells/*/*.json"):
        stored[json.loads(file.read_text())["settings"]["Fatal"]["index"]] = file.stat().st_mtime
    lines = [line.split() for line in Path(environment["FAKE_LOG"]).read_text().splitlines()]
    return [int(index) for index, when in lines if float(when) > stored.get(int(index), math.inf)]


def numbers(experiment: str, *cells: Fatal, seed: int = 0) -> list[str]:
    """The numbers that cells draw, wherever they run, as the command prints them."""
    return [f"{cell_rng(seed, experiment, cell).random():.5g}" for cell in cells]


def test_a_killed_worker_names_its_cell_and_everything_else_goes_on(tmp_path: Path, environment) -> None:
    here = environment | {"FAKE_LOG": str(tmp_path / "log")}
    done = szilard("run", "fatal", "--workers", "2", environment=here, cache=tmp_path)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done.stderr
    for name, cell, kept in (("once", "Fatal(index=1, kills='once'", 3), ("always", "Fatal(index=5, kills='al", 2)):
        assert f"fatal/{name}: 1 of {kept + 1} cells failed, {kept} are kept; the first, {cell}" in done.stderr
    assert "lost its process, which was killed or crashed (memory may have run out" in done.stderr
    assert "fatal/fine: quick tier, seed 0, 2 cells" in done.stdout
    again = szilard("run", "fatal/once", "--workers", "2", environment=here, cache=tmp_path)
    assert again.returncode == 0 and "fatal/once: quick tier, seed 0, 4 cells" in again.stdout
    assert begun(here) == Counter([0, 1, 1, 2, 3, 4, 5, 6, 10, 11])


@pytest.mark.parametrize(
    "backend", [pytest.param("dask", marks=needs("distributed")), pytest.param("ray", marks=needs("ray"))]
)
def test_a_cluster_computes_the_cell_of_a_killed_worker_again_and_no_stored_one(
    tmp_path: Path, environment, backend: str, request
) -> None:
    address = request.getfixturevalue(backend)
    Path(environment["FAKE_LOG"]).write_text("")
    words = ("--backend", backend, "--address", address)
    done = szilard("run", "fatal/once", *words, environment=environment, cache=tmp_path)
    assert done.returncode == 0 and "szilard: " not in done.stderr, done.stderr
    assert [line.split()[-1] for line in done.stdout.splitlines()[2:]] == numbers(
        "once", Fatal(0), Fatal(1, "once"), Fatal(2), Fatal(3)
    )
    assert begun(environment)[1] >= 2 and set(begun(environment)) == {0, 1, 2, 3}
    assert begun_after_they_were_stored(environment, tmp_path) == []


@needs("distributed")
def test_a_cell_that_kills_every_worker_of_a_cluster_is_named(tmp_path: Path, environment, dask: str) -> None:
    Path(environment["FAKE_LOG"]).write_text("")
    here = environment | {"DASK_SCHEDULER_ADDRESS": dask}
    done = szilard("run", "fatal/always", "--backend", "dask", environment=here, cache=tmp_path)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done.stderr
    assert "fatal/always: 1 of 3 cells failed, 2 are kept; the first, Fatal(index=5" in done.stderr
    assert "cost every worker that tried it its life (memory may have run out" in done.stderr
    assert begun_after_they_were_stored(environment, tmp_path) == []


@needs("distributed")
@needs("ray")
def test_a_cluster_that_is_not_there_is_one_line(environment) -> None:
    expected = {
        ("dask", None): (2, "backend 'dask' needs the address of a cluster: --address, or DASK_SCHEDULER_ADDRESS"),
        ("dask", "tcp://127.0.0.1:9"): (1, "no Dask scheduler answers at tcp://127.0.0.1:9"),
        ("dask", "abacus://a"): (2, "address of the cluster must be like tcp://HOST:PORT; got 'abacus://a'"),
        ("ray", None): (2, "backend 'ray' needs the address of a cluster: --address, or RAY_ADDRESS"),
        ("ray", "127.0.0.1:9"): (1, "no Ray cluster answers at 127.0.0.1:9"),
        ("ray", "abacus"): (2, "address of the cluster must be like HOST:PORT or ray://HOST:PORT; got 'abacus'"),
    }
    code = (
        "import json, sys; from szilard.cli.errors import explain; from szilard.compendium.clusters import open_pool\n"
        "for backend, address in json.loads(sys.argv[1]):\n"
        "    try: open_pool(backend, 1, address=address)\n"
        "    except Exception as error: print(json.dumps(explain(error)))"
    )
    impatient = environment | {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "1s"}
    command = [sys.executable, "-c", code, json.dumps(list(expected))]
    done = subprocess.run(command, env=impatient, capture_output=True, text=True, timeout=120, check=True)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(said) == len(expected) and done.stderr == ""
    for (message, code), (wanted, words) in zip(said, expected.values(), strict=True):
        assert message.startswith(words) and code == wanted and "\n" not in message


def test_two_processes_on_one_store_share_a_sweep(tmp_path: Path, environment) -> None:
    here = environment | {"FAKE_LOG": str(tmp_path / "log"), "SZILARD_CACHE": str(tmp_path)}
    code = (
        "import fake_laboratory as fake; result = fake.LABORATORY.run('steps', device='cpu', workers=1)\n"
        "print(result.table.to_csv(), result.provenance.table_sha256)"
    )
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen([sys.executable, "-c", code], env=here, **pipes) for _ in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert said[0] == said[1] and begun(here) == Counter(range(6))


def test_an_interrupted_sweep_ends_its_workers_with_one_line_and_130(tmp_path: Path, environment) -> None:
    here = environment | {"FAKE_LOG": str(tmp_path / "log"), "SZILARD_CACHE": str(tmp_path)}
    words = [str(FAKE / "fatal_laboratory.py"), "run", "fatal/long", "--tier", "full", "--device", "cpu"]
    out = ["--workers", "2", "--out", str(tmp_path / "out")]
    with program(*words, *out, environment=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as sweep:
        deadline = time.monotonic() + 60
        while not (tmp_path / "log").exists() or len(begun(here)) < 2:
            assert time.monotonic() < deadline and sweep.poll() is None
            time.sleep(0.05)
        os.killpg(sweep.pid, signal.SIGINT)
        _, stderr = sweep.communicate(timeout=30)
        assert sweep.returncode == 130 and len(stderr.splitlines()) == 1, stderr
        assert not list((tmp_path / "claims").iterdir())


def test_an_abandoned_pool_leaves_no_process_between_two_calls_behind() -> None:
    with pytest.raises(KeyboardInterrupt), open_local(2, one_thread=False) as pool:  # noqa: PT012
        pool.submit(0, os.getpid)
        (done,) = pool.finished(60)
        raise KeyboardInterrupt
    deadline = time.monotonic() + 20
    while Path(f"/proc/{done.value}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{done.value}").exists()
