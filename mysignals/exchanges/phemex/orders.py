"""Orders as Phemex tells them: one, or one searched in a list, or all that rest (EXCHANGES 6.6 to 6.8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mysignals.domain.intents import CancelOrder, QueryOrder, ReadOpenOrders
from mysignals.domain.market import Side
from mysignals.domain.outcomes import ENDED, OpenOrder, OpenOrders, OrderReport, OrderState
from mysignals.exchanges.reading import Unreadable, items, mapping, moment, text

from .apis import QUOTE, Api, spelled
from .enumerations import exit_kind, side, state
from .figures import FIGURES, Figures, Row, trigger_price
from .scales import SPOT, told

NS_PER_MS = 1_000_000
ZERO = Decimal(0)


def rows(data: Any) -> list[Row]:
    """A list, or `rows` of an object: both are documented (EXCHANGES 6.7)."""
    listed = data if isinstance(data, list) else items(mapping(data).get("rows"))
    return [mapping(row) for row in listed]


def row_or_rows(data: Any) -> list[Row]:
    """As `rows`; where a single order is asked for the object may be the order itself."""
    return [data] if isinstance(data, dict) and "rows" not in data else rows(data)


def report(row: Row, api: Api, client_id: str = "") -> OrderReport:
    """`client_id` where the row itself tells none. `Created` acknowledges only: state NEW with nothing filled."""
    return _report(row, FIGURES[api](row), api, client_id)


def _report(row: Row, figures: Figures, api: Api, client_id: str) -> OrderReport:
    found = state(row)
    if found is OrderState.FILLED and not figures.filled:
        raise Unreadable("filled with nothing")
    return OrderReport(
        client_id=told_client_id(row) or client_id,
        exchange_id=text(row, "orderId" if "orderId" in row else "orderID"),
        state=found,
        filled=figures.filled,
        average_price=figures.average or None,
        commission_in_base=_commission_in_base(row) if api is Api.SPOT else ZERO,
        quantity=figures.quantity or None,
        changed_ms=moment(row, "transactTimeNs", NS_PER_MS),
    )


def told_client_id(row: Row) -> str:
    """Empty of an order that somebody placed by hand, or that the exchange made itself."""
    key = "clOrdId" if "clOrdId" in row else "clOrdID"
    return text(row, key) if row.get(key) else ""


def _commission_in_base(row: Row) -> Decimal:
    """A buyer pays his fee in what he bought. Histories number currencies: such a fee is not read."""
    if not row.get("cumFeeEv") or side(row) is not Side.BUY:
        return ZERO
    is_base = spelled(f"{row.get('feeCurrency')}{QUOTE}", Api.SPOT) == row.get("symbol")
    return max(told(row, "cumFeeEv", SPOT), ZERO) if is_base else ZERO


def found_in(told_rows: list[Row], asked: QueryOrder | CancelOrder, api: Api) -> OrderReport | None:
    """The order that was asked for; None where it is not among the rows."""
    for row in told_rows:
        if _is_it(row, asked):
            return report(row, api, asked.client_id)
    return None


def _is_it(row: Row, asked: QueryOrder | CancelOrder) -> bool:
    if asked.exchange_id:
        return asked.exchange_id in (row.get("orderID"), row.get("orderId"))
    return asked.client_id in (row.get("clOrdID"), row.get("clOrdId"))


def tells_no_client_id(row: Row, asked: QueryOrder, api: Api) -> bool:
    """The spot history is asked for a client id, and its documented answer does not hold any."""
    is_silent = not asked.exchange_id and "clOrdID" not in row and "clOrdId" not in row
    return is_silent and asked.history and row.get("symbol") == spelled(asked.symbol, api)


def open_orders(data: Any, asked: ReadOpenOrders, api: Api) -> OpenOrders:
    """Of one list in which conditional orders and others stand together."""
    wanted = [row for row in rows(data) if (exit_kind(row) is not None) is asked.conditional]
    return OpenOrders(tuple(_open_order(row, asked.symbol, api) for row in wanted))


def ended_orders(data: Any, asked: ReadOpenOrders, api: Api) -> OpenOrders:
    """Of a list of all that the database has of the symbol: it may hold live ones, too, which are left out."""
    told_rows = [_open_order(row, asked.symbol, api) for row in rows(data)]
    return OpenOrders(tuple(order for order in told_rows if order.report.state in ENDED))


def _open_order(row: Row, symbol: str, api: Api) -> OpenOrder:
    figures = FIGURES[api](row)
    if row.get("symbol") != spelled(symbol, api):
        raise Unreadable("an order of another symbol")
    return OpenOrder(
        report=_report(row, figures, api, ""),
        symbol=symbol,
        side=side(row),
        quantity=figures.quantity,
        kind=exit_kind(row),
        trigger_price=trigger_price(row, api) or None,
        created_ms=_created_ms(row),
    )


def _created_ms(row: Row) -> int:
    return moment(row, "actionTimeNs", NS_PER_MS) or moment(row, "createTimeNs", NS_PER_MS)
