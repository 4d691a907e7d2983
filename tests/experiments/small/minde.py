"""Sizes at which any cell of the chapter on MINDE runs in a blink."""

SMALL = {
    "samples": 300,
    "learnt_on": 200,
    "maps": 2,
    "steps": 2,
    "batch": 16,
    "hidden": 8,
    "seeds": 1,
    "repetition": 0,
    "draws": 1000,
    "shown": 5,
    "redraws": 2,
}
