"""Many calls at once over one pool of kept connections a venue: aiohttp on uvloop."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

import aiohttp
from multidict import istr
from yarl import URL

from mysignals.domain.market import Market
from mysignals.exchanges.dialect import Call, Dialect
from mysignals.exchanges.market_data import Flow
from mysignals.exchanges.wire import HttpRequest, HttpResponse, NoReply, Reply

from .fence import HELD_BACK, passes_fence
from .loop import Loop
from .offsets import offset_ms, time_call
from .places import Nowhere, Places, origin

__all__ = ["Loop", "PooledTransport"]

T = TypeVar("T")
MOST_BODY = 32 * 1024 * 1024
"""Bytes. The rules of all spot symbols are the largest answer, some 15 MB."""
KEPT_IDLE_S = 25
"""Shorter than the exchanges keep an idle connection, so that it is we who drop it."""
NOT_SENT_BY_US = frozenset({istr("User-Agent"), istr("Accept"), istr("Accept-Encoding")})

_Before = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""Name, connect or TLS failed: no byte of the request was written. All else may have arrived."""
_After = (aiohttp.ClientError, asyncio.TimeoutError, OSError)


def system_clock_ms() -> int:
    return time.time_ns() // 1_000_000


class PooledTransport:
    """At most `connections` calls at once to a host; a call is signed only when it holds one of these slots.

    Belongs to the event loop that uses it, and begins anew on another one.
    """

    def __init__(
        self,
        simulator_url: str | None,
        connections: int = 512,
        timeout_s: float = 10.0,
        clock_ms: Callable[[], int] = system_clock_ms,
    ) -> None:
        self._places, self._connections, self._clock_ms = Places(simulator_url), connections, clock_ms
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=min(5.0, timeout_s))
        self._home: _Home | None = None
        self._left_behind: list[_Home] = []
        self.offsets: dict[str, int] = {}
        """Base URL -> how many ms the exchange's clock is ahead of ours."""

    async def send(self, call: Call, fence_ms: int | None = None) -> Reply:
        """`fence_ms` is told in our clock: an order that could be executed later is not sent (NoReply, `fence`)."""
        try:
            base = self._places.of(call)
        except Nowhere as why:
            return NoReply(sent=False, cause=str(why))
        home = self._at_home()
        async with home.slots[origin(base)]:
            offset = self.offsets.get(base, 0)
            request = call.encode(self._clock_ms() + offset)
            if passes_fence(call, request, offset, fence_ms):
                return HELD_BACK
            return await _exchange(home.session, base, request)

    async def drive(self, flow: Flow[T], fence_ms: int | None = None) -> T:
        """What the flow returns, having been given an answer to each of its calls."""
        try:
            call = next(flow)
            while True:
                call = flow.send(await self.send(call, fence_ms))
        except StopIteration as end:
            result: T = end.value
            return result

    async def warm(self, dialect: Dialect, market: Market, environment: str, connections: int = 16) -> int:
        """Opens up to `connections` connections and learns the clock offset; returns how many answers came."""
        call = time_call(dialect, market, environment)
        found = await asyncio.gather(*(self._timed(call) for _ in range(connections)))
        answered = sorted(answer for answer in found if answer is not None)
        if answered:
            self.offsets[self._places.of(call)] = answered[0][1]
        return len(answered)

    async def close(self) -> None:
        home, self._home = self._home, None
        if home is not None:
            await home.session.close()

    async def _timed(self, call: Call) -> tuple[int, int] | None:
        """Round trip and offset in ms; the quickest answer tells the offset best."""
        asked_ms = self._clock_ms()
        reply = await self.send(call)
        answered_ms = self._clock_ms()
        found = offset_ms(call, reply, asked_ms, answered_ms)
        return None if found is None else (answered_ms - asked_ms, found)

    def _at_home(self) -> _Home:
        loop = asyncio.get_running_loop()
        if self._home is None or self._home.loop is not loop:
            if self._home is not None:
                # Kept, never collected: collecting would close sockets that a forked parent still uses.
                self._left_behind.append(self._home)
            self._home = _Home(loop, self._connections, self._timeout)
        return self._home


class _Home:
    """What belongs to one event loop: session, connections, slots."""

    def __init__(self, loop: asyncio.AbstractEventLoop, connections: int, timeout: aiohttp.ClientTimeout) -> None:
        self.loop = loop
        self.slots: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(connections))
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0, limit_per_host=connections, ssl=ssl.create_default_context(), keepalive_timeout=KEPT_IDLE_S
            ),
            timeout=timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=NOT_SENT_BY_US,
            trust_env=False,
        )
        # aiohttp repeats a GET or DELETE by itself when a kept connection turns out closed. A repeated cancel
        # answers "unknown order" to what the first one did, so nothing is repeated here but by a flow.
        self.session._retry_connection = False  # noqa: SLF001


async def _exchange(session: aiohttp.ClientSession, base: str, request: HttpRequest) -> Reply:
    target = f"{base}{request.path}?{request.query}" if request.query else base + request.path
    try:
        async with session.request(
            request.method,
            URL(target, encoded=True),
            data=request.body or None,
            headers=request.headers,
            allow_redirects=False,
        ) as response:
            body = await _body(response)
            if body is None:
                return NoReply(sent=True, cause="the answer is too long")
            return HttpResponse(response.status, body, tuple(response.headers.items()))
    except _Before as failure:
        return NoReply(sent=False, cause=type(failure).__name__)
    except _After as failure:
        return NoReply(sent=True, cause=type(failure).__name__)
    except ValueError:
        return NoReply(sent=False, cause="the key holds characters that no header can carry")


async def _body(response: aiohttp.ClientResponse) -> bytes | None:
    """None when it is longer than what we are willing to hold."""
    if response.content_length is not None and response.content_length <= MOST_BODY and _is_plain(response):
        return await response.read()
    parts, length = list[bytes](), 0
    async for part in response.content.iter_any():
        parts.append(part)
        length += len(part)
        if length > MOST_BODY:
            response.close()
            return None
    return b"".join(parts)


def _is_plain(response: aiohttp.ClientResponse) -> bool:
    """A compressed body is longer than its Content-Length says."""
    return "Content-Encoding" not in response.headers
