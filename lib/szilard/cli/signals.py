"""Signals that end a command: Ctrl-C, and those that ``kill`` and a terminal that closes send."""

import signal
import time
from types import FrameType

GRACE = 3.0  # seconds for cleaning up, in which a second signal changes nothing

__all__ = ["GRACE", "Stopped", "catch_signals"]


class Stopped(KeyboardInterrupt):
    """The signal with this ``number`` came; like Ctrl-C, it must not be taken for an error of the work."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


def catch_signals() -> None:
    """From now on each of these signals raises :class:`Stopped` in the main thread, save for those that follow
    another within ``GRACE`` seconds. One that this process was started to ignore, as under ``nohup``, stays so."""
    last = -GRACE

    def stop(number: int, _: FrameType | None) -> None:
        nonlocal last
        if time.monotonic() - last > GRACE:
            last = time.monotonic()
            raise Stopped(number)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # not every system has them all
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)
