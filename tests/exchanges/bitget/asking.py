"""Values that the tests of Bitget speak of."""

from typing import Any
from urllib.parse import parse_qsl

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
    ReadPermissions,
    ReadPositions,
    SetLeverage,
)
from mysignals.domain.market import EntryType, MarginMode, Market, Side
from mysignals.exchanges.bitget import V1_MIX, V1_SPOT, V2_MIX, V2_SPOT, BitgetDialect
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

from .answers import told

NOW_MS = 1_700_000_000_000
KEY = Credentials("k" * 32, "s" * 64, "passphrase01")
DIALECTS = {"v2 spot": V2_SPOT, "v2 mix": V2_MIX, "v1 spot": V1_SPOT, "v1 mix": V1_MIX}
OURS = {"requestTime", "receiveWindow"}


def entry(market: Market = F, **changed: Any) -> PlaceOrder:
    return an_entry(**{"market": market, **changed})


def exit_order(market: Market = F, **changed: Any) -> PlaceExit:
    return an_exit(**{"market": market, **changed})


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
        *of_a_market(market),
        *of_our_own(market),
        QueryOrder(market, "BTCUSDT", "sig-42-e1", history=True),
        QueryOrder(market, "BTCUSDT", "sig-42-sl", conditional=True, kind=ExitKind.STOP),
        QueryOrder(market, "BTCUSDT", "sig-42-sl", conditional=True, history=True),
        CancelOrder(market, "BTCUSDT", "sig-42-sl", conditional=True, kind=ExitKind.STOP),
        ReadOpenOrders(market, "BTCUSDT", conditional=True),
        ReadBalances(market, "USDT"),
        ReadPermissions(),
    ]


_FUTURES: list[Intent] = [
    entry(hedge=True, stop=d("45000"), target=d("60000")),
    *of_contracts(),
    *of_the_position_mode(),
    ReadPositions("BTCUSDT"),
    SetLeverage("BTCUSDT", 21, MarginMode.ISOLATED, hedge=True, side=Side.BUY),
]
SPOT_DIALECTS, MIX_DIALECTS = (V2_SPOT, V1_SPOT), (V2_MIX, V1_MIX)
EVERY_INTENT: list[tuple[BitgetDialect, Intent]] = [
    *((dialect, intent) for dialect in SPOT_DIALECTS for intent in _both(S)),
    *((dialect, intent) for dialect in MIX_DIALECTS for intent in [*_both(F), *_FUTURES]),
]
