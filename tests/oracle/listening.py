"""ccxt's WebSocket half, led to the simulator, beside the account that trades over REST."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import ccxt.pro

from .account import Account, Market

PATIENCE_S = 15


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """Where a market speaks.

    `doors` are the paths under ccxt's names of them; `confirms` knows the message which tells that the subscription
    stands, and is None where an open connection is one.
    """

    market: Market[Any]
    make: Callable[[dict[str, Any]], Any]
    doors: Any
    confirms: Callable[[Any], bool] | None


class Listener:
    """`heard` is every message as it came."""

    def __init__(self, account: Account[Any], stream: Stream) -> None:
        self.account = account
        self.heard: list[Any] = []
        self._confirms, self._ready, self._news = stream.confirms, asyncio.Event(), asyncio.Event()
        self.exchange = self._redirected(stream)

    def _redirected(self, stream: Stream) -> Any:
        beside = self.account.ccxt
        keys = {"apiKey": beside.apiKey, "secret": beside.secret, "password": beside.password}
        exchange = stream.make({**keys, "enableRateLimit": False, "number": str, "options": beside.options})
        origin = self.account.simulator.url.replace("http://", "ws://")
        exchange.urls["api"] = {**beside.urls["api"], "ws": _behind(origin, stream.doors)}
        exchange.urls["test"] = {}
        exchange.options["watchPositions"] = {"fetchPositionsSnapshot": False, "awaitPositionsSnapshot": False}
        # A busy machine may starve a heartbeat; whether one is kept is tested at the simulator itself.
        exchange.streaming = {**exchange.streaming, "maxPingPongMisses": 20}
        exchange.set_markets(list(beside.load_markets().values()))
        self._handle, exchange.handle_message = exchange.handle_message, self._hear
        if stream.confirms is None:
            exchange.on_connected = lambda *_: self._ready.set()
        return exchange

    def _hear(self, client: Any, message: Any) -> None:
        self.heard.append(message)
        self._handle(client, message)
        if self._confirms is not None and self._confirms(message):
            self._ready.set()
        self._news.set()

    async def after(
        self, watching: Coroutine[Any, Any, Any], deed: Callable[[], Any], told: Callable[[], bool] | None = None
    ) -> Any:
        """What `watching` answers, once ccxt has `told` it or PATIENCE_S after the deed.

        The deed waits until it will be told; the answer may be about what was so before.
        """
        answer = asyncio.ensure_future(watching)
        await asyncio.wait_for(self._ready.wait(), PATIENCE_S)
        await asyncio.to_thread(deed)
        if told is None:
            return await asyncio.wait_for(answer, PATIENCE_S)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while not told():
                    self._news.clear()
                    await self._news.wait()
        answer.cancel()
        return None


def _behind(origin: str, doors: Any) -> Any:
    if isinstance(doors, str):
        return origin + doors
    return {name: _behind(origin, door) for name, door in doors.items()}


def listened(account: Account[Any], stream: Stream, talk: Callable[[Listener], Coroutine[Any, Any, Any]]) -> Any:
    """The talk's outcome, with a listener that is closed behind it."""

    async def conversation() -> Any:
        listener = Listener(account, stream)
        try:
            return await talk(listener)
        finally:
            await listener.exchange.close()

    return asyncio.run(conversation())


def bitget(market: Market[Any]) -> Stream:
    doors = {"public": "/bitget/v2/ws/public", "private": "/bitget/v2/ws/private"}
    return Stream(market, ccxt.pro.bitget, doors, lambda message: message.get("event") == "subscribe")


def phemex(market: Market[Any]) -> Stream:
    return Stream(market, ccxt.pro.phemex, "/phemex/ws", lambda message: message.get("type") == "snapshot")


def binance_spot(market: Market[Any]) -> Stream:
    doors = {"spot": "/binance/nowhere", "ws-api": {"spot": "/binance/ws-api/v3"}}
    return Stream(market, ccxt.pro.binance, doors, lambda message: "subscriptionId" in (message.get("result") or {}))


def binance_futures(market: Market[Any]) -> Stream:
    doors = {"linear": "/binance-futures/ws", "ws-api": {"linear": "/binance-futures/nowhere"}}
    return Stream(market, ccxt.pro.binanceusdm, doors, None)
