"""Steps of a training on a problem small enough to do by hand, and the same steps with a compiled loss."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import szilard
from szilard.fleets import BLOCK, Linear, Perceptron, Replay, Stepper, fused


def streams(*seeds):
    return [torch.Generator().manual_seed(seed) for seed in seeds]


def square_error(network, x, y):
    return (network(x) - y).square().mean((1, 2)).sum()


def block(count, fleet=2, n=16, seed=0):
    x = torch.randn(count, fleet, n, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return x, x[..., :1] - 2 * x[..., 1:]


def fitted(network, steps, rate=1e-2, decay=0.9, seed=0):
    stepper = Stepper(network, [rate] * steps, decay, square_error)
    parts = block(steps, seed=seed)
    losses = [
        float(stepper.advance(tuple(part[start : start + BLOCK] for part in parts), start))
        for start in range(0, steps, BLOCK)
    ]
    return stepper, losses


def test_steps_are_adam_written_out():
    ours, theirs = (Perceptron([2, 8, 1], streams(1, 2), torch.float64, 0.5) for _ in range(2))
    stepper, losses = fitted(ours, 30)
    x, y = block(30)
    weights = list(theirs.parameters())
    first, second, average = ([torch.zeros_like(p) for p in weights] for _ in range(3))
    for i in range(30):
        gradients = torch.autograd.grad(square_error(theirs, x[i], y[i]), weights)
        with torch.no_grad():
            for p, g, m, v, mean in zip(weights, gradients, first, second, average, strict=True):
                m.copy_(0.9 * m + 0.1 * g)
                v.copy_(0.999 * v + 0.001 * g**2)
                p -= 1e-2 * (m / (1 - 0.9 ** (i + 1))) / ((v / (1 - 0.999 ** (i + 1))).sqrt() + 1e-8)
                mean.copy_(0.9 * mean + 0.1 * p)
    for mine, reference in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine, reference, rtol=1e-7, atol=1e-9)  # the rate is held in float32
    for mine, mean in zip(stepper.averaged().parameters(), average, strict=True):
        torch.testing.assert_close(mine, mean / (1 - 0.9**30), rtol=1e-7, atol=1e-9)
    assert len(losses) == 2


def test_nothing_remembers_a_step_once_it_is_done():
    """Averages with a history would keep every step's graph alive, and on CUDA the stream it ran on."""
    stepper, _ = fitted(Linear(2, 1, streams(1, 2), torch.float64, 1.0), 2 * BLOCK)
    kept = [*stepper.average, *stepper.mean, *stepper.square, *stepper.averaged().parameters()]
    assert not any(tensor.requires_grad for tensor in kept)
    assert all(parameter.grad is None for parameter in stepper.parameters)


def test_what_the_loss_does_not_use_stays():
    network = torch.nn.ModuleList(Linear(2, 1, streams(1, 2), torch.float64, 1.0) for _ in range(2))
    before = network[1].weight.clone()
    stepper = Stepper(network, [1e-2] * 5, 0.9, lambda net, x, y: square_error(net[0], x, y))
    stepper.advance(block(5), 0)
    assert torch.equal(network[1].weight, before)


def test_the_loss_is_the_mean_over_the_fleet():
    network = Linear(2, 1, streams(1, 2), torch.float64, 1.0)
    parts = block(1)
    expected = float(square_error(network, parts[0][0], parts[1][0]).detach()) / 2
    stepper = Stepper(network, [1e-2], 0.9, square_error)
    assert float(stepper.advance(parts, 0)) == pytest.approx(expected, rel=1e-12)


def test_a_processor_runs_the_plain_loss():
    assert fused(square_error, torch.device("cpu")) is square_error


COMPILED = """
import torch
from functools import partial
from szilard.diffusion import Architecture, ScoreNetwork
from szilard.diffusion.training import denoising_loss
from szilard.estimators import CLUB, MINE, NWJ, SMILE, DonskerVaradhan, InfoNCE

torch.manual_seed(0)
streams = [torch.Generator().manual_seed(seed) for seed in (1, 2)]
x, y, features = torch.randn(2, 16, 3), torch.randn(2, 16, 3), torch.randn(2, 16, 4)
cases = {
    kind: (ScoreNetwork((1, 2), Architecture(kind, hidden=16), streams, torch.float32),
           lambda: partial(denoising_loss, torch.rand(16, 3, generator=torch.Generator().manual_seed(1))),
           (x, features, y))
    for kind in ("residual", "modulated", "published")
}
for bound in (CLUB, MINE, NWJ, SMILE, DonskerVaradhan, InfoNCE):
    for critic in ("separable", "joint"):
        setting = bound(critic=critic, hidden=16)
        network = setting._kind()((3, 3), 16, 2, streams, torch.float32)
        cases[bound.__name__ + critic] = network, lambda s=setting: s.loss(2, x), (x, y)
for name, (network, loss, parts) in cases.items():
    for parameter in network.parameters():  # a last layer of zeros would hide the others
        parameter.data += 0.1 * torch.randn(parameter.shape)
    plain, compiled = loss(), torch.compile(loss(), dynamic=False, fullgraph=True, backend="aot_eager")
    for _ in range(2):  # MINE remembers the first batch
        values = [f(network, *parts) for f in (plain, compiled)]
        torch.testing.assert_close(*values, rtol=1e-5, atol=1e-6)
        gradients = [torch.autograd.grad(v, list(network.parameters())) for v in values]
        for ours, theirs in zip(*gradients, strict=True):
            torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)
    torch.compiler.reset()
print(len(cases))

torch._dynamo.utils.counters.clear()
compiled = torch.compile(denoising_loss, dynamic=False, fullgraph=True, backend="eager")
for seed in range(3):
    streams = [torch.Generator().manual_seed(seed) for _ in range(2)]
    network = ScoreNetwork((1, 2), Architecture(hidden=16), streams, torch.float32)
    compiled(torch.rand(16, 3), network, x, features, y)
print(torch._dynamo.utils.counters["stats"]["unique_graphs"])
"""


def test_compiled_losses_are_the_plain_ones():
    """Every loss is one graph without a break, equal in value and gradients to rounding in single precision.

    In a process of its own, as the compiler changes the environment it runs in.
    """
    library = str(Path(szilard.__file__).parents[1])
    result = subprocess.run(
        [sys.executable, "-c", COMPILED], env={**os.environ, "PYTHONPATH": library}, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == ["15", "1"]  # cases, and graphs of three networks of one shape


@pytest.mark.gpu
def test_a_replay_does_its_work_at_every_call():
    total = torch.zeros(1, device="cuda")
    replay = Replay(lambda x: total.add_(x))
    values = [float(replay(torch.full((1,), v, device="cuda"))) for v in (1.0, 2.0, 4.0)]
    np.testing.assert_allclose(values, [1.0, 3.0, 7.0])
