"""Distinguishability agrees with full recomputation, with closed forms, and with attacks that are played."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import ncx2, norm

from szilard.leave_one_out import (
    NNGP,
    RBF,
    Distinguishability,
    attack_auc,
    centred_one_hot,
    cross_lood,
    difference,
    group_lood,
    joint_lood,
    lood,
    posterior,
    self_lood,
)

EXAMPLE = (RBF(0.5), [[0.0]], [1.0], ([1.0], [-1.0]))
KERNELS = (NNGP("relu", 3), NNGP("gelu", 2), RBF(3.0))


def problem(seed: int = 0, n: int = 30, d: int = 6, outputs: int = 3):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)), centred_one_hot(rng.integers(0, outputs, n), outputs)


def recomputed(kernel, X, Y, s, Q, noise) -> tuple[float, float, float]:
    """KL both ways and the mean distance from two processes conditioned from scratch, as published programs do."""
    moments = []
    for x, y in ((X, Y), (np.vstack([X, s[0]]), np.vstack([Y, s[1]]))):
        A = np.linalg.inv(kernel(x) + noise * np.eye(len(x)))
        k = kernel(Q, x)
        moments.append((k @ A @ y, kernel(Q) - k @ A @ k.T))
    values = []
    for (m0, v0), (m1, v1) in (moments, moments[::-1]):
        gap, inverse, C, q = m1 - m0, np.linalg.inv(v1), Y.shape[1], len(Q)
        logs = np.linalg.slogdet(v1)[1] - np.linalg.slogdet(v0)[1]
        squares = np.einsum("qc,qr,rc->", gap, inverse, gap)
        values.append(0.5 * (C * (logs - q + np.trace(inverse @ v0)) + squares))
    return values[0], values[1], 0.5 * float(((moments[0][0] - moments[1][0]) ** 2).sum())


def test_worked_example() -> None:
    one = lood(*EXAMPLE, [[1.0]], noise=0.1)
    assert one.kl[0] == pytest.approx(12.7722545, abs=1e-7)
    assert one.mean_distance[0] == pytest.approx(0.9095561, abs=1e-7)
    process = posterior(RBF(0.5), [[0.0]], [1.0], 0.1)
    assert process.mean([[1.0]])[0, 0] == pytest.approx(0.5513915, abs=1e-7)
    assert process.variance([[1.0]])[0] == pytest.approx(0.6655641, abs=1e-7)
    less = lood(*EXAMPLE, [[1.0]], noise=0.01)
    assert less.kl[0] == pytest.approx(155.804848, abs=1e-6)
    assert less.mean_distance[0] == pytest.approx(1.2414789, abs=1e-7)


def test_the_mean_is_moved_most_elsewhere() -> None:
    line = np.linspace(0.5, 2, 15001)
    along = lood(*EXAMPLE, line[:, None], noise=0.1)
    assert line[along.kl.argmax()] == pytest.approx(1.0, abs=1e-4)
    assert line[along.mean_distance.argmax()] == pytest.approx(1.3205, abs=2e-4)
    assert along.mean_distance.max() == pytest.approx(1.0625310, abs=1e-7)


@pytest.mark.parametrize("kernel", KERNELS, ids=str)
@pytest.mark.parametrize("m", [1, 3])
def test_one_update_gives_what_full_recomputation_gives(kernel, m: int) -> None:
    X, Y = problem()
    rest, s = (X[m:], Y[m:]), (X[:m], Y[:m])
    queries = np.vstack([X[:2], X[10:12], problem(1)[0][:3]])
    each = lood(kernel, *rest, s, queries, noise=0.1)
    for i, query in enumerate(queries):
        kl, reverse, mean = recomputed(kernel, *rest, s, query[None], 0.1)
        assert (each.kl[i], each.reverse_kl[i], each.mean_distance[i]) == pytest.approx((kl, reverse, mean), rel=1e-8)
    together = joint_lood(kernel, *rest, s, queries, noise=0.1)
    truth = recomputed(kernel, *rest, s, queries, 0.1)
    assert (together.kl, together.reverse_kl, together.mean_distance) == pytest.approx(truth, rel=1e-7)


@pytest.mark.parametrize("kernel", KERNELS, ids=str)
def test_one_factorisation_gives_every_record(kernel) -> None:
    X, Y = problem()
    K = kernel(X)
    own, cross, pairs = self_lood(K, Y, 0.1), cross_lood(K, Y, 0.1), group_lood(K, Y, [[4, 9], [0, 1]], 0.1)
    for i in (0, 4, 17):
        rest = np.delete(np.arange(len(X)), i)
        one = lood(kernel, X[rest], Y[rest], (X[i], Y[i]), X, 0.1)
        for name in ("kl", "reverse_kl", "mean_distance", "auc", "information"):
            assert getattr(own, name)[i] == pytest.approx(getattr(one, name)[i], rel=1e-9)
            assert getattr(cross, name)[i] == pytest.approx(getattr(one, name), rel=1e-7, abs=1e-13)
    rest = np.delete(np.arange(len(X)), [4, 9])
    both = joint_lood(kernel, X[rest], Y[rest], (X[[4, 9]], Y[[4, 9]]), X[[4, 9]], 0.1)
    for name in ("kl", "reverse_kl", "mean_distance", "auc", "information"):
        assert getattr(pairs, name)[0] == pytest.approx(getattr(both, name), rel=1e-9)


def test_the_record_itself_tells_most_and_more_queries_tell_no_more() -> None:
    rng = np.random.default_rng(1)
    X, Y = problem(2)
    for kernel in KERNELS:
        change = difference(posterior(kernel, X[1:], Y[1:], 0.05), (X[0], Y[0]))
        own = change.each(X[:1])
        queries = np.vstack([X[0] + 0.01 * rng.normal(size=(50, 6)), 2 * rng.normal(size=(400, 6)), X[1:], X[:1]])
        others = change.each(queries)
        assert (others.kl <= own.kl + 1e-9).all() and (others.auc <= own.auc + 1e-9).all()
        whole = change.together(np.vstack([X[:1], queries[:8]]))
        assert whole.kl == pytest.approx(own.kl[0], rel=1e-9)
        assert whole.auc == pytest.approx(own.auc[0], rel=1e-9)
        grown = [change.together(queries[50 : 50 + size]).kl for size in range(1, 8)]
        assert (np.diff(grown) >= -1e-9).all()


def test_repeated_queries_change_nothing() -> None:
    change = difference(posterior(EXAMPLE[0], *EXAMPLE[1:3], 0.1), EXAMPLE[3])
    assert change.together([[1.0], [1.0], [0.5], [0.5]]).kl == pytest.approx(12.7722545, abs=1e-6)


def test_scale_ties_for_networks_without_biases_and_not_for_others() -> None:
    X, Y = problem()
    own, scaled = lood(NNGP("relu", 4), X[1:], Y[1:], (X[0], Y[0]), [X[0], 3 * X[0]]).kl
    assert scaled == pytest.approx(own, rel=1e-9)
    means = lood(NNGP("relu", 4), X[1:], Y[1:], (X[0], Y[0]), [X[0], 3 * X[0]]).mean_distance
    assert means[1] == pytest.approx(9 * means[0], rel=1e-9)
    for kernel in (RBF(3.0), NNGP("gelu", 4)):
        own, scaled = lood(kernel, X[1:], Y[1:], (X[0], Y[0]), [X[0], 3 * X[0]]).kl
        assert scaled < 0.99 * own


def test_a_label_that_is_predicted_perfectly_leaks_all_the_same() -> None:
    X, Y = problem(outputs=2)
    predicted = posterior(NNGP(), X[1:], Y[1:], 0.1).mean(X[:1])
    one = lood(NNGP(), X[1:], Y[1:], (X[:1], predicted), X[:1], 0.1)
    share = one.share[0, 0]
    assert one.mean_distance[0] == pytest.approx(0, abs=1e-25)
    assert one.kl[0] == pytest.approx(math.log1p(-share) + share / (1 - share), rel=1e-9)
    assert one.auc[0] == pytest.approx(1 / (2 - share), rel=1e-9)


def test_order_and_duplicates_and_noise() -> None:
    X, Y = problem()
    shuffled = np.random.default_rng(0).permutation(np.arange(1, 30))
    plain = lood(NNGP(), X[1:], Y[1:], (X[0], Y[0]), X, 0.1)
    assert lood(NNGP(), X[shuffled], Y[shuffled], (X[0], Y[0]), X, 0.1).kl == pytest.approx(plain.kl, rel=1e-8)
    twice = lood(NNGP(), X, Y, (X[0], Y[0]), X[:1], 0.1)
    assert twice.kl[0] < plain.kl[0] and twice.share[0, 0] <= 0.5
    assert self_lood(RBF(1)(X), Y, 1e9).kl.max() < 1e-8
    assert self_lood(RBF(1)(X), Y, 1e-6).share.min() > 0.99


def test_random_features_come_near_as_they_grow() -> None:
    """Bayesian regression on W random ReLU features: its distinguishability differs by a constant over √W."""
    rng = np.random.default_rng(0)
    X, Y = problem(3)
    truth = self_lood(NNGP("relu", 1)(X), Y, 0.1).kl
    scaled = []
    for width in (400, 6400, 102_400):
        errors = []
        for _ in range(4):
            features = np.maximum(X @ rng.normal(scale=math.sqrt(2 / 6), size=(6, width)), 0) * math.sqrt(2 / width)
            errors.append(self_lood(features @ features.T, Y, 0.1).kl / truth - 1)
        scaled.append(math.sqrt(width * np.mean(np.square(errors))))
    assert max(scaled) < 2 * min(scaled) and scaled[-1] / math.sqrt(102_400) < 0.03


def test_units_of_kernel_noise_and_targets() -> None:
    """Kernel and noise in other units change nothing but the residual's share; targets in theirs restore that."""
    X, Y = problem()
    K = NNGP("gelu", 2)(X)
    plain, scaled, both = self_lood(K, Y, 0.1), self_lood(7 * K, Y, 0.7), self_lood(7 * K, math.sqrt(7) * Y, 0.7)
    assert scaled.share == pytest.approx(plain.share, rel=1e-9)
    assert scaled.mean_distance == pytest.approx(plain.mean_distance, rel=1e-9)
    assert scaled.surprise == pytest.approx(plain.surprise / 7, rel=1e-9)
    assert both.kl == pytest.approx(plain.kl, rel=1e-9)


