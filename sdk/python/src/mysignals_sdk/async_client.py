"""The client for programs with an event loop: the same methods as Client, each to be awaited."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from types import TracebackType
from typing import TypeVar

import httpx

from . import calls, transport
from .answers import Account, OrderReceipt, OrderState, Positions, SignalReceipt, SignalState
from .calls import Action, Environment, Market, Number, OrderType, Side
from .conversation import Pause, Retries, Send, ServerClock, converse
from .errors import NotSettled
from .signing import Secret, Signer
from .watching import pauses
from .wire import Call, NoReply, Reply

Answer = TypeVar("Answer")


class AsyncClient:
    """`async with AsyncClient(api_key, api_secret) as client: await client.account()`.

    Arguments and errors are those of Client.
    """

    _api_key = ""
    """Empty while it is being made: it may be told about then, too."""

    def __init__(
        self,
        api_key: str,
        api_secret: str | Secret,
        *,
        base_url: str = transport.DEFAULT_BASE_URL,
        timeout: float = transport.DEFAULT_TIMEOUT_S,
        retries: Retries | None = None,
    ) -> None:
        hidden, api_secret = Secret(api_secret), ""  # Before anything can fail and be told with its values.
        self._signer = Signer(api_key, hidden)
        self._api_key = api_key
        self._retries = retries or Retries()
        self._clock = ServerClock()
        self._http = httpx.AsyncClient(**transport.settings(base_url, timeout))

    def __repr__(self) -> str:
        return f"AsyncClient({self._api_key!r})"

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    @property
    def clock_offset(self) -> float:
        """As Client.clock_offset."""
        return self._clock.offset_s

    async def signal(
        self,
        symbol: str,
        action: Action,
        *,
        market: Market | None = None,
        leverage: int | None = None,
        risk_percent: Number | None = None,
        quantity: Number | None = None,
        stop_loss: Number | None = None,
        take_profit: Number | None = None,
        comment: str | None = None,
        idempotency_key: str | None = None,
    ) -> SignalReceipt:
        """As Client.signal."""
        fields = {
            "symbol": symbol, "action": action, "market": market, "leverage": leverage, "risk_percent": risk_percent,
            "quantity": quantity, "stop_loss": stop_loss, "take_profit": take_profit, "comment": comment,
        }  # fmt: skip
        return await self.ask(calls.signal(fields, idempotency_key))

    async def order(
        self,
        symbol: str,
        side: Side,
        *,
        type: OrderType | None = None,
        quantity: Number | None = None,
        risk_percent: Number | None = None,
        price: Number | None = None,
        market: Market | None = None,
        leverage: int | None = None,
        reduce_only: bool | None = None,
        stop_loss: Number | None = None,
        take_profit: Number | None = None,
        exchange_account_id: int | None = None,
        comment: str | None = None,
        idempotency_key: str | None = None,
    ) -> OrderReceipt:
        """As Client.order."""
        fields = {
            "symbol": symbol, "side": side, "type": type, "quantity": quantity, "risk_percent": risk_percent,
            "price": price, "market": market, "leverage": leverage, "reduce_only": reduce_only, "stop_loss": stop_loss,
            "take_profit": take_profit, "exchange_account_id": exchange_account_id, "comment": comment,
        }  # fmt: skip
        return await self.ask(calls.order(fields, idempotency_key))

    async def account(self, environment: Environment | None = None) -> Account:
        return await self.ask(calls.account(environment))

    async def positions(self, environment: Environment | None = None) -> Positions:
        return await self.ask(calls.positions(environment))

    async def signal_state(self, signal_id: str) -> SignalState:
        return await self.ask(calls.signal_state(signal_id))

    async def order_state(self, order_id: str) -> OrderState:
        return await self.ask(calls.order_state(order_id))

    async def watch(self, id: str, *, timeout: float | None = None) -> AsyncIterator[SignalState | OrderState]:
        """As Client.watch."""
        began, last = time.monotonic(), None
        for pause in pauses():
            state = await self.ask(calls.state(id))
            if last is None or not state.is_like(last):
                yield state
            last = state
            if timeout is not None and time.monotonic() - began + pause > timeout:
                return
            await asyncio.sleep(pause)

    async def wait(self, id: str, *, timeout: float = 60.0) -> SignalState | OrderState:
        """As Client.wait."""
        last: SignalState | OrderState | None = None
        async for last in self.watch(id, timeout=timeout):
            if last.is_settled:
                return last
        raise NotSettled(f"{id} is not settled after {timeout:g} s", last)

    async def ask(self, call: Call[Answer]) -> Answer:
        """As Client.ask."""
        heard: Reply | NoReply | None = None
        talk = converse(call, self._retries, self._clock, time.monotonic)
        while True:
            try:
                step = talk.send(heard)
            except StopIteration as end:
                return transport.read(call, end.value)
            heard = await self._do(step, call)

    async def _do(self, step: Send | Pause, call: Call[Answer]) -> Reply | NoReply | None:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return None
        try:
            request = transport.signed(self._http, call, self._signer, step.timestamp)
            return transport.reply(await self._http.send(request))
        except httpx.RequestError as error:
            return transport.no_reply(error, self._http.base_url)
