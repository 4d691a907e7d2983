"""Devices: resolved by name, refused where absent, each with its precision."""

from __future__ import annotations

import pytest
import torch

from szilard.device import resolve_device, working_precision


@pytest.mark.parametrize(("present", "device"), [(True, "cuda"), (False, "cpu")])
def test_auto_takes_a_card_where_there_is_one(monkeypatch, present, device):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: present)
    assert resolve_device() == resolve_device("auto") == device
    assert resolve_device("cpu") == "cpu"


def test_an_absent_card_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError, match="no CUDA card is present: use 'cpu' or 'auto'"):
        resolve_device("cuda")


@pytest.mark.parametrize("device", ["gpu", "cuda:0", "CPU", None, 0])
def test_unknown_names_are_refused(device):
    with pytest.raises(ValueError, match="device must be one of auto, cpu, cuda; got"):
        resolve_device(device)


def test_precision_is_double_here_and_single_on_a_card():
    assert working_precision("cpu") == torch.float64
    assert working_precision("cuda") == torch.float32
