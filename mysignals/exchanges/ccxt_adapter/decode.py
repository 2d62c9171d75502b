"""From another exchange's answer to an outcome, whatever the bytes: ccxt reads it, we check what it read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mysignals.domain.intents import (
    CancelOrder,
    Intent,
    PlaceExit,
    PlaceOrder,
    QueryOrder,
    ReadBalances,
    ReadOpenOrders,
    ReadPositionMode,
    ReadPositions,
    ReadPrice,
    ReadSymbolSettings,
    ReadTime,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
)
from mysignals.domain.outcomes import Accepted, Outcome, PriceRead, Reason, Rejected, TimeRead, Unknown
from mysignals.exchanges.reading import Unreadable, mapping, number, whole
from mysignals.exchanges.wire import HttpResponse

from . import account, orders
from .calls import Speaker, call
from .library import WHAT_ELSE_IT_RAISES, ccxt
from .refusals import refusal
from .socketless import Refused, Socketless


def outcome(at: Speaker, exchange: Socketless, intent: Intent, response: HttpResponse) -> Outcome:
    try:
        told = exchange.reads(call(at, intent), response)
        return READERS[type(intent)](at, intent, told)
    except Refused as refused:
        return refusal(refused.error, intent, response, at.profile)
    except Unreadable as why:
        return Unknown(f"unreadable answer: {why}", f"HTTP {response.status}")
    except ccxt().OrderNotFound as why:
        return orders.NOT_THERE if isinstance(intent, QueryOrder) else _misread(why, response)
    except (ccxt().BaseError, *WHAT_ELSE_IT_RAISES) as why:
        return _misread(why, response)


def _misread(why: Exception, response: HttpResponse) -> Unknown:
    """A good answer in which ccxt does not find what is documented."""
    return Unknown(f"unreadable answer: {type(why).__name__}", f"HTTP {response.status}")


def _price(at: Speaker, intent: ReadPrice, told: Any) -> Outcome:
    found = mapping(told)
    price = number(found, "last")
    if price <= 0 or found.get("symbol") != at.theirs(intent.symbol):
        raise Unreadable("not a price of the symbol")
    return PriceRead(price)


def _time(_: Speaker, __: ReadTime, told: Any) -> Outcome:
    return TimeRead(whole({"time": told}, "time"))


def _set(_: Speaker, __: SetLeverage | SetPositionMode, ___: Any) -> Outcome:
    """No error is all that there is to tell."""
    return Accepted()


def _margin_mode_set(_: Speaker, intent: SetMarginMode, told: Any) -> Outcome:
    """Where the mode is the account's it is only asked."""
    found = mapping(told)
    if "marginMode" not in found or found["marginMode"] == intent.mode.value:
        return Accepted()
    if found["marginMode"] is None:
        raise Unreadable("a margin mode that is not documented")
    words = "the margin mode is a setting of the whole account there, which is yours to change"
    return Rejected(Reason.MODE, "", words)


READERS: dict[type, Callable[[Speaker, Any, Any], Outcome]] = {
    PlaceOrder: orders.placed,
    PlaceExit: orders.placed,
    QueryOrder: orders.queried,
    CancelOrder: orders.cancelled,
    ReadOpenOrders: orders.open_orders,
    ReadBalances: account.balances,
    ReadPositions: account.positions,
    ReadPositionMode: account.position_mode,
    SetPositionMode: _set,
    ReadSymbolSettings: account.symbol_settings,
    SetLeverage: _set,
    SetMarginMode: _margin_mode_set,
    ReadPrice: _price,
    ReadTime: _time,
}
