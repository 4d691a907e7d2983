"""Files that appear under their name whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

__all__ = ["write_whole"]


def write_whole(path: Path, content: bytes) -> None:
    """Write ``content`` so that ``path`` is either what it was or complete, even if the process is killed.

    Raises:
        OSError: it cannot be written; its ``filename`` is ``path``.
    """
    path = path.resolve()  # a link stays a link
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except OSError as error:  # a full disk does not say which file it is about
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)
