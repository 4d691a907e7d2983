"""Sizes at which every cell of the chapter on self-supervised learning runs in a blink."""

SMALL = {"batches": 3, "steps": 2, "hidden": 8, "samples": 300, "fresh": 300, "batch": 16, "draws": 3,
         "points": 20, "seeds": 1, "collection": "digits"}  # fmt: skip
