"""Values that the tests of Phemex speak of."""

from typing import Any

import orjson

from mysignals.domain.intents import (
    CancelAll,
    Intent,
    PlaceExit,
    PlaceOrder,
    QueryOrder,
    ReadBalances,
    ReadOpenOrders,
    ReadPositions,
    SetMarginMode,
)
from mysignals.domain.market import EntryType, MarginMode, Market
from mysignals.exchanges.phemex import FUTURES, SPOT, PhemexDialect
from mysignals.exchanges.wire import Credentials, HttpRequest, HttpResponse
from tests.exchanges.intents import (
    F,
    S,
    an_entry,
    an_exit,
    d,
    of_a_market,
    of_contracts,
    of_our_own,
    of_the_position_mode,
)

LINEAR, INVERSE = "BTCUSDT", "BTCUSD"
NOW_MS = 1_700_000_000_000
KEY = Credentials("the-key", "the-secret")
DIALECTS = {S: SPOT, F: FUTURES}


def linear(**changed: Any) -> PlaceOrder:
    return an_entry(**changed)


def inverse(**changed: Any) -> PlaceOrder:
    return an_entry(**{"symbol": INVERSE, "quantity": d("10"), "client_id": "sig-42-i1", **changed})


def spot(**changed: Any) -> PlaceOrder:
    return an_entry(**{"market": S, "quantity": d("0.001"), "client_id": "sig-42-s1", **changed})


def at_market(order: PlaceOrder) -> dict[str, Any]:
    """What makes it a market order that closes."""
    return {"type": EntryType.MARKET, "price": None, "side": order.side.opposite, "reduce_only": True}


def exit_order(market: Market = F, symbol: str = LINEAR, **changed: Any) -> PlaceExit:
    quantity = d({LINEAR: "0.002", INVERSE: "10"}[symbol])
    return an_exit(**{"market": market, "symbol": symbol, "quantity": quantity, **changed})


def encoded(intent: Intent, market: Market = F) -> HttpRequest:
    return DIALECTS[market].encode(intent, KEY, NOW_MS, 5000)


def answer(document: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(status, orjson.dumps(document))


def error(code: int, message: str = "", status: int = 200, data: Any = None) -> HttpResponse:
    return answer({"code": code, "msg": message, "data": data}, status)


def _of_orders(market: Market, symbol: str, entry: str) -> list[Intent]:
    return [
        *of_a_market(market, symbol, entry), *of_our_own(market, symbol),
        QueryOrder(market, symbol, entry, history=True), ReadOpenOrders(market, symbol, conditional=True),
        ReadOpenOrders(market, symbol, history=True),
        CancelAll(market, symbol, conditional=True),
    ]  # fmt: skip


OF_SPOT: list[Intent] = [spot(), exit_order(S), *_of_orders(S, LINEAR, "sig-42-s1")]
OF_LINEAR: list[Intent] = [
    linear(), exit_order(), *_of_orders(F, LINEAR, "sig-42-e1"), *of_contracts(LINEAR), *of_the_position_mode(LINEAR),
    QueryOrder(F, LINEAR, "sig-42-sl", exchange_id="stop-2"),
]  # fmt: skip
OF_INVERSE: list[Intent] = [
    inverse(), exit_order(symbol=INVERSE), *_of_orders(F, INVERSE, "sig-42-i1"), *of_contracts(INVERSE),
    ReadPositions(INVERSE), ReadBalances(F, "BTC"), SetMarginMode(INVERSE, MarginMode.CROSS),
]  # fmt: skip
EVERY_INTENT: list[tuple[PhemexDialect, Intent]] = [
    *((SPOT, intent) for intent in OF_SPOT),
    *((FUTURES, intent) for intent in OF_LINEAR),
    *((FUTURES, intent) for intent in OF_INVERSE if intent not in OF_LINEAR),
]
