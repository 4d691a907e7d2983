"""A reader's own file: read right, or refused in one line."""

import pytest

from szilard.language import read_text, reading


def test_encodings_that_a_file_names_itself(tmp_path):
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path = tmp_path / encoding
        path.write_bytes("Ça va? Oui.".encode(encoding))
        assert read_text(path).sentences == ("Ça va?", "Oui.")
    path.write_bytes("Ça va? Oui.".encode("latin-1"))
    assert read_text(path, "latin-1").sentences == ("Ça va?", "Oui.")


@pytest.mark.parametrize(
    ("content", "encoding", "message"),
    [
        (b"", None, "is empty$"),
        (b" \n\t ", None, "is empty but for white space"),
        (b"\x00\x01\x02\x7fELF" * 10, None, "is binary"),
        ("Ça va".encode("latin-1"), None, "not, first at byte 0.*--encoding, such as latin-1"),
        ("Ça va. ".encode() * 9 + "Ça".encode("latin-1"), None, "first at byte 72.*mixes two"),
        (b"\xff\xfea", None, "utf-16 throughout"),
        (b"abc", "klingon", "must be one that Python knows"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path, content, encoding, message):
    path = tmp_path / "file.txt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_text(path, encoding)


def test_size_is_looked_at_before_the_file_is_read(tmp_path, monkeypatch):
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    monkeypatch.setattr(reading.Path, "read_bytes", None)
    with pytest.raises(ValueError, match="has 100 MB: measure a part, such as"):
        read_text(path)
    with pytest.raises(ValueError, match="is a folder"):
        read_text(tmp_path)


def test_a_file_without_ends_of_sentences_has_one_a_paragraph(tmp_path):
    path = tmp_path / "poem"
    path.write_text("one line\n\nanother line\nstill the same")
    assert read_text(path).sentences == ("one line", "another line still the same")
