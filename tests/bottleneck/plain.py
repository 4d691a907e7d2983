"""One stochastic network trained on its own, as one would write it first: what the ensemble must equal."""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.distributions import Normal
from torch.nn import functional as F
from torch.optim.sgd import sgd

from szilard.bottleneck import Configuration, Descent, Samples


class PlainNetwork(nn.Module):
    """Networks for μ and σ, and a linear head."""

    def __init__(self, width: int, inputs: int = 2, classes: int = 5) -> None:
        super().__init__()
        sizes = [(inputs, width), (width, width), (width, width // 2), (width // 2, width // 2)]

        def perceptron() -> nn.Sequential:
            layers = [part for a, b in sizes for part in (nn.Linear(a, b), nn.ReLU())]
            return nn.Sequential(*layers[:-1])

        with torch.random.fork_rng(devices=[]):
            self.mean, self.raw, self.head = perceptron(), perceptron(), nn.Linear(width // 2, classes)

    def forward(self, x: torch.Tensor) -> Normal:
        return Normal(self.mean(x), F.softplus(self.raw(x)).clamp(min=1e-10))

    def ordered(self) -> list[nn.Parameter]:
        """Parameters as the ensemble lists them: layer by layer, weights before biases, μ's before σ's."""
        linear = [[m for m in part if isinstance(m, nn.Linear)] for part in (self.mean, self.raw)]
        layers = [p for pair in zip(*linear, strict=True) for p in (*(m.weight for m in pair), *(m.bias for m in pair))]
        return [*layers, self.head.weight, self.head.bias]

    def flat(self) -> torch.Tensor:
        return torch.cat([p.detach().T.reshape(-1) if p.dim() == 2 else p.detach() for p in self.ordered()])


def information(q: Normal, z: torch.Tensor) -> torch.Tensor:
    """The estimate whose target is set, from densities of all pairs."""
    density = Normal(q.loc[None], q.scale[None]).log_prob(z[:, None]).sum(-1)
    return (density.diagonal() - density.logsumexp(1)).mean() + math.log(len(z))


def train(
    network: PlainNetwork, samples: Samples, configuration: Configuration, descent: Descent, noise: torch.Tensor
) -> dict[str, list]:
    """Train with noise (T, n, h/2); what is left is λ and Î at every step and the weights from ``collect_from`` on."""
    x, y = (torch.from_numpy(part) for part in samples.train)
    parameters: list = list(network.parameters())
    buffers: list = [None] * len(parameters)
    weight, trace = 0.0, {"multipliers": [], "informations": [], "snapshots": []}
    for step in range(descent.steps):
        q = network(x)
        z = q.loc + q.scale * noise[step]
        found = information(q, z)
        loss = F.cross_entropy(network.head(z), y) + weight * (configuration.target - found)
        trace["multipliers"].append(weight)
        trace["informations"].append(found.item())
        weight += configuration.control * (configuration.target - found.item())
        gradients = list(torch.autograd.grad(loss, parameters))
        with torch.no_grad():  # as torch.optim.SGD calls it; building that one changes the environment
            sgd(
                parameters, gradients, buffers, weight_decay=configuration.decay, momentum=descent.momentum,
                lr=descent.lr, dampening=0, nesterov=False, maximize=False,
            )  # fmt: skip
        if step >= descent.collect_from:
            trace["snapshots"].append(network.flat().numpy().copy())
    return trace


@torch.no_grad()
def scores(network: PlainNetwork, x, y, noise: torch.Tensor) -> tuple[float, float]:
    """Cross-entropy and accuracy averaged over noise (draws, n, h/2)."""
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    q = network(x)
    logits = [network.head(q.loc + q.scale * each) for each in noise]
    losses = [float(F.cross_entropy(each, y)) for each in logits]
    return sum(losses) / len(losses), sum(float((each.argmax(1) == y).double().mean()) for each in logits) / len(losses)
