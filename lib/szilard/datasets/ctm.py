"""The published complexities of short strings, read from the file that pybdm ships without unpickling it."""

from __future__ import annotations

import gzip
import pickletools

from szilard.datasets.files import DataFile

CTM_D5 = DataFile(
    package="pybdm",
    path="ctmdata/ctm-b2-d12.pkl.gz",
    sha256="d97c1c3f59876353d3ef4d8b38087fd0ff447f4ac473dbe9b35b7ef7058a7eb1",
    install="pip install pybdm",
    source="Coding theorem method for binary strings, machines of five states; Soler-Toscano et al., 2014",
    licence="as distributed with pybdm, MIT",
)

# What a pickle of nested dictionaries of texts and numbers consists of. Nothing is called: containers are ignored and
# every number belongs to the text before it.
_TEXT = {"SHORT_BINUNICODE", "BINUNICODE"}
_STRUCTURE = {
    "BINGET", "BININT1", "EMPTY_DICT", "EMPTY_TUPLE", "FRAME", "MARK", "MEMOIZE", "PROTO", "REDUCE", "SETITEM",
    "SETITEMS", "STACK_GLOBAL", "STOP", "TUPLE1",
}  # fmt: skip

__all__ = ["CTM_D5", "ctm_d5"]


def ctm_d5() -> dict[str, float]:
    """Published complexity in bits of every binary string of 1 to 12 symbols, from machines of five states.

    The table behind most uses of the coding theorem method (`soler2014ctm`, `zenil2018bdm`). The file holds one
    string of each complementary pair; both are returned, shortest first.

    Raises:
        FileNotFoundError: pybdm is not installed.
        ValueError: the file found is not the expected one.

    >>> table = ctm_d5()
    >>> len(table), round(table["0"], 4), table["10"] == table["01"]
    (8190, 2.5143, True)
    """
    half = _numbers(gzip.decompress(CTM_D5.read()))
    exchange = str.maketrans("01", "10")
    both = half | {text.translate(exchange): bits for text, bits in half.items()}
    return dict(sorted(both.items(), key=lambda item: (len(item[0]), item[0])))


def _numbers(stream: bytes) -> dict[str, float]:
    """Every number of a pickled dictionary by the text before it, from the stream's opcodes alone."""
    found: dict[str, float] = {}
    text = ""
    for opcode, argument, _ in pickletools.genops(stream):
        if opcode.name in _TEXT:
            text = str(argument)
        elif isinstance(argument, float):  # BINFLOAT
            if not text or set(text) - set("01"):
                raise ValueError(f"numbers must belong to binary strings; got {text!r}")
            found[text] = float(argument)
        elif opcode.name not in _STRUCTURE:
            raise ValueError(f"the table must hold texts and numbers only; got {opcode.name}")
    return found
