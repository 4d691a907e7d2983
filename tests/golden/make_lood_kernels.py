"""Records lood_kernels.json: kernels of wide networks as neural-tangents computes them, in double precision.

In an environment of its own, since the library was last released in 2023 and needs a jax of that time:

    python3.11 -m venv wide
    wide/bin/pip install "jax==0.4.23" "jaxlib==0.4.23" "numpy<2" "scipy<1.13" frozendict typing_extensions
    wide/bin/pip install --no-deps neural-tangents==0.6.5
    wide/bin/python tests/golden/make_lood_kernels.py

Its subpackage ``experimental`` imports tensorflow, which nothing here needs: an empty module takes its place.
"""

import json
import sys
import types
from pathlib import Path

INPUTS = [[1.0, 2.0, -1.0], [0.5, -1.0, 2.0], [0.1, 0.2, -0.1], [3.0, 0.0, 1.0], [-1.0, -2.0, 1.0]]
NETWORKS = [(depth, weight, bias) for depth in (1, 2, 5) for weight, bias in ((1.4142135623730951, 0.1), (1.0, 0.5))]


def main() -> None:
    """Write the file beside this script."""
    sys.modules["neural_tangents.experimental"] = types.ModuleType("neural_tangents.experimental")
    import jax

    jax.config.update("jax_enable_x64", True)
    from importlib.metadata import version

    import jax.numpy as jnp
    from neural_tangents import stax

    activations = {"relu": stax.Relu(), "gelu": stax.Gelu(approximate=False), "erf": stax.Erf()}
    rows = []
    for name, layer in activations.items():
        for depth, weight, bias in NETWORKS:
            dense = stax.Dense(1, W_std=weight, b_std=bias, parameterization="ntk")
            kernel = stax.serial(*[dense, layer] * depth, dense)[2]
            found = kernel(jnp.array(INPUTS), None, ("nngp", "ntk"))
            settings = {"activation": name, "depth": depth, "weight_std": weight, "bias_std": bias}
            rows.append(settings | {each: getattr(found, each).tolist() for each in ("nngp", "ntk")})
    source = f"neural-tangents {version('neural-tangents')}, jax {version('jax')}, float64, on a processor"
    target = Path(__file__).with_name("lood_kernels.json")
    lines = ",\n".join(map(json.dumps, rows))
    target.write_text(f'{{"source": "{source}",\n"inputs": {INPUTS},\n"kernels": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
