"""From Binance's answer to an outcome, whatever the bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mysignals.domain.intents import (
    WRITES,
    CancelOrder,
    Intent,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    PlaceProtectedEntry,
    QueryOrder,
    ReadBalances,
    ReadPermissions,
    ReadPositionMode,
    ReadPositions,
    ReadPrice,
    ReadRules,
    ReadSymbolSettings,
    ReadTime,
    SetLeverage,
    SetMarginMode,
)
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OrderReport, Outcome, PriceRead, TimeRead, Unknown
from mysignals.exchanges.reading import Unreadable, document, mapping, number, whole
from mysignals.exchanges.wire import HttpResponse

from . import account
from .codes import ALREADY_SO
from .orders import algo_order, cancelled_algo_order, order, order_list
from .refusals import error_code, refusal
from .rules import rules

SUCCESS, OK = 2, 200
"""The first digit of the status; the code that comes with `success`."""


def outcome(intent: Intent, response: HttpResponse, market: Market) -> Outcome:
    """`market` is the one whose host answered: its code table counts."""
    try:
        if response.status // 100 != SUCCESS:
            return _refused(intent, response, market)
        answer = document(response.body)
        if error_code(answer) is not None:
            return _refused(intent, response, market)
        return READERS[type(intent)](intent, answer)
    except Unreadable as why:
        return Unknown(f"unreadable answer: {why}", f"HTTP {response.status}")


def _refused(intent: Intent, response: HttpResponse, market: Market) -> Outcome:
    found = refusal(response, market, is_write=isinstance(intent, WRITES))
    if isinstance(intent, SetMarginMode) and found.code in {str(code) for code in ALREADY_SO}:
        return Accepted()
    return found


def _one(report: OrderReport, client_id: str) -> Accepted:
    """An answer about another order is no answer."""
    if report.client_id != client_id:
        raise Unreadable("the answer is about another order")
    return Accepted((report,))


def _placed(intent: PlaceOrder, answer: Any) -> Accepted:
    return _one(order(answer), intent.client_id)


def _exit_placed(intent: PlaceExit, answer: Any) -> Accepted:
    return _one(algo_order(answer), intent.client_id)


def _oco_placed(intent: PlaceOco, answer: Any) -> Accepted:
    return Accepted(order_list(answer, (intent.target_id, intent.stop_id)))


def _entry_placed(intent: PlaceProtectedEntry, answer: Any) -> Accepted:
    return Accepted(order_list(answer, (intent.entry_id, intent.target_id, intent.stop_id)))


def _queried(intent: QueryOrder, answer: Any) -> Accepted:
    return _one(algo_order(answer) if _is_algo(intent) else order(answer), intent.client_id)


def _cancelled(intent: CancelOrder, answer: Any) -> Accepted:
    """Cancelling one leg of a spot list answers with the whole list, because all of it is cancelled."""
    if _is_algo(intent):
        return _one(cancelled_algo_order(answer), intent.client_id)
    if "orderReports" in mapping(answer):
        return Accepted(order_list(answer, (intent.client_id,)))
    return _one(order(answer), intent.client_id)


def _is_algo(intent: QueryOrder | CancelOrder) -> bool:
    return intent.conditional and intent.market is Market.FUTURES


def _balances(intent: ReadBalances, answer: Any) -> Outcome:
    is_spot = intent.market is Market.SPOT
    return account.spot_balances(answer) if is_spot else account.futures_balances(answer)


def _leverage_set(intent: SetLeverage, answer: Any) -> Accepted:
    if whole(mapping(answer), "leverage") != intent.leverage:
        raise Unreadable("another leverage than asked for")
    return Accepted()


def _margin_mode_set(_: SetMarginMode, answer: Any) -> Accepted:
    if whole(mapping(answer), "code") != OK:
        raise Unreadable("neither success nor an error")
    return Accepted()


def _price(intent: ReadPrice, answer: Any) -> PriceRead:
    price = number(mapping(answer), "price")
    if price <= 0 or answer.get("symbol") != intent.symbol:
        raise Unreadable("not a price of the symbol")
    return PriceRead(price)


READERS: dict[type, Callable[[Any, Any], Outcome]] = {
    PlaceOrder: _placed,
    PlaceExit: _exit_placed,
    PlaceOco: _oco_placed,
    PlaceProtectedEntry: _entry_placed,
    QueryOrder: _queried,
    CancelOrder: _cancelled,
    ReadBalances: _balances,
    ReadPositions: lambda _, answer: account.positions(answer),
    ReadPositionMode: lambda _, answer: account.position_mode(answer),
    ReadSymbolSettings: lambda intent, answer: account.symbol_settings(answer, intent.symbol),
    SetLeverage: _leverage_set,
    SetMarginMode: _margin_mode_set,
    ReadPermissions: lambda _, answer: account.permissions(answer),
    ReadRules: lambda intent, answer: rules(answer, intent.market),
    ReadPrice: _price,
    ReadTime: lambda _, answer: TimeRead(whole(mapping(answer), "serverTime")),
}
