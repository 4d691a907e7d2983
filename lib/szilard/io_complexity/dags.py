"""Computations as graphs: a vertex is a value, its parents are what it is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from szilard.validation import check_choice, check_integer

__all__ = ["Dag", "attention_dag", "dot_dag", "fft_dag", "matmul_dag", "pyramid_dag", "tree_dag"]

MOST = 62  # vertices: a set of them is one machine word


@dataclass(frozen=True)
class Dag:
    """A directed acyclic graph whose vertices are numbered so that parents come before children.

    Args:
        parents: of every vertex; none for an input.
        outputs: vertices that must be in slow memory at the end; by default the computed ones without children.
        names: of the vertices, for reading.

    Raises:
        ValueError: a parent that does not come before its child, an input that is an output, or no output.

    >>> Dag(((), (), (0, 1))).outputs
    (2,)
    """

    parents: tuple[tuple[int, ...], ...]
    outputs: tuple[int, ...] = ()
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if wrong := [v for v, up in enumerate(self.parents) if any(not 0 <= p < v for p in up)]:
            raise ValueError(f"parents must come before their children; those of vertex {wrong[0]} do not")
        used = {p for up in self.parents for p in up}
        outputs = self.outputs or tuple(v for v, up in enumerate(self.parents) if up and v not in used)
        if not outputs or any(not 0 <= v < len(self) or not self.parents[v] for v in outputs):
            raise ValueError(f"outputs must be computed vertices of the graph, one at least; got {outputs}")
        object.__setattr__(self, "outputs", tuple(sorted(outputs)))

    def __len__(self) -> int:
        return len(self.parents)

    @cached_property
    def inputs(self) -> tuple[int, ...]:
        """Vertices without parents."""
        return tuple(v for v, up in enumerate(self.parents) if not up)

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Of every vertex, those computed from it."""
        found: list[list[int]] = [[] for _ in self.parents]
        for v, up in enumerate(self.parents):
            for p in up:
                found[p].append(v)
        return tuple(map(tuple, found))

    @property
    def least_memory(self) -> int:
        """Words of fast memory without which some vertex cannot be computed."""
        return max(map(len, self.parents)) + 1

    @property
    def compulsory(self) -> int:
        """Moves of every schedule: the inputs that something is computed from, and the outputs."""
        return sum(bool(self.children[v]) for v in self.inputs) + len(self.outputs)


class _Builder:
    """A graph that grows vertex by vertex."""

    def __init__(self) -> None:
        self.parents: list[tuple[int, ...]] = []
        self.names: list[str] = []

    def add(self, name: str, *parents: int) -> int:
        self.parents.append(parents)
        self.names.append(name)
        return len(self.parents) - 1

    def chain(self, name: str, pairs: list[tuple[int, ...]]) -> int:
        """A sum, a term a step; each step multiplies and adds."""
        last = self.add(name, *pairs[0])
        for pair in pairs[1:]:
            last = self.add(name, last, *pair)
        return last

    def dag(self) -> Dag:
        return Dag(tuple(self.parents), names=tuple(self.names))


def dot_dag(k: int) -> Dag:
    """The product of two vectors of ``k`` entries: products and additions are vertices, from left to right."""
    check_integer(k, "k", minimum=2)
    made = _Builder()
    x, y = ([made.add(f"{name}{i}") for i in range(k)] for name in "xy")
    terms = [made.add(f"x{i}y{i}", x[i], y[i]) for i in range(k)]
    last = terms[0]
    for i in range(1, k):
        last = made.add(f"+{i}", last, terms[i])
    return made.dag()


def matmul_dag(m: int, n: int, k: int) -> Dag:
    """The product of (m, k) and (k, n): one vertex for every multiply-add, its sum from left to right.

    >>> len(matmul_dag(2, 2, 2))
    16
    """
    for name, size in (("m", m), ("n", n), ("k", k)):
        check_integer(size, name, minimum=1)
    made = _Builder()
    a = [[made.add(f"a{i}{l}") for l in range(k)] for i in range(m)]  # noqa: E741
    b = [[made.add(f"b{l}{j}") for j in range(n)] for l in range(k)]  # noqa: E741
    for i in range(m):
        for j in range(n):
            made.chain(f"c{i}{j}", [(a[i][l], b[l][j]) for l in range(k)])  # noqa: E741
    return made.dag()


def attention_dag(N: int, d: int, style: str = "fused") -> Dag:
    """Attention of ``N`` queries and keys of dimension ``d``, multiply-adds as vertices.

    Args:
        N, d: shape of queries, keys and values.
        style: ``"fused"`` has the exponential in the last step of a score, ``"explicit"`` as a vertex of its own.

    >>> len(attention_dag(1, 1, "explicit")), len(attention_dag(2, 1))
    (7, 18)
    """
    check_integer(N, "N", minimum=1)
    check_integer(d, "d", minimum=1)
    explicit = check_choice(style, "style", ("fused", "explicit")) == "explicit"
    made = _Builder()
    q, k, v = ([[made.add(f"{name}{i}{l}") for l in range(d)] for i in range(N)] for name in "qkv")  # noqa: E741
    for i in range(N):
        weights = [made.chain(f"s{i}{j}", [(q[i][l], k[j][l]) for l in range(d)]) for j in range(N)]  # noqa: E741
        if explicit:
            weights = [made.add(f"e{i}{j}", each) for j, each in enumerate(weights)]
        total = weights[0]
        for each in weights[1:]:
            total = made.add(f"D{i}", total, each)
        for l in range(d):  # noqa: E741
            done = made.chain(f"t{i}{l}", [(weights[j], v[j][l]) for j in range(N)])
            made.add(f"o{i}{l}", done, total)
    return made.dag()


def pyramid_dag(h: int) -> Dag:
    """A pyramid of height ``h``: ``h + 1`` inputs, and above each two neighbours one vertex."""
    check_integer(h, "h", minimum=1)
    made = _Builder()
    row = [made.add(f"0{i}") for i in range(h + 1)]
    for height in range(1, h + 1):
        row = [made.add(f"{height}{i}", row[i], row[i + 1]) for i in range(len(row) - 1)]
    return made.dag()


def fft_dag(k: int) -> Dag:
    """The butterflies of a Fourier transform of 2^k points."""
    check_integer(k, "k", minimum=1)
    made = _Builder()
    row = [made.add(f"0{i}") for i in range(2**k)]
    for step in range(k):
        row = [made.add(f"{step + 1}{i}", *sorted((row[i], row[i ^ 2**step]))) for i in range(2**k)]
    return made.dag()


def tree_dag(k: int) -> Dag:
    """A binary tree with 2^k inputs."""
    check_integer(k, "k", minimum=1)
    made = _Builder()
    row = [made.add(f"0{i}") for i in range(2**k)]
    for step in range(k):
        row = [made.add(f"{step + 1}{i}", row[2 * i], row[2 * i + 1]) for i in range(len(row) // 2)]
    return made.dag()
