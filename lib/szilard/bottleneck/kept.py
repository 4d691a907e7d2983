"""What the layers of a trained network keep of its input, by every measure at once."""

from __future__ import annotations

from szilard.bottleneck.learners import Learner
from szilard.estimators import binned_information, mixture_information
from szilard.rng import RNG, generator

__all__ = ["kept_information"]


def kept_information(learner: Learner, rng: RNG = 0) -> dict[str, float]:
    """Informations in nats over the wide sample, by name; the ending ``_y`` says given the label.

    Of the code ``mc`` and ``jensen``, Monte Carlo and Jensen's upper bound, with and without labels, and the pairwise
    bound ``kt_y``; ``layer1`` to ``layer3``, Monte Carlo given the label, of rectified layers with noise of variance 1;
    ``least`` of these and ``mc_y``; ``binned``, the entropy of the code's means in ten bins.

    Args:
        learner: the network.
        rng: draws the noise of Monte Carlo.
    """
    stream, labels = generator(rng), learner.samples.wide[1]
    *hidden, code = learner.codes()
    found: dict[str, float] = {}
    for ending, given in (("", None), ("_y", labels)):
        for method in ("mc", "jensen"):
            estimate = mixture_information(code.means, code.variances, method, given, rng=stream)
            found[method + ending] = estimate.value
    found["kt_y"] = mixture_information(code.means, code.variances, "kt", labels).value
    layers = [mixture_information(each.means, each.variances, "mc", labels, rng=stream).value for each in hidden]
    found |= {f"layer{depth}": value for depth, value in enumerate(layers, 1)}
    return found | {"least": min(found["mc_y"], *layers), "binned": binned_information(code.means, bins=10).value}
