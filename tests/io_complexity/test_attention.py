"""Schedules of attention: right to rounding, counted exactly, never below a bound."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from szilard.io_complexity import (
    ALGORITHMS,
    BACKWARD_ALGORITHMS,
    CapacityExceeded,
    attention_reference,
    block_sizes,
    crossover,
    flash1_peak,
    io_count,
    lower_bounds,
    matmul_count,
    regime_order,
    run_attention,
    run_backward,
    run_matmul,
)

SIZES = [
    (64, 16, 64),
    (64, 16, 144),
    (64, 16, 256),
    (64, 16, 1024),
    (96, 24, 400),
    (37, 7, 33),
    (10, 4, 40),
    (5, 3, 4096),
]
RUNS = [(name, *size) for name in ALGORITHMS for size in SIZES]
BACKWARD = [(name, *size) for name in BACKWARD_ALGORITHMS for size in SIZES[1:]]


def inputs(N, d, seed=0, scale=1.0):
    return scale * np.random.default_rng(seed).normal(size=(3, N, d))


def fits(algorithm, N, d, M):
    try:
        return bool(block_sizes(algorithm, N, d, M))
    except ValueError:
        return False


@pytest.mark.parametrize(("algorithm", "N", "d", "M"), [each for each in RUNS if fits(*each)])
def test_output_and_counts(algorithm, N, d, M):
    q, k, v = inputs(N, d)
    result, formula = run_attention(algorithm, q, k, v, M, strict=algorithm != "flash1"), io_count(algorithm, N, d, M)
    truth = attention_reference(q, k, v)
    assert np.abs(result.output - truth).max() <= 1e-12 * np.abs(truth).max()
    assert (result.reads, result.writes) == (formula.reads, formula.writes)
    assert result.io >= max(lower_bounds(N, d, M).values())
    assert result.flops >= 4 * N * N * d
    if algorithm != "flash1":
        assert result.peak <= M


@pytest.mark.parametrize("scale", [1, 4, 30])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_large_scores_do_not_overflow(algorithm, scale):
    q, k, v = inputs(20, 8, scale=scale)
    result = run_attention(algorithm, q, k, v, 400, strict=False)
    assert np.allclose(result.output, attention_reference(q, k, v), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("scale", [4, 30])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_queries_with_large_norms(algorithm, scale):
    """Every output to one part in 10¹², against attention in extended precision; at 30, exp(score) alone overflows."""
    q, k, v = inputs(24, 64, seed=3)
    scores = np.asarray(scale * q, np.longdouble) @ np.asarray(k, np.longdouble).T
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    truth = weights @ v / weights.sum(axis=1, keepdims=True)
    assert (scores.max() > np.log(np.finfo(float).max)) == (scale == 30)
    result = run_attention(algorithm, scale * q, k, v, 3000, strict=False)
    assert np.abs(result.output - truth).max() <= 1e-12 * np.abs(truth).max()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_invariants(algorithm):
    q, k, v = inputs(24, 4)
    rng = np.random.default_rng(1)
    order = rng.permutation(24)

    def out(*given):
        return run_attention(algorithm, *given, 200, strict=False).output

    plain = out(q, k, v)
    assert np.allclose(out(q, k[order], v[order]), plain, atol=1e-13)
    assert np.allclose(out(q[order], k, v), plain[order], atol=1e-13)
    assert np.allclose(out(q, k, np.ones_like(v)), 1, atol=1e-13)
    # the same number added to every score of a row: a coordinate in which all keys are one
    shifted_q, shifted_k = np.column_stack([q, rng.normal(size=24)]), np.column_stack([k, np.ones(24)])
    wide = np.column_stack([v, np.zeros(24)])
    assert np.allclose(out(shifted_q, shifted_k, wide)[:, :4], plain, atol=1e-12)


@pytest.mark.parametrize(("N", "d", "M", "square", "flash2", "flash1"), [(64, 16, 144, 51_456, 47_168, 76_416)])
def test_stored_counts(N, d, M, square, flash2, flash1):
    found = [io_count(name, N, d, M).io for name in ("square_tile", "flash2", "flash1")]
    assert found == [square, flash2, flash1]
    assert io_count("standard", N, d, M).io == 4 * N * N + 4 * N * d


@pytest.mark.parametrize(("M", "peak"), [(64, 67), (144, 207), (1024, 1312)])
def test_published_blocks_of_flash1_do_not_fit(M, peak):
    q, k, v = inputs(64, 16)
    with pytest.raises(CapacityExceeded):
        run_attention("flash1", q, k, v, M)
    assert run_attention("flash1", q, k, v, M, strict=False).peak == flash1_peak(64, 16, M) == peak


def test_all_in_fast_memory_moves_what_must_be_moved():
    q, k, v = inputs(16, 4)
    result = run_attention("flash2", q, k, v, 16 * (2 * 4 + 1 + 2) + 2 * 4)
    assert result.io == 4 * 16 * 4 + 16


def test_a_wrong_block_loses_by_the_predicted_factor():
    """Half the queries a block: twice the traffic of keys and values. A block of one is N times that."""
    q, k, v = inputs(64, 8)
    moved = [run_attention("flash2", q, k, v, 2000, rows=rows).io - 2 * 64 * 8 - 64 for rows in (64, 32, 1)]
    assert [each / moved[0] for each in moved] == [1, 2, 64]
    right, wrong = (run_matmul(q @ k.T, v, 100, tile=tile).reads for tile in (8, 4))
    assert wrong == 2 * right


def test_a_block_too_large_is_caught():
    with pytest.raises(CapacityExceeded):
        run_attention("flash2", *inputs(64, 8), 500, rows=64)
    with pytest.raises(ValueError, match="too small for any"):
        run_attention("flash2", *inputs(64, 16), 60)
    with pytest.raises(ValueError, match="block of flash2 must be one of rows, cols"):
        run_attention("flash2", *inputs(64, 16), 600, tile=3)
    with pytest.raises(ValueError, match="did you mean 'flash2'"):
        run_attention("flash", *inputs(8, 2), 600)
    with pytest.raises(ValueError, match="one shape"):
        run_attention("flash2", np.ones((3, 2)), np.ones((3, 2)), np.ones((4, 2)), 600)


@pytest.mark.parametrize(("algorithm", "N", "d", "M"), [each for each in BACKWARD if fits(*each)])
def test_gradients_and_counts(algorithm, N, d, M):
    q, k, v = inputs(N, d)
    g = np.random.default_rng(5).normal(size=(N, d))
    x = [torch.tensor(each, requires_grad=True) for each in (q, k, v)]
    (torch.softmax(x[0] @ x[1].T, -1) @ x[2]).backward(torch.tensor(g))
    truth = np.stack([each.grad.numpy() for each in x])
    result, formula = run_backward(algorithm, q, k, v, g, M), io_count(algorithm, N, d, M)
    assert np.abs(result.output - truth).max() <= 1e-10 * np.abs(truth).max()
    assert (result.reads, result.writes) == (formula.reads, formula.writes)
    assert result.peak <= M


def test_no_count_lies_below_a_bound():
    """Over four decades of memory; only standard attention counts products that it could not do in a small one."""
    for d in (16, 64, 256):
        for M in np.unique(np.geomspace(16, 1024 * d, 60).astype(int)).tolist():
            least = max(lower_bounds(1024, d, M).values())
            for name in ALGORITHMS:
                if fits(name, 1024, d, M):
                    assert io_count(name, 1024, d, M).io >= least, (name, d, M)
    assert io_count("standard", 4096, 64, 64).io < max(lower_bounds(4096, 64, 64).values())


def test_below_d_squared_attention_costs_what_its_products_cost():
    """Theorem 4.17. From above: both products, and N² words read and written between them with the statistics of
    rows. From below: one product less N² writes, or N² / 8 - M."""
    N = 2048
    for d in (32, 128):
        for tile in range(2, d):
            M = tile * tile + 4 * tile
            first, second = matmul_count(N, d, N, tile).io, matmul_count(N, N, d, tile).io
            assert io_count("standard_blocked", N, d, M).io == first + second + 2 * N * N + 4 * N <= 4.1 * first
            bounds = lower_bounds(N, d, M)
            if M <= d * d:
                assert max(bounds["product"], bounds["any_algorithm"]) >= first / 9


def test_the_regimes_meet_at_d_squared():
    assert regime_order(4096, 64, 64**2) == 4096 * 64 + 4096**2
    assert regime_order(4096, 64, 64**2 // 4) == 4096 * 64 + 2 * 4096**2
    assert regime_order(4096, 64, 64**2 * 4) == 4096 * 64 + 4096**2 / 4


@pytest.mark.parametrize(
    ("d", "square", "outer", "standard"),
    [(32, 0.39, 0.65, 1.11), (64, 0.287, 0.64, 1.055), (128, 0.237, 0.60, 1.028), (256, 0.228, 0.59, 1.014)],
)
def test_crossovers(d, square, outer, standard):
    found = [crossover(64 * d, d, "flash2", other)[0] for other in ("square_tile", "outer_tile", "standard")]
    assert found == pytest.approx([square, outer, standard], rel=0.01)


def test_a_crossover_that_is_none_is_refused():
    with pytest.raises(ValueError, match="moves more"):
        crossover(4096, 64, "square_tile", "flash2")


def test_a_product_counts_what_its_tiles_read():
    assert matmul_count(10, 4, 6, 3).reads == 4 * (10 * 2 + 6 * 4)
