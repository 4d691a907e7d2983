"""Constants, Mertens's sums, exponents, the distribution of ω: against known digits, identities and brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest

from szilard.algorithmic import (
    exponent_entropies,
    factor_distribution,
    legendre_identity,
    mertens_table,
    omega,
    omega_histogram,
    omega_mean,
    omega_variance,
    prime_constants,
    primes_up_to,
    selberg_delange,
    variance_parts,
)


def test_constants_to_fourteen_digits():
    c = prime_constants()
    assert c.mertens == pytest.approx(0.26149721284764278, abs=1e-15)
    assert c.mertens_log == pytest.approx(-1.33258227573322088, abs=1e-14)
    assert c.squares == pytest.approx(0.45224742004106550, abs=1e-15)
    assert c.variance == pytest.approx(-1.83568427404165, abs=1e-13)
    assert c.gamma1 == pytest.approx(-0.0728158454836767, abs=1e-15)


SUMS = {  # an independent computation
    10**3: (168, -1.2982448, 0.26543539, 0.956245, 0.996681, 0.5592882),
    10**5: (9592, -1.3286305, 0.26180182, 0.996854, 1.000516, 0.5612887),
    10**7: (664579, -1.3323952, 0.26150679, 0.999518, 0.999854, 0.5614541),
}


@pytest.mark.parametrize("x", SUMS)
def test_mertens_sums(x):
    row = mertens_table([x]).iloc[0]
    assert row.primes == SUMS[x][0]
    assert row[["log_sum", "inverse_sum"]].tolist() == pytest.approx(SUMS[x][1:3], abs=1e-7)
    assert row[["theta", "psi"]].tolist() == pytest.approx(SUMS[x][3:5], abs=1e-6)
    assert row["product"] == pytest.approx(SUMS[x][5], abs=1e-7)


def test_psi_is_the_logarithm_of_the_least_common_multiple():
    row = mertens_table([343]).iloc[0]
    assert row.psi == pytest.approx(math.log(math.lcm(*range(1, 344))) / 343, rel=1e-12)


@pytest.mark.parametrize("n", [2, 10, 1000, 10**6])
def test_legendre(n):
    left, right = legendre_identity(n)
    assert left == pytest.approx(right, rel=1e-13)


def test_exponent_entropies_by_brute_force():
    n = 500
    for p, found in zip(primes_up_to(n), exponent_entropies(n), strict=True):
        exponents = [next(k for k in range(20) if m % int(p) ** (k + 1)) for m in range(1, n + 1)]
        shares = np.bincount(exponents) / n
        shares = shares[shares > 0]
        assert found == pytest.approx(-(shares * np.log(shares)).sum(), rel=1e-12)


@pytest.mark.parametrize(("n", "tc"), [(10**3, 1.499117), (10**5, 2.015165), (10**6, 2.198540)])
def test_total_correlation(n, tc):
    assert exponent_entropies(n).sum() - math.log(n) == pytest.approx(tc, abs=1e-6)


def test_moments_of_a_distribution_and_their_expansions():
    factors = factor_distribution(omega_histogram(10**6))
    direct = omega(1, 10**6 + 1).astype(float)
    assert (factors.mean, factors.variance) == pytest.approx((direct.mean(), direct.var()), rel=1e-12)
    assert (factors.variance, factors.skewness) == pytest.approx((0.980965, 0.1289), abs=1e-4)
    errors = [factors.mean - omega_mean(10**6, order) for order in (0, 1, 2)]
    assert errors == pytest.approx([-3.4e-2, -3.0e-3, -3.8e-4], rel=0.05)
    assert (factors.variance - omega_variance(10**6)) * math.log(10**6) ** 2 == pytest.approx(5.4, abs=0.1)


@pytest.mark.parametrize("order", [0, 1])
def test_the_expansion_of_the_distribution_has_the_expansions_of_its_moments(order):
    """Probabilities that sum to one, and a mean that is the known one to that order."""
    n = 10**30
    pmf, k = selberg_delange(n, order), np.arange(64)
    assert pmf.sum() == pytest.approx(1, abs=1e-9)
    assert pmf @ k == pytest.approx(omega_mean(n, order), abs=1e-7)


def test_the_expansion_improves_with_n_and_with_order():
    distances = []
    for n in (10**6, 10**9, 10**11):
        factors = factor_distribution(omega_histogram(n))
        distances.append([factors.distance_from(selberg_delange(n, order)) for order in (0, 1)])
    assert (np.diff(distances, axis=0) < 0).all() and (np.diff(distances, axis=1) < 0).all()
    assert distances[-1][1] < 0.002 < 0.1 < factors.distance(math.log(math.log(n)), math.log(math.log(n)))


@pytest.mark.parametrize("n", [10, 60, 1000])
def test_parts_of_the_variance_by_brute_force(n):
    share = {int(p): (n // int(p)) / n for p in primes_up_to(n)}
    apart = -sum(share[p] * share[q] for p in share for q in share if p != q and p * q > n)
    assert variance_parts(n) == pytest.approx((sum(f * (1 - f) for f in share.values()), apart), rel=1e-12)


def test_the_variance_falls_short_of_independence_by_a_sixth_of_pi_squared():
    for n in (10**5, 10**7):
        alone, apart = variance_parts(n)
        c, shared = prime_constants(), factor_distribution(omega_histogram(n)).variance - alone
        assert shared == pytest.approx(-(math.pi**2) / 6 + 2 * (c.gamma + c.log_sum) / math.log(n), abs=0.06)
        assert 0.8 < apart / shared < 1


def test_a_distribution_is_at_no_distance_from_itself_and_bad_counts_are_refused():
    factors = factor_distribution(omega_histogram(1000))
    assert factors.distance_from(factors.counts / 1000) < 1e-15
    for counts in ([], [0, 0], [1, -1], [0.5, 0.5]):
        with pytest.raises(ValueError, match="counts must be integers"):
            factor_distribution(np.array(counts))
    with pytest.raises(ValueError, match="n must be an integer ≥ 3"):
        omega_mean(2)
    with pytest.raises(ValueError, match="at most 10\\^9"):
        exponent_entropies(10**10)
