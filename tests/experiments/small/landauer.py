"""Sizes at which every cell of the chapter on Landauer runs in a blink."""

SMALL = {
    "walkers": 100,
    "dt": 2.5e-5,
    "step": 2e-2,
    "tau": 2.0,
    "runs": 512,
    "sizes": (4, 16),
    "walls": (0.4,),
    "trials": 3,
    "rings": 3,
    "molecules": 500,
    "knots": 3,
    "points": 64,
    "bins": 8,
    "cells": 64,
    "size": 256,
    "seconds": 0.1,
    "repetitions": 2,
}
CARD = ("gpu",)  # experiments that only a card can measure
