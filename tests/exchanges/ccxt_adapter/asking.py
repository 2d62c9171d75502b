"""Values that the tests of other exchanges speak of."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from mysignals.domain.intents import (
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
    ReadSymbolSettings,
    ReadTime,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
)
from mysignals.domain.market import EntryType, MarginMode, Market, PositionMode, Side
from mysignals.domain.outcomes import Outcome
from mysignals.exchanges.ccxt_adapter import Offered, offer
from mysignals.exchanges.ccxt_adapter.stored import read
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.wire import Credentials, HttpRequest, HttpResponse

MARKETS = Path(__file__).parent / "markets"
"""As `python -m mysignals.exchanges.ccxt_adapter` stores them, of one symbol a market."""

NOW_MS = 1_700_000_000_000
KEY = Credentials("the-key", "the-secret", "the-phrase")
NAMES = ("okx", "bybit")
OFFERED: dict[str, Offered] = {name: offer(name, read(MARKETS, name)) for name in NAMES}
S, F = Market.SPOT, Market.FUTURES


def d(text: str) -> Decimal:
    return Decimal(text)


def entry(market: Market = F, **changed: Any) -> PlaceOrder:
    values = {
        "market": market, "symbol": "BTCUSDT", "side": Side.BUY, "type": EntryType.MARKET, "quantity": d("0.01"),
        "price": None, "client_id": "ms7xab-e",
    }  # fmt: skip
    return PlaceOrder(**{**values, **changed})


def exit_order(market: Market = F, **changed: Any) -> PlaceExit:
    values = {
        "market": market, "symbol": "BTCUSDT", "side": Side.SELL, "kind": ExitKind.STOP, "quantity": d("0.01"),
        "trigger_price": d("45000"), "client_id": "ms7xab-s",
    }  # fmt: skip
    return PlaceExit(**{**values, **changed})


def encoded(name: str, intent: Intent, market: Market = F, environment: str = "live") -> HttpRequest:
    return Call(OFFERED[name].dialects[market], intent, KEY, environment).encode(NOW_MS)


def decoded(name: str, intent: Intent, document: Any, market: Market = F, status: int = 200) -> Outcome:
    return OFFERED[name].dialects[market].decode(intent, HttpResponse(status, orjson.dumps(document)))


def _every(market: Market) -> list[Intent]:
    return [
        entry(market),
        exit_order(market),
        QueryOrder(market, "BTCUSDT", "ms7xab-e"),
        QueryOrder(market, "BTCUSDT", "ms7xab-s", conditional=True),
        QueryOrder(market, "BTCUSDT", "", exchange_id="42"),
        CancelOrder(market, "BTCUSDT", "ms7xab-e"),
        CancelOrder(market, "BTCUSDT", "ms7xab-s", conditional=True),
        ReadOpenOrders(market, "BTCUSDT"),
        ReadOpenOrders(market, "BTCUSDT", conditional=True),
        ReadBalances(market),
        ReadPrice(market, "BTCUSDT"),
        ReadTime(market),
    ]


OF_FUTURES: list[Intent] = [
    ReadPositions(),
    ReadPositions("BTCUSDT"),
    ReadSymbolSettings("BTCUSDT"),
    SetLeverage("BTCUSDT", 7),
    SetMarginMode("BTCUSDT", MarginMode.ISOLATED, 7),
]
MODES: list[Intent] = [ReadPositionMode(), SetPositionMode(PositionMode.HEDGE)]
EVERY_INTENT: list[tuple[str, Market, Intent]] = [
    *((name, market, intent) for name in NAMES for market in Market for intent in _every(market)),
    *((name, F, intent) for name in NAMES for intent in OF_FUTURES),
    *(("okx", F, intent) for intent in MODES),
]
