"""Sizes at which every cell of the chapter on scaling laws runs in a blink."""

SMALL = {"points": 60, "draws": 5, "kept": 8, "steps": 400, "scale": "tiny"}
