"""Sizes at which every cell of the chapter on work extraction runs in a blink."""

SMALL = {"samples": 400, "questions": 3, "uses": 3}
