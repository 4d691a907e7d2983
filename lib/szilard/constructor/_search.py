"""What a set of moves can do to several states at once: all joint images, breadth first."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product

import numpy as np

LARGEST = 3_000_000  # joint images that are kept before the search is given up

__all__ = ["Reached", "Space", "reach", "space"]


@dataclass(frozen=True, eq=False)
class Space:
    """The states of some copies, their numbers, and the moves by name and places, with images (moves, states)."""

    states: tuple[tuple[Hashable, ...], ...]
    number: Mapping[tuple[Hashable, ...], int]
    names: tuple[tuple[str, tuple[int, ...]], ...]
    moves: np.ndarray


@dataclass(frozen=True, eq=False)
class Reached:
    """The moves that lead to a success, or all images that were reached without one."""

    path: tuple[int, ...] | None
    images: np.ndarray


def space(
    states: Sequence[Hashable], moves: Mapping[str, tuple[int, Callable[..., Sequence[Hashable]]]], copies: int
) -> Space:
    """Every state of ``copies`` systems, and every move at every ordered choice of places."""
    joint = tuple(product(states, repeat=copies))
    number = {state: i for i, state in enumerate(joint)}
    names, images = [], []
    for name, (arity, move) in moves.items():
        for places in permutations(range(copies), arity):
            names.append((name, places))
            images.append([number[_moved(state, move, places)] for state in joint])
    if not images:
        raise ValueError(f"dynamics must hold a move on {copies} copies or fewer; got {sorted(moves)}")
    return Space(joint, number, tuple(names), np.array(images))


def _moved(state: tuple, move: Callable[..., Sequence[Hashable]], places: tuple[int, ...]) -> tuple:
    after = list(state)
    for place, value in zip(places, move(*(state[p] for p in places)), strict=True):
        after[place] = value
    return tuple(after)


def reach(moves: np.ndarray, start: Sequence[int], goals: Sequence[Sequence[int]], count: int) -> Reached:
    """Follow all moves from the joint image ``start`` until every entry lies in its goal, or nothing new comes.

    Args:
        moves: images (moves, count).
        start: the states followed, (k,).
        goals: for each of them, where it may end.
        count: number of states.

    Raises:
        ValueError: too many joint images to keep.
    """
    good = np.zeros((len(start), count), bool)
    for row, goal in zip(good, goals, strict=True):
        row[list(goal)] = True
    columns = np.arange(len(start))
    level = np.array([start], dtype=np.int32)
    levels, visited, parents = [level], {level[0].tobytes()}, [np.array([[-1, -1]])]
    while len(level):
        if (success := good[columns, level].all(axis=1)).any():
            return Reached(_path(parents, int(np.argmax(success))), np.concatenate(levels))
        after = moves[:, level].astype(np.int32).reshape(-1, len(start))
        _, first = np.unique(after, axis=0, return_index=True)
        keys = {after[i].tobytes(): i for i in first}
        new = [i for key, i in keys.items() if key not in visited]
        visited.update(keys)
        if len(visited) > LARGEST:
            raise ValueError(f"task must have fewer joint images than {LARGEST}; ask for fewer states")
        origin = np.array(new, dtype=np.int64)
        parents.append(np.stack([origin // len(level), origin % len(level)], axis=1))
        level = after[origin]
        levels.append(level)
    return Reached(None, np.concatenate(levels))


def _path(parents: Sequence[np.ndarray], place: int) -> tuple[int, ...]:
    path = []
    for origins in reversed(parents[1:]):
        move, place = origins[place]
        path.append(int(move))
    return tuple(reversed(path))
