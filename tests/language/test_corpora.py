"""Corpora: what ships with the library, what is fetched, and what a document refuses to be."""

import io
import tarfile

import pytest

from szilard.datasets import TEXTS
from szilard.language import CORPORA, Corpus, Document, available, load
from szilard.language._markup import data_tar, html_paragraphs
from szilard.language.corpora import _tagged


def test_what_ships_is_there_and_whole():
    corpus = load("sotu-59")
    assert len(corpus) == 59 and available()["sotu-59"]
    assert sum(map(len, corpus)) == 15_942
    assert sum(len(sentence) for document in corpus for sentence in document.words) == 503_154
    assert corpus.documents[0].name == "1790_george_washington_n" and corpus.documents[-1].group == "2021"
    assert corpus.documents[0].sentences[0].startswith("Fellow-Citizens of the Senate")
    assert "public domain" in corpus.licence and len(corpus.sha256) == 64


def test_a_corpus_that_is_not_here_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("SZILARD_DATA", raising=False)
    with pytest.raises(FileNotFoundError, match="szilard data fetch brown"):
        load("brown")
    with pytest.raises(ValueError, match="did you mean 'brown'"):
        load("brwon")
    assert not available()["brown"]


@pytest.mark.parametrize(
    ("name", "documents", "sentences", "words"),
    [("sotu", 233, 63_189, 1_980_024), ("brown", 500, 57_340, 1_161_192), ("lee", 300, 2_683, 67_514)],
)
def test_what_was_fetched_has_the_size_it_should_have(name, documents, sentences, words):
    if not any(path.is_file() for path in TEXTS[name].candidates()):
        pytest.skip(f"{name} is not on this machine")
    corpus = load(name)
    assert (len(corpus), sum(map(len, corpus))) == (documents, sentences)
    assert sum(len(sentence) for document in corpus for sentence in document.words) == words


def test_the_shipped_part_is_every_fourth_document_of_the_whole():
    if not available()["sotu"]:
        pytest.skip("sotu is not on this machine")
    assert load("sotu").every(4).documents == load("sotu-59").documents


def test_every_page_of_the_guide_has_its_translation():
    if not available()["guide:en"]:
        pytest.skip("the installation guide is not on this machine")
    english, chinese = load("guide:en"), load("guide:zh_CN")
    assert [page.name for page in english] == [page.name for page in chinese]
    assert "安装" in "".join(chinese.documents[3].sentences) and "<" not in english.documents[3].text


def test_a_tagged_sample_is_read_word_by_word():
    document = _tagged("ca01", "\n\tThe/at ``/`` Jury/nn-tl ''/'' said/vbd 1/2/cd ,/, ./.\n\n\tTwo/cd ./.\n")
    assert document.words == (("The", "``", "Jury", "''", "said", "1/2", ",", "."), ("Two", "."))
    assert document.sentences[0] == "The “Jury” said 1/2,." and document.group == "a"


def test_a_page_of_html_is_its_paragraphs():
    page = """<html><head><title>no</title></head><body><div class="navheader"><table><tr><th>menu</th></tr></table>
    </div><div><h2>One&nbsp;two</h2><p>A <b>bold</b>\nword.<p>Second<br>line</p><pre>code</pre><ul><li>Item</li></ul>
    <script>x</script></div></body></html>"""
    assert html_paragraphs(page) == ["One two", "A bold word.", "Secondline", "Item"]


def test_a_package_of_debian_is_opened_and_a_broken_one_refused():
    def member(name, content):
        return (
            f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode()
            + content
            + b"\n" * (len(content) % 2)
        )

    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:xz") as archive:
        archive.addfile(tarfile.TarInfo("x"))
    whole = b"!<arch>\n" + member("debian-binary", b"2.0") + member("data.tar.xz", buffer.getvalue())
    assert data_tar(whole) == buffer.getvalue()
    for broken in (b"", b"no archive", whole[:-10], whole[:40]):
        with pytest.raises(ValueError, match="archive of Debian|no complete data.tar"):
            data_tar(broken)


@pytest.mark.parametrize("sentences", [(), ("",), ("a", "  ")])
def test_a_document_needs_sentences(sentences):
    with pytest.raises(ValueError, match="sentences of 'x'"):
        Document("x", sentences)


def test_parts_of_documents_and_corpora():
    document = Document("x", ("a b", "c", "d"), (("a", "b"), ("c",), ("d",)))
    assert document.first(2).words == (("a", "b"), ("c",)) and len(document.first(9)) == 3
    assert document.reordered([2, 0]).sentences == ("d", "a b")
    with pytest.raises(ValueError, match="tokens of 'x'"):
        Document("x", ("a", "b"), (("a",),))
    corpus = Corpus("c", tuple(Document(str(i), ("a",)) for i in range(7)))
    folds = list(corpus.folds(3))
    assert [[d.name for d in test] for _, test in folds] == [["0", "3", "6"], ["1", "4"], ["2", "5"]]
    assert all({d.name for d in train} | {d.name for d in test} == set("0123456") for train, test in folds)
    assert [d.name for d in corpus.every(3)] == ["0", "3", "6"]
    with pytest.raises(ValueError, match="count must be at most"):
        list(corpus.folds(8))


def test_every_corpus_says_where_it_comes_from():
    for _, file in CORPORA.values():
        assert file.source and file.licence and len(file.sha256) == 64 and file.install
