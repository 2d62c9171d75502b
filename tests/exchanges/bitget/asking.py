"""Values that the tests of Bitget speak of."""

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

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
from mysignals.domain.market import EntryType, MarginMode, Market, PositionMode, Side
from mysignals.exchanges.bitget import V1_MIX, V1_SPOT, V2_MIX, V2_SPOT, BitgetDialect
from mysignals.exchanges.wire import Credentials, HttpRequest, HttpResponse

from .answers import told

NOW_MS = 1_700_000_000_000
KEY = Credentials("k" * 32, "s" * 64, "passphrase01")
S, F = Market.SPOT, Market.FUTURES
DIALECTS = {"v2 spot": V2_SPOT, "v2 mix": V2_MIX, "v1 spot": V1_SPOT, "v1 mix": V1_MIX}
OURS = {"requestTime", "receiveWindow"}


def d(text: str) -> Decimal:
    return Decimal(text)


def entry(market: Market = F, **changed: Any) -> PlaceOrder:
    values = {
        "market": market, "symbol": "BTCUSDT", "side": Side.BUY, "type": EntryType.LIMIT, "quantity": d("0.002"),
        "price": d("50000"), "client_id": "sig-42-e1",
    }  # fmt: skip
    return PlaceOrder(**{**values, **changed})


def exit_order(market: Market = F, **changed: Any) -> PlaceExit:
    values = {
        "market": market, "symbol": "BTCUSDT", "side": Side.SELL, "kind": ExitKind.STOP, "quantity": d("0.002"),
        "trigger_price": d("45000"), "client_id": "sig-42-sl",
    }  # fmt: skip
    return PlaceExit(**{**values, **changed})


def encoded(dialect: BitgetDialect, intent: Intent) -> HttpRequest:
    return dialect.encode(intent, KEY, NOW_MS, 5000)


def asked(dialect: BitgetDialect, intent: Intent) -> dict[str, Any]:
    """The parameters as sent, without an order's own deadline."""
    request = encoded(dialect, intent)
    found = orjson.loads(request.body) if request.body else dict(parse_qsl(request.query, keep_blank_values=True))
    return {name: value for name, value in found.items() if name not in OURS}


def answer(data: Any) -> HttpResponse:
    """Success."""
    return HttpResponse(200, orjson.dumps(told(data)))


def error(code: str, message: str = "", status: int = 400) -> HttpResponse:
    return HttpResponse(status, orjson.dumps(told(None, code, message)))


def _both(market: Market) -> list[Intent]:
    return [
        entry(market),
        entry(market, type=EntryType.MARKET),
        exit_order(market),
        QueryOrder(market, "BTCUSDT", "sig-42-e1"),
        QueryOrder(market, "BTCUSDT", "sig-42-e1", history=True),
        QueryOrder(market, "BTCUSDT", "sig-42-sl", conditional=True, kind=ExitKind.STOP),
        QueryOrder(market, "BTCUSDT", "sig-42-sl", conditional=True, history=True),
        CancelOrder(market, "BTCUSDT", "sig-42-e1"),
        CancelOrder(market, "BTCUSDT", "sig-42-sl", conditional=True, kind=ExitKind.STOP),
        CancelAll(market, "BTCUSDT"),
        ReadOpenOrders(market, "BTCUSDT"),
        ReadOpenOrders(market, "BTCUSDT", conditional=True),
        ReadBalances(market),
        ReadBalances(market, "USDT"),
        ReadPermissions(),
        ReadRules(market),
        ReadPrice(market, "BTCUSDT"),
        ReadTime(market),
    ]


_FUTURES: list[Intent] = [
    entry(hedge=True, stop=d("45000"), target=d("60000")),
    ReadPositions(),
    ReadPositions("BTCUSDT"),
    ReadPositionMode(),
    SetPositionMode(PositionMode.HEDGE),
    ReadSymbolSettings("BTCUSDT"),
    SetLeverage("BTCUSDT", 21),
    SetLeverage("BTCUSDT", 21, MarginMode.ISOLATED, hedge=True, side=Side.BUY),
    SetMarginMode("BTCUSDT", MarginMode.ISOLATED),
]
SPOT_DIALECTS, MIX_DIALECTS = (V2_SPOT, V1_SPOT), (V2_MIX, V1_MIX)
EVERY_INTENT: list[tuple[BitgetDialect, Intent]] = [
    *((dialect, intent) for dialect in SPOT_DIALECTS for intent in _both(S)),
    *((dialect, intent) for dialect in MIX_DIALECTS for intent in [*_both(F), *_FUTURES]),
]
