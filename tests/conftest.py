"""Settings of every test: reproducible examples, and a guard that no test leaves the process changed."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

# Set by libraries when first imported or used (threadpoolctl, scikit-learn, joblib): no single test shall seem to.
os.environ.setdefault("KMP_DUPLICATE_LIB_OK", "True")
os.environ.setdefault("KMP_INIT_AT_FORK", "FALSE")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background: programs under test inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("szilard", derandomize=True, deadline=None, max_examples=50, database=None)
settings.load_profile("szilard")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--device", default="cpu", help="torch device of the tests that take one (cpu, cuda)")
    parser.addoption("--slow", action="store_true", help="also run the tests marked slow")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("slow") and not config.getoption("--slow"):
            item.add_marker(pytest.mark.skip(reason="slow: runs with --slow"))
        if item.get_closest_marker("gpu") and not _cuda():
            item.add_marker(pytest.mark.skip(reason="needs a CUDA device"))


@pytest.fixture
def device(request: pytest.FixtureRequest) -> str:
    """The torch device chosen on the command line."""
    return request.config.getoption("--device")


@pytest.fixture(autouse=True)
def unchanged_process() -> Iterator[None]:
    """Fail a test after which seeds, defaults or the environment differ from what they were before."""
    before = _process_state()
    yield
    after = _process_state()
    changed = [name for name, value in before.items() if after[name] != value]
    assert not changed, f"global state changed: {', '.join(changed)}"


def _process_state() -> dict[str, Any]:
    state: dict[str, Any] = {
        "environment": {key: value for key, value in os.environ.items() if key != "PYTEST_CURRENT_TEST"},
        "numpy.random": np.random.get_state()[1].tobytes(),  # noqa: NPY002
        "numpy.errstate": np.geterr(),
        "numpy.printoptions": np.get_printoptions(),
    }
    if "torch" in sys.modules:
        state |= _torch_state(sys.modules["torch"])
    if "matplotlib" in sys.modules:
        state["matplotlib.rcParams"] = dict(sys.modules["matplotlib"].rcParams)
    return state


def _torch_state(torch: Any) -> dict[str, Any]:
    return {
        "torch.random": torch.random.get_rng_state().numpy().tobytes(),
        "torch default dtype": torch.get_default_dtype(),
        "torch default device": torch.get_default_device(),
        "torch threads": torch.get_num_threads(),
        "torch gradients": torch.is_grad_enabled(),
        "torch deterministic": torch.are_deterministic_algorithms_enabled(),
    }


def _cuda() -> bool:
    import torch

    return torch.cuda.is_available()
