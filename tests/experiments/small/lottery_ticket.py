"""Sizes at which every cell of the chapter on lottery tickets runs in a blink."""

SMALL = {"networks": 4, "steps": 5, "total": 5, "sizes": (1, 2), "width": 4, "followed": 2, "grid": 5}
