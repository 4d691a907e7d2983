"""Sizes at which every cell of the chapter on attention runs in a blink."""

SMALL = {"points": 4, "states": 20_000}
CARD = ("ceilings", "kernels", "traffic", "copying")
