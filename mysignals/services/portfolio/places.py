"""How long a request may wait for exchanges: a thread that waits serves nobody else, so there are few places."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Places:
    """`most` threads of this process may wait long, `beside` more a shorter time, and the others not at all."""

    def __init__(self, most: int, beside: int) -> None:
        self._long, self._short = threading.BoundedSemaphore(most), threading.BoundedSemaphore(beside)

    @contextmanager
    def place(self, long_s: float, short_s: float) -> Iterator[float]:
        """For how many seconds this thread may wait; its place is free again at the end."""
        for places, seconds in ((self._long, long_s), (self._short, short_s)):
            if places.acquire(blocking=False):
                try:
                    yield seconds
                finally:
                    places.release()
                return
        yield 0.0