def test_dense_data_hide_every_record() -> None:
    rng = np.random.default_rng(0)
    most = []
    for n in (50, 800):
        X = rng.uniform(size=(n, 1))
        most.append(np.median(self_lood(RBF(1.0)(X), np.sin(6 * X), 0.1).kl))
    assert most[1] < 0.05 * most[0]


def test_information_is_that_of_a_noisy_label() -> None:
    X, Y = problem()
    own = lood(NNGP(), X[1:], Y[1:], (X[0], Y[0]), X[:1], 0.1)
    variance = posterior(NNGP(), X[1:], Y[1:], 0.1).variance(X[:1])[0]
    assert own.information[0] == pytest.approx(1.5 * math.log1p(variance / 0.1), rel=1e-9)


def test_attack_in_closed_form() -> None:
    share = np.array([1e-12, 1e-6, 0.1, 0.5, 0.9, 0.999, 1 - 1e-9])[:, None]
    t = share[:, 0]
    assert attack_auc(share, 0 * share, 2) == pytest.approx(1 / (2 - t), abs=1e-12)
    assert attack_auc(share, 0 * share, 1) == pytest.approx(2 / np.pi * np.arctan(1 / np.sqrt(1 - t)), abs=1e-12)
    for shift in (1e-3, 0.1, 1.0, 3.0):
        found = attack_auc([1e-10], [shift**2 / 1e-10], 3)
        assert float(found) == pytest.approx(norm.cdf(shift / math.sqrt(2)), abs=1e-10)
    assert attack_auc([0.0], [3.0], 2) == 0.5


