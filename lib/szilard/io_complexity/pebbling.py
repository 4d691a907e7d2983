"""The red-blue pebble game: the fewest moves between two memories that compute a graph, and an independent referee."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from szilard.io_complexity import _pebbling_loops as loops
from szilard.io_complexity._pebbling_search import EXPANDED, FOUND, SEEN, grown, search
from szilard.io_complexity.dags import MOST, Dag
from szilard.validation import check_integer

__all__ = ["IllegalMove", "Move", "PebblingResult", "SearchTooLarge", "optimal_pebbling", "order_pebbling", "replay",
    "symmetries"]  # fmt: skip

Move = tuple[str, int]  # "read", "write", "compute" or "remove", and the vertex
SYMMETRIES = 128  # most that are used; any number of them is correct


class IllegalMove(ValueError):
    """A move that the rules of the game do not allow."""


class SearchTooLarge(RuntimeError):
    """More states than were allowed."""


@dataclass(frozen=True)
class PebblingResult:
    """A cheapest schedule.

    Args:
        io: its reads and writes.
        moves: one after the other; :func:`replay` accepts them.
        expanded: states from which the search went on.
        seen: states that it looked at, in which a state counts every time it is reached.
    """

    io: int
    moves: tuple[Move, ...]
    expanded: int
    seen: int


def optimal_pebbling(dag: Dag, M: int, recompute: bool = True, max_states: int = 20_000_000) -> PebblingResult:
    """The cheapest way to pebble ``dag`` with ``M`` red pebbles, found by A* (the game of ``hong1981io``).

    Without loss of optimality, values are read just before use and given up only for room, outputs are written as
    soon as they are computed, and what costs nothing is done at once. The heuristic counts inputs that must yet be
    read. States that a symmetry of the graph exchanges are merged.

    Args:
        dag: at most 62 vertices.
        M: words of fast memory.
        recompute: whether a vertex may be computed more than once.
        max_states: most different states kept, some 70 bytes each.

    Raises:
        ValueError: too many vertices, or an M in which some vertex and its parents do not fit.
        SearchTooLarge: ``max_states`` were not enough.

    >>> optimal_pebbling(Dag(((), (), (0, 1))), 3).io
    3
    """
    _check(dag, M)
    graph, sets, images = _arrays(dag)
    ended, last, states, facts = search(M, graph, sets, images, recompute, max_states)
    if ended != FOUND:
        raise SearchTooLarge(f"pebbling {len(dag)} vertices with M = {M} needs more than {max_states} states")
    path = [last]
    while states[path[-1], 3] >= 0:
        path.append(states[path[-1], 3])
    targets = [tuple(map(int, states[s, :3])) for s in reversed(path)]
    moves = tuple(_retraced(dag, M, targets, graph, sets, images, recompute))
    return PebblingResult(targets[-1][2] + len(dag.outputs), moves, int(facts[EXPANDED]), int(facts[SEEN]))


def replay(dag: Dag, moves: Sequence[Move], M: int) -> int:
    """Play ``moves`` by the rules and return the number of reads and writes. Knows nothing of the search.

    At the start exactly the inputs are in slow memory, at the end the outputs must be there.

    Raises:
        IllegalMove: a move breaks a rule, or an output is missing at the end.
    """
    red: set[int] = set()
    blue, io = set(dag.inputs), 0
    for step, (kind, v) in enumerate(moves):
        allowed = {
            "read": v in blue,
            "write": v in red,
            "compute": bool(dag.parents[v]) and red.issuperset(dag.parents[v]),
            "remove": v in red,
        }
        if not allowed.get(kind, False):
            raise IllegalMove(f"moves must follow the rules; move {step} ({kind} {v}) does not")
        (blue if kind == "write" else red).add(v)
        if kind == "remove":
            red.discard(v)
        io += kind in ("read", "write")
        if len(red) > M:
            raise IllegalMove(
                f"moves must hold at most {M} values in fast memory; after move {step} there are {len(red)}"
            )
    if missing := set(dag.outputs) - blue:
        raise IllegalMove(f"moves must write every output; {sorted(missing)} are missing")
    return io


def order_pebbling(dag: Dag, M: int, order: Sequence[int] | None = None) -> tuple[Move, ...]:
    """Moves that compute every vertex once, in a given order, and give up what is needed furthest in the future.

    Values that are needed again are written when they are given up. This is what a compiler would make of a loop.

    Args:
        dag, M: the graph and words of fast memory.
        order: its computed vertices, parents before children; by default as they are numbered.

    Raises:
        ValueError: an M in which some vertex and its parents do not fit, or an order that is not one.
    """
    _check(dag, M)
    order = [v for v in range(len(dag)) if dag.parents[v]] if order is None else list(order)
    if sorted(order) != [v for v in range(len(dag)) if dag.parents[v]]:
        raise ValueError(f"order must hold every computed vertex once; got {order}")
    place = {v: i for i, v in enumerate(order)}
    uses = {v: sorted(place[c] for c in dag.children[v]) for v in range(len(dag))}
    moves: list[Move] = []
    red: set[int] = set()
    blue = set(dag.inputs)
    for now, v in enumerate(order):
        parents = set(dag.parents[v])
        if not parents <= red | blue:
            raise ValueError(f"order must have parents before children; those of {v} are not there")
        spare = len(red | parents) + 1 - M
        ahead = {u: next((t for t in uses[u] if t > now), len(order)) for u in red - parents}
        for u in sorted(ahead, key=lambda u: (-ahead[u], u))[: max(spare, 0)]:
            if u not in blue and (ahead[u] < len(order) or u in dag.outputs):
                moves.append(("write", u))
                blue.add(u)
            moves.append(("remove", u))
            red.discard(u)
        moves += [("read", u) for u in sorted(parents - red)]
        moves.append(("compute", v))
        red |= parents | {v}
    return tuple(moves + [("write", v) for v in dag.outputs if v not in blue])


def symmetries(dag: Dag, most: int = SYMMETRIES) -> list[tuple[int, ...]]:
    """Permutations of the vertices that leave the graph as it is, the identity first; at most so many.

    >>> len(symmetries(Dag(((), (), (0, 1)))))
    2
    """
    near = [set(dag.parents[v]) | set(dag.children[v]) for v in range(len(dag))]
    order: list[int] = []
    while len(order) < len(dag):  # neighbours one after the other, so that a wrong image is seen soon
        ahead = [v for v in range(len(dag) - 1, -1, -1) if v not in order]
        order.append(max(ahead, key=lambda v: len(near[v].intersection(order))))
    found: list[tuple[int, ...]] = []
    _extend(dag, _colours(dag), order, {}, found, most)
    identity = tuple(range(len(dag)))
    return [identity, *(each for each in found if each != identity)]


def _extend(
    dag: Dag, colour: list[int], order: list[int], image: dict[int, int], found: list[tuple[int, ...]], most: int
) -> None:
    """All ways to go on from the images of the first vertices in ``order``, one vertex at a time."""
    if len(found) >= most:
        return
    if len(image) == len(dag):
        found.append(tuple(image[v] for v in range(len(dag))))
        return
    v, taken = order[len(image)], set(image.values())
    up, down = ({image[u] for u in side[v] if u in image} for side in (dag.parents, dag.children))
    for w in range(len(dag)):
        if colour[w] == colour[v] and w not in taken:
            if taken.intersection(dag.parents[w]) == up and taken.intersection(dag.children[w]) == down:
                _extend(dag, colour, order, image | {v: w}, found, most)


def _colours(dag: Dag) -> list[int]:
    """Classes of vertices that look alike from wherever one looks."""
    keys: list[object] = [(not dag.parents[v], v in dag.outputs) for v in range(len(dag))]
    colour = [0] * len(dag)
    while True:
        names = {key: i for i, key in enumerate(dict.fromkeys(keys))}
        new = [names[key] for key in keys]
        if new == colour:
            return colour
        colour = new
        keys = [
            (colour[v], *(tuple(sorted(colour[u] for u in side[v])) for side in (dag.parents, dag.children)))
            for v in range(len(dag))
        ]


def _arrays(dag: Dag) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The graph as sets: parents, ancestors and children; inputs and outputs; images of bytes under symmetries."""
    graph = np.zeros((len(dag), 3), np.int64)
    for v, up in enumerate(dag.parents):
        graph[v, 0] = _set(up)
        graph[v, 1] = graph[v, 0] | int(np.bitwise_or.reduce(graph[list(up), 1])) if up else 0
        graph[v, 2] = _set(dag.children[v])
    images = np.zeros((len(group := symmetries(dag)), 8, 256), np.int64)
    for g, image in enumerate(group):
        for v, w in enumerate(image):
            images[g, v // 8] |= np.where(np.arange(256) >> (v % 8) & 1, 1 << w, 0)
    return graph, np.array([_set(dag.inputs), _set(dag.outputs)], np.int64), images


def _set(vertices: Iterable[int]) -> int:
    return sum(1 << v for v in vertices)


def _members(x: int) -> list[int]:
    return [v for v in range(MOST) if x >> v & 1]


def _check(dag: Dag, M: int) -> None:
    check_integer(M, "M", minimum=1)
    if len(dag) > MOST:
        raise ValueError(f"dag must have at most {MOST} vertices; got {len(dag)}")
    if dag.least_memory > M:
        raise ValueError(f"M must hold a vertex and its parents, {dag.least_memory} words; got {M}")


def _retraced(
    dag: Dag, M: int, targets: list[tuple[int, ...]], graph: np.ndarray, sets: np.ndarray, images: np.ndarray,
    recompute: bool,
) -> Iterator[Move]:  # fmt: skip
    """The moves through states that the search stored up to symmetry."""
    log, table = np.empty(64, np.int64), np.empty((65536, 4), np.int64)
    red, blue, need, steps = loops.settle(0, 0, M, graph, sets, recompute, log)
    for before, target in zip(targets, targets[1:], strict=False):
        while (ways := loops.expand(red, blue, need, M, graph, sets, recompute, table)) < 0:
            table = grown(table)
        for v, fetched, gone, written in table[:ways].tolist():
            cost = before[2] + fetched.bit_count() + written.bit_count()
            after, kept = red & ~gone | fetched | 1 << v, blue | written | int(sets[1]) & 1 << v
            after, kept, wanted, steps = loops.settle(after, kept, M, graph, sets, recompute, log)
            if cost == target[2] and loops.canonical(after, kept, images) == target[:2]:
                break
        yield from (("write", u) for u in _members(written))
        yield from (("remove", u) for u in _members(gone))
        yield from (("read", u) for u in _members(fetched))
        made = [v, *log[:steps].tolist()]
        yield from _made(dag, made, red & ~gone | fetched, blue, after)
        red, blue, need = after, kept, wanted


def _made(dag: Dag, made: list[int], held: int, blue: int, after: int) -> Iterator[Move]:
    """Compute vertices in turn, outputs being written at once; what is not ``after`` it is given up in time."""
    for i, v in enumerate(made):
        keep = after | _set({p for u in made[i:] for p in dag.parents[u]})
        yield from (("remove", u) for u in _members(held & ~keep))
        held = held & keep | 1 << v
        yield ("compute", v)
        if v in dag.outputs and not blue >> v & 1:
            yield ("write", v)
            blue |= 1 << v
    yield from (("remove", u) for u in _members(held & ~after))
