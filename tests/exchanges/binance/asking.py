"""Values that the tests of Binance speak of."""

from decimal import Decimal
from typing import Any

import orjson

from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    ExitKind,
    Intent,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    PlaceProtectedEntry,
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
from mysignals.exchanges.binance import FUTURES, SPOT, BinanceDialect
from mysignals.exchanges.wire import Credentials, HttpRequest, HttpResponse

NOW_MS = 1_700_000_000_000
KEY = Credentials("k" * 64, "s" * 64)
DIALECTS = {Market.SPOT: SPOT, Market.FUTURES: FUTURES}


def d(text: str) -> Decimal:
    return Decimal(text)


def entry(market: Market = Market.SPOT, **changed: Any) -> PlaceOrder:
    values = {
        "market": market, "symbol": "BTCUSDT", "side": Side.BUY, "type": EntryType.LIMIT, "quantity": d("0.001"),
        "price": d("50000"), "client_id": "sig-42-e1",
    }  # fmt: skip
    return PlaceOrder(**{**values, **changed})


def exit_order(**changed: Any) -> PlaceExit:
    values = {
        "market": Market.FUTURES, "symbol": "BTCUSDT", "side": Side.SELL, "kind": ExitKind.STOP,
        "quantity": d("0.002"), "trigger_price": d("45000"), "client_id": "sig-42-sl",
    }  # fmt: skip
    return PlaceExit(**{**values, **changed})


def oco(side: Side = Side.SELL, target: str = "60000", stop: str = "45000", limit: str | None = "44900") -> PlaceOco:
    limit_price = None if limit is None else d(limit)
    return PlaceOco(
        "BTCUSDT", side, d("0.001"), d(target), d(stop), limit_price, "sig-42-oco", "sig-42-tp", "sig-42-sl"
    )


def protected(
    side: Side = Side.BUY, target: str = "60000", stop: str = "45000", limit: str | None = None
) -> PlaceProtectedEntry:
    limit_price = None if limit is None else d(limit)
    return PlaceProtectedEntry(
        "BTCUSDT", side, d("0.001"), d("50000"), d("0.00099"), d(target), d(stop), limit_price,
        "list", "entry", "target", "stop",
    )  # fmt: skip


def asked(intent: Intent, market: Market = Market.SPOT) -> dict[str, str]:
    """The parameters as sent, without time, window and signature."""
    request = encoded(intent, market)
    pairs = dict(pair.split("=", 1) for pair in (request.query or request.body.decode()).split("&") if pair)
    return {name: value for name, value in pairs.items() if name not in ("timestamp", "recvWindow", "signature")}


def encoded(intent: Intent, market: Market = Market.SPOT) -> HttpRequest:
    return DIALECTS[market].encode(intent, KEY, NOW_MS, 5000)


def answer(document: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(status, orjson.dumps(document))


def error(code: int, message: str = "", status: int = 400) -> HttpResponse:
    return answer({"code": code, "msg": message}, status)


EVERY_INTENT: list[tuple[BinanceDialect, Intent]] = [
    (SPOT, entry()),
    (SPOT, oco()),
    (SPOT, protected()),
    (SPOT, QueryOrder(Market.SPOT, "BTCUSDT", "sig-42-e1")),
    (SPOT, CancelOrder(Market.SPOT, "BTCUSDT", "sig-42-e1")),
    (SPOT, QueryOrder(Market.SPOT, "BTCUSDT", "", exchange_id="28")),
    (SPOT, CancelOrder(Market.SPOT, "BTCUSDT", "", exchange_id="28")),
    (SPOT, CancelAll(Market.SPOT, "BTCUSDT")),
    (SPOT, ReadOpenOrders(Market.SPOT, "BTCUSDT")),
    (SPOT, ReadBalances(Market.SPOT)),
    (SPOT, ReadPermissions()),
    (SPOT, ReadRules(Market.SPOT)),
    (SPOT, ReadPrice(Market.SPOT, "BTCUSDT")),
    (SPOT, ReadTime(Market.SPOT)),
    (FUTURES, entry(Market.FUTURES)),
    (FUTURES, exit_order()),
    (FUTURES, QueryOrder(Market.FUTURES, "BTCUSDT", "sig-42-e1")),
    (FUTURES, QueryOrder(Market.FUTURES, "BTCUSDT", "sig-42-sl", conditional=True)),
    (FUTURES, CancelOrder(Market.FUTURES, "BTCUSDT", "sig-42-e1")),
    (FUTURES, CancelOrder(Market.FUTURES, "BTCUSDT", "sig-42-sl", conditional=True)),
    (FUTURES, QueryOrder(Market.FUTURES, "BTCUSDT", "", exchange_id="22542179")),
    (FUTURES, QueryOrder(Market.FUTURES, "BTCUSDT", "", conditional=True, exchange_id="2146760")),
    (FUTURES, CancelOrder(Market.FUTURES, "BTCUSDT", "", exchange_id="22542179")),
    (FUTURES, CancelOrder(Market.FUTURES, "BTCUSDT", "", conditional=True, exchange_id="2146760")),
    (FUTURES, CancelAll(Market.FUTURES, "BTCUSDT")),
    (FUTURES, CancelAll(Market.FUTURES, "BTCUSDT", conditional=True)),
    (FUTURES, ReadOpenOrders(Market.FUTURES, "BTCUSDT")),
    (FUTURES, ReadOpenOrders(Market.FUTURES, "BTCUSDT", conditional=True)),
    (FUTURES, SetPositionMode(PositionMode.HEDGE)),
    (FUTURES, ReadBalances(Market.FUTURES)),
    (FUTURES, ReadPositions()),
    (FUTURES, ReadPositionMode()),
    (FUTURES, ReadSymbolSettings("BTCUSDT")),
    (FUTURES, SetLeverage("BTCUSDT", 21)),
    (FUTURES, SetMarginMode("BTCUSDT", MarginMode.ISOLATED)),
    (FUTURES, ReadPermissions()),
    (FUTURES, ReadRules(Market.FUTURES)),
    (FUTURES, ReadPrice(Market.FUTURES, "BTCUSDT")),
    (FUTURES, ReadTime(Market.FUTURES)),
]
