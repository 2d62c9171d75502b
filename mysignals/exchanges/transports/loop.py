"""One long-lived event loop in a thread of its own, for worker threads to run conversations on."""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from typing import Any, Literal, Protocol, TypeVar, overload

import uvloop

from mysignals.exchanges.market_data import Flow

from .fence import Holds
from .under_way import UnderWay

T = TypeVar("T")
CLOSING_S = 5


class Driver(Protocol):
    """What runs a conversation on an event loop."""

    async def drive(self, flow: Flow[T], fence_ms: int | None = None, hold: Holds | None = None) -> T: ...

    async def close(self) -> None: ...


class Loop:
    """Started when first used, and again in the child of a fork. Any thread may call it."""

    def __init__(self, transport: Driver) -> None:
        self.transport = transport
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        os.register_at_fork(after_in_child=self._forget)
        atexit.register(self.close)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Blocks until the coroutine has ended on the loop; raises what it raises."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._running()).result()

    def begin(self, flow: Flow[T]) -> Future[T]:
        """Returns at once, with what will hold the flow's result."""
        return asyncio.run_coroutine_threadsafe(self.transport.drive(flow), self._running())

    @overload
    def run_flows(
        self, flows: Sequence[Flow[T]], fence_ms: int | None = None, *, hold: Holds | None = None
    ) -> list[T]: ...

    @overload
    def run_flows(
        self,
        flows: Sequence[Flow[T]],
        fence_ms: int | None = None,
        *,
        hold: Holds | None = None,
        keep_failures: Literal[True],
    ) -> list[T | BaseException]: ...

    def run_flows(
        self,
        flows: Sequence[Flow[T]],
        fence_ms: int | None = None,
        *,
        hold: Holds | None = None,
        keep_failures: bool = False,
    ) -> list[Any]:
        """All flows at once; their results in the order of `flows`. No order is signed for later than `fence_ms`, and
        nothing is written once `hold` is not ours any more.

        An exception in a flow is a bug of ours and never stops the others: it is raised when all have ended or,
        with `keep_failures`, returned in the flow's place.
        """
        results = self.run(self._all(flows, fence_ms, hold))
        failures = [result for result in results if isinstance(result, BaseException)]
        if failures and not keep_failures:
            raise failures[0]
        return results

    def begin_flows(
        self, flows: Sequence[Flow[T]], fence_ms: int | None = None, *, hold: Holds | None = None
    ) -> UnderWay[T]:
        """As `run_flows` with `keep_failures`, for whoever takes what has ended while the others go on."""
        under_way: UnderWay[T] = UnderWay()
        self.run(under_way.begin(self.transport.drive(flow, fence_ms, hold) for flow in flows))
        return under_way

    async def _all(self, flows: Sequence[Flow[T]], fence_ms: int | None, hold: Holds | None) -> list[T | BaseException]:
        driven = (self.transport.drive(flow, fence_ms, hold) for flow in flows)
        return await asyncio.gather(*driven, return_exceptions=True)

    def close(self) -> None:
        """Closes the connections and ends the thread. A later call starts anew."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None or not thread.is_alive():
            return
        asyncio.run_coroutine_threadsafe(self._wind_up(), loop).result(CLOSING_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(CLOSING_S)
        loop.close()

    async def _wind_up(self) -> None:
        """What is under way ends here: whoever waits for it would wait for ever, and so would uvloop's `close` for its
        connections, deaf to every signal.
        """
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self.transport.close()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = uvloop.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="exchanges", daemon=True)
                self._thread.start()
            return self._loop

    def _forget(self) -> None:
        """A fork copies the loop but not its thread."""
        self._lock = threading.Lock()
        self._loop = self._thread = None
