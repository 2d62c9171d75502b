"""Kept connections to one origin: at most so many at once, the warmest first."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import deque
from urllib.parse import urlsplit

from .http1 import Connection

KEPT_IDLE_S = 25.0
"""Shorter than the exchanges keep an idle connection, so that it is we who drop it."""
CONNECT_WITHIN_S = 5.0


class Slots:
    """So many at once, first come first served. asyncio's semaphore walks its whole queue at every release."""

    def __init__(self, free: int) -> None:
        self._free = free
        self._waiting: deque[asyncio.Future[None]] = deque()

    def take_free(self) -> bool:
        """One, if it is had without waiting; as long as somebody waits none is free."""
        if self._free:
            self._free -= 1
            return True
        return False

    async def take(self) -> None:
        if self.take_free():
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give_back()  # The turn had come already: it goes to the next.
            raise

    def give_back(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


class CannotConnect(Exception):
    """Name, connect or TLS failed: not a byte of a request was written."""


class Pool:
    """`origin` is scheme and host. Holding a slot means that a connection is at hand or will be made for it alone.

    Whoever was given a connection, `at_hand` or by `take`, puts it back.
    """

    def __init__(self, origin: str, connections: int, tls: ssl.SSLContext) -> None:
        parts = urlsplit(origin)
        self._name, self._secure = parts.hostname or "", parts.scheme == "https"
        self._port = parts.port or (443 if self._secure else 80)
        self._host = parts.netloc
        self._tls = tls
        self._slots = Slots(connections)
        self._idle: deque[Connection] = deque()

    def at_hand(self) -> Connection | None:
        """One that is free and warm. No coroutine: those cost more than all else that is done for a call here."""
        if not self._idle or not self._slots.take_free():
            return None
        held = self._warmest()
        if held is None:
            self._slots.give_back()
        return held

    async def take(self) -> Connection:
        """Waits for a slot, and for a connection to be made if none is warm. Raises CannotConnect."""
        await self._slots.take()
        held = None
        try:
            held = self._warmest() or await self._connect()
        finally:
            if held is None:
                self._slots.give_back()
        return held

    async def take_beside(self) -> Connection:
        """Without waiting for a slot, whatever waits: for the one question that a whole batch waits for."""
        return self._warmest() or await self._connect()

    def put_back(self, held: Connection, *, has_slot: bool = True) -> None:
        if held.usable:
            held.idle_since = time.monotonic()
            self._idle.append(held)
        else:
            held.close()  # Whose call was cancelled still waits for an answer that nobody wants.
        if has_slot:
            self._slots.give_back()

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _warmest(self) -> Connection | None:
        oldest = time.monotonic() - KEPT_IDLE_S
        while self._idle:
            held = self._idle.pop()
            if held.usable and held.idle_since > oldest:
                return held
            held.close()
        return None

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_WITHIN_S):
                _, connection = await loop.create_connection(
                    lambda: Connection(loop, self._host),
                    self._name,
                    self._port,
                    ssl=self._tls if self._secure else None,
                )
        except (OSError, TimeoutError, ssl.SSLError) as failure:
            raise CannotConnect(type(failure).__name__) from None
        return connection
