"""Values that the tests of other exchanges speak of."""

from pathlib import Path
from typing import Any

import orjson

from mysignals.domain.intents import Intent, PlaceExit, PlaceOrder, QueryOrder, ReadPositions, SetMarginMode
from mysignals.domain.market import EntryType, MarginMode, Market
from mysignals.domain.outcomes import Outcome
from mysignals.exchanges.ccxt_adapter import Offered, offer
from mysignals.exchanges.ccxt_adapter.stored import read
from mysignals.exchanges.dialect import Call
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
    of_the_position_mode,
)

MARKETS = Path(__file__).parent / "markets"
"""As `python -m mysignals.exchanges.ccxt_adapter` stores them, of one symbol a market."""

NOW_MS = 1_700_000_000_000
KEY = Credentials("the-key", "the-secret", "the-phrase")
NAMES = ("okx", "bybit")
OFFERED: dict[str, Offered] = {name: offer(name, read(MARKETS, name)) for name in NAMES}


def entry(market: Market = F, **changed: Any) -> PlaceOrder:
    at_market = {"type": EntryType.MARKET, "quantity": d("0.01"), "price": None, "client_id": "ms7xab-e"}
    return an_entry(**{"market": market, **at_market, **changed})


def exit_order(market: Market = F, **changed: Any) -> PlaceExit:
    return an_exit(**{"market": market, "quantity": d("0.01"), "client_id": "ms7xab-s", **changed})


def encoded(name: str, intent: Intent, market: Market = F, environment: str = "live") -> HttpRequest:
    return Call(OFFERED[name].dialects[market], intent, KEY, environment).encode(NOW_MS)


def decoded(name: str, intent: Intent, document: Any, market: Market = F, status: int = 200) -> Outcome:
    return OFFERED[name].dialects[market].decode(intent, HttpResponse(status, orjson.dumps(document)))


def _every(market: Market) -> list[Intent]:
    return [
        entry(market), exit_order(market), *of_a_market(market, entry="ms7xab-e"),
        *of_conditional_orders(market, stop="ms7xab-s"), QueryOrder(market, "BTCUSDT", "", exchange_id="42"),
    ]  # fmt: skip


OF_FUTURES: list[Intent] = [
    *of_contracts(), ReadPositions("BTCUSDT"), SetMarginMode("BTCUSDT", MarginMode.ISOLATED, 7),
]  # fmt: skip
MODES = of_the_position_mode()
EVERY_INTENT: list[tuple[str, Market, Intent]] = [
    *((name, market, intent) for name in NAMES for market in (S, F) for intent in _every(market)),
    *((name, F, intent) for name in NAMES for intent in OF_FUTURES),
    *(("okx", F, intent) for intent in MODES),
]
