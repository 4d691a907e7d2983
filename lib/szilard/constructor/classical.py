"""Classical models: finitely many states, and the maps that the dynamics allows.

All maps, all permutations, or whatever a list of moves generates: three notions of what can be done, three deciders.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import product
from operator import mul

from szilard.constructor._search import Space, reach
from szilard.constructor._search import space as space_of
from szilard.constructor.algebra import SINGLE, Attribute, Substrate, Task, Variable
from szilard.constructor.certificates import Conflict, Crowding, Invariant, Map, State, Word
from szilard.constructor.verdict import Verdict
from szilard.validation import check_choice

Move = Callable[..., Sequence[Hashable]]

__all__ = ["ClassicalModel", "Move"]


@dataclass(frozen=True)
class ClassicalModel:
    """A system with finitely many states, or several copies of it side by side.

    An attribute is a set of states. A state of several copies is the tuple of their states.

    Args:
        states: the states of one copy.
        dynamics: ``"all"`` maps, resets included; ``"permutations"`` only, of as many copies as the task speaks of;
            or moves by name, functions from the states of some copies to new ones, each with the number of copies it
            takes, whose products are what can be done: ``{"flip": (1, lambda s: (1 - s,))}``.

    >>> bit = ClassicalModel((0, 1), "permutations")
    >>> zero, one = bit.values()
    >>> bit.possible(Task({zero: zero, one: zero})).sign
    '✗'
    """

    states: tuple[Hashable, ...]
    dynamics: str | Mapping[str, tuple[int, Move]] = field(default="all", hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "states", tuple(self.states))
        if not self.states or len(set(self.states)) < len(self.states):
            raise ValueError(f"states must be different from each other, one at least; got {self.states}")
        if isinstance(self.dynamics, str):
            check_choice(self.dynamics, "dynamics", ("all", "permutations"))
        elif not self.dynamics:
            raise ValueError("dynamics must name at least one move; got none")

    def attribute(self, states: Iterable[Hashable], name: str, substrate: Substrate = SINGLE) -> Attribute:
        """The attribute "is in one of these states"."""
        content = frozenset(states)
        if not content or not content <= set(self.states):
            raise ValueError(f"states must be some of {self.states}; got {sorted(map(repr, content))}")
        return Attribute(name, content, substrate)

    def values(self, name: str = "X") -> Variable:
        """The variable that tells every state from every other."""
        return Variable((self.attribute([s], str(s)) for s in self.states), name)

    def anything(self, like: Attribute | None = None) -> Attribute:
        """The attribute that every state has."""
        return self.attribute(self.states, "any", SINGLE if like is None else like.substrate)

    def extent(self, attribute: Attribute) -> frozenset[State]:
        """The states of an attribute, each as a tuple over its parts."""
        if attribute.parts:
            factors = [self.extent(part) for part in attribute.parts]
            return frozenset(sum(choice, ()) for choice in product(*factors))
        if attribute.members:
            return frozenset().union(*(self.extent(member) for member in attribute.members))
        if not isinstance(attribute.content, frozenset) or not attribute.content <= set(self.states):
            raise ValueError(f"attribute must be a set of states of the model; got {attribute!r}")
        return frozenset((s,) for s in attribute.content)

    def allowed(self, task: Task) -> dict[State, frozenset[State]]:
        """For every state that is an input, the states it may be turned into."""
        goals: dict[State, frozenset[State]] = {}
        for x in task.inputs:
            goal = frozenset().union(*(self.extent(y) for y in task.outputs_of(x)))
            for s in self.extent(x):
                goals[s] = goals[s] & goal if s in goals else goal
        return goals

    def possible(self, task: Task) -> Verdict:
        """Whether one map of the dynamics turns every state of every input into a state of an output."""
        moves = None if isinstance(self.dynamics, str) else self.dynamics
        return replace(self._decided(task), task=task, moves=moves)

    def _decided(self, task: Task) -> Verdict:
        allowed = self.allowed(task)
        if stuck := [s for s, goal in allowed.items() if not goal]:
            witness = Conflict(min(stuck, key=repr))
            reason = f"the state {_text(witness.state)} would have to end in two places"
            return Verdict(False, -1.0, witness, "structure", 0.0, reason)
        if self.dynamics == "all":
            images = {s: min(goal, key=repr) for s, goal in allowed.items()}
            return Verdict(True, 1.0, Map(images), "structure", 0.0, "every input state has a place to go")
        if len({len(s) for s in (*allowed, *(t for goal in allowed.values() for t in goal))}) > 1:
            raise ValueError("task must have as many parts in its outputs as in its inputs")
        if self.dynamics == "permutations":
            return _match(allowed)
        return self._search(allowed)

    def _search(self, allowed: dict[State, frozenset[State]]) -> Verdict:
        space = self.space(len(next(iter(allowed))))
        start, goals = [space.number[s] for s in allowed], [[space.number[t] for t in g] for g in allowed.values()]
        reached = reach(space.moves, start, goals, len(space.states))
        if reached.path is not None:
            word = Word(tuple(space.names[m] for m in reached.path))
            return Verdict(True, 1.0, word, "search", 0.0, f"{len(word.moves)} moves do it")
        witness = Invariant(tuple(allowed), reached.images)
        reason = f"none of the {len(reached.images)} joint images that can be reached will do"
        return Verdict(False, -1.0, witness, "search", 0.0, reason)

    def space(self, copies: int) -> Space:
        """All states of some copies, numbered, and every move at every place as an array of images."""
        if isinstance(self.dynamics, str):
            raise ValueError(f"dynamics must be given as moves to list them; got {self.dynamics!r}")
        spaces = self.__dict__.setdefault("_spaces", {})
        if copies not in spaces:
            spaces[copies] = space_of(self.states, self.dynamics, copies)
        return spaces[copies]

    def disjoint(self, x: Attribute, y: Attribute) -> bool:
        """Whether no state has both attributes."""
        return not self.extent(x) & self.extent(y)

    def same(self, x: Attribute, y: Attribute) -> bool:
        """Whether two attributes hold the same states."""
        return self.extent(x) == self.extent(y)

    def bar(self, x: Attribute) -> Attribute | None:
        """All states that can be told apart from ``x`` for certain: all others; ``None`` if there are none."""
        rest = frozenset(self.states) - {s for (s,) in self.extent(x)}
        return self.attribute(rest, f"not {x.name}", x.substrate) if rest else None

    def part_of(self, attribute: Attribute, place: int) -> Attribute:
        """What an attribute of several copies says of the one at ``place``: the states that it may have there."""
        extent = self.extent(attribute)
        if not 0 <= place < len(next(iter(extent))):
            raise ValueError(f"place must be that of a copy, 0 to {len(next(iter(extent))) - 1}; got {place!r}")
        return self.attribute({state[place] for state in extent}, f"{attribute.name} on S{place + 1}")

    def labels(self, n: int) -> Variable:
        """An information variable with n values, on as many copies as it takes.

        Raises:
            ValueError: one state alone distinguishes nothing.
        """
        letters = self._letters()
        if len(letters) < 2:
            raise ValueError("states must be two at least to label anything; the model has one")
        copies = max(1, math.ceil(math.log(n) / math.log(len(letters)) - 1e-12))
        words = [reduce(mul, word) for _, word in zip(range(n), product(letters, repeat=copies), strict=False)]
        return Variable(words, "labels")

    def _letters(self) -> tuple[Attribute, ...]:
        return self.values().attributes


def _match(allowed: dict[State, frozenset[State]]) -> Verdict:
    """A different image for every state, by augmenting paths; or states that crowd too few places (Hall)."""
    owner: dict[State, State] = {}

    def settle(s: State, seen: set[State]) -> bool:
        for place in allowed[s] - seen:
            seen.add(place)
            if place not in owner or settle(owner[place], seen):
                owner[place] = s
                return True
        return False

    for s in allowed:
        seen: set[State] = set()
        if not settle(s, seen):
            crowd = frozenset({s} | {owner[place] for place in seen})
            reason = f"{len(crowd)} states would have to share {len(seen)} places"
            return Verdict(False, float(len(seen) - len(crowd)), Crowding(crowd), "matching", 0.0, reason)
    images = {s: place for place, s in owner.items()}
    return Verdict(True, 1.0, Map(images, reversible=True), "matching", 0.0, "every state finds a place of its own")


def _text(state: State) -> str:
    return str(state[0]) if len(state) == 1 else str(state)
