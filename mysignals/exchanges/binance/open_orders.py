"""What rests on a symbol, and what a cancel of all of it says (Binance documentation, EXCHANGES 2.3, 2.6, 3.3, 3.5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mysignals.domain.intents import ExitKind
from mysignals.domain.market import Side
from mysignals.domain.outcomes import OpenOrder, OpenOrders, OrderReport
from mysignals.exchanges.reading import Unreadable, items, mapping, number, text, whole

from .orders import algo_order, order, order_list

KINDS = {
    "STOP_LOSS": ExitKind.STOP,
    "STOP_LOSS_LIMIT": ExitKind.STOP,
    "STOP": ExitKind.STOP,
    "STOP_MARKET": ExitKind.STOP,
    "TRAILING_STOP_MARKET": ExitKind.STOP,
    "TAKE_PROFIT": ExitKind.TARGET,
    "TAKE_PROFIT_LIMIT": ExitKind.TARGET,
    "TAKE_PROFIT_MARKET": ExitKind.TARGET,
}
"""Types that wait for a trigger, of both markets. The target of an OCO is a LIMIT_MAKER, which waits for nothing."""

SIDES = {"BUY": Side.BUY, "SELL": Side.SELL}


def open_orders(answer: Any) -> OpenOrders:
    """Of spot, conditional ones among them, or the plain ones of futures.

    A row that cannot be read spoils the list: what rests must not be overlooked.
    """
    return OpenOrders(tuple(_resting(order(told), told, "type", "stopPrice", "time") for told in items(answer)))


def open_algo_orders(answer: Any) -> OpenOrders:
    """The conditional ones of futures."""
    return OpenOrders(
        tuple(_resting(algo_order(told), told, "orderType", "triggerPrice", "createTime") for told in items(answer))
    )


def _resting(report: OrderReport, told: dict[str, Any], type_: str, trigger: str, created: str) -> OpenOrder:
    """The last three are the names under which the store tells them."""
    if report.quantity is None:
        raise Unreadable("no quantity of a resting order")
    kind = KINDS.get(text(told, type_))
    return OpenOrder(
        report=report,
        symbol=text(told, "symbol"),
        side=_side(told),
        quantity=report.quantity,
        kind=kind,
        trigger_price=None if kind is None else _trigger_price(told, trigger),
        created_ms=whole(told, created) if created in told else 0,
    )


def _side(told: dict[str, Any]) -> Side:
    side = SIDES.get(text(told, "side"))
    if side is None:
        raise Unreadable("a side that is not documented")
    return side


def _trigger_price(told: dict[str, Any], name: str) -> Decimal | None:
    """A trailing stop has none of its own."""
    return number(told, name) or None


def all_cancelled(answer: Any) -> tuple[OrderReport, ...]:
    """Spot names every order that it cancelled, those of a list within it. Where nothing rests it refuses instead."""
    told = [mapping(row) for row in items(answer)]
    if not told:
        raise Unreadable("nothing was cancelled and nothing refused")
    return tuple(report for row in told for report in (order_list(row, ()) if "orderReports" in row else (order(row),)))
