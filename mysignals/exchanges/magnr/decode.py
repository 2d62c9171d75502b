"""From Magnr's answer to an outcome, whatever the bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mysignals.domain.intents import CloseTrade, Intent, OpenTrade, ReadTrade, ReadTrades
from mysignals.domain.outcomes import Accepted, OrderReport, OrderState, Outcome, Trade, Trades, Unknown
from mysignals.exchanges.reading import Unreadable, document, items, mapping
from mysignals.exchanges.wire import HttpResponse

from .refusals import refusal
from .trades import trade, trade_id

SUCCESS = 2
"""The first digit of the status."""


def outcome(intent: Intent, response: HttpResponse) -> Outcome:
    if response.status // 100 != SUCCESS:
        return refusal(intent, response)
    try:
        return READERS[type(intent)](intent, document(response.body))
    except Unreadable as why:
        return Unknown(f"unreadable answer: {why}", f"HTTP {response.status}")


def _acknowledged(answer: Any) -> Accepted:
    """Only that it is on its way: what became of it tells the trade."""
    return Accepted((OrderReport(client_id="", exchange_id=trade_id(answer), state=OrderState.NEW),))


def _closed(intent: CloseTrade, answer: Any) -> Accepted:
    if trade_id(answer) != intent.exchange_id:
        raise Unreadable("the answer is about another trade")
    return _acknowledged(answer)


def _one(intent: ReadTrade, answer: Any) -> Trade:
    found = trade(mapping(answer).get("trade"))
    if found.exchange_id != intent.exchange_id:
        raise Unreadable("the answer is about another trade")
    return found


def _all(answer: Any) -> Trades:
    """All or nothing: a trade left out would be taken for one that never arrived."""
    return Trades(tuple(trade(told) for told in items(mapping(answer).get("trades"))))


READERS: dict[type, Callable[[Any, Any], Outcome]] = {
    OpenTrade: lambda _, answer: _acknowledged(answer),
    ReadTrades: lambda _, answer: _all(answer),
    ReadTrade: _one,
    CloseTrade: _closed,
}
