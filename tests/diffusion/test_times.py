"""Time sampling: the density, its inverse, and that the weight turns averages into the integral of information."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import kstest, logistic

from szilard.diffusion import (
    SAMPLERS,
    AnalyticGaussianScore,
    ImportanceTimes,
    LogisticTimes,
    PiecewiseTimes,
    UniformTimes,
    VPDiffusion,
    make_times,
)

PUBLISHED = ImportanceTimes()
OTHERS = [ImportanceTimes(t_eps=1e-2), ImportanceTimes(t_eps=1e-5), ImportanceTimes(VPDiffusion(0.5, 7.0))]
ALL = pytest.mark.parametrize("times", [PUBLISHED, *OTHERS], ids=["published", "late", "early", "slow"])
MIDPOINTS = (torch.arange(400_000, dtype=torch.float64) + 0.5) / 400_000

# true nats: uniform from 1e-5, uniform from 1e-3, importance as published; exact scores, computed independently
TRUNCATION = {
    0.413339: (0.4133, 0.4132, 0.4133),  # rounded there to 0.4133
    1.0: (1.0000, 0.9996, 0.9998),
    2.0: (2.0000, 1.9970, 1.9986),
    3.0: (2.9998, 2.9783, 2.9897),
    4.0: (3.9985, 3.8583, 3.9299),
    5.0: (4.9891, 4.3849, 4.6481),
    6.0: (5.9245, 4.5306, 4.9826),
}


def tensor(value):
    return torch.as_tensor(value, dtype=torch.float64)


def rate(process, t):
    """β(t)/σ(t)² with the mathematics of the standard library."""
    return (process.beta0 + (process.beta1 - process.beta0) * t) / -math.expm1(-accumulated(process, t))


def accumulated(process, t):
    return process.beta0 * t + 0.5 * (process.beta1 - process.beta0) * t**2


def density(times, t):
    """The importance density, written from its definition and normalised by quadrature."""

    def unnormalised(s):
        return rate(times.process, max(s, times.t_eps))

    whole = unnormalised(0) * times.t_eps + quad(unnormalised, times.t_eps, 1, limit=400)[0]
    return unnormalised(t) / whole


def cdf(times, t):
    """Distribution function of importance times: linear below the cut, uniform in log signal-to-noise ratio above."""
    t, below = np.asarray(t, dtype=np.float64), rate(times.process, times.t_eps) * times.t_eps

    def growth(s):
        return np.log(np.expm1(accumulated(times.process, s)))

    above = below + growth(np.maximum(t, times.t_eps)) - growth(times.t_eps)
    whole = below + growth(1.0) - growth(times.t_eps)
    return np.where(t < times.t_eps, below * t / times.t_eps, above) / whole


def measured_information(times, nats):
    """Half the weighted average of the exact squared gap of a normal pair: what perfect scores would measure."""
    rho = math.sqrt(-math.expm1(-2 * nats))
    score = AnalyticGaussianScore(np.array([[1, rho], [rho, 1]]), (1, 1))
    t = times.inverse_cdf(MIDPOINTS)
    gap = score.energy(t, (1, 0)) - score.energy(t, (1, -1))
    return float((0.5 * times.weight(t) * gap).mean())


def test_published_normaliser_and_share_below_the_cut():
    assert PUBLISHED.normaliser == pytest.approx(20.255942, abs=5e-7)
    assert float(cdf(PUBLISHED, 1e-3)) == pytest.approx(0.05384, abs=5e-6)


@ALL
def test_normaliser_is_the_integral_of_the_density(times):
    whole = quad(lambda s: rate(times.process, s), times.t_eps, 1, limit=400)[0]
    assert times.normaliser == pytest.approx(rate(times.process, times.t_eps) * times.t_eps + whole, rel=1e-8)


@ALL
def test_distribution_function_integrates_the_density(times):
    for t in (times.t_eps / 3, times.t_eps, 0.05, 1.0):
        mass = quad(lambda s: density(times, s), 0, t, points=[times.t_eps], limit=400)[0]
        assert float(cdf(times, t)) == pytest.approx(mass, rel=1e-6)


@given(st.floats(1e-9, 1.0), st.sampled_from([PUBLISHED, *OTHERS]))
def test_inverse_undoes_the_distribution_function(u, times):
    t = float(times.inverse_cdf(tensor(u)))
    assert 0 < t <= 1 + 1e-12
    assert float(cdf(times, t)) == pytest.approx(u, rel=1e-9)


@ALL
def test_sampled_times_follow_the_distribution(times):
    """Kolmogorov-Smirnov, fixed seed; a right sampler fails with probability 6e-5 (four sigma)."""
    u = np.random.default_rng(5).random(20_000)
    assert kstest(times.inverse_cdf(tensor(u)).numpy(), lambda t: cdf(times, t)).pvalue > 6e-5


@ALL
def test_weight_times_density_is_the_rate(times):
    for t in (2 * times.t_min, times.t_eps / 2, times.t_eps, 0.03, 0.7):
        if t >= times.t_min:
            weighted = float(times.weight(tensor(t))) * density(times, t)
            assert weighted == pytest.approx(rate(times.process, t), rel=1e-7)


def test_weight_stops_growing_below_t_min():
    times = ImportanceTimes(t_min=1e-4)
    low = times.weight(tensor([0.0, 1e-6, 1e-4]))
    assert low == pytest.approx(times.normaliser * rate(times.process, 1e-4) / rate(times.process, 1e-3), rel=1e-12)


@pytest.mark.parametrize("times", [PUBLISHED, *OTHERS, UniformTimes(), UniformTimes(t_min=1e-2)])
@pytest.mark.parametrize(
    "f",
    [lambda t, p: p.variance(t), lambda t, p: t * (-5 * t).exp(), lambda t, p: p.variance(t) * p.k(t) ** 2],
    ids=["noise", "bump", "product"],
)
def test_weighted_averages_are_the_integral(times, f):
    """What lies below 1e-5 is a share of at most 1e-4 of these integrals and is weighted less: hence the tolerance."""
    process, start = times.process, getattr(times, "t_min", 0.0) if isinstance(times, UniformTimes) else 0.0
    t = times.inverse_cdf(MIDPOINTS)
    integral = quad(
        lambda s: rate(process, s) * float(f(tensor(s), process)), max(start, 1e-12), 1, limit=500, points=[1e-3]
    )[0]
    assert float((times.weight(t) * f(t, process)).mean()) == pytest.approx(integral, rel=1e-4)


@pytest.mark.parametrize(("nats", "published"), TRUNCATION.items())
def test_truncation_table(nats, published):
    columns = UniformTimes(t_min=1e-5), UniformTimes(t_min=1e-3), ImportanceTimes(exact=False)
    assert [measured_information(times, nats) for times in columns] == pytest.approx(published, abs=6e-5)


@pytest.mark.parametrize("nats", [0.1, 0.4133, 1.0, 2.0, 3.0])
def test_exact_weights_lose_nothing_up_to_three_nats(nats):
    """1.3e-4 at three nats, the rest being the cut at t_min and the 2e-5 nats that are left at t = 1."""
    assert measured_information(PUBLISHED, nats) == pytest.approx(nats, abs=1.5e-4)


def test_names_of_samplers():
    process = VPDiffusion(0.2, 5.0)
    assert make_times("importance", process, 1e-2) == ImportanceTimes(process, t_eps=1e-2)
    assert make_times("uniform", process, 1e-2) == UniformTimes(process, t_min=1e-2)
    with pytest.raises(ValueError, match="times must be one of .*did you mean 'importance'"):
        make_times("importanse", process, 1e-2)


@pytest.mark.parametrize("cut", [0, -1e-3, 1, 2.0, math.nan, "small", None])
def test_cuts_outside_the_unit_interval_are_refused(cut):
    for sampler, name in ((ImportanceTimes, "t_eps"), (ImportanceTimes, "t_min"), (UniformTimes, "t_min")):
        with pytest.raises(ValueError, match=name):
            sampler(**{name: cut})


# samplers on the axis of log signal-to-noise ratio

LOGISTIC = [LogisticTimes(), LogisticTimes(loc=0.0, scale=1.0), LogisticTimes(VPDiffusion(0.5, 30.0), scale=2.0)]
BINNED = [PiecewiseTimes.flat(VPDiffusion()), PiecewiseTimes(np.array([0.1, 0.6, 0.3]), VPDiffusion(0.5, 7.0))]


@pytest.mark.parametrize("times", LOGISTIC + BINNED)
def test_weight_is_the_inverse_density_of_what_is_sampled(times):
    """dλ/du, by differences of the inverse distribution function, is the weight."""
    u, step = torch.linspace(0.001, 0.999, 777, dtype=torch.float64), 1e-7
    below, above = (times.process.log_snr(times.inverse_cdf(u + d)) for d in (-step, step))
    slope = (below - above) / (2 * step)
    weight = times.weight(times.inverse_cdf(u))
    smooth = (slope / weight - 1).abs() < 1e-5
    assert smooth.double().mean() > 0.99  # but for a node beside the edge of a bin
    np.testing.assert_allclose(np.median(slope / weight), 1, rtol=1e-7)


@pytest.mark.parametrize("times", LOGISTIC + BINNED)
def test_times_rise_with_the_distribution_function_and_stay_in_the_diffusion(times):
    t = times.inverse_cdf(torch.linspace(0, 1, 1001, dtype=torch.float64))
    assert (t.diff() > 0).all() and t[0] > 0 and t[-1] <= 1 + 1e-9


def test_sampled_ratios_follow_the_logistic_law():
    times = LogisticTimes()
    ratios = times.process.log_snr(times.inverse_cdf(tensor(np.random.default_rng(0).random(20_000)))).numpy()
    low, high = logistic.cdf([-4.0, 4.0])
    cut = lambda v: (logistic.cdf((v - 2.0) / 3.0) - low) / (high - low)  # noqa: E731
    assert kstest(ratios, cut).pvalue > 1e-4


@pytest.mark.parametrize("name", ["logistic", "adaptive"])
@pytest.mark.parametrize("nats", [0.413339, 1.0, 3.0])
def test_exact_scores_keep_their_information(name, nats):
    """Within half a per cent up to three nats, where cuts at t = 1e-3 begin to cost."""
    assert measured_information(make_times(name, VPDiffusion(), 1e-3), nats) == pytest.approx(nats, rel=5e-3)


def test_members_draw_from_their_own_bins():
    masses = np.array([[0.9, 0.1], [0.1, 0.9]])
    times, u = PiecewiseTimes(masses), torch.rand(3, 2, 50, generator=torch.Generator().manual_seed(0))
    t = times.inverse_cdf(u.double())
    for i in range(2):
        alone = PiecewiseTimes(masses[i])
        torch.testing.assert_close(t[:, i], alone.inverse_cdf(u[:, i].double()))
        torch.testing.assert_close(times.weight(t)[:, i], alone.weight(t[:, i]))


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: LogisticTimes(scale=0.0), "scale"),
        (lambda: LogisticTimes(clip=-1.0), "clip"),
        (lambda: LogisticTimes(loc=0.0), "loc - clip"),
        (lambda: PiecewiseTimes(np.array([0.5, 0.6])), "masses"),
        (lambda: PiecewiseTimes(np.array([0.0, 1.0])), "masses"),
        (lambda: PiecewiseTimes(np.full((1, 1, 1), 1.0)), "masses"),
    ],
)
def test_densities_out_of_range_are_refused(make, named):
    with pytest.raises(ValueError, match=named):
        make()


def test_every_name_makes_a_sampler_and_others_are_refused():
    kinds = {type(make_times(name, VPDiffusion(), 1e-3)) for name in SAMPLERS}
    assert kinds == {ImportanceTimes, UniformTimes, LogisticTimes, PiecewiseTimes}
    with pytest.raises(ValueError, match="times"):
        make_times("sobol", VPDiffusion(), 1e-3)
