"""Sizes at which any cell of the chapter on bottleneck and generalisation runs in a blink."""

SMALL = {
    "width": 4,
    "draws": 3,
    "seeds": 2,
    "sizes": (20, 20, 20),
    "data": "digits",
    "steps": 30,
    "grid": 4,
    "points": 5,
    "trials": 5,
    "n": 40,
}
