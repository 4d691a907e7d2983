"""Averages by place, trends and evenness: closed forms, and the traps that a panel and a unit set."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.language import (
    Document,
    KneserNey,
    Profile,
    Scores,
    context_information,
    excerpt,
    mann_kendall,
    others,
    score,
    shuffled,
    theil_sen,  # fmt: skip
    trend,
    uniformity,
)
from szilard.language.trends import slopes


def scores(table):
    """Scores of documents given as lists of sentences, each a list of bits."""
    parts = []
    for i, document in enumerate(table):
        bits = np.concatenate([np.asarray(sentence, float) for sentence in document])
        sentence = np.repeat(np.arange(len(document)), [len(each) for each in document])
        parts.append(Scores.of(bits, sentence, Document(str(i), ("x",) * len(document))))
    return Scores.join(parts)


TABLE = [[[1, 3], [4]], [[5, 5, 5], [2, 4], [7]]]


def test_micro_and_macro_averages():
    profile = Profile.by_sentence(scores(TABLE), 3)
    np.testing.assert_allclose(profile.mean(), [19 / 5, 10 / 3, 7])
    np.testing.assert_allclose(profile.mean("macro"), [3.5, 3.5, 7])
    np.testing.assert_allclose(profile.balanced.mean(), [5, 3, 7])
    np.testing.assert_array_equal(profile.without_first().places, [2, 3])
    assert scores(TABLE).per_token == pytest.approx(36 / 9) and scores(TABLE).per_byte == pytest.approx(36 / 10)


def test_bins_of_tokens():
    profile = Profile.by_token(scores(TABLE), [0, 1, 2, 4])
    np.testing.assert_allclose(profile.mean(), [3, 4, (4 + 5 + 2) / 3])
    np.testing.assert_array_equal(profile.tokens, [[1, 1, 1], [1, 1, 2]])
    late = Profile.by_token(scores(TABLE), [2, 4])
    np.testing.assert_allclose(late.mean(), [(4 + 5 + 2) / 3])


def test_documents_of_different_length_make_a_trend_that_a_panel_unmakes():
    table = [[[2.0]] * 20 if i % 2 else [[4.0]] * (i + 1) for i in range(20)]
    profile = Profile.by_sentence(scores(table), 20)
    assert mann_kendall(profile.mean()).direction == "decreasing"
    assert mann_kendall(profile.balanced.mean()).s == 0


def test_context_information_is_the_difference(speeches):
    profile = Profile.by_sentence(scores(TABLE), 3)
    other = Profile(profile.bits + profile.tokens, profile.tokens, profile.places)
    np.testing.assert_allclose(context_information(other, profile).mean(), [1, 1, 1])
    with pytest.raises(ValueError, match="same tokens"):
        context_information(profile, profile.balanced)


def test_resampling_has_the_spread_of_the_mean():
    rng = np.random.default_rng(0)
    table = [[[value]] * 2 for value in rng.exponential(2.0, 400)]
    profile = Profile.by_sentence(scores(table), 2)
    drawn = profile.resampled(2000, 1)
    expected = profile.bits[:, 0].std() / np.sqrt(400)
    assert drawn.std(axis=0) == pytest.approx([expected] * 2, rel=0.1)
    low, high = profile.band(2000, 1)
    assert (low < profile.mean()).all() and (profile.mean() < high).all()


@pytest.mark.parametrize(
    ("n", "s", "variance", "z", "p"), [(10, 45, 125, 3.93548, 8.3e-5), (5, 10, 50 / 3, 2.20454, 0.0275)]
)
def test_mann_kendall_of_a_rising_series(n, s, variance, z, p):
    found = mann_kendall(np.arange(n) ** 2)
    assert (found.s, found.tau, found.direction) == (s, 1.0, "increasing")
    assert found.variance == pytest.approx(variance) and found.z == pytest.approx(z, abs=1e-5)
    assert found.p == pytest.approx(p, abs=5e-5)
    assert mann_kendall(-(np.arange(n) ** 2)).direction == "decreasing"


def test_mann_kendall_without_a_trend():
    constant = mann_kendall([2.0] * 6)
    assert (constant.s, constant.variance, constant.z, constant.p, constant.direction) == (0, 0, 0, 1, "no trend")
    assert mann_kendall(range(4)).direction == "no trend"
    assert mann_kendall(range(4)).p == pytest.approx(0.0894, abs=1e-4)


# pymannkendall 1.4.3: original_test of these series.
SERIES = [
    (
        [6.13, 5.46, 5.31, 5.12, 5.11, 5.13, 4.99, 5.04, 5.0, 4.77, 4.88, 4.88],
        (
            -53.0,
            211.66666666666666,
            -3.574185662442048,
            0.0003513195861588603,
            -0.803030303030303,
            -0.059166666666666666,
        ),
    ),
    (
        [1.1, 2.3, 2.3, 3.7, 1.2, 4.9, 4.1, 4.1, 5.6, 2.2, 6.3],
        (29.0, 163.0, 2.193129259966281, 0.028298067425325035, 0.5272727272727272, 0.4285714285714285),
    ),
]


@pytest.mark.parametrize(("series", "peer"), SERIES)
def test_mann_kendall_equals_its_peer(series, peer):
    s, variance, z, p, tau, slope = peer
    found = mann_kendall(series)
    assert (found.s, found.variance, found.z, found.p, found.tau) == pytest.approx((s, variance, z, p, tau), rel=1e-9)
    assert theil_sen(np.arange(len(series)), series) == pytest.approx(slope, rel=1e-9)


def test_mann_kendall_says_no_trend_to_noise_nineteen_times_in_twenty():
    rng = np.random.default_rng(0)
    found = sum(mann_kendall(rng.normal(size=20)).direction != "no trend" for _ in range(2000))
    assert abs(found / 2000 - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 2000)


@given(st.lists(st.floats(-10, 10), min_size=3, max_size=12))
def test_mann_kendall_turns_with_the_series(y):
    found, turned = mann_kendall(y), mann_kendall(y[::-1])
    assert found.s == -turned.s and found.p == pytest.approx(turned.p)


def test_slopes_leave_out_what_is_missing():
    x = np.arange(4.0)
    curves = np.array([[1, 3, 5, 7], [1, np.nan, 5, 7]])
    np.testing.assert_allclose(slopes(x, curves), [2, 2])
    assert slopes(x, np.array([0.0, 1, 0, 1])) == pytest.approx(np.polyfit(x, [0, 1, 0, 1], 1)[0])


def test_a_stationary_source_has_no_trend_and_a_falling_one_has():
    rng = np.random.default_rng(3)
    flat = Profile.by_sentence(scores(rng.exponential(3, (80, 12, 10)).tolist()), 12)
    falling = Profile(flat.bits * (1.2 - 0.03 * np.arange(12)), flat.tokens, flat.places)
    found, fell = trend(flat, rng=0), trend(falling, rng=0)
    assert found.low < 0 < found.high and found.test.direction == "no trend"
    assert fell.high < 0 and fell.test.direction == "decreasing" and fell.low < fell.slope < fell.high
    assert fell.documents == 80


def test_uniformity_closed_forms():
    even = uniformity([3.0] * 5)
    assert (even.mean, even.variance, even.local_variance, even.local_difference, even.most) == (3, 0, 0, 0, 0)
    assert even.variation == 0 and even.cost == pytest.approx(3**1.25)
    found = uniformity([1.0, 3.0, 2.0], language_mean=4.0)
    assert (found.mean, found.variance, found.most) == pytest.approx((2, 2 / 3, 1))
    assert (found.about_language, found.local_variance, found.local_difference) == pytest.approx((14 / 3, 2.5, 1.5))
    assert found.variation == pytest.approx(np.sqrt(2 / 3) / 2)


@given(st.lists(st.floats(0, 20), min_size=2, max_size=30), st.floats(0, 10))
def test_uniformity_is_least_about_its_own_mean(bits, other):
    found = uniformity(bits, other)
    assert found.variance <= found.about_language + 1e-9
    assert found.cost >= found.mean**1.25 - 1e-9


def test_controls(speeches):
    document = speeches[0]
    mixed = shuffled(document, 1)
    assert mixed.sentences != document.sentences and sorted(mixed.sentences) == sorted(document.sentences)
    piece = excerpt(document, 5, 0)
    start = document.sentences.index(piece.sentences[0])
    assert piece.sentences == document.sentences[start : start + 5]
    assert {excerpt(document, 5, i).sentences[0] for i in range(60)} >= {document.sentences[0], document.sentences[25]}
    foreign = others(speeches)
    assert len(foreign) == len(speeches) and all(a is not b for a, b in zip(speeches, foreign, strict=True))
    with pytest.raises(ValueError, match="at least two"):
        others(speeches[:1])
    with pytest.raises(ValueError, match="length must be at most"):
        excerpt(document, 31)


def test_scores_of_many_documents(speeches):
    model = KneserNey().fit(speeches[:6])
    joined = score(model, speeches[6:9])
    assert joined.document.max() == 2 and len(joined.size) == 3
    assert joined.bits.sum() == pytest.approx(sum(model.surprisal(each).bits.sum() for each in speeches[6:9]))
    np.testing.assert_array_equal(score(model, speeches[6:9], lambda i: speeches[i]).bits, joined.bits)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mann_kendall([1, 2]), "at least 3"),
        (lambda: mann_kendall([1, 2, np.nan]), "finite"),
        (lambda: theil_sen([1, 1], [2, 3]), "two different"),
        (lambda: uniformity([1.0]), "at least two"),
        (lambda: uniformity([1.0, -1.0]), "≥ 0"),
        (lambda: Profile.by_token(scores(TABLE), [3, 1]), "increasing"),
        (lambda: Profile.by_sentence(scores(TABLE), 5).balanced, "no document"),
        (lambda: Profile.by_sentence(scores(TABLE), 2).mean("median"), "average"),
        (lambda: Scores.of(np.array([-1.0]), np.zeros(1), Document("x", ("y",))), "bits must be"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
