"""How many messages a client may send: counted over a sliding window."""

from collections import deque


class Throttle:
    def __init__(self, most: int, window_ms: int = 1000) -> None:
        self._most, self._window_ms = most, window_ms
        self._times: deque[int] = deque()

    def passes(self, now_ms: int) -> bool:
        """Counts one message; False where it is one too many."""
        while self._times and now_ms - self._times[0] >= self._window_ms:
            self._times.popleft()
        self._times.append(now_ms)
        return len(self._times) <= self._most
