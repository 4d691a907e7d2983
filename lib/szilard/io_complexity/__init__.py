"""What must be moved to compute: a machine with two memories, schedules of attention on it, pebbling, and caches.

>>> from szilard.io_complexity import io_count, lower_bounds
>>> round(io_count("flash2", 4096, 64, 4096).io / max(lower_bounds(4096, 64, 4096).values()), 1)
4.3
"""

from typing import TYPE_CHECKING

from szilard.lazy import attach

if TYPE_CHECKING:
    from szilard.io_complexity.attention import (ALGORITHMS, IOResult, attention_reference, run_attention, run_matmul)
    from szilard.io_complexity.backward import BACKWARD_ALGORITHMS, gradient_reference, run_backward
    from szilard.io_complexity.blocks import block_sizes
    from szilard.io_complexity.bounds import backward_order, binary_bound, lower_bounds, regime_order
    from szilard.io_complexity.cachegrind import cachegrind_available, cachegrind_misses, run_kernel
    from szilard.io_complexity.caches import attention_trace, lru_misses, model_lines, opt_misses, standard_trace
    from szilard.io_complexity.compression import (answers, bch_rows, compression_bound, dependent_subsets,
        least_block_bound, least_pattern_bound, pattern_bound, rank_modulo, trivial_protocols, vandermonde)
    from szilard.io_complexity.counts import IOCount, crossover, flash1_peak, io_count, matmul_count
    from szilard.io_complexity.dags import (Dag, attention_dag, dot_dag, fft_dag, matmul_dag, pyramid_dag, tree_dag)
    from szilard.io_complexity.energy import AttentionEnergy, attention_energy
    from szilard.io_complexity.gpu import (BACKENDS, CardTask, card_ceilings, copy_work, task_error, task_seconds,
        task_traffic)
    from szilard.io_complexity.machine import (CapacityExceeded, MachineFault, NotInFastMemory, NotWritten, SlowArray,
        Tile, TwoLevelMachine)
    from szilard.io_complexity.online_softmax import OnlineSoftmax
    from szilard.io_complexity.partitions import dominator_size, partition_size, schedule_parts
    from szilard.io_complexity.pebbling import (IllegalMove, PebblingResult, SearchTooLarge, optimal_pebbling,
        order_pebbling, replay, symmetries)
    from szilard.io_complexity.triton_kernel import flash_attention, kernel_words, triton_missing

__getattr__, __dir__, __all__ = attach(__name__)
