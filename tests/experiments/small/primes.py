"""Sizes at which every cell of the chapter on primes runs in a blink."""

SMALL = {"n": 3000, "bits": 12, "trials": 2, "rounds": 2, "states": 2, "size": 32, "phases": 20, "draws": 2}
