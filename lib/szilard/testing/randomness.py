"""Whether a piece of code leaves the global random states alone."""

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

__all__ = ["unread_randomness"]


@contextmanager
def unread_randomness() -> Iterator[Callable[[], bool]]:
    """Yield a function that says whether the global states of NumPy, Python and torch are still as they were.

    They are moved on first, so that code which sets the seed that was set before is noticed too, and put back
    in the end.
    """
    numpy_state, python_state = np.random.get_state(), random.getstate()  # noqa: NPY002
    np.random.random_sample(), random.random()  # noqa: NPY002
    before = _states()
    try:
        yield lambda: _states() == before
    finally:
        np.random.set_state(numpy_state)  # noqa: NPY002
        random.setstate(python_state)


def _states() -> tuple[object, ...]:
    numpy_state = np.random.get_state(legacy=False)  # noqa: NPY002 — read, to see that nobody writes it
    torch = sys.modules.get("torch")
    torch_state = torch.get_rng_state().tolist() if torch else None
    assert isinstance(numpy_state, dict)
    key = numpy_state.pop("state")
    return key["key"].tobytes(), key["pos"], numpy_state, random.getstate(), torch_state
