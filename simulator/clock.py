"""What time the venues think it is: real, or set by the control API."""

import heapq
import time
from asyncio import AbstractEventLoop
from collections.abc import Callable


class Clock:
    """Milliseconds since 1970. While it is set it stands still until it is set or advanced again."""

    def __init__(self) -> None:
        self._set_ms: int | None = None
        self._waiting: list[tuple[int, int, Callable[[], None]]] = []
        self._asked = 0

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000 if self._set_ms is None else self._set_ms

    @property
    def is_real(self) -> bool:
        return self._set_ms is None

    def set(self, now_ms: int) -> None:
        self._set_ms = now_ms
        self._do_what_is_due()

    def advance(self, by_ms: int) -> None:
        self.set(self.now_ms() + by_ms)

    def make_real(self) -> None:
        """What was promised for the set time is forgotten: it belongs to a time that never comes."""
        self._set_ms = None
        self._waiting.clear()

    def call_later(self, delay_ms: int, deed: Callable[[], None], loop: AbstractEventLoop) -> None:
        """Real time: by the event loop. Set time: when the control API brings the clock there."""
        if self._set_ms is None:
            loop.call_later(delay_ms / 1000, deed)
            return
        self._asked += 1
        heapq.heappush(self._waiting, (self._set_ms + delay_ms, self._asked, deed))

    def _do_what_is_due(self) -> None:
        while self._set_ms is not None and self._waiting and self._waiting[0][0] <= self._set_ms:
            heapq.heappop(self._waiting)[2]()
