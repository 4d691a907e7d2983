"""Whatever a library raises on a damaged file, as one sentence."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from szilard.userdata.display import first_line

_DAMAGE = (
    OSError,
    ValueError,  # and so all that Arrow raises
    EOFError,
    MemoryError,
    LookupError,
    RuntimeError,
    TypeError,
    SyntaxError,
    ArithmeticError,
    AttributeError,
    zipfile.BadZipFile,
    zlib.error,
)

__all__ = ["Refusal", "refusing"]


class Refusal(ValueError):
    """A sentence that says why a file is not read."""


@contextmanager
def refusing(what: str, remedy: str = "write it again") -> Iterator[None]:
    """Work on a file that someone else may have damaged; ``what`` says what it then is not, ``remedy`` what to do."""
    try:
        yield
    except Refusal:
        raise
    except _DAMAGE as error:
        raise Refusal(f"{what} ({first_line(error)}): {remedy}") from None
