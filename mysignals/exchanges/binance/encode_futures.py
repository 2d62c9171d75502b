"""What we ask Binance USDT-M futures, as calls (Binance documentation, EXCHANGES 3.3 to 3.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    ExitKind,
    PlaceExit,
    PlaceOrder,
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
from mysignals.domain.market import MarginMode, PositionMode, Side
from mysignals.domain.money import plain

from .candles import parameters
from .draft import Draft, encoded
from .encode_spot import by_id, limit, of_symbol, read_permissions

EXIT_TYPES = {ExitKind.STOP: "STOP_MARKET", ExitKind.TARGET: "TAKE_PROFIT_MARKET"}
MARGIN_TYPES = {MarginMode.ISOLATED: "ISOLATED", MarginMode.CROSS: "CROSSED"}


def place_order(order: PlaceOrder) -> Draft:
    parameters = (
        f"symbol={encoded(order.symbol)}&side={order.side}&newClientOrderId={encoded(order.client_id)}"
        f"&newOrderRespType=RESULT&type={order.type}&quantity={plain(order.quantity)}"
        f"{limit(order)}{_position(order.side, closes=order.reduce_only, hedge=order.hedge)}"
    )
    return Draft("POST", "/fapi/v1/order", parameters)


def _position(side: Side, *, closes: bool, hedge: bool) -> str:
    """Hedge mode names the position and refuses reduceOnly; one-way mode knows one position only."""
    if not hedge:
        return "&reduceOnly=true&positionSide=BOTH" if closes else "&positionSide=BOTH"
    opening = side.opposite if closes else side
    return "&positionSide=LONG" if opening is Side.BUY else "&positionSide=SHORT"


def place_exit(exit_: PlaceExit) -> Draft:
    """Stops and targets have a service of their own; /fapi/v1/order answers them with -4120 since 2025-12-09."""
    parameters = (
        f"symbol={encoded(exit_.symbol)}&side={exit_.side}&clientAlgoId={encoded(exit_.client_id)}"
        f"&type={EXIT_TYPES[exit_.kind]}&quantity={plain(exit_.quantity)}&triggerPrice={plain(exit_.trigger_price)}"
        f"{_position(exit_.side, closes=True, hedge=exit_.hedge)}&algoType=CONDITIONAL&workingType=CONTRACT_PRICE"
    )
    return Draft("POST", "/fapi/v1/algoOrder", parameters)


def query_order(query: QueryOrder) -> Draft:
    return _by_id("GET", query)


def cancel_order(cancel: CancelOrder) -> Draft:
    return _by_id("DELETE", cancel)


def _by_id(method: str, asked: QueryOrder | CancelOrder) -> Draft:
    if not asked.conditional:
        return Draft(method, "/fapi/v1/order", by_id(asked))
    name, value = ("algoId", asked.exchange_id) if asked.exchange_id else ("clientAlgoId", asked.client_id)
    return Draft(method, "/fapi/v1/algoOrder", f"{name}={encoded(value)}")


def cancel_all(cancel: CancelAll) -> Draft:
    """The plain one leaves conditional orders where they are."""
    path = "/fapi/v1/algoOpenOrders" if cancel.conditional else "/fapi/v1/allOpenOrders"
    return Draft("DELETE", path, of_symbol(cancel))


def read_open_orders(asked: ReadOpenOrders) -> Draft:
    path = "/fapi/v1/openAlgoOrders" if asked.conditional else "/fapi/v1/openOrders"
    return Draft("GET", path, of_symbol(asked))


def read_positions(asked: ReadPositions) -> Draft:
    parameters = "" if asked.symbol is None else f"symbol={encoded(asked.symbol)}"
    return Draft("GET", "/fapi/v3/positionRisk", parameters)


def set_leverage(setting: SetLeverage) -> Draft:
    return Draft("POST", "/fapi/v1/leverage", f"symbol={encoded(setting.symbol)}&leverage={setting.leverage}")


def set_margin_mode(setting: SetMarginMode) -> Draft:
    parameters = f"symbol={encoded(setting.symbol)}&marginType={MARGIN_TYPES[setting.mode]}"
    return Draft("POST", "/fapi/v1/marginType", parameters)


def set_position_mode(setting: SetPositionMode) -> Draft:
    """Of the whole account."""
    is_dual = "true" if setting.mode is PositionMode.HEDGE else "false"
    return Draft("POST", "/fapi/v1/positionSide/dual", f"dualSidePosition={is_dual}")


FUTURES_DRAFTS: dict[type, Callable[[Any], Draft]] = {
    PlaceOrder: place_order,
    PlaceExit: place_exit,
    QueryOrder: query_order,
    CancelOrder: cancel_order,
    CancelAll: cancel_all,
    ReadOpenOrders: read_open_orders,
    ReadBalances: lambda _: Draft("GET", "/fapi/v3/balance"),
    ReadPositions: read_positions,
    ReadPositionMode: lambda _: Draft("GET", "/fapi/v1/positionSide/dual"),
    SetPositionMode: set_position_mode,
    ReadSymbolSettings: lambda asked: Draft("GET", "/fapi/v1/symbolConfig", f"symbol={encoded(asked.symbol)}"),
    SetLeverage: set_leverage,
    SetMarginMode: set_margin_mode,
    ReadPermissions: read_permissions,
    ReadRules: lambda _: Draft("GET", "/fapi/v1/exchangeInfo", is_signed=False),
    ReadPrice: lambda asked: Draft("GET", "/fapi/v1/ticker/price", f"symbol={encoded(asked.symbol)}", False),
    ReadCandles: lambda asked: Draft("GET", "/fapi/v1/klines", parameters(asked), False),
    ReadTime: lambda _: Draft("GET", "/fapi/v1/time", is_signed=False),
}
