"""Devices: resolved by name, refused where absent, each with its precision."""

from __future__ import annotations

import pytest
import torch

from szilard.device import check_device, is_cuda, resolve_device, working_precision


@pytest.fixture
def cards(monkeypatch):
    def present(count):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: count > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: count)

    return present


@pytest.mark.parametrize(("count", "device"), [(2, "cuda"), (0, "cpu")])
def test_auto_takes_a_card_where_there_is_one(cards, count, device):
    cards(count)
    assert resolve_device() == resolve_device("auto") == device
    assert resolve_device("cpu") == "cpu"


def test_cards_are_counted_from_zero(cards):
    cards(2)
    assert [resolve_device(name) for name in ("cuda", "cuda:0", "cuda:1")] == ["cuda", "cuda:0", "cuda:1"]
    with pytest.raises(ValueError, match=r"^device 'cuda:2' was asked for and the last CUDA card is 'cuda:1'$"):
        resolve_device("cuda:2")


@pytest.mark.parametrize("device", ["cuda", "cuda:0"])
def test_an_absent_card_is_refused(cards, device):
    cards(0)
    assert check_device(device) == device
    with pytest.raises(ValueError, match="no CUDA card is present: use 'cpu' or 'auto'"):
        resolve_device(device)


@pytest.mark.parametrize(
    "device",
    ["gpu", "CPU", None, 0, "", "cpu:banana", "cpu:0", "auto:3", "cuda:", "cuda:-1", "cuda:x", "cuda:1:2", "cuda:٣"],
)
def test_unknown_names_are_refused(device):
    for check in (check_device, resolve_device):
        with pytest.raises(ValueError, match=r"^device must be one of auto, cpu, cuda, cuda:N; got [^\n]*$"):
            check(device)


@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_precision_is_double_here_and_single_on_a_card(device):
    assert working_precision("cpu") == torch.float64 and not is_cuda("cpu")
    assert working_precision(device) == torch.float32 and is_cuda(device)
