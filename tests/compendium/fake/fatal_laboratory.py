"""A laboratory with cells that kill their process, and the ``szilard`` command that knows it alone.

``python fatal_laboratory.py run fatal …`` is that command.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from szilard.compendium import Experiment, Laboratory, Rows


@dataclass(frozen=True)
class Fatal:
    """A cell that logs its start, and kills its process as if out of memory: never, the first time, or always."""

    index: int
    kills: str = "never"
    seconds: float = 0.1

    def measure(self, rng: np.random.Generator) -> Rows:
        log = Path(os.environ["FAKE_LOG"])
        before = log.read_text() if log.exists() else ""
        with log.open("a") as file:
            file.write(f"{self.index} {time.time()}\n")
        time.sleep(self.seconds)
        if self.kills == "always" or (self.kills == "once" and f"{self.index} " not in before):
            os.kill(os.getpid(), signal.SIGKILL)
        return [{"value": float(rng.random())}]


LABORATORY = Laboratory(
    "fatal",
    (
        Experiment("once", "One kills once.", quick=[Fatal(0), Fatal(1, "once"), Fatal(2), Fatal(3)]),
        Experiment("always", "One kills always.", quick=[Fatal(4), Fatal(5, "always"), Fatal(6)]),
        Experiment("fine", "None does.", quick=[Fatal(10), Fatal(11)]),
        Experiment("long", "For interruptions.", full=[Fatal(20 + i, seconds=30) for i in range(4)]),
    ),
)

if __name__ == "__main__":
    import szilard.experiments

    # Imported by its name, so that workers find its functions.
    sys.modules["szilard.experiments.fatal"] = __import__("fatal_laboratory")
    szilard.experiments.keys = lambda: ["fatal"]
    from szilard.cli import app

    app(sys.argv[1:])