@pytest.mark.parametrize(
    ("t", "e", "C"), [(0.3, 2.0, 2), (0.8, 5.0, 1), (0.6, 0.1, 10), (0.05, 40.0, 2), (0.97, 0.5, 3)]
)
def test_attack_is_the_doubly_noncentral_f(t: float, e: float, C: int) -> None:
    """P(χ²₁ v₁ < χ²₀ v₀) by integrating one distribution against the other."""
    left, shift = 1 - t, math.sqrt(t * e)
    centre = shift / left / (1 / left - 1)  # of the spheres on which the ratio is constant; members at ``shift``
    inside, outside = (shift - centre) ** 2 / left, centre**2
    levels = (np.arange(40_000) + 0.5) / 40_000
    radii = left * ncx2.ppf(levels, C, inside)
    assert float(attack_auc([t], [e], C)) == pytest.approx(ncx2.sf(radii, C, outside).mean(), abs=1e-5)


def test_attack_of_the_worked_example_and_by_playing_it() -> None:
    assert lood(*EXAMPLE, [[1.0]], noise=0.1).auc[0] == pytest.approx(0.9467948, abs=1e-7)
    rng, count = np.random.default_rng(0), 400_000
    t, e, outputs = np.array([0.7, 0.2]), np.array([1.5, 4.0]), 2
    shift = np.sqrt(t * e)[:, None] * np.array([1.0, 0.0])

    def ratio(z: np.ndarray) -> np.ndarray:
        left = (1 - t)[:, None]
        return (z**2 - (z - shift) ** 2 / left).sum((1, 2))

    others = ratio(rng.normal(size=(count, 2, outputs)))
    members = ratio(shift + np.sqrt(1 - t)[:, None] * rng.normal(size=(count, 2, outputs)))
    assert float(attack_auc(t, e, outputs)) == pytest.approx((members > others).mean(), abs=4 * 0.5 / count**0.5)


