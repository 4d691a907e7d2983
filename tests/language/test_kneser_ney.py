"""Kneser–Ney: normalised exactly, equal to its definition counted by hand, and blind to the order of documents."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.language import Cache, Document, Interpolated, KneserNey, LanguageModel, load, shuffled
from szilard.language.kneser_ney import DEFAULT, discounts


def by_definition(documents, order, least):
    """Probability of a word after words of its sentence, by dictionaries and the textbook's sums."""
    counts = Counter(word for d in documents for s in d.words for word in s)
    known = {word for word, count in counts.items() if count >= least}
    lines = [["<s>", *(w if w in known else "<unk>" for w in s), "</s>"] for d in documents for s in d.words]
    raw = [
        Counter(tuple(line[i : i + m]) for line in lines for i in range(len(line) - m + 1)) for m in range(order + 1)
    ]
    adjusted = [Counter(), *(Counter() for _ in range(order))]
    for m in range(1, order + 1):
        for gram in raw[m]:
            left = len({longer[0] for longer in raw[m + 1] if longer[1:] == gram}) if m < order else 0
            adjusted[m][gram] = raw[m][gram] if m == order or gram[0] == "<s>" else left
    adjusted[1].pop(("<s>",), None)
    amounts = [None] + [discounts(np.array(list(adjusted[m].values())))[0] for m in range(1, order + 1)]
    following = [defaultdict(dict) for _ in range(order + 1)]
    for m in range(1, order + 1):
        for gram, c in adjusted[m].items():
            following[m][gram[:-1]][gram[-1]] = c
    size = len(known) + 2

    def probability(before, word):
        p = 1 / size
        history = ("<s>", *(w if w in known else "<unk>" for w in before))
        word = word if word in known or word == "</s>" else "<unk>"
        for m in range(1, order + 1):
            if m - 1 > len(history):
                break
            after = following[m].get(history[len(history) - m + 1 :])
            if not after:
                break
            total = sum(after.values())
            d = [0.0, *amounts[m]]
            left = sum(d[min(c, 3)] for c in after.values())
            c = after.get(word, 0)
            p = (c - d[min(c, 3)] + left * p) / total
        return p

    return probability


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_it_equals_its_definition(speeches, order):
    train, test = [d.first(8) for d in speeches[:6]], speeches[7].first(5)
    expected = by_definition(train, order, 2)
    found = KneserNey(order).fit(train).surprisal(test)
    bits = [
        -np.log2(expected(sentence[:i], word)) for sentence in test.words for i, word in enumerate((*sentence, "</s>"))
    ]
    np.testing.assert_allclose(found.bits, bits, rtol=1e-12)


@pytest.mark.parametrize("before", [(), ("the",), ("of", "the"), ("never", "heard"), ("the", "never"), ("a",) * 5])
@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_probabilities_sum_to_one_after_any_context(speeches, order, before):
    p = np.array(list(KneserNey(order).fit(speeches[:8]).distribution(before).values()))
    assert (p > 0).all() and abs(p.sum() - 1) < 1e-12


documents = st.lists(
    st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=4), min_size=1, max_size=4), min_size=1, max_size=5
)


@given(documents, st.integers(1, 4), st.lists(st.sampled_from("abcx"), max_size=3))
def test_it_is_normalised_on_tiny_documents(data, order, before):
    made = [Document(str(i), tuple(map(" ".join, d))) for i, d in enumerate(data)]
    p = np.array(list(KneserNey(order, least=1).fit(made).distribution(before).values()))
    assert (p > 0).all() and abs(p.sum() - 1) < 1e-12


def test_the_order_of_documents_does_not_matter(speeches):
    one, other = (KneserNey().fit(each).surprisal(speeches[9]).bits for each in (speeches[:8], speeches[7::-1]))
    np.testing.assert_allclose(one, other, rtol=1e-12)


def test_sentences_are_blind_to_each_other(speeches):
    model = KneserNey().fit(speeches[:8])
    plain, mixed = model.surprisal(speeches[9]), model.surprisal(shuffled(speeches[9], 0))
    np.testing.assert_allclose(np.sort(plain.bits), np.sort(mixed.bits), rtol=1e-12)


def test_a_unigram_is_the_cross_entropy_of_frequencies(speeches):
    model = KneserNey(1, least=1).fit(speeches)
    p = model.distribution()
    counts = Counter(word for d in speeches for s in d.words for word in (*s, "</s>"))
    expected = -sum(c * np.log2(p[w]) for w, c in counts.items()) / sum(counts.values())
    total = sum(model.surprisal(d).bits.sum() for d in speeches)
    assert total / sum(counts.values()) == pytest.approx(expected, rel=1e-12)


def test_discounts_from_counts_of_counts():
    counts = np.repeat([1, 2, 3, 4, 7], [40, 20, 10, 5, 3])
    y = 40 / 80
    assert discounts(counts)[0] == pytest.approx((1 - y, 2 - 3 * y * 10 / 20, 3 - 4 * y * 5 / 10))
    assert discounts(np.array([1, 1, 2])) == (DEFAULT, True)
    assert KneserNey().fit([Document("x", ("a b", "a b"))]).used_default == [True, True, True]


