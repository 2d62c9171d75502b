"""Waiting that a SIGINT or SIGTERM ends at once."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from mysignals.embedded.errors import StopRequested


class Patience:
    """The only place where the house sleeps, so that a request to stop is seen everywhere."""

    def __init__(self) -> None:
        self._stop = threading.Event()

    def listen(self) -> None:
        """Take SIGINT and SIGTERM as the wish to stop; SIGHUP too, unless we were started by nohup."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._note)

    def pause(self, seconds: float) -> None:
        """Sleep; raises StopRequested as soon as somebody wants the end."""
        if self._stop.wait(seconds):
            raise StopRequested

    def until(self, holds: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
        """Ask `holds` until it is true; False when it is still not after `seconds`."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                return False
            self.pause(every)
        return True

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()
