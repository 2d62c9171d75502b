"""Values that the tests of Binance speak of."""

from typing import Any

import orjson

from mysignals.domain.candle import Span
from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    Intent,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    PlaceProtectedEntry,
    QueryOrder,
    ReadCandles,
    ReadPermissions,
)
from mysignals.domain.market import Market, Side
from mysignals.exchanges.binance import FUTURES, SPOT, BinanceDialect
from mysignals.exchanges.wire import Credentials, HttpRequest, HttpResponse
from tests.exchanges.intents import (
    F,
    S,
    an_entry,
    an_exit,
    d,
    of_a_market,
    of_conditional_orders,
    of_contracts,
    of_our_own,
    of_the_position_mode,
)

NOW_MS = 1_700_000_000_000
KEY = Credentials("k" * 64, "s" * 64)
DIALECTS = {Market.SPOT: SPOT, Market.FUTURES: FUTURES}


def entry(market: Market = S, **changed: Any) -> PlaceOrder:
    return an_entry(**{"market": market, "quantity": d("0.001"), **changed})


def exit_order(**changed: Any) -> PlaceExit:
    return an_exit(**changed)


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


def _by_its_own_id(market: Market, number: str, *, conditional: bool = False) -> list[Intent]:
    return [kind(market, "BTCUSDT", "", conditional, number) for kind in (QueryOrder, CancelOrder)]


def candles_of(market: Market, many: int = 96) -> ReadCandles:
    return ReadCandles(market, "BTCUSDT", Span.QUARTER, many)


OF_SPOT: list[Intent] = [
    entry(), oco(), protected(), *of_a_market(S), *of_our_own(S), *_by_its_own_id(S, "28"), ReadPermissions(),
    candles_of(S),
]  # fmt: skip
OF_FUTURES: list[Intent] = [
    entry(F), exit_order(), *of_a_market(F), *of_our_own(F), *of_conditional_orders(F), *of_contracts(),
    *of_the_position_mode(), *_by_its_own_id(F, "22542179"), *_by_its_own_id(F, "2146760", conditional=True),
    CancelAll(F, "BTCUSDT", conditional=True), ReadPermissions(), candles_of(F),
]  # fmt: skip
EVERY_INTENT: list[tuple[BinanceDialect, Intent]] = [
    *((SPOT, intent) for intent in OF_SPOT),
    *((FUTURES, intent) for intent in OF_FUTURES),
]
