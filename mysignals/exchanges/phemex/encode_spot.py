"""What we ask the spot API, as calls: integers of eight decimals (Phemex documentation, EXCHANGES 6.8)."""

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
    ReadPrice,
    ReadRules,
    ReadTime,
)
from mysignals.domain.market import EntryType

from .apis import SPOT_PREFIX
from .draft import Draft, word
from .encode_public import read_rules, read_time
from .enumerations import EXIT_TYPES, ORDER_TYPES, RESTING, SIDES, TRIGGER
from .parameters import NEWEST, all_of, by_id
from .scales import SPOT, scaled


def place_order(order: PlaceOrder) -> Draft:
    """Always ByBase, market buys too: what is bought is what was planned, whatever the price does meanwhile."""
    assert order.stop is order.target is None, "Phemex attaches no exits to a spot order"
    body = (
        f'{{"symbol":"{_symbol(order.symbol)}","side":"{SIDES[order.side]}","ordType":"{ORDER_TYPES[order.type]}",'
        f'"clOrdID":"{word(order.client_id)}","qtyType":"ByBase","baseQtyEv":{scaled(order.quantity, SPOT)}'
        f"{_limit(order)}}}"
    )
    return Draft("POST", "/spot/orders", body=body)


def _symbol(symbol: str) -> str:
    return SPOT_PREFIX + word(symbol)


def _limit(order: PlaceOrder) -> str:
    if order.type is EntryType.MARKET:
        return ""
    assert order.price is not None, "a limit order has a price"
    return f',"priceEp":{scaled(order.price, SPOT)},"timeInForce":"{RESTING}"'


def place_exit(exit_: PlaceExit) -> Draft:
    """Spot calls the trigger's price source `trigger`, the contract API `triggerType`."""
    body = (
        f'{{"symbol":"{_symbol(exit_.symbol)}","side":"{SIDES[exit_.side]}","ordType":"{EXIT_TYPES[exit_.kind]}",'
        f'"clOrdID":"{word(exit_.client_id)}","qtyType":"ByBase","baseQtyEv":{scaled(exit_.quantity, SPOT)},'
        f'"stopPxEp":{scaled(exit_.trigger_price, SPOT)},"trigger":"{TRIGGER}"}}'
    )
    return Draft("POST", "/spot/orders", body=body)


def query_order(query: QueryOrder) -> Draft:
    """Here a live order can be asked for by its id."""
    path = "/api-data/spots/orders/by-order-id" if query.history else "/spot/orders/active"
    return Draft("GET", path, by_id(_symbol(query.symbol), query))


def read_open_orders(asked: ReadOpenOrders) -> Draft:
    if asked.history:
        return Draft("GET", "/api-data/spots/orders", f"symbol={_symbol(asked.symbol)}&{NEWEST}")
    return Draft("GET", "/spot/orders", f"symbol={_symbol(asked.symbol)}")


def cancel_order(cancel: CancelOrder) -> Draft:
    return Draft("DELETE", "/spot/orders", by_id(_symbol(cancel.symbol), cancel))


def cancel_all(cancel: CancelAll) -> Draft:
    return Draft("DELETE", "/spot/orders/all", all_of(_symbol(cancel.symbol), cancel))


def read_balances(asked: ReadBalances) -> Draft:
    return Draft("GET", "/spot/wallets", "" if asked.asset is None else f"currency={word(asked.asset)}")


def read_price(asked: ReadPrice) -> Draft:
    return Draft("GET", "/md/spot/ticker/24hr", f"symbol={_symbol(asked.symbol)}", is_signed=False)


SPOT_DRAFTS: dict[type, Callable[[Any], Draft]] = {
    PlaceOrder: place_order,
    PlaceExit: place_exit,
    QueryOrder: query_order,
    CancelOrder: cancel_order,
    CancelAll: cancel_all,
    ReadOpenOrders: read_open_orders,
    ReadBalances: read_balances,
    ReadRules: read_rules,
    ReadPrice: read_price,
    ReadTime: read_time,
}