@pytest.mark.parametrize("facts", [{"order": 0}, {"order": 1.5}, {"least": 0}])
def test_settings_are_checked(facts):
    with pytest.raises(ValueError, match="must be an integer"):
        KneserNey(**facts)
    with pytest.raises(ValueError, match="at least one sentence"):
        KneserNey().fit([])


def test_a_context_must_be_one(speeches):
    model = KneserNey().fit(speeches[:3])
    for context in ("book", 0, 1.5, True):
        with pytest.raises(ValueError, match="context must be"):
            model.surprisal(speeches[5], context)


@pytest.mark.parametrize("before", ["of the", "never heard", "the"])
def test_interpolation_is_normalised(speeches, before):
    model = Interpolated().fit(speeches[:10])
    longer = [Document("x", (f"{before} {word}",)) for word in [*model.vocabulary.index, "zzz"]]
    p = [2 ** -model.surprisal(each).bits[-2] for each in longer]
    ending = 2 ** -model.surprisal(Document("x", (before,))).bits[-1]
    assert sum(p) + ending == pytest.approx(1, abs=1e-12)
    assert all((0 <= w).all() and (w < 1).all() for w in model.weights)
    with pytest.raises(ValueError, match="at least two"):
        Interpolated().fit(speeches[:1])


def test_expectation_maximisation_beats_fixed_weights(speeches):
    fitted, start = Interpolated(rounds=20).fit(speeches), Interpolated(rounds=1).fit(speeches)
    held = speeches[::10]
    assert sum(fitted.surprisal(d).bits.sum() for d in held) < sum(start.surprisal(d).bits.sum() for d in held)


def test_models_keep_the_protocol(speeches):
    base = KneserNey().fit(speeches[:8])
    for model in (base, Cache(base), Interpolated().fit(speeches[:8])):
        assert isinstance(model, LanguageModel)
        scores = model.surprisal(speeches[9])
        assert len(scores) == sum(len(s) + 1 for s in speeches[9].words)
        assert (np.diff(scores.sentence) >= 0).all() and scores.sentence[-1] == len(speeches[9]) - 1


def test_a_cache_is_its_model_before_it_knows_anything(speeches):
    base = KneserNey().fit(speeches[:8])
    plain, cached = base.surprisal(speeches[9]), Cache(base).surprisal(speeches[9])
    first = cached.sentence == 0
    np.testing.assert_array_equal(plain.bits[first], cached.bits[first])
    assert not np.array_equal(plain.bits, cached.bits)
    np.testing.assert_array_equal(plain.bits, Cache(base).surprisal(speeches[9], "sentence").bits)
    np.testing.assert_array_equal(plain.bits, Cache(base, weight=0.0).surprisal(speeches[9]).bits)


def test_a_cache_counts_what_came_before(speeches):
    base, document = KneserNey().fit(speeches[:8]), speeches[9].first(6)
    vocabulary = base.vocabulary
    seen, expected = Counter(), []
    plain = iter(base.surprisal(document).bits)
    for sentence in document.words:
        ids = [*vocabulary.numbers(sentence), 1]
        total = sum(seen.values())
        share = 0.15 * total / (total + 100)
        expected += [-np.log2((1 - share) * 2 ** -next(plain) + share * seen[i] / max(total, 1)) for i in ids]
        seen.update(ids)
    np.testing.assert_allclose(Cache(base).surprisal(document).bits, expected, rtol=1e-12)
    whole = Cache(base).surprisal(document, 10**6).bits
    np.testing.assert_array_equal(whole, Cache(base).surprisal(document).bits)
    assert not np.array_equal(Cache(base).surprisal(document, 20).bits, whole)
    np.testing.assert_array_equal(Cache(base).surprisal(document, document).bits, whole)


def test_a_cache_refuses_what_is_no_weight(speeches):
    base = KneserNey().fit(speeches[:3])
    for facts in ({"weight": 1.0}, {"weight": -0.1}, {"half": 0.0}):
        with pytest.raises(ValueError, match="weight|half"):
            Cache(base, **facts)


def test_discounts_and_perplexity_are_those_of_kenlm():
    # lmplz -o 3 on the first 47 speeches, a sentence a line, and query on the other 12, of kenlm 0.3.0
    speeches = load("sotu-59").documents
    model = KneserNey(3, least=1).fit(speeches[:47])
    theirs = [(0.608393, 1.01575, 1.37109), (0.7508, 1.11514, 1.51978), (0.854663, 1.18978, 1.39359)]
    np.testing.assert_allclose(model.discounts, theirs, rtol=1e-5)
    bits = np.concatenate([model.surprisal(each).bits for each in speeches[47:]])
    assert len(bits) == 113_780
    assert 2 ** bits.mean() == pytest.approx(430.4230826978478, rel=1e-6)
