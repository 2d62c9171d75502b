"""A venue's own pings: who does not answer them is dropped, and nobody stays longer than the venue allows."""

from simulator.wire.socket import POLICY_VIOLATION, Socket

DAY_MS = 86_400_000


class Heartbeat:
    """A ping (frame) each `every_ms`; the client has `within_ms` to answer one."""

    def __init__(self, socket: Socket, every_ms: int, within_ms: int, life_ms: int = DAY_MS) -> None:
        self._socket, self._every_ms, self._within_ms, self._life_ms = socket, every_ms, within_ms, life_ms
        self._pinged_ms = socket.opened_ms
        self._waiting_ms: int | None = None  # since when an answer is due
        self._pongs = 0

    def tick(self, now_ms: int) -> None:
        """A socket that a fault has silenced does not ping, and so expects no answer."""
        if self._socket.is_silent:
            self._pinged_ms, self._waiting_ms = now_ms, None
            return
        if self._socket.pongs != self._pongs:
            self._pongs, self._waiting_ms = self._socket.pongs, None
        if self._waiting_ms is not None and now_ms - self._waiting_ms > self._within_ms:
            self._socket.close(POLICY_VIOLATION, "Pong timeout")
        elif now_ms - self._socket.opened_ms >= self._life_ms:
            self._socket.close(1001, "Going away")
        elif now_ms - self._pinged_ms >= self._every_ms:
            self._pinged_ms = now_ms
            self._waiting_ms = now_ms if self._waiting_ms is None else self._waiting_ms
            self._socket.ping()
