"""Information of codes against that of what they encode."""

import dataclasses

import numpy as np
import pytest
from scipy.special import digamma

from szilard.bottleneck import PCA, Noise, Noisy, Nothing, compressed_information
from szilard.distributions import gaussian_images, rotated_pair
from szilard.estimators import ESTIMATORS, KSG, GaussianMI, KozachenkoLeonenko, WeightedKL

PAIR = rotated_pair(2, 3, 1.5)
WKL = WeightedKL(k=50, support="all")
RNG = np.random.default_rng(1)
INTO_TWELVE, INTO_NINE = RNG.normal(size=(2, 12)), RNG.normal(size=(3, 9))


def embedded(n, seed=0):
    """Jointly normal vectors of 2 and 3 dimensions that fill planes of 12 and 9: linear, injective."""
    x, y = PAIR.sample(n, seed)
    return x @ INTO_TWELVE, y @ INTO_NINE


@pytest.mark.parametrize("estimator", [GaussianMI(), WKL, KozachenkoLeonenko(whiten=True)], ids=lambda one: one.name)
def test_lossless_compression_leaves_information_as_it_was(estimator):
    x, y = PAIR.sample(1000)
    direct = compressed_information(x, y, estimator, baseline=None)
    high_x, high_y = embedded(1000)
    encoders = PCA(2).fit(embedded(500, seed=7)[0]), PCA(3).fit(embedded(500, seed=7)[1])
    through = compressed_information(high_x, high_y, estimator, *encoders, baseline=None)
    assert through.value == pytest.approx(direct.value, abs=1e-9)
    assert through.stderr == pytest.approx(direct.stderr, abs=1e-9)
    assert through.agrees_with(1.5, sigmas=4)


def test_lossy_compression_only_loses_and_by_the_closed_form():
    # x is standard normal: its first principal axis is any direction; y keeps one of three
    x, y = PAIR.sample(20_000)
    encoders = [PCA(1).fit(part) for part in PAIR.sample(500, 9)]
    estimate = compressed_information(x, y, GaussianMI(), *encoders, baseline=None)
    across = encoders[0].axes.T @ PAIR.cov[:2, 2:] @ encoders[1].axes
    truth = -0.5 * np.log(1 - across.item() ** 2)
    assert truth < 1.5
    assert estimate.agrees_with(truth, sigmas=4)


def test_noise_on_codes_costs_what_the_channel_says():
    x, y = PAIR.sample(20_000)
    noisy = Noisy(PCA(2).fit(PAIR.sample(500, 9)[0]), Noise(0.5))
    estimate = compressed_information(x, y, GaussianMI(), noisy, baseline=None)
    rho2 = (1 - np.exp(-1.5)) / 1.25
    assert estimate.agrees_with(-np.log(1 - rho2), sigmas=4)


@pytest.mark.parametrize("estimator", [WKL, KSG(k=5), GaussianMI(), KozachenkoLeonenko()], ids=lambda one: one.name)
@pytest.mark.parametrize("noise", [Noise(1.0), Noise(1.0, "relative")], ids=lambda noise: noise.kind)
def test_an_encoder_that_keeps_nothing_gives_nothing(estimator, noise):
    x, y = gaussian_images(5.0, width=8).sample(2000)
    nothing = Nothing(2, noise)
    assert compressed_information(x, y, estimator, nothing, nothing, baseline=None).agrees_with(0.0, sigmas=4)
    for encoders in ((nothing, PCA(2)), (PCA(2), nothing)):
        estimate = compressed_information(x, y, estimator, *encoders)
        # differences of entropies are biased downwards on such codes: what they show of nothing is their baseline
        assert estimate.diagnostics["above_baseline"] == pytest.approx(0, abs=0.12)
        assert estimator.name in ("kl", "weighted-kl") or estimate.nats == pytest.approx(0, abs=0.05)
    assert compressed_information(x, y, estimator, PCA(2), PCA(2), baseline=None).nats > 1.5


def test_codes_of_images_carry_most_and_never_more_than_the_truth():
    pair = gaussian_images(2.0, width=12)
    images, parameters = pair.sample(2000, 3), pair.parameters(2000, 3)
    trained = [PCA(2).fit(part) for part in pair.sample(1000, 4)]
    best = compressed_information(*parameters, WKL, baseline=None)
    through = compressed_information(*images, WKL, *trained, baseline=None)
    assert best.agrees_with(2.0, sigmas=4)
    assert 0.9 < through.nats < best.nats


def test_settings_are_fitted_on_pairs_the_estimate_does_not_use():
    x, y = embedded(1000)
    estimate = compressed_information(x, y, GaussianMI(), PCA(2), PCA(3), train=0.3)
    assert (estimate.n, estimate.diagnostics["fitted_on"]) == (700, 300)
    assert estimate.diagnostics["encoders"] == ("PCA(2)", "PCA(3)")
    assert estimate.diagnostics["code_dims"] == (2, 3)
    assert estimate.method.endswith("of PCA(2) and PCA(3)")
    fitted = compressed_information(x, y, GaussianMI(), PCA(2).fit(x[:10]), PCA(3).fit(y[:10]), baseline=None)
    assert (fitted.n, fitted.diagnostics["fitted_on"]) == (1000, 0)


