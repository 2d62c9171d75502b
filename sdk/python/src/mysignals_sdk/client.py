"""The client for programs that wait for their answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
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


class Client:
    """`with Client(api_key, api_secret) as client: client.account()`.

    Every method raises the errors of `mysignals_sdk.errors`, and ValueError for what is wrong before anything is sent.
    `timeout` is in seconds, for each attempt. May be shared by threads.
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
        self._http = httpx.Client(**transport.settings(base_url, timeout))

    def __repr__(self) -> str:
        return f"Client({self._api_key!r})"

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    @property
    def clock_offset(self) -> float:
        """Seconds that the server's clock is ahead of this machine's, as far as a refusal has told."""
        return self._clock.offset_s

    def signal(
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
        """Queue a signal; returns before any exchange has answered: `wait` tells what came of it.

        `risk_percent` is the share of the available balance used as margin, in percent; `quantity`, in base, overrides
        it. `idempotency_key` is made anew for each call unless you name one.
        """
        fields = {
            "symbol": symbol, "action": action, "market": market, "leverage": leverage, "risk_percent": risk_percent,
            "quantity": quantity, "stop_loss": stop_loss, "take_profit": take_profit, "comment": comment,
        }  # fmt: skip
        return self.ask(calls.signal(fields, idempotency_key))

    def order(
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
        """Queue an order for your own accounts, all that are ready or the one named; a limit order needs `price`."""
        fields = {
            "symbol": symbol, "side": side, "type": type, "quantity": quantity, "risk_percent": risk_percent,
            "price": price, "market": market, "leverage": leverage, "reduce_only": reduce_only, "stop_loss": stop_loss,
            "take_profit": take_profit, "exchange_account_id": exchange_account_id, "comment": comment,
        }  # fmt: skip
        return self.ask(calls.order(fields, idempotency_key))

    def account(self, environment: Environment | None = None) -> Account:
        return self.ask(calls.account(environment))

    def positions(self, environment: Environment | None = None) -> Positions:
        return self.ask(calls.positions(environment))

    def signal_state(self, signal_id: str) -> SignalState:
        return self.ask(calls.signal_state(signal_id))

    def order_state(self, order_id: str) -> OrderState:
        return self.ask(calls.order_state(order_id))

    def watch(self, id: str, *, timeout: float | None = None) -> Iterator[SignalState | OrderState]:
        """The state of a `signal_id` or `order_id` now, and again whenever it has changed; ends after `timeout`
        seconds.
        """
        began, last = time.monotonic(), None
        for pause in pauses():
            state = self.ask(calls.state(id))
            if last is None or not state.is_like(last):
                yield state
            last = state
            if timeout is not None and time.monotonic() - began + pause > timeout:
                return
            time.sleep(pause)

    def wait(self, id: str, *, timeout: float = 60.0) -> SignalState | OrderState:
        """The state as soon as every exchange has answered; raises NotSettled after `timeout` seconds."""
        last: SignalState | OrderState | None = None
        for last in self.watch(id, timeout=timeout):
            if last.is_settled:
                return last
        raise NotSettled(f"{id} is not settled after {timeout:g} s", last)

    def ask(self, call: Call[Answer]) -> Answer:
        """Any call of `mysignals_sdk.calls`, or one of your own."""
        heard: Reply | NoReply | None = None
        talk = converse(call, self._retries, self._clock, time.monotonic)
        while True:
            try:
                step = talk.send(heard)
            except StopIteration as end:
                return transport.read(call, end.value)
            heard = self._do(step, call)

    def _do(self, step: Send | Pause, call: Call[Answer]) -> Reply | NoReply | None:
        if isinstance(step, Pause):
            time.sleep(step.seconds)
            return None
        try:
            return transport.reply(self._http.send(transport.signed(self._http, call, self._signer, step.timestamp)))
        except httpx.RequestError as error:
            return transport.no_reply(error, self._http.base_url)
