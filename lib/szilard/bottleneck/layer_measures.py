r"""How the information in a layer is measured: from samples of a noisy layer, from bins, or as a mixture of Gaussians.

A layer that is a continuous function of a continuous input holds infinite information about it, and over N given
inputs the :math:`\ln N` nats that tell them apart. What moves during training is then made by the bins, or by the noise
that the measure adds (`saxe2019information`, `goldfeld2019estimating`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import ArrayLike

from szilard.bottleneck.compression import compressed_information
from szilard.bottleneck.encoders import PCA, Compressor, Encoder
from szilard.estimate import Estimate
from szilard.estimators import EntropyEstimator, Estimator, KozachenkoLeonenko, binned_information, mixture_information
from szilard.information import entropy
from szilard.rng import RNG, generator, spawn
from szilard.validation import as_samples, check_aligned, check_choice, check_integer, check_positive

ROUNDING = 1e-6  # spread of a unit, relative to its size, that single precision can make out of nothing
AMPLIFIED_FROM = 1e-4  # share of the largest variance below which whitening makes of a component more than it may be

__all__ = ["Binned", "Encoded", "Estimated", "LayerMeasure", "MixtureBound", "Reading", "label_information"]


@dataclass(frozen=True)
class Reading:
    """What a layer says of the input and of the labels, in nats."""

    input: Estimate
    labels: Estimate

    @property
    def doubts(self) -> tuple[str, ...]:
        """Sentences about either."""
        return tuple(dict.fromkeys(self.input.warnings + self.labels.warnings))


@dataclass(frozen=True, eq=False)
class Encoded:
    """Codes of the inputs (used, m), and which rows encoders of layers are fitted on and which are estimated from."""

    codes: np.ndarray
    seen: np.ndarray
    used: np.ndarray


class LayerMeasure(Protocol):
    """Settings of a measurement."""

    deterministic: ClassVar[bool]
    """Whether the layer must be a function of the input."""

    def encode(self, x: np.ndarray, rng: RNG) -> Encoded | None:
        """What every reading needs of the inputs (n, d), made once."""

    def read(self, encoded: Encoded | None, layer: np.ndarray, labels: np.ndarray, rng: RNG) -> Reading:
        """The reading of activations (n, units) with labels (n,)."""


@dataclass(frozen=True)
class Estimated:
    """Any estimator on few components: I(E(X); PCA(L)), and I(PCA(L); Y) as :func:`label_information`.

    Both are lower bounds of what the layer holds, up to the error of the estimator (`butakov2024lossy`).

    Args:
        estimator: of mutual information between codes, which are whitened.
        entropies: estimator of entropy for the labels.
        components: principal components of a layer; fewer where it has fewer units or varies in fewer directions.
        encode_x: encoder of the flattened inputs, fitted, or settings to fit; ``None`` takes them as they are, and so
            does a PCA with no fewer components than they have.
        train: share of the samples that encoders are fitted on and that is then not used; 0 fits them on the samples of
            the estimate, as was published.
        baseline: ``"permutation"`` measures shuffled pairs too, for six times the work.
    """

    estimator: Estimator = KozachenkoLeonenko(k=5)
    entropies: EntropyEstimator = KozachenkoLeonenko(k=5)
    components: int = 4
    encode_x: Encoder | Compressor | None = PCA(4)
    train: float = 0.2
    baseline: str | None = None
    deterministic: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_integer(self.components, "components", minimum=1)
        if not 0 <= self.train < 1:
            raise ValueError(f"train must lie in [0, 1); got {self.train!r}")

    def encode(self, x: np.ndarray, rng: RNG) -> Encoded:
        """Codes of the inputs (n, d)."""
        splitting, fitting, coding = spawn(rng, 3)
        order, count = splitting.permutation(len(x)), round(self.train * len(x))
        seen, used = (np.sort(order[:count]), np.sort(order[count:])) if count else (np.arange(len(x)),) * 2
        encoder = self.encode_x
        if isinstance(encoder, PCA) and encoder.components >= x.shape[1]:
            encoder = None
        if encoder is not None and not isinstance(encoder, Encoder):
            encoder = encoder.fit(x[seen], rng=fitting)
        return Encoded(x[used] if encoder is None else encoder.transform(x[used], coding), seen, used)

    def read(self, encoded: Encoded | None, layer: np.ndarray, labels: np.ndarray, rng: RNG) -> Reading:
        """The reading of activations (n, units) with labels (n,)."""
        if encoded is None:
            raise ValueError("encoded must be what encode returned; got None")
        n = len(encoded.used)
        try:
            codes, doubts = _components(layer, encoded, self.components)
        except ValueError as refusal:
            return Reading(*(_refused(n, refusal),) * 2)
        if codes is None:
            nothing = Estimate(0.0, 0.0, n, "constant layer", diagnostics={"warnings": doubts})
            return Reading(nothing, nothing)
        about_input = attempted(
            lambda: compressed_information(encoded.codes, codes, self.estimator, baseline=self.baseline, rng=rng), n
        )
        about_labels = attempted(lambda: label_information(codes, labels[encoded.used], self.entropies), n)
        return Reading(replace(about_input, diagnostics=_with(about_input, doubts)), about_labels)


@dataclass(frozen=True)
class Binned:
    """Bins of one width with edges at its multiples, without end: 2/30 is that of `shwartzziv2017opening`.

    The layer must be a function of the input; I(X; L) is then the entropy of the bins.
    """

    width: float = 2 / 30
    deterministic: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_positive(self.width, "width")

    def encode(self, x: np.ndarray, rng: RNG) -> None:
        """Nothing: the inputs are N different, equally likely points."""

    def read(self, encoded: Encoded | None, layer: np.ndarray, labels: np.ndarray, rng: RNG) -> Reading:
        """The reading of activations (n, units) with labels (n,)."""

        def information(classes: np.ndarray | None = None) -> Estimate:
            values, places = np.unique(np.floor(as_samples(layer, "the layer") / self.width), return_inverse=True)
            # Bins that hold something, numbered: far activations cost no empty ones.
            return binned_information(places.reshape(layer.shape), len(values), (-0.5, len(values) - 0.5), classes)

        return _from_classes(information, labels)


@dataclass(frozen=True)
class MixtureBound:
    """A layer to which normal noise of one variance is added after the fact: :func:`mixture_information`.

    The layer must be a function of the input. I(L; Y) is the difference of I(X; L) and I(X; L | Y), each by the same
    method, and no bound where they are bounds.

    Args:
        variance: of the noise.
        method: ``"mc"``, ``"kt"`` (upper bound), ``"bd"`` (lower bound) or ``"exact1d"``.
    """

    variance: float = 1e-3
    method: str = "kt"
    deterministic: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_positive(self.variance, "variance")
        check_choice(self.method, "method", ("mc", "kt", "bd", "exact1d"))

    def encode(self, x: np.ndarray, rng: RNG) -> None:
        """Nothing: the inputs are N different, equally likely points."""

    def read(self, encoded: Encoded | None, layer: np.ndarray, labels: np.ndarray, rng: RNG) -> Reading:
        """The reading of activations (n, units) with labels (n,)."""
        seed = int(generator(rng).integers(2**32))  # the same noise with and without labels

        def information(classes: np.ndarray | None = None) -> Estimate:
            return mixture_information(layer, self.variance, self.method, classes, rng=seed)

        return _from_classes(information, labels)


def label_information(
    x: ArrayLike, labels: ArrayLike, estimator: EntropyEstimator = KozachenkoLeonenko(k=5)
) -> Estimate:
    r"""I(X; Y) in nats of continuous ``x`` (n, d) and discrete labels (n,): :math:`h(X)-\sum_yp(y)\,h(X\mid Y=y)`.

    A class with too few samples for the estimator's neighbours is left out, with a warning. The standard error adds the
    squares of those of the entropies. The value may lie below 0 or above H(Y), which is bias or noise; it is not
    clipped, and a warning says so.

    Diagnostics: ``ceiling``, H(Y) of the classes used; ``left_out``, how many samples were not.

    Raises:
        ValueError: not one label per sample, no class with enough samples, or what the estimator refuses.

    >>> x = np.random.default_rng(0).uniform(size=600)
    >>> round(label_information(x, x > 0.5).bits, 1)
    1.0
    """
    check_aligned((x, labels), ("x", "labels"))
    x, classes = as_samples(x), np.asarray(labels)
    if classes.shape != (len(x),):
        raise ValueError(f"labels must have shape ({len(x)},), one per row; got {classes.shape}")
    groups = [np.flatnonzero(classes == each) for each in np.unique(classes)]
    least = getattr(estimator, "k", 1) + 1
    kept = [group for group in groups if len(group) >= least]
    if not kept:
        raise ValueError(f"labels must have a class with at least {least} samples; got {len(groups)} smaller ones")
    rows = np.concatenate(kept)
    shares = np.array([len(group) for group in kept]) / len(rows)
    whole, parts = estimator.entropy(x[rows]), [estimator.entropy(x[group]) for group in kept]
    value = whole.nats - float(shares @ [part.nats for part in parts])
    stderr = math.hypot(whole.stderr, *(share * part.stderr for share, part in zip(shares, parts, strict=True)))
    if len(kept) == 1:
        value, stderr = 0.0, 0.0
    warnings = _label_doubts(value, stderr, ceiling := entropy(shares), len(x) - len(rows), least)
    facts = {"ceiling": ceiling, "left_out": len(x) - len(rows), "warnings": whole.warnings + warnings}
    return Estimate(value, stderr, len(rows), f"label_information({whole.method})", diagnostics=facts)


def _label_doubts(value: float, stderr: float, ceiling: float, left_out: int, least: int) -> tuple[str, ...]:
    sentences = []
    if left_out:
        sentences.append(f"{left_out} samples are left out: their classes have fewer than {least}.")
    if value < -2 * stderr:
        sentences.append(f"I(L; Y) of {value:.2f} nats lies below zero: bias of the estimator.")
    if value > ceiling + 2 * stderr:
        sentences.append(f"I(L; Y) of {value:.2f} nats exceeds H(Y), {ceiling:.2f}: bias of the estimator.")
    return tuple(sentences)


def _components(layer: np.ndarray, encoded: Encoded, components: int) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """Whitened principal components of a layer, none where it is constant, and doubts about them."""
    layer = as_samples(layer, "the layer")
    if layer.shape[1] > 1 and layer.min() >= 0 and np.allclose(layer.sum(axis=1), 1, atol=1e-4):
        raise ValueError("the layer's outputs sum to one and have no density: measure the layer before the softmax")
    moving = np.ptp(layer, axis=0) > ROUNDING * np.abs(layer).max(axis=0)
    if not moving.any():
        return None, ("The layer is constant and says nothing of the input.",)
    layer = layer[:, moving]
    for kept in range(min(components, layer.shape[1]), 0, -1):
        try:
            projection = PCA(kept, whiten=True).fit(layer[encoded.seen])
        except ValueError:  # the layer varies in fewer directions
            continue
        return projection.transform(layer[encoded.used]), _component_doubts(projection.variances, kept, components)
    raise ValueError("the layer is constant on the samples that its encoder is fitted on: use more of them")


def _component_doubts(variances: np.ndarray, kept: int, asked: int) -> tuple[str, ...]:
    sentences, share = [], variances[kept - 1] / variances[0]
    if kept < min(asked, len(variances)):
        sentences.append(f"The layer varies in {kept} directions only, and not in {asked}.")
    if share < AMPLIFIED_FROM:
        sentences.append(f"Component {kept} has {share:.1e} of the largest variance and may be noise, which counts.")
    return tuple(sentences)


def attempted(work: Callable[[], Estimate], n: int) -> Estimate:
    """What ``work`` returns, or NaN with the sentence with which it refuses."""
    try:
        return work()
    except ValueError as refusal:
        return _refused(n, refusal)


def _refused(n: int, refusal: ValueError) -> Estimate:
    sentence = f"Refused: {str(refusal).splitlines()[0]}"
    return Estimate(math.nan, math.nan, n, "refused", diagnostics={"warnings": (sentence,)})


def _from_classes(information: Callable[..., Estimate], labels: np.ndarray) -> Reading:
    """I(X; L), and I(L; Y) as I(X; L) − I(X; L | Y), where L depends on Y through X alone."""
    whole, inside = attempted(information, len(labels)), attempted(lambda: information(labels), len(labels))
    facts = {"ceiling": entropy(np.unique(labels, return_counts=True)[1] / len(labels)), "warnings": inside.warnings}
    value, stderr = whole.nats - inside.nats, math.hypot(whole.stderr, inside.stderr)
    return Reading(whole, Estimate(value, stderr, len(labels), f"{whole.method} by classes", diagnostics=facts))


def _with(estimate: Estimate, sentences: tuple[str, ...]) -> dict[str, object]:
    return {**estimate.diagnostics, "warnings": sentences + estimate.warnings}
