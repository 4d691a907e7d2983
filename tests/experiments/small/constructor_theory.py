"""Sizes at which every cell of the chapter on constructor theory runs in a blink."""

SMALL = {"directions": 8, "tasks": 400}
