"""Energy of attention: what is moved and computed, what that costs on a machine, and the least that physics asks."""

from __future__ import annotations

from dataclasses import dataclass

from szilard.io_complexity.counts import io_count
from szilard.validation import check_positive

__all__ = ["AttentionEnergy", "attention_energy"]


@dataclass(frozen=True)
class AttentionEnergy:
    """Energies in J of one head of attention.

    Args:
        moving: of the words moved between the memories.
        computing: of multiplications and additions.
        landauer: k T ln 2 for every bit overwritten or given up.
    """

    moving: float
    computing: float
    landauer: float

    @property
    def total(self) -> float:
        """Moving and computing."""
        return self.moving + self.computing


def attention_energy(
    algorithm: str, N: int, d: int, M: int, *, joules_per_byte: float, joules_per_flop: float, joules_per_bit: float,
    bytes_per_word: int = 2,
) -> AttentionEnergy:  # fmt: skip
    """Energy of a schedule of attention on matrices (N, d) with ``M`` words of fast memory.

    Both matrix products take 4 N² d operations. Every word read into fast memory is given up again, and every
    multiply-add overwrites a word of its sum: so many bits are erased by a machine that keeps no history.

    Args:
        algorithm, N, d, M: as for :func:`io_count`.
        joules_per_byte: moved between the memories.
        joules_per_flop: of an addition or multiplication, operands and results in fast memory included.
        joules_per_bit: to erase, such as k T ln 2.
        bytes_per_word: 2 for half precision.

    Raises:
        ValueError: as :func:`io_count`, or an energy that is not positive.
    """
    given = {"joules_per_byte": joules_per_byte, "joules_per_flop": joules_per_flop, "joules_per_bit": joules_per_bit}
    for name, value in given.items():
        check_positive(value, name)
    moved, flops = io_count(algorithm, N, d, M), 4 * N * N * d
    erased = 8 * bytes_per_word * (moved.reads + flops // 2)
    return AttentionEnergy(
        moved.io * bytes_per_word * joules_per_byte, flops * joules_per_flop, erased * joules_per_bit
    )
