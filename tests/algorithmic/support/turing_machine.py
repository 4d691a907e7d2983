"""Turing machines with n states and two symbols, one at a time: what a table of instructions does on a blank tape."""

from __future__ import annotations

from dataclasses import dataclass

from szilard.validation import check_integer

BUSY_BEAVER_STEPS = {1: 1, 2: 6, 3: 21, 4: 107}
"""Most steps that a halting machine of n states takes (`lin1965computer`, `brady1983determination`).

Theirs move when they halt and ours do not; since the halting step counts in both cases, the numbers are the same.
"""

__all__ = ["BUSY_BEAVER_STEPS", "Halt", "TuringMachine", "machine_count"]


def machine_count(states: int) -> int:
    """Number of tables with ``states`` states and two symbols, (4n + 2)^{2n}.

    >>> machine_count(3)
    7529536
    """
    check_integer(states, "states", minimum=1)
    return (4 * states + 2) ** (2 * states)


@dataclass(frozen=True)
class Halt:
    """How a machine ended: the visited cells from left to right, and its steps, the halting one included."""

    output: str
    steps: int


@dataclass(frozen=True)
class TuringMachine:
    """A machine with n states and two symbols on a tape without ends.

    In each state and for each symbol read, a machine either writes a bit and halts without moving, or writes a
    bit, moves by one cell and goes to one of its n states. It starts in the first state.

    Args:
        table: 2n instructions, those of state 0 reading 0, state 0 reading 1, state 1 reading 0, and so on.
            Instructions 0 and 1 write that bit and halt; ``2 + 4 * next + 2 * bit + move`` writes ``bit``, moves
            left (0) or right (1) and goes to state ``next``, 0 to n - 1.

    >>> TuringMachine.from_text("1RB 1LB 1LA 1H").run()
    Halt(output='1111', steps=6)
    """

    table: tuple[int, ...]

    def __post_init__(self) -> None:
        table = tuple(self.table)
        if not table or len(table) % 2:
            raise ValueError(f"table must hold two instructions per state; got {len(table)} instructions")
        for instruction in table:
            check_integer(instruction, "each instruction", minimum=0)
        if max(table) >= 2 * len(table) + 2:
            raise ValueError(f"instructions must be below {2 * len(table) + 2}; got {max(table)}")
        object.__setattr__(self, "table", table)

    @property
    def states(self) -> int:
        """Number of states."""
        return len(self.table) // 2

    @classmethod
    def from_number(cls, states: int, number: int) -> TuringMachine:
        """Machine ``number`` of those with ``states`` states: the digits of its table in base 4n + 2."""
        check_integer(number, "number", minimum=0)
        if number >= machine_count(states):
            raise ValueError(f"number must be below {machine_count(states)}; got {number}")
        base = 4 * states + 2
        return cls(tuple(number // base**entry % base for entry in range(2 * states)))

    @classmethod
    def from_text(cls, text: str) -> TuringMachine:
        """From instructions such as ``1RB`` (write 1, move right, go to state B) and ``0H`` (write 0, halt)."""
        try:
            return cls(tuple(_number(word) for word in text.split()))
        except (IndexError, KeyError):
            raise ValueError(f"instructions look like '1RB' or '0H', separated by spaces; got {text!r}") from None

    def __str__(self) -> str:
        return " ".join(_text(instruction) for instruction in self.table)

    def run(self, limit: int = 1000, blank: int = 0) -> Halt | None:
        """Run on a tape full of ``blank``; ``None`` if it has not halted after ``limit`` steps."""
        check_integer(limit, "limit", minimum=1)
        if blank not in (0, 1):
            raise ValueError(f"blank must be 0 or 1; got {blank!r}")
        tape, at, state = {0: blank}, 0, 0
        for step in range(1, limit + 1):
            instruction = self.table[2 * state + tape[at]]
            if instruction < 2:
                tape[at] = instruction
                return Halt("".join(str(tape[cell]) for cell in sorted(tape)), step)
            state, rest = divmod(instruction - 2, 4)
            tape[at] = rest // 2
            at += 1 if rest % 2 else -1
            tape.setdefault(at, blank)
        return None


def _number(word: str) -> int:
    bit = {"0": 0, "1": 1}[word[0]]
    if word[1:] == "H":
        return bit
    state = {chr(ord("A") + i): i for i in range(26)}[word[2:]]
    return 2 + 4 * state + 2 * bit + {"L": 0, "R": 1}[word[1]]


def _text(instruction: int) -> str:
    if instruction < 2:
        return f"{instruction}H"
    state, rest = divmod(instruction - 2, 4)
    return f"{rest // 2}{'LR'[rest % 2]}{chr(ord('A') + state)}"
