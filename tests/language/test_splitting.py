"""Sentences and words, against examples split by hand: every number measured on text depends on them."""

import pytest

from szilard.language import paragraphs, sentences, words

SENTENCES = [
    ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
    ("Mr. Smith met Dr. Jones at 3 p.m. yesterday.", ["Mr. Smith met Dr. Jones at 3 p.m. yesterday."]),
    ("The U.S. Army left. J. K. Rowling stayed.", ["The U.S. Army left.", "J. K. Rowling stayed."]),
    ("It rose 3.5 percent. He said so.", ["It rose 3.5 percent.", "He said so."]),
    ("“Stop!” he cried. “Why?” She left.", ["“Stop!” he cried.", "“Why?”", "She left."]),
    ("Wait... what? Yes.", ["Wait... what?", "Yes."]),
    ("It was I. Then he came.", ["It was I.", "Then he came."]),
    ("A line\nbroken in two. Next.\n\nNew paragraph without end\n\nLast", ["A line broken in two.", "Next.",
     "New paragraph without end", "Last"]),
    ("今日は雨です。明日は晴れ？はい！", ["今日は雨です。", "明日は晴れ？", "はい！"]),
    ("他说：“你好。”然后走了。", ["他说：“你好。”", "然后走了。"]),
    ("هل أنت هنا؟ نعم. حسنا.", ["هل أنت هنا؟", "نعم.", "حسنا."]),
    ("Он пришёл. Она ушла.", ["Он пришёл.", "Она ушла."]),
    ("यह एक वाक्य है। यह दूसरा है।", ["यह एक वाक्य है।", "यह दूसरा है।"]),
    ("no end at all", ["no end at all"]),
    (" \n\n \t", []),
]  # fmt: skip
WORDS = [
    ("Don't stop.", ["Don't", "stop", "."]),
    ("It’s $1,000.50, or 3.5%", ["It’s", "$", "1,000.50", ",", "or", "3.5", "%"]),
    ("Fellow-Citizens of 1790:", ["Fellow", "-", "Citizens", "of", "1790", ":"]),
    ("我是学生。", ["我", "是", "学", "生", "。"]),
    ("Debian は良い", ["Debian", "は", "良", "い"]),
    ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
    ("한국어 문장", ["한국어", "문장"]),
    ("สวัสดี", ["ส", "วั", "ส", "ดี"]),
    ("naïve cafe\u0301", ["naïve", "cafe\u0301"]),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_sentences(text, expected):
    assert sentences(text) == expected


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_words(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize("text", [text for text, _ in SENTENCES])
def test_nothing_is_lost_or_made_up(text):
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
    assert "".join(words(text)) == "".join(text.split())


def test_paragraphs_end_at_empty_lines_only():
    assert paragraphs("a\nb\n \nc") == ["a b", "c"]
