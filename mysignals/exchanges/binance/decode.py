"""From Binance's answer to an outcome, whatever the bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mysignals.domain.intents import (
    WRITES,
    CancelAll,
    CancelOrder,
    Intent,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    PlaceProtectedEntry,
    QueryOrder,
    ReadBalances,
    ReadCandles,
    ReadOpenOrders,
    ReadPermissions,
    ReadPositionMode,
    ReadPositions,
    ReadPrice,
    ReadRules,
    ReadSymbolSettings,
    ReadTime,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
)
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OpenOrders, OrderReport, Outcome, PriceRead, Rejected, TimeRead, Unknown
from mysignals.exchanges.reading import Unreadable, document, mapping, number, whole
from mysignals.exchanges.wire import HttpResponse

from . import account
from .candles import candles
from .codes import NO_OTHER_MARGIN_TYPE, NO_OTHER_POSITION_SIDE, UNKNOWN_ORDER
from .open_orders import all_cancelled, open_algo_orders, open_orders
from .orders import algo_order, cancelled_algo_order, order, order_list
from .refusals import error_code, refusal
from .rules import rules

SUCCESS, OK = 2, 200
"""The first digit of the status; the code that comes with `success`."""
AS_WE_WANT_IT = {
    SetMarginMode: str(NO_OTHER_MARGIN_TYPE),
    SetPositionMode: str(NO_OTHER_POSITION_SIDE),
    CancelAll: str(UNKNOWN_ORDER),
}
"""Refusals which say that there was nothing to do."""


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
    is_told_by_code = isinstance(found, Rejected) or found.unmapped
    return Accepted() if is_told_by_code and found.code == AS_WE_WANT_IT.get(type(intent)) else found


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
    return _asked_first(intent, (algo_order(answer) if _is_algo(intent) else order(answer),))


def _cancelled(intent: CancelOrder, answer: Any) -> Accepted:
    """Cancelling one leg of a spot list answers with the whole list, because all of it is cancelled."""
    if _is_algo(intent):
        return _asked_first(intent, (cancelled_algo_order(answer),))
    if "orderReports" in mapping(answer):
        return _asked_first(intent, order_list(answer, ()))
    return _asked_first(intent, (order(answer),))


def _asked_first(intent: QueryOrder | CancelOrder, told: tuple[OrderReport, ...]) -> Accepted:
    """An order asked for by Binance's own id may have a client id that we do not know."""
    asked = [report for report in told if _is_asked(intent, report)]
    if not asked:
        raise Unreadable("the answer is about another order")
    return Accepted((*asked, *(report for report in told if report not in asked)))


def _is_asked(intent: QueryOrder | CancelOrder, report: OrderReport) -> bool:
    return report.exchange_id == intent.exchange_id if intent.exchange_id else report.client_id == intent.client_id


def _is_algo(intent: QueryOrder | CancelOrder | CancelAll | ReadOpenOrders) -> bool:
    return intent.conditional and intent.market is Market.FUTURES


def _all_cancelled(intent: CancelAll, answer: Any) -> Accepted:
    """Futures say no more than that it is done."""
    return Accepted(all_cancelled(answer)) if intent.market is Market.SPOT else _done(answer)


def _open_orders(intent: ReadOpenOrders, answer: Any) -> OpenOrders:
    return open_algo_orders(answer) if _is_algo(intent) else open_orders(answer)


def _balances(intent: ReadBalances, answer: Any) -> Outcome:
    is_spot = intent.market is Market.SPOT
    return account.spot_balances(answer) if is_spot else account.futures_balances(answer)


def _leverage_set(intent: SetLeverage, answer: Any) -> Accepted:
    if whole(mapping(answer), "leverage") != intent.leverage:
        raise Unreadable("another leverage than asked for")
    return Accepted()


def _done(answer: Any) -> Accepted:
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
    CancelAll: _all_cancelled,
    ReadOpenOrders: _open_orders,
    ReadBalances: _balances,
    ReadPositions: lambda _, answer: account.positions(answer),
    ReadPositionMode: lambda _, answer: account.position_mode(answer),
    ReadSymbolSettings: lambda intent, answer: account.symbol_settings(answer, intent.symbol),
    SetLeverage: _leverage_set,
    SetMarginMode: lambda _, answer: _done(answer),
    SetPositionMode: lambda _, answer: _done(answer),
    ReadPermissions: lambda _, answer: account.permissions(answer),
    ReadRules: lambda intent, answer: rules(answer, intent.market),
    ReadPrice: _price,
    ReadCandles: candles,
    ReadTime: lambda _, answer: TimeRead(whole(mapping(answer), "serverTime")),
}