def test_bounds() -> None:
    X, Y = problem()
    own = self_lood(NNGP("gelu", 2)(X), Y, 0.05)
    t = own.share[:, 0]
    assert (own.kl >= 1.5 * (np.log1p(-t) + t / (1 - t))).all() and (own.reverse_kl >= 0).all()
    assert ((own.auc > 0.5) & (own.auc < 1)).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: self_lood(np.eye(3), [1.0, 2.0]), "equal rows; got 3 and 2"),
        (lambda: self_lood(np.ones((2, 3)), [1.0, 2.0]), "K must be square"),
        (lambda: self_lood(np.eye(2), [1.0, 2.0], 0.0), "noise"),
        (lambda: self_lood(-np.eye(2), [1.0, 2.0], 0.5), "positive definite"),
        (lambda: self_lood([[1.0, np.nan], [0.0, 1.0]], [1.0, 2.0]), "K"),
        (lambda: lood(RBF(), [[0.0, 1.0]], [1.0], ([1.0], [1.0]), [[1.0, 0.0]]), "s must have inputs with 2 columns"),
        (lambda: group_lood(np.eye(3), [1.0, 2.0, 3.0], [[0, 0]]), "a record twice"),
        (lambda: group_lood(np.eye(3), [1.0, 2.0, 3.0], [[0, 3]]), "from 0 to 2"),
        (lambda: attack_auc([1.0], [0.0]), "share must lie"),
        (lambda: attack_auc([0.5], [0.0, 1.0]), "one shape"),
        (lambda: attack_auc([0.5], [1.0], 0), "outputs"),
        (lambda: centred_one_hot([0, 3], 3), "from 0 to 2"),
    ],
)
def test_what_cannot_be_answered_is_refused(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_outputs_enter_through_their_number() -> None:
    """C outputs with one residual each: the divergence is that of one output, C times."""
    one = Distinguishability(np.array([0.4]), np.array([1.5]), np.array(0.1), 1)
    three = Distinguishability(np.array([0.4]), np.array([4.5]), np.array(0.3), 3)
    assert three.kl == pytest.approx(3 * one.kl)
