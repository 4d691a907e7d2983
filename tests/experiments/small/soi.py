"""Sizes at which every cell of the chapter on SΩI runs in a blink."""

SMALL = {
    "samples": 300,
    "steps": 2,
    "resamples": 3,
    "events": 200,
    "top": 1,
    "draws": 2,
    "strengths": (0.3, 0.6),
    "repetitions": 2,
    "d": 1,
    "batch": 256,
}
