"""Values that the tests of Magnr speak of."""

from decimal import Decimal
from typing import Any

import orjson

from mysignals.domain.intents import CloseTrade, Intent, OpenTrade, ReadTrade, ReadTrades
from mysignals.domain.market import Side
from mysignals.domain.outcomes import Outcome
from mysignals.exchanges.magnr import FUTURES
from mysignals.exchanges.wire import Credentials, HttpResponse

NOW_MS = 1_444_251_389_000
SET_BACK_MS = 285_000
"""A tonce is so much older than the moment at which it is signed."""
KEY = Credentials("pub_5f3c9a7e1b2d4f60", "priv_c0ffee00112233445566778899aabbccddeeff")


def d(text: str) -> Decimal:
    return Decimal(text)


def opening(**changed: Any) -> OpenTrade:
    values = {
        "symbol": "BTCUSD", "side": Side.BUY, "quantity": d("0.2"), "leverage": 10, "stop_margin": d("5"),
        "take": d("10"),
    }  # fmt: skip
    return OpenTrade(**{**values, **changed})


def answer(document: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(status, orjson.dumps(document))


def error(status: int, *words: str) -> HttpResponse:
    return answer({"errors": list(words)}, status)


def decoded(intent: Intent, document: Any, status: int = 200) -> Outcome:
    return FUTURES.decode(intent, answer(document, status))


EVERY_INTENT: list[Intent] = [opening(), ReadTrades(), ReadTrade("1234"), CloseTrade("1234")]
