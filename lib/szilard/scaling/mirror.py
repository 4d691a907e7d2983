"""Has every neuron a mirror partner? A test of weights, which needs its null, beside the test of the function."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from szilard.scaling.ensembles import Ensemble

__all__ = ["MirrorTest", "mirror_test"]


@dataclass(frozen=True)
class MirrorTest:
    """How near the neurons of networks are to their mirror images, network by network.

    All distances are medians over the neurons (w, b, v) of a network, each coordinate over its standard deviation.

    Args:
        mirrored: to the nearest neuron of the cloud (-w, b, v).
        other: to the nearest of the cloud (w, -b, v), in which training sees no symmetry.
        itself: to the nearest other neuron of the same network.
        null: ``mirrored`` for the networks of the null.
        odd_share: mean square of the odd part of the function, over the loss.
    """

    mirrored: np.ndarray
    other: np.ndarray
    itself: np.ndarray
    null: np.ndarray
    odd_share: np.ndarray

    @property
    def ratio(self) -> float:
        """Median ``mirrored`` over median of the null; near one, partners are there before anything is learnt."""
        return float(np.median(self.mirrored) / np.median(self.null))


def mirror_test(ensemble: Ensemble, null: Ensemble) -> MirrorTest:
    """Compare the neurons of trained networks with their mirror images, and with those of a ``null``.

    Args:
        ensemble: the networks, of two neurons or more.
        null: networks of the same width in which symmetry is not learnt; as a rule those at initialisation.

    Raises:
        ValueError: a single neuron, or another width.
    """
    if ensemble.width < 2 or null.width != ensemble.width:
        raise ValueError(f"ensemble and null must have one width of two or more; got {ensemble.width} and {null.width}")
    mirrored, other, itself = np.array([_distances(each) for each in _neurons(ensemble)]).T
    reference = np.array([_distances(each)[0] for each in _neurons(null)])
    return MirrorTest(mirrored, other, itself, reference, ensemble.odd_energy() / ensemble.loss())


def _neurons(ensemble: Ensemble) -> np.ndarray:
    """Neurons (M, N, dim + 2), each coordinate over its standard deviation within the network."""
    all_of_them = np.concatenate([ensemble.w, ensemble.b[..., None], ensemble.v[..., None]], axis=2)
    return np.asarray(all_of_them / all_of_them.std(axis=1, keepdims=True))


def _distances(neurons: np.ndarray) -> tuple[float, float, float]:
    coordinates = neurons.shape[1]
    weights, bias = np.ones(coordinates), np.ones(coordinates)
    weights[:-2], bias[-2] = -1.0, -1.0
    tree = KDTree(neurons)
    own = tree.query(neurons, k=2)[0][:, 1]
    to = [KDTree(neurons * signs).query(neurons)[0] for signs in (weights, bias)]
    return float(np.median(to[0])), float(np.median(to[1])), float(np.median(own))
