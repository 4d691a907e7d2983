"""Turing machines with n states and two symbols, one at a time in plain Python: what the census is compared with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Halt:
    """How a machine ended: the visited cells from left to right, and its steps, the halting one included."""

    output: str
    steps: int


@dataclass(frozen=True)
class TuringMachine:
    """A machine by its 2n instructions: those of state 0 reading 0, state 0 reading 1, state 1 reading 0, and so on.

    Instructions 0 and 1 write that bit and halt; ``2 + 4 * next + 2 * bit + move`` writes ``bit``, moves left (0) or
    right (1) and goes to state ``next``.
    """

    table: tuple[int, ...]

    @classmethod
    def from_number(cls, states: int, number: int) -> TuringMachine:
        """Machine ``number`` of those with ``states`` states: the digits of its table in base 4n + 2."""
        base = 4 * states + 2
        return cls(tuple(number // base**entry % base for entry in range(2 * states)))

    @classmethod
    def from_text(cls, text: str) -> TuringMachine:
        """From instructions such as ``1RB`` (write 1, move right, go to state B) and ``0H`` (write 0, halt).

        ``0LH`` and ``0RH`` are read as ``0H``: they write and take as many steps.
        """
        return cls(tuple(_number(word) for word in text.split()))

    def run(self, limit: int = 1000, blank: int = 0) -> Halt | None:
        """Run on a tape full of ``blank``; ``None`` if it has not halted after ``limit`` steps."""
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
    bit = int(word[0])
    return bit if word.endswith("H") else 2 + 4 * (ord(word[2]) - ord("A")) + 2 * bit + "LR".index(word[1])
