"""Bounds at their exact optimum, trained critics, fleets, the battery, and O-information by adding up."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from szilard.diffusion import Training
from szilard.estimators import GaussianMI, bounds
from szilard.estimators.critic import ConditionalNormal
from szilard.estimators.line import line_o_information
from szilard.estimators.variational import CLUB, MINE, NWJ, SMILE, DonskerVaradhan, InfoNCE, variational_fleet
from szilard.testing.estimators import CHECKS

RHO = 0.75
TRUTH = -0.5 * math.log(1 - RHO**2)
LOWER = [DonskerVaradhan, MINE, NWJ, InfoNCE, SMILE]
KINDS = [*LOWER, CLUB]
BRIEF = {"steps": 100, "hidden": 16, "device": "cpu", "training": Training(batch=64, lr=4e-3)}
QUICK = {"steps": 400, "hidden": 32, "device": "cpu"}


def pair(seed, n=5000, d=1, rho=RHO):
    x, z = np.random.default_rng(seed).normal(size=(2, n, d))
    return x, rho * x + math.sqrt(1 - rho**2) * z


def exact_scores(batches=400, n=64):
    """The log density ratio of a normal pair on batches (batches, n, n)."""
    x, y = (torch.as_tensor(z).reshape(batches, n) for z in pair(0, batches * n))
    x, y = x[:, :, None], y[:, None]
    return TRUTH - (RHO**2 * (x**2 + y**2) - 2 * RHO * x * y) / (2 * (1 - RHO**2))


def near(values, truth, bias=0.0):
    """The mean over batches within four standard errors."""
    assert abs(float(values.mean()) - truth) < 4 * float(values.std()) / math.sqrt(len(values)) + bias


def test_the_log_density_ratio_makes_the_bounds_exact():
    f = exact_scores()
    near(bounds.nwj(1 + f), TRUTH)
    near(bounds.donsker_varadhan(f), TRUTH, bias=0.005)  # a batch's logarithm is a little low
    assert float((bounds.donsker_varadhan(f + 3) - bounds.donsker_varadhan(f)).abs().max()) < 1e-12
    assert float(bounds.infonce(f).mean()) < TRUTH
    assert float((bounds.smile(f, 1e3) - bounds.donsker_varadhan(f)).abs().max()) < 1e-12


@pytest.mark.parametrize(("kind", "scale"), [*((kind, 1.0) for kind in KINDS), (InfoNCE, 4.0), (SMILE, 4.0)])
def test_the_standard_error_is_that_of_the_value(kind, scale):
    """Scores of 400 held-out parts: the spread of the values against the mean of the errors claimed."""
    learner, f = kind(), scale * exact_scores(batches=400, n=32)
    found = [learner._pooled(*learner._local(each)) for each in f]
    values = torch.stack([value for value, _ in found])
    claimed = torch.stack([influence.std() / math.sqrt(len(influence)) for _, influence in found])
    assert 0.8 < float(values.std() / claimed.mean()) < 1.25


def test_smile_clips_what_donsker_and_varadhan_do_not():
    f = torch.tensor([[[9.0, 7.0], [0.0, 9.0]]], dtype=torch.float64)
    assert float(bounds.smile(f, 5.0)) == pytest.approx(9 - math.log((math.exp(5) + 1) / 2))
    assert float(bounds.donsker_varadhan(f)) == pytest.approx(9 - math.log((math.exp(7) + 1) / 2))


def test_mine_divides_its_gradient_by_the_average_of_all_batches():
    """After a batch of partition e^2, one of e^0 has its gradient divided by 0.99 e^2 + 0.01."""
    loss = MINE().loss(1, torch.zeros(1, dtype=torch.float64))
    scores = iter([torch.full((1, 2, 2), 2.0), torch.zeros(1, 2, 2, requires_grad=True)])
    last = {}

    def network(x, y):
        last["f"] = next(scores).double()
        if last["f"].requires_grad:
            last["f"].retain_grad()
        return last["f"]

    loss(network, torch.zeros(2), torch.zeros(2))
    loss(network, torch.zeros(2), torch.zeros(2)).backward()
    assert float(last["f"].grad[0, 0, 1]) == pytest.approx(0.5 / (0.99 * math.exp(2) + 0.01))


def test_club_of_the_true_conditional_law_is_its_closed_form():
    near(bounds.club(exact_scores()), RHO**2 / (1 - RHO**2))


def test_club_learns_the_likelihood_of_the_pairs_that_belong_together():
    """Its loss takes them alone, out of all the pairs that the bound is made of."""
    stream = torch.Generator().manual_seed(0)
    law = ConditionalNormal((2, 3), 16, 2, [stream, stream], torch.float64)
    torch.nn.init.normal_(law.law.layers[-1].weight, generator=stream)
    x, y = (torch.randn(2, 8, width, dtype=torch.float64, generator=stream) for width in (2, 3))
    wanted = bounds.positives(law(x, y))
    assert torch.allclose(law.own(x, y), wanted, rtol=1e-12)
    assert float(CLUB()._loss(law, x, y).detach()) == pytest.approx(-float(wanted.mean(-1).sum().detach()), rel=1e-12)


def test_infonce_of_equal_symbols_is_the_binomial_sum():
    """X = Y uniform on m symbols: log n − Σ_k Bin(k; n − 1, 1/m) log(1 + k)."""
    m, n = 4, 16
    symbols = torch.as_tensor(np.random.default_rng(0).integers(m, size=(4000, n)))
    f = torch.where(symbols[:, :, None] == symbols[:, None], 0.0, -1e4).double()
    chances = [math.comb(n - 1, k) * m**-k * (1 - 1 / m) ** (n - 1 - k) for k in range(n)]
    near(bounds.infonce(f), math.log(n) - sum(p * math.log1p(k) for k, p in enumerate(chances)))


@pytest.mark.parametrize("scale", [0.0, 1.0, 1e4])
def test_infonce_never_exceeds_the_logarithm_of_the_batch(scale):
    f = scale * torch.randn(50, 32, 32, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    values = bounds.infonce(f + scale * torch.eye(32))
    assert bool((values <= math.log(32) + 1e-12).all()) and (scale or float(values.abs().max()) < 1e-12)


@pytest.mark.parametrize("kind", LOWER)
def test_a_normal_pair_is_measured(kind):
    pairs = [pair(seed) for seed in range(3)]
    for estimate in variational_fleet(kind(**QUICK), pairs, range(3)):
        assert estimate.value == pytest.approx(TRUTH, abs=0.06)
        assert estimate.agrees_with(TRUTH, sigmas=4) and estimate.warnings == ()


def test_a_joint_critic_measures_it_too():
    small = InfoNCE(critic="joint", steps=200, hidden=16, device="cpu", training=Training(batch=32, lr=5e-3))
    assert small.mutual_information(*pair(0)).value == pytest.approx(TRUTH, abs=0.08)


@pytest.mark.parametrize("kind", KINDS)
def test_independence_is_seen(kind):
    assert abs(kind(**BRIEF).mutual_information(*pair(0, rho=0.0)).value) < 0.03


def test_club_lies_near_its_closed_form_and_says_what_it_is():
    estimate = CLUB(**QUICK).mutual_information(*pair(0))
    assert estimate.value > 2 * TRUTH
    assert estimate.agrees_with(RHO**2 / (1 - RHO**2), sigmas=4) and "upper bound" in estimate.warnings[0]


def test_infonce_stops_at_its_ceiling_and_warns():
    x, y = pair(0, d=3, rho=0.99)  # 5.9 nats
    learner = InfoNCE(**QUICK, training=Training(batch=32, lr=2e-3))
    estimate = learner.mutual_information(x, y)
    assert 2.5 < estimate.value <= math.log(32) and "cannot exceed" in estimate.warnings[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_fleet_is_its_members_alone(kind):
    pairs, learner = [pair(seed, 300) for seed in range(2)], kind(**{**BRIEF, "steps": 30})
    for together, (x, y), seed in zip(variational_fleet(learner, pairs, (5, 6)), pairs, (5, 6), strict=True):
        alone = learner.mutual_information(x, y, rng=seed)
        assert together.value == pytest.approx(alone.value, rel=1e-9, abs=1e-12)
        assert together.stderr == pytest.approx(alone.stderr, rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_too_few_samples_to_evaluate_a_bound_are_refused(kind):
    with pytest.raises(ValueError, match="x must have at least 50 rows, to hold 10 out; got 12"):
        kind(steps=300, device="cpu").mutual_information(*pair(0, 12))


@pytest.mark.parametrize("kind", [NWJ, MINE, DonskerVaradhan, InfoNCE])
def test_a_bound_far_below_zero_is_doubted_and_its_error_is_no_smaller(kind):
    """A critic trained far too long on noise: whatever a value below zero is, it does not come with a small error."""
    learner = kind(steps=300, device="cpu", training=Training(batch=64, lr=1e-2))
    for seed in range(2):
        estimate = learner.mutual_information(*pair(seed, 60, 3, rho=0.0))
        assert estimate.value < -0.1 and any("never below zero" in s for s in estimate.warnings)
        assert math.isnan(estimate.stderr) or estimate.value > -20 * estimate.stderr


def test_outliers_that_set_the_scale_are_doubted_where_it_matters():
    x, y = pair(0, 500)
    x[0] = 1e6
    doubted, ranked = (NWJ(**BRIEF, preprocess=each).mutual_information(x, y).warnings for each in ("rescale", "rank"))
    assert "outliers" in doubted[0] and not ranked


# CLUB, an upper bound far above the information, is compared with its own closed form above instead.
BATTERY = [
    pytest.param(kind, check, id=f"{kind.__name__}-{name}")
    for kind in KINDS
    for name, check in CHECKS.items()
    if (kind, name) != (CLUB, "finds_dependence")
]


@pytest.mark.parametrize(("kind", "check"), BATTERY)
def test_the_battery(kind, check):
    check(kind(**BRIEF), 0)


@pytest.mark.parametrize(
    "wrong", [{"critic": "both"}, {"hidden": 0}, {"steps": 0}, {"holdout": 1}, {"preprocess": "no"}]
)
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        replace(InfoNCE(), **wrong)
    with pytest.raises(ValueError, match="tau"):
        SMILE(tau=0)


def test_adding_up_informations_gives_the_exact_o_information_of_a_normal_law():
    from szilard.distributions import gaussian_o_information

    cov = np.array([[1, 0.5, 0.4], [0.5, 1, 0.3], [0.4, 0.3, 1]])
    x = np.random.default_rng(0).multivariate_normal(np.zeros(3), cov, size=2000)
    result = line_o_information(list(x.T), GaussianMI(correct_bias=False))
    exact = gaussian_o_information(np.cov(x.T), (1, 1, 1))
    for name in ("tc", "dtc", "omega", "s"):
        assert getattr(result, name).value == pytest.approx(getattr(exact, name).value, abs=1e-9)
    with pytest.raises(ValueError, match="at least three"):
        line_o_information(list(x.T)[:2], GaussianMI())


@pytest.mark.parametrize("kind", [DonskerVaradhan, MINE, NWJ])
def test_scores_that_overflow_give_no_estimate_and_say_so(kind):
    class Overflowing(kind):
        def _negative(self, f):
            return (f + 1e4).exp()

    estimate = Overflowing(**BRIEF).mutual_information(*pair(0, 200))
    assert math.isnan(estimate.value) and estimate.warnings[0].startswith("No estimate: ")
