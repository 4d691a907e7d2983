"""Spike counts of areas with a common drive: the hidden closed form, what the counts keep of it, refusals."""

import numpy as np
import pytest

from szilard.distributions import SharedDrive
from szilard.estimators import GaussianCopula


def test_the_hidden_drives_are_a_redundant_block():
    drive = SharedDrive(0.4, private=0.4)
    n, rho = drive.areas, 0.5
    logdet = (n - 1) * np.log(1 - rho) + np.log(1 + (n - 1) * rho)
    precision = (1 + (n - 2) * rho) / ((1 - rho) * (1 + (n - 1) * rho))
    assert float(drive.hidden.tc) == pytest.approx(-logdet / 2)
    assert float(drive.hidden.dtc) == pytest.approx((logdet + n * np.log(precision)) / 2)


def test_many_units_show_the_drives_and_mean_rates_are_log_normal():
    drive = SharedDrive(0.4, bins=1, units=4000)
    counts = drive.sample(20_000, rng=3)
    assert [part.shape for part in counts] == [(20_000, 1)] * 6
    assert np.mean(counts) == pytest.approx(0.5 * np.exp((0.4**2 + 0.4**2) / 2), rel=0.02)
    assert GaussianCopula().o_information(counts).omega.nats == pytest.approx(float(drive.hidden.omega), abs=0.06)


def test_the_same_stream_gives_the_same_counts():
    one, other, third = (SharedDrive(0.3).sample(50, rng=rng)[2] for rng in (1, 1, 2))
    assert np.array_equal(one, other) and not np.array_equal(one, third)


@pytest.mark.parametrize(
    ("settings", "argument"),
    [({"common": 0.0}, "common"), ({"private": -1.0}, "private"), ({"areas": 1}, "areas"), ({"bins": 0}, "bins"),
     ({"units": 0}, "units")],
)  # fmt: skip
def test_settings_out_of_range_are_refused(settings, argument):
    with pytest.raises(ValueError, match=f"^{argument} must be"):
        SharedDrive(**{"common": 0.4} | settings)
