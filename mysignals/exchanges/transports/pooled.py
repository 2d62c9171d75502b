"""Many calls at once over one pool of kept connections a venue, on an event loop."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from mysignals.domain.intents import (
    Intent,
    QueryOrder,
    ReadBalances,
    ReadCandles,
    ReadOpenOrders,
    ReadPositionMode,
    ReadPositions,
    ReadPrice,
    ReadSymbolSettings,
    ReadTime,
    ReadTrade,
    ReadTrades,
)
from mysignals.domain.market import Market
from mysignals.exchanges.dialect import Call, Dialect
from mysignals.exchanges.market_data import Flow
from mysignals.exchanges.sharing import Board
from mysignals.exchanges.wire import NoReply, Reply

from .fence import HELD_BACK, NOT_OURS, Holds, is_over, passes_fence
from .loop import Loop
from .offsets import Asked, Measured, Slips, Tell, dated, measured, tell_nobody, time_call, time_call_for
from .pacing import PACED, Leave, Pacer, Unpaced, longest_wait_s, within_s
from .places import Nowhere, Places, origin
from .pool import CannotConnect, Pool
from .rising import CannotNumber, Rising, RisingHere, needs_number

__all__ = ["Loop", "PooledTransport"]

T = TypeVar("T")


QUESTION_S = 3.0
"""A question may be asked again, and an account's order waits for it; an order is waited for longer."""
MOST_LEAVES = 100
"""A call that finds no free connection in time asks for its turn again."""
QUESTIONS = frozenset((
    QueryOrder, ReadBalances, ReadCandles, ReadOpenOrders, ReadPositions, ReadPositionMode, ReadSymbolSettings,
    ReadPrice, ReadTime, ReadTrade, ReadTrades,
))  # fmt: skip


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
        rising: Rising | None = None,
        tell: Tell = tell_nobody,
        pacer: Pacer | None = None,
    ) -> None:
        self._places, self._connections, self._clock_ms = Places(simulator_url), connections, clock_ms
        self._timeout_s = timeout_s
        self._rising = rising or RisingHere()
        self._home: _Home | None = None
        self._left_behind: list[_Home] = []
        self.offsets: dict[str, int] = {}
        """Base URL -> how many ms the exchange's clock is ahead of ours."""
        self._asked, self._slips, self._tell = Asked(), Slips(), tell
        self._pacer = pacer or Unpaced()

    def send(self, call: Call, fence_ms: int | None = None, hold: Holds | None = None) -> Coroutine[Any, Any, Reply]:
        """`fence_ms` is told in our clock: an order that could be executed later is not sent (NoReply, `fence`).

        Nor is any write once `hold` is not ours any more (NoReply, `hold`).
        """
        if call.after_ms or call.shared is not None or type(call.intent) is ReadPrice:
            return self._sent_apart(call, fence_ms, hold)
        return self._in_turn(call, fence_ms, hold)

    async def _sent_apart(self, call: Call, fence_ms: int | None, hold: Holds | None) -> Reply:
        """What waits before it is asked, or is asked once for many."""
        try:
            base = self._places.of(call)
        except Nowhere as why:
            return NoReply(sent=False, cause=str(why))
        if call.after_ms:
            await asyncio.sleep(call.after_ms / 1000)
        if type(call.intent) is ReadPrice:
            return await self._price(call, base)
        if call.shared is not None:
            return await self._shared(call, call.shared)
        return await self._in_turn(call, fence_ms, hold)

    async def _price(self, call: Call, base: str) -> Reply:
        """One question, however many conversations wait for its answer: all of them would wait for a turn each, where
        an exchange tells few prices a second.
        """
        asking, name = self._at_home().prices, (base, id(call.dialect), call.intent)
        if name not in asking:
            asking[name] = asyncio.ensure_future(self._in_turn(call, None, None))
            asking[name].add_done_callback(lambda _: asking.pop(name))
        return await asyncio.shield(asking[name])

    async def _shared(self, call: Call, board: Board) -> Reply:
        """The answer on the board, or the one that is under way: whoever comes first asks, and a lost one is lost for
        all of the turn.
        """
        asked = call.encode(0), call.resync
        if asked not in board.replies:
            board.replies[asked] = asyncio.ensure_future(self._in_turn(call, None, None))
        return await asyncio.shield(board.replies[asked])

    async def _in_turn(self, call: Call, fence_ms: int | None, hold: Holds | None) -> Reply:
        try:
            base = self._places.of(call)
        except Nowhere as why:
            return NoReply(sent=False, cause=str(why))
        begun = time.monotonic()
        for _ in range(MOST_LEAVES):
            leave = self._pacer.at_hand(call, base) or await self._turn(call, base, fence_ms, begun)
            if isinstance(leave, NoReply):
                return leave
            reply = await self._sent(call, base, leave, fence_ms, hold)
            if reply is None or (isinstance(reply, NoReply) and not reply.sent):
                self._pacer.unused(leave)
            if reply is not None:
                self._pacer.heard(leave, reply)
                return reply
        return PACED

    async def _turn(self, call: Call, base: str, fence_ms: int | None, begun: float) -> Leave | NoReply:
        waits_s = begun + longest_wait_s(call.intent) - time.monotonic()
        waits_s = min(within_s(call, fence_ms, self._clock_ms), waits_s)
        return await self._pacer.admit(call, base, fence_ms is not None, waits_s)

    async def _sent(
        self, call: Call, base: str, leave: Leave, fence_ms: int | None, hold: Holds | None
    ) -> Reply | None:
        """None where no connection came free while there was leave to send."""
        pool, prefix = self._at_home().pool(base)
        # A price behind the orders of other batches would be too old for its own, or come too late.
        queues = type(call.intent) is not ReadPrice
        try:
            connection = (pool.at_hand() or await pool.take()) if queues else await pool.take_beside()
        except CannotConnect as why:
            return NoReply(sent=False, cause=str(why))
        try:
            if not leave.holds(time.monotonic()):
                return None
            offset, now_ms = self.offsets.get(base, 0), self._clock_ms()
            signed_ms = now_ms + offset
            if needs_number(call):
                try:
                    signed_ms = await self._number(call, signed_ms)
                except CannotNumber as why:
                    return NoReply(sent=False, cause=str(why))
            request = self._places.request(call, signed_ms)
            if passes_fence(call, request, self._slips.least(base, offset), fence_ms):
                return HELD_BACK
            if is_over(call, hold):
                return NOT_OURS
            timeout_s = min(self._timeout_s, QUESTION_S) if type(call.intent) in QUESTIONS else self._timeout_s
            reply = await connection.request(request, prefix, timeout_s)
            if not call.dialect.abilities.tells_time:
                self._read_date(call, base, reply, now_ms)
            return reply
        finally:
            pool.put_back(connection, has_slot=queues)

    async def _number(self, call: Call, now_ms: int) -> int:
        """The call's own, where the exchange wants one; `now_ms` (Unix ms, in the exchange's clock) or above."""
        return await asyncio.to_thread(self._rising.next, call.credentials.api_key, now_ms)

    async def drive(self, flow: Flow[T], fence_ms: int | None = None, hold: Holds | None = None) -> T:
        """What the flow returns, having been given an answer to each of its calls."""
        try:
            call = next(flow)
            while True:
                sent_s = time.monotonic()
                call = flow.send(await self.send(call, fence_ms, hold))
                if call.resync:
                    await self._resync(call, sent_s)
        except StopIteration as end:
            result: T = end.value
            return result

    async def warm(self, dialect: Dialect, market: Market, environment: str, connections: int = 16) -> int:
        """Opens up to `connections` connections and learns the clock offset; returns how many answers came."""
        call = time_call(dialect, market, environment)
        found = await asyncio.gather(*(self._timed(call) for _ in range(connections)))
        answered = [answer for answer in found if answer is not None]
        if answered:
            # The quickest answer tells it best.
            self._learn(self._places.of(call), min(answered, key=lambda answer: answer.round_trip_ms))
        return len(answered)

    def base_of(self, dialect: Dialect, market: Market, environment: str) -> str:
        """Where its questions go to; empty for paper where there is no simulator."""
        try:
            return self._places.venue(dialect.name, market, environment)
        except Nowhere:
            return ""

    async def close(self) -> None:
        home, self._home = self._home, None
        if home is not None:
            home.close()

    async def _timed(self, call: Call) -> Measured | None:
        asked_ms = self._clock_ms()
        reply = await self.send(call)
        return measured(call, reply, asked_ms, self._clock_ms())

    async def _resync(self, refused: Call, sent_s: float) -> None:
        """One question, however many conversations were refused for their time: the others wait for its answer."""
        base, asking = self._places.of(refused), self._at_home().asking
        if base not in asking:
            if not self._asked.is_due(base, sent_s):
                return
            self._asked.note(base)
            asking[base] = asyncio.ensure_future(self._measure(base, time_call_for(refused)))
            asking[base].add_done_callback(lambda _: asking.pop(base))
        await asyncio.shield(asking[base])

    async def _measure(self, base: str, question: Call) -> None:
        found = await self._timed(question)
        if found is not None:
            self._learn(base, found)

    def _read_date(self, call: Call, base: str, reply: Reply, signed_ms: int) -> None:
        found = dated(call, reply, signed_ms, self._clock_ms()) if self._asked.is_date_due(base) else None
        if found is not None:
            self._learn(base, found)

    def _learn(self, base: str, found: Measured) -> None:
        self._asked.note(base)
        self._slips.note(base, self.offsets.get(base, found.offset_ms), found.offset_ms)
        self.offsets[base] = found.offset_ms
        # Whoever keeps it may take its time; the loop has none.
        asyncio.get_running_loop().run_in_executor(None, self._tell, found)

    def _at_home(self) -> _Home:
        loop = asyncio.get_running_loop()
        if self._home is None or self._home.loop is not loop:
            if self._home is not None:
                # Kept, never collected: collecting would close sockets that a forked parent still uses.
                self._left_behind.append(self._home)
            self._home = _Home(loop, self._connections)
        return self._home


class _Home:
    """What belongs to one event loop: a pool an origin."""

    def __init__(self, loop: asyncio.AbstractEventLoop, connections: int) -> None:
        self.loop = loop
        self._connections = connections
        # Making a context costs 16 ms, so every connection of the process shares one.
        self._tls = ssl.create_default_context()
        self._pools: dict[str, Pool] = {}
        self._found: dict[str, tuple[Pool, str]] = {}
        self.asking: dict[str, asyncio.Future[None]] = {}
        """Base URL -> the one question for its time that is under way."""
        self.prices: dict[tuple[str, int, Intent], asyncio.Future[Reply]] = {}
        """Base URL, dialect and question -> its answer that is under way."""

    def pool(self, base: str) -> tuple[Pool, str]:
        """The connections to its origin, and what the base URL has behind that."""
        found = self._found.get(base)
        if found is None:
            where = origin(base)
            if where not in self._pools:
                self._pools[where] = Pool(where, self._connections, self._tls)
            found = self._found[base] = self._pools[where], base.removeprefix(where)
        return found

    def close(self) -> None:
        for pool in self._pools.values():
            pool.close()
