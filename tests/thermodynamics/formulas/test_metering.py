"""Joules per operation: the arithmetic with a counter of known power, and what is said where there is none."""

from __future__ import annotations

import ctypes

import pytest
import torch

from szilard.thermodynamics import matmul_energy, measure_energy, nvml_counter
from szilard.thermodynamics.formulas import metering


class Machine:
    """A card of 100 W idle that takes 500 W while it works, with a clock of its own."""

    def __init__(self) -> None:
        self.time = self.energy = 0.0

    def work(self) -> None:
        self.time += 0.4
        self.energy += 0.4 * 500

    def rest(self, seconds: float) -> None:
        self.time += seconds
        self.energy += seconds * 100


def measured(machine: Machine, counter=None):
    return measure_energy(
        machine.work,
        1e12,
        counter or (lambda: machine.energy),
        seconds=2.0,
        repetitions=3,
        clock=lambda: machine.time,
        rest=machine.rest,
    )


def test_a_known_power_is_found():
    found = measured(Machine())
    assert found.joules == pytest.approx(200 / 1e12) and found.stderr == pytest.approx(0, abs=1e-22)
    assert found.power == pytest.approx(500) and found.rate == pytest.approx(1e12 / 0.4)
    assert found.idle == pytest.approx(40 / 1e12)


def test_a_counter_that_stands_still_is_refused():
    with pytest.raises(ValueError, match="stood still"):
        measured(Machine(), lambda: 7.0)


class Driver:
    """A driver in miniature: calls succeed, the counter answers with a code or with a number of millijoules."""

    def __init__(self, code: int, millijoules: int = 0) -> None:
        self.code, self.millijoules = code, millijoules

    def __getattr__(self, name: str):
        return lambda *_: 0

    def nvmlDeviceGetTotalEnergyConsumption(self, _, reading):  # noqa: N802 - the driver's name
        reading._obj.value = self.millijoules
        return self.code


def test_no_driver_no_counter(monkeypatch):
    monkeypatch.setattr(metering, "_LIBRARY", "no-such-library.so")
    with pytest.raises(ValueError, match="needs NVIDIA's driver"):
        nvml_counter()


def test_a_card_without_a_counter_says_so(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda _: Driver(3))
    with pytest.raises(ValueError, match="exposes no energy counter"):
        nvml_counter()


def test_the_counter_is_in_joules(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda _: Driver(0, 1500))
    assert nvml_counter()() == 1.5


@pytest.mark.skipif(torch.cuda.is_available(), reason="here there is a card")
def test_without_a_card_the_measurement_says_so():
    with pytest.raises(ValueError, match="needs a CUDA card"):
        matmul_energy(64)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a card")
def test_a_card_takes_joules():
    try:
        found = matmul_energy(2048, seconds=1.0, repetitions=2)
    except ValueError as missing:
        pytest.skip(str(missing))
    assert 1e-15 < found.joules < 1e-9 and found.idle < found.joules
