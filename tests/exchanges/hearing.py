"""What one dialect is asked and answered, and what it may never make of an answer, however garbled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from mysignals.domain.intents import (
    WRITES,
    CancelOrder,
    CloseTrade,
    Intent,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    PlaceProtectedEntry,
    QueryOrder,
)
from mysignals.domain.outcomes import Accepted, NotSent, OrderReport, Outcome, Rejected, Trade, Trades
from mysignals.exchanges.dialect import Dialect
from mysignals.exchanges.wire import HttpResponse

from .garbled import ODD

GOOD, WRONG, BROKEN = range(200, 300), range(400, 500), range(500, 1000)
AT_THE_DOOR = (401, 403, 418, 429)
"""Whoever answers so has not let the request in, whatever the body."""


@dataclass(frozen=True)
class Hearing:
    """`answers` are real ones, whole; `odd` values and `keys` are those that mean something to this exchange."""

    name: str
    dialect: Dialect
    intents: Sequence[Intent]
    answers: Sequence[Any]
    keys: Sequence[str]
    odd: Sequence[Any]
    codes: frozenset[str] = frozenset()
    """Where an answer says that it is an error: a good status without one of these keys is no refusal."""
    told: Callable[[Any], Any] = lambda data: data
    """The envelope of a success."""
    in_a_yes: bytes = b""
    """Without which there is no success."""
    nothing_to_do: Callable[[Intent, bytes], bool] = lambda _, __: False
    """An error that says that all is as it was wanted."""
    failed: tuple[bytes, ...] = ()
    """What a server's error has to say to be a refusal."""

    def __str__(self) -> str:
        return self.name

    @property
    def every_odd(self) -> Sequence[Any]:
        return (*ODD, *self.odd)

    @property
    def writes(self) -> list[Intent]:
        return [intent for intent in self.intents if isinstance(intent, WRITES)]

    def decode(self, intent: Intent, document: Any, status: int = 200) -> Outcome:
        return self.check(intent, status, orjson.dumps(document))

    def check(self, intent: Intent, status: int, body: bytes) -> Outcome:
        outcome = self.dialect.decode(intent, HttpResponse(status, body))
        told = (self.name, intent, status, body[:2000], outcome)
        assert type(outcome).__module__ == "mysignals.domain.outcomes", told
        assert not isinstance(outcome, NotSent), told
        if isinstance(outcome, Accepted | Trade | Trades):
            assert (status in GOOD and self.in_a_yes in body) or self.nothing_to_do(intent, body), told
        if isinstance(outcome, Accepted):
            assert all(isinstance(order, OrderReport) and order.filled.is_finite() for order in outcome.orders), told
            assert is_about(intent, outcome.orders), ("another order", told)
        if isinstance(outcome, Rejected):
            assert status not in BROKEN or any(words in body for words in self.failed), ("a lost answer", told)
            if isinstance(intent, WRITES):
                assert status in WRONG or any(key.encode() in body for key in self.codes), ("no error", told)
        return outcome


def is_about(intent: Intent, orders: Sequence[OrderReport]) -> bool:
    """Whether they are those that the intent names; what cancels all names none."""
    told = {order.client_id for order in orders}
    match intent:
        case PlaceOrder() | PlaceExit():
            return told == {intent.client_id}
        case PlaceOco():
            return told == {intent.target_id, intent.stop_id}
        case PlaceProtectedEntry():
            return told == {intent.entry_id, intent.target_id, intent.stop_id}
        case QueryOrder() | CancelOrder():
            ids = {order.exchange_id for order in orders}
            return intent.exchange_id in ids if intent.exchange_id else intent.client_id in told
        case CloseTrade():
            return {order.exchange_id for order in orders} == {intent.exchange_id}
        case _:
            return True
