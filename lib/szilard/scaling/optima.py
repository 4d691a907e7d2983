"""The least losses that one-hidden-layer networks can have on x² over [-a, a], in closed form or by quadrature."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy.optimize import minimize_scalar

from szilard.scaling.activations import activate
from szilard.scaling.ensembles import Ensemble
from szilard.scaling.targets import Budget, Target
from szilard.validation import check_integer, check_positive

PANELS, NODES = 100, 8  # of the composite Gauss–Legendre rule: smooth functions to rounding, kinks to a millionth

__all__ = [
    "best_pair", "best_relu_network", "pair_loss", "pair_network", "relu_bound", "relu_modes", "relu_optimum",
    "silu_pair", "silu_pair_loss", "silu_valley", "trivial_loss",
]  # fmt: skip


def trivial_loss(a: float = 2.0) -> float:
    """Loss 4a⁴/45 of the best constant, a²/3: the variance of x². No odd function lowers it.

    >>> round(trivial_loss(2.0), 6)
    1.422222
    """
    check_positive(a, "a")
    return 4 * a**4 / 45


def relu_bound(width: int, a: float = 2.0) -> float:
    """A loss that no network of ``width`` ReLU neurons can undercut: (2a/(N + 1))⁴/180.

    Its output is a chain of at most N + 1 straight pieces. On a piece of length h the best line misses x² by a mean
    square of h⁴/180, and the weighted sum of such terms is least for equal pieces.
    """
    check_integer(width, "width", minimum=1)
    check_positive(a, "a")
    return float((2 * a / (width + 1)) ** 4 / 180)


def relu_optimum(width: int, a: float = 2.0) -> float:
    """The least loss of a network of an even number of ReLU neurons: :func:`relu_bound`, which it attains.

    Raises:
        ValueError: ``width`` is odd; there equal pieces need slopes that the neurons do not have, and only the bound
            of this ``width`` and the optimum of one neuron fewer are known.
    """
    if width % 2:
        raise ValueError(f"width must be even, where the optimum is known; got {width}: see relu_bound")
    return relu_bound(width, a)


def best_relu_network(width: int, a: float = 2.0) -> Ensemble:
    """The network, alone in its ensemble, that attains :func:`relu_optimum`.

    Kinks lie at -a + ih with h = 2a/(N + 1); the left half of the neurons faces left, the right half right, all with
    slope 2h, which is by how much the best lines of neighbouring pieces differ in slope.
    """
    relu_optimum(width, a)
    h = 2 * a / (width + 1)
    kinks = -a + h * np.arange(1, width + 1)
    facing = np.sign(kinks)
    constant = h**2 / 12  # the mean of x² over the middle piece, which is flat
    target = Target("x²", a=a)
    parts = (facing[None, :, None], (-facing * kinks)[None], np.full((1, width), 2 * h), np.array([constant]))
    return Ensemble(*parts, activation="relu", target=target, budget=Budget(steps=0))


def relu_modes(a: float = 2.0) -> dict[str, float]:
    """Losses of the four kinds of network that two ReLU neurons settle in, largest first.

    ``"constant"``: both neurons dead. ``"one ramp"``: one active, flat beside a ramp. ``"line and kink"``: both face
    the same way. ``"ticket"``: they face opposite ways, a flat piece between two ramps, the optimum.
    """
    x, weights = _rule(a)

    def ramp(kink: float) -> float:
        nodes = (x + a) / (2 * a) * (a - kink) + kink  # the rule on the ramp; on the flat part it is a closed form
        share = (a - kink) / (2 * a)
        rise, y = nodes - kink, nodes**2
        flat, flat_square = (kink**3 + a**3) / (6 * a), (kink**5 + a**5) / (10 * a)
        means = [share * weights @ each for each in (rise, y, rise * rise, rise * y, y * y)]
        mean_y, mean_yy = means[1] + flat, means[4] + flat_square
        covariance = means[3] - means[0] * mean_y
        return float(mean_yy - mean_y**2 - covariance**2 / (means[2] - means[0] ** 2))

    best = minimize_scalar(ramp, bounds=(0.0, 0.95 * a), method="bounded", options={"xatol": 1e-9})
    return {
        "constant": trivial_loss(a),
        "one ramp": float(best.fun),
        "line and kink": a**4 / 180,
        "ticket": relu_optimum(2, a),
    }


def pair_network(activation: str, w: float, b: float = 0.0, a: float = 2.0) -> Ensemble:
    """The best pair v [σ(wx + b) + σ(-wx + b)] + c for given ``w`` and ``b``, alone in its ensemble."""
    check_positive(w, "w")
    x, weights = _rule(a)
    shape, centre = _pair(activation, w * x, b), x**2 - a**2 / 3
    spread = shape - weights @ shape
    norm = float(weights @ spread**2)
    v = float(weights @ (spread * centre)) / norm if norm > 0 else 0.0
    c = a**2 / 3 - v * float(weights @ shape)
    parts = (np.array([[[w], [-w]]]), np.full((1, 2), b), np.full((1, 2), v), np.array([c]))
    return Ensemble(*parts, activation=activation, target=Target("x²", a=a), budget=Budget(steps=0))


def silu_pair(w: float, b: float = 0.0, a: float = 2.0) -> Ensemble:
    """:func:`pair_network` of SiLU."""
    return pair_network("silu", w, b, a)


def silu_pair_loss(w: float, b: float = 0.0, a: float = 2.0) -> float:
    """:func:`pair_loss` of SiLU. It falls to zero with ``w``.

    Two SiLU neurons can be as good as one likes, at the price of output weights of about 2/w².

    >>> round(silu_pair_loss(0.1) / silu_valley(0.1), 3)
    0.995
    """
    return pair_loss("silu", w, b, a)


def pair_loss(activation: str, w: float, b: float = 0.0, a: float = 2.0) -> float:
    """Loss of the best pair v [σ(wx + b) + σ(-wx + b)] + c for given ``w`` and ``b``, by quadrature.

    Raises:
        ValueError: ``w`` or ``a`` is not positive, or an unknown activation.
    """
    check_positive(w, "w")
    x, weights = _rule(a)
    shape, centre = _pair(activation, w * x, b), x**2 - a**2 / 3
    spread = shape - weights @ shape
    norm = float(weights @ spread**2)
    residual = centre - (spread * float(weights @ (spread * centre)) / norm if norm > 0 else 0.0)
    return float(weights @ residual**2)


def best_pair(activation: str, w: float, a: float = 2.0) -> tuple[float, float]:
    """The least :func:`pair_loss` over all biases for given ``w``, and the bias that gives it.

    Smooth activations that are no polynomials have a bias at which a pair of small ``w`` is a parabola up to the
    sixth power of x, so that the loss falls as w⁸; of ReLU every ``w`` is as good as any other.

    >>> loss, bias = best_pair("silu", 0.1)
    >>> loss < silu_pair_loss(0.1) / 1000
    True
    """
    check_positive(w, "w")
    tried = np.concatenate([np.linspace(-3, 3, 61), w * np.linspace(-a, a, 41)])
    start = min(tried, key=lambda b: pair_loss(activation, w, b, a))
    reach = max(0.05, 0.1 * w * a) if abs(start) > w * a else 0.06 * w * a
    found = minimize_scalar(
        lambda b: pair_loss(activation, w, b, a), bounds=(start - reach, start + reach), method="bounded",
        options={"xatol": 1e-7},
    )  # fmt: skip
    return min((float(found.fun), float(found.x)), (pair_loss(activation, w, start, a), float(start)))


def silu_valley(w: float, a: float = 2.0) -> float:
    """Leading term w⁴a⁸/24806.25 of :func:`silu_pair_loss` at b = 0 for small ``w``.

    SiLU(z) + SiLU(-z) = z²/2 - z⁴/24 + …; what the fourth power adds to the second, (w²/12) x⁴ once v is 2/w², is
    made good by constant and x² but for (w²/12)(8/35) a⁴ P₄(x/a), and the Legendre polynomial P₄ has mean square 1/9.
    In terms of the output weight the valley is about 4a⁸/(24806.25 v²).
    """
    check_positive(w, "w")
    check_positive(a, "a")
    return w**4 * a**8 * (8 / 35 / 12) ** 2 / 9


def _pair(activation: str, z: np.ndarray, b: float) -> np.ndarray:
    return np.asarray(activate(activation, z + b)[0] + activate(activation, b - z)[0])


@lru_cache(maxsize=32)
def _rule(a: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes on [-a, a], and weights that add up to one."""
    check_positive(a, "a")
    x, weights = leggauss(NODES)
    centres = (2 * np.arange(PANELS) + 1) / PANELS - 1
    return a * (centres[:, None] + x / PANELS).ravel(), np.tile(weights / weights.sum() / PANELS, PANELS)
