"""What we ask Bitget spot in API v1, as calls (EXCHANGES 4.2 to 4.4); Bitget itself has retired it."""

from __future__ import annotations

from collections.abc import Callable
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
from mysignals.domain.market import EntryType
from mysignals.domain.money import plain

from .draft import Draft, encoded, quoted
from .encode_v2_spot import SIDES, one_of, price, size
from .markets import SPOT_SUFFIX

SPOT = "/api/spot/v1/"
TRADE, PLAN = SPOT + "trade/", SPOT + "plan/"


def spelled(symbol: str) -> str:
    return quoted(symbol + SPOT_SUFFIX)


def place_order(order: PlaceOrder) -> Draft:
    limit = order.type is EntryType.LIMIT
    fields = (
        f'"symbol":{spelled(order.symbol)},"side":"{SIDES[order.side]}","orderType":"{"limit" if limit else "market"}"'
        f',"force":"normal"{price(order) if limit else ""},"quantity":"{size(order)}"'
        f',"clientOrderId":{quoted(order.client_id)}'
    )
    return Draft("POST", TRADE + "orders", fields=fields)


def place_exit(exit_: PlaceExit) -> Draft:
    """Sold at market when the last price reaches the trigger."""
    fields = (
        f'"symbol":{spelled(exit_.symbol)},"side":"{SIDES[exit_.side]}","triggerPrice":"{plain(exit_.trigger_price)}"'
        f',"size":"{plain(exit_.quantity)}","triggerType":"fill_price","orderType":"market"'
        f',"clientOid":{quoted(exit_.client_id)}'
    )
    return Draft("POST", PLAN + "placePlan", fields=fields)


def query_order(query: QueryOrder) -> Draft:
    """Orders have one address for live and done; plan orders have two, both searched as lists."""
    if query.conditional:
        return _plan_orders(query.symbol, is_history=query.history)
    return Draft(
        "POST", TRADE + "orderInfo", fields=f'"symbol":{spelled(query.symbol)},{one_of(query, "clientOrderId")}'
    )


def _plan_orders(symbol: str, *, is_history: bool) -> Draft:
    fields = f'"symbol":{spelled(symbol)},"pageSize":"100"'
    return Draft("POST", PLAN + ("historyPlan" if is_history else "currentPlan"), fields=fields, is_history=is_history)


def cancel_order(cancel: CancelOrder) -> Draft:
    """The older address takes the exchange's ids alone."""
    if cancel.conditional:
        return Draft("POST", PLAN + "cancelPlan", fields=one_of(cancel))
    path = "cancel-order" if cancel.exchange_id else "cancel-order-v2"
    return Draft("POST", TRADE + path, fields=f'"symbol":{spelled(cancel.symbol)},{one_of(cancel)}')


def cancel_all(cancel: CancelAll) -> Draft:
    """Raises KeyError for plan orders: the documents name no call for all of a symbol."""
    if cancel.conditional:
        raise KeyError("v1's plan orders are cancelled one by one")
    return Draft("POST", TRADE + "cancel-symbol-order", fields=f'"symbol":{spelled(cancel.symbol)}')


def read_open_orders(asked: ReadOpenOrders) -> Draft:
    if asked.conditional:
        return _plan_orders(asked.symbol, is_history=False)
    return Draft("POST", TRADE + "open-orders", fields=f'"symbol":{spelled(asked.symbol)}')


def read_balances(asked: ReadBalances) -> Draft:
    """The short list leaves out what is zero."""
    if asked.asset:
        return Draft("GET", SPOT + "account/assets", f"coin={encoded(asked.asset)}")
    return Draft("GET", SPOT + "account/assets-lite")


def read_permissions(_: ReadPermissions) -> Draft:
    """One answer for the key as a whole, spot and mix."""
    return Draft("GET", SPOT + "account/getInfo")


def read_price(asked: ReadPrice) -> Draft:
    return Draft("GET", SPOT + "market/ticker", f"symbol={encoded(asked.symbol)}{SPOT_SUFFIX}", is_signed=False)


def read_time(_: ReadTime) -> Draft:
    return Draft("GET", SPOT + "public/time", is_signed=False)


SPOT_DRAFTS: dict[type, Callable[[Any], Draft]] = {
    PlaceOrder: place_order,
    PlaceExit: place_exit,
    QueryOrder: query_order,
    CancelOrder: cancel_order,
    CancelAll: cancel_all,
    ReadOpenOrders: read_open_orders,
    ReadBalances: read_balances,
    ReadPermissions: read_permissions,
    ReadRules: lambda _: Draft("GET", SPOT + "public/products", is_signed=False),
    ReadPrice: read_price,
    ReadTime: read_time,
}
