"""Substrates, attributes, variables and tasks: the nouns of constructor theory, and how tasks compose.

Nothing here knows physics. Attributes are names with whatever a model needs to read attached to them; tasks are finite
sets of ordered pairs of attributes. Which tasks are possible is for a model to say.

>>> zero, one = Attribute("0"), Attribute("1")
>>> swap = Task({zero: one, one: zero})
>>> swap @ swap == Task({zero: zero, one: one})
True
>>> swap | ~Task({zero: one})
{(0, 1) → (1, 0), (1, 1) → (0, 0)}
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import product
from operator import mul

__all__ = ["Attribute", "Substrate", "Task", "Variable", "unite"]


@dataclass(frozen=True)
class Substrate:
    """A physical system on which tasks are performed; ``S1 + S2`` is both systems together.

    Args:
        name: how it prints.
        parts: the systems it is composed of; empty for one that is not divided.
    """

    name: str = "S"
    parts: tuple[Substrate, ...] = ()

    def __add__(self, other: Substrate) -> Substrate:
        parts = (self.parts or (self,)) + (other.parts or (other,))
        return Substrate("⊕".join(part.name for part in parts), parts)

    def __repr__(self) -> str:
        return self.name


SINGLE = Substrate()


@dataclass(frozen=True)
class Attribute:
    """A set of states of one substrate, such as "the bit is 0"; ``x * y`` has ``x`` and ``y`` side by side.

    Args:
        name: how it prints; equal names must mean equal attributes within one task.
        content: what a model reads to know which states these are; hashable. ``None``: a name alone.
        substrate: the system whose attribute it is.
        parts: the attributes of the parts, of a composite one (made by ``*``).
        members: the attributes it is the union of (made by :func:`unite`).
    """

    name: str
    content: Hashable = None
    substrate: Substrate = SINGLE
    parts: tuple[Attribute, ...] = field(default=(), repr=False)
    members: tuple[Attribute, ...] = field(default=(), repr=False)

    def __mul__(self, other: Attribute) -> Attribute:
        parts = (self.parts or (self,)) + (other.parts or (other,))
        name = f"({', '.join(part.name for part in parts)})"
        return Attribute(name, None, self.substrate + other.substrate, parts)

    def rename(self, names: Mapping[str, str]) -> Attribute:
        """The same states called differently, in every part too."""
        if self.parts:
            return reduce(mul, (part.rename(names) for part in self.parts))
        members = tuple(member.rename(names) for member in self.members)
        return replace(self, name=names.get(self.name, self.name), members=members)

    def elements(self) -> tuple[Attribute, ...]:
        """The attributes it is the union of, none of which is a union itself."""
        if self.members:
            return tuple(e for member in self.members for e in member.elements())
        if not self.parts:
            return (self,)
        return tuple(reduce(mul, choice) for choice in product(*(p.elements() for p in self.parts)))

    def __repr__(self) -> str:
        return self.name


def unite(*attributes: Attribute, name: str | None = None) -> Attribute:
    """The attribute "in one of these": all states of all ``attributes``, and no superposition of them."""
    if not attributes:
        raise ValueError("unite needs at least one attribute; got none")
    _one_substrate(attributes, "attributes")
    name = name or "∪".join(x.name for x in attributes)
    return Attribute(name, None, attributes[0].substrate, members=tuple(attributes))


@dataclass(frozen=True, init=False)
class Variable:
    """A set of attributes of one substrate; ``X | Y`` is their union, ``X * Y`` all pairs side by side.

    The attributes of a variable are disjoint; what that means depends on the states, so models check it.

    Args:
        attributes: the values, in the order in which they print; each once.
        name: how it is called in sentences.
    """

    attributes: tuple[Attribute, ...]
    name: str

    def __init__(self, attributes: Iterable[Attribute], name: str = "X") -> None:
        values = tuple(attributes)
        if not values:
            raise ValueError("attributes must hold at least one attribute; got none")
        _one_substrate(values, "attributes")
        _distinct_names(values)
        if len(set(values)) < len(values):
            raise ValueError(f"attributes must differ from each other; got {list(values)}")
        object.__setattr__(self, "attributes", values)
        object.__setattr__(self, "name", name)

    @property
    def substrate(self) -> Substrate:
        """The system whose variable it is."""
        return self.attributes[0].substrate

    def __iter__(self) -> Iterator[Attribute]:
        return iter(self.attributes)

    def __len__(self) -> int:
        return len(self.attributes)

    def __getitem__(self, place: int) -> Attribute:
        return self.attributes[place]

    def __or__(self, other: Variable) -> Variable:
        attributes = dict.fromkeys((*self.attributes, *other.attributes))
        return Variable(attributes, f"{self.name}∪{other.name}")

    def __mul__(self, other: Variable) -> Variable:
        return Variable((x * y for x, y in product(self, other)), f"{self.name}×{other.name}")

    def __repr__(self) -> str:
        return f"{{{', '.join(x.name for x in self)}}}"


@dataclass(frozen=True, init=False, eq=False)
class Task:
    """A set of ordered pairs of attributes, input and output: what is to be brought about, not how.

    ``~A`` is the transpose, ``B @ A`` first ``A`` then ``B``, ``A | B`` both side by side. An input with several
    outputs allows any of them. Two tasks are equal if they hold the same pairs, whatever they are called and made of.

    Args:
        pairs: a mapping from inputs to outputs, or an iterable of pairs.
        name: how it is called in a drawing.
        how: ``"serial"`` or ``"parallel"`` and the tasks composed, in order of time or place; for drawings.
    """

    pairs: tuple[tuple[Attribute, Attribute], ...]
    name: str
    how: tuple[str, tuple[Task, ...]]

    def __init__(
        self,
        pairs: Mapping[Attribute, Attribute] | Iterable[tuple[Attribute, Attribute]],
        name: str = "A",
        how: tuple[str, tuple[Task, ...]] = ("", ()),
    ) -> None:
        items = pairs.items() if isinstance(pairs, Mapping) else pairs
        unique = tuple(dict.fromkeys((x, y) for x, y in items))
        if not unique:
            raise ValueError("pairs must hold at least one pair of attributes; got none")
        for what, values in zip(("inputs", "outputs"), zip(*unique, strict=True), strict=True):
            _one_substrate(values, what)
        _distinct_names([attribute for pair in unique for attribute in pair])
        object.__setattr__(self, "pairs", unique)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "how", how)

    @property
    def inputs(self) -> tuple[Attribute, ...]:
        """The legitimate inputs, each once."""
        return tuple(dict.fromkeys(x for x, _ in self.pairs))

    @property
    def outputs(self) -> tuple[Attribute, ...]:
        """The outputs, each once."""
        return tuple(dict.fromkeys(y for _, y in self.pairs))

    def outputs_of(self, x: Attribute) -> tuple[Attribute, ...]:
        """The outputs that ``x`` may be turned into."""
        return tuple(y for u, y in self.pairs if u == x)

    @property
    def is_function(self) -> bool:
        """Whether every input has one output."""
        return len(self.inputs) == len(self.pairs)

    def rename(self, names: Mapping[str, str]) -> Task:
        """The same task with attributes called differently."""
        return Task(((x.rename(names), y.rename(names)) for x, y in self.pairs), self.name)

    def called(self, name: str) -> Task:
        """The same task under a name of its own, which drawings show as one box."""
        return Task(self.pairs, name)

    def __invert__(self) -> Task:
        return Task(((y, x) for x, y in self.pairs), f"{self.name}~")

    def __matmul__(self, first: Task) -> Task:
        if unknown := [y for y in first.outputs if y not in set(self.inputs)]:
            raise ValueError(f"the outputs of the first task must be inputs of the second; {unknown} are not")
        after: dict[Attribute, list[Attribute]] = {}
        for y, z in self.pairs:
            after.setdefault(y, []).append(z)
        pairs = ((x, z) for x, y in first.pairs for z in after[y])
        return Task(pairs, f"{self.name}∘{first.name}", ("serial", (first, self)))

    def __or__(self, other: Task) -> Task:
        pairs = ((x * u, y * v) for (x, y), (u, v) in product(self.pairs, other.pairs))
        return Task(pairs, f"{self.name}⊗{other.name}", ("parallel", (self, other)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Task) and frozenset(self.pairs) == frozenset(other.pairs)

    def __hash__(self) -> int:
        return hash(frozenset(self.pairs))

    def __repr__(self) -> str:
        return f"{{{', '.join(f'{x} → {y}' for x, y in self.pairs)}}}"


def _one_substrate(attributes: Iterable[Attribute], what: str) -> None:
    substrates = {attribute.substrate for attribute in attributes}
    if len(substrates) > 1:
        raise ValueError(f"{what} must belong to one substrate; got {sorted(s.name for s in substrates)}")


def _distinct_names(attributes: Iterable[Attribute]) -> None:
    by_name: dict[tuple[str, Substrate], Attribute] = {}
    for attribute in attributes:
        if by_name.setdefault((attribute.name, attribute.substrate), attribute) != attribute:
            raise ValueError(f"attributes with different states need different names; two are {attribute}")
