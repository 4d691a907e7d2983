"""What is inside a package of Debian and a page of HTML."""

from __future__ import annotations

from html.parser import HTMLParser

BLOCKS = frozenset("p li dt dd td th h1 h2 h3 h4 h5 h6 div pre blockquote title".split())
SKIPPED = frozenset("script style head pre".split())
NAVIGATION = frozenset(("navheader", "navfooter", "toc"))
VOID = frozenset("br hr img meta link input area base col embed source track wbr".split())

__all__ = ["data_tar", "html_paragraphs"]


def data_tar(deb: bytes) -> bytes:
    """The archive of files inside a package of Debian, which is an archive of the kind that ``ar`` makes.

    Raises:
        ValueError: no such archive, or one that is truncated.
    """
    if not deb.startswith(b"!<arch>\n"):
        raise ValueError("the package must be an archive of Debian; its first bytes are others")
    place = 8
    while place + 60 <= len(deb):
        header = deb[place : place + 60]
        name, size = header[:16].strip(), int(header[48:58])
        if name.startswith(b"data.tar"):
            if place + 60 + size > len(deb):
                break
            return deb[place + 60 : place + 60 + size]
        place += 60 + size + size % 2
    raise ValueError("the package holds no complete data.tar")


def html_paragraphs(page: str) -> list[str]:
    """The paragraphs of a page of HTML in order, white space reduced to single spaces; menus and code left out."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader.finish()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._text: list[str] = []
        self._skipping: list[str] = []  # tags open since one that is left out

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.finish()
        if tag in VOID:
            return
        kind = dict(attrs).get("class") or ""
        if self._skipping or tag in SKIPPED or kind in NAVIGATION:
            self._skipping.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.finish()
        if tag in self._skipping:
            while self._skipping.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self._text.append(data)

    def finish(self) -> None:
        text = " ".join("".join(self._text).split())
        self._text = []
        if text:
            self.found.append(text)
