"""Values that the tests of Phemex speak of."""

from decimal import Decimal
from typing import Any

import orjson

from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    ExitKind,
    Intent,
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
from mysignals.domain.market import EntryType, MarginMode, Market, PositionMode, Side
from mysignals.exchanges.phemex import FUTURES, SPOT, PhemexDialect
from mysignals.exchanges.wire import Credentials, HttpRequest, HttpResponse

F, S = Market.FUTURES, Market.SPOT
LINEAR, INVERSE = "BTCUSDT", "BTCUSD"
NOW_MS = 1_700_000_000_000
KEY = Credentials("the-key", "the-secret")
DIALECTS = {S: SPOT, F: FUTURES}


def d(text: str) -> Decimal:
    return Decimal(text)


def linear(**changed: Any) -> PlaceOrder:
    return _entry(F, LINEAR, "0.002", "sig-42-e1", changed)


def inverse(**changed: Any) -> PlaceOrder:
    return _entry(F, INVERSE, "10", "sig-42-i1", changed)


def spot(**changed: Any) -> PlaceOrder:
    return _entry(S, LINEAR, "0.001", "sig-42-s1", changed)


def _entry(market: Market, symbol: str, quantity: str, client_id: str, changed: dict[str, Any]) -> PlaceOrder:
    values = {
        "market": market, "symbol": symbol, "side": Side.BUY, "type": EntryType.LIMIT, "quantity": d(quantity),
        "price": d("50000"), "client_id": client_id,
    }  # fmt: skip
    return PlaceOrder(**{**values, **changed})


def at_market(order: PlaceOrder) -> dict[str, Any]:
    """What makes it a market order that closes."""
    return {"type": EntryType.MARKET, "price": None, "side": order.side.opposite, "reduce_only": True}


def exit_order(market: Market = F, symbol: str = LINEAR, **changed: Any) -> PlaceExit:
    quantity = {LINEAR: "0.002", INVERSE: "10"}[symbol]
    values = {
        "market": market, "symbol": symbol, "side": Side.SELL, "kind": ExitKind.STOP, "quantity": d(quantity),
        "trigger_price": d("45000"), "client_id": "sig-42-sl",
    }  # fmt: skip
    return PlaceExit(**{**values, **changed})


def encoded(intent: Intent, market: Market = F) -> HttpRequest:
    return DIALECTS[market].encode(intent, KEY, NOW_MS, 5000)


def answer(document: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(status, orjson.dumps(document))


def error(code: int, message: str = "", status: int = 200, data: Any = None) -> HttpResponse:
    return answer({"code": code, "msg": message, "data": data}, status)


EVERY_INTENT: list[tuple[PhemexDialect, Intent]] = [
    (SPOT, spot()),
    (SPOT, exit_order(S)),
    (SPOT, QueryOrder(S, LINEAR, "sig-42-s1")),
    (SPOT, QueryOrder(S, LINEAR, "sig-42-s1", history=True)),
    (SPOT, CancelOrder(S, LINEAR, "sig-42-s1")),
    (SPOT, CancelAll(S, LINEAR)),
    (SPOT, ReadOpenOrders(S, LINEAR)),
    (SPOT, ReadOpenOrders(S, LINEAR, conditional=True)),
    (SPOT, ReadBalances(S)),
    (SPOT, ReadRules(S)),
    (SPOT, ReadPrice(S, LINEAR)),
    (SPOT, ReadTime(S)),
    (FUTURES, linear()),
    (FUTURES, exit_order()),
    (FUTURES, QueryOrder(F, LINEAR, "sig-42-e1")),
    (FUTURES, QueryOrder(F, LINEAR, "sig-42-e1", history=True)),
    (FUTURES, QueryOrder(F, LINEAR, "sig-42-sl", exchange_id="stop-2")),
    (FUTURES, CancelOrder(F, LINEAR, "sig-42-e1")),
    (FUTURES, CancelAll(F, LINEAR)),
    (FUTURES, ReadOpenOrders(F, LINEAR)),
    (FUTURES, ReadOpenOrders(F, LINEAR, conditional=True)),
    (FUTURES, ReadBalances(F)),
    (FUTURES, ReadPositions()),
    (FUTURES, ReadPositionMode()),
    (FUTURES, SetPositionMode(PositionMode.HEDGE, LINEAR)),
    (FUTURES, ReadSymbolSettings(LINEAR)),
    (FUTURES, SetLeverage(LINEAR, 21)),
    (FUTURES, SetMarginMode(LINEAR, MarginMode.ISOLATED)),
    (FUTURES, ReadRules(F)),
    (FUTURES, ReadPrice(F, LINEAR)),
    (FUTURES, ReadTime(F)),
    (FUTURES, inverse()),
    (FUTURES, exit_order(symbol=INVERSE)),
    (FUTURES, QueryOrder(F, INVERSE, "sig-42-i1")),
    (FUTURES, QueryOrder(F, INVERSE, "sig-42-i1", history=True)),
    (FUTURES, CancelOrder(F, INVERSE, "sig-42-i1")),
    (FUTURES, CancelAll(F, INVERSE, conditional=True)),
    (FUTURES, ReadOpenOrders(F, INVERSE)),
    (FUTURES, ReadBalances(F, "BTC")),
    (FUTURES, ReadPositions(INVERSE)),
    (FUTURES, ReadSymbolSettings(INVERSE)),
    (FUTURES, SetLeverage(INVERSE, 21)),
    (FUTURES, SetMarginMode(INVERSE, MarginMode.CROSS)),
    (FUTURES, ReadPrice(F, INVERSE)),
]
