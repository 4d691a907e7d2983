"""Sizes at which every cell of the chapter on work extraction runs in a blink."""

SMALL = {"questions": 3, "uses": 3, "draws": 1}
