"""What we ask the contract API of the seed, as calls: scaled integers (Phemex documentation, EXCHANGES 6.6).

One position a symbol: `hedge` has no meaning here, and there is no mode to set.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    PlaceExit,
    PlaceOrder,
    QueryOrder,
    ReadBalances,
    ReadOpenOrders,
    ReadPositions,
    ReadPrice,
    ReadSymbolSettings,
    SetLeverage,
    SetMarginMode,
)
from mysignals.domain.market import EntryType

from .apis import settled_in
from .draft import Draft, word
from .enumerations import EXIT_TYPES, ORDER_TYPES, RESTING, SIDES, TRIGGER
from .parameters import NEWEST, all_of, by_id, signed_leverage
from .scales import CONTRACT_PRICE, scaled


def place_order(order: PlaceOrder) -> Draft:
    """The seed's actionBy and pegPriceType are optional (EXCHANGES 8.1 line 64)."""
    body = (
        f'{{"symbol":"{word(order.symbol)}","clOrdID":"{word(order.client_id)}","side":"{SIDES[order.side]}",'
        f'{_limit(order)}"orderQty":{scaled(order.quantity, 0)},"ordType":"{ORDER_TYPES[order.type]}"'
        f"{_terms(order)}{_attached(order)}}}"
    )
    return Draft("POST", "/orders", body=body)


def _limit(order: PlaceOrder) -> str:
    if order.type is EntryType.MARKET:
        return ""
    assert order.price is not None, "a limit order has a price"
    return f'"priceEp":{_price(order.price)},'


def _terms(order: PlaceOrder) -> str:
    reduces = ',"reduceOnly":true' if order.reduce_only else ""
    return reduces if order.type is EntryType.MARKET else f'{reduces},"timeInForce":"{RESTING}"'


def _attached(order: PlaceOrder) -> str:
    """Trigger prices of exits that Phemex makes itself and that close the whole position."""
    target = "" if order.target is None else f',"takeProfitEp":{_price(order.target)},"tpTrigger":"{TRIGGER}"'
    stop = "" if order.stop is None else f',"stopLossEp":{_price(order.stop)},"slTrigger":"{TRIGGER}"'
    return target + stop


def _price(price: Decimal) -> int:
    return scaled(price, CONTRACT_PRICE)


def place_exit(exit_: PlaceExit) -> Draft:
    """CloseOnTrigger closes at most what is open, and is not refused while nothing is open yet."""
    body = (
        f'{{"symbol":"{word(exit_.symbol)}","clOrdID":"{word(exit_.client_id)}","side":"{SIDES[exit_.side]}",'
        f'"orderQty":{scaled(exit_.quantity, 0)},"ordType":"{EXIT_TYPES[exit_.kind]}",'
        f'"stopPxEp":{_price(exit_.trigger_price)},"triggerType":"{TRIGGER}","closeOnTrigger":true}}'
    )
    return Draft("POST", "/orders", body=body)


def query_order(query: QueryOrder) -> Draft:
    """The live list holds conditional orders too; the history reaches back two months."""
    if query.history:
        return Draft("GET", "/exchange/order", by_id(query.symbol, query))
    return _live(query.symbol)


def _live(symbol: str) -> Draft:
    return Draft("GET", "/orders/activeList", f"symbol={word(symbol)}")


def read_open_orders(asked: ReadOpenOrders) -> Draft:
    if asked.history:
        return Draft("GET", "/exchange/order/list", f"symbol={word(asked.symbol)}&{NEWEST}")
    return _live(asked.symbol)


def cancel_order(cancel: CancelOrder) -> Draft:
    """The seed puts the query into the path, without `?`; EXCHANGES 8.1 line 92."""
    return Draft("DELETE", "/orders/cancel", by_id(cancel.symbol, cancel))


def cancel_all(cancel: CancelAll) -> Draft:
    return Draft("DELETE", "/orders/all", all_of(cancel.symbol, cancel))


def _account(currency: str) -> Draft:
    return Draft("GET", "/accounts/accountPositions", f"currency={word(currency)}")


def read_balances(asked: ReadBalances) -> Draft:
    assert asked.asset is not None, "every asset has an account of its own"
    return _account(asked.asset)


def read_positions(asked: ReadPositions) -> Draft:
    assert asked.symbol is not None, "without a symbol the other API is asked"
    return _account(settled_in(asked.symbol))


def set_leverage(setting: SetLeverage) -> Draft:
    return _leverage(setting.symbol, signed_leverage(setting.leverage, setting.margin_mode))


def set_margin_mode(setting: SetMarginMode) -> Draft:
    """The same setting as the leverage: its sign."""
    return _leverage(setting.symbol, signed_leverage(setting.leverage, setting.mode))


def _leverage(symbol: str, signed: int) -> Draft:
    return Draft("PUT", "/positions/leverage", f"symbol={word(symbol)}&leverage={signed}")


def read_price(asked: ReadPrice) -> Draft:
    return Draft("GET", "/md/ticker/24hr", f"symbol={word(asked.symbol)}", is_signed=False)


CONTRACT_DRAFTS: dict[type, Callable[[Any], Draft]] = {
    PlaceOrder: place_order,
    PlaceExit: place_exit,
    QueryOrder: query_order,
    CancelOrder: cancel_order,
    CancelAll: cancel_all,
    ReadOpenOrders: read_open_orders,
    ReadBalances: read_balances,
    ReadPositions: read_positions,
    ReadSymbolSettings: lambda asked: _account(settled_in(asked.symbol)),
    SetLeverage: set_leverage,
    SetMarginMode: set_margin_mode,
    ReadPrice: read_price,
}
