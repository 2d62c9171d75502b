"""What we ask Bitget spot in API v2, as calls (EXCHANGES 5.3 to 5.5)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal
from typing import Any

from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    PlaceExit,
    PlaceOrder,
    QueryOrder,
    ReadBalances,
    ReadOpenOrders,
    ReadPermissions,
    ReadPrice,
    ReadRules,
    ReadTime,
)
from mysignals.domain.market import EntryType, Side
from mysignals.domain.money import plain

from .draft import Draft, encoded, quoted

TRADE = "/api/v2/spot/trade/"
QUOTE_STEP = Decimal("1e-8")
"""No symbol takes more decimals of its quote; the rules' quotePrecision is 8 (EXCHANGES 5.3)."""
SIDES = {Side.BUY: "buy", Side.SELL: "sell"}


def place_order(order: PlaceOrder) -> Draft:
    limit = order.type is EntryType.LIMIT
    fields = (
        f'"symbol":{quoted(order.symbol)},"side":"{SIDES[order.side]}","orderType":"{"limit" if limit else "market"}"'
        f',"force":"gtc"{price(order) if limit else ""},"size":"{size(order)}","clientOid":{quoted(order.client_id)}'
    )
    return Draft("POST", TRADE + "place-order", fields=fields, has_deadline=True)


def price(order: PlaceOrder) -> str:
    assert order.price is not None, "a limit order has a price"
    return f',"price":"{plain(order.price)}"'


def size(order: PlaceOrder) -> str:
    """In base, but a market buy in quote: what the quantity costs at `price`, the last one known.

    Raises ValueError where a market buy does not tell it.
    """
    if order.type is EntryType.LIMIT or order.side is Side.SELL:
        return plain(order.quantity)
    if order.price is None:
        raise ValueError("a market buy on Bitget spot is sized in quote: the intent must tell the last price")
    return plain((order.quantity * order.price).quantize(QUOTE_STEP, ROUND_DOWN))


def place_exit(exit_: PlaceExit) -> Draft:
    """Sold at market when the last price reaches the trigger. Spot has no OCO, so each is a plan order of its own."""
    fields = (
        f'"symbol":{quoted(exit_.symbol)},"side":"{SIDES[exit_.side]}","triggerPrice":"{plain(exit_.trigger_price)}"'
        f',"triggerType":"fill_price","orderType":"market","planType":"amount","size":"{plain(exit_.quantity)}"'
        f',"clientOid":{quoted(exit_.client_id)}'
    )
    return Draft("POST", TRADE + "place-plan-order", fields=fields)


def query_order(query: QueryOrder) -> Draft:
    """By client id only for two hours (EXCHANGES 1.2); after that, and for plan orders, lists are searched."""
    if query.conditional:
        return _plan_orders(query.symbol, is_history=query.history)
    if query.history:
        asked = f"&orderId={encoded(query.exchange_id)}" if query.exchange_id else ""
        return Draft("GET", TRADE + "history-orders", f"limit=100&symbol={encoded(query.symbol)}{asked}")
    if query.exchange_id:
        return Draft("GET", TRADE + "orderInfo", f"orderId={encoded(query.exchange_id)}")
    return Draft("GET", TRADE + "orderInfo", f"clientOid={encoded(query.client_id)}")


def _plan_orders(symbol: str, *, is_history: bool) -> Draft:
    path = "history-plan-order" if is_history else "current-plan-order"
    return Draft("GET", TRADE + path, f"limit=100&symbol={encoded(symbol)}", is_history=is_history)


def cancel_order(cancel: CancelOrder) -> Draft:
    named = one_of(cancel)
    if cancel.conditional:
        return Draft("POST", TRADE + "cancel-plan-order", fields=named)
    return Draft("POST", TRADE + "cancel-order", fields=f'"symbol":{quoted(cancel.symbol)},{named}')


def one_of(asked: QueryOrder | CancelOrder, client_id: str = "clientOid") -> str:
    """The exchange's id where it is known: a client id may be taken again once its order is done."""
    if asked.exchange_id:
        return f'"orderId":{quoted(asked.exchange_id)}'
    return f'"{client_id}":{quoted(asked.client_id)}'


def cancel_all(cancel: CancelAll) -> Draft:
    if cancel.conditional:
        return Draft("POST", TRADE + "batch-cancel-plan-order", fields=f'"symbolList":[{quoted(cancel.symbol)}]')
    return Draft("POST", TRADE + "cancel-symbol-order", fields=f'"symbol":{quoted(cancel.symbol)}')


def read_open_orders(asked: ReadOpenOrders) -> Draft:
    if asked.conditional:
        return _plan_orders(asked.symbol, is_history=False)
    return Draft("GET", TRADE + "unfilled-orders", f"limit=100&symbol={encoded(asked.symbol)}")


def read_balances(asked: ReadBalances) -> Draft:
    return Draft("GET", "/api/v2/spot/account/assets", f"coin={encoded(asked.asset)}" if asked.asset else "")


def read_permissions(_: ReadPermissions) -> Draft:
    """One answer for the key as a whole, spot and mix."""
    return Draft("GET", "/api/v2/spot/account/info")


def read_price(asked: ReadPrice) -> Draft:
    return Draft("GET", "/api/v2/spot/market/tickers", f"symbol={encoded(asked.symbol)}", is_signed=False)


def read_time(_: ReadTime) -> Draft:
    return Draft("GET", "/api/v2/public/time", is_signed=False)


SPOT_DRAFTS: dict[type, Callable[[Any], Draft]] = {
    PlaceOrder: place_order,
    PlaceExit: place_exit,
    QueryOrder: query_order,
    CancelOrder: cancel_order,
    CancelAll: cancel_all,
    ReadOpenOrders: read_open_orders,
    ReadBalances: read_balances,
    ReadPermissions: read_permissions,
    ReadRules: lambda _: Draft("GET", "/api/v2/spot/public/symbols", is_signed=False),
    ReadPrice: read_price,
    ReadTime: read_time,
}
