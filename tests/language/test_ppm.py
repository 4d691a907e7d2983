"""The model of bytes: normalised whatever it has read, honest about what it knew, and itself again afterwards."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.language import PPM, Document, LanguageModel, bits_per_byte, load


@pytest.fixture(scope="module")
def model(speeches):
    return PPM(5).fit(speeches[:8])


def state(model):
    """All counts, dead entries left out."""
    table = model._table
    pairs = sorted(zip(table.pairs[table.times > 0], table.times[table.times > 0], strict=True))
    used = table.seen[:, 0] > 0
    return pairs, sorted(map(tuple, table.seen[used].tolist())), table.tally.tolist()


@pytest.mark.parametrize("before", [b"", b"the ", b"\nFellow-Citiz", b"\xff\x00zq"])
def test_probabilities_sum_to_one_after_any_context(model, before):
    p = model.distribution(before)
    assert (p > 0).all() and abs(p.sum() - 1) < 1e-12
    assert np.allclose(PPM(3).fit().distribution(before), 1 / 256, rtol=1e-15)


@given(st.lists(st.text("ab", min_size=1, max_size=12), min_size=1, max_size=4), st.integers(0, 6))
def test_it_is_normalised_on_tiny_documents(texts, order):
    fitted = PPM(order).fit([Document("x", tuple(texts))])
    for before in (b"", b"a", b"ab", b"\na", b"c"):
        assert abs(fitted.distribution(before).sum() - 1) < 1e-12


@pytest.mark.parametrize("context", ["document", "sentence", 50, "other"])
def test_what_it_learns_while_scoring_it_forgets(model, speeches, context):
    before = state(model)
    given_ = speeches[10] if context == "other" else context
    first, second = (model.surprisal(speeches[9], given_).bits for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert state(model) == before


def test_it_predicts_before_it_learns(model, speeches):
    document = speeches[9].first(4)
    bits = model.surprisal(document).bits
    changed = Document("y", (*document.sentences[:-1], document.sentences[-1] + "zz"))
    np.testing.assert_array_equal(model.surprisal(changed).bits[: len(bits) - 1], bits[:-1])


def test_step_by_step_it_is_the_distribution_that_it_shows(speeches):
    text = "abracadabra abra"
    bits = PPM(3).fit().surprisal(Document("x", (text,))).bits
    for i in (1, 5, 11, len(text)):
        known = PPM(3).fit()
        data = (text + "\n").encode()
        known_document = Document("x", (text[:i],)) if text[:i].strip() else None
        p = _after(known, known_document)
        assert bits[i] == pytest.approx(-np.log2(p[data[i]]), rel=1e-12)


def _after(model, document):
    """The distribution after a text that is read without its last line feed."""
    from szilard.language import _ppm_loops as loops
    from szilard.language.ppm import _Bytes

    text = _Bytes.of(document)
    model._reserve(len(text.data))
    low = np.zeros(len(text.data), dtype=np.int64)
    loops.learn(model._table, text.data, text.reach(model.order, True), 1, len(text.data) - 1, low)
    return model.distribution(b"\n" + document.sentences[0].encode())


def test_contexts_are_what_they_say(model, speeches):
    document = speeches[9]
    whole, alone = model.surprisal(document), model.surprisal(document, "sentence")
    first = whole.sentence == 0
    np.testing.assert_array_equal(whole.bits[first], alone.bits[first])
    assert isinstance(model, LanguageModel)
    assert whole.size[0] == len(whole) == sum(len(s.encode()) + 1 for s in document.sentences)
    np.testing.assert_allclose(model.surprisal(document, 10**7).bits, whole.bits, rtol=1e-14)
    single = model.surprisal(Document("s", (document.sentences[5],)), "sentence").bits
    np.testing.assert_allclose(alone.bits[alone.sentence == 5], single, rtol=1e-14)
    bits = PPM(5).fit().surprisal(Document("r", document.sentences[:5] * 2))
    assert bits.bits[bits.sentence >= 5].sum() < 0.5 * bits.bits[bits.sentence < 5].sum()


def test_another_document_stands_in_the_place_of_the_own(model, speeches):
    document = speeches[9].first(6)
    alone, foreign = model.surprisal(document, "sentence"), model.surprisal(document, speeches[10])
    first = foreign.sentence == 0
    np.testing.assert_array_equal(foreign.bits[first], alone.bits[first])
    assert not np.array_equal(foreign.bits, alone.bits)
    fresh = PPM(5).fit()
    own, other = fresh.surprisal(document, document), fresh.surprisal(document, Document("z", ("zzzz",) * 6))
    assert own.bits.sum() < 0.9 * other.bits.sum()


def test_room_is_made_without_a_change(speeches):
    small, large = PPM(4).fit(speeches[:4]), PPM(4).fit(speeches[:4])
    large._reserve(10**6)
    assert len(large._table.contexts) > len(small._table.contexts)
    np.testing.assert_array_equal(small.surprisal(speeches[5]).bits, large.surprisal(speeches[5]).bits)


def test_it_is_as_good_as_the_best_of_its_kind():
    text = " ".join(document.text for document in load("sotu-59").documents[::12])
    ours = PPM(6).fit().surprisal(Document("x", (text,))).per_byte
    pytest.importorskip("pyppmd")
    assert ours < 1.01 * bits_per_byte(text.encode(), "PPMd order 6")


@pytest.mark.parametrize(("name", "least", "most"), [("zlib -9", 2.5, 3.5), ("xz -9e", 2.2, 3.0), ("bz2 -9", 1.9, 2.6)])
def test_compressors_take_what_they_take(name, least, most):
    text = load("sotu-59").documents[0].text.encode() * 1 + load("sotu-59").documents[7].text.encode()
    assert least < bits_per_byte(text, name) < most
    assert bits_per_byte(b"a" * 100_000, name) < 0.05
    with pytest.raises(ValueError, match="at least one byte"):
        bits_per_byte(b"", name)