def test_what_an_encoder_has_seen_is_not_what_it_is_tested_on():
    """An encoder that remembers its samples finds none of them again."""
    x, y = np.random.default_rng(0).normal(size=(2, 400, 3))

    class Remembering:
        def fit(self, x, *, rng=0, device="auto"):
            seen.append({row.tobytes() for row in x})
            return Recall()

    class Recall:
        name = "recall"

        def transform(self, x, rng=0):
            tested.append({row.tobytes() for row in x})
            return x

    seen, tested = [], []
    compressed_information(x, y, GaussianMI(), Remembering(), Remembering(), baseline=None)
    assert all(not fitted & used and len(fitted | used) == 400 for fitted, used in zip(seen, tested, strict=True))


def test_the_baseline_is_reported_beside_the_value_and_changes_nothing():
    x, y = gaussian_images(0.0, width=8).sample(600)
    plain = compressed_information(x, y, WeightedKL(k=5), PCA(2), PCA(2), baseline=None)
    beside = compressed_information(x, y, WeightedKL(k=5), PCA(2), PCA(2))
    assert beside.value == plain.value
    facts = beside.diagnostics
    assert facts["above_baseline"] == pytest.approx(beside.value - facts["baseline"], abs=1e-15)
    assert abs(facts["above_baseline"]) < 0.15
    assert facts["baseline"] < -0.1 and any("Shuffled pairs" in sentence for sentence in beside.warnings)


def test_values_below_zero_stay_and_are_announced():
    x, y = gaussian_images(0.0, width=8).sample(600)
    estimate = compressed_information(x, y, WeightedKL(k=5), PCA(2), PCA(2))
    assert estimate.value < 0
    assert any("below zero" in sentence for sentence in estimate.warnings)


def test_the_ceiling_and_the_weights_are_reported():
    x, y = rotated_pair(4, 4, 10.0).sample(1000)
    ksg = compressed_information(x, y, KSG(k=5), baseline=None)
    assert ksg.diagnostics["ceiling"] == pytest.approx(digamma(1000) - digamma(5), abs=1e-12)
    assert ksg.nats < ksg.diagnostics["ceiling"] < 10
    weighted = compressed_information(x, y, WeightedKL(k=20), baseline=None)
    assert weighted.diagnostics["weight_norm"] > 5
    assert any("amplify" in sentence for sentence in weighted.warnings)
    assert not compressed_information(x, y, WKL, baseline=None).warnings


def test_estimators_that_can_whiten_do_so_for_the_joint_codes():
    x, y = rotated_pair(2, 2, 10.0).sample(1000)
    assert compressed_information(x, y, WKL, baseline=None).nats == pytest.approx(10, abs=0.3)
    assert compressed_information(x, y, WKL, baseline=None, whiten=False).nats < 8


def test_the_same_rng_gives_the_same_estimate():
    x, y = embedded(400)
    one, again, other = (
        compressed_information(x, y, KSG(), Noisy(PCA(2).fit(x), Noise(0.1)), PCA(3), rng=rng) for rng in (1, 1, 2)
    )
    assert one.value == again.value != other.value
    assert dict(one.diagnostics) == dict(again.diagnostics)


@pytest.mark.parametrize("name", [name for name, kind in ESTIMATORS.items() if not kind.stochastic])
def test_every_estimator_of_the_registry_takes_codes(name):
    x, y = embedded(400)
    estimate = compressed_information(x, y, ESTIMATORS[name](), PCA(1), PCA(1), permutations=1)
    assert np.isfinite(estimate.value) and estimate.n == 200
    assert dataclasses.is_dataclass(estimate)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"train": 1.0}, r"train must lie strictly between 0 and 1; got 1.0"),
        ({"baseline": "bootstrap"}, "baseline must be one of permutation; got 'bootstrap'"),
        ({"permutations": 0}, "permutations must be an integer ≥ 1; got 0"),
    ],
)
def test_bad_settings_are_named(settings, message):
    x, y = embedded(50)
    with pytest.raises(ValueError, match=message):
        compressed_information(x, y, GaussianMI(), PCA(1), PCA(1), **settings)


def test_collapsed_codes_are_refused():
    x, y = embedded(50)
    with pytest.raises(ValueError, match="must vary"):
        compressed_information(np.zeros_like(x), y, GaussianMI(), PCA(1).fit(x), PCA(1).fit(y))
    rounded = 1 + 1e-15 * np.random.default_rng(0).normal(size=x.shape)
    with pytest.raises(ValueError, match="must vary"):
        compressed_information(rounded, y, GaussianMI(), None, PCA(1).fit(y))
