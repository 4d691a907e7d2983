"""Sizes at which any cell of the chapter on leave-one-out distinguishability runs in a blink."""

SMALL = {
    "collection": "digits",
    "n": 30,
    "resolved": 3,
    "shown": 4,
    "queries": 5,
    "largest": 3,
    "flipped": 2,
    "records": 3,
    "repeats": 8,
    "width": 6,
    "steps": 3,
    "restarts": 2,
    "depth": 2,
    "copies": 1,
}
