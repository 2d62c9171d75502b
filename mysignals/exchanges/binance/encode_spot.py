"""What we ask Binance spot, as calls (Binance documentation, EXCHANGES 2.3 to 2.6)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    PlaceOco,
    PlaceOrder,
    PlaceProtectedEntry,
    QueryOrder,
    ReadBalances,
    ReadCandles,
    ReadOpenOrders,
    ReadPermissions,
    ReadPrice,
    ReadRules,
    ReadTime,
)
from mysignals.domain.market import EntryType, Side
from mysignals.domain.money import plain

from .candles import parameters
from .draft import Draft, encoded


def place_order(order: PlaceOrder) -> Draft:
    parameters = (
        f"symbol={encoded(order.symbol)}&side={order.side}&newClientOrderId={encoded(order.client_id)}"
        f"&newOrderRespType=FULL&type={order.type}&quantity={plain(order.quantity)}"
    )
    return Draft("POST", "/api/v3/order", parameters + limit(order))


def limit(order: PlaceOrder) -> str:
    """Price and time in force of a limit order; nothing for a market order."""
    if order.type is EntryType.MARKET:
        return ""
    assert order.price is not None, "a limit order has a price"
    return f"&price={plain(order.price)}&timeInForce=GTC"


def place_oco(oco: PlaceOco) -> Draft:
    exits = _exits("", oco.side, oco, oco.stop_id)
    parameters = (
        f"symbol={encoded(oco.symbol)}&side={oco.side}&quantity={plain(oco.quantity)}"
        f"&listClientOrderId={encoded(oco.list_id)}{exits}&newOrderRespType=FULL"
    )
    return Draft("POST", "/api/v3/orderList/oco", parameters)


def place_protected_entry(entry: PlaceProtectedEntry) -> Draft:
    closing = entry.side.opposite
    parameters = (
        f"symbol={encoded(entry.symbol)}&listClientOrderId={encoded(entry.list_id)}&newOrderRespType=FULL"
        f"&workingType=LIMIT&workingSide={entry.side}&workingClientOrderId={encoded(entry.entry_id)}"
        f"&workingPrice={plain(entry.price)}&workingQuantity={plain(entry.quantity)}&workingTimeInForce=GTC"
        f"&pendingSide={closing}&pendingQuantity={plain(entry.exit_quantity)}"
        f"{_exits('pending', closing, entry, entry.stop_id)}"
    )
    return Draft("POST", "/api/v3/orderList/otoco", parameters)


def _exits(prefix: str, closing: Side, exits: PlaceOco | PlaceProtectedEntry, stop_id: str) -> str:
    """Target and stop around the market: a sale has its target above, a purchase has its stop above."""
    above, below = _leg_name(prefix, "Above"), _leg_name(prefix, "Below")
    target_at, stop_at = (above, below) if closing is Side.SELL else (below, above)
    target = (
        f"&{target_at}Type=LIMIT_MAKER&{target_at}Price={plain(exits.target_price)}"
        f"&{target_at}ClientOrderId={encoded(exits.target_id)}"
    )
    stop = _stop(stop_at, exits.stop_price, exits.stop_limit_price, stop_id)
    return target + stop if closing is Side.SELL else stop + target


def _leg_name(prefix: str, leg: str) -> str:
    return prefix + leg if prefix else leg.lower()


def _stop(leg: str, trigger: Decimal, limit_price: Decimal | None, stop_id: str) -> str:
    ending = f"&{leg}ClientOrderId={encoded(stop_id)}"
    if limit_price is None:
        return f"&{leg}Type=STOP_LOSS&{leg}StopPrice={plain(trigger)}{ending}"
    return (
        f"&{leg}Type=STOP_LOSS_LIMIT&{leg}StopPrice={plain(trigger)}"
        f"&{leg}Price={plain(limit_price)}&{leg}TimeInForce=GTC{ending}"
    )


def query_order(query: QueryOrder) -> Draft:
    return Draft("GET", "/api/v3/order", by_id(query))


def cancel_order(cancel: CancelOrder) -> Draft:
    return Draft("DELETE", "/api/v3/order", by_id(cancel))


def by_id(asked: QueryOrder | CancelOrder) -> str:
    """By Binance's own id where it is told: a client id is unique among open orders only."""
    if asked.exchange_id:
        return f"symbol={encoded(asked.symbol)}&orderId={encoded(asked.exchange_id)}"
    return f"symbol={encoded(asked.symbol)}&origClientOrderId={encoded(asked.client_id)}"


def of_symbol(asked: CancelAll | ReadOpenOrders) -> str:
    return f"symbol={encoded(asked.symbol)}"


def read_permissions(_: ReadPermissions) -> Draft:
    """One answer for the key as a whole, spot and futures."""
    return Draft("GET", "/sapi/v1/account/apiRestrictions")


SPOT_DRAFTS: dict[type, Callable[[Any], Draft]] = {
    PlaceOrder: place_order,
    PlaceOco: place_oco,
    PlaceProtectedEntry: place_protected_entry,
    QueryOrder: query_order,
    CancelOrder: cancel_order,
    CancelAll: lambda cancel: Draft("DELETE", "/api/v3/openOrders", of_symbol(cancel)),
    ReadOpenOrders: lambda asked: Draft("GET", "/api/v3/openOrders", of_symbol(asked)),
    ReadBalances: lambda _: Draft("GET", "/api/v3/account", "omitZeroBalances=true"),
    ReadPermissions: read_permissions,
    ReadRules: lambda _: Draft("GET", "/api/v3/exchangeInfo", is_signed=False),
    ReadPrice: lambda asked: Draft("GET", "/api/v3/ticker/price", f"symbol={encoded(asked.symbol)}", False),
    ReadCandles: lambda asked: Draft("GET", "/api/v3/klines", parameters(asked), False),
    ReadTime: lambda _: Draft("GET", "/api/v3/time", is_signed=False),
}
