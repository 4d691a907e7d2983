"""A reader's own text file as a document, or one sentence that says why not."""

from __future__ import annotations

from pathlib import Path

from szilard.language.documents import Document

LARGEST = 10_000_000  # bytes
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1b")

__all__ = ["LARGEST", "read_text"]


def read_text(path: Path, encoding: str | None = None) -> Document:
    """The document in a file of plain text.

    Args:
        path: the file.
        encoding: of its characters; by default UTF-8, or UTF-16 where its first bytes say so.

    Raises:
        ValueError: a folder, an empty file, one above 10 MB, one that is no text, one in another encoding than said or
            in several, or an unknown encoding.
        OSError: it cannot be read.
    """
    shown = str(path)
    if path.is_dir():
        raise ValueError(f"FILE must be a text file; {shown!r} is a folder")
    size = path.stat().st_size
    if size > LARGEST:
        raise ValueError(
            f"FILE must have at most {LARGEST // 10**6} MB; {shown!r} has {size / 1e6:.0f} MB: measure a part, such as "
            f"the one that head -c {LARGEST} gives"
        )
    content = path.read_bytes()
    text = _decoded(content, encoding, shown)
    document = text.replace("\0", "").strip()
    if not document:
        raise ValueError(f"FILE must hold text; {shown!r} is empty" + (" but for white space" if content else ""))
    return Document.of(path.name, text)


def _decoded(content: bytes, encoding: str | None, shown: str) -> str:
    marked = next((name for mark, name in MARKS.items() if content.startswith(mark)), None)
    used = encoding or marked or "utf-8"
    odd = len(content) - len(content.translate(None, CONTROL))
    if used in ("utf-8", "utf-8-sig") and odd * 100 > len(content):
        raise ValueError(f"FILE must be plain text; {shown!r} is binary: export it as text first")
    try:
        text = content.decode(used)
    except LookupError:
        raise ValueError(f"--encoding must be one that Python knows, such as latin-1; got {used!r}") from None
    except UnicodeDecodeError as error:
        raise ValueError(
            f"FILE must be {used} throughout; {shown!r} is not, first at byte {error.start}: if it is all in another "
            "encoding name it with --encoding, such as latin-1; if it mixes two, convert it first"
        ) from None
    except UnicodeError as error:
        raise ValueError(f"FILE must be {used} throughout; {shown!r} is not: {error}") from None
    return text
