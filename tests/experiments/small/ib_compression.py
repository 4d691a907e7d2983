"""Sizes at which any cell of the chapter on lossy compression runs in a blink."""

SMALL = {
    "batch": 8,
    "checks": 2,
    "epochs": 2,
    "fitting": 2,
    "octaves": 1,
    "points": 4,
    "samples": 150,
    "seeds": 1,
    "seen": 300,
    "source": "subset",
    "steps": 2,
}
