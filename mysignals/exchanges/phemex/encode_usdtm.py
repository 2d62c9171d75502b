"""What we ask the USDT-M API, as calls: real values as text (Phemex documentation, EXCHANGES 6.7)."""

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
from mysignals.domain.market import EntryType, PositionMode, Side
from mysignals.domain.money import plain

from .draft import Draft, word
from .encode_public import read_rules, read_time
from .enumerations import EXIT_TYPES, ORDER_TYPES, RESTING, SIDES, TRIGGER
from .parameters import NEWEST, all_of, by_id, signed_leverage

ACCOUNT = Draft("GET", "/g-accounts/accountPositions", "currency=USDT")
MODES = {PositionMode.ONE_WAY: "OneWay", PositionMode.HEDGE: "Hedged"}


def place_order(order: PlaceOrder) -> Draft:
    body = (
        f'{{"symbol":"{word(order.symbol)}","side":"{SIDES[order.side]}","ordType":"{ORDER_TYPES[order.type]}",'
        f'"clOrdID":"{word(order.client_id)}","posSide":"{_position(order.side, order.reduce_only, order.hedge)}",'
        f'"orderQtyRq":"{plain(order.quantity)}"{_attached(order)}{_limit(order)}'
    )
    return Draft("POST", "/g-orders", body=body + (',"reduceOnly":true}' if order.reduce_only else "}"))


def _position(side: Side, closes: bool, hedge: bool) -> str:
    """In hedge mode `side` opens the position that it names, unless it `closes` the other one."""
    return position_side(side.opposite if closes else side, hedge)


def position_side(opening: Side | None, hedge: bool) -> str:
    """Mandatory: the wrong one is refused, or finds no order."""
    if not hedge:
        return "Merged"
    assert opening is not None, "in hedge mode an order belongs to a position"
    return "Long" if opening is Side.BUY else "Short"


def _attached(order: PlaceOrder) -> str:
    """Trigger prices of exits that Phemex makes itself and that close the whole position."""
    stop = "" if order.stop is None else f',"stopLossRp":"{plain(order.stop)}","slTrigger":"{TRIGGER}"'
    target = "" if order.target is None else f',"takeProfitRp":"{plain(order.target)}","tpTrigger":"{TRIGGER}"'
    return stop + target


def _limit(order: PlaceOrder) -> str:
    if order.type is EntryType.MARKET:
        return ""
    assert order.price is not None, "a limit order has a price"
    return f',"priceRp":"{plain(order.price)}","timeInForce":"{RESTING}"'


def place_exit(exit_: PlaceExit) -> Draft:
    """CloseOnTrigger closes at most what is open, and is not refused while nothing is open yet."""
    body = (
        f'{{"symbol":"{word(exit_.symbol)}","side":"{SIDES[exit_.side]}","ordType":"{EXIT_TYPES[exit_.kind]}",'
        f'"clOrdID":"{word(exit_.client_id)}","stopPxRp":"{plain(exit_.trigger_price)}",'
        f'"posSide":"{_position(exit_.side, True, exit_.hedge)}","orderQtyRq":"{plain(exit_.quantity)}",'
        f'"triggerType":"{TRIGGER}","closeOnTrigger":true}}'
    )
    return Draft("POST", "/g-orders", body=body)


def query_order(query: QueryOrder) -> Draft:
    """The live list holds conditional orders too, and cannot be asked for one order alone."""
    if query.history:
        return Draft("GET", "/api-data/g-futures/orders/by-order-id", by_id(query.symbol, query))
    return Draft("GET", "/g-orders/activeList", f"symbol={word(query.symbol)}")


def cancel_order(cancel: CancelOrder) -> Draft:
    position = position_side(cancel.position, cancel.hedge)
    return Draft("DELETE", "/g-orders/cancel", f"{by_id(cancel.symbol, cancel)}&posSide={position}")


def cancel_all(cancel: CancelAll) -> Draft:
    return Draft("DELETE", "/g-orders/all", all_of(cancel.symbol, cancel))


def read_open_orders(asked: ReadOpenOrders) -> Draft:
    if asked.history:
        return Draft("GET", "/api-data/g-futures/orders", f"symbol={word(asked.symbol)}&{NEWEST}")
    return Draft("GET", "/g-orders/activeList", f"symbol={word(asked.symbol)}")


def read_positions(asked: ReadPositions) -> Draft:
    """/g-accounts/positions tells a fresh profit, and costs 25 times as much (EXCHANGES 6.3)."""
    return ACCOUNT if asked.symbol is None else _account_of(asked.symbol)


def _account_of(symbol: str) -> Draft:
    return Draft("GET", ACCOUNT.path, f"{ACCOUNT.query}&symbol={word(symbol)}")


def set_leverage(setting: SetLeverage) -> Draft:
    return _leverage(setting.symbol, signed_leverage(setting.leverage, setting.margin_mode), setting.hedge)


def set_margin_mode(setting: SetMarginMode) -> Draft:
    """The same setting as the leverage: its sign."""
    return _leverage(setting.symbol, signed_leverage(setting.leverage, setting.mode), setting.hedge)


def _leverage(symbol: str, signed: int, hedge: bool) -> Draft:
    wanted = f"longLeverageRr={signed}&shortLeverageRr={signed}" if hedge else f"leverageRr={signed}"
    return Draft("PUT", "/g-positions/leverage", f"symbol={word(symbol)}&{wanted}")


def set_position_mode(setting: SetPositionMode) -> Draft:
    assert setting.symbol is not None, "every symbol has a position mode of its own"
    query = f"symbol={word(setting.symbol)}&targetPosMode={MODES[setting.mode]}"
    return Draft("PUT", "/g-positions/switch-pos-mode-sync", query)


def read_price(asked: ReadPrice) -> Draft:
    return Draft("GET", "/md/v2/ticker/24hr", f"symbol={word(asked.symbol)}", is_signed=False)


USDT_M_DRAFTS: dict[type, Callable[[Any], Draft]] = {
    PlaceOrder: place_order,
    PlaceExit: place_exit,
    QueryOrder: query_order,
    CancelOrder: cancel_order,
    CancelAll: cancel_all,
    ReadOpenOrders: read_open_orders,
    ReadBalances: lambda _: ACCOUNT,
    ReadPositions: read_positions,
    ReadPositionMode: lambda _: ACCOUNT,
    SetPositionMode: set_position_mode,
    ReadSymbolSettings: lambda asked: _account_of(asked.symbol),
    SetLeverage: set_leverage,
    SetMarginMode: set_margin_mode,
    ReadRules: read_rules,
    ReadPrice: read_price,
    ReadTime: read_time,
}
